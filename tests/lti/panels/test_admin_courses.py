"""The courses page: Moodle's live list, narrowed by category and term, switched in bulk with a plain summary."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, event, select, update

from bridge.schema.log import SyncRequest
from bridge.schema.teaching import Course as CourseRow
from bridge.store.courses import load_synced_courses
from bridge.store.database import reading, writing
from tests.demo_vle.faults import Fault
from tests.lti.panels.admin_browser import AdminBrowser
from tests.lti.served import Tool, names_somebody
from tests.lti.small_world import GROUPED, OFF, OPEN, UNSYNCED

FEBRUARY = int(datetime(2027, 2, 1, tzinfo=UTC).timestamp())
HOSTILE = '<script>alert(1)</script>\u202e"><img src=x onerror=alert(2)>'


def add_courses(tool: Tool, count: int, first_id: int = 1000) -> None:
    """Add courses of two categories and two terms to the site."""
    template = tool.vle.world.courses[OFF]
    for number in range(count):
        course = replace(
            template,
            id=first_id + number,
            shortname=f"N{number:04}",
            fullname=f"New course {number:04}",
            categoryid=5 + number % 2,
            categoryname=f"School {number % 2}",
            startdate=FEBRUARY if number % 4 < 2 else 0,
            members={},
            activities=[],
        )
        tool.vle.world.courses[course.id] = course


def switched_on(tool: Tool) -> set[int]:
    with reading(tool.sessions) as db:
        return {course.moodle_course_id for course in load_synced_courses(db, tool.platform_id)}


def names_on(admin: AdminBrowser) -> list[str]:
    return [name.get_text() for name in admin.soup.select("tbody bdi")]


def courses_page(tool: Tool, **fields: str) -> AdminBrowser:
    admin = AdminBrowser.enter(tool)
    admin.go("courses", **fields)
    return admin


def test_the_list_is_moodles_own_with_what_is_on_here(tool: Tool) -> None:
    admin = courses_page(tool)

    assert names_on(admin) == [f"Course number {number}" for number in (OPEN, GROUPED, OFF, UNSYNCED)]
    assert "3 of 4 courses switched on" in admin.text
    assert "on; waits for the first sync" in admin.text
    assert not names_somebody(admin.answer.text)


def test_ticked_courses_are_switched_on_and_their_names_are_known_at_once(tool: Tool) -> None:
    add_courses(tool, 4)
    admin = courses_page(tool)

    admin.do("courses", do="on", course=["1000", "1002", str(OPEN)])

    assert switched_on(tool) == {OPEN, GROUPED, UNSYNCED, 1000, 1002}
    assert "2 courses switched on: New course 0000 and New course 0002." in admin.notice()
    assert "1 course was on already." in admin.notice()
    (row,) = admin.changes()
    assert row.detail == "courses on: 2: 1000,1002"
    with reading(tool.sessions) as db:
        names = set(db.scalars(select(CourseRow.fullname).where(CourseRow.moodle_course_id >= 1000)))
        assert names == {"New course 0000", "New course 0002"}
        assert db.scalar(select(SyncRequest.platform_id)) == tool.platform_id


def test_everything_that_fits_a_category_and_a_term_is_switched_at_once(tool: Tool) -> None:
    add_courses(tool, 8)
    admin = courses_page(tool, category="5", term="2027-02")
    assert names_on(admin) == ["New course 0000", "New course 0004"]
    assert "starts February 2027 (4)" in admin.text
    assert "no start date (4)" in admin.text
    assert "School 0 (4)" in admin.text

    admin.do("courses", do="all_on")

    assert switched_on(tool) == {OPEN, GROUPED, UNSYNCED, 1000, 1004}
    assert names_on(admin) == ["New course 0000", "New course 0004"]


def test_courses_are_switched_off_and_what_was_measured_is_kept(tool: Tool) -> None:
    admin = courses_page(tool)

    admin.do("courses", do="off", course=[str(OPEN), str(OFF)])

    assert switched_on(tool) == {GROUPED, UNSYNCED}
    assert "1 course switched off: Course number 11." in admin.notice()
    assert "1 course was off already." in admin.notice()
    assert "off; what was measured is kept" in admin.text


def test_switching_again_changes_nothing_and_says_so(tool: Tool) -> None:
    admin = courses_page(tool)

    admin.do("courses", do="on", course=[str(OPEN)])

    assert "No course was switched on." in admin.notice()
    assert switched_on(tool) == {OPEN, GROUPED, UNSYNCED}
    assert [row.detail for row in admin.changes()] == ["courses on: none"]


@pytest.mark.parametrize("given", ["999999", "-1", "0", "1", "x", "1 OR 1=1", "٣", "9" * 40, "\x00", HOSTILE])
def test_a_course_that_moodle_does_not_list_is_left_alone_whatever_its_id(tool: Tool, given: str) -> None:
    admin = courses_page(tool)

    admin.do("courses", do="on", course=[given])

    assert "No course was switched on." in admin.notice()
    assert "1 is not in Moodle’s list and left alone." in admin.notice()
    assert switched_on(tool) == {OPEN, GROUPED, UNSYNCED}


@pytest.mark.parametrize("do", ["", "delete", "ALL_ON", HOSTILE])
def test_an_unknown_button_changes_nothing(tool: Tool, do: str) -> None:
    admin = courses_page(tool)

    admin.do("courses", do=do)

    assert "No button was pressed." in admin.notice()
    assert switched_on(tool) == {OPEN, GROUPED, UNSYNCED}


def test_nothing_ticked_says_what_to_do(tool: Tool) -> None:
    admin = courses_page(tool)

    admin.do("courses", do="on")

    assert "Tick courses in the list" in admin.notice()


@pytest.mark.parametrize("fields", [{"category": "77"}, {"term": "1999-01"}, {"q": "no such"}, {"category": HOSTILE}])
def test_a_filter_that_nothing_fits_shows_nothing_and_leads_out(tool: Tool, fields: dict[str, str]) -> None:
    admin = courses_page(tool, **fields)

    assert admin.answer.status_code == 200
    assert "No course fits this filter." in admin.text
    assert "<script>alert" not in admin.answer.text


def test_search_takes_no_heed_of_case_and_accents(tool: Tool) -> None:
    tool.vle.world.courses[OPEN] = replace(tool.vle.world.courses[OPEN], fullname="École d’été")

    assert names_on(courses_page(tool, q="ecole D’ETE")) == ["École d’été"]


def test_hostile_course_and_category_names_are_shown_as_text(tool: Tool) -> None:
    hostile = replace(tool.vle.world.courses[OFF], fullname=HOSTILE, shortname=HOSTILE, categoryname=HOSTILE)
    tool.vle.world.courses[OFF] = hostile
    admin = courses_page(tool)

    admin.do("courses", do="on", course=[str(OFF)])

    for text in (admin.answer.text, admin.go("courses").text):
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "\u202e" not in text
    assert "<script>alert(1)</script>" in admin.text


def test_while_moodle_is_down_courses_can_be_switched_off_and_not_on(tool: Tool) -> None:
    tool.vle.faults.always(Fault.SERVER_ERROR)
    admin = courses_page(tool)
    assert names_on(admin) == ["Course 14", "Course number 11", "Course number 12"]

    admin.do("courses", do="on", course=[str(OFF)])
    assert "Moodle did not list its courses." in admin.notice()
    admin.go("courses")
    admin.do("courses", do="off", course=[str(OPEN)])

    assert "1 course switched off" in admin.notice()
    assert switched_on(tool) == {GROUPED, UNSYNCED}


def test_a_course_that_moodle_deleted_can_only_be_switched_off(tool: Tool) -> None:
    del tool.vle.world.courses[GROUPED]
    admin = courses_page(tool, category="gone")
    assert names_on(admin) == ["Course number 12"]

    admin.do("courses", do="off", course=[str(GROUPED)])

    assert switched_on(tool) == {OPEN, UNSYNCED}


@pytest.mark.parametrize(
    ("cmid", "problem", "said"),
    [
        (4711, None, "made, activity 4711"),
        (None, None, "Moodle is told with the next sync"),
        (None, "queued", "Moodle’s cron makes it with its next run"),
        (None, "notool", "Moodle does not know this tool by its client id"),
        (None, "pendingtool", "the tool is pending in Moodle’s Manage tools"),
        (None, "nomodule", "the activity External tool is switched off"),
        (None, "failed", "its task log says why"),
        (None, "unknowncourse", "Moodle knows no such course any more"),
        (None, "<b>new</b>", "not made: Moodle says <b>new</b>"),
    ],
)
def test_each_course_says_what_became_of_its_activity(
    tool: Tool, cmid: int | None, problem: str | None, said: str
) -> None:
    with writing(tool.sessions) as db:
        is_it = CourseRow.moodle_course_id == OPEN
        db.execute(update(CourseRow).where(is_it).values(tool_cmid=cmid, tool_problem=problem))

    admin = courses_page(tool, q="number 11")

    (row,) = admin.soup.select("tbody tr")
    assert said in row.get_text()
    assert bool(names_on(courses_page(tool, q="number 11", state="waiting"))) is (cmid is None)


@pytest.mark.parametrize(("problem", "is_named"), [("queued", False), ("notool", True)])
def test_the_overview_warns_of_activities_that_are_missing_not_of_those_cron_will_make(
    tool: Tool, problem: str, is_named: bool
) -> None:
    with writing(tool.sessions) as db:
        is_it = CourseRow.moodle_course_id == OPEN
        db.execute(update(CourseRow).where(is_it).values(tool_cmid=None, tool_problem=problem))

    overview = AdminBrowser.enter(tool)

    assert ("without an Engagement activity" in overview.text) is is_named


@contextmanager
def counted_statements(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def collect(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", collect)
    yield statements
    event.remove(engine, "before_cursor_execute", collect)


def test_three_thousand_courses_come_page_by_page_with_a_bounded_number_of_statements(
    tool: Tool, engine: Engine
) -> None:
    admin = AdminBrowser.enter(tool)
    with counted_statements(engine) as few:
        admin.go("courses")
    add_courses(tool, 3_000)
    admin.go("courses")
    admin.do("courses", do="all_on")
    assert "3,001 courses switched on: Course number 13, New course 0000, New course 0001 and 2,998 more." in (
        admin.notice()
    )

    with counted_statements(engine) as many:
        admin.go("courses", to_page="2")

    assert len(many) == len(few)
    assert len(many) <= 42
    assert "51 to 100 of 3,004" in admin.text
    assert len(names_on(admin)) == 50
    assert len(admin.answer.content) < 100_000
    assert len(str(admin.changes()[0].detail)) <= 200
    assert admin.go("courses", to_page="999999").status_code == 200
    assert "3,001 to 3,004 of 3,004" in admin.text


def test_the_form_keeps_filter_and_page_after_a_switch(tool: Tool) -> None:
    add_courses(tool, 120)
    admin = courses_page(tool, q="new course", to_page="2")
    before = names_on(admin)

    admin.do("courses", do="on", course=["1055"])

    assert names_on(admin) == before
    assert switched_on(tool) == {OPEN, GROUPED, UNSYNCED, 1055}
