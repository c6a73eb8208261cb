"""Where a run of a course begins and ends: once, whoever sees it first, and at midnight where the institution is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from threading import Event
from time import sleep

import pytest
from sqlalchemy import select, text, update

from analytics.calendar import day_number
from bridge.records import CourseRecord
from bridge.schema.base import Base
from bridge.schema.log import Presence
from bridge.schema.teaching import Course, CourseRun, LearnerTask, Task
from bridge.store.calendar_changes import CalendarPlan, Whose, save_calendar
from bridge.store.courses import save_course_details
from bridge.store.database import Sessions, reading, writing
from bridge.store.panels import load_course_tasks
from bridge.store.retention_of_runs import find_in_runs, is_of_runs_over
from tests.bridge.store.casework_world import NOW, SUNDAY, Casework, add_week
from tests.bridge.store.test_course_runs import IN_SUMMER, NEXT_MONDAY, ZONE, begin, made

__all__ = ["made"]
COURSE_RECORD = CourseRecord(
    moodle_course_id=2,
    shortname="BIO1",
    fullname="Cells",
    idnumber="",
    category_id=1,
    category_name="",
    starts_at=datetime.combine(NEXT_MONDAY, time(), ZONE),
    ends_at=None,
    is_visible=True,
    group_mode=0,
)
"""Course 2 as Moodle tells of it in the summer: it starts next year."""


@pytest.mark.parametrize("other", ["another sync", "an administrator"])
def test_of_two_who_move_week_1_at_once_one_begins_the_run(sessions: Sessions, made: Casework, other: str) -> None:
    add_week(sessions, made.home_course, made.learner, 5, [])
    with writing(sessions) as db:
        fact = {"course_id": made.home_course, "person_id": made.learner, "cmid": 1, "kind": 0}
        db.add(Presence(day_no=day_number(SUNDAY), **fact))
        save_course_details(db, made.platform_id, [replace(COURSE_RECORD, starts_at=None)], ZONE, IN_SUMMER)
    has_moved = Event()

    def sync(seconds: float) -> None:
        with writing(sessions) as db:
            save_course_details(db, made.platform_id, [COURSE_RECORD], ZONE, IN_SUMMER)
            has_moved.set()
            sleep(seconds)

    def administer() -> None:
        with writing(sessions) as db:
            whose, plan = Whose(moodle_course_id=2), CalendarPlan(12, first_monday=NEXT_MONDAY)
            save_calendar(db, made.platform_id, whose, plan, IN_SUMMER, ZONE)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(sync, 1.0)
        assert has_moved.wait(10)
        second = threads.submit(sync, 0.0) if other == "another sync" else threads.submit(administer)
        first.result(20)
        second.result(20)
    with reading(sessions) as db:
        assert db.scalars(select(CourseRun.run_no)).all() == [1]
        assert db.get_one(Course, made.home_course).run_no == 2


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_a_run_ends_at_midnight_where_the_institution_is(sessions: Sessions, made: Casework, zone: str) -> None:
    add_week(sessions, made.home_course, made.learner, 5, [])
    begin(sessions, made)
    last_second = datetime(2027, 7, 4, 22, 59, 59, tzinfo=UTC)  # in summer time it is an hour later there
    with writing(sessions) as db:
        if db.get_bind().dialect.name == "postgresql":
            db.execute(text(f"SET LOCAL TIME ZONE '{zone}'"))
        for cmid, due_at in ((1, last_second), (2, last_second + timedelta(seconds=1))):
            task = Task(course_id=made.home_course, cmid=cmid, modname="assign", name="Essay", due_at=due_at)
            task.is_excused_known = task.is_visible = True
            db.add(task)
        db.flush()
        assert [task.cmid for task in load_course_tasks(db, [made.home_course])] == [2]
        its = {"person_id": made.learner, "is_extended": False, "is_excused": False}
        db.add_all(LearnerTask(task_id=task_id, **its) for task_id in db.scalars(select(Task.id)))
        db.execute(update(Task).values(deleted_at=NOW))
        is_old = find_in_runs(Base.metadata.tables["learner_task"], is_of_runs_over(made.platform_id, date(2029, 1, 1)))
        assert is_old is not None
        gone = select(Task.cmid).join(LearnerTask, LearnerTask.task_id == Task.id).where(is_old)
        assert db.scalars(gone).all() == [1]
