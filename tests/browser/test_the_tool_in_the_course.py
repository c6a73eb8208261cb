"""Tutor and learner open the tool inside a frame of another site, in real Chromium with third-party cookies blocked."""

import pytest
from playwright.sync_api import ConsoleMessage, Frame, Response

from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.conftest import NewBrowser
from tests.browser.frames import (
    ADMIN_COURSE,
    LEARNER_COURSE,
    MANAGER_COURSE,
    SEMINAR_TUTOR_COURSE,
    TUTOR_COURSE,
    UNSEEN_LEARNER_COURSE,
    click,
    enter,
    go_back,
    has_sideways_scrolling,
    heading,
    who_am_i,
)
from tests.demo_vle.demo import Demo

pytestmark = pytest.mark.browser


def test_a_tutor_sees_the_panel_opens_a_learner_and_comes_back(demo: Demo, new_browser: NewBrowser) -> None:
    _, frame = enter(new_browser(), demo, TUTOR_COURSE)
    assert heading(frame) == "This week in MTH4100 Calculus I"
    name = frame.locator("table button").first.inner_text()
    click(frame, name)
    assert name in heading(frame)
    go_back(frame)
    assert heading(frame) == "This week in MTH4100 Calculus I"


def test_a_learner_sees_the_own_weeks_and_clicks_through(demo: Demo, new_browser: NewBrowser) -> None:
    _, frame = enter(new_browser(), demo, LEARNER_COURSE)
    assert heading(frame) == "My weeks in BIO4102 Cell Biology and Genetics"
    click(frame, "Everything behind week 11, day by day")
    assert "week 11" in heading(frame).lower()
    go_back(frame)
    click(frame, "All my courses")
    assert "Calculus I" in frame.locator("main").inner_text()


def test_a_learner_sees_that_a_tutor_looked(demo: Demo, new_browser: NewBrowser) -> None:
    learner_page, learner = enter(new_browser(), demo, "/enter/learner/14")
    learner_name = who_am_i(learner_page)
    # Other tests that look at this learner may have run before, in the same demo.
    before = looks_so_far(learner)
    tutor_page, tutor = enter(new_browser(), demo, SEMINAR_TUTOR_COURSE)
    tutor.locator('input[type="search"]').fill(learner_name)
    click(tutor, "Show")
    click(tutor, learner_name)
    assert learner_name in heading(tutor)
    _, learner = enter(new_browser(), demo, "/enter/learner/14")
    assert who_am_i(tutor_page) in str(learner.locator("main").text_content())
    assert looks_so_far(learner) != before


def looks_so_far(frame: Frame) -> str:
    """Go to the page of everybody who has looked; return its sentence of how often what was opened."""
    click(frame, "Everybody who has looked, and why")
    return frame.locator("h2 + p").first.inner_text()


def test_no_page_needs_javascript(demo: Demo, new_browser: NewBrowser) -> None:
    browser = new_browser(javascript=False)
    page = browser.new_page()
    page.goto(demo.vle_url + LEARNER_COURSE)
    for _ in range(3):
        frame = page.frames[-1]
        frame.wait_for_load_state()
        if frame.url.startswith(demo.tool_url):
            break
        with frame.expect_navigation():
            frame.locator("button, input[type=submit]").first.click()
    assert heading(page.frames[-1]).startswith("My weeks")
    click(page.frames[-1], "All my courses")


@pytest.mark.parametrize("path", [TUTOR_COURSE, LEARNER_COURSE, UNSEEN_LEARNER_COURSE, ADMIN_COURSE])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_scrolls_sideways(demo: Demo, new_browser: NewBrowser, path: str, size: tuple[int, int]) -> None:
    _, frame = enter(new_browser(size=size), demo, path)
    assert not has_sideways_scrolling(frame)


@pytest.mark.parametrize("path", [ADMIN_COURSE, MANAGER_COURSE])
def test_who_runs_the_site_but_does_not_teach_sees_no_name(demo: Demo, new_browser: NewBrowser, path: str) -> None:
    _, tutor = enter(new_browser(), demo, TUTOR_COURSE)
    names = tutor.locator("table button").all_inner_texts()
    assert names
    _, frame = enter(new_browser(), demo, path)
    shown = frame.locator("body").inner_text()
    assert not [name for name in names if name in shown]


def test_nothing_fails_on_the_way_and_no_address_holds_a_secret(demo: Demo, new_browser: NewBrowser) -> None:
    browser = new_browser()
    answers: list[Response] = []
    said: list[ConsoleMessage] = []
    browser.on("response", lambda answer: answers.append(answer))
    browser.on("console", lambda message: said.append(message))
    _, frame = enter(browser, demo, LEARNER_COURSE)
    token = frame.locator('input[name="page_token"]').first.input_value()
    click(frame, "All my courses")
    assert [answer.url for answer in answers if answer.status >= 400] == []
    assert [message.text for message in said if message.type == "error"] == []
    assert not [answer.url for answer in answers if token in answer.url or "eyJ" in answer.url]
    assert {answer.url.split("/")[2] for answer in answers} == {demo.vle_url[7:], demo.tool_url[7:]}
