"""Read the learners whom staff work with by a stored relationship, and what `decide` has to know of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from analytics.policy.access import Subject
from analytics.policy.relationships import OF_A_LEARNER, OF_A_SCHOOL, Relationship
from bridge.schema.engagement import EvaluationRow, LearnerState
from bridge.schema.people import Enrolment, Person
from bridge.schema.records import CourseSchool, Programme, School, StudentRecord
from bridge.schema.teaching import Course
from bridge.store.left_out import is_left_out
from bridge.store.panel_course import is_switched_on
from bridge.store.panel_records import Standing
from bridge.store.panels import make_standing
from bridge.store.schools import has_trained_lead

HAVE_LEFT = frozenset({"withdrawn", "completed"})
INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class StaffLearner:
    """One learner as a list of names needs them."""

    subject: Subject
    person_id: int
    given_name: str
    family_name: str
    full_name: str
    school_name: str
    """Empty: the student record has not said."""
    programme_name: str
    """Its code where it has no name; empty: none."""
    is_part_time: bool
    is_interrupted: bool


@dataclass(frozen=True, slots=True)
class StaffCourse:
    """One course of a learner with what was last shown."""

    course_id: int
    name: str
    school_name: str
    """Of the course; empty: not known."""
    standing: Standing | None
    last_evidence_on: date | None


def load_staff_subject(db: Session, platform_id: int, person_id: int, now: datetime) -> Subject:
    """Return what `decide` has to know of one learner; an empty subject for nobody and for who learns nowhere now."""
    learner = load_staff_learner(db, platform_id, person_id, now)
    return Subject(None) if learner is None else learner.subject


def load_staff_learner(db: Session, platform_id: int, person_id: int, now: datetime) -> StaffLearner | None:
    """Return one learner; None for nobody and for who learns in no switched-on course now."""
    found = _load(db, platform_id, Person.id == person_id, now)
    return found[0] if found else None


def load_staff_learners(
    db: Session, platform_id: int, relationships: Collection[Relationship], now: datetime
) -> tuple[StaffLearner, ...]:
    """Return the learners that relationships are about, unordered: `decide` says which of them may be shown."""
    person_ids = [held.person_id for held in relationships if held.kind in OF_A_LEARNER and held.person_id]
    school_ids = [held.school_id for held in relationships if held.kind in OF_A_SCHOOL and held.school_id]
    return _load(db, platform_id, or_(Person.id.in_(person_ids), StudentRecord.school_id.in_(school_ids)), now)


def load_staff_courses(db: Session, person_ids: Sequence[int]) -> dict[int, tuple[StaffCourse, ...]]:
    """Load the switched-on courses that some people learn in now, with the last evaluation of each, in one query."""
    week_no = (
        select(func.max(EvaluationRow.week_no))
        .where(EvaluationRow.course_id == Enrolment.course_id, EvaluationRow.person_id == Enrolment.person_id)
        .where(EvaluationRow.run_no == Course.run_no)
        .correlate(Enrolment, Course)
        .scalar_subquery()
    )
    rows = db.execute(
        select(
            Enrolment.person_id,
            Course.id.label("course_id"),
            Course.fullname,
            School.name.label("school_name"),
            LearnerState.last_evidence_on,
            EvaluationRow,
        )
        .join(Course, Course.id == Enrolment.course_id)
        .outerjoin(CourseSchool, CourseSchool.course_id == Course.id)
        .outerjoin(School, School.id == CourseSchool.school_id)
        .outerjoin(LearnerState, _same_learner(LearnerState.course_id, LearnerState.person_id))
        .outerjoin(
            EvaluationRow,
            and_(
                _same_learner(EvaluationRow.course_id, EvaluationRow.person_id),
                EvaluationRow.run_no == Course.run_no,
                EvaluationRow.week_no == week_no,
            ),
        )
        .where(Enrolment.person_id.in_(person_ids), *learns_now())
        .order_by(Course.fullname, Course.id)
    )
    courses: dict[int, tuple[StaffCourse, ...]] = {}
    for row in rows:
        standing = None if row.EvaluationRow is None else make_standing(row.EvaluationRow)
        course = StaffCourse(row.course_id, row.fullname, row.school_name or "", standing, row.last_evidence_on)
        courses[row.person_id] = (*courses.get(row.person_id, ()), course)
    return courses


def _same_learner(course_id: Any, person_id: Any) -> ColumnElement[bool]:
    return and_(course_id == Enrolment.course_id, person_id == Enrolment.person_id)


def learns_now() -> tuple[ColumnElement[bool], ...]:
    """Give the clauses for enrolments, joined with their courses, of who learns in a switched-on course now."""
    return (
        Enrolment.is_learner.is_(True),
        Enrolment.is_active.is_(True),
        Course.deleted_at.is_(None),
        is_switched_on(),
    )


def _load(db: Session, platform_id: int, which: ColumnElement[bool], now: datetime) -> tuple[StaffLearner, ...]:
    learns = exists().where(Enrolment.person_id == Person.id, Course.id == Enrolment.course_id, *learns_now())
    rows = db.execute(
        select(Person, StudentRecord, School, Programme, is_left_out(Person.id).label("is_left_out"))
        .outerjoin(StudentRecord, StudentRecord.person_id == Person.id)
        .outerjoin(School, School.id == StudentRecord.school_id)
        .outerjoin(Programme, Programme.id == StudentRecord.programme_id)
        .where(Person.platform_id == platform_id, Person.deleted_at.is_(None), learns, which)
    ).all()
    schools = {row.School.id: row.School for row in rows if row.School is not None}
    on = {
        school_id
        for school_id, school in schools.items()
        if school.switched_on_at is not None and has_trained_lead(db, school_id, now)
    }
    return tuple(_make_learner(row, on) for row in rows)


def _make_learner(row: Any, schools_on: Collection[int]) -> StaffLearner:
    person, record, programme = row.Person, row.StudentRecord, row.Programme
    has_left = record is not None and record.status in HAVE_LEFT
    subject = Subject(
        None,
        person.id,
        school_id=None if record is None else record.school_id,
        is_school_on=record is not None and record.school_id in schools_on,
        is_left_out=has_left or row.is_left_out,
    )
    return StaffLearner(
        subject=subject,
        person_id=person.id,
        given_name=person.given_name,
        family_name=person.family_name,
        full_name=person.full_name,
        school_name="" if row.School is None else row.School.name,
        programme_name="" if programme is None else programme.name or programme.code,
        is_part_time=record is not None and record.is_part_time,
        is_interrupted=record is not None and record.status == INTERRUPTED,
    )
