"""In a real Chromium: axe finds nothing on any page (WCAG 2.2 AA); each fits 320, 768 and 1,280 px, light and dark."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Frame, Playwright

from lti.panels import ROUTES
from tests.browser.chromium import browsing
from tests.browser.measures import (
    BREAKPOINT,
    MIDDLE,
    NARROW,
    TARGETS,
    WIDE,
    find_misfits,
    find_violations,
    find_violations_by_day_and_night,
    measure_shift,
    resize,
    spaced_text,
)
from tests.browser.pages import VISITORS, Visitor, visit
from tests.demo_vle.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One browser for all pages; each persona logs in once."""
    with browsing(playwright, tmp_path_factory.mktemp("browser") / "profile") as browser:
        yield browser


def examine(frame: Frame) -> list[str]:
    """Look at a page in three widths and two themes; return what is wrong with it."""
    frame.page.emulate_media(reduced_motion="reduce")  # a colour on its way to another has no contrast yet
    found = []
    for width in (WIDE, NARROW, BREAKPOINT, MIDDLE):
        resize(frame, width)
        found += [f"{width} px: {line}" for line in find_misfits(frame)]
        if width == NARROW:
            found += [f"{width} px: {line}" for line in find_violations(frame, TARGETS)]
            with spaced_text(frame):
                found += [f"{width} px, spaced text: {line}" for line in find_misfits(frame)]
    return found + find_violations_by_day_and_night(frame)


@pytest.mark.parametrize("visitor", VISITORS, ids=lambda visitor: visitor.path.removeprefix("/enter/"))
def test_every_page_is_accessible_and_fits_each_window(demo: Demo, browser: BrowserContext, visitor: Visitor) -> None:
    found: dict[str, list[str]] = {}
    for name, frame in visit(browser, demo, visitor):
        if name == visitor.stops[0].name and (shift := measure_shift(frame)) > 0:
            found.setdefault(name, []).append(f"the page jumps by {shift}")
        found.setdefault(name, []).extend(examine(frame))

    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("visitor", VISITORS, ids=lambda visitor: visitor.path.removeprefix("/enter/"))
def test_every_page_fits_each_window_in_welsh_too(demo: Demo, browser: BrowserContext, visitor: Visitor) -> None:
    found: dict[str, list[str]] = {}
    for name, frame in visit(browser, demo, replace(visitor, path=f"{visitor.path}?lang=cy")):
        assert frame.evaluate("document.documentElement.lang") == "cy"
        for width in (WIDE, NARROW, BREAKPOINT, MIDDLE):
            resize(frame, width)
            found[name] = found.get(name, []) + [f"{width} px: {line}" for line in find_misfits(frame)]

    assert {name: lines for name, lines in found.items() if lines} == {}


def test_the_style_page_is_accessible_and_fits_each_window(demo: Demo, browser: BrowserContext) -> None:
    page = browser.new_page()
    page.goto(f"{demo.vle_url}/style")

    assert examine(page.main_frame) == []


FIRST_PAGES = frozenset({"/", "/tutor", "/learner", "/people/work", "/school", "/figures", "/admin"})
ELSEWHERE = {
    "/learner/course": "the same page as /learner, from the list of all courses",
    "/learner/services": "the same page as /services",
    "/people/message": "test_staff_states.py, in each of its states",
    "/people/messages": "test_staff_states.py, as above",
    "/people/work/digest": "test_casework.py walks there and runs axe: only small matters of one's own open it",
    "/people/glass": "test_staff_states.py: nobody in the demo has this right",
    "/people/training": "test_staff_states.py: everybody in the demo is trained",
    "/school/process/withhold": "a change that answers with /school/process, its mistakes by their fields, too",
}
"""Pages that the list does not reach, and why."""


def test_every_page_of_the_tool_is_on_the_list() -> None:
    steps = [step for visitor in VISITORS for stop in visitor.stops for step in stop.presses if isinstance(step, str)]
    pressed = {step.partition("#")[0].partition(" ")[0] for step in steps}
    reached = {path.removeprefix("/panel") for path in pressed} | FIRST_PAGES | set(ELSEWHERE)
    pages = {path for path, _, view in ROUTES if is_page(path, view)}

    assert pages - reached == set()


def is_page(path: str, view: Callable[[], object]) -> bool:
    """Say whether a route shows a page of its own: files do not, and a change answers with the page it began on."""
    return not path.endswith((".csv", ".json", "/admin/plugin")) and "changing" not in view.__qualname__
