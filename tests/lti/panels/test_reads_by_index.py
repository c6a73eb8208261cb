"""No panel reads a whole table that grows with the university or with time: each is entered by an index."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bridge.store.database import Sessions
from lti.panels.views import course_panel, learner_courses_panel, learner_panel, tutor_learner_panel
from tests.lti.panels.conftest import Browser, MakeBrowser
from tests.lti.panels.world import Shape, World, make_world

GROWING = {
    "access_log", "activity", "concern", "course", "course_group", "enrolment", "evaluation", "exemption",
    "group_member", "learner_state", "learner_task", "learner_week", "log_event", "person", "presence", "register_mark",
    "relationship", "restriction", "self_declared", "student_record", "sync_run", "viewer_session",
}  # fmt: skip
"""Disputes are not among them: few are ever made."""
PAGES: dict[str, Callable[[Browser, World], str]] = {
    "the tutor's": lambda browser, world: browser.as_tutor(course_panel),
    "a tutor's about a learner": lambda browser, world: browser.as_tutor(
        tutor_learner_panel, learner=world.learner_ids[0]
    ),
    "the learner's": lambda browser, world: browser.as_learner(learner_panel, world.learner_ids[0]),
    "the learner's of all courses": lambda browser, world: browser.as_learner(
        learner_courses_panel, world.learner_ids[0]
    ),
}


@pytest.fixture
def plan_of(engine: Engine, sessions: Sessions, open_as: MakeBrowser) -> Callable[[str], list[str]]:
    """Give a function: a page → the steps by which SQLite finds what the page reads."""
    if engine.dialect.name != "sqlite":
        pytest.skip("SQLite tells its plan whatever a table's size; PostgreSQL scans whatever is small.")
    world = make_world(sessions, Shape(learner_count=5))
    browser = open_as(world)

    def find_steps(page: str) -> list[str]:
        asked: list[tuple[str, Any]] = []
        event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        PAGES[page](browser, world)
        reads = [(text, values) for text, values in asked if text.startswith("SELECT")]
        with engine.connect() as connection:
            cursor = connection.connection.cursor()
            for text, values in reads:
                cursor.execute(f"EXPLAIN QUERY PLAN {text}", values)
                steps.extend(step for *_, step in cursor.fetchall())
        return steps

    steps: list[str] = []
    return find_steps


@pytest.mark.parametrize("page", PAGES)
def test_a_panel_scans_no_table_that_grows(plan_of: Callable[[str], list[str]], page: str) -> None:
    steps = plan_of(page)

    scanned = {found.group(1) for step in steps if (found := re.match(r"SCAN (\w+?)(?:_\d+)?\b(?! USING)", step))}
    assert len(steps) > 10
    assert scanned & GROWING == set()


def test_who_opened_a_list_is_found_by_the_course(plan_of: Callable[[str], list[str]]) -> None:
    assert any("ix_access_log_moodle_course_id_at" in step for step in plan_of("the learner's"))
