"""Going through the demo as a person does: choose who you are, look at the tool inside the course page's frame."""

from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.demo_vle.demo import Demo

TUTOR_COURSE = "/enter/tutor/13"
SEMINAR_TUTOR_COURSE = "/enter/seminar_tutor/14"
LEARNER_COURSE = "/enter/learner/11"
UNSEEN_LEARNER_COURSE = "/enter/unseen_learner/11"
ADMIN_COURSE = "/enter/admin/13"
MANAGER_COURSE = "/enter/manager/13"


def enter(browser: BrowserContext, demo: Demo, path: str) -> tuple[Page, Frame]:
    """Enter the demo VLE as a persona; return its page and the tool's frame once the launch is through."""
    page = browser.new_page()
    page.goto(demo.vle_url + path)
    return page, tool_frame(page, demo)


def tool_frame(page: Page, demo: Demo) -> Frame:
    """Return the frame that the tool is in, when it shows a page of its own."""
    expect(page.frame_locator("iframe").locator("h1")).to_be_visible()
    frame = page.frame(url=lambda url: url.startswith(demo.tool_url))
    assert frame is not None, [frame.url for frame in page.frames]
    return frame


def click(frame: Frame, name: str) -> None:
    """Press the button of this name and wait for the page that answers."""
    with frame.expect_navigation():
        frame.get_by_role("button", name=name, exact=True).first.click()


def go_back(frame: Frame) -> None:
    """Press the button that leads back to the page before."""
    with frame.expect_navigation():
        frame.get_by_role("button").filter(has_text="←").first.click()


def heading(frame: Frame) -> str:
    """Return the page's main heading."""
    return frame.locator("h1").inner_text()


def has_sideways_scrolling(frame: Frame) -> bool:
    """Say whether the page is wider than its window."""
    width: bool = frame.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return width


def who_am_i(page: Page) -> str:
    """Return the name that the course page greets with."""
    return page.locator("header strong").inner_text()
