"""In a real Chromium, inside the course page's frame: an adviser, an engagement lead, and the ways between parts."""

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import DESKTOP, FRAME, PHONE
from tests.browser.conftest import NewBrowser
from tests.browser.frames import back, click, enter, has_sideways_scrolling, heading, next_page, shows
from tests.demo_vle.demo import Demo

pytestmark = pytest.mark.browser

ADVISER, LEAD = "/enter/adviser/1", "/enter/lead/1"
FIRST, MY_LEARNERS = "What to do first", "My learners"
SCHOOL = "School of Biological and Behavioural Sciences"


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_an_adviser_goes_from_the_names_to_one_learner_and_back(
    demo: Demo, new_browser: NewBrowser, size: tuple[int, int]
) -> None:
    page, frame = enter(new_browser(size=size), demo, ADVISER)
    assert heading(frame) == FIRST
    assert not has_sideways_scrolling(frame)
    click(frame, f"← {MY_LEARNERS}")
    assert heading(frame) == MY_LEARNERS
    assert not has_sideways_scrolling(frame)
    name = frame.locator("ol.work .who button").first.inner_text()

    click(frame, name)

    assert heading(frame) == name
    expect(frame.get_by_text("You are this learner’s adviser.")).to_be_visible()
    assert not has_sideways_scrolling(frame)
    back(page)
    shows(frame, MY_LEARNERS)


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_lead_writes_an_officer_down_and_ends_it_again(
    demo: Demo, new_browser: NewBrowser, size: tuple[int, int]
) -> None:
    name = f"Olive Officer {size[0]}"
    _, frame = enter(new_browser(size=size), demo, LEAD)
    assert heading(frame) == SCHOOL
    assert not has_sideways_scrolling(frame)
    frame.locator("#part").select_option("support-officer")
    frame.get_by_label("Name, as learners and colleagues read it").fill(name)
    frame.locator("#add-staff").fill(f"STAFF{size[0]}")

    click(frame, "Write it down")

    expect(frame.get_by_text("It is written down.")).to_be_visible()
    expect(frame.get_by_text("1 colleague cannot see names yet")).to_be_visible()
    assert not has_sideways_scrolling(frame)
    with next_page(frame):
        frame.locator("tr", has_text=name).get_by_role("button").click()
    expect(frame.get_by_text(f"{name}: student support officer no more")).to_be_visible()


def test_a_lead_goes_to_the_figures_and_back_by_the_ways(demo: Demo, new_browser: NewBrowser) -> None:
    _, frame = enter(new_browser(size=FRAME), demo, LEAD)
    click(frame, "Figures")
    assert frame.locator('nav.ways [aria-current="page"]').inner_text() == "Figures"
    click(frame, "My school")
    assert heading(frame) == SCHOOL
