"""Stretches of days without the platform's log (table outage): their weeks count once they are repaired."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from analytics.calendar import DateRange
from bridge.errors import BridgeError
from bridge.schema.teaching import Course, Outage
from bridge.store.database import fetch
from bridge.store.engagement import mark_course_stale


class OutageRefused(BridgeError):
    """An outage cannot be changed as asked; nothing was."""

    code = "outage-refused"
    next_step = "See lea outage list."


@dataclass(frozen=True, slots=True)
class OutageRecord:
    """One stretch of days."""

    outage_id: int
    days: DateRange
    noted_by: str
    repaired_at: datetime | None
    """None: the log of these days is still missing."""


def add_outage(db: Session, platform_id: int, days: DateRange, noted_by: str) -> int:
    """Note that the log of some days is missing, and return the outage's id; noting the same days again adds nothing.

    Weeks are measured again at the next sync; evaluations that were made stay as they were shown.
    """
    is_same = (Outage.platform_id == platform_id, Outage.starts_on == days.first, Outage.ends_on == days.last)
    known = db.scalar(select(Outage.id).where(*is_same, Outage.repaired_at.is_(None)))
    if known is not None:
        return known
    row = Outage(platform_id=platform_id, starts_on=days.first, ends_on=days.last, noted_by=noted_by)
    db.add(row)
    db.flush()
    _mark_courses_stale(db, platform_id)
    return row.id


def repair_outage(db: Session, platform_id: int, outage_id: int, now: datetime) -> DateRange:
    """Note that the log of an outage has come after all, and return its days: their weeks count from now on.

    Raises:
        OutageRefused: the platform has no such outage, or it was repaired before.
    """
    row = db.scalar(select(Outage).where(Outage.platform_id == platform_id, Outage.id == outage_id))
    if row is None or row.repaired_at is not None:
        what = "There is no outage" if row is None else "Repaired before is outage"
        raise OutageRefused(f"{what} {outage_id}. Nothing was changed. Next: lea outage list")
    row.repaired_at = now
    db.flush()
    _mark_courses_stale(db, platform_id)
    return DateRange(row.starts_on, row.ends_on)


def load_outages(db: Session, platform_id: int) -> tuple[OutageRecord, ...]:
    """Return every outage of a platform, repaired ones too, by day; empty when there was none."""
    rows = db.scalars(select(Outage).where(Outage.platform_id == platform_id).order_by(Outage.starts_on, Outage.id))
    return tuple(
        OutageRecord(row.id, DateRange(row.starts_on, row.ends_on), row.noted_by, row.repaired_at) for row in rows
    )


_SELECT_MISSING = (
    select(Outage.starts_on, Outage.ends_on)
    .where(Outage.platform_id == bindparam("platform_id"), Outage.repaired_at.is_(None))
    .order_by(Outage.starts_on, Outage.id)
)


def load_missing_days(db: Session, platform_id: int) -> tuple[DateRange, ...]:
    """Return the days for which the log is missing now, repaired ones left out; empty when it is whole."""
    return tuple(DateRange(*row) for row in fetch(db, _SELECT_MISSING, platform_id=platform_id))


def _mark_courses_stale(db: Session, platform_id: int) -> None:
    for course_id in db.scalars(select(Course.id).where(Course.platform_id == platform_id)).all():
        mark_course_stale(db, course_id)
