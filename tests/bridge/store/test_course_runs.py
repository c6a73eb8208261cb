"""What belongs to a run of a course does not meet the same of an earlier one, and a run begins only where it may."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.calendar import day_number
from bridge.schema.casework import Concern, Dispute
from bridge.schema.engagement import EvaluationRow
from bridge.schema.log import Presence
from bridge.schema.people import Enrolment
from bridge.schema.teaching import Course, CourseRun
from bridge.store.calendar_changes import (
    CalendarPlan,
    CalendarRefused,
    Whose,
    inherit_calendar,
    roll_over,
    save_calendar,
    seed_calendar,
)
from bridge.store.calendars import load_last_run
from bridge.store.cases import open_case
from bridge.store.concerns import load_raised, save_concerns
from bridge.store.course_calendars import load_first_mondays
from bridge.store.course_rollover import CLOSED_BY
from bridge.store.database import Sessions, reading, writing
from bridge.store.level_reach import load_run_learners
from bridge.store.processes import load_process
from bridge.store.voice import load_open_disputes, load_voice, save_dispute
from bridge.store.worklist import load_concerns
from bridge.sync.course import switch_courses
from tests.bridge.store.casework_world import ADVISER, LEVEL, NOW, SUNDAY, TODAY, Casework, add_week, make_casework
from tests.bridge.sync.conftest import SETTINGS

ZONE = SETTINGS.zone
NEXT_MONDAY = date(2027, 9, 27)
IN_SUMMER = datetime(2027, 7, 5, 9, tzinfo=UTC)
NEXT_SUNDAY = NEXT_MONDAY + timedelta(weeks=5, days=-1)
"""Of week 5 of the second year; week 5 of the first closed on SUNDAY."""
NEXT_TODAY = NEXT_SUNDAY + timedelta(days=1)
NEXT_NOW = datetime(2027, 11, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def made(sessions: Sessions) -> Casework:
    """Two courses in week 6, with a calendar of twelve weeks from each course's own start."""
    made = make_casework(sessions)
    with writing(sessions) as db:
        seed_calendar(db, made.platform_id)
    return made


def raise_concerns(db: Session, made: Casework, today: date, now: datetime) -> list[int]:
    process = load_process(db, made.home)
    assert process is not None
    raised = load_raised(db, made.home_course, today)
    save_concerns(db, raised, process.process_id, made.platform_id, set(), now)
    return sorted(one.person_id for one in raised)


def begin(sessions: Sessions, made: Casework) -> None:
    with writing(sessions) as db:
        assert roll_over(db, made.platform_id, 2, NEXT_MONDAY, IN_SUMMER, ZONE).begun == {2: 2}


def add_week_again(sessions: Sessions, made: Casework, person_id: int, reasons: list[str]) -> None:
    """Show somebody week 5 of the second year."""
    with writing(sessions) as db:
        told = {"shown_band": "well below", "clock_days": 12, "concern_reasons": reasons, "overdue_task_ids": []}
        versions = {"level_version": LEVEL, "calendar_version": "1", "code_version": "1", "made_at": NEXT_NOW}
        place = {"course_id": made.home_course, "run_no": 2, "person_id": person_id, "week_no": 5}
        db.add(EvaluationRow(**place, **told, **versions, as_of=NEXT_SUNDAY, sentence="…", inputs={}))


def test_a_concern_of_the_same_week_does_not_meet_last_years(sessions: Sessions, made: Casework) -> None:
    for person_id in (made.learner, made.classmate):
        add_week(sessions, made.home_course, person_id, 5, ["silent"])
    with writing(sessions) as db:
        assert raise_concerns(db, made, TODAY, NOW) == [made.learner, made.classmate]
        open_case(db, made.classmate, ADVISER, NOW)
    begin(sessions, made)
    for person_id in (made.learner, made.classmate):
        add_week_again(sessions, made, person_id, ["silent"])
    with writing(sessions) as db:
        assert raise_concerns(db, made, NEXT_TODAY, NEXT_NOW) == [made.learner, made.classmate]
        assert raise_concerns(db, made, NEXT_TODAY, NEXT_NOW) == []
    with reading(sessions) as db:
        rows = db.scalars(select(Concern).order_by(Concern.person_id, Concern.run_no)).all()
        assert [(one.run_no, one.week_no) for one in rows] == [(1, 5), (2, 5)] * 2
        left, _, in_case, _ = rows
        # What nobody had turned to ends with its run and is no outcome; what is in a case ends by people.
        assert (left.closed_by, left.outcome, left.closed_at) == (CLOSED_BY, None, IN_SUMMER)
        assert in_case.closed_at is None
        assert {one.as_of for one in load_concerns(db, [made.learner])} == {NEXT_SUNDAY}


