"""In a real Chromium, inside the course page's frame: learners read what is held about them and take it with them."""

import csv
import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Frame, Page

from tests.browser.chromium import DESKTOP, FRAME, PHONE
from tests.browser.conftest import NewBrowser
from tests.browser.frames import LEARNER_COURSE, back, click, enter, has_sideways_scrolling, heading, next_page, shows
from tests.browser.measures import find_violations_by_day_and_night
from tests.demo_vle.demo import Demo

pytestmark = pytest.mark.browser

MY_DATA = "What is held about me"
DATA_USE = "How my data is used here"


def download(page: Page, frame: Frame, button: str) -> tuple[str, bytes]:
    """Press a button that saves a file; return the file's name and content."""
    with page.expect_download() as waiting:
        frame.get_by_role("button", name=button).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def enter_without_javascript(browser: BrowserContext, demo: Demo) -> tuple[Page, Frame]:
    """Launch by pressing each step's button, as a browser without JavaScript asks for."""
    page = browser.new_page()
    page.goto(demo.vle_url + LEARNER_COURSE)
    for _ in range(3):
        page.frames[-1].wait_for_load_state()
        if page.frames[-1].url.startswith(demo.tool_url):
            break
        with page.frames[-1].expect_navigation():
            page.frames[-1].locator("button, input[type=submit]").first.click()
    return page, page.frames[-1]


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_both_files_are_saved_and_the_page_stays(demo: Demo, new_browser: NewBrowser, javascript: bool) -> None:
    browser = new_browser(javascript=javascript)
    page, frame = enter(browser, demo, LEARNER_COURSE) if javascript else enter_without_javascript(browser, demo)
    click(frame, "My data")

    csv_name, table = download(page, frame, "Download as a table (CSV)")
    json_name, document = download(page, frame, "Download for programs (JSON)")

    assert heading(frame) == MY_DATA
    assert csv_name.endswith(".csv")
    assert json_name.endswith(".json")
    assert "Huda" not in csv_name + json_name
    lines = list(csv.reader(table.decode("utf-8-sig").splitlines()))
    kinds = json.loads(document)["kinds"]
    assert len(lines) - 1 == sum(len(rows) for kind in kinds for rows in kind["tables"].values()) > 300


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_every_page_about_ones_data_fits_its_window(demo: Demo, new_browser: NewBrowser, size: tuple[int, int]) -> None:
    _, frame = enter(new_browser(size=size), demo, LEARNER_COURSE)

    click(frame, "My data")
    assert heading(frame) == MY_DATA
    assert not has_sideways_scrolling(frame)
    with next_page(frame):
        frame.get_by_role("button", name="days and activities").click()
    assert heading(frame) == "Evidence of engagement: days and activities"
    assert not has_sideways_scrolling(frame)
    click(frame, "Earlier ones")
    assert frame.locator("h2").inner_text().startswith("Rows 101–")
    click(frame, f"← {MY_DATA}")
    click(frame, DATA_USE)
    assert heading(frame) == DATA_USE
    for summary in frame.locator("summary").all():
        summary.click()
    assert not has_sideways_scrolling(frame)


def test_back_leads_from_the_rows_to_the_page_and_to_the_course(demo: Demo, new_browser: NewBrowser) -> None:
    page, frame = enter(new_browser(), demo, LEARNER_COURSE)
    first = heading(frame)
    click(frame, "My data")
    click(frame, DATA_USE)

    back(page)
    shows(frame, MY_DATA)
    back(page)
    shows(frame, first)


def test_axe_finds_nothing_on_the_pages_about_ones_data(demo: Demo, new_browser: NewBrowser) -> None:
    _, frame = enter(new_browser(size=FRAME), demo, LEARNER_COURSE)

    for name in ("My data", DATA_USE, f"← {MY_DATA}", "log rows"):
        with next_page(frame):
            frame.get_by_role("button", name=name).first.click()
        assert find_violations_by_day_and_night(frame) == [], name
