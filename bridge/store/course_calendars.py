"""Which teaching calendar a course has, and what is in it (tables teaching_calendar, calendar_break).

A course has its own calendar, else its school's latest, else the platform's latest; docs/engagement.md "Calendars".
"""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from analytics.calendar import DateRange, TeachingCalendar, monday_on_or_before
from bridge.schema import teaching
from bridge.schema.records import CourseSchool
from bridge.store.panel_records import NamedBreak, PauseKind

PLATFORM, SCHOOL, COURSE = "platform", "school", "course"
"""The scopes of a calendar."""


def calendar_id_of_course() -> ColumnElement[int | None]:
    """Give the expression, in a statement on `course`, for the calendar it is measured by; null where there is none."""
    calendar = aliased(teaching.TeachingCalendar)
    latest = select(func.max(calendar.id)).where(calendar.platform_id == teaching.Course.platform_id)
    of_school = latest.where(
        calendar.scope == SCHOOL,
        calendar.school_id == CourseSchool.school_id,
        CourseSchool.course_id == teaching.Course.id,
    )
    of_platform = latest.where(calendar.scope == PLATFORM)
    return func.coalesce(
        teaching.Course.calendar_id,
        of_school.correlate(teaching.Course).scalar_subquery(),
        of_platform.correlate(teaching.Course).scalar_subquery(),
    )


def load_pauses(db: Session, platform_id: int) -> dict[int, tuple[NamedBreak, ...]]:
    """Return by calendar its breaks, reading weeks and bank holidays, by day; no key for a calendar without any."""
    rows = db.scalars(
        select(teaching.CalendarBreak)
        .join(teaching.TeachingCalendar, teaching.TeachingCalendar.id == teaching.CalendarBreak.calendar_id)
        .where(teaching.TeachingCalendar.platform_id == platform_id)
        .order_by(teaching.CalendarBreak.starts_on, teaching.CalendarBreak.id)
    ).all()
    pauses: dict[int, tuple[NamedBreak, ...]] = {}
    for row in rows:
        named = NamedBreak(row.name, DateRange(row.starts_on, row.ends_on), PauseKind(row.kind))
        pauses[row.calendar_id] = (*pauses.get(row.calendar_id, ()), named)
    return pauses


def make_calendar(
    starts_on: date,
    calendar: teaching.TeachingCalendar | None,
    pauses: Sequence[NamedBreak],
    outages: tuple[DateRange, ...],
) -> TeachingCalendar | None:
    """Make the calendar of a course that starts on a day; None where it has none."""
    if calendar is None:
        return None
    return TeachingCalendar(
        first_monday=calendar.first_monday or monday_on_or_before(starts_on),
        week_count=calendar.week_count,
        breaks=tuple(pause.days for pause in pauses if pause.is_uncounted),
        outages=outages,
        version=calendar.version,
        bank_holidays=tuple(pause.days for pause in pauses if not pause.is_uncounted),
    )


def load_first_mondays(db: Session, course_ids: Collection[int]) -> dict[int, tuple[int, date]]:
    """Return by course the calendar's id and the Monday of its week 1; courses without a calendar are left out."""
    course, calendar = teaching.Course, teaching.TeachingCalendar
    rows = db.execute(
        select(course.id, calendar.id, course.starts_on, calendar.first_monday)
        .join(calendar, calendar.id == calendar_id_of_course())
        .where(course.id.in_(course_ids))
    )
    return {
        course_id: (calendar_id, first_monday or monday_on_or_before(starts_on))
        for course_id, calendar_id, starts_on, first_monday in rows
    }
