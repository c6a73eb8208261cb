"""In a real Chromium, pages on paper: light, without what is only pressed, each chart's table unfolded, all there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Frame, Playwright, expect

from tests.browser.chromium import browsing
from tests.browser.frames import LEARNER_COURSE, TUTOR_COURSE, enter
from tests.browser.measures import find_misfits, resize, show_theme
from tests.demo_vle.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PAPER = 680
"""CSS pixels of A4 within its margins."""
GROUND = "() => getComputedStyle(document.body).backgroundColor"


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One browser for all pages."""
    with browsing(playwright, tmp_path_factory.mktemp("browser") / "profile") as browser:
        yield browser


@pytest.fixture(params=[LEARNER_COURSE, TUTOR_COURSE])
def on_paper(request: pytest.FixtureRequest, demo: Demo, browser: BrowserContext) -> Iterator[Frame]:
    """A page of a dark site as the printer gets it."""
    page, frame = enter(browser, demo, request.param)
    resize(frame, PAPER)
    show_theme(frame, "dark")
    assert frame.evaluate(GROUND) != "rgb(255, 255, 255)"
    page.emulate_media(media="print")
    yield frame
    page.close()


def test_a_printed_page_is_light_and_fits_the_paper(on_paper: Frame) -> None:
    assert on_paper.evaluate(GROUND) == "rgb(255, 255, 255)"
    assert find_misfits(on_paper) == []


def test_a_printed_page_says_when_it_was_printed_and_leaves_out_what_is_pressed(on_paper: Frame) -> None:
    expect(on_paper.locator(".only-print")).to_be_visible()
    expect(on_paper.locator(".only-print")).to_contain_text("Printed")
    for pressed in (".tabs", ".btn", ".about"):
        assert [one for one in on_paper.locator(pressed).all() if one.is_visible()] == []


def test_a_charts_table_is_on_the_paper_though_it_was_folded(on_paper: Frame) -> None:
    table = on_paper.locator("details:not([open]) .scroll table").first
    box = table.bounding_box()
    assert box is not None
    assert box["height"] > 40
    assert on_paper.evaluate(
        "() => { const one = document.querySelector('details:not([open]) .scroll table');"
        " return one.checkVisibility({ contentVisibilityAuto: true }) }"
    )


def test_charts_and_marks_take_the_readers_own_colours_also_in_the_other_theme(
    demo: Demo, browser: BrowserContext
) -> None:
    page, frame = enter(browser, demo, LEARNER_COURSE)
    show_theme(frame, "dark")
    page.emulate_media(forced_colors="active")
    colours = frame.evaluate(
        """() => {
            const of = (selector) => getComputedStyle(document.querySelector(selector)).fill;
            const text = getComputedStyle(document.querySelector('h1')).color;
            return [text, of('.plot text.v'), of('.plot rect.met'), of('.plot .ink')];
        }"""
    )
    assert len(set(colours)) == 1, colours
    page.close()
