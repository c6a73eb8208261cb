"""Choose each page's theme: the launch's custom parameter `theme`, otherwise the setting; light where neither says."""

from flask import Flask, g

from bridge.config import Theme
from lti.services import services

__all__ = ["find_theme", "register_theme", "show_as_launch"]


def find_theme(said: object) -> str:
    """Return the theme that a launch names; empty for none, and for what is no theme."""
    return said if isinstance(said, str) and said in {theme.value for theme in Theme} else ""


def show_as_launch(theme: str) -> None:
    """Show the pages of this request in the launch's theme; an empty one leaves the setting's."""
    g.theme = theme


def register_theme(app: Flask) -> None:
    """Give the templates ``page_theme()``."""
    app.jinja_env.globals["page_theme"] = _page_theme


def _page_theme() -> str:
    return g.get("theme") or services().settings.theme.value
