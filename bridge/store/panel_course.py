"""Read a course with its calendar, published level and freshness: what every panel page starts from."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from analytics.calendar import DateRange, TeachingCalendar, monday_on_or_before
from analytics.level_document import expectations_from_json, rule_from_json
from analytics.levels import PublishedLevel
from bridge.schema import log, platforms, teaching
from bridge.store.panel_records import AgreedLevel, CourseHead, Freshness, NamedBreak
from bridge.store.runs import load_last_success
from bridge.store.tasks import find_courses_without_tasks


def load_course_head(db: Session, course_id: int) -> CourseHead | None:
    """Load one course by its surrogate key; None when there is no such course or it was deleted."""
    heads = load_course_heads(db, [course_id])
    return heads[0] if heads else None


def load_course_heads(db: Session, course_ids: Collection[int]) -> tuple[CourseHead, ...]:
    """Load some courses of one platform in six queries, however many; by full name. Empty for no ids."""
    is_asked = teaching.Course.id.in_(course_ids)
    rows = db.execute(
        select(teaching.Course, platforms.Platform, teaching.TeachingCalendar, log.LogCursor.fresh_at)
        .join(platforms.Platform, platforms.Platform.id == teaching.Course.platform_id)
        .outerjoin(teaching.TeachingCalendar, teaching.TeachingCalendar.id == teaching.Course.calendar_id)
        .outerjoin(log.LogCursor, log.LogCursor.platform_id == teaching.Course.platform_id)
        .where(is_asked, teaching.Course.deleted_at.is_(None))
        .order_by(teaching.Course.id)
    ).all()
    if not rows:
        return ()
    platform_id = rows[0].Platform.id
    breaks = _load_breaks(db, platform_id)
    outages = _load_outages(db, platform_id)
    levels = _load_levels(db, platform_id, course_ids)
    without_tasks = find_courses_without_tasks(db, course_ids)
    run_at, is_failing = load_last_success(db, platform_id)
    heads = [
        _make_head(
            row.Course,
            row.Platform,
            _make_calendar(row.Course, row.TeachingCalendar, breaks, outages),
            breaks.get(row.Course.calendar_id, ()),
            levels.get(row.Course.id) or levels.get(None, ()),
            row.Course.id not in without_tasks,
            Freshness(row.fresh_at, row.Course.roster_synced_at, run_at, is_failing),
        )
        for row in rows
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
        is_tasks_offered=is_tasks_offered,
        freshness=freshness,
    )


def _make_calendar(
    course: teaching.Course,
    calendar: teaching.TeachingCalendar | None,
    breaks: dict[int, tuple[NamedBreak, ...]],
    outages: tuple[DateRange, ...],
) -> TeachingCalendar | None:
    if calendar is None:
        return None
    return TeachingCalendar(
        first_monday=monday_on_or_before(course.starts_on),
        week_count=calendar.week_count,
        breaks=tuple(named.days for named in breaks.get(calendar.id, ())),
        outages=outages,
        version=calendar.version,
    )


def _load_breaks(db: Session, platform_id: int) -> dict[int, tuple[NamedBreak, ...]]:
    rows = db.scalars(
        select(teaching.CalendarBreak)
        .join(teaching.TeachingCalendar, teaching.TeachingCalendar.id == teaching.CalendarBreak.calendar_id)
        .where(teaching.TeachingCalendar.platform_id == platform_id)
        .order_by(teaching.CalendarBreak.starts_on, teaching.CalendarBreak.id)
    ).all()
    breaks: dict[int, tuple[NamedBreak, ...]] = {}
    for row in rows:
        named = NamedBreak(row.name, DateRange(row.starts_on, row.ends_on))
        breaks[row.calendar_id] = (*breaks.get(row.calendar_id, ()), named)
    return breaks


def _load_outages(db: Session, platform_id: int) -> tuple[DateRange, ...]:
    rows = db.execute(
        select(teaching.Outage.starts_on, teaching.Outage.ends_on)
        .where(teaching.Outage.platform_id == platform_id)
        .order_by(teaching.Outage.starts_on, teaching.Outage.id)
    )
    return tuple(DateRange(first, last) for first, last in rows)


def _load_levels(
    db: Session, platform_id: int, course_ids: Collection[int]
) -> dict[int | None, tuple[AgreedLevel, ...]]:
    is_theirs: ColumnElement[bool] = or_(
        teaching.PublishedLevel.course_id.is_(None), teaching.PublishedLevel.course_id.in_(course_ids)
    )
    rows = db.scalars(
        select(teaching.PublishedLevel)
        .where(teaching.PublishedLevel.platform_id == platform_id, is_theirs)
        .order_by(teaching.PublishedLevel.effective_from, teaching.PublishedLevel.id)
    ).all()
    levels: dict[int | None, tuple[AgreedLevel, ...]] = {}
    for row in rows:
        levels[row.course_id] = (*levels.get(row.course_id, ()), _make_level(row))
    return levels


def _make_level(row: teaching.PublishedLevel) -> AgreedLevel:
    level = PublishedLevel(
        version=row.version,
        effective_from=row.effective_from,
        expectations=expectations_from_json(row.document["expectations"]),
        rule=rule_from_json(row.document["rule"]),
    )
    return AgreedLevel(level, row.agreed_by, row.agreed_on)
