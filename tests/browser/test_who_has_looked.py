"""In a real Chromium: a learner reads who has looked, on a phone and on a desk, and finds the way back."""

import pytest

from tests.browser.chromium import DESKTOP, FRAME, PHONE
from tests.browser.conftest import NewBrowser
from tests.browser.frames import SEMINAR_TUTOR_COURSE, back, click, enter, has_sideways_scrolling, shows, who_am_i
from tests.browser.measures import find_violations_by_day_and_night
from tests.demo_vle.demo import Demo

pytestmark = pytest.mark.browser

SEMINAR_LEARNER_COURSE = "/enter/learner/14"
ALL_LOOKS = "Everybody who has looked, and why"
TITLE = "Who has looked at my data"


def look(demo: Demo, new_browser: NewBrowser) -> str:
    """Let the seminar's tutor open the learner's page; return the tutor's name."""
    page, _ = enter(new_browser(), demo, SEMINAR_LEARNER_COURSE)
    learner = who_am_i(page)
    page, frame = enter(new_browser(), demo, SEMINAR_TUTOR_COURSE)
    frame.locator('input[type="search"]').fill(learner)
    click(frame, "Show")
    click(frame, learner)
    return who_am_i(page)


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_learner_reads_who_opened_their_page_and_why(
    demo: Demo, new_browser: NewBrowser, size: tuple[int, int]
) -> None:
    tutor = look(demo, new_browser)
    page, frame = enter(new_browser(size=size), demo, SEMINAR_LEARNER_COURSE)
    first = frame.locator("h1").inner_text()

    click(frame, ALL_LOOKS)

    shows(frame, TITLE)
    latest = frame.locator("tbody tr").first.inner_text()
    assert tutor in latest
    assert "Opened the page about you in PSY5203" in latest
    assert "They teach a group of this course that you are in." in latest
    assert not has_sideways_scrolling(frame)
    back(page)
    shows(frame, first)


def test_axe_finds_nothing_on_the_page(demo: Demo, new_browser: NewBrowser) -> None:
    look(demo, new_browser)
    _, frame = enter(new_browser(size=FRAME), demo, SEMINAR_LEARNER_COURSE)

    click(frame, ALL_LOOKS)

    assert find_violations_by_day_and_night(frame) == []
