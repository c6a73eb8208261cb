"""The one list of the tool's pages and how to reach each in the demo: for axe, overflow, weight and language alike.

A page is reached as a person reaches it, by the buttons of the pages before it, from its persona's first page. States
that the demo does not live through (an empty course, early term, holiday, a thousand learners) are in `states.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Frame

from tests.browser.frames import enter, next_page
from tests.demo_vle.demo import Demo

Press = str | Callable[[Frame], None]
"""The address of the button to press, with its name where the address has several, or what else to do with the page."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One page or state of a page."""

    name: str
    presses: tuple[Press, ...] = ()
    """From the persona's first page; none: that page itself."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """One persona who logs in once, and what they look at. `path`: how they enter the demo VLE."""

    path: str
    stops: tuple[Stop, ...]


def fill(selector: str, value: str) -> Callable[[Frame], None]:
    """Make a step that fills a field, without leaving the page."""

    def step(frame: Frame) -> None:
        frame.locator(selector).first.fill(value)

    return step


def choose(selector: str, value: str) -> Callable[[Frame], None]:
    """Make a step that chooses in a list, without leaving the page."""

    def step(frame: Frame) -> None:
        frame.locator(selector).first.select_option(value)

    return step


def unfold(frame: Frame) -> None:
    """Open every folded part of the page."""
    frame.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def press(address: str) -> Callable[[Frame], None]:
    """Make a step that presses the first button that leads to an address, and waits for the page that answers."""
    path, _, name = address.partition(" ")
    named = f'[name="{name}"]' if name else ""

    def step(frame: Frame) -> None:
        # Not by the mouse: a button may stand in a part that is folded.
        button = frame.locator(f'button[formaction="{path}"]{named}, form[action="{path}"] button{named}').first
        with next_page(frame):
            button.evaluate("button => button.form.requestSubmit(button)", timeout=10_000)

    return step


def first_page(frame: Frame) -> None:
    """Ask for the persona's first page again."""
    with next_page(frame):
        frame.evaluate(
            """() => {
                const form = document.createElement('form');
                form.method = 'post';
                form.action = document.body.dataset.again || '/panel/';
                const token = document.querySelector('input[name=page_token]').cloneNode();
                form.append(token);
                document.body.append(form);
                form.requestSubmit();
            }"""
        )


def go(frame: Frame, stop: Stop) -> None:
    """Go to a page from its persona's first one, which the frame shows."""
    for step in stop.presses:
        (press(step) if isinstance(step, str) else step)(frame)


def visit(browser: BrowserContext, demo: Demo, visitor: Visitor) -> Iterator[tuple[str, Frame]]:
    """Log a persona in once and give each of their pages in turn: its name and the frame that shows it."""
    page, frame = enter(browser, demo, visitor.path)
    is_first = True
    for stop in visitor.stops:
        if not is_first:
            first_page(frame)
        is_first = False
        go(frame, stop)
        yield stop.name, frame
    page.close()


OWN, CLASS, PEOPLE, SCHOOL, ADMIN = "/panel/learner", "/panel/tutor", "/panel/people", "/panel/school", "/panel/admin"

VISITORS = (
    Visitor(
        "/enter/tutor/13",
        (
            Stop("tutor"),
            Stop("tutor-second-page", (f"{CLASS} to_page",)),
            Stop("tutor-nobody-fits", (fill("#q", "zzzz"), f"{CLASS}#all")),
            Stop("tutor-unfolded", (unfold,)),
            Stop("tutor-learner", (f"{CLASS}/learner",)),
            Stop("tutor-learner-unfolded", (f"{CLASS}/learner", unfold)),
            Stop("tutor-figure", (f"{CLASS}/learner", f"{CLASS}/learner/figure")),
            Stop("resources", (f"{CLASS}/resources",)),
            Stop("resources-second-page", (f"{CLASS}/resources", f"{CLASS}/resources to_page")),
            Stop("resources-unfolded", (f"{CLASS}/resources", unfold)),
            Stop("statement-of-staff", ("/panel/statement",)),
            Stop("services", ("/panel/services",)),
        ),
    ),
    Visitor("/enter/tutor/16", (Stop("tutor-tiny-course"), Stop("resources-tiny-course", (f"{CLASS}/resources",)))),
    Visitor("/enter/seminar_tutor/14", (Stop("tutor-of-groups"),)),
    Visitor(
        "/enter/learner/11",
        (
            Stop("learner"),
            Stop("learner-unfolded", (unfold,)),
            Stop("learner-week", (f"{OWN}/week",)),
            Stop("learner-figure", (f"{OWN}/figure",)),
            Stop("learner-courses", (f"{OWN}/courses",)),
            Stop("learner-looks", (f"{OWN}/looks",)),
            Stop("learner-voice", (f"{OWN}/voice",)),
            Stop("learner-case", (f"{OWN}/case",)),
            Stop("learner-complaint", (f"{OWN}/complaint",)),
            Stop("learner-held", (f"{OWN}/held",)),
            Stop("learner-held-rows", (f"{OWN}/held", f"{OWN}/held table")),
            Stop("learner-data-use", (f"{OWN}/held", f"{OWN}/data-use")),
            Stop("statement", ("/panel/statement",)),
            Stop("learner-compared", (f"{OWN}/compare comparison",)),
            Stop("learner-not-compared-again", (f"{OWN}/compare comparison",)),
            Stop("accessibility", ("/accessibility",)),
            Stop("signed-out", ("/panel/sign-out",)),
        ),
    ),
    Visitor("/enter/unseen_learner/11", (Stop("learner-nothing-yet"),)),
    Visitor("/enter/late_learner/11", (Stop("learner-late"),)),
    Visitor(
        "/enter/adviser/1",
        (
            Stop("work"),
            Stop("people", (PEOPLE,)),
            Stop("person", (PEOPLE, f"{PEOPLE}/learner")),
            Stop("person-unfolded", (PEOPLE, f"{PEOPLE}/learner", unfold)),
            Stop("case", (f"{PEOPLE}/case",)),
            Stop("case-unfolded", (f"{PEOPLE}/case", unfold)),
            Stop("people-services", (PEOPLE, f"{PEOPLE}/services")),
        ),
    ),
    Visitor(
        "/enter/lead/1",
        (
            Stop("school"),
            Stop("school-unfolded", (unfold,)),
            Stop("levels", (f"{SCHOOL}/levels",)),
            Stop("level", (f"{SCHOOL}/levels", f"{SCHOOL}/level")),
            Stop("process", (f"{SCHOOL}/process",)),
            Stop("complaints", (f"{SCHOOL}/complaints",)),
            Stop("school-services", (f"{SCHOOL}/services",)),
            Stop("templates", (f"{SCHOOL}/templates",)),
            Stop("figures-of-a-lead", ("/panel/figures",)),
        ),
    ),
    Visitor("/enter/officer/1", (Stop("work-of-an-officer"),)),
    Visitor("/enter/maths_lead/1", (Stop("school-of-another-lead"),)),
    Visitor("/enter/faculty/1", (Stop("figures"), Stop("figures-of-a-school", ("/panel/figures",)))),
    Visitor(
        "/enter/admin/13",
        (
            Stop("admin"),
            Stop("admin-check", (f"{ADMIN}/check",)),
            Stop("admin-connection", (f"{ADMIN}/connection",)),
            Stop("admin-courses", (f"{ADMIN}/courses",)),
        ),
    ),
    Visitor("/enter/manager/13", (Stop("admin-that-may-not-change"),)),
)
"""Everybody who looks at something, and at what."""
