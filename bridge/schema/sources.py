"""Evidence that does not come by Moodle's log: registers, items of other sources, and how fresh each source is."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base, BigId


class RegisterSession(Base):
    """One row per session of a course that has a register."""

    __tablename__ = "register_session"
    __table_args__ = (UniqueConstraint("course_id", "marker", "source", "session_key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    marker: Mapped[str] = mapped_column(String(20))
    """`analytics.levels.Marker`: attendance, or another that is measured by sessions."""
    source: Mapped[str] = mapped_column(String(30))
    """Where it comes from: moodle, or a file."""
    session_key: Mapped[str] = mapped_column(String(100))
    """The source's own name for it."""
    held_on: Mapped[date]
    """In the institution's zone."""


class RegisterMark(Base):
    """One row per learner expected at a session; the latest word of the register stands."""

    __tablename__ = "register_mark"
    __table_args__ = (Index(None, "person_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("register_session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    status: Mapped[str] = mapped_column(String(10))
    """attended, absent or excused."""


class SourceItem(Base):
    """One row per recording, book, meeting or event of a course that is no Moodle activity.

    Its id stands in `presence.cmid` with the kind of its marker.
    """

    __tablename__ = "source_item"
    __table_args__ = (UniqueConstraint("course_id", "marker", "source", "item_key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    marker: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(30))
    item_key: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(Text)


class SourceFreshness(Base):
    """One row per source of a course (or platform): until which day its records are complete.

    A marker whose source is stale is not used on that day; no week is uncounted for it.
    """

    __tablename__ = "source_freshness"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """0: every course of the platform."""
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    """A marker, or a kind of file (`bridge.sources`)."""
    covers_to: Mapped[date]
    read_at: Mapped[datetime]


class SourceImport(Base):
    """One row per file that was taken in: what it was and how much of it fitted; never its content or its name."""

    __tablename__ = "source_import"
    __table_args__ = (Index(None, "platform_id", "imported_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    kind: Mapped[str] = mapped_column(String(30))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the file."""
    imported_at: Mapped[datetime]
    row_count: Mapped[int] = mapped_column(BigInteger)
    new_count: Mapped[int] = mapped_column(BigInteger)
    rejected_count: Mapped[int] = mapped_column(BigInteger)
