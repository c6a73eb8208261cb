"""Read a school as its engagement lead sees it: who works with its learners, trained when, and its courses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from analytics.policy.access import TEACHER_ARCHETYPES
from analytics.policy.relationships import Kind
from bridge.schema.people import CourseRole, Person
from bridge.schema.records import CourseSchool, Programme, Relationship, School, StudentRecord, Training
from bridge.schema.teaching import Course
from bridge.store.holders import Holder, holds_at
from bridge.store.panel_course import is_switched_on
from bridge.store.people_of_staff import HAVE_LEFT


@dataclass(frozen=True, slots=True)
class SchoolHead:
    """One school."""

    school_id: int
    name: str
    is_on: bool
    learner_count: int
    advised_count: int
    """Learners of the school with an adviser now."""


@dataclass(frozen=True, slots=True)
class SchoolStaff:
    """One person who works with a school's learners, in one part."""

    relationship_id: int
    """Of the first of their relationships of this kind here."""
    kind: Kind
    name: str
    holder: Holder
    since: datetime
    ends_at: datetime | None
    learner_count: int
    """An adviser's learners of this school; 0 for the other parts, which are of the school as a whole."""
    trained_on: date | None


@dataclass(frozen=True, slots=True)
class SchoolTeacher:
    """Somebody who teaches a course of the school, as Moodle says."""

    moodle_user_id: int
    name: str
    trained_on: date | None


@dataclass(frozen=True, slots=True)
class SchoolCourse:
    """One course of the school."""

    course_id: int
    name: str
    shortname: str
    is_on: bool
    programme: str
    """Which owns it; empty: the school alone."""
    credits: int | None
    is_core: bool
    teacher_count: int


def load_school_heads(
    db: Session, platform_id: int, school_ids: Sequence[int], now: datetime
) -> tuple[SchoolHead, ...]:
    """Return schools by name; ids of another platform are left out. Empty: none."""
    schools = db.scalars(
        select(School).where(School.platform_id == platform_id, School.id.in_(school_ids)).order_by(School.name)
    )
    return tuple(
        SchoolHead(
            school.id,
            school.name,
            school.switched_on_at is not None,
            _count_learners(db, school.id),
            _count_learners(db, school.id, _has_adviser(now)),
        )
        for school in schools
    )


def load_school_staff(db: Session, platform_id: int, school_id: int, now: datetime) -> tuple[SchoolStaff, ...]:
    """Return the leads, support officers and advisers of a school at `now`, by part and name. Empty: none."""
    home = select(StudentRecord.person_id).where(StudentRecord.school_id == school_id)
    held = Relationship
    is_theirs = or_(
        and_(held.kind.in_([Kind.LEAD, Kind.SUPPORT_OFFICER]), held.school_id == school_id),
        and_(held.kind == Kind.ADVISER, held.person_id.in_(home)),
    )
    who = (held.kind, held.holder_name, held.holder_moodle_user_id, held.holder_idnumber)
    rows = db.execute(
        select(
            *who,
            func.min(held.id).label("id"),
            func.min(held.starts_at).label("since"),
            func.max(held.ends_at).label("ends_at"),
            func.count(held.person_id).label("learners"),
            _select_training(platform_id, held.holder_moodle_user_id, held.holder_idnumber).label("trained_on"),
        )
        .where(held.platform_id == platform_id, is_theirs, *holds_at(now))
        .group_by(*who)
        .order_by(held.kind.desc(), held.holder_name, func.min(held.id))
    )
    return tuple(map(_make_staff, rows))


