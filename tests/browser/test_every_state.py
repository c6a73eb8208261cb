"""In a real Chromium: pages in rare states (empty, early, holiday, stale, tiny, huge, errors) are as good as others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright

from tests.browser.chromium import browsing
from tests.browser.states import SHAPES, render_errors, render_states, show
from tests.browser.test_every_page import examine

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One browser for all states."""
    with browsing(playwright, tmp_path_factory.mktemp("browser") / "profile") as browser:
        yield browser


@pytest.mark.parametrize("name", SHAPES)
def test_a_page_in_this_state_is_accessible_and_fits_each_window(
    browser: BrowserContext, sqlite_template: Path, tmp_path: Path, name: str
) -> None:
    found = {title: examine(frame) for title, frame in show(browser, render_states(name, sqlite_template, tmp_path))}

    assert {title: lines for title, lines in found.items() if lines} == {}


def test_pages_without_a_session_are_accessible_and_fit_each_window(
    browser: BrowserContext, sqlite_template: Path, tmp_path: Path
) -> None:
    found = {title: examine(frame) for title, frame in show(browser, render_errors(sqlite_template, tmp_path))}

    assert {title: lines for title, lines in found.items() if lines} == {}
