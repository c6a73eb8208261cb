"""Which teaching calendar a course has, and what is in it (tables teaching_calendar, calendar_break).

A course has its own calendar, else its school's latest, else the platform's latest; docs/engagement.md "Calendars".
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from analytics.calendar import DateRange, TeachingCalendar, monday_on_or_before
from bridge.schema import teaching
from bridge.schema.records import CourseSchool
from bridge.store.database import Found, Statement, fetch
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


def _select_pauses() -> Statement:
    row = teaching.CalendarBreak
    columns = (row.calendar_id, row.name, row.kind, row.starts_on, row.ends_on)
    return select(*columns).order_by(row.starts_on, row.id)


_SELECT_PAUSES = _select_pauses().where(
    teaching.CalendarBreak.calendar_id.in_(bindparam("calendar_ids", expanding=True))
)
_SELECT_ALL_PAUSES = (
    _select_pauses()
    .join(teaching.TeachingCalendar, teaching.TeachingCalendar.id == teaching.CalendarBreak.calendar_id)
    .where(teaching.TeachingCalendar.platform_id == bindparam("platform_id"))
)


def load_pauses(db: Session, platform_id: int) -> dict[int, tuple[NamedBreak, ...]]:
    """Return by calendar its breaks, reading weeks and bank holidays, by day; no key for a calendar without any."""
    return _by_calendar(fetch(db, _SELECT_ALL_PAUSES, platform_id=platform_id))


def load_pauses_of(db: Session, calendar_ids: Collection[int]) -> dict[int, tuple[NamedBreak, ...]]:
    """Return the same of some calendars alone."""
    return _by_calendar(fetch(db, _SELECT_PAUSES, calendar_ids=list(calendar_ids)))


def _by_calendar(rows: Iterable[Found]) -> dict[int, tuple[NamedBreak, ...]]:
    pauses: dict[int, tuple[NamedBreak, ...]] = {}
    for row in rows:
        named = NamedBreak(row.name, DateRange(row.starts_on, row.ends_on), PauseKind(row.kind))
        pauses[row.calendar_id] = (*pauses.get(row.calendar_id, ()), named)
    return pauses


def make_calendar(row: Found, pauses: Sequence[NamedBreak], outages: tuple[DateRange, ...]) -> TeachingCalendar | None:
    """Make the calendar of a course from a row with its start and the calendar's columns; None where it has none."""
    if row.calendar_id is None:
        return None
    return TeachingCalendar(
        first_monday=row.first_monday or monday_on_or_before(row.starts_on),
        week_count=row.week_count,
        breaks=tuple(pause.days for pause in pauses if pause.is_uncounted),
        outages=outages,
        version=row.version,
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
