"""The browser's Back and Forward inside the tool's frame of another site, in real Chromium."""

import re

import pytest
import requests

from tests.browser.chromium import Cookies
from tests.browser.conftest import NewBrowser
from tests.browser.frames import (
    LEARNER_COURSE,
    MY_WEEKS,
    SIGN_OUT,
    SIGNED_OUT,
    THIS_WEEK,
    TUTOR_COURSE,
    WEEK_11,
    back,
    click,
    come_from_moodle,
    forward,
    heading,
    is_moodles_page_before,
    shows,
    token_of,
    tool_frame,
)
from tests.demo_vle.demo import Demo

pytestmark = pytest.mark.browser


def test_back_leads_a_tutor_from_a_learner_to_the_panel_and_forward_to_the_learner(
    demo: Demo, new_browser: NewBrowser
) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, TUTOR_COURSE)
    name = frame.locator("table button").first.inner_text()
    click(frame, name)
    shows(frame, name)
    back(page)
    shows(frame, THIS_WEEK)
    forward(page)
    shows(frame, name)
    assert frame.title().startswith(name)


def test_back_leads_a_learner_through_the_pages_in_turn_and_from_the_first_one_to_moodle(
    demo: Demo, new_browser: NewBrowser
) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, LEARNER_COURSE)
    click(frame, WEEK_11)
    click(frame, "← " + MY_WEEKS)
    click(frame, "All my courses")
    back(page)
    shows(frame, MY_WEEKS)
    back(page)
    shows(frame, "Everything behind week 11")
    back(page)
    shows(frame, MY_WEEKS)
    back(page)
    is_moodles_page_before(page, demo)


def test_back_from_the_first_page_leads_to_moodle(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    come_from_moodle(page, demo, LEARNER_COURSE)
    back(page)
    is_moodles_page_before(page, demo)


def test_the_continue_page_is_no_step_to_go_back_to(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser(cookies=Cookies.TOOL_BLOCKED).new_page()
    frame = come_from_moodle(page, demo, LEARNER_COURSE)
    click(frame, "Continue as Huda Baker")
    shows(frame, MY_WEEKS)
    click(frame, "All my courses")
    back(page)
    shows(frame, MY_WEEKS)
    back(page)
    is_moodles_page_before(page, demo)


def test_a_new_page_after_back_takes_the_place_of_those_ahead(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, LEARNER_COURSE)
    click(frame, WEEK_11)
    click(frame, "Week 10")
    back(page)
    shows(frame, "Everything behind week 11")
    back(page)
    shows(frame, MY_WEEKS)
    click(frame, "All my courses")
    forward(page)
    assert heading(frame) == "My engagement"
    back(page)
    shows(frame, MY_WEEKS)
    forward(page)
    shows(frame, "My engagement")


def test_after_signing_out_back_never_shows_a_panel(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, TUTOR_COURSE)
    name = frame.locator("table button").first.inner_text()
    click(frame, name)
    click(frame, SIGN_OUT)
    shows(frame, SIGNED_OUT)
    frame.wait_for_function("history.state.index === 0")
    forward(page)
    frame.wait_for_function("history.state.index === 1")
    assert heading(frame) == SIGNED_OUT
    back(page)
    frame.wait_for_function("history.state.index === 0")
    assert heading(frame) == SIGNED_OUT
    back(page)
    is_moodles_page_before(page, demo)
    forward(page)
    page.wait_for_url(re.compile("/local/lea/view.php"))
    frame = tool_frame(page, demo)
    assert heading(frame) not in (name, THIS_WEEK)
    assert name not in frame.locator("body").inner_text()


def test_a_session_that_ended_elsewhere_is_not_shown_again_by_back(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, TUTOR_COURSE)
    name = frame.locator("table button").first.inner_text()
    click(frame, name)
    end_session(demo, token_of(frame))
    back(page)
    shows(frame, "This page has closed")
    assert name not in frame.locator("body").inner_text()
    forward(page)
    frame.wait_for_function("history.state.index === 1")
    shows(frame, "This page has closed")


def end_session(demo: Demo, token: str) -> None:
    """Sign out by a request of its own, as a second window would."""
    answer = requests.post(f"{demo.tool_url}/panel/sign-out", {"page_token": token}, timeout=20)
    assert SIGNED_OUT in answer.text


def test_a_reload_of_the_course_page_opens_the_tool_anew(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, LEARNER_COURSE)
    click(frame, "All my courses")
    page.reload()
    shows(tool_frame(page, demo), MY_WEEKS)


def test_coming_back_from_another_page_of_moodle_shows_a_page_of_the_tool(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, LEARNER_COURSE)
    click(frame, "All my courses")
    page.goto(f"{demo.vle_url}/course/view.php?id=11")
    page.go_back()
    assert heading(tool_frame(page, demo)) == "Open this page from your course"
