"""Going through the demo as a person does: choose who you are, look at the tool inside the course page's frame."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import BrowserContext, Frame, Locator, Page, expect

from tests.demo_vle.demo import Demo

PATIENCE_SECONDS = 20
TUTOR_COURSE = "/enter/tutor/13"
SEMINAR_TUTOR_COURSE = "/enter/seminar_tutor/14"
LEARNER_COURSE = "/enter/learner/11"
UNSEEN_LEARNER_COURSE = "/enter/unseen_learner/11"
ADMIN_COURSE = "/enter/admin/13"
MANAGER_COURSE = "/enter/manager/13"
MY_WEEKS = "My weeks in BIO4102 Cell Biology and Genetics"
"""The heading of the learner's first page."""
THIS_WEEK = "This week in MTH4100 Calculus I"
"""The heading of the tutor's."""
WEEK_11 = "Everything behind week 11, day by day"
SIGN_OUT = "Sign out of this page"
SIGNED_OUT = "You are signed out"


def enter(browser: BrowserContext, demo: Demo, path: str) -> tuple[Page, Frame]:
    """Enter the demo VLE as a persona; return its page and the tool's frame once the launch is through."""
    page = browser.new_page()
    page.goto(demo.vle_url + path)
    return page, tool_frame(page, demo)


def tool_frame(page: Page, demo: Demo) -> Frame:
    """Return the frame that the tool is in, when it shows a page of its own."""
    until = time.monotonic() + PATIENCE_SECONDS
    # The platform's own pages come first in the same frame, and a frame's address can lag behind what it shows.
    while (frame := page.frame(url=lambda url: url.startswith(demo.tool_url))) is None:
        assert time.monotonic() < until, [frame.url for frame in page.frames]
        page.wait_for_timeout(50)
    expect(frame.locator("h1")).to_be_visible()
    return frame


@contextmanager
def next_page(frame: Frame) -> Iterator[None]:
    """Wait for the page that follows, whether the tool's script swaps it in or the frame goes there by itself."""
    frame.locator("body").evaluate("body => { body.dataset.left = '' }")
    yield
    expect(_next_heading(frame)).to_be_visible(timeout=PATIENCE_SECONDS * 1000)


def _next_heading(frame: Frame) -> Locator:
    return frame.locator("body:not([data-left]) h1")


def click(frame: Frame, name: str) -> None:
    """Press the button of this name and wait for the page that answers."""
    press(frame, frame.get_by_role("button", name=name, exact=True).first)


def go_back(frame: Frame) -> None:
    """Press the button that leads back to the page before."""
    press(frame, frame.get_by_role("button").filter(has_text="←").first)


def press(frame: Frame, button: Locator) -> None:
    """Press a button and wait for the page that answers; once more, as a person would, when nothing comes of it.

    Chromium drops what is pressed in a frame of another site that has only just moved on the page.
    """
    with next_page(frame):
        button.click()
        with suppress(AssertionError):
            expect(_next_heading(frame)).to_be_visible()
            return
        button.click()


def heading(frame: Frame) -> str:
    """Return the page's main heading."""
    return frame.locator("h1").inner_text()


def has_sideways_scrolling(frame: Frame) -> bool:
    """Say whether the page is wider than its window."""
    width: bool = frame.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return width


def who_am_i(page: Page) -> str:
    """Return the name that the course page greets with."""
    return page.locator("header strong").inner_text()


def come_from_moodle(page: Page, demo: Demo, path: str) -> Frame:
    """Open a page of the VLE, then the course page with the tool; return the tool's frame."""
    page.goto(f"{demo.vle_url}/")
    page.goto(demo.vle_url + path)
    return tool_frame(page, demo)


def back(page: Page) -> None:
    """Go one step back in the window's history; Playwright's own way would wait for the whole page to change."""
    page.evaluate("history.back()")


def forward(page: Page) -> None:
    """Go one step forward in the window's history."""
    page.evaluate("history.forward()")


def shows(frame: Frame, title: str) -> None:
    """Wait until the frame's main heading is this one."""
    expect(frame.locator("h1")).to_have_text(title)


def is_moodles_page_before(page: Page, demo: Demo) -> None:
    """Wait until the window shows the page that was there before the course page."""
    page.wait_for_url(f"{demo.vle_url}/")
    assert page.locator("iframe").count() == 0


def token_of(frame: Frame) -> str:
    """Return the secret that the page's forms carry."""
    return frame.locator('input[name="page_token"]').first.input_value()
