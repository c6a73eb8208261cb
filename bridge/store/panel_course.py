"""Read a course with its calendar, published level and freshness: what every panel page starts from."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from analytics.calendar import TeachingCalendar
from analytics.levels import Marker
from bridge.schema import log, platforms, records, teaching
from bridge.store.course_calendars import calendar_id_of_course, load_pauses_of, make_calendar
from bridge.store.database import Found, Statement, fetch
from bridge.store.freshness import VISITS, covers_by_marker, load_covers
from bridge.store.levels_in_force import load_levels_of
from bridge.store.outages import load_missing_days
from bridge.store.panel_records import AgreedLevel, CourseHead, Freshness, NamedBreak
from bridge.store.panel_statements import COURSE_IDS
from bridge.store.runs import judge_runs, last_end_of, last_success_of
from bridge.store.tasks import is_course_without_tasks


def _select_heads() -> Statement:
    course, platform, calendar = teaching.Course, platforms.Platform, teaching.TeachingCalendar
    return (
        select(
            course.id,
            course.moodle_course_id,
            course.platform_id,
            course.shortname,
            course.fullname,
            course.starts_on,
            course.run_no,
            course.roster_synced_at,
            is_course_without_tasks().label("is_without_tasks"),
            platform.moodle_url,
            calendar.id.label("calendar_id"),
            calendar.first_monday,
            calendar.week_count,
            calendar.version,
            log.LogCursor.fresh_at,
            records.CourseSchool.programme_id,
            records.CourseSchool.school_id,
            last_success_of(platform.id).label("last_success"),
            last_end_of(platform.id).label("last_end"),
        )
        .join(platform, platform.id == course.platform_id)
        .outerjoin(calendar, calendar.id == calendar_id_of_course())
        .outerjoin(log.LogCursor, log.LogCursor.platform_id == course.platform_id)
        .outerjoin(records.CourseSchool, records.CourseSchool.course_id == course.id)
        .where(course.id.in_(COURSE_IDS), course.deleted_at.is_(None))
        .order_by(course.id)
    )


_SELECT_HEADS = _select_heads()


def load_course_head(db: Session, course_id: int) -> CourseHead | None:
    """Load one course by its surrogate key; None when there is no such course or it was deleted."""
    heads = load_course_heads(db, [course_id])
    return heads[0] if heads else None


def load_course_heads(db: Session, course_ids: Collection[int]) -> tuple[CourseHead, ...]:
    """Load some courses of one platform in five queries, however many; by full name. Empty for no ids."""
    rows = fetch(db, _SELECT_HEADS, course_ids=list(course_ids))
    if not rows:
        return ()
    platform_id = rows[0].platform_id
    pauses = load_pauses_of(db, {row.calendar_id for row in rows if row.calendar_id is not None})
    missing = load_missing_days(db, platform_id)
    levels = load_levels_of(db, platform_id, {row.id: (row.programme_id, row.school_id) for row in rows})
    covers = load_covers(db, platform_id, course_ids)
    heads = [
        _make_head(
            row,
            make_calendar(row, own, missing),
            own,
            levels[row.id],
            covers_by_marker(covers.get(row.id, {}), has_log=row.fresh_at is not None),
            Freshness(row.fresh_at, row.roster_synced_at, *judge_runs(row.last_success, row.last_end), files_to),
        )
        for row in rows
        for files_to in [covers.get(row.id, {}).get(VISITS) if row.fresh_at is None else None]
        for own in [pauses.get(row.calendar_id, ())]
    ]
    return tuple(sorted(heads, key=lambda head: (head.fullname.casefold(), head.course_id)))


def is_switched_on() -> ColumnElement[bool]:
    """Give the clause for courses that are switched on now: never off, or on again since."""
    course = teaching.Course
    return and_(
        course.switched_on_at.is_not(None),
        or_(course.switched_off_at.is_(None), course.switched_off_at < course.switched_on_at),
    )


def _make_head(
    row: Found,
    calendar: TeachingCalendar | None,
    breaks: Sequence[NamedBreak],
    levels: Sequence[AgreedLevel],
    covers_to: Mapping[Marker, date],
    freshness: Freshness,
) -> CourseHead:
    return CourseHead(
        course_id=row.id,
        moodle_course_id=row.moodle_course_id,
        platform_id=row.platform_id,
        shortname=row.shortname,
        fullname=row.fullname,
        moodle_url=row.moodle_url,
        calendar=calendar,
        breaks=tuple(breaks),
        levels=tuple(levels),
        covers_to=covers_to,
        is_tasks_offered=not row.is_without_tasks,
        freshness=freshness,
        run_no=row.run_no,
    )