def load_school_teachers(db: Session, platform_id: int, school_id: int) -> tuple[SchoolTeacher, ...]:
    """Return who teaches a course of the school, by name, with their last training. Empty: nobody is known to."""
    teaches = exists().where(
        CourseRole.person_id == Person.id,
        CourseRole.archetype.in_(TEACHER_ARCHETYPES),
        CourseSchool.course_id == CourseRole.course_id,
        CourseSchool.school_id == school_id,
    )
    trained_on = _select_training(platform_id, Person.moodle_user_id, func.nullif(Person.idnumber, ""))
    rows = db.execute(
        select(Person.moodle_user_id, Person.full_name, trained_on.label("trained_on"))
        .where(Person.platform_id == platform_id, Person.deleted_at.is_(None), teaches)
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    return tuple(SchoolTeacher(row.moodle_user_id, row.full_name, row.trained_on) for row in rows)


def load_school_courses(db: Session, school_id: int) -> tuple[SchoolCourse, ...]:
    """Return the courses that are a school's, by name. Empty: none was given to it."""
    teachers = (
        select(func.count(CourseRole.person_id.distinct()))
        .where(CourseRole.course_id == Course.id, CourseRole.archetype.in_(TEACHER_ARCHETYPES))
        .correlate(Course)
        .scalar_subquery()
    )
    rows = db.execute(
        select(Course, CourseSchool, Programme.name, Programme.code, teachers, is_switched_on().label("is_on"))
        .join(CourseSchool, CourseSchool.course_id == Course.id)
        .outerjoin(Programme, Programme.id == CourseSchool.programme_id)
        .where(CourseSchool.school_id == school_id, Course.deleted_at.is_(None))
        .order_by(Course.fullname, Course.id)
    )
    return tuple(
        SchoolCourse(
            course.id, course.fullname, course.shortname, bool(is_on), name or code or "", *_weight(owned), count
        )
        for course, owned, name, code, count, is_on in rows
    )


def find_school_holder(db: Session, platform_id: int, school_id: int, who: str, now: datetime) -> Holder | None:
    """Return whom a form means by `staff-ID` (a relationship's id) or `teacher-ID` (a Moodle user id) of a school.

    None: nobody of this school.
    """
    staff = {f"staff-{one.relationship_id}": one.holder for one in load_school_staff(db, platform_id, school_id, now)}
    teachers = {
        f"teacher-{one.moodle_user_id}": Holder(one.moodle_user_id, None)
        for one in load_school_teachers(db, platform_id, school_id)
    }
    return (staff | teachers).get(who)


def find_learner_of_school(db: Session, platform_id: int, school_id: int, student_number: str) -> int | None:
    """Return the one learner of a home school who has this number; None: there is none, or not only one."""
    found = db.scalars(
        select(Person.id)
        .join(StudentRecord, StudentRecord.person_id == Person.id)
        .where(
            Person.platform_id == platform_id,
            Person.idnumber == student_number,
            Person.deleted_at.is_(None),
            StudentRecord.school_id == school_id,
        )
    ).all()
    return found[0] if len(found) == 1 and student_number else None


def _weight(owned: CourseSchool) -> tuple[int | None, bool]:
    return owned.credits, owned.is_core


def _make_staff(row: Row[Any]) -> SchoolStaff:
    return SchoolStaff(
        relationship_id=row.id,
        kind=Kind(row.kind),
        name=row.holder_name,
        holder=Holder(row.holder_moodle_user_id, row.holder_idnumber),
        since=row.since,
        ends_at=row.ends_at,
        learner_count=row.learners,
        trained_on=row.trained_on,
    )


def _select_training(platform_id: int, moodle_user_id: Any, idnumber: Any) -> Any:
    is_theirs = or_(Training.holder_moodle_user_id == moodle_user_id, Training.holder_idnumber == idnumber)
    return select(func.max(Training.trained_on)).where(Training.platform_id == platform_id, is_theirs).scalar_subquery()


def _count_learners(db: Session, school_id: int, *which: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(StudentRecord)
    are_here = (StudentRecord.school_id == school_id, StudentRecord.status.not_in(HAVE_LEFT))
    return db.scalar(statement.where(*are_here, *which)) or 0


def _has_adviser(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        Relationship.person_id == StudentRecord.person_id, Relationship.kind == Kind.ADVISER.value, *holds_at(now)
    )
