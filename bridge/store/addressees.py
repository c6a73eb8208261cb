"""Find by which course and number Moodle is asked how a learner can be reached; no contact detail is stored here."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bridge.schema.people import Enrolment, Person
from bridge.schema.records import School, StudentRecord
from bridge.schema.teaching import Course
from bridge.store.people_of_staff import learns_now


@dataclass(frozen=True, slots=True)
class Addressee:
    """A learner to whom somebody is about to write."""

    person_id: int
    given_name: str
    full_name: str
    moodle_user_id: int
    moodle_course_id: int
    """One of the switched-on courses that they learn in now."""
    school_id: int
    """The home school."""
    school_name: str


def find_addressee(db: Session, platform_id: int, person_id: int) -> Addressee | None:
    """Return a learner with a home school; None for nobody, and for who learns in no switched-on course now."""
    row = db.execute(
        select(Person, School, Course.moodle_course_id)
        .join(StudentRecord, StudentRecord.person_id == Person.id)
        .join(School, School.id == StudentRecord.school_id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            Person.id == person_id,
            Person.platform_id == platform_id,
            Person.deleted_at.is_(None),
            *learns_now(),
        )
        .order_by(Course.id)
    ).first()
    if row is None:
        return None
    person, school, course_id = row
    return Addressee(
        person.id, person.given_name, person.full_name, person.moodle_user_id, course_id, school.id, school.name
    )