def test_a_dispute_of_the_same_week_does_not_meet_last_years(sessions: Sessions, made: Casework) -> None:
    said = (made.home_course, made.learner, 5, "I was there.")
    add_week(sessions, made.home_course, made.learner, 5, [])
    with writing(sessions) as db:
        assert save_dispute(db, *said, NOW, TODAY) is not None
        assert save_dispute(db, *said, NOW, TODAY) is None
    begin(sessions, made)
    with writing(sessions) as db:
        assert load_voice(db, made.learner, [made.home_course]).disputes == ()
        assert save_dispute(db, *said, NEXT_NOW, NEXT_TODAY) is not None
        assert save_dispute(db, *said, NEXT_NOW, NEXT_TODAY) is None
        assert [one.made_at for one in load_voice(db, made.learner, [made.home_course]).disputes] == [NEXT_NOW]
        assert len(load_open_disputes(db, [made.learner])) == 2  # the first still waits for an answer
        assert list(db.scalars(select(Dispute.run_no).order_by(Dispute.id))) == [1, 2]


def runs_of(sessions: Sessions) -> dict[int, int]:
    with reading(sessions) as db:
        return dict(db.execute(select(Course.moodle_course_id, Course.run_no)).all())


def test_next_years_calendar_begins_a_run_of_what_was_taught_and_is_on(sessions: Sessions, made: Casework) -> None:
    add_week(sessions, made.home_course, made.learner, 5, [])
    add_week(sessions, made.other_course, made.learner, 5, [])
    with writing(sessions) as db:
        db.get_one(Course, made.other_course).switched_off_at = NOW
        before = load_first_mondays(db, [made.other_course])
        saved = save_calendar(
            db, made.platform_id, Whose(), CalendarPlan(11, first_monday=NEXT_MONDAY), IN_SUMMER, ZONE
        )
        assert saved.begun == {2: 2}
        # A course that is off is taught no more: it keeps its calendar, and with it its period.
        assert load_first_mondays(db, [made.other_course]) == before
        found = load_last_run(db, made.home_course)
    assert runs_of(sessions) == {2: 2, 3: 1}
    assert found is not None
    run_no, calendar = found
    assert (run_no, calendar.version, calendar.week_count) == (1, "calendar-1", 12)
    assert calendar.first_monday == date(2026, 9, 28)


def test_a_course_that_is_switched_on_again_is_measured_by_the_calendar_of_now(
    sessions: Sessions, made: Casework
) -> None:
    add_week(sessions, made.home_course, made.learner, 5, [])
    with writing(sessions) as db:
        switch_courses(db, made.platform_id, (), [2], IN_SUMMER, ZONE)
        save_calendar(db, made.platform_id, Whose(), CalendarPlan(11, first_monday=NEXT_MONDAY), IN_SUMMER, ZONE)
        before = load_first_mondays(db, [made.home_course])
    assert runs_of(sessions) == {2: 1, 3: 1}
    with writing(sessions) as db:
        switch_courses(db, made.platform_id, [2], (), IN_SUMMER, ZONE)
        assert load_first_mondays(db, [made.home_course]) != before
        assert load_first_mondays(db, [made.home_course])[made.home_course][1] == NEXT_MONDAY
    assert runs_of(sessions) == {2: 2, 3: 1}


def test_a_course_that_is_switched_on_again_keeps_a_calendar_that_its_weeks_were_evaluated_by(
    sessions: Sessions, made: Casework
) -> None:
    add_week(sessions, made.home_course, made.learner, 5, [])
    with writing(sessions) as db:
        switch_courses(db, made.platform_id, (), [2], NOW, ZONE)
        save_calendar(db, made.platform_id, Whose(), CalendarPlan(11, first_monday=NEXT_MONDAY), NOW, ZONE)
        before = load_first_mondays(db, [made.home_course])
        switch_courses(db, made.platform_id, [2], (), NOW, ZONE)
        assert load_first_mondays(db, [made.home_course]) == before
    assert runs_of(sessions) == {2: 1, 3: 1}


