"""What was measured: the learner's week as known now, and the evaluation as it was shown."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base


class LearnerWeekRow(Base):
    """One row per learner, course and teaching week: what is known now; recomputed when late evidence arrives."""

    __tablename__ = "learner_week"
    __table_args__ = (Index(None, "person_id", "course_id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    week_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_counted: Mapped[bool]
    why_not: Mapped[str | None] = mapped_column(String(30))
    visits: Mapped[int]
    mark_numerator: Mapped[int | None]
    """The week mark S_w as an exact fraction; null when the week is not counted."""
    mark_denominator: Mapped[int | None]
    measured_at: Mapped[datetime]


class StaleLearner(Base):
    """One row per learner and course whose weeks have to be measured again; written with what made them stale."""

    __tablename__ = "stale_learner"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class LearnerState(Base):
    """One row per learner and course: what the panels need and the weeks do not hold, prepared at sync time."""

    __tablename__ = "learner_state"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    last_evidence_on: Mapped[date | None]
    clock_days: Mapped[int]
    """Counted days since any evidence, as of `measured_on`."""
    measured_on: Mapped[date]
    measured_at: Mapped[datetime]


class EvaluationRow(Base):
    """One row per learner, course and closed week: what was shown. Never updated (a trigger refuses it)."""

    __tablename__ = "evaluation"
    __table_args__ = (Index(None, "person_id", "course_id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    week_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    as_of: Mapped[date]
    """The Sunday that closed the week."""
    is_week_counted: Mapped[bool] = mapped_column(default=True)
    """Whether the week itself counted: an uncounted one moves no shown band down."""
    e_numerator: Mapped[int | None]
    e_denominator: Mapped[int | None]
    percent: Mapped[int | None]
    """E as shown: rounded down."""
    band: Mapped[str | None] = mapped_column(String(40))
    shown_band: Mapped[str] = mapped_column(String(40))
    clock_days: Mapped[int]
    concern_reasons: Mapped[list[Any]] = mapped_column(JSON)
    overdue_task_ids: Mapped[list[Any]] = mapped_column(JSON)
    sentence: Mapped[str] = mapped_column(Text)
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Everything that `analytics.replay` needs to make the same numbers again."""
    level_version: Mapped[str] = mapped_column(String(100))
    calendar_version: Mapped[str] = mapped_column(String(100))
    code_version: Mapped[str] = mapped_column(String(30))
    made_at: Mapped[datetime]
