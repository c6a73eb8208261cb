"""Read who works with a learner: teachers by Moodle's roster, adviser and support officers by stored relationships."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from analytics.policy.access import TEACHER_ARCHETYPES
from analytics.policy.relationships import WORKS_WITH_LEARNERS
from bridge.schema.people import CourseRole, Enrolment, Person
from bridge.schema.records import Relationship, School, StudentRecord
from bridge.store.database import Statement, fetch
from bridge.store.holders import NOW, holds_at


@dataclass(frozen=True, slots=True)
class Supporter:
    """Somebody whose stored relationship with a learner holds now."""

    name: str
    kind: str
    school: str | None
    """None: with the learner, not with a school."""


def load_teachers(db: Session, course_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the names of each course's teachers, sorted; a course without one has no entry.

    Suspended and deleted accounts, and enrolments that are not active, are left out.
    """
    rows = db.execute(
        select(CourseRole.course_id, Person.full_name)
        .join(Person, Person.id == CourseRole.person_id)
        .outerjoin(
            Enrolment,
            (Enrolment.course_id == CourseRole.course_id) & (Enrolment.person_id == CourseRole.person_id),
        )
        .where(
            CourseRole.course_id.in_(course_ids),
            CourseRole.archetype.in_(TEACHER_ARCHETYPES),
            Person.is_suspended.is_(False),
            Person.deleted_at.is_(None),
            Enrolment.is_active.is_not(False),
        )
        .distinct()
    )
    teachers: dict[int, list[str]] = {}
    for course_id, name in rows:
        teachers.setdefault(course_id, []).append(name)
    return {course_id: tuple(sorted(names)) for course_id, names in teachers.items()}


def _select_supporters() -> Statement:
    person_id: BindParameter[int] = bindparam("person_id")
    home = select(StudentRecord.school_id).where(StudentRecord.person_id == person_id).scalar_subquery()
    is_theirs = and_(Relationship.person_id.is_(None), Relationship.school_id == home)
    return (
        select(Relationship.holder_name, Relationship.kind, School.name)
        .outerjoin(School, School.id == Relationship.school_id)
        .where(
            or_(Relationship.person_id == person_id, is_theirs),
            Relationship.kind.in_(WORKS_WITH_LEARNERS),
            *holds_at(NOW),
        )
        .distinct()
    )


_SELECT_SUPPORTERS = _select_supporters()


def load_supporters(db: Session, person_id: int, now: datetime) -> tuple[Supporter, ...]:
    """Return who works with a learner, or supports their home school, at `now`, by part and name. Empty: nobody."""
    rows = fetch(db, _SELECT_SUPPORTERS, person_id=person_id, now=now)
    return tuple(sorted((Supporter(*row) for row in rows), key=lambda found: (found.kind, found.name)))
