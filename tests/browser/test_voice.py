"""In a real Chromium: a learner answers, on a phone and on a desktop; the adviser and the lead read it and answer."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.conftest import NewBrowser
from tests.browser.frames import LEARNER_COURSE, click, enter, has_sideways_scrolling, heading
from tests.demo_vle.demo import Demo

pytestmark = pytest.mark.browser

MY_SIDE = "Say something, or set a goal"
COMPLAIN = "Query or complain"


def look(page: Page, frame: Frame, name: str) -> None:
    """Keep a picture of the whole page where a folder for it is set, and see that it fits its window."""
    assert not has_sideways_scrolling(frame), name
    folder = os.environ.get("LEA_TEST_PICTURES")
    if folder:
        height = int(frame.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": page.viewport_size["width"] if page.viewport_size else 1280, "height": height})
        page.evaluate(f"document.querySelector('iframe').style.height = '{height}px'")
        page.wait_for_timeout(300)
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize(("size", "week"), [(PHONE, "3"), (DESKTOP, "4")])
def test_a_learner_says_what_is_not_right_and_what_they_did(
    demo: Demo, new_browser: NewBrowser, size: tuple[int, int], week: str
) -> None:
    page, frame = enter(new_browser(size=size), demo, LEARNER_COURSE)
    click(frame, MY_SIDE)
    assert heading(frame) == "My side of it"
    look(page, frame, f"voice-empty-{size[0]}")

    frame.locator("#week").select_option(week)
    frame.locator("#why").fill("I was on a field trip without a network.")
    click(frame, "Say that it isn’t right")
    expect(frame.get_by_text("It is written down.")).to_be_visible()
    frame.locator("#day").fill(frame.locator("#day").get_attribute("max") or "")
    frame.locator("#what").fill("Read chapters 3 and 4 in the library.")
    click(frame, "Declare it")
    expect(frame.get_by_text("Thank you.")).to_be_visible()
    frame.locator("#goal").fill("Keep up with the lab reports")
    frame.locator("#goal-week").fill("6")
    frame.get_by_label("Show me in which quarter").check()
    click(frame, "Keep my choices")
    expect(frame.get_by_text("Among all learners of this course")).to_be_visible()
    look(page, frame, f"voice-{size[0]}")

    click(frame, "← My weeks in BIO4102 Cell Biology and Genetics")
    expect(frame.get_by_text(f"Week {week}: this isn’t right")).to_be_visible()
    look(page, frame, f"learner-{size[0]}")
    click(frame, "What people decided about me")
    assert heading(frame) == "What people decided about me"
    look(page, frame, f"decided-{size[0]}")


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_the_page_of_complaints_fits_its_window(demo: Demo, new_browser: NewBrowser, size: tuple[int, int]) -> None:
    page, frame = enter(new_browser(size=size), demo, LEARNER_COURSE)
    click(frame, COMPLAIN)
    assert heading(frame) == COMPLAIN
    look(page, frame, f"complaint-{size[0]}")


def test_an_adviser_answers_a_disputed_week_and_a_lead_a_query(demo: Demo, new_browser: NewBrowser) -> None:
    _, learner = enter(new_browser(), demo, LEARNER_COURSE)
    click(learner, MY_SIDE)
    learner.locator("#week").select_option("5")
    learner.locator("#why").fill("The seminar took place online.")
    click(learner, "Say that it isn’t right")
    click(learner, COMPLAIN)
    learner.locator("#text").fill("Please look at week 5.")
    click(learner, "Send it")
    expect(learner.get_by_text("It is sent.")).to_be_visible()

    for size in (PHONE, DESKTOP):
        page, frame = enter(new_browser(size=size), demo, "/enter/adviser/1")
        click(frame, "← My learners")
        look(page, frame, f"people-{size[0]}")
        click(frame, "Huda Baker")
        look(page, frame, f"person-{size[0]}")
    frame.get_by_label("They are right").first.check()
    frame.locator("#voice textarea").first.fill("The organiser confirms it.")
    click(frame, "Answer")
    expect(frame.get_by_text("The organiser confirms it.")).to_be_visible()

    for size in (PHONE, DESKTOP):
        page, frame = enter(new_browser(size=size), demo, "/enter/lead/1")
        click(frame, "Queries and complaints")
        look(page, frame, f"complaints-{size[0]}")
    found = Axe().run(frame)  # a frame evaluates as a page does
    assert found.violations_count == 0, found.generate_report()
    frame.locator("textarea").first.fill("We put it right.")
    click(frame, "Answer it")
    expect(frame.get_by_text("We put it right.")).to_be_visible()
