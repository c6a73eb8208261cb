"""Calendars of a platform, a school and a course; which one a course has, and what may not be moved."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.calendar import DateRange, TeachingCalendar
from bridge.schema.engagement import EvaluationRow, StaleLearner
from bridge.schema.people import Enrolment, Person
from bridge.schema.platforms import Platform
from bridge.schema.teaching import Course
from bridge.store.calendar_changes import (
    CalendarPlan,
    CalendarRefused,
    Whose,
    inherit_calendar,
    load_calendars,
    save_calendar,
    seed_calendar,
)
from bridge.store.courses import switch_on
from bridge.store.database import Sessions, reading, writing
from bridge.store.outages import OutageRefused, add_outage, load_missing_days, load_outages, repair_outage
from bridge.store.panel_course import load_course_head
from bridge.store.panel_records import NamedBreak, PauseKind
from bridge.store.schools import SchoolRefused, save_course_schools, save_school

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
WEDNESDAY = date(2026, 9, 23)
"""When the courses start in Moodle; the Monday of that week is the 21st."""
READING = NamedBreak("Reading week", DateRange(date(2026, 11, 9), date(2026, 11, 15)), PauseKind.READING_WEEK)
MAY_DAY = NamedBreak("May Day", DateRange(date(2027, 5, 3), date(2027, 5, 3)), PauseKind.BANK_HOLIDAY)
SBBS = Whose(school_code="SBBS")


@pytest.fixture
def platform_id(sessions: Sessions) -> int:
    """A platform with courses 2, 3 and 4, of which 2 and 3 are the school's."""
    with writing(sessions) as db:
        platform = Platform(name="Moodle", moodle_url="https://moodle.example", created_at=NOW)
        db.add(platform)
        db.flush()
        switch_on(db, platform.id, [2, 3, 4], NOW, WEDNESDAY)
        save_school(db, platform.id, "SBBS", "Biology")
        save_course_schools(db, platform.id, "SBBS", [2, 3])
        seed_calendar(db, platform.id)
        return platform.id


def calendar_of(db: Session, moodle_course_id: int) -> TeachingCalendar:
    course_id = db.scalar(select(Course.id).where(Course.moodle_course_id == moodle_course_id))
    head = load_course_head(db, course_id or 0)
    assert head is not None
    assert head.calendar is not None
    return head.calendar


def versions(sessions: Sessions) -> list[str]:
    with reading(sessions) as db:
        return [calendar_of(db, course).version for course in (2, 3, 4)]


def test_a_course_has_its_own_calendar_else_its_schools_else_the_sites(sessions: Sessions, platform_id: int) -> None:
    assert versions(sessions) == ["calendar-1"] * 3
    with writing(sessions) as db:
        save_calendar(db, platform_id, SBBS, CalendarPlan(10), NOW)
    assert versions(sessions) == ["calendar-SBBS-1", "calendar-SBBS-1", "calendar-1"]
    with writing(sessions) as db:
        save_calendar(db, platform_id, Whose(moodle_course_id=2), CalendarPlan(11), NOW)
        save_calendar(db, platform_id, Whose(), CalendarPlan(13), NOW)
        save_calendar(db, platform_id, SBBS, CalendarPlan(14), NOW)
    assert versions(sessions) == ["calendar-course-2-1", "calendar-SBBS-2", "calendar-2"]
    with writing(sessions) as db:
        inherit_calendar(db, platform_id, 2, NOW)
        assert [calendar_of(db, course).week_count for course in (2, 3, 4)] == [14, 14, 13]
        listed = {one.version: one.course_count for one in load_calendars(db, platform_id)}
    assert listed == {
        "calendar-SBBS-2": 2,
        "calendar-2": 1,
        "calendar-course-2-1": 0,
        "calendar-SBBS-1": 0,
        "calendar-1": 0,
    }


def test_week_1_is_the_terms_first_monday_else_the_week_of_the_courses_start(
    sessions: Sessions, platform_id: int
) -> None:
    with writing(sessions) as db:
        assert calendar_of(db, 2).first_monday == date(2026, 9, 21)
        save_calendar(db, platform_id, SBBS, CalendarPlan(12, first_monday=date(2026, 9, 28)), NOW)
        assert calendar_of(db, 2).first_monday == date(2026, 9, 28)
        assert calendar_of(db, 4).first_monday == date(2026, 9, 21)


