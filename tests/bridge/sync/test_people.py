"""Rosters, activities, tasks and deletions: what Moodle says now, and what must not be forgotten or kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, func, select

from bridge.schema.engagement import EvaluationRow, LearnerState, LearnerWeekRow
from bridge.schema.log import LogEventRow, Presence, Quarantine
from bridge.schema.people import CourseGroup, CourseRole, Enrolment, GroupMember, Person
from bridge.schema.teaching import Activity, Course, LearnerTask, Task
from bridge.store.database import reading
from bridge.store.engagement import load_active_learners
from bridge.store.tasks import find_courses_without_tasks
from bridge.sync.cohorts import load_histories
from bridge.sync.measure import load_measure
from tests.bridge.sync.conftest import COURSES, Bench
from tests.bridge.sync.counting import facts_in_file, saved_facts
from tests.demo_vle.worlds.model import Enrolment as MoodleEnrolment
from tests.demo_vle.worlds.model import Member


def standing(bench: Bench, user: int, moodle_course_id: int = 2) -> tuple[bool, bool] | None:
    """Return (is a learner, is active) of a user in a course; None without a row."""
    with reading(bench.sessions) as db:
        row = db.execute(
            select(Enrolment.is_learner, Enrolment.is_active)
            .join(Person, Person.id == Enrolment.person_id)
            .join(Course, Course.id == Enrolment.course_id)
            .where(Person.moodle_user_id == user, Course.moodle_course_id == moodle_course_id)
        ).one_or_none()
    return None if row is None else (row.is_learner, row.is_active)


def learner_of(bench: Bench) -> int:
    """Return a learner of course 2 who left evidence there."""
    return min(fact[2] for fact in facts_in_file(bench.vle.world, [2]))


def test_a_roster_is_saved_as_moodle_has_it(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    world = bench.vle.world
    with reading(bench.sessions) as db:
        people = {row.moodle_user_id: row for row in db.scalars(select(Person))}
        names = {user: (row.given_name, row.family_name) for user, row in people.items()}
        member_count = db.scalar(select(func.count()).select_from(GroupMember))
        role_count = db.scalar(select(func.count()).select_from(CourseRole))
        groups = set(db.scalars(select(CourseGroup.moodle_group_id)))
    members = [member for course_id in COURSES for member in world.courses[course_id].members.values()]
    assert names == {
        user: (world.users[user].firstname, world.users[user].lastname)
        for course_id in COURSES
        for user in world.courses[course_id].members
    }
    assert member_count == sum(len(member.groups) for member in members)
    assert role_count == sum(len(member.roles) for member in members)
    assert groups == {group for course_id in COURSES for group in world.courses[course_id].groups}


def test_a_learner_has_a_student_role_and_no_teacher_role(bench: Bench) -> None:
    members = bench.vle.world.courses[2].members
    learner = learner_of(bench)
    bench.switch_on(2)
    bench.sync()
    assert standing(bench, learner) == (True, True)
    members[learner] = replace(members[learner], roles=("student", "teacher"))
    bench.sync()
    assert standing(bench, learner) == (False, True)


def test_who_leaves_the_roster_becomes_inactive_and_comes_back(bench: Bench) -> None:
    members = bench.vle.world.courses[2].members
    learner = learner_of(bench)
    bench.switch_on(2)
    bench.sync()
    member = members.pop(learner)
    bench.sync()
    assert standing(bench, learner) == (True, False)
    members[learner] = member
    bench.sync()
    assert standing(bench, learner) == (True, True)


@pytest.mark.parametrize(
    ("span", "is_active"),
    [
        (MoodleEnrolment(), True),
        (MoodleEnrolment(active=False), False),
        (MoodleEnrolment(timestart=2_000_000_000), False),
        (MoodleEnrolment(timeend=1_700_000_000), False),
    ],
)
def test_an_enrolment_counts_while_it_is_switched_on_and_runs(
    span: MoodleEnrolment, is_active: bool, bench: Bench
) -> None:
    learner = learner_of(bench)
    bench.vle.world.courses[2].members[learner] = Member(("student",), (span,))
    bench.switch_on(2)
    bench.sync()
    assert standing(bench, learner) == (True, is_active)


def test_who_becomes_a_learner_later_gets_the_facts_of_the_raw_window(bench: Bench) -> None:
    members = bench.vle.world.courses[2].members
    learner = learner_of(bench)
    as_student = members[learner]
    members[learner] = replace(as_student, roles=())
    bench.switch_on(2)
    bench.sync()
    assert not [fact for fact in saved_facts(bench.sessions) if fact[2] == learner]
    members[learner] = as_student
    bench.sync()
    assert saved_facts(bench.sessions) == facts_in_file(bench.vle.world, [2])
    assert [fact for fact in saved_facts(bench.sessions) if fact[2] == learner]


def test_an_activity_that_is_this_tools_own_takes_its_evidence_back(bench: Bench) -> None:
    activities = bench.vle.world.courses[2].activities
    visited = next(fact[3] for fact in sorted(facts_in_file(bench.vle.world, [2])) if fact[3] and fact[4] == 1)
    bench.switch_on(2)
    bench.sync()
    assert any(fact[3] == visited for fact in saved_facts(bench.sessions))
    place = next(place for place, one in enumerate(activities) if one.cmid == visited)
    activities[place] = replace(activities[place], own=True)
    bench.sync()
    assert not any(fact[3] == visited and fact[4] == 1 for fact in saved_facts(bench.sessions))


def test_the_first_sighting_of_a_hand_in_is_kept(bench: Bench) -> None:
    task = next(iter(bench.vle.world.courses[2].tasks.values()))
    learner = next(iter(task.learners))
    first = int(bench.clock().timestamp()) - 86_400
    bench.switch_on(2)
    seen = []
    for reported in (first, first + 7_200, 0, first - 60):
        task.learners[learner] = replace(task.learners[learner], timesubmitted=reported)
        bench.sync()
        with reading(bench.sessions) as db:
            is_one = (Task.cmid == task.cmid, Person.moodle_user_id == learner)
            seen.append(
                db.scalars(
                    select(LearnerTask.handed_in_at)
                    .join(Task, Task.id == LearnerTask.task_id)
                    .join(Person, Person.id == LearnerTask.person_id)
                    .where(*is_one)
                ).one()
            )
    assert [at.timestamp() for at in seen if at] == [first, first, first, first - 60]


def test_a_task_without_known_excuses_is_left_out_and_tasks_is_off_where_all_are(bench: Bench) -> None:
    (course_id,) = bench.switch_on(2)
    tasks = bench.vle.world.courses[2].tasks
    dated = {
        cmid: replace(task, duedate=task.duedate or int(bench.clock().timestamp())) for cmid, task in tasks.items()
    }
    tasks.update(dated)
    first, *others = dated
    bench.sync()
    with reading(bench.sessions) as db:
        assert not find_courses_without_tasks(db, [course_id])
        measured = len(own_task_ids(bench, course_id))
    tasks[first] = replace(dated[first], excusedknown=False)
    bench.sync()
    with reading(bench.sessions) as db:
        assert not find_courses_without_tasks(db, [course_id])
    assert len(own_task_ids(bench, course_id)) == measured - 1
    for cmid in others:
        tasks[cmid] = replace(dated[cmid], excusedknown=False)
    bench.sync()
    with reading(bench.sessions) as db:
        assert find_courses_without_tasks(db, [course_id]) == {course_id}
        measure = load_measure(db, course_id)
    assert measure is not None
    assert not measure.is_tasks_known


def test_a_deleted_task_is_marked(bench: Bench) -> None:
    bench.switch_on(2)
    tasks = bench.vle.world.courses[2].tasks
    bench.sync()
    cmid = next(iter(tasks))
    del tasks[cmid]
    bench.sync()
    with reading(bench.sessions) as db:
        assert db.scalars(select(Task.deleted_at).where(Task.cmid == cmid)).one() == bench.clock()


def own_task_ids(bench: Bench, course_id: int) -> set[int]:
    """Return the tasks that enter somebody's measure."""
    with reading(bench.sessions) as db:
        learners = load_active_learners(db, course_id)
        measure = load_measure(db, course_id)
        assert measure is not None
        today = bench.clock().date()
        histories = load_histories(db, course_id, learners, measure.calendar, today, ZoneInfo("Europe/London"))
    return {task.task_id for history in histories.values() for task in history.tasks}


