"""A teacher places the tool as an activity, in real Chromium inside the platform's frame, whatever the cookies."""

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.chromium import PHONE, Cookies
from tests.browser.conftest import NewBrowser
from tests.browser.frames import TUTOR_COURSE, enter, has_sideways_scrolling, heading, tool_frame
from tests.demo_vle.demo import Demo

pytestmark = pytest.mark.browser

PLACE = "/mod/lti/modedit.php?course=13"
CHOICES = ("Engagement", "Engagement: tutor’s panel", "My engagement")
QUESTION = "What would you like to place in your course?"
MOST_STEPS = 4


def open_choices(page: Page, demo: Demo, *, has_script: bool) -> Frame:
    """Add an external tool; without JavaScript press the buttons of Moodle's own pages."""
    page.goto(demo.vle_url + PLACE)
    for _ in range(0 if has_script else MOST_STEPS):
        frame = page.frames[-1]
        frame.wait_for_load_state()
        if frame.url.startswith(demo.tool_url):
            return frame
        with frame.expect_navigation():
            frame.locator("button").first.click()
    return tool_frame(page, demo)


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("cookies", Cookies)
def test_a_teacher_places_the_tutors_panel_and_opens_it(
    demo: Demo, new_browser: NewBrowser, cookies: Cookies, has_script: bool
) -> None:
    browser = new_browser(cookies=cookies, javascript=has_script)
    page = browser.new_page()
    page.goto(demo.vle_url + TUTOR_COURSE)
    choices = open_choices(page, demo, has_script=has_script)
    assert heading(choices) == QUESTION
    assert choices.locator("h2").all_inner_texts() == list(CHOICES)

    choices.get_by_role("button", name=f"Choose {CHOICES[1]}", exact=True).click()

    frame = page.frame_locator("iframe")
    if not has_script:
        frame.get_by_role("button", name="Continue").click()  # Moodle asks its own browser for its cookie again
    expect(frame.locator("h1")).to_have_text("The form is filled in")
    expect(frame.locator("strong")).to_have_text(CHOICES[1])


def test_what_was_placed_opens_for_the_teacher(demo: Demo, new_browser: NewBrowser) -> None:
    page, _ = enter(new_browser(), demo, TUTOR_COURSE)
    choices = open_choices(page, demo, has_script=True)
    choices.get_by_role("button", name=f"Choose {CHOICES[2]}", exact=True).click()
    page.frame_locator("iframe").get_by_role("link", name="Save and return to course").click()

    page.get_by_role("link", name=CHOICES[2]).last.click()

    assert heading(tool_frame(page, demo)) == "This week in MTH4100 Calculus I"


def test_the_choices_fit_a_phone(demo: Demo, new_browser: NewBrowser) -> None:
    page, _ = enter(new_browser(size=PHONE), demo, TUTOR_COURSE)

    assert not has_sideways_scrolling(open_choices(page, demo, has_script=True))
