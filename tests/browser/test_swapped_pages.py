"""Pages that the tool's script swaps in: focus, jumps, what addresses and history hold, and no connection."""

import json
import re

import pytest
from playwright.sync_api import Frame, Request, Route, expect

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
    heading,
    is_moodles_page_before,
    next_page,
    shows,
    token_of,
)
from tests.demo_vle.demo import Demo

pytestmark = pytest.mark.browser

PANEL_PATHS = re.compile("/panel/")


def is_focused(frame: Frame, selector: str) -> None:
    expect(frame.locator(selector).first).to_be_focused()


def refuse(route: Route) -> None:
    route.abort("internetdisconnected")


def state_of(frame: Frame) -> object:
    return json.loads(frame.evaluate("JSON.stringify(history.state)"))


def test_the_main_heading_has_the_focus_on_each_page_that_follows(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, LEARNER_COURSE)
    frame.get_by_role("button", name=WEEK_11).scroll_into_view_if_needed()
    click(frame, WEEK_11)
    is_focused(frame, "h1")
    assert frame.evaluate("scrollY") == 0
    with next_page(frame):
        back(page)
    is_focused(frame, "h1")
    assert frame.locator("[aria-busy]").count() == 0


def test_a_filtered_list_has_the_focus_on_its_own_heading(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, TUTOR_COURSE)
    name = frame.locator("table button").first.inner_text()
    frame.locator('input[type="search"]').fill(name)
    click(frame, "Show")
    is_focused(frame, "#all h2")
    expect(frame.locator("#all h2")).to_be_in_viewport()
    assert frame.locator("#all tbody tr").count() == 1
    click(frame, name)
    back(page)
    is_focused(frame, "#all h2")
    assert frame.locator("#all tbody tr").count() == 1


def test_jumps_within_a_page_work_and_ask_for_nothing(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, TUTOR_COURSE)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    jump = frame.locator('main a[href^="#"]').first
    target = str(jump.get_attribute("href"))
    jump.click()
    expect(frame.locator(target)).to_be_in_viewport()
    assert frame.url.endswith(target)
    back(page)
    frame.wait_for_url(re.compile("/lti/launch$"))
    jump.click()
    frame.wait_for_url(re.compile(target))
    click(frame, frame.locator("table button").first.inner_text())
    assert [request.url for request in asked] == [f"{demo.tool_url}/panel/tutor/learner"]
    back(page)
    shows(frame, THIS_WEEK)


def test_a_page_that_loads_is_marked_as_busy_and_a_later_click_wins(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, LEARNER_COURSE)
    held: list[Route] = []
    page.route("**/panel/learner/week", lambda route: held.append(route))
    frame.get_by_role("button", name=WEEK_11).click()
    expect(frame.locator("body")).to_have_attribute("aria-busy", "true")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/panel/learner/week")):
        click(frame, "All my courses")
    assert heading(frame) == "My engagement"
    assert len(held) == 1
    back(page)
    shows(frame, MY_WEEKS)


def test_neither_addresses_nor_the_history_hold_more_than_an_index(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    frame = come_from_moodle(page, demo, TUTOR_COURSE)
    token, address, seen = token_of(frame), frame.url, [state_of(frame)]
    click(frame, frame.locator("table button").first.inner_text())
    seen.append(state_of(frame))
    assert frame.url == address
    go_on = asked[-1]
    assert (go_on.method, token in (go_on.post_data or "")) == ("POST", True)
    back(page)
    shows(frame, THIS_WEEK)
    seen.append(state_of(frame))
    assert seen == [{"index": 0}, {"index": 1}, {"index": 0}]
    assert not [request.url for request in asked if token in request.url]


def test_pages_are_asked_for_without_cookies_even_where_the_browser_has_some(
    demo: Demo, new_browser: NewBrowser
) -> None:
    page = new_browser(cookies=Cookies.ALLOWED).new_page()
    frame = come_from_moodle(page, demo, LEARNER_COURSE)
    frame.evaluate("document.cookie = 'any=1; Path=/; Secure; SameSite=None'")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    frame.evaluate("fetch('/static/panel.js', {cache: 'reload'}).then(answer => answer.text())")
    click(frame, "All my courses")
    back(page)
    shows(frame, MY_WEEKS)
    sent = {request.url.removeprefix(demo.tool_url): request.all_headers().get("cookie") for request in asked}
    assert sent == {"/static/panel.js": "any=1", "/panel/learner/courses": None, "/panel/": None}


def test_a_page_that_cannot_be_loaded_says_so_and_is_asked_for_again(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, LEARNER_COURSE)
    page.route(PANEL_PATHS, refuse)
    click(frame, WEEK_11)
    said = " ".join(frame.locator("main").inner_text().split())
    assert said == "The page could not be loaded. Nothing was changed. Try again."
    is_focused(frame, "h1")
    click(frame, "Try again.")
    assert heading(frame) == "The page could not be loaded."
    page.unroute(PANEL_PATHS)
    click(frame, "Try again.")
    assert heading(frame) == "Everything behind week 11"
    back(page)
    shows(frame, MY_WEEKS)


def test_back_leads_away_from_a_page_that_could_not_be_loaded(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, LEARNER_COURSE)
    page.route(PANEL_PATHS, refuse)
    click(frame, WEEK_11)
    page.unroute(PANEL_PATHS)
    back(page)
    shows(frame, MY_WEEKS)


def test_an_answer_that_is_no_page_of_the_tool_is_not_shown(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, LEARNER_COURSE)
    proxy_page = "<h1>502 Bad Gateway</h1>"
    page.route(PANEL_PATHS, lambda route: route.fulfill(status=502, content_type="text/html", body=proxy_page))
    click(frame, WEEK_11)
    assert heading(frame) == "The page could not be loaded."


def test_signing_out_without_a_connection_does_not_say_that_nothing_happened(
    demo: Demo, new_browser: NewBrowser
) -> None:
    page = new_browser().new_page()
    frame = come_from_moodle(page, demo, LEARNER_COURSE)
    click(frame, WEEK_11)
    page.route(PANEL_PATHS, refuse)
    click(frame, SIGN_OUT)
    assert "You may still be signed in." in frame.locator("main").inner_text()
    page.unroute(PANEL_PATHS)
    click(frame, "Try again.")
    assert heading(frame) == SIGNED_OUT
    back(page)
    is_moodles_page_before(page, demo)
