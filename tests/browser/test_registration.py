"""Registration in a real Chromium: in the platform's frame at phone width, and the page by hand with its buttons."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from bridge.store.database import make_engine, make_sessions, reading, writing
from bridge.store.pending_registrations import load_pending, refuse
from bridge.store.registration_links import make_link
from lti.registration.asking import hand_fields, link_address
from lti.services import utc_now
from tests.browser.chromium import PHONE, Cookies
from tests.browser.conftest import NewBrowser
from tests.browser.frames import has_sideways_scrolling, heading
from tests.demo_vle.demo import Demo

pytestmark = pytest.mark.browser
NOTE_MESSAGE = "sessionStorage.setItem('message', `${data.subject} from ${origin}`)"
NEW_TOOL = "Register as a new external tool"


def new_link(demo: Demo) -> str:
    """Make a registration link in the running tool's database."""
    engine = make_engine(f"sqlite:///{demo.folder / 'demo.sqlite3'}")
    with writing(make_sessions(engine)) as db:
        token = make_link(db, made_by_platform_id=None, now=utc_now())
    engine.dispose()
    return link_address(demo.tool_url, token)


def forget_pending(demo: Demo) -> int:
    """Refuse what waits for approval, so that the next test finds the tool as before; return how many waited."""
    engine = make_engine(f"sqlite:///{demo.folder / 'demo.sqlite3'}")
    sessions = make_sessions(engine)
    with reading(sessions) as db:
        waiting = load_pending(db)
    for pending in waiting:
        with writing(sessions) as db:
            refuse(db, pending.pending_id)
    engine.dispose()
    return len(waiting)


def open_link(browser: BrowserContext, demo: Demo, link: str) -> tuple[Page, Frame]:
    """Paste a link into the platform's Manage tools; return its page and the tool's frame."""
    page = browser.new_page()
    page.add_init_script(f"addEventListener('message', ({{ data, origin }}) => {NOTE_MESSAGE})")
    page.goto(f"{demo.vle_url}/enter/admin/13")
    page.goto(f"{demo.vle_url}/mod/lti/toolconfigure.php")
    page.get_by_label("Tool URL").fill(link)
    page.get_by_role("button", name="Add LTI Advantage").click()
    page.frame_locator("iframe").get_by_role("button", name=NEW_TOOL).click()
    expect(page.frame_locator("iframe").locator("h1")).to_contain_text("Register Engagement")
    frame = page.frame(url=lambda url: url.startswith(demo.tool_url))
    assert frame is not None
    return page, frame


def press(frame: Frame, name: str) -> None:
    """Press a button that leads to another page."""
    with frame.expect_navigation():
        frame.get_by_role("button", name=name).click()


@pytest.mark.parametrize("cookies", [Cookies.THIRD_PARTY_BLOCKED, Cookies.TOOL_BLOCKED])
def test_an_administrator_registers_the_tool_on_a_phone(demo: Demo, new_browser: NewBrowser, cookies: Cookies) -> None:
    page, frame = open_link(new_browser(cookies=cookies, size=PHONE), demo, new_link(demo))
    assert not has_sideways_scrolling(frame)
    assert not frame.get_by_role("checkbox").is_checked()

    press(frame, "Register")

    assert heading(frame) == "Registered. Two steps are left."
    assert not has_sideways_scrolling(frame)
    assert "registration_token" not in frame.url
    frame.get_by_role("button", name="Close this page").click()
    expect(page.get_by_role("listitem").filter(has_text="pending").first).to_be_visible()
    assert page.locator("iframe").count() == 0
    assert page.evaluate("sessionStorage.getItem('message')") == f"org.imsglobal.lti.close from {demo.tool_url}"
    assert forget_pending(demo) == 1


def test_without_javascript_it_registers_just_as_well(demo: Demo, new_browser: NewBrowser) -> None:
    browser = new_browser(javascript=False, size=PHONE)
    page = browser.new_page()
    page.goto(f"{demo.vle_url}/enter/admin/13")
    start = f"{demo.vle_url}/mod/lti/startltiadvregistration.php?type=0&url={new_link(demo)}"
    page.goto(start)

    page.get_by_role("button", name="Register").click()

    assert page.locator("h1").inner_text() == "Registered. Two steps are left."
    assert page.locator("main").get_by_role("button").count() == 0
    assert "reload Moodle’s page Manage tools" in page.locator("main").inner_text()
    assert forget_pending(demo) == 1


def test_a_refusal_in_the_frame_says_what_to_do(demo: Demo, new_browser: NewBrowser) -> None:
    link = new_link(demo)
    page, frame = open_link(new_browser(size=PHONE), demo, link)
    frame.locator('input[name="registration_token"]').evaluate("field => { field.value = 'spoiled' }")

    press(frame, "Register")

    assert heading(frame) == "The tool was not registered"
    assert "Exception - Wrong number of segments" in frame.locator("main").inner_text()
    assert not has_sideways_scrolling(frame)
    again, frame = open_link(page.context, demo, link)
    press(frame, "Register")
    assert heading(frame).startswith("Registered")
    forget_pending(demo)
    again.close()


@pytest.mark.parametrize("deny", [False, True])
def test_each_copy_button_puts_its_value_on_the_clipboard(demo: Demo, new_browser: NewBrowser, deny: bool) -> None:
    browser = new_browser(size=PHONE)
    if not deny:
        browser.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.tool_url)
    page = browser.new_page()
    page.goto(f"{demo.tool_url}/setup")
    read: Callable[[], str] = lambda: page.evaluate("navigator.clipboard.readText()")  # noqa: E731 (one line says it)
    if deny:
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('denied')); }")

    for field in hand_fields(demo.tool_url):
        if field.is_typed:
            page.get_by_role("button", name=f"Copy {field.label}", exact=True).click()
            expect(page.get_by_role("status")).to_contain_text(f"{field.label}: copied.")
            if not deny:
                assert read() == field.value

    width = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not width


def test_without_javascript_the_values_are_fields_and_no_button_promises_anything(
    demo: Demo, new_browser: NewBrowser
) -> None:
    page = new_browser(javascript=False).new_page()
    page.goto(f"{demo.tool_url}/setup")

    assert page.locator("main").get_by_role("button").count() == 0
    assert page.get_by_label("Public keyset").input_value() == f"{demo.tool_url}/lti/jwks.json"
    assert page.get_by_label("Public keyset").get_attribute("readonly") is not None
