"""Read evaluations as they were shown, and give what a row of them says (table evaluation)."""

from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import starmap
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from analytics.evaluation import Evaluation
from analytics.levels import MARKER_ORDER
from analytics.revisions import Shown
from bridge.schema.engagement import EvaluationRow
from bridge.schema.people import Enrolment, Person
from bridge.schema.teaching import Course
from bridge.store.course_runs import run_now
from bridge.store.left_out import is_left_out

ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class StoredEvaluation:
    """One evaluation as it was shown, with what it was made of."""

    moodle_course_id: int
    moodle_user_id: int
    person_id: int
    run_no: int
    """Of the course."""
    week_no: int
    as_of: date
    figures: Mapping[str, Any]
    """The columns that `figures_of` gives."""
    inputs: Mapping[str, Any]

    @property
    def shown(self) -> Shown:
        """Give what it says to people."""
        numerator, denominator = self.figures["e_numerator"], self.figures["e_denominator"]
        return Shown(
            e=None if numerator is None else Fraction(numerator, denominator),
            band=self.figures["shown_band"],
            clock_days=self.figures["clock_days"],
            reasons=tuple(self.figures["concern_reasons"]),
            overdue=tuple(sorted(self.figures["overdue_task_ids"])),
            sentence=self.figures["sentence"],
        )


def figures_of(evaluation: Evaluation) -> dict[str, Any]:
    """Give what an evaluation says, as columns of the table; without its inputs and when it was made."""
    engagement = evaluation.engagement
    e = engagement.e
    return {
        "as_of": engagement.as_of,
        "is_week_counted": evaluation.mark.is_counted,
        "e_numerator": None if e is None else e.numerator,
        "e_denominator": None if e is None else e.denominator,
        "percent": engagement.percent,
        "band": None if engagement.band is None else engagement.band.value,
        "shown_band": evaluation.shown_text,
        "clock_days": engagement.clock_days,
        "concern_reasons": list(evaluation.reasons),
        "overdue_task_ids": list(engagement.overdue),
        "sentence": evaluation.sentence,
        "unused_markers": [marker.value for marker in MARKER_ORDER if marker in evaluation.inputs.unused],
        "level_version": engagement.level_version,
        "calendar_version": engagement.calendar_version,
        "code_version": evaluation.code_version,
    }


FIGURES = (
    "as_of",
    "is_week_counted",
    "e_numerator",
    "e_denominator",
    "percent",
    "band",
    "shown_band",
    "clock_days",
    "concern_reasons",
    "overdue_task_ids",
    "sentence",
    "unused_markers",
    "level_version",
    "calendar_version",
    "code_version",
)
"""The columns of `figures_of`."""


def count_evaluations(db: Session, platform_id: int, moodle_course_id: int | None = None) -> int:
    """Count the stored evaluations of a platform, or of one of its courses, in all of its runs."""
    return db.scalar(select(func.count()).select_from(_choose(platform_id, moodle_course_id).subquery())) or 0


def stream_evaluations(
    db: Session, platform_id: int, moodle_course_id: int | None = None, run_no: int | None = None
) -> Generator[StoredEvaluation, None, None]:
    """Give the stored evaluations of a platform, or of one of its courses, by course, run, learner and week; or empty.

    `run_no`: of one run alone; None: of all. They are read in parts: memory stays flat. Those of switched-off courses
    and of learners who left are there, too.
    """
    row = EvaluationRow
    chosen = _choose(platform_id, moodle_course_id).order_by(row.course_id, row.run_no, row.person_id, row.week_no)
    if run_no is not None:
        chosen = chosen.where(row.run_no == run_no)
    with closing(db.execute(chosen.execution_options(yield_per=ROWS_AT_ONCE))) as rows:
        yield from starmap(_make_stored, rows)


def _make_stored(row: EvaluationRow, moodle_course_id: int, moodle_user_id: int) -> StoredEvaluation:
    return StoredEvaluation(
        moodle_course_id=moodle_course_id,
        moodle_user_id=moodle_user_id,
        person_id=row.person_id,
        run_no=row.run_no,
        week_no=row.week_no,
        as_of=row.as_of,
        figures={name: getattr(row, name) for name in FIGURES},
        inputs=row.inputs,
    )


def load_inputs(db: Session, course_id: int, person_id: int, week_no: int) -> Mapping[str, Any] | None:
    """Return what one evaluation of a course's run now was made of; None where the week was not evaluated."""
    row = EvaluationRow
    is_this = (row.course_id == course_id, row.person_id == person_id, row.week_no == week_no)
    return db.scalar(select(row.inputs).where(*is_this, row.run_no == run_now(course_id)))


def load_enrolled_on(db: Session, course_id: int) -> dict[int, date]:
    """Return the day each learner of a course was enrolled on, former ones too; nobody whose data is not processed."""
    rows = db.execute(
        select(Enrolment.person_id, Enrolment.enrolled_on).where(
            Enrolment.course_id == course_id, Enrolment.is_learner.is_(True), ~is_left_out(Enrolment.person_id)
        )
    )
    return dict(rows.all())


def _choose(platform_id: int, moodle_course_id: int | None) -> Select[EvaluationRow, int, int]:
    chosen = (
        select(EvaluationRow, Course.moodle_course_id, Person.moodle_user_id)
        .join(Course, Course.id == EvaluationRow.course_id)
        .join(Person, Person.id == EvaluationRow.person_id)
        .where(Course.platform_id == platform_id)
    )
    return chosen if moodle_course_id is None else chosen.where(Course.moodle_course_id == moodle_course_id)