def test_breaks_uncount_weeks_and_bank_holidays_only_days(sessions: Sessions, platform_id: int) -> None:
    with writing(sessions) as db:
        save_calendar(db, platform_id, Whose(), CalendarPlan(40, (READING, MAY_DAY)), NOW)
        calendar = calendar_of(db, 2)
    assert calendar.breaks == (READING.days,)
    assert calendar.bank_holidays == (MAY_DAY.days,)


def test_only_learners_whose_calendar_changed_are_measured_again(sessions: Sessions, platform_id: int) -> None:
    with writing(sessions) as db:
        course_ids = [_enrol(db, platform_id, course) for course in (2, 4)]
        save_calendar(db, platform_id, SBBS, CalendarPlan(12), NOW)
        assert list(db.scalars(select(StaleLearner.course_id))) == course_ids[:1]


def test_week_1_of_a_course_with_evaluations_does_not_move(sessions: Sessions, platform_id: int) -> None:
    with writing(sessions) as db:
        db.add(_evaluation(_enrol(db, platform_id, 3), db.scalars(select(Person.id)).one()))
    later = CalendarPlan(12, first_monday=date(2026, 9, 28))
    with pytest.raises(CalendarRefused, match="course 3"), writing(sessions) as db:
        save_calendar(db, platform_id, SBBS, later, NOW)
    assert versions(sessions) == ["calendar-1"] * 3
    with writing(sessions) as db:
        save_calendar(db, platform_id, Whose(moodle_course_id=3), CalendarPlan(12, (READING,)), NOW)
        save_calendar(db, platform_id, SBBS, later, NOW)
    with pytest.raises(CalendarRefused, match="course 3"), writing(sessions) as db:
        inherit_calendar(db, platform_id, 3, NOW)


def test_a_calendar_that_cannot_be_meant_is_refused(sessions: Sessions, platform_id: int) -> None:
    with pytest.raises(CalendarRefused, match="Tuesday"), writing(sessions) as db:
        save_calendar(db, platform_id, Whose(), CalendarPlan(12, first_monday=date(2026, 9, 29)), NOW)
    with pytest.raises(CalendarRefused, match="Course 99"), writing(sessions) as db:
        save_calendar(db, platform_id, Whose(moodle_course_id=99), CalendarPlan(12), NOW)
    with pytest.raises(SchoolRefused), writing(sessions) as db:
        save_calendar(db, platform_id, Whose(school_code="NONE"), CalendarPlan(12), NOW)
    assert versions(sessions) == ["calendar-1"] * 3


def test_an_outage_is_missing_until_it_is_repaired_once(sessions: Sessions, platform_id: int) -> None:
    days = DateRange(date(2026, 10, 6), date(2026, 10, 8))
    with writing(sessions) as db:
        outage_id = add_outage(db, platform_id, days, "Operations")
        assert add_outage(db, platform_id, days, "Operations") == outage_id
        assert load_missing_days(db, platform_id) == (days,)
        assert calendar_of(db, 2).outages == (days,)
    with writing(sessions) as db:
        assert repair_outage(db, platform_id, outage_id, NOW) == days
        assert load_missing_days(db, platform_id) == ()
        assert calendar_of(db, 2).outages == ()
        assert [(one.noted_by, one.repaired_at) for one in load_outages(db, platform_id)] == [("Operations", NOW)]
    with pytest.raises(OutageRefused), writing(sessions) as db:
        repair_outage(db, platform_id, outage_id, NOW)
    with pytest.raises(OutageRefused), writing(sessions) as db:
        repair_outage(db, platform_id + 1, outage_id, NOW)


def _enrol(db: Session, platform_id: int, moodle_course_id: int) -> int:
    course_id = db.scalars(select(Course.id).where(Course.moodle_course_id == moodle_course_id)).one()
    person = Person(
        platform_id=platform_id, moodle_user_id=100 + moodle_course_id, given_name="", family_name="", full_name="A"
    )
    db.add(person)
    db.flush()
    db.add(Enrolment(course_id=course_id, person_id=person.id, is_learner=True, is_active=True, enrolled_on=WEDNESDAY))
    db.flush()
    return course_id


def _evaluation(course_id: int, person_id: int) -> EvaluationRow:
    return EvaluationRow(
        course_id=course_id,
        person_id=person_id,
        week_no=1,
        as_of=date(2026, 9, 27),
        shown_band="too early to say",
        clock_days=0,
        concern_reasons=[],
        overdue_task_ids=[],
        sentence="Too early to say.",
        inputs={},
        level_version="site-1",
        calendar_version="calendar-1",
        code_version="engagement-2",
        made_at=NOW,
    )
