"""What learners asked for about their data, and what retention did: restrictions, decided erasures, purges proved."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base, BigId


class Restriction(Base):
    """One row per stretch of time in which a learner's data is not processed (UK GDPR articles 18 and 21)."""

    __tablename__ = "restriction"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """objection or restriction."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(200))
    """The person who decided it, by name."""


class ErasureDecision(Base):
    """One row per request for erasure that a person decided; it names the learner by a keyed hash alone."""

    __tablename__ = "erasure_decision"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    user_key: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(200))
    is_granted: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    """Why, without naming the learner."""


class Tombstone(Base):
    """One row per erasure that was carried out: rows of that time never come back, by sync or by a restored backup."""

    __tablename__ = "tombstone"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    user_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Keyed hash of the Moodle user id: it finds the learner again and tells nobody who it was."""
    moodle_course_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """0: every course."""
    log_to: Mapped[int] = mapped_column(BigInteger)
    """Log rows with an id up to here are never stored again."""
    erased_at: Mapped[datetime]


class RetentionRun(Base):
    """One row per kind of data and purge: how many rows left, and how many older ones are still there (none)."""

    __tablename__ = "retention_run"
    __table_args__ = (Index(None, "platform_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(50))
    """As `analytics.policy.retention` names it."""
    kept_days: Mapped[int]
    removed: Mapped[int] = mapped_column(BigInteger)
    left_over: Mapped[int] = mapped_column(BigInteger)
    """Rows older than `kept_days` that are still there after the purge."""
