"""Pages in states that the demo does not live through, rendered by the real app from made-up courses."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import BrowserContext, Frame, Page, Route

from bridge.store.database import make_engine, make_sessions
from lti.app import create_app
from lti.panels.views import course_panel, learner_panel, tutor_learner_panel
from tests.lti.panels.conftest import SETTINGS, Browser
from tests.lti.panels.world import NOW, Shape, World, make_world

STATIC = Path(__file__).parents[2] / "lti" / "static"
HOST = SETTINGS.public_url
EARLY = datetime(2026, 10, 8, 12, 0, tzinfo=UTC)
HOLIDAY = datetime(2026, 11, 11, 12, 0, tzinfo=UTC)
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh " * 3
SHAPES: Mapping[str, Shape] = {
    "usual": Shape(),
    "early": Shape(now=EARLY, fresh_at=EARLY),
    "holiday": Shape(now=HOLIDAY, fresh_at=HOLIDAY),
    "stale": Shape(fresh_at=NOW - timedelta(hours=25)),
    "tiny": Shape(learner_count=7),
    "empty": Shape(learner_count=0),
    "not-synced": Shape(learner_count=0, has_roster=False, fresh_at=None),
    "no-level": Shape(has_level=False),
    "long-names": Shape(learner_count=12, names=[LONG] * 3, course_name=LONG, task_name=LONG, activities=[LONG] * 40),
    "thousand": Shape(learner_count=1_000),
}
"""The course of each state."""


@contextmanager
def opened(template: Path, folder: Path, shape: Shape) -> Iterator[tuple[Browser, World]]:
    """Make a course in a database of its own, a copy of `template`; give a browser on the real app."""
    path = folder / f"{len(list(folder.iterdir()))}.sqlite3"
    shutil.copyfile(template, path)
    engine = make_engine(f"sqlite:///{path}")
    sessions = make_sessions(engine)
    world = make_world(sessions, shape)
    yield Browser(create_app(SETTINGS, sessions=sessions, now=lambda: shape.now), sessions, world, shape.now), world
    engine.dispose()


def render_states(name: str, template: Path, folder: Path) -> dict[str, str]:
    """Render the pages of a course in one state: what its tutor, and one of its learners, are shown."""
    with opened(template, folder, SHAPES[name]) as (browser, world):
        found = {f"{name}: tutor": browser.as_tutor(course_panel, {"size": "50"})}
        if world.learner_ids:
            found[f"{name}: learner"] = browser.as_learner(learner_panel, world.learner_ids[0])
            found[f"{name}: one learner"] = browser.as_tutor(tutor_learner_panel, learner=world.learner_ids[1])
        return found


ERRORS: Mapping[str, Callable[[Browser], str]] = {
    "no such page": lambda browser: browser.app.test_client().get("/nothing").get_data(as_text=True),
    "session ended": lambda browser: browser.app.test_client().post("/panel/").get_data(as_text=True),
    "bad launch": lambda browser: browser.app.test_client().post("/lti/launch").get_data(as_text=True),
    "front": lambda browser: browser.app.test_client().get("/").get_data(as_text=True),
    "set up by hand": lambda browser: browser.app.test_client().get("/setup").get_data(as_text=True),
}
"""Pages that nobody is logged in for."""


def render_errors(template: Path, folder: Path) -> dict[str, str]:
    """Render the pages that nobody is logged in for."""
    with opened(template, folder, Shape(learner_count=1)) as (browser, _):
        return {name: ask(browser) for name, ask in ERRORS.items()}


def show(browser: BrowserContext, pages: Mapping[str, str]) -> Iterator[tuple[str, Frame]]:
    """Show rendered pages in turn at the tool's address, with the tool's own style sheet and script."""
    page = browser.new_page()
    shown = {f"{HOST}/shown/{place}": html for place, html in enumerate(pages.values())}
    page.route(f"{HOST}/**", lambda route: _answer(route, shown))
    for name, address in zip(pages, shown, strict=True):
        _load(page, address)
        yield name, page.main_frame
    page.close()


def _load(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("h1").wait_for()


def _answer(route: Route, shown: Mapping[str, str]) -> None:
    address = route.request.url
    if address in shown:
        route.fulfill(body=shown[address], content_type="text/html; charset=utf-8")
    else:
        route.fulfill(path=STATIC / address.rpartition("/")[2])
