"""Pages carry nothing that a hostile name or a stranger could use, stay light, and ask a constant number of queries."""

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from bridge.checks.findings import Finding
from bridge.records import CourseRecord
from bridge.store.database import Sessions, writing
from lti.app import create_app
from lti.changes import Done
from lti.panels import ROUTES
from lti.panels.admin.connection import show_connection
from lti.panels.admin.courses import LiveList, show_courses
from lti.panels.admin.views import overview_panel, show_overview
from lti.panels.views import (
    course_panel,
    learner_courses_panel,
    learner_panel,
    learner_week_panel,
    tutor_learner_panel,
)
from lti.panels.views_figure import learner_figure_panel, tutor_figure_panel
from lti.panels.views_held import data_use_panel, held_panel
from lti.panels.views_looks import looks_panel
from tests.lti.panels.conftest import SETTINGS, Browser, MakeBrowser, soup_of
from tests.lti.panels.world import MOODLE_URL, NOW, Shape, World, add_look, make_world

NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "\u202eevil\u2066 name",
    "Nul\x00l\x1b[31m",
    "=cmd|' /C calc'!A0",
    "Ünï©ødé 😀",
    "x" * 900,
)
SCRIPT = '<script defer="" src="/static/panel.js"></script>'
"""The only one a page may have: the tool's own file, with nothing inline."""


HOSTILE = "<script>alert(4)</script>\u202e"
DONE = Done("detail", "good", HOSTILE, HOSTILE, secret="https://lea.example.ac.uk/lti/register/once")
FINDINGS = tuple(Finding(HOSTILE, is_good, HOSTILE, HOSTILE) for is_good in (True, False, None))
COURSE = CourseRecord(99, HOSTILE, HOSTILE, HOSTILE, 1, HOSTILE, NOW, None, True, 0)


def all_pages(browser: Browser, world: World) -> list[str]:
    """Open every page that shows data."""
    first = world.learner_ids[0]
    return [
        browser.as_tutor(course_panel, {"q": "", "size": "50"}),
        browser.as_tutor(course_panel, {"q": '"><script>alert(2)</script>'}),
        browser.as_tutor(tutor_learner_panel, {"q": "<b>"}, learner=first),
        browser.as_learner(learner_panel, first),
        browser.as_learner(learner_week_panel, first, {"week": "6"}),
        browser.as_learner(learner_figure_panel, first),
        browser.as_tutor(tutor_figure_panel, learner=first),
        browser.as_learner(learner_courses_panel, first),
        browser.as_learner(held_panel, first),
        browser.as_learner(held_panel, first, {"table": "presence"}),
        browser.as_learner(held_panel, first, {"table": "access_log"}),
        browser.as_learner(data_use_panel, first),
        browser.as_learner(looks_panel, first),
        browser.as_admin(overview_panel),
        browser.as_admin(lambda asked: show_overview(asked, done=DONE, findings=FINDINGS)),
        browser.as_admin(lambda asked: show_connection(asked, DONE, FINDINGS)),
        browser.as_admin(lambda asked: show_courses(asked, LiveList((COURSE,)), DONE)),
        browser.as_admin(lambda asked: show_courses(asked, LiveList(None, HOSTILE))),
    ]


def nasty_world(sessions: Sessions) -> World:
    """Make a course in which every text that comes from outside is hostile."""
    hostile = "<script>alert(3)</script>\u202e"
    shape = Shape(
        learner_count=12,
        names=[name.replace("\x00", "") for name in NASTY],
        course_name=f"Course {hostile}",
        task_name=f"Task {hostile}",
        activities=[f"Item {hostile} {number}" for number in range(40)],
    )
    world = make_world(sessions, shape)
    with writing(sessions) as db:
        add_look(db, world, world.learner_ids[0], NOW)
    return world


def test_hostile_texts_are_shown_as_text(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = nasty_world(sessions)

    for page in all_pages(open_as(world), world):
        soup = soup_of(page)
        assert [str(script) for script in soup.find_all("script")] == [SCRIPT]
        assert soup.find_all(["img", "iframe", "object", "style", "embed"]) == []
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]", page.replace("\n", ""))


