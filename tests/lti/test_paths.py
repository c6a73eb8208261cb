"""A page's path is worked out once for each place that the tool is mounted at."""

from collections.abc import Callable
from typing import cast

import pytest
from flask import Flask
from werkzeug.routing import BuildError

from lti.app import create_app
from tests.lti.panels.conftest import SETTINGS


def paths_of(app: Flask) -> Callable[..., str]:
    """Return what the app's templates know as `url_for`."""
    return cast("Callable[..., str]", app.jinja_env.globals["url_for"])


def test_a_path_lies_below_the_path_the_tool_is_mounted_at() -> None:
    app = create_app(SETTINGS)
    find_path = paths_of(app)

    for mount in ("", "/lea", "", "/lea"):
        with app.test_request_context("/", base_url=f"https://lea.example.ac.uk{mount}"):
            assert find_path("panels.tutor") == f"{mount}/panel/tutor"
            assert find_path("static", filename="panel.css") == f"{mount}/static/panel.css"
            assert find_path("static", filename="panel.js") == f"{mount}/static/panel.js"


def test_a_page_that_is_none_has_no_path() -> None:
    app = create_app(SETTINGS)

    with app.test_request_context("/"), pytest.raises(BuildError):
        paths_of(app)("panels.nowhere")
