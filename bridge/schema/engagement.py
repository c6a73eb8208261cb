"""What was measured: the learner's week as known now, and the evaluation as it was shown."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base


class LearnerWeekRow(Base):
    """One row per learner, course and teaching week of its run: what is known now; made again with late evidence."""

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


class FrozenFigure(Base):
    """One row per group of learners and closed week: what those without named rights may read of it.

    Made once, already rounded and suppressed, and never made again from later knowledge: week minus week and group
    against course then give nothing away.
    """

    __tablename__ = "frozen_figure"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    as_of: Mapped[date] = mapped_column(primary_key=True)
    """The Sunday that closed the week."""
    scope: Mapped[str] = mapped_column(String(20), primary_key=True)
    """course, school, programme or platform."""
    scope_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """The key of the course, school or programme; 0 for the platform."""
    part: Mapped[str] = mapped_column(String(50), primary_key=True)
    """all, or one part of it, such as a programme's learners in a course."""
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Figure → number, or null where it is withheld."""
    made_at: Mapped[datetime]


class FrozenOpening(Base):
    """One row per course and closed week: how many learners opened each item, after chance had its part.

    Made once and never made again from later knowledge (`analytics.disclosure.openings`).
    """

    __tablename__ = "frozen_opening"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    as_of: Mapped[date] = mapped_column(primary_key=True)
    """The Sunday that closed the week."""
    run_no: Mapped[int] = mapped_column(default=1, server_default="1")
    """Of the course, from 1: which time it is taught in the same Moodle course."""
    week_no: Mapped[int]
    learners: Mapped[int]
    """Those counted: the learners in the course's pools."""
    items: Mapped[dict[str, Any]] = mapped_column(JSON)
    """cmid → openers in the week, openers so far."""
    made_at: Mapped[datetime]


class FigurePool(Base):
    """One row per pool of learners of a course whose figures are made together (`analytics.disclosure.pools`)."""

    __tablename__ = "figure_pool"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    pool_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1 in each course, never used again, nor in another run: chance goes by it."""
    run_no: Mapped[int] = mapped_column(default=1, server_default="1")
    """Of the course, from 1: which time it is taught in the same Moodle course."""
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    """That all of them were in when the pool was made; null: several, or not known."""
    size: Mapped[int]
    """Learners in it, erased ones included until the next closed week."""
    made_as_of: Mapped[date]
    closed_as_of: Mapped[date | None]
    """The Sunday from which on it is in no figure any more; null: as long as its run goes on."""


class FigureMember(Base):
    """One row per learner, course and run: the pool in whose figures they are counted, without their name."""

    __tablename__ = "figure_member"
    __table_args__ = (Index(None, "person_id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    run_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1, server_default="1")
    """Of the course, from 1: which time it is taught in the same Moodle course."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    pool_no: Mapped[int]
    left_as_of: Mapped[date | None]
    """The Sunday from which on they are counted no more; they never come back into the figures of this run."""


class EvaluationRow(Base):
    """One row per learner, course, run and closed week: what was shown. Never updated (a trigger refuses it)."""

    __tablename__ = "evaluation"
    __table_args__ = (Index(None, "person_id", "course_id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    run_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1, server_default="1")
    """Of the course, from 1: which time it is taught in the same Moodle course."""
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
    unused_markers: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """Chosen markers that were left out, since their source was stale or lacked what they need."""
    level_version: Mapped[str] = mapped_column(String(100))
    calendar_version: Mapped[str] = mapped_column(String(100))
    code_version: Mapped[str] = mapped_column(String(30))
    made_at: Mapped[datetime]
