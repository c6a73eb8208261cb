"""Read a course with its calendar, published level and freshness: what every panel page starts from."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from analytics.calendar import TeachingCalendar
from analytics.levels import Marker
from bridge.schema import log, platforms, teaching
from bridge.store.course_calendars import calendar_id_of_course, load_pauses, make_calendar
from bridge.store.freshness import VISITS, covers_by_marker, load_covers
from bridge.store.levels import load_levels
from bridge.store.outages import load_missing_days
from bridge.store.panel_records import AgreedLevel, CourseHead, Freshness, NamedBreak
from bridge.store.runs import load_last_success
from bridge.store.tasks import find_courses_without_tasks


def load_course_head(db: Session, course_id: int) -> CourseHead | None:
    """Load one course by its surrogate key; None when there is no such course or it was deleted."""
    heads = load_course_heads(db, [course_id])
    return heads[0] if heads else None


def load_course_heads(db: Session, course_ids: Collection[int]) -> tuple[CourseHead, ...]:
    """Load some courses of one platform in eight queries, however many; by full name. Empty for no ids."""
    is_asked = teaching.Course.id.in_(course_ids)
    rows = db.execute(
        select(teaching.Course, platforms.Platform, teaching.TeachingCalendar, log.LogCursor.fresh_at)
        .join(platforms.Platform, platforms.Platform.id == teaching.Course.platform_id)
        .outerjoin(teaching.TeachingCalendar, teaching.TeachingCalendar.id == calendar_id_of_course())
        .outerjoin(log.LogCursor, log.LogCursor.platform_id == teaching.Course.platform_id)
        .where(is_asked, teaching.Course.deleted_at.is_(None))
        .order_by(teaching.Course.id)
    ).all()
    if not rows:
        return ()
    platform_id = rows[0].Platform.id
    pauses = load_pauses(db, platform_id)
    missing = load_missing_days(db, platform_id)
    levels = load_levels(db, platform_id, course_ids)
    covers = load_covers(db, platform_id, course_ids)
    without_tasks = find_courses_without_tasks(db, course_ids)
    run_at, is_failing = load_last_success(db, platform_id)
    heads = [
        _make_head(
            row.Course,
            row.Platform,
            make_calendar(row.Course.starts_on, row.TeachingCalendar, own, missing),
            own,
            levels[row.Course.id],
            covers_by_marker(covers.get(row.Course.id, {}), has_log=row.fresh_at is not None),
            row.Course.id not in without_tasks,
            Freshness(row.fresh_at, row.Course.roster_synced_at, run_at, is_failing, files_to),
        )
        for row in rows
        for files_to in [covers.get(row.Course.id, {}).get(VISITS) if row.fresh_at is None else None]
        for own in [() if row.TeachingCalendar is None else pauses.get(row.TeachingCalendar.id, ())]
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
    course: teaching.Course,
    platform: platforms.Platform,
    calendar: TeachingCalendar | None,
    breaks: Sequence[NamedBreak],
    levels: Sequence[AgreedLevel],
    covers_to: Mapping[Marker, date],
    is_tasks_offered: bool,
    freshness: Freshness,
) -> CourseHead:
    return CourseHead(
        course_id=course.id,
        moodle_course_id=course.moodle_course_id,
        platform_id=platform.id,
        shortname=course.shortname,
        fullname=course.fullname,
        moodle_url=platform.moodle_url,
        calendar=calendar,
        breaks=tuple(breaks),
        levels=tuple(levels),
        covers_to=covers_to,
        is_tasks_offered=is_tasks_offered,
        freshness=freshness,
    )
