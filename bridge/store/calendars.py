"""Calendars and published levels, as the measures need them (tables teaching_calendar, course_run, published_level)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.calendar import DAYS_IN_WEEK, TeachingCalendar
from analytics.levels import Marker, PublishedLevel
from bridge.schema import teaching
from bridge.store.course_calendars import load_pauses_of, make_calendar
from bridge.store.outages import load_missing_days
from bridge.store.panel_course import load_course_head


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a course is measured by."""

    calendar: TeachingCalendar
    levels: tuple[PublishedLevel, ...]
    """Its own, its programme's, its school's, the site's; empty: none is published and nothing is measured."""
    covers_to: Mapping[Marker, date]
    """The last day of which each marker's own source knows everything."""
    run_no: int = 1
    """Of the course: which time it is taught."""


def load_yardstick(db: Session, course_id: int) -> Yardstick | None:
    """Return what a course is measured by; None when it has no teaching calendar or was deleted."""
    head = load_course_head(db, course_id)
    if head is None or head.calendar is None:
        return None
    return Yardstick(head.calendar, tuple(agreed.level for agreed in head.levels), head.covers_to, head.run_no)


def load_last_run(db: Session, course_id: int) -> tuple[int, TeachingCalendar] | None:
    """Return the number of a course's latest run that is over and the calendar of its weeks; None: there is none.

    Of a run that ended early the weeks that it had: those behind are of the next one.
    """
    run, plan = teaching.CourseRun, teaching.TeachingCalendar
    of_run = (run.run_no, run.calendar_id, run.first_monday, run.last_sunday)
    columns = (*of_run, plan.week_count, plan.version, plan.platform_id)
    row = db.execute(
        select(*columns)
        .join(plan, plan.id == run.calendar_id)
        .where(run.course_id == course_id)
        .order_by(run.run_no.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    pauses = load_pauses_of(db, [row.calendar_id]).get(row.calendar_id, ())
    calendar = make_calendar(row, pauses, load_missing_days(db, row.platform_id))
    if calendar is None:
        return None
    weeks = ((row.last_sunday - row.first_monday).days + 1) // DAYS_IN_WEEK
    return row.run_no, replace(calendar, week_count=min(calendar.week_count, weeks))
