"""The runs of a Moodle course that is taught again and again: which is now, and who learnt in one (table course_run).

docs/architecture.md says what is of a run and what is not; `bridge.store.course_rollover` lets another begin.
"""

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, exists, or_, select
from sqlalchemy.orm import Session

from bridge.schema.engagement import EvaluationRow
from bridge.schema.people import Enrolment
from bridge.schema.teaching import Course, CourseRun


def run_now(course_id: int | BindParameter[int]) -> ScalarSelect[int]:
    """Give the number of a course's run now, for a statement about that course."""
    return select(Course.run_no).where(Course.id == course_id).scalar_subquery()


def is_of_run_now(row: Any) -> ColumnElement[bool]:
    """Give the clause, in a statement about any courses, for rows of a table that are of their course's run now."""
    of_course = select(Course.run_no).where(Course.id == row.course_id).correlate(row).scalar_subquery()
    is_now: ColumnElement[bool] = row.run_no == of_course
    return is_now


def is_before_run_now(course_id: Any, moment: Any) -> ColumnElement[bool]:
    """Give the clause for an instant before a course's run now began; never so in its first."""
    return exists().where(CourseRun.course_id == course_id, moment < CourseRun.ended_at)


def lock_run(db: Session, course_id: int) -> int:
    """Return the number of a course's run now, and let none begin before this transaction ends.

    Raises:
        NoResultFound: there is no such course.
    """
    return db.scalars(select(Course.run_no).where(Course.id == course_id).with_for_update(read=True)).one()


def load_run_start(db: Session, course_id: int, run_no: int | None = None) -> date | None:
    """Return the first day of a run, or of the run now: what happened before is of an earlier one.

    None: it is the first.
    """
    number = run_now(course_id) if run_no is None else run_no
    is_before = (CourseRun.course_id == course_id, CourseRun.run_no == number - 1)
    return db.scalar(select(CourseRun.ended_on).where(*is_before))


def learnt_in(db: Session, course_id: int, run_no: int) -> ColumnElement[bool]:
    """Give the clause, on enrolment, for who was in a course in one of its runs, gone ones included.

    Whoever was evaluated in it, and whoever was enrolled in its time; of earlier ones of the run now, who is there
    still.
    """
    its = select(EvaluationRow.person_id).where(EvaluationRow.course_id == course_id, EvaluationRow.run_no == run_no)
    start = load_run_start(db, course_id, run_no)
    is_it = (CourseRun.course_id == course_id, CourseRun.run_no == run_no)
    ended_on = db.scalar(select(CourseRun.ended_on).where(*is_it))
    in_time = Enrolment.course_id == course_id
    if ended_on is not None:
        in_time &= Enrolment.enrolled_on < ended_on
    if start is not None:
        is_later = Enrolment.enrolled_on >= start
        in_time &= is_later if ended_on is not None else or_(is_later, Enrolment.is_active.is_(True))
    return in_time | ((Enrolment.course_id == course_id) & Enrolment.person_id.in_(its))
