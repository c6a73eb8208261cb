"""A Moodle course is taught again next year, with people who come back: its weeks begin anew, last year's stay."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from analytics.policy.retention import DataKind
from bridge.schema.access import AccessRow
from bridge.schema.base import Base
from bridge.schema.engagement import EvaluationRow, LearnerState, LearnerWeekRow
from bridge.schema.log import Presence
from bridge.schema.people import CourseRole, Enrolment, Person
from bridge.schema.teaching import Course, CourseRun, LearnerTask
from bridge.store.calendar_changes import roll_over
from bridge.store.database import Sessions, reading, writing
from bridge.store.engagement import erase_learner
from bridge.store.evaluations import load_inputs, stream_evaluations
from bridge.store.held import load_held, load_who
from bridge.store.held_tables import find_table
from bridge.store.panel_learners import load_learner_in_course, load_my_courses
from bridge.store.panel_records import Reach
from bridge.store.panel_site import load_course_facts
from bridge.store.panels import load_course_figures, load_course_tasks, load_own_tasks
from bridge.store.people_of_staff import load_staff_courses
from bridge.store.scores import load_latest_scores, load_scores
from bridge.sync.cohorts import load_cohort
from bridge.sync.revisions import find_flaw, find_revisions
from tests.bridge.sync.conftest import SETTINGS, Bench, serve
from tests.bridge.sync.taught_again import YEAR, learn_again, move_start
from tests.bridge.sync.test_retention import count, purge
from tests.demo_vle.worlds.stretched import STARTS_AT, stretched

WEEK_9 = STARTS_AT + timedelta(weeks=8, days=4, hours=14)
"""A Friday; in weeks of the course, which starts in the week before the log does."""
SUMMER = datetime(2027, 7, 5, 9, tzinfo=UTC)
WEEK_3 = STARTS_AT + YEAR + timedelta(weeks=1, days=2, hours=9)
"""A Wednesday of the second year."""
OF_RUN_1 = date(2027, 9, 1)
"""Every Sunday of the first year lies before."""


@pytest.fixture
def week_9(sessions: Sessions) -> Iterator[tuple[Bench, int]]:
    """Course 2 with eight closed weeks of its first year, about to be read."""
    for bench in serve(sessions, stretched(), WEEK_9):
        (course_id,) = bench.switch_on(2)
        yield bench, course_id


@pytest.fixture
def first_year(week_9: tuple[Bench, int]) -> tuple[Bench, int]:
    """The same course in the summer after its first year, all of which was evaluated."""
    bench, _ = week_9
    bench.sync()
    bench.clock.at = SUMMER
    bench.sync()
    return week_9


@pytest.fixture
def second_year(first_year: tuple[Bench, int]) -> tuple[Bench, int]:
    """The same course in week 3 of its second year, its start moved in the summer and everybody back."""
    bench, course_id = first_year
    move_start(bench, 2)
    bench.sync()
    learn_again(bench, 2, 3)
    bench.clock.at = WEEK_3
    bench.sync()
    return bench, course_id


def shown(bench: Bench) -> dict[tuple[int, int, int], tuple[Any, ...]]:
    """Give what was shown, by run, person and week."""
    row = EvaluationRow
    with reading(bench.sessions) as db:
        return {
            (one.run_no, one.person_id, one.week_no): (one.as_of, one.percent, one.shown_band, one.sentence, one.inputs)
            for one in db.scalars(select(row))
        }


def test_who_comes_back_is_evaluated_from_week_1_on_and_last_years_weeks_stay(first_year: tuple[Bench, int]) -> None:
    bench, _ = first_year
    before = shown(bench)
    assert {week for _, _, week in before} == set(range(1, 13))
    move_start(bench, 2)
    report = bench.sync()
    assert "Course 2 is taught again: run 2." in report.notes
    assert shown(bench) == before
    learn_again(bench, 2, 3)
    bench.clock.at = WEEK_3
    bench.sync()

    after = shown(bench)
    assert {key: after[key] for key in before} == before
    added = after.keys() - before.keys()
    assert {(run_no, week) for run_no, _, week in added} == {(2, 1), (2, 2)}
    assert {person for _, person, _ in added} == {person for _, person, _ in before}
    assert all(after[key][0] > OF_RUN_1 for key in added)
    # Last year's band holds nothing in this year's: each run begins with its own.
    assert {after[key][2] for key in added if key[2] == 1} == {"too early to say"}


def test_every_evaluation_of_both_years_replays_and_only_this_years_is_compared(second_year: tuple[Bench, int]) -> None:
    bench, course_id = second_year
    with reading(bench.sessions) as db:
        stored = list(stream_evaluations(db, bench.platform_id))
        assert {one.run_no for one in stored} == {1, 2}
        assert [find_flaw(one) for one in stored] == [""] * len(stored)
        today = bench.clock().date()
        revised = list(find_revisions(db, bench.platform_id, course_id, 2, today, SETTINGS.zone))
    assert {one.stored.run_no for one in revised} <= {2}


def test_panels_show_this_years_weeks_alone(second_year: tuple[Bench, int]) -> None:
    bench, course_id = second_year
    reach = Reach(course_id, None)
    with reading(bench.sessions) as db:
        figures = load_course_figures(db, reach)
        standings = [one.standing for one in figures.learners if one.standing is not None]
        assert len(standings) == len(figures.learners) > 5
        assert {(one.week_no, one.as_of > OF_RUN_1) for one in standings} == {(2, True)}
        assert {one.week_no for one in figures.bands} == {1, 2}
        assert sum(one.learner_count for one in figures.bands) == 2 * len(figures.learners)
        people = [one.person_id for one in figures.learners]
        own = load_learner_in_course(db, reach, people[0])
        assert own is not None
        assert [(one.week_no, one.as_of > OF_RUN_1) for one in own.standings] == [(1, True), (2, True)]
        assert [one.week_no for one in own.weeks] == [1, 2, 3]
        mine = load_my_courses(db, people[0])[0].standing
        staff = load_staff_courses(db, people)[people[0]][0].standing
        assert mine == staff == own.standings[-1]
        for scores in (load_scores(db, reach, 2), load_latest_scores(db, [course_id])[course_id]):
            assert {one.week for found in scores.values() for one in found} <= {1, 2}
        assert load_course_facts(db, [course_id])[course_id].last_week_evaluated == 2
        inputs = load_inputs(db, course_id, people[0], 1)
        assert inputs is not None
        assert inputs["calendar"]["first_monday"] > OF_RUN_1.isoformat()
        assert load_inputs(db, course_id, people[0], 5) is None


def test_a_run_that_begins_takes_away_what_was_known_and_leaves_a_row(first_year: tuple[Bench, int]) -> None:
    bench, course_id = first_year
    held = count(bench, LearnerWeekRow, LearnerState)
    assert all(held.values())
    move_start(bench, 2)
    bench.sync()
    with reading(bench.sessions) as db:
        assert db.scalars(select(LearnerWeekRow)).all() == []
        run = db.scalars(select(CourseRun)).one()
        assert (run.course_id, run.run_no, run.ended_on) == (course_id, 1, SUMMER.date())
        assert run.first_monday < run.last_sunday < run.ended_on
        row = db.scalars(select(AccessRow).where(AccessRow.request_id.startswith("run-begun"))).one()
        assert (row.moodle_course_id, row.subject_person_id) == (2, None)
        assert row.detail is not None
        assert row.detail.startswith("run 2 of the course begun; its week 1 starts on 2027-09-")
    bench.sync()
    assert count(bench, CourseRun) == {"course_run": 1}


def test_a_start_corrected_before_anything_was_taught_begins_no_run(first_year: tuple[Bench, int]) -> None:
    bench, course_id = first_year
    for by in (YEAR, timedelta(weeks=1), timedelta(weeks=-3)):
        move_start(bench, 2, by)
        bench.sync()
    with reading(bench.sessions) as db:
        assert db.get_one(Course, course_id).run_no == 2
        assert count(bench, CourseRun) == {"course_run": 1}


def test_a_start_mistyped_in_mid_term_ends_no_run_and_next_years_is_followed_when_the_weeks_are_over(
    week_9: tuple[Bench, int],
) -> None:
    bench, course_id = week_9
    bench.sync()
    before, start = shown(bench), start_of(bench, course_id)
    held = count(bench, LearnerWeekRow, LearnerState), handed_in(bench)
    assert before
    move_start(bench, 2)
    report = bench.sync()
    assert any("so week 1 stays" in note for note in report.notes)
    assert (count(bench, CourseRun), start_of(bench, course_id)) == ({"course_run": 0}, start)
    move_start(bench, 2, -YEAR)
    bench.sync()
    assert (count(bench, LearnerWeekRow, LearnerState), handed_in(bench)) == held
    move_start(bench, 2)
    bench.clock.at = STARTS_AT + timedelta(weeks=11, hours=1)  # the last week is over and not evaluated yet
    bench.sync()
    assert max(week for _, _, week in shown(bench)) == 12
    assert count(bench, CourseRun) == {"course_run": 0}
    report = bench.sync()
    assert "Course 2 is taught again: run 2." in report.notes
    assert start_of(bench, course_id) == start + YEAR


def start_of(bench: Bench, course_id: int) -> date:
    with reading(bench.sessions) as db:
        return db.get_one(Course, course_id).starts_on


def test_work_handed_in_last_year_is_not_handed_in_this_year(first_year: tuple[Bench, int]) -> None:
    bench, _ = first_year
    assert handed_in(bench)
    facts = count(bench, Presence)
    move_start(bench, 2)
    bench.sync()
    bench.sync()  # Moodle tells of last year's work again, each time
    assert handed_in(bench) == []
    assert count(bench, Presence) == facts
    course = bench.vle.world.courses[2]
    cmid, task = next((cmid, one) for cmid, one in course.tasks.items() if one.learners)
    user_id, own = next(iter(task.learners.items()))
    at = int((bench.clock() + timedelta(hours=1)).timestamp())
    course.tasks[cmid] = replace(task, learners={**task.learners, user_id: replace(own, timesubmitted=at)})
    bench.clock.go_on(hours=2)
    bench.sync()
    assert [int(one.timestamp()) for one in handed_in(bench)] == [at]


def handed_in(bench: Bench) -> list[datetime]:
    with reading(bench.sessions) as db:
        return [at for at in db.scalars(select(LearnerTask.handed_in_at)) if at is not None]


def test_what_is_held_and_an_erasure_reach_both_years(second_year: tuple[Bench, int]) -> None:
    bench, course_id = second_year
    table = find_table("evaluation")
    assert table is not None
    with writing(bench.sessions) as db:
        person_id = db.scalars(select(EvaluationRow.person_id).limit(1)).one()
        who = load_who(db, bench.platform_id, person_id, SETTINGS.secret_key)
        assert who is not None
        assert {one.values["run_no"] for one in load_held(db, who, table)} == {1, 2}
        erase_learner(db, person_id, [course_id])
        assert load_held(db, who, table) == ()


def test_last_years_rows_go_by_their_own_end_though_the_course_goes_on(second_year: tuple[Bench, int]) -> None:
    bench, course_id = second_year
    gone = leave(bench, course_id)
    with reading(bench.sessions) as db:
        end = db.scalars(select(CourseRun.last_sunday)).one()
    before, facts = shown(bench), days_of_facts(bench)
    bench.clock.at = datetime(end.year, end.month, end.day, 12, tzinfo=UTC) + timedelta(days=365)
    assert purge(bench)[DataKind.EVIDENCE].removed == 0
    bench.clock.go_on(days=1)

    proofs = purge(bench)

    assert shown(bench) == before
    assert days_of_facts(bench) == [day for day in facts if day >= SUMMER.date().toordinal()]
    assert proofs[DataKind.EVIDENCE].removed > 0
    assert count_of(bench, LearnerTask, gone) == 0
    assert proofs[DataKind.TASK_DATES].removed > 0
    assert count_of(bench, Enrolment, gone) == 1
    bench.clock.go_on(days=365)
    with writing(bench.sessions) as db:  # this year's still goes on
        db.get_one(Course, course_id).switched_on_at = bench.clock()
        inactive = set(db.scalars(select(Enrolment.person_id).where(Enrolment.is_active.is_(False))))
    proofs |= purge(bench)

    assert {run_no for run_no, _, _ in shown(bench)} == {2}
    assert (proofs[DataKind.EVALUATIONS].left_over, proofs[DataKind.MEMBERSHIP].removed) == (0, len(inactive))
    assert gone in inactive
    with reading(bench.sessions) as db:
        assert db.get(Person, gone) is None
        assert db.scalars(select(Enrolment.is_active).distinct()).all() == [True]


def leave(bench: Bench, course_id: int) -> int:
    """Make somebody of last year who did not come back."""
    with writing(bench.sessions) as db:
        person_id = db.scalars(select(EvaluationRow.person_id).where(EvaluationRow.run_no == 2).limit(1)).one()
        for row in db.scalars(select(EvaluationRow).where(EvaluationRow.run_no == 2)):
            if row.person_id == person_id:
                db.delete(row)
        db.get_one(Enrolment, (course_id, person_id)).is_active = False
        db.execute(delete(CourseRole).where(CourseRole.person_id == person_id))
        return person_id


def days_of_facts(bench: Bench) -> list[int]:
    with reading(bench.sessions) as db:
        epoch = date(1970, 1, 1).toordinal()
        return sorted(epoch + day_no for day_no in db.scalars(select(Presence.day_no).distinct()))


def count_of(bench: Bench, table: type[Base], person_id: int) -> int:
    columns = Base.metadata.tables[table.__tablename__].c
    with reading(bench.sessions) as db:
        return db.scalar(select(func.count()).where(columns.person_id == person_id)) or 0


def test_a_task_whose_date_stayed_behind_is_none_of_this_years(first_year: tuple[Bench, int]) -> None:
    bench, course_id = first_year
    tasks = dict(bench.vle.world.courses[2].tasks)
    with reading(bench.sessions) as db:
        before = {one.cmid for one in load_course_tasks(db, [course_id])}
    cmid = next(cmid for cmid in before if tasks[cmid].duedate)
    move_start(bench, 2)
    bench.vle.world.courses[2].tasks[cmid] = tasks[cmid]
    bench.sync()
    with reading(bench.sessions) as db:
        people = list(db.scalars(select(Enrolment.person_id)))
        assert {one.cmid for one in load_course_tasks(db, [course_id])} == before - {cmid}
        assert {one.task.cmid for one in load_own_tasks(db, [course_id], people)} == before - {cmid}


def test_weeks_that_another_run_overtook_are_not_shown(
    week_9: tuple[Bench, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, course_id = week_9
    begun: list[Mapping[int, int]] = []

    def overtake(*asked: Any) -> Any:
        with writing(bench.sessions) as db:
            done = roll_over(db, bench.platform_id, 2, date(2027, 9, 27), bench.clock(), SETTINGS.zone)
            begun.append(done.begun)
        return load_cohort(*asked)

    monkeypatch.setattr("bridge.sync.evaluations.load_cohort", overtake)
    bench.sync()
    assert begun == [{2: 2}]
    assert shown(bench) == {}
    with reading(bench.sessions) as db:
        assert db.get_one(Course, course_id).run_no == 2
