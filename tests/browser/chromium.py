"""A real Chromium with a fresh profile, its cookie settings chosen as a person would choose them."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

EXECUTABLE = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = (320, 700)
FRAME = (768, 900)
"""What Moodle's Boost leaves to a tool on a laptop."""
DESKTOP = (1280, 900)


class Cookies(Enum):
    """The browser's cookie setting, as Chromium keeps it in a profile's preferences."""

    ALLOWED = {"cookie_controls_mode": 0}  # noqa: RUF012 (enum members take no annotation)
    THIRD_PARTY_BLOCKED = {"cookie_controls_mode": 1, "block_third_party_cookies": True}  # noqa: RUF012 (the same)
    TOOL_BLOCKED = {"content_settings": {"exceptions": {"cookies": {"http://localhost,*": {"setting": 2}}}}}  # noqa: RUF012 (the same)
    """Every cookie of the tool is blocked, the platform's are not."""


@contextmanager
def browsing(
    playwright: Playwright,
    profile: Path,
    *,
    cookies: Cookies = Cookies.THIRD_PARTY_BLOCKED,
    size: tuple[int, int] = DESKTOP,
    dark: bool = False,
    javascript: bool = True,
    flags: Sequence[str] = (),
) -> Iterator[BrowserContext]:
    """Give a browser whose profile, a folder that does not exist yet, has the given cookie setting."""
    preferences = profile / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(json.dumps({"profile": cookies.value}))
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=EXECUTABLE,
        args=[*FLAGS, *flags],
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=javascript,
        locale="en-GB",
    )
    context.set_default_timeout(20_000)
    yield context
    context.close()
