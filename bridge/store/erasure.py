"""Take a person's data away, in one course or in all, in every table that holds something about a person.

The tables are found by their columns, so that one which is added later is not forgotten.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bridge.schema.access import AccessRow, Alert
from bridge.schema.base import Base
from bridge.schema.casework import SupportCase
from bridge.schema.log import Presence, Quarantine
from bridge.schema.people import CourseGroup, CourseRole, Enrolment, GroupMember, Person
from bridge.schema.sources import RegisterMark, RegisterSession
from bridge.schema.teaching import Course, LearnerTask, Task
from bridge.schema.viewing import ViewerAccess, ViewerSession
from bridge.store.access_log import forget_refusals, forget_subject
from bridge.store.case_erasure import count_case_entries, erase_casework, forget_cases
from bridge.store.engagement import erase_learner
from bridge.store.facts import count_facts_of, remove_facts_of
from bridge.store.launches import forget_continue_codes
from bridge.store.log_events import erase_raw_rows
from bridge.store.tombstones import ALL_COURSES, save_tombstone
from bridge.user_keys import UserKeys

KEPT_WITHOUT_NAME = frozenset(
    {Person.__tablename__, AccessRow.__tablename__, Alert.__tablename__, SupportCase.__tablename__}
)
"""Tables whose rows about a person are not simply deleted: see `erase_person`."""
HOLDER = "holder_"
"""How columns begin that say who works with a learner."""


def mark_person_deleted(db: Session, platform_id: int, moodle_user_id: int, now: datetime) -> None:
    """Note that Moodle deleted a user: access ends at once, nobody is shown the name in a list any more."""
    is_one = (Person.platform_id == platform_id, Person.moodle_user_id == moodle_user_id)
    db.execute(update(Person).where(*is_one, Person.deleted_at.is_(None)).values(deleted_at=now))
    person_ids = select(Person.id).where(*is_one).scalar_subquery()
    db.execute(update(Enrolment).where(Enrolment.person_id == person_ids).values(is_active=False))
    _end_viewing(db, platform_id, moodle_user_id, ALL_COURSES)


def set_apart_deleted(db: Session, keys: UserKeys, moodle_user_ids: Collection[int]) -> None:
    """Make room for new people where a roster names ids whose accounts Moodle had deleted: each id is used again.

    The earlier person keeps their data, and its period, under a number that Moodle never gives; their log rows stay out
    from now on, so that none becomes the new person's. Ids of nobody who was deleted: nothing happens.
    """
    is_one = (Person.platform_id == keys.platform_id, Person.moodle_user_id.in_(moodle_user_ids))
    for person in db.scalars(select(Person).where(*is_one, Person.deleted_at.is_not(None))).all():
        user, deleted_at = person.moodle_user_id, person.deleted_at
        assert deleted_at is not None  # noqa: S101 (narrowing for the type checker: the statement says so)
        save_tombstone(db, keys.platform_id, keys.of(user), ALL_COURSES, 0, deleted_at)
        erase_raw_rows(db, keys.platform_id, user, db.scalars(select(Course.id)).all())
        person.moodle_user_id = -person.id
    db.flush()


def erase_person(
    db: Session, keys: UserKeys, moodle_user_id: int, moodle_course_id: int, log_to: int, now: datetime
) -> None:
    """Delete what is held about a person in one course, or in all (0), and the person with the last course.

    A mark stays that names nobody: log rows up to the id `log_to` are never stored again. Somebody who is still
    enrolled comes back with the next roster as a new person, with what happens from now on.
    """
    platform_id = keys.platform_id
    save_tombstone(db, platform_id, keys.of(moodle_user_id), moodle_course_id, log_to, now)
    _end_viewing(db, platform_id, moodle_user_id, moodle_course_id)
    is_one = (Person.platform_id == platform_id, Person.moodle_user_id == moodle_user_id)
    person = db.scalar(select(Person).where(*is_one))
    if moodle_course_id != ALL_COURSES:
        _erase_in_course(db, platform_id, moodle_user_id, person, moodle_course_id)
        if person is None or _is_somewhere(db, person.id):
            return
    is_alerted = (Alert.platform_id == platform_id, Alert.viewer_moodle_user_id == moodle_user_id)
    db.execute(update(Alert).where(*is_alerted).values(viewer_moodle_user_id=None))
    forget_refusals(db, platform_id, moodle_user_id)
    if person is not None:
        remove_facts_of(db, [person.id])
    _delete_rows(db, platform_id, moodle_user_id, person, as_staff=True)


def remove_person(db: Session, platform_id: int, moodle_user_id: int) -> None:
    """Delete what is left of a learner whose time here is over; what they hold as staff stays, and no mark is made.

    Their facts are the caller's to remove, of many people at once: each time the whole table is gone through.
    """
    is_one = (Person.platform_id == platform_id, Person.moodle_user_id == moodle_user_id)
    _delete_rows(db, platform_id, moodle_user_id, db.scalar(select(Person).where(*is_one)), as_staff=False)


def _delete_rows(db: Session, platform_id: int, moodle_user_id: int, person: Person | None, *, as_staff: bool) -> None:
    if person is not None:
        forget_subject(db, person.id)
        forget_cases(db, person.id)
    for table, is_theirs in _rows_about(platform_id, moodle_user_id, person):
        if as_staff or not any(column.name.startswith(HOLDER) for column in table.columns):
            db.execute(delete(table).where(is_theirs))
        elif person is not None and "person_id" in table.columns:
            db.execute(delete(table).where(table.columns.person_id == person.id))
    forget_continue_codes(db, platform_id, moodle_user_id, None)
    db.execute(delete(Person).where(Person.platform_id == platform_id, Person.moodle_user_id == moodle_user_id))


def count_rows_about(db: Session, platform_id: int, moodle_user_id: int) -> dict[str, int]:
    """Count what an erasure in all courses takes away or makes nameless, by table; tables without any are left out."""
    is_one = (Person.platform_id == platform_id, Person.moodle_user_id == moodle_user_id)
    person = db.scalar(select(Person).where(*is_one))
    counts = {Person.__tablename__: 0 if person is None else 1}
    for table, is_theirs in _rows_about(platform_id, moodle_user_id, person):
        counts[table.name] = db.scalar(select(func.count()).select_from(table).where(is_theirs)) or 0
    if person is not None:
        counts[Presence.__tablename__] = count_facts_of(db, person.id)
        is_subject = AccessRow.subject_person_id == person.id
        counts[AccessRow.__tablename__] = db.scalar(select(func.count()).where(is_subject)) or 0
        counts |= count_case_entries(db, person.id)
    return {name: count for name, count in sorted(counts.items()) if count}


def _rows_about(
    platform_id: int, moodle_user_id: int, person: Person | None
) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Give every table with the clause that chooses a person's rows, those that others point to last."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in KEPT_WITHOUT_NAME or table.name == Presence.__tablename__:
            continue  # facts need not be in this database
        clauses: list[ColumnElement[bool]] = []
        if person is not None:
            clauses += [column == person.id for column in table.columns if is_person_column(column)]
        if "platform_id" in table.columns:
            theirs = [column == moodle_user_id for column in table.columns if is_user_column(column)]
            if person is not None and person.idnumber:
                theirs += [column == person.idnumber for column in table.columns if column.name == f"{HOLDER}idnumber"]
            if theirs:
                clauses.append((table.columns.platform_id == platform_id) & or_(*theirs))
        if table.name == Quarantine.__tablename__:
            clauses.append((Quarantine.platform_id == platform_id) & _is_their_record(moodle_user_id))
        if clauses:
            yield table, or_(*clauses)


def is_person_column(column: ColumnElement[Any]) -> bool:
    """Say whether a column holds this tool's number of a person."""
    is_reference = any(key.column is Person.__table__.c.id for key in getattr(column, "foreign_keys", ()))
    return is_reference or str(getattr(column, "name", "")).endswith("person_id")


