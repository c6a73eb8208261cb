"""In a real Chromium: what measures a page finds what is wrong with one, so that its silence means something."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright

from tests.browser.chromium import browsing
from tests.browser.measures import (
    NARROW,
    find_misfits,
    find_violations,
    find_violations_by_day_and_night,
    measure_shift,
    resize,
    show_theme,
    spaced_text,
)
from tests.browser.states import STATIC

pytestmark = pytest.mark.browser

FRAME = '<!doctype html><html lang="en-GB"><title>T</title><main><h1>T</h1>{}</main>'


@pytest.fixture
def page(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A narrow window."""
    with browsing(playwright, tmp_path_factory.mktemp("browser") / "profile") as browser:
        page = browser.new_page()
        resize(page.main_frame, NARROW)
        yield page


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("<p>Everything fits.</p>", ""),
        ('<p style="width: 400px">Wide</p>', "the page is 4"),
        ('<p style="position: relative; left: -30px">Lost</p>', "outside the window: p “Lost”"),
        ('<p style="width: 40px; overflow: hidden; white-space: nowrap">Cut off here</p>', "cut off: p “Cut off here”"),
        ('<svg class="plot" width="200"><text y="20">81 %</text><text y="22">75</text></svg>', "“81 %” lies on “75”"),
        (
            "<style>td { display: flex } td::before { content: attr(data-l); width: 20px }</style>"
            '<table><tr><td data-l="Training">trained</td></tr></table>',
            "a word is broken: Training",
        ),
    ],
)
def test_what_does_not_fit_is_found(page: Page, content: str, found: str) -> None:
    page.set_content(FRAME.format(content))

    assert [line for line in find_misfits(page.main_frame) if line.startswith(found)] if found else True
    assert bool(find_misfits(page.main_frame)) == bool(found)


def test_what_fits_only_without_wider_text_spacing_is_found(page: Page) -> None:
    page.set_content(
        FRAME.format('<p style="display: inline-block; overflow: hidden; white-space: nowrap">Spacing</p>')
    )
    page.evaluate("() => { const one = document.querySelector('p'); one.style.width = `${one.offsetWidth + 2}px` }")

    assert find_misfits(page.main_frame) == []
    with spaced_text(page.main_frame):
        assert find_misfits(page.main_frame) != []
    assert find_misfits(page.main_frame) == []


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ('<p style="color: #bbb">Pale</p>', "color-contrast"),
        ('<button style="height: 12px; padding: 0">a</button><button style="height: 12px">b</button>', "target-size"),
        ("<input>", "label"),
    ],
)
def test_violations_are_found(page: Page, content: str, rule: str) -> None:
    page.set_content(FRAME.format(content))

    assert [line.partition(":")[0] for line in find_violations(page.main_frame)].count(rule) > 0


def test_a_colour_that_is_too_pale_in_the_dark_theme_alone_is_found(page: Page) -> None:
    css = (STATIC / "panel.css").read_text().replace("light-dark(#545c64, #abb4bc)", "light-dark(#545c64, #333)")
    page.set_content(FRAME.format(f'<style>{css}</style><p class="muted">Muted</p>'))

    show_theme(page.main_frame, "light")
    assert find_violations(page.main_frame) == []
    assert [line[:20] for line in find_violations_by_day_and_night(page.main_frame)] == ["dark: color-contrast"]


def test_a_jump_is_measured(page: Page) -> None:
    page.set_content(FRAME.format("<p>Text</p>" * 20))
    page.wait_for_timeout(600)
    assert measure_shift(page.main_frame) == 0
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<div style=height:300px>Late</div>')")
    page.wait_for_timeout(200)
    assert measure_shift(page.main_frame) > 0
