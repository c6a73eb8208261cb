"""Read who teaches in a learner's courses: the people whom Moodle's roster gives a teacher's role there."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.policy.access import TEACHER_ARCHETYPES
from bridge.schema.people import CourseRole, Enrolment, Person


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
