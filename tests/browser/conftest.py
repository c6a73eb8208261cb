"""One running demo for all browser tests: VLE, tool and worker as `make demo` starts them."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, sync_playwright

from tests.browser.chromium import EXECUTABLE, browsing
from tests.demo_vle.demo import Demo, running

NewBrowser = Callable[..., BrowserContext]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo on free ports, with a database of its own."""
    demo = Demo(tmp_path_factory.mktemp("demo") / "data", free_port(), free_port())
    with running(demo):
        yield demo


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver; without Chromium the browser tests say so, or fail where LEA_REQUIRE_CHROMIUM is set."""
    if EXECUTABLE is None:
        reason = "Chromium is not installed on this machine (Debian: apt-get install chromium)"
        if os.environ.get("LEA_REQUIRE_CHROMIUM"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def new_browser(playwright: Playwright, tmp_path: Path) -> Iterator[NewBrowser]:
    """Make browsers with a fresh profile each; the arguments are those of `browsing`."""
    with ExitStack() as stack:

        def make(**choices: object) -> BrowserContext:
            profile = tmp_path / f"profile-{len(list(tmp_path.iterdir()))}"
            return stack.enter_context(browsing(playwright, profile, **choices))  # type: ignore[arg-type]  # the fixture passes them on

        yield make
