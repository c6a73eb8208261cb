"""Take a person's data away, in one course or in all (every table that holds something about a person)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from bridge.schema.people import CourseGroup, CourseRole, Enrolment, GroupMember, Person
from bridge.schema.records import Relationship, StudentRecord
from bridge.schema.teaching import Course, Exemption, LearnerTask, Task
from bridge.schema.viewing import ViewerAccess, ViewerSession
from bridge.store.engagement import erase_learner
from bridge.store.launches import forget_continue_codes
from bridge.store.log_events import erase_raw_rows, save_erasure

ALL_COURSES = 0


def mark_person_deleted(db: Session, platform_id: int, moodle_user_id: int, now: datetime) -> None:
    """Note that Moodle deleted a user: access ends at once, nobody is shown the name in a list any more."""
    is_one = (Person.platform_id == platform_id, Person.moodle_user_id == moodle_user_id)
    db.execute(update(Person).where(*is_one, Person.deleted_at.is_(None)).values(deleted_at=now))
    person_ids = select(Person.id).where(*is_one).scalar_subquery()
    db.execute(update(Enrolment).where(Enrolment.person_id == person_ids).values(is_active=False))
    _end_viewing(db, platform_id, moodle_user_id, ALL_COURSES)


def erase_person(
    db: Session, platform_id: int, moodle_user_id: int, moodle_course_id: int, log_to: int, now: datetime
) -> None:
    """Delete what is held about a person in one course, or in all (0), and the names with the last course.

    Log rows up to the id `log_to` are never stored again. Somebody who is still enrolled comes back with the next
    roster, with what happens from now on.
    """
    save_erasure(db, platform_id, moodle_user_id, moodle_course_id, log_to, now)
    _end_viewing(db, platform_id, moodle_user_id, moodle_course_id)
    is_one = [Course.platform_id == platform_id]
    if moodle_course_id != ALL_COURSES:
        is_one.append(Course.moodle_course_id == moodle_course_id)
    course_ids = list(db.scalars(select(Course.id).where(*is_one)))
    erase_raw_rows(db, platform_id, moodle_user_id, course_ids)
    person_id = db.scalar(
        select(Person.id).where(Person.platform_id == platform_id, Person.moodle_user_id == moodle_user_id)
    )
    if person_id is not None:
        erase_learner(db, person_id, course_ids)
        _erase_part(db, person_id, course_ids)
        _erase_names(db, person_id)


def _end_viewing(db: Session, platform_id: int, moodle_user_id: int, moodle_course_id: int) -> None:
    """Delete sessions, ended ones too: each holds a name. Also what Moodle said of the viewer, and waiting launches."""
    for table in (ViewerAccess, ViewerSession):
        is_theirs = [table.platform_id == platform_id, table.moodle_user_id == moodle_user_id]
        if moodle_course_id != ALL_COURSES:
            is_theirs.append(table.moodle_course_id == moodle_course_id)
        db.execute(delete(table).where(*is_theirs))
    forget_continue_codes(db, platform_id, moodle_user_id, moodle_course_id or None)


def _erase_part(db: Session, person_id: int, course_ids: Collection[int]) -> None:
    task_ids = select(Task.id).where(Task.course_id.in_(course_ids))
    group_ids = select(CourseGroup.id).where(CourseGroup.course_id.in_(course_ids))
    db.execute(delete(LearnerTask).where(LearnerTask.person_id == person_id, LearnerTask.task_id.in_(task_ids)))
    db.execute(delete(GroupMember).where(GroupMember.person_id == person_id, GroupMember.group_id.in_(group_ids)))
    for table in (CourseRole, Enrolment):
        db.execute(delete(table).where(table.person_id == person_id, table.course_id.in_(course_ids)))


def _erase_names(db: Session, person_id: int) -> None:
    is_still_somewhere = or_(
        exists().where(Enrolment.person_id == person_id), exists().where(CourseRole.person_id == person_id)
    )
    if db.scalar(select(is_still_somewhere)):
        return
    for table in (Exemption, StudentRecord, Relationship):
        db.execute(delete(table).where(table.person_id == person_id))
    nothing = {"idnumber": "", "given_name": "", "family_name": "", "full_name": ""}
    db.execute(update(Person).where(Person.id == person_id).values(nothing))
