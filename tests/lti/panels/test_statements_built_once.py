"""A page that is asked for again puts no statement together: the panels' reads are constants (docs/performance.md)."""

from collections.abc import Callable

import pytest
from sqlalchemy import Select, select

from bridge.schema.people import Person
from bridge.store.database import Sessions
from lti.panels.views import course_panel, learner_panel
from tests.lti.panels.conftest import Browser, MakeBrowser
from tests.lti.panels.world import Shape, World, make_world
from tests.lti.served import Tool
from tests.lti.small_world import LEARNER, OPEN, TUTOR

Counted = Callable[[], list[str]]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Count the statements that are put together from here on; gives a function that gives them."""
    made: list[str] = []
    make = Select.__init__

    def note(statement: Select[object], *columns: object, **options: object) -> None:
        made.append(" ".join(map(str, columns)))
        make(statement, *columns, **options)  # type: ignore[arg-type] # whatever select() passes on

    monkeypatch.setattr(Select, "__init__", note)
    return lambda: made


PAGES: dict[str, Callable[[Browser, World], str]] = {
    "the tutor's": lambda browser, world: browser.as_tutor(course_panel, {"size": "50"}),
    "a tutor's of one group": lambda browser, world: browser.as_tutor(course_panel, groups=frozenset({1})),
    "the learner's": lambda browser, world: browser.as_learner(learner_panel, world.learner_ids[0]),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_panel_that_was_shown_before_puts_no_statement_together(
    sessions: Sessions, open_as: MakeBrowser, counted: Counted, page: str
) -> None:
    world = make_world(sessions, Shape(learner_count=5))
    browser = open_as(world)
    PAGES[page](browser, world)
    before = len(counted())

    PAGES[page](browser, world)

    assert counted()[before:] == []


def test_neither_do_session_rights_and_access_row(tool: Tool, counted: Counted) -> None:
    for who, path in ((LEARNER, "/panel/learner"), (TUTOR, "/panel/tutor")):
        token = tool.open(who, OPEN)
        assert tool.post(path, token).status_code == 200
        before = len(counted())

        assert tool.post(path, token).status_code == 200

        assert counted()[before:] == []


def test_what_is_put_together_is_counted(counted: Counted) -> None:
    select(Person.id)

    assert counted() == ["Person.id"]
