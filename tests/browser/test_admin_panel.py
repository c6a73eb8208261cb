"""An administrator goes through the panel in real Chromium: third-party cookies blocked, with and without script."""

import re
import zipfile

import pytest
from playwright.sync_api import Frame, expect

from tests.browser.chromium import DESKTOP, FRAME, PHONE
from tests.browser.conftest import NewBrowser
from tests.browser.frames import ADMIN_COURSE, MANAGER_COURSE, click, enter, has_sideways_scrolling, heading
from tests.browser.measures import find_violations_by_day_and_night
from tests.demo_vle.demo import Demo
from tests.demo_vle.site import TOKEN

pytestmark = pytest.mark.browser

CATEGORY = "School of Life Sciences"
LINK = "Make a registration link (good for one hour, once)"


def notice(frame: Frame) -> str:
    """Return what the page says came of the last press of a button."""
    return " ".join(frame.get_by_role("status").inner_text().split())


def test_an_administrator_connects_checks_switches_a_category_on_and_syncs(demo: Demo, new_browser: NewBrowser) -> None:
    _, frame = enter(new_browser(size=FRAME), demo, ADMIN_COURSE)
    click(frame, "Connection")
    frame.get_by_label("Moodle’s web-service token").fill(TOKEN)
    click(frame, "Save and check")
    assert "The token is saved." in notice(frame)
    assert TOKEN not in frame.content()

    click(frame, "Overview")
    click(frame, "Check the connection")
    assert re.search(r"Connection, \d+ of \d+ checks passed", frame.locator("main").inner_text())

    click(frame, "Courses")
    frame.get_by_label("Category").select_option(label=f"{CATEGORY} (1)")
    click(frame, "Show")
    click(frame, "Switch all off")
    assert "1 course switched off: BIO4102 Cell Biology and Genetics." in notice(frame)
    click(frame, "Switch all on")
    assert "1 course switched on: BIO4102 Cell Biology and Genetics." in notice(frame)

    click(frame, "Overview")
    click(frame, "Sync now")
    assert "A sync was asked for." in notice(frame)


def test_a_registration_link_is_shown_once_and_back_brings_no_second_one(demo: Demo, new_browser: NewBrowser) -> None:
    page, frame = enter(new_browser(), demo, ADMIN_COURSE)
    click(frame, LINK)
    field = frame.get_by_label("Registration link")
    assert field.input_value().startswith(f"{demo.tool_url}/lti/register/")
    field.focus()
    assert frame.evaluate("document.activeElement.selectionEnd") == len(field.input_value())

    click(frame, "Courses")
    page.evaluate("history.back()")

    expect(frame.locator("h1")).to_have_text("This form was sent already")
    click(frame, "Back to the first page")
    expect(frame.get_by_label("Registration link")).to_have_count(0)


def test_the_plugin_is_downloaded_as_a_zip(demo: Demo, new_browser: NewBrowser) -> None:
    page, frame = enter(new_browser(), demo, ADMIN_COURSE)

    with page.expect_download() as started:
        frame.get_by_role("button", name="Download the plugin (zip)").click()

    assert "lea/version.php" in zipfile.ZipFile(started.value.path()).namelist()
    assert heading(frame)


def test_the_panel_needs_no_javascript(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser(javascript=False).new_page()
    page.goto(demo.vle_url + ADMIN_COURSE)
    for _ in range(3):
        frame = page.frames[-1]
        frame.wait_for_load_state()
        if frame.url.startswith(demo.tool_url):
            break
        with frame.expect_navigation():
            frame.locator("button, input[type=submit]").first.click()
    frame = page.frames[-1]

    for name in ("Courses", "Connection", "Overview", "Sync now"):
        with frame.expect_navigation():
            frame.get_by_role("button", name=name, exact=True).first.click()

    assert "A sync was asked for." in notice(frame)


@pytest.mark.parametrize("size", [PHONE, FRAME, DESKTOP], ids=["phone", "frame", "desktop"])
def test_no_page_of_the_panel_scrolls_sideways(demo: Demo, new_browser: NewBrowser, size: tuple[int, int]) -> None:
    _, frame = enter(new_browser(size=size), demo, ADMIN_COURSE)

    for name in ("Check the connection", "Connection", "Courses", "Overview", LINK):
        click(frame, name)
        assert not has_sideways_scrolling(frame), name


def test_a_categorys_manager_looks_and_finds_nothing_to_press(demo: Demo, new_browser: NewBrowser) -> None:
    _, frame = enter(new_browser(), demo, MANAGER_COURSE)

    for name in ("Connection", "Courses", "Overview"):
        click(frame, name)
        assert frame.locator("input[name=once]").count() == 0


def test_axe_finds_nothing_on_any_page_of_the_panel(demo: Demo, new_browser: NewBrowser) -> None:
    _, frame = enter(new_browser(size=FRAME), demo, ADMIN_COURSE)

    for name in ("Check the connection", "Connection", "Courses", "Overview", LINK):
        click(frame, name)
        assert find_violations_by_day_and_night(frame) == [], name
