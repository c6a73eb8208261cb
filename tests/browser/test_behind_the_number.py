"""In a real Chromium: learner and tutor go from the number to what it was made of, and back."""

import pytest

from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.conftest import NewBrowser
from tests.browser.frames import (
    LEARNER_COURSE,
    MY_WEEKS,
    TUTOR_COURSE,
    click,
    enter,
    go_back,
    has_sideways_scrolling,
    heading,
    next_page,
)
from tests.demo_vle.demo import Demo

pytestmark = pytest.mark.browser

BEHIND = "Everything behind this number, day by day"
HEADING = "Everything behind the number after week"


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_learner_reads_what_the_number_was_made_of(
    demo: Demo, new_browser: NewBrowser, size: tuple[int, int]
) -> None:
    _, frame = enter(new_browser(size=size), demo, LEARNER_COURSE)

    click(frame, BEHIND)

    assert heading(frame).startswith(HEADING)
    assert not has_sideways_scrolling(frame)
    last_week = int(heading(frame).removeprefix(HEADING))
    click(frame, f"After week {last_week - 1}")
    assert heading(frame) == f"{HEADING} {last_week - 1}"
    go_back(frame)
    assert heading(frame) == MY_WEEKS


def test_a_tutor_goes_there_from_a_learners_page_and_back(demo: Demo, new_browser: NewBrowser) -> None:
    _, frame = enter(new_browser(), demo, TUTOR_COURSE)
    with next_page(frame):
        frame.locator(".who button").first.click()
    name = heading(frame)

    click(frame, BEHIND)

    assert heading(frame).startswith(HEADING)
    assert name in frame.locator("header").inner_text()
    assert not has_sideways_scrolling(frame)
    go_back(frame)
    assert heading(frame) == name
