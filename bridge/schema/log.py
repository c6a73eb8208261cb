"""Moodle's log as it arrives: the raw window, the presence facts, the cursor, and what was set aside."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base, BigId


def _index_named(column: str) -> Index:
    # Most rows name nobody else, and these need no place in the index.
    is_named = text(f"{column} IS NOT NULL")
    return Index(None, column, sqlite_where=is_named, postgresql_where=is_named)


class LogEventRow(Base):
    """One row per log row of a switched-on course, kept 35 days since arrival for drill-down and reconciling."""

    __tablename__ = "log_event"
    __table_args__ = (
        Index(None, "platform_id", "arrived_at"),
        Index(None, "course_id", "moodle_user_id"),
        _index_named("related_moodle_user_id"),
        _index_named("real_moodle_user_id"),
        {"sqlite_with_rowid": False},
    )

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    log_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Moodle's `logstore_standard_log.id`."""
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    moodle_user_id: Mapped[int] = mapped_column(BigInteger)
    related_moodle_user_id: Mapped[int | None] = mapped_column(BigInteger)
    real_moodle_user_id: Mapped[int | None] = mapped_column(BigInteger)
    cmid: Mapped[int] = mapped_column(BigInteger)
    """0: no activity."""
    event_name: Mapped[str] = mapped_column(String(255))
    edulevel: Mapped[int] = mapped_column(SmallInteger)
    origin: Mapped[str] = mapped_column(String(10))
    other: Mapped[str] = mapped_column(Text, default="")
    """JSON text of allow-listed keys, or empty."""
    occurred_at: Mapped[datetime]
    day_no: Mapped[int]
    """Days since 1970-01-01 in the institution's zone."""
    arrived_at: Mapped[datetime]


class Presence(Base):
    """One row per day, course, learner, activity and kind of evidence: a set, so repeats change nothing."""

    __tablename__ = "presence"
    __table_args__ = ({"sqlite_with_rowid": False},)

    day_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    course_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    cmid: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    """`analytics.evidence.Kind`."""


class FactsPlace(Base):
    """One row where the presence facts were moved into another database; none: they are in table presence."""

    __tablename__ = "facts_place"

    place: Mapped[str] = mapped_column(String(20), primary_key=True)
    """`clickhouse`: the one of LEA_FACTS_URL."""
    moved_at: Mapped[datetime]


class LogCursor(Base):
    """One row per platform: how far its log was read, and how far the reading is settled.

    Ids up to `settled_to` will not change. Ids up to `read_to` were read once; a row among them can still become
    visible late, so they are compared with Moodle again once `mark_id`, a table maximum, is old enough.
    """

    __tablename__ = "log_cursor"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    read_to: Mapped[int] = mapped_column(BigInteger)
    settled_to: Mapped[int] = mapped_column(BigInteger)
    mark_id: Mapped[int] = mapped_column(BigInteger)
    mark_at: Mapped[datetime | None]
    fresh_at: Mapped[datetime | None]
    """When Moodle last said that there is nothing beyond `read_to`."""
    epoch: Mapped[int] = mapped_column(BigInteger)
    """Raised by every commit: compare-and-set."""
    purged_to: Mapped[int] = mapped_column(BigInteger, default=0)
    """Ids up to here may have left the raw window, so they are not compared any more."""


class DeletionCursor(Base):
    """One row per platform: how far the feed of deletions and erasures was read."""

    __tablename__ = "deletion_cursor"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    read_to: Mapped[int] = mapped_column(BigInteger)


class Quarantine(Base):
    """One row per record of a source that was set aside, with the reason; never its content."""

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("platform_id", "source", "source_key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    source: Mapped[str] = mapped_column(String(50))
    """The web-service function."""
    source_key: Mapped[str] = mapped_column(String(100))
    """The record's id where it has one, else its place."""
    reason: Mapped[str] = mapped_column(Text)
    arrived_at: Mapped[datetime]


class SyncRun(Base):
    """One row per run of a sync job."""

    __tablename__ = "sync_run"
    __table_args__ = (Index(None, "platform_id", "job", "started_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    job: Mapped[str] = mapped_column(String(50))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(20))
    """running, succeeded or failed."""
    error_code: Mapped[str | None] = mapped_column(String(100))
    error_message: Mapped[str | None] = mapped_column(Text)
    rows_read: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_new: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_quarantined: Mapped[int] = mapped_column(BigInteger, default=0)


class Lease(Base):
    """One row per job that only one worker may run at a time."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    holder: Mapped[str] = mapped_column(String(100))
    epoch: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime]


class RebuildRow(Base):
    """One row per platform whose facts are being rebuilt; it goes when the rebuild has ended."""

    __tablename__ = "rebuild"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what decides its facts: files, people, courses, rules. Another one begins anew."""
    done_to: Mapped[date]
    """The Sunday up to which its facts are in."""
    began_at: Mapped[datetime]


class SyncRequest(Base):
    """One row per platform whose administrator asked for a sync now; the worker takes it away when it begins."""

    __tablename__ = "sync_request"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    requested_at: Mapped[datetime]
