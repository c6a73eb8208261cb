"""Teaching calendars and published levels, as the measures need them (tables teaching_calendar, published_level)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from analytics.calendar import DateRange, TeachingCalendar, monday_on_or_before
from analytics.level_document import digest_of, expectations_to_json, rule_to_json
from analytics.levels import DEFAULT_LEVEL, Expectation, Marker, PublishedLevel, default_a_day
from analytics.rules import DEFAULT_RULE
from bridge.schema import teaching
from bridge.store.engagement import mark_course_stale
from bridge.store.panel_course import load_course_head

DEFAULT_LEVEL_VERSION = "default-1"
EARLIEST = date(2000, 1, 3)
"""A Monday before every course."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a course is measured by."""

    calendar: TeachingCalendar
    levels: tuple[PublishedLevel, ...]
    """The course's own, else the platform's; empty: none is published and nothing is measured."""


def load_yardstick(db: Session, course_id: int) -> Yardstick | None:
    """Return what a course is measured by; None when it has no teaching calendar or was deleted."""
    head = load_course_head(db, course_id)
    if head is None or head.calendar is None:
        return None
    return Yardstick(head.calendar, tuple(agreed.level for agreed in head.levels))


def seed_default_level(
    db: Session,
    platform_id: int,
    *,
    level: int = DEFAULT_LEVEL,
    effective_from: date = EARLIEST,
    agreed_by: str,
    agreed_on: date,
) -> None:
    """Publish the platform's default level (Activity and Tasks, equal weights) unless it has one."""
    is_default = (teaching.PublishedLevel.platform_id == platform_id, teaching.PublishedLevel.course_id.is_(None))
    if db.scalar(select(func.count()).select_from(teaching.PublishedLevel).where(*is_default)):
        return
    expectations = (
        Expectation(Marker.ACTIVITY, level=level, a_day=default_a_day(level)),
        Expectation(Marker.TASKS),
    )
    document = {"expectations": expectations_to_json(expectations), "rule": rule_to_json(DEFAULT_RULE)}
    db.add(
        teaching.PublishedLevel(
            platform_id=platform_id,
            course_id=None,
            version=DEFAULT_LEVEL_VERSION,
            document=document,
            digest=digest_of(document),
            effective_from=monday_on_or_before(effective_from),
            agreed_by=agreed_by,
            agreed_on=agreed_on,
            published_by=agreed_by,
            published_at=datetime.combine(agreed_on, time(), UTC),
        )
    )
    db.flush()


def seed_calendar(
    db: Session,
    platform_id: int,
    *,
    name: str = "Teaching year",
    week_count: int = 12,
    breaks: Sequence[tuple[str, DateRange]] = (),
    version: str = "calendar-1",
) -> int:
    """Save a teaching calendar unless the platform has one of this name, give it to courses without one; return its id.

    `breaks`: name and days, both ends included. Week 1 of a course is the week of its own start.
    """
    is_one = (teaching.TeachingCalendar.platform_id == platform_id, teaching.TeachingCalendar.name == name)
    calendar_id = db.scalar(select(teaching.TeachingCalendar.id).where(*is_one))
    if calendar_id is None:
        row = teaching.TeachingCalendar(platform_id=platform_id, name=name, week_count=week_count, version=version)
        db.add(row)
        db.flush()
        calendar_id = row.id
        for label, days in breaks:
            db.add(teaching.CalendarBreak(calendar_id=calendar_id, name=label, starts_on=days.first, ends_on=days.last))
        db.flush()
    is_bare = (teaching.Course.platform_id == platform_id, teaching.Course.calendar_id.is_(None))
    db.execute(update(teaching.Course).where(*is_bare).values(calendar_id=calendar_id))
    return calendar_id


def replace_calendar(db: Session, platform_id: int, *, week_count: int, breaks: Sequence[tuple[str, DateRange]]) -> str:
    """Give every course of a platform this calendar under a new version, and return the version.

    Learners' weeks are measured again at the next sync; evaluations keep the version they were made with.
    """
    is_platforms = teaching.TeachingCalendar.platform_id == platform_id
    versions = db.scalar(select(func.count()).select_from(teaching.TeachingCalendar).where(is_platforms)) or 0
    version = f"calendar-{versions + 1}"
    named = {"name": f"Teaching year, version {versions + 1}", "version": version}
    calendar_id = seed_calendar(db, platform_id, week_count=week_count, breaks=breaks, **named)
    is_course = teaching.Course.platform_id == platform_id
    db.execute(update(teaching.Course).where(is_course).values(calendar_id=calendar_id))
    for course_id in db.scalars(select(teaching.Course.id).where(is_course)):
        mark_course_stale(db, course_id)
    return version
