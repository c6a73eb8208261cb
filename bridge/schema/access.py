"""Who looked at whom, the seals over these rows, and what the data-protection contact is alerted to."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base, BigId

_NAMES_NOBODY = text("subject_person_id IS NULL")


class AccessRow(Base):
    """One row per person shown by name to somebody, and per refusal; a class list is one row without a subject."""

    __tablename__ = "access_log"
    __table_args__ = (
        Index(None, "subject_person_id", "at"),
        Index(None, "viewer_moodle_user_id", "at"),
        # Of class lists: whoever was on one reads who opened it.
        Index(None, "moodle_course_id", "at", sqlite_where=_NAMES_NOBODY, postgresql_where=_NAMES_NOBODY),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    viewer_moodle_user_id: Mapped[int] = mapped_column(BigInteger)
    viewer_role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(50))
    moodle_course_id: Mapped[int] = mapped_column(BigInteger)
    subject_person_id: Mapped[int | None] = mapped_column(BigInteger)
    is_allowed: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(100))
    detail: Mapped[str | None] = mapped_column(String(200))
    """What an administrator changed, such as the courses' ids; nothing about a person."""
    request_id: Mapped[str] = mapped_column(String(40))
    salt: Mapped[str | None] = mapped_column(String(32))
    """Of the row's commitment, made when it is sealed: the viewer's half and the subject's.

    An erasure takes a name out with its half, and the seal holds.
    """
    commitment: Mapped[str | None] = mapped_column(String(64))
    """Salted digests of the row as it was, with its viewer and with its subject; null until it is sealed."""


class AccessSeal(Base):
    """One row per sealed batch of access rows: a chain of digests, so that a changed or missing row is found."""

    __tablename__ = "access_seal"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    first_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    """The batch's first and last `access_log.id`, both included."""
    last_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    row_count: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    """Keyed: of the rows, of the bounds, and of the seal before (`analytics.policy.sealing`)."""
    sealed_at: Mapped[datetime]


class Alert(Base):
    """One row per event that the data-protection contact is to look at."""

    __tablename__ = "alert"
    __table_args__ = (Index(None, "platform_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(50))
    viewer_moodle_user_id: Mapped[int | None] = mapped_column(BigInteger)
    detail: Mapped[str] = mapped_column(String(500))
    """Nothing about a learner."""
    mailed_at: Mapped[datetime | None]
    """When the data-protection contact was told by mail; null: not yet, or there is no mail server."""
