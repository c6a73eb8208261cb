"""How far a rebuild of the facts is, what must not change under it, and the raw rows it reads (table rebuild)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from analytics.evidence import PARTICIPATING
from bridge.errors import RebuildOvertaken
from bridge.schema.log import LogEventRow, RebuildRow
from bridge.schema.people import Person
from bridge.schema.teaching import Course
from bridge.store.courses import SyncedCourse, load_synced_courses
from bridge.store.database import upsert
from bridge.store.left_out import load_left_out_ids
from bridge.store.tombstones import TombstoneRecord, load_tombstones

BEFORE_ALL = date.min
"""No week is done yet."""


@dataclass(frozen=True, slots=True)
class RebuildMark:
    """A rebuild that is under way."""

    platform_id: int
    fingerprint: str
    done_to: date
    """The Sunday up to which its facts are in; `BEFORE_ALL` at first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose facts may come in: where it changes, somebody was erased, deleted or paused, or a course switched."""

    courses: tuple[SyncedCourse, ...]
    left_out: frozenset[int]
    tombstones: frozenset[TombstoneRecord]
    deleted: int


def load_standing(db: Session, platform_id: int) -> Standing:
    """Return whose facts may come in now, in four statements."""
    is_deleted = (Person.platform_id == platform_id, Person.deleted_at.is_not(None))
    return Standing(
        courses=load_synced_courses(db, platform_id),
        left_out=load_left_out_ids(db, platform_id),
        tombstones=load_tombstones(db),
        deleted=db.scalar(select(func.count()).select_from(Person).where(*is_deleted)) or 0,
    )


def load_rebuild(db: Session, platform_id: int) -> RebuildMark | None:
    """Return a platform's rebuild that is under way or was broken off; None: there is none."""
    row = db.get(RebuildRow, platform_id)
    return None if row is None else RebuildMark(platform_id, row.fingerprint, row.done_to)


def begin_rebuild(db: Session, platform_id: int, fingerprint: str, now: datetime) -> RebuildMark:
    """Note that a rebuild begins; one that was broken off, or is under way, is over then."""
    row = {"platform_id": platform_id, "fingerprint": fingerprint, "done_to": BEFORE_ALL, "began_at": now}
    upsert(db, RebuildRow, [row], key=["platform_id"], update=["fingerprint", "done_to", "began_at"])
    return RebuildMark(platform_id, fingerprint, BEFORE_ALL)


def move_rebuild(db: Session, seen: RebuildMark, done_to: date) -> RebuildMark:
    """Note that the facts up to a Sunday are in, if the rebuild stands as `seen`; in the transaction of these facts.

    Raises:
        RebuildOvertaken: another rebuild wrote first; roll back.
    """
    is_seen = (RebuildRow.fingerprint == seen.fingerprint, RebuildRow.done_to == seen.done_to)
    moved = update(RebuildRow).where(RebuildRow.platform_id == seen.platform_id, *is_seen).values(done_to=done_to)
    result = db.execute(moved)
    assert isinstance(result, CursorResult)  # noqa: S101 (narrowing for the type checker)
    if result.rowcount != 1:
        raise RebuildOvertaken("Another rebuild of the same platform went on meanwhile")
    return RebuildMark(seen.platform_id, seen.fingerprint, done_to)


def end_rebuild(db: Session, platform_id: int) -> None:
    """Note that a platform's rebuild has ended."""
    db.execute(delete(RebuildRow).where(RebuildRow.platform_id == platform_id))


def count_window_days(db: Session, platform_id: int) -> dict[int, int]:
    """Count the raw rows of a platform by day_no. Empty: there is none."""
    is_theirs = LogEventRow.platform_id == platform_id
    rows = db.execute(select(LogEventRow.day_no, func.count()).where(is_theirs).group_by(LogEventRow.day_no))
    return {day_no: count for day_no, count in rows}  # noqa: C416 (rows are no pairs to the type checker)


def load_window_names(db: Session, platform_id: int) -> tuple[tuple[str, str], ...]:
    """Return event and origin of the participating raw rows, each pair once."""
    is_one = (LogEventRow.platform_id == platform_id, LogEventRow.edulevel == PARTICIPATING)
    rows = db.execute(select(LogEventRow.event_name, LogEventRow.origin).where(*is_one).distinct())
    return tuple((name, origin) for name, origin in rows)


def stream_window(
    db: Session, platform_id: int, first_day: int, last_day: int, at_once: int
) -> Iterator[list[tuple[int, str, str, int, int, int, int, int, datetime, int]]]:
    """Give the participating raw rows between two days, both included, in lists of at most `at_once`.

    Each row is log id, event, origin, user, related and real user (0: none), Moodle's course id, cmid, instant, day_no.
    """
    row = LogEventRow
    statement = (
        select(
            row.log_id,
            row.event_name,
            row.origin,
            row.moodle_user_id,
            func.coalesce(row.related_moodle_user_id, 0),
            func.coalesce(row.real_moodle_user_id, 0),
            Course.moodle_course_id,
            row.cmid,
            row.occurred_at,
            row.day_no,
        )
        .join(Course, Course.id == row.course_id)
        .where(row.platform_id == platform_id, row.day_no.between(first_day, last_day), row.edulevel == PARTICIPATING)
        .execution_options(yield_per=at_once)
    )
    for part in db.execute(statement).partitions():
        yield list(part)


def load_window_people(db: Session, platform_id: int) -> frozenset[int]:
    """Return the Moodle users that participating raw rows name, as actors or as whom it was done to."""
    is_one = (LogEventRow.platform_id == platform_id, LogEventRow.edulevel == PARTICIPATING)
    actors = db.scalars(select(LogEventRow.moodle_user_id).where(*is_one).distinct())
    related = db.scalars(select(LogEventRow.related_moodle_user_id).where(*is_one).distinct())
    return frozenset(number for number in (*actors, *related) if number)