def test_a_deleted_user_is_shown_no_more_and_the_numbers_stay(bench: Bench) -> None:
    learner = learner_of(bench)
    bench.switch_on(2)
    bench.sync()
    facts = saved_facts(bench.sessions)
    del bench.vle.world.courses[2].members[learner]
    bench.vle.world.delete("user", learner)
    bench.sync()
    with reading(bench.sessions) as db:
        assert db.scalars(select(Person.deleted_at).where(Person.moodle_user_id == learner)).one() == bench.clock()
    assert standing(bench, learner) == (True, False)
    assert saved_facts(bench.sessions) == facts


def test_a_deleted_course_is_synced_no_more(bench: Bench) -> None:
    bench.switch_on(2, 3)
    bench.sync()
    del bench.vle.world.courses[3]
    bench.vle.world.delete("course", 3)
    bench.sync()
    bench.vle.served.reset()
    bench.sync()
    assert bench.vle.served.calls["local_lea_get_roster"] == 1


def test_a_deleted_activity_is_marked(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    cmid = next(iter(bench.vle.world.courses[2].tasks))
    bench.vle.world.delete("activity", cmid, course_id=2)
    bench.vle.world.courses[2].tasks.pop(cmid)
    activities = bench.vle.world.courses[2].activities
    activities[:] = [one for one in activities if one.cmid != cmid]
    bench.sync()
    with reading(bench.sessions) as db:
        for table in (Activity, Task):
            assert db.scalars(select(table.deleted_at).where(table.cmid == cmid)).one() == bench.clock()


PERSONAL = (Presence, LearnerWeekRow, LearnerState, EvaluationRow, LearnerTask, Enrolment, CourseRole, GroupMember)


def held_about(bench: Bench, user: int) -> dict[str, int]:
    """Count what is held about a user, by table."""
    with reading(bench.sessions) as db:
        person = select(Person.id).where(Person.moodle_user_id == user).scalar_subquery()
        tables = (
            Presence,
            LearnerWeekRow,
            LearnerState,
            EvaluationRow,
            LearnerTask,
            Enrolment,
            CourseRole,
            GroupMember,
        )
        held = {
            table.__tablename__: db.scalar(select(func.count()).select_from(table).where(table.person_id == person))
            or 0
            for table in tables
        }
        is_theirs = (LogEventRow.moodle_user_id == user) | (LogEventRow.related_moodle_user_id == user)
        held["log_event"] = db.scalar(select(func.count()).select_from(LogEventRow).where(is_theirs)) or 0
        held["named"] = len([name for name in db.scalars(select(Person.full_name).where(Person.id == person)) if name])
    return held


def test_an_erasure_takes_everything_and_nothing_comes_back(bench: Bench) -> None:
    learner = learner_of(bench)
    bench.switch_on(*COURSES)
    bench.sync()
    assert held_about(bench, learner)["presence"] > 0
    assert held_about(bench, learner)["log_event"] > 0
    for course_id in COURSES:
        course = bench.vle.world.courses[course_id]
        course.members.pop(learner, None)
        for task in course.tasks.values():
            task.learners.pop(learner, None)
    bench.vle.world.delete("user", learner)
    bench.vle.world.delete("erasure", learner)
    for _ in range(4):
        bench.clock.go_on(minutes=15)
        bench.sync()
        bench.nightly()
        assert set(held_about(bench, learner).values()) == {0}


def test_an_erasure_in_one_course_leaves_the_others_and_starts_anew_there(bench: Bench) -> None:
    learner = next(
        user
        for user in bench.vle.world.courses[2].members
        if {2, 3} <= {fact[1] for fact in facts_in_file(bench.vle.world, COURSES) if fact[2] == user}
    )
    bench.switch_on(*COURSES)
    bench.sync()
    for task in bench.vle.world.courses[2].tasks.values():
        task.learners.pop(learner, None)
    bench.vle.world.delete("erasure", learner, course_id=2)
    bench.clock.go_on(days=3)
    bench.sync()
    bench.nightly()
    left = {fact[1] for fact in saved_facts(bench.sessions) if fact[2] == learner}
    assert 2 not in left
    assert 3 in left
    with reading(bench.sessions) as db:
        enrolled_on = db.scalars(
            select(Enrolment.enrolled_on)
            .join(Person, Person.id == Enrolment.person_id)
            .join(Course, Course.id == Enrolment.course_id)
            .where(Person.moodle_user_id == learner, Course.moodle_course_id == 2)
        ).one()
    assert enrolled_on == bench.clock().date()


def test_the_number_of_statements_does_not_grow_with_the_roster(bench: Bench) -> None:
    engine = bench.sessions.kw["bind"]
    counts: list[int] = []

    def count(*_: object) -> None:
        counts[-1] += 1

    course = bench.vle.world.courses[2]
    everybody = dict(course.members)
    bench.switch_on(2)
    event.listen(engine, "before_cursor_execute", count)
    for part in (10, len(everybody)):
        course.members.clear()
        course.members.update(list(everybody.items())[:part])
        bench.clock.go_on(minutes=1)
        counts.append(0)
        bench.sync()
    assert counts[1] <= counts[0] + 8


def test_a_course_switched_on_carries_moodles_names_and_start(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    course = bench.vle.world.courses[2]
    with reading(bench.sessions) as db:
        saved = db.scalars(select(Course)).one()
        assert (saved.shortname, saved.fullname, saved.group_mode) == (
            course.shortname,
            course.fullname,
            course.groupmode,
        )
        start = datetime.fromtimestamp(course.startdate, UTC)
        assert abs(saved.starts_on - start.date()) <= timedelta(days=1)
        assert db.scalar(select(func.count()).select_from(Quarantine)) == 0