def test_a_calendar_that_moves_week_1_within_the_taught_weeks_is_refused(sessions: Sessions, made: Casework) -> None:
    add_week(sessions, made.home_course, made.learner, 5, [])
    of_course = Whose(moodle_course_id=2)
    # Next year's, too, while this year's weeks go on: they would end with it.
    for monday in (SUNDAY - timedelta(days=6), SUNDAY + timedelta(days=1), NEXT_MONDAY):
        with pytest.raises(CalendarRefused, match="lea course rollover"), writing(sessions) as db:
            save_calendar(db, made.platform_id, of_course, CalendarPlan(12, first_monday=monday), NOW, ZONE)
    assert runs_of(sessions) == {2: 1, 3: 1}


def test_a_rollover_is_refused_at_an_evaluated_week_and_begins_the_day_after(
    sessions: Sessions, made: Casework
) -> None:
    add_week(sessions, made.home_course, made.learner, 5, [])
    with pytest.raises(CalendarRefused, match="after its last evaluated week"), writing(sessions) as db:
        roll_over(db, made.platform_id, 2, SUNDAY - timedelta(days=6), NOW, ZONE)
    with pytest.raises(CalendarRefused, match="already"), writing(sessions) as db:
        roll_over(db, made.platform_id, 2, date(2026, 9, 28), NOW, ZONE)
    with pytest.raises(CalendarRefused, match="starts on a Monday"), writing(sessions) as db:
        roll_over(db, made.platform_id, 2, NEXT_SUNDAY, NOW, ZONE)
    with pytest.raises(CalendarRefused, match="not known"), writing(sessions) as db:
        roll_over(db, made.platform_id, 99, NEXT_MONDAY, NOW, ZONE)
    assert runs_of(sessions) == {2: 1, 3: 1}
    with writing(sessions) as db:
        assert roll_over(db, made.platform_id, 2, SUNDAY + timedelta(days=1), NOW, ZONE).begun == {2: 2}
        run = db.scalars(select(CourseRun)).one()
        assert (run.last_sunday, run.ended_on) == (SUNDAY, TODAY)
        # Nothing was taught in it yet: its week 1 moves, and no third begins.
        assert roll_over(db, made.platform_id, 2, SUNDAY + timedelta(days=8), NOW, ZONE).begun == {}
        with pytest.raises(CalendarRefused):
            inherit_calendar(db, made.platform_id, 2, NOW, ZONE)


def test_the_weeks_of_a_run_that_ended_early_are_those_before_the_next_one(sessions: Sessions, made: Casework) -> None:
    add_week(sessions, made.home_course, made.learner, 5, [])
    with writing(sessions) as db:
        assert roll_over(db, made.platform_id, 2, SUNDAY + timedelta(days=8), NOW, ZONE).begun == {2: 2}
        found = load_last_run(db, made.home_course)
    assert found is not None
    # Six of twelve: what is in the seventh is of the next run, and would be suggested from twice.
    assert found[1].week_count == 6


def test_a_course_without_a_level_begins_a_run_where_there_is_evidence(sessions: Sessions, made: Casework) -> None:
    with writing(sessions) as db:
        assert roll_over(db, made.platform_id, 3, NEXT_MONDAY, IN_SUMMER, ZONE).begun == {}
        fact = {"course_id": made.home_course, "person_id": made.learner, "cmid": 1, "kind": 0}
        db.add(Presence(day_no=day_number(SUNDAY), **fact))
        db.flush()
        assert roll_over(db, made.platform_id, 2, NEXT_MONDAY, IN_SUMMER, ZONE).begun == {2: 2}


def test_learners_of_each_run_are_told_apart(sessions: Sessions, made: Casework) -> None:
    gone, back, new = made.learner, made.classmate, made.third
    for person_id in (gone, back):
        add_week(sessions, made.home_course, person_id, 5, [])
    begin(sessions, made)
    with writing(sessions) as db:
        db.get_one(Enrolment, (made.home_course, gone)).is_active = False
        for person_id in (back, new):
            db.get_one(Enrolment, (made.home_course, person_id)).enrolled_on = NEXT_MONDAY
        db.flush()
        assert set(load_run_learners(db, made.home_course, 1)) == {gone, back}
        assert set(load_run_learners(db, made.home_course, 2)) == {back, new}
        assert set(load_run_learners(db, made.other_course, 1)) == {gone, back, new}
