"""What people do about a concern, and what learners say: processes, concerns, cases, disputes, complaints (policy)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base, BigId


class SchoolProcess(Base):
    """One row per version of a school's published process. Never updated (a trigger refuses it).

    Nothing raises a concern in a school before its first one (policy paragraph 13).
    """

    __tablename__ = "school_process"
    __table_args__ = (UniqueConstraint("school_id", "version"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    version: Mapped[str] = mapped_column(String(100))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As `analytics.policy.process` reads it."""
    digest: Mapped[str] = mapped_column(String(64))
    published_by: Mapped[str] = mapped_column(String(200))
    published_at: Mapped[datetime]


class Concern(Base):
    """One row per concern that a school's published rule raised, with the evidence as it was shown."""

    __tablename__ = "concern"
    __table_args__ = (UniqueConstraint("course_id", "run_no", "person_id", "week_no"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    run_no: Mapped[int] = mapped_column(default=1, server_default="1")
    """Of the course, from 1: which time it is taught in the same Moodle course."""
    week_no: Mapped[int]
    as_of: Mapped[date]
    level_version: Mapped[str] = mapped_column(String(100))
    rule_version: Mapped[str] = mapped_column(String(100))
    process_id: Mapped[int] = mapped_column(ForeignKey("school_process.id"))
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As it was shown: sentence, percent, band, days without evidence, tasks."""
    opened_at: Mapped[datetime]
    is_beyond_budget: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The school's weekly budget was spent: it stands in the digest, not on the list of what to do first."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("support_case.id"))
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    """As `analytics.policy.casework.Outcome`; null while it is open, and where nobody had closed it in its run."""
    closed_by: Mapped[str | None] = mapped_column(String(200))
    """The person who closed it, by name; this tool where the course began another run."""
    closing_reason: Mapped[str | None] = mapped_column(Text)


class SupportCase(Base):
    """One row per case about a learner, over all courses; at most one is open at a time. The home school owns it."""

    __tablename__ = "support_case"
    __table_args__ = (Index(None, "person_id"), Index(None, "school_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Null once an erasure, or the end of the period, took the name: the entries' chain stays whole."""
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    """The home school."""
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(200))
    closed_at: Mapped[datetime | None]


class CaseEntry(Base):
    """One row per step of a case, never changed, in a chain of salted commitments that an erasure leaves whole."""

    __tablename__ = "case_entry"
    __table_args__ = (UniqueConstraint("case_id", "position"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"))
    position: Mapped[int]
    """From 1."""
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(30))
    """As `analytics.policy.casework.Step`."""
    by_moodle_user_id: Mapped[int] = mapped_column(BigInteger)
    by_name: Mapped[str] = mapped_column(String(200))
    by_role: Mapped[str] = mapped_column(String(30))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was written down; empty once an erasure took it."""
    withheld_reason: Mapped[str | None] = mapped_column(Text)
    """Why the learner does not read this entry (a third party); the lead's. Null: the learner reads it."""
    salt: Mapped[str] = mapped_column(String(32))
    commitment: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    """Keyed: over the digest before, the commitment, and what names nobody."""


class HandOver(Base):
    """One row per alert that a contributing school raised to a learner's home school, with its evidence."""

    __tablename__ = "hand_over"
    __table_args__ = (Index(None, "person_id"), Index(None, "to_school_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    concern_id: Mapped[int | None] = mapped_column(ForeignKey("concern.id"))
    from_school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    to_school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
    raised_by: Mapped[str] = mapped_column(String(200))
    raised_at: Mapped[datetime]
    due_on: Mapped[date]
    """The home school acknowledges it by this day."""
    acknowledged_by: Mapped[str | None] = mapped_column(String(200))
    acknowledged_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    """When the school was reminded by mail that its day has passed; null: it was not."""


class Dispute(Base):
    """One row per "this isn't right" of a learner about one week; the list leaves them alone for seven days."""

    __tablename__ = "dispute"
    __table_args__ = (Index(None, "person_id", "course_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    run_no: Mapped[int] = mapped_column(default=1, server_default="1")
    """Of the course, from 1: which time it is taught in the same Moodle course."""
    week_no: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    paused_until: Mapped[date]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(String(200))
    answered_at: Mapped[datetime | None]
    was_right: Mapped[bool | None]
    """What the person who answered found; null until then."""


class SelfDeclared(Base):
    """One row per activity that a learner declared: it stops the clock and stands beside the figure, never in it."""

    __tablename__ = "self_declared"
    __table_args__ = (Index(None, "person_id", "course_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    declared_at: Mapped[datetime]


class LearnerChoice(Base):
    """One row per learner and course in which they chose something about their own page."""

    __tablename__ = "learner_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    shows_comparison: Mapped[bool] = mapped_column(default=False, server_default=false())
    goal: Mapped[str | None] = mapped_column(Text)
    """In the learner's own words; nobody else reads it unless they show it."""
    goal_a_week: Mapped[int | None]
    chosen_at: Mapped[datetime]


class Complaint(Base):
    """One row per query or complaint of a learner, with the day by which it is acknowledged (30 days)."""

    __tablename__ = "complaint"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    stage: Mapped[str] = mapped_column(String(10))
    """informal, then formal."""
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    acknowledge_by: Mapped[date]
    acknowledged_by: Mapped[str | None] = mapped_column(String(200))
    acknowledged_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(String(200))
    answered_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    """When the school was reminded by mail that its day has passed; null: it was not."""


class SupportService(Base):
    """One row per service of the directory, by need; of one school, or of the whole institution."""

    __tablename__ = "support_service"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    need: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    how: Mapped[str] = mapped_column(Text)
    """How to reach it."""
    url: Mapped[str | None] = mapped_column(String(1000))


class MessageTemplate(Base):
    """One row per message template of a school; the text names reason, support and the ways back (paragraph 14)."""

    __tablename__ = "message_template"
    __table_args__ = (UniqueConstraint("school_id", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    name: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    saved_by: Mapped[str] = mapped_column(String(200))
    saved_at: Mapped[datetime]