def test_pages_have_no_inline_style_handler_or_script(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = nasty_world(sessions)

    for page in all_pages(open_as(world), world):
        for tag in soup_of(page).find_all(True):
            assert not [name for name in tag.attrs if name == "style" or name.startswith("on")]


def test_pages_ask_nothing_of_anybody_else(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = nasty_world(sessions)

    for page in all_pages(open_as(world), world):
        soup = soup_of(page)
        assert [tag["href"] for tag in soup.find_all("link")] == ["data:,", "/static/panel.css"]
        assert [tag["src"] for tag in soup.find_all(src=True)] == ["/static/panel.js"]
        for link in soup.find_all("a", href=True):
            assert str(link["href"]).startswith(("#", f"{MOODLE_URL}/"))


def test_links_that_leave_the_panel_leave_the_frame(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    for page in all_pages(open_as(world), world):
        for link in soup_of(page).find_all("a", href=re.compile("^http")):
            assert link["target"] == "_top"


def test_no_page_token_or_other_secret_is_in_an_address(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    for page in all_pages(open_as(world), world):
        addresses = [
            str(value)
            for tag in soup_of(page).find_all(True)
            for name, value in tag.attrs.items()
            if name in {"href", "action", "formaction"}
        ]
        assert not [
            address for address in addresses if "token" in address or ("?" in address and MOODLE_URL not in address)
        ]


def test_every_button_is_part_of_a_form_that_posts_the_token(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    for page in all_pages(open_as(world), world):
        soup = soup_of(page)
        for button in soup.find_all("button"):
            form = soup.find("form", id=button["form"]) if button.get("form") else button.find_parent("form")
            assert form is not None
            assert form["method"] == "post"
            assert form.find("input", attrs={"name": "page_token"}) is not None


def test_headings_start_at_one_and_ids_are_unique(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    for page in all_pages(open_as(world), world):
        soup = soup_of(page)
        ids = [tag["id"] for tag in soup.find_all(id=True)]
        assert len(ids) == len(set(ids))
        assert len(soup.find_all("h1")) == 1
        assert soup.find("html", lang="en-GB") is not None


def test_every_reference_to_a_mark_has_its_mark(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    for page in all_pages(open_as(world), world):
        soup = soup_of(page)
        ids = {f"#{tag['id']}" for tag in soup.find_all(id=True)}
        assert {str(use["href"]) for use in soup.find_all("use")} <= ids
        assert set(re.findall(r"url\((#\w+)\)", page)) <= ids


def test_a_list_of_fifty_learners_weighs_at_most_60_kb_and_a_learners_page_40(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions, Shape(learner_count=60))
    browser = open_as(world)

    course = browser.as_tutor(course_panel, {"size": "50"})
    own = browser.as_learner(learner_panel, world.learner_ids[0])

    assert len(soup_of(course).select("#all tbody tr:has(th)")) == 50
    assert len(gzip.compress(course.encode())) <= 60_000
    assert len(own.encode()) <= 40_000


@contextmanager
def counted_statements(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that are executed."""
    statements: list[str] = []

    def collect(*arguments: object) -> None:
        if not str(arguments[2]).startswith("BEGIN"):
            statements.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", collect)
    yield statements
    event.remove(engine, "before_cursor_execute", collect)


@pytest.mark.parametrize("count", [5, 50])
def test_the_number_of_queries_does_not_grow_with_the_learners(
    engine: Engine, sessions: Sessions, open_as: MakeBrowser, count: int
) -> None:
    world = make_world(sessions, Shape(learner_count=count))
    browser = open_as(world)
    with counted_statements(engine) as tutor:
        browser.as_tutor(course_panel, {"size": "50"})
    with counted_statements(engine) as one:
        browser.as_tutor(tutor_learner_panel, learner=world.learner_ids[0])
    with counted_statements(engine) as own:
        browser.as_learner(learner_panel, world.learner_ids[0])
    with counted_statements(engine) as courses:
        browser.as_learner(learner_courses_panel, world.learner_ids[0])

    # Tutor: five for the course, four for its learners, two for the details of those shown, one for the level, one for
    # what fell, one for who is left alone. One learner: one more for an open concern.
    assert [len(found) for found in (tutor, one, own, courses)] == [
        QUERIES["tutor"],
        QUERIES["one"],
        QUERIES["own"],
        QUERIES["courses"],
    ]


QUERIES = {"tutor": 14, "one": 17, "own": 18, "courses": 11}


@pytest.fixture
def app(sessions: Sessions) -> Flask:
    """The real app on an up-to-date database."""
    return create_app(SETTINGS, sessions=sessions)


def test_no_panel_answers_get_with_data(app: Flask) -> None:
    paths = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/panel/")]

    assert len(paths) == len(ROUTES) > 20
    for path in paths:
        assert app.test_client().get(path).status_code == 405


def test_the_stylesheet_asks_nothing_of_anybody_else(app: Flask) -> None:
    with app.test_client().get("/static/panel.css") as answer:
        css = answer.get_data(as_text=True)

    assert "light-dark(" in css
    assert not re.search(r"@import|url\(|https?:", css)


def test_the_script_weighs_at_most_5_kb_keeps_nothing_and_asks_nothing_of_anybody_else(app: Flask) -> None:
    with app.test_client().get("/static/panel.js") as answer:
        script = answer.get_data(as_text=True)

    assert 0 < len(script.encode()) <= 5_000
    assert not re.search(r"import|https?:|innerHTML|insertAdjacent|document\.write|eval\(|Function\(", script)
    assert not re.search(r"localStorage|sessionStorage|indexedDB|caches|cookie|postMessage", script)
