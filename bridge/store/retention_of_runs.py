"""Choose what is of runs of a course that are over for so long, though the course itself goes on (table course_run)."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Table, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from bridge.schema.casework import SelfDeclared
from bridge.schema.engagement import EvaluationRow
from bridge.schema.people import Enrolment
from bridge.schema.sources import RegisterMark, RegisterSession
from bridge.schema.teaching import Course, CourseRun, LearnerTask, Task
from bridge.store.facts import count_facts_until, remove_facts_until


def is_of_runs_over(platform_id: int, before: date) -> ColumnElement[bool]:
    """Give the clause, on course_run, for a platform's runs whose last Sunday lies before a day."""
    its = select(Course.id).where(Course.platform_id == platform_id)
    return and_(CourseRun.last_sunday < before, CourseRun.course_id.in_(its))


def find_in_runs(table: Table, is_over: ColumnElement[bool]) -> ColumnElement[bool] | None:
    """Give the clause for a table's rows that are of such runs; None: its rows are all of the run now."""
    if "run_no" in table.c:
        is_it = (CourseRun.course_id == table.c.course_id, CourseRun.run_no == table.c.run_no)
        return exists().where(*is_it, is_over)
    match table.name:
        case RegisterMark.__tablename__:
            is_before = (CourseRun.course_id == RegisterSession.course_id, RegisterSession.held_on < CourseRun.ended_on)
            return table.c.session_id.in_(select(RegisterSession.id).where(exists().where(*is_before, is_over)))
        case SelfDeclared.__tablename__:
            is_before = (CourseRun.course_id == table.c.course_id, table.c.done_on < CourseRun.ended_on)
            return exists().where(*is_before, is_over)
        case Enrolment.__tablename__:
            return _has_gone(is_over)
        case LearnerTask.__tablename__:
            return or_(_is_of_gone_task(table, is_over), _is_of_gone_learner(table, is_over))
    return None


def _has_gone(is_over: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say of an enrolment that it ended with such a run, as far as is known: nothing was evaluated of it later."""
    is_later = (EvaluationRow.course_id == Enrolment.course_id, EvaluationRow.person_id == Enrolment.person_id)
    is_there = exists().where(*is_later, EvaluationRow.run_no > CourseRun.run_no).correlate(Enrolment, CourseRun)
    was_in = (CourseRun.course_id == Enrolment.course_id, Enrolment.enrolled_on < CourseRun.ended_on)
    return and_(Enrolment.is_active.is_(False), exists().where(*was_in, is_over, ~is_there))


def _is_of_gone_task(table: Table, is_over: ColumnElement[bool]) -> ColumnElement[bool]:
    was_in = (CourseRun.course_id == Task.course_id, Task.due_at < CourseRun.ended_at)
    gone = select(Task.id).where(Task.deleted_at.is_not(None), exists().where(*was_in, is_over))
    return table.c.task_id.in_(gone)


def _is_of_gone_learner(table: Table, is_over: ColumnElement[bool]) -> ColumnElement[bool]:
    is_theirs = (Task.id == table.c.task_id, Enrolment.course_id == Task.course_id)
    return exists().where(*is_theirs, Enrolment.person_id == table.c.person_id, _has_gone(is_over))


def load_ends_of_runs(db: Session, is_over: ColumnElement[bool]) -> dict[int, date]:
    """Return by course the day on which the run after its latest such run began. A course without one: left out."""
    ended = select(CourseRun.course_id, func.max(CourseRun.ended_on)).where(is_over).group_by(CourseRun.course_id)
    return dict(db.execute(ended).all())


def count_facts_of_runs(db: Session, is_over: ColumnElement[bool]) -> int:
    """Count the presence facts from before such runs ended."""
    return sum(count_facts_until(db, course_ids, last) for last, course_ids in _by_last_day(db, is_over))


def remove_facts_of_runs(db: Session, is_over: ColumnElement[bool]) -> None:
    """Remove the presence facts from before such runs ended."""
    for last, course_ids in _by_last_day(db, is_over):
        remove_facts_until(db, course_ids, last)


def _by_last_day(db: Session, is_over: ColumnElement[bool]) -> Iterator[tuple[date, list[int]]]:
    """Give the last day of each course's latest such run, with the courses."""
    days: dict[date, list[int]] = {}
    for course_id, ended_on in load_ends_of_runs(db, is_over).items():
        days.setdefault(ended_on - timedelta(days=1), []).append(course_id)
    yield from days.items()
