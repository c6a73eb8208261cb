"""In a real Chromium, without a mouse: each main flow by keyboard, in reading order, the focus always seen."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import BrowserContext, Frame, Keyboard, Playwright, expect

from tests.browser.chromium import FRAME, browsing
from tests.browser.frames import LEARNER_COURSE, MY_WEEKS, THIS_WEEK, TUTOR_COURSE, enter, heading, next_page
from tests.browser.measures import NARROW, resize
from tests.demo_vle.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MOST_STOPS = 250
STOPS = """() => {
  const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const isShown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled;
  return [...document.querySelectorAll(all)].filter(isShown).map((one, place) => (one.dataset.stop = place));
}"""
FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const isSeen = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none';
  const isInside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const said = `${one.tagName} ${one.textContent.trim().slice(0, 40)}`;
  return { stop: one.dataset.stop ?? null, isSeen, isInside, said };
}"""
START_PAGES = (
    TUTOR_COURSE,
    LEARNER_COURSE,
    "/enter/adviser/1",
    "/enter/lead/1",
    "/enter/faculty/1",
    "/enter/admin/13",
)


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One browser for all walks."""
    with browsing(playwright, tmp_path_factory.mktemp("browser") / "profile", size=FRAME) as browser:
        yield browser


def keys_of(frame: Frame) -> Keyboard:
    """Return the keyboard, its focus at the page's very beginning."""
    frame.locator(".skip").focus()
    return frame.page.keyboard


def tab_to(frame: Frame, selector: str, text: str = "") -> None:
    """Press Tab until the element of this selector (and text) has the focus; it is reached from where the focus is."""
    wanted = """([selector, text]) => {
        const one = document.activeElement;
        return one.matches(selector) && one.textContent.includes(text);
    }"""
    for _ in range(MOST_STOPS):
        frame.page.keyboard.press("Tab")
        if frame.evaluate(wanted, [selector, text]):
            return
    raise AssertionError(f"Tab never came to {selector} {text}")


def walk(frame: Frame, stops: int) -> Iterator[dict[str, str]]:
    """Press Tab from where the focus is until it came to the last stop; give each focus on the way."""
    for _ in range(3 * stops):
        focus = frame.evaluate(FOCUS)
        yield focus
        if focus["stop"] == str(stops - 1):
            return
        frame.page.keyboard.press("Tab")


def press_enter(frame: Frame) -> None:
    """Press Enter on what has the focus and wait for the page that answers."""
    with next_page(frame):
        frame.page.keyboard.press("Enter")


@pytest.mark.parametrize("path", START_PAGES)
def test_tab_comes_to_everything_in_reading_order_and_the_focus_is_always_seen(
    demo: Demo, browser: BrowserContext, path: str
) -> None:
    page, frame = enter(browser, demo, path)
    resize(frame, NARROW)  # one column: the order on the screen is the order of the page
    keys_of(frame)
    expected = frame.evaluate(STOPS)
    reached = {
        focus["stop"]: focus for focus in walk(frame, len(expected))
    }  # a day's field has three places of its own

    assert [int(stop) for stop in reached] == expected
    assert [one["said"] for one in reached.values() if not (one["isSeen"] and one["isInside"])] == []
    tops = frame.evaluate(
        "() => [...document.querySelectorAll('main [data-stop]')].map(e => e.getBoundingClientRect().top)"
    )
    assert all(later - earlier > -60 for earlier, later in pairwise(tops))
    page.close()


def test_the_first_tab_offers_to_skip_to_the_content(demo: Demo, browser: BrowserContext) -> None:
    page, frame = enter(browser, demo, LEARNER_COURSE)
    frame.locator("body").evaluate("body => { body.tabIndex = -1; body.focus() }")
    page.keyboard.press("Tab")
    expect(frame.locator(".skip")).to_be_focused()
    expect(frame.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert frame.evaluate("document.activeElement.closest('main') !== null")
    page.close()


def test_a_learner_goes_behind_the_number_says_something_and_comes_back(demo: Demo, browser: BrowserContext) -> None:
    page, frame = enter(browser, demo, LEARNER_COURSE)
    keys_of(frame)
    tab_to(frame, "button", "Everything behind this number")
    press_enter(frame)
    assert heading(frame).startswith("Everything behind the number")
    assert frame.evaluate("document.activeElement.tagName") == "H1"  # a screen reader begins with the new page's name
    keys_of(frame)
    tab_to(frame, "button", "←")
    press_enter(frame)
    assert heading(frame) == MY_WEEKS

    keys_of(frame)
    tab_to(frame, 'button[formaction="/panel/learner/voice"]')
    press_enter(frame)
    tab_to(frame, "#goal")
    page.keyboard.type("Read before the lecture")
    tab_to(frame, "button", "Keep my")
    press_enter(frame)
    assert frame.locator("#goal").input_value() == "Read before the lecture"
    page.close()


def test_a_tutor_searches_opens_a_learner_and_unfolds_a_table(demo: Demo, browser: BrowserContext) -> None:
    page, frame = enter(browser, demo, TUTOR_COURSE)
    keys_of(frame)
    tab_to(frame, "#q")
    page.keyboard.type("ma")
    press_enter(frame)  # from within the field, as searches are sent
    assert heading(frame) == THIS_WEEK
    assert frame.evaluate("document.activeElement.closest('#all') !== null")  # the answer is where the reader looks
    tab_to(frame, "#all th button")
    name = frame.evaluate("document.activeElement.textContent")
    press_enter(frame)
    assert heading(frame) == name

    tab_to(frame, "summary", "The same as a table")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert frame.evaluate("document.activeElement.matches('.scroll')")  # a wide table is scrolled by the arrow keys
    page.close()


@pytest.mark.parametrize(
    ("path", "button", "title"),
    [
        ("/enter/lead/1", 'button[formaction="/panel/school/levels"]', None),
        ("/enter/adviser/1", 'button[formaction="/panel/people/learner"]', None),
        ("/enter/admin/13", 'button[formaction="/panel/admin/courses"]', None),
        (LEARNER_COURSE, 'form[action="/accessibility"] button', "Accessibility of these pages"),
    ],
)
def test_a_page_is_opened_with_enter_and_its_heading_has_the_focus(
    demo: Demo, browser: BrowserContext, path: str, button: str, title: str | None
) -> None:
    page, frame = enter(browser, demo, path)
    before = heading(frame)
    keys_of(frame)
    tab_to(frame, button)
    press_enter(frame)
    assert heading(frame) == title if title else heading(frame) != before
    assert frame.evaluate("document.activeElement.tagName") == "H1"
    page.close()


def test_nothing_moves_where_the_reader_wants_less_motion(demo: Demo, browser: BrowserContext) -> None:
    page, frame = enter(browser, demo, TUTOR_COURSE)
    moving = """() => [...document.querySelectorAll('*')].filter((one) => {
        const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one);
        return animationName !== 'none' || parseFloat(transitionDuration) > 0 || scrollBehavior === 'smooth';
    }).length"""
    assert frame.evaluate(moving) > 0
    page.emulate_media(reduced_motion="reduce")
    assert frame.evaluate(moving) == 0
    page.close()
