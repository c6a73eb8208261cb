"""In a real Chromium as wide as a phone: the tutor's list is brief, and nothing of it is out of reach."""

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import FRAME, PHONE
from tests.browser.conftest import NewBrowser
from tests.browser.frames import TUTOR_COURSE, enter, has_sideways_scrolling
from tests.demo_vle.demo import Demo

pytestmark = pytest.mark.browser

ROWS = "#all tbody tr:has(th)"
FOLD, WORDS = "#all .fold input", "#all .more-words"


def test_a_phone_lists_eight_learners_briefly_until_the_reader_ticks_for_more(
    demo: Demo, new_browser: NewBrowser
) -> None:
    _, frame = enter(new_browser(size=PHONE), demo, TUTOR_COURSE)
    rows, activities = frame.locator(ROWS), frame.locator(f"{ROWS} td.more")
    assert rows.count() > 8
    expect(rows.nth(7)).to_be_visible()
    expect(rows.nth(8)).to_be_hidden()
    expect(activities.first).to_be_hidden()

    frame.locator(FOLD).focus()
    frame.page.keyboard.press("Space")
    frame.page.keyboard.press("Tab")

    expect(rows.last).to_be_visible()
    expect(rows.nth(8).get_by_role("button")).to_be_focused()
    frame.locator(WORDS).check()
    expect(activities.first).to_be_visible()
    expect(rows.first.locator("[data-l] .more")).to_be_visible()
    assert not has_sideways_scrolling(frame)


def test_a_wider_page_has_everything_at_once_and_no_ticks(demo: Demo, new_browser: NewBrowser) -> None:
    _, frame = enter(new_browser(size=FRAME), demo, TUTOR_COURSE)

    expect(frame.locator(ROWS).last).to_be_visible()
    expect(frame.locator(f"{ROWS} td.more").first).to_be_visible()
    expect(frame.locator(FOLD)).to_be_hidden()
    expect(frame.locator(WORDS)).to_be_hidden()
