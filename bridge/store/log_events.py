"""The raw window of the log (table log_event)."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, and_, delete, func, literal_column, or_, select
from sqlalchemy.orm import Session

from analytics.records import LogEvent
from bridge.log_records import CountBucket
from bridge.schema.log import LogEventRow
from bridge.store.bulk import copy_or_insert_ignoring, driver_value

RAW_COLUMNS = (
    "platform_id",
    "log_id",
    "course_id",
    "moodle_user_id",
    "related_moodle_user_id",
    "real_moodle_user_id",
    "cmid",
    "event_name",
    "edulevel",
    "origin",
    "other",
    "occurred_at",
    "day_no",
    "arrived_at",
)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One row of the raw window."""

    event: LogEvent
    day_no: int


def instant_maker(db: Session) -> Callable[[datetime], Any]:
    """Return what turns an instant into what `save_raw_rows` takes; keep it for the whole page."""
    return driver_value(db, LogEventRow.__table__.c.occurred_at)


def save_raw_rows(db: Session, rows: Sequence[tuple[Any, ...]]) -> int:
    """Add rows (tuples as RAW_COLUMNS, instants by `instant_maker`) to the raw window; return how many are new."""
    return copy_or_insert_ignoring(db, LogEventRow, RAW_COLUMNS, rows)


def load_raw_events(
    db: Session, course_id: int, moodle_course_id: int, moodle_user_ids: Collection[int]
) -> Iterator[StoredEvent]:
    """Give what the raw window holds of some people in a course, in no order; nothing for nobody."""
    is_one = and_(LogEventRow.course_id == course_id, LogEventRow.moodle_user_id.in_(moodle_user_ids))
    for row in db.execute(select(LogEventRow).where(is_one).execution_options(yield_per=5_000)).scalars():
        event = LogEvent(
            log_id=row.log_id,
            event_name=row.event_name,
            edulevel=row.edulevel,
            moodle_user_id=row.moodle_user_id,
            related_moodle_user_id=row.related_moodle_user_id,
            moodle_course_id=moodle_course_id,
            cmid=row.cmid or None,
            occurred_at=row.occurred_at,
            origin=row.origin,
            real_moodle_user_id=row.real_moodle_user_id,
        )
        yield StoredEvent(event, row.day_no)


def count_raw_rows(
    db: Session, platform_id: int, course_ids: Collection[int], from_id: int, to_id: int, bucket_size: int
) -> dict[int, CountBucket]:
    """Count the raw rows of some courses with `from_id` < id ≤ `to_id` by bucket of ids; empty buckets are left out."""
    size = literal_column(str(int(bucket_size)), Integer)  # no bound value: SELECT and GROUP BY must read the same
    bucket = (LogEventRow.log_id // size).label("bucket")
    rows = db.execute(
        select(bucket, func.count(), func.sum(LogEventRow.log_id))
        .where(
            LogEventRow.platform_id == platform_id,
            LogEventRow.log_id > from_id,
            LogEventRow.log_id <= to_id,
            LogEventRow.course_id.in_(course_ids),
        )
        .group_by(bucket)
    )
    return {int(number): CountBucket(int(number), count, int(id_sum)) for number, count, id_sum in rows}


def find_stored_ids(db: Session, platform_id: int, log_ids: Collection[int]) -> frozenset[int]:
    """Return which of some log ids are in the raw window."""
    if not log_ids:
        return frozenset()
    is_one = (LogEventRow.platform_id == platform_id, LogEventRow.log_id.in_(log_ids))
    return frozenset(db.scalars(select(LogEventRow.log_id).where(*is_one)))


def purge_raw_rows(db: Session, platform_id: int, before: datetime) -> tuple[int, int]:
    """Delete raw rows that arrived earlier; return how many, and the largest id among them (0: none)."""
    is_old = (LogEventRow.platform_id == platform_id, LogEventRow.arrived_at < before)
    count, largest = db.execute(select(func.count(), func.max(LogEventRow.log_id)).where(*is_old)).one()
    if count:
        db.execute(delete(LogEventRow).where(*is_old))
    return count, largest or 0


def erase_raw_rows(db: Session, platform_id: int, moodle_user_id: int, course_ids: Collection[int]) -> None:
    """Delete the raw rows by or about a person in some courses."""
    is_theirs = or_(
        LogEventRow.moodle_user_id == moodle_user_id,
        LogEventRow.related_moodle_user_id == moodle_user_id,
        LogEventRow.real_moodle_user_id == moodle_user_id,
    )
    db.execute(
        delete(LogEventRow).where(
            LogEventRow.platform_id == platform_id, LogEventRow.course_id.in_(course_ids), is_theirs
        )
    )
