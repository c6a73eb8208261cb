"""Schools and programmes, what the student record says of a learner, and who works with whom."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base, BigId

ONE_HOLDER = "holder_moodle_user_id IS NOT NULL OR holder_idnumber IS NOT NULL"


class School(Base):
    """One row per school; named rights by stored relationships hold only in schools that are switched on."""

    __tablename__ = "school"
    __table_args__ = (UniqueConstraint("platform_id", "code"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    code: Mapped[str] = mapped_column(String(50))
    """As the student record writes it."""
    name: Mapped[str] = mapped_column(Text)
    switched_on_at: Mapped[datetime | None]
    """Null: off. It goes on only with a lead who has a training date."""
    mailbox: Mapped[str | None] = mapped_column(String(254))
    """Where the school reads reminders, an office's address and no person's; null: the data-protection contact does."""


class Programme(Base):
    """One row per programme of study."""

    __tablename__ = "programme"
    __table_args__ = (UniqueConstraint("platform_id", "code"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    code: Mapped[str] = mapped_column(String(50))
    name: Mapped[str] = mapped_column(Text)
    """Empty where the student record gives none."""
    research_on_at: Mapped[datetime | None]
    """Null: its research students are left out (policy paragraph 6)."""


class CourseSchool(Base):
    """One row per course whose school is known: who owns it, and what it weighs."""

    __tablename__ = "course_school"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    """The programme that owns it and supplies its defaults; null: the school alone."""
    credits: Mapped[int | None]
    is_core: Mapped[bool] = mapped_column(default=False, server_default=false())


class StudentRecord(Base):
    """One row per learner of a roster whom the student-record feed names; nothing else of that file is stored."""

    __tablename__ = "student_record"
    __table_args__ = (Index(None, "school_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    """The home school."""
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    credits: Mapped[int | None]
    is_part_time: Mapped[bool]
    is_research: Mapped[bool]
    status: Mapped[str] = mapped_column(String(20))
    """active, interrupted, withdrawn or completed."""
    fed_at: Mapped[datetime]


class Relationship(Base):
    """One row per stretch of time in which somebody works with a learner, for a school, or for the tool."""

    __tablename__ = "relationship"
    __table_args__ = (
        CheckConstraint(ONE_HOLDER, name="one_holder"),
        Index(None, "platform_id", "holder_idnumber"),
        Index(None, "platform_id", "holder_moodle_user_id"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """As `analytics.policy.relationships.Kind` names it."""
    holder_moodle_user_id: Mapped[int | None] = mapped_column(BigInteger)
    holder_idnumber: Mapped[str | None] = mapped_column(String(255))
    """The staff number; whoever launches with it holds the relationship."""
    holder_name: Mapped[str] = mapped_column(Text)
    seen_moodle_user_id: Mapped[int | None] = mapped_column(BigInteger)
    """The account that last came with the staff number: for naming who looked, never for rights."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The learner; null for a school or the tool as a whole."""
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    """From this instant on it gives nothing; null: no end is known."""
    source: Mapped[str] = mapped_column(String(20))
    """feed, command, or page."""
    reason: Mapped[str | None] = mapped_column(String(500))
    """Why somebody who looks after the tool had to look; null for the others."""


class Training(Base):
    """One row per training that somebody did before they see learners by name (policy paragraph 18)."""

    __tablename__ = "training"
    __table_args__ = (
        CheckConstraint(ONE_HOLDER, name="one_holder"),
        Index(None, "platform_id", "holder_idnumber"),
        Index(None, "platform_id", "holder_moodle_user_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    holder_moodle_user_id: Mapped[int | None] = mapped_column(BigInteger)
    holder_idnumber: Mapped[str | None] = mapped_column(String(255))
    trained_on: Mapped[date]
    recorded_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(20))
    """own: they said so themselves; command or page: somebody wrote it down for them, their school's lead on a page."""