def is_user_column(column: ColumnElement[Any]) -> bool:
    """Say whether a column holds Moodle's number of a user; the bot's is no person's."""
    name = str(getattr(column, "name", ""))
    return name.endswith("moodle_user_id") and name != "bot_moodle_user_id"


def _is_their_record(moodle_user_id: int) -> ColumnElement[bool]:
    """Choose what was set aside of a user: a roster's record is kept under the course and the user's id."""
    return Quarantine.source_key.like(f"course % {moodle_user_id}") | Quarantine.source_key.like(
        f"course % {moodle_user_id} %"
    )


def _end_viewing(db: Session, platform_id: int, moodle_user_id: int, moodle_course_id: int) -> None:
    """Delete sessions, ended ones too: each holds a name. Also what Moodle said of the viewer, and waiting launches."""
    for table in (ViewerAccess, ViewerSession):
        is_theirs = [table.platform_id == platform_id, table.moodle_user_id == moodle_user_id]
        if moodle_course_id != ALL_COURSES:
            is_theirs.append(table.moodle_course_id == moodle_course_id)
        db.execute(delete(table).where(*is_theirs))
    forget_continue_codes(db, platform_id, moodle_user_id, moodle_course_id or None)


def _erase_in_course(
    db: Session, platform_id: int, moodle_user_id: int, person: Person | None, moodle_course_id: int
) -> None:
    is_this = (Course.platform_id == platform_id, Course.moodle_course_id == moodle_course_id)
    course_ids = list(db.scalars(select(Course.id).where(*is_this)))
    erase_raw_rows(db, platform_id, moodle_user_id, course_ids)
    if person is not None:
        erase_learner(db, person.id, course_ids)
        _erase_part(db, person.id, course_ids)


def _erase_part(db: Session, person_id: int, course_ids: Collection[int]) -> None:
    task_ids = select(Task.id).where(Task.course_id.in_(course_ids))
    group_ids = select(CourseGroup.id).where(CourseGroup.course_id.in_(course_ids))
    db.execute(delete(LearnerTask).where(LearnerTask.person_id == person_id, LearnerTask.task_id.in_(task_ids)))
    db.execute(delete(GroupMember).where(GroupMember.person_id == person_id, GroupMember.group_id.in_(group_ids)))
    sessions = select(RegisterSession.id).where(RegisterSession.course_id.in_(course_ids))
    db.execute(delete(RegisterMark).where(RegisterMark.person_id == person_id, RegisterMark.session_id.in_(sessions)))
    erase_casework(db, person_id, course_ids)
    for table in (CourseRole, Enrolment):
        db.execute(delete(table).where(table.person_id == person_id, table.course_id.in_(course_ids)))


def _is_somewhere(db: Session, person_id: int) -> bool:
    is_still_somewhere = or_(
        exists().where(Enrolment.person_id == person_id), exists().where(CourseRole.person_id == person_id)
    )
    return bool(db.scalar(select(is_still_somewhere)))
