"""Read and write schools, programmes and whose courses are whose (tables school, programme, course_school)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from analytics.policy.relationships import Kind
from bridge.errors import BridgeError
from bridge.mail_address import is_address
from bridge.schema.engagement import StaleLearner
from bridge.schema.people import Enrolment
from bridge.schema.records import CourseSchool, Programme, Relationship, School, StudentRecord, Training
from bridge.schema.teaching import Course
from bridge.store.database import insert_ignoring, upsert
from bridge.store.engagement import mark_course_stale
from bridge.store.holders import holds_at, same_holder


class SchoolRefused(BridgeError):
    """A school cannot be changed as asked; nothing was."""

    code = "school-refused"
    next_step = "See lea school list."


@dataclass(frozen=True, slots=True)
class ListedSchool:
    """One school with what is known of it."""

    code: str
    name: str
    is_on: bool
    leads: tuple[tuple[str, date | None], ...]
    """Name and training date of each lead of today; None: no training is recorded."""
    programme_count: int
    course_count: int
    learner_count: int


def save_school(db: Session, platform_id: int, code: str, name: str) -> None:
    """Add a school, or rename the one with this code; a new one is off."""
    upsert(
        db,
        School,
        [{"platform_id": platform_id, "code": code, "name": name}],
        key=("platform_id", "code"),
        update=("name",),
    )


def find_school_id(db: Session, platform_id: int, code: str) -> int:
    """Return the id of a school.

    Raises:
        SchoolRefused: no school has this code.
    """
    return _find_school(db, platform_id, code).id


def find_school_code(db: Session, school_id: int) -> str:
    """Return the code of a school by this tool's id of it; the caller knows that there is one."""
    return db.scalars(select(School.code).where(School.id == school_id)).one()


def find_school_of_course(db: Session, course_id: int) -> int | None:
    """Return the school that a course belongs to; None where nobody said."""
    return db.scalar(select(CourseSchool.school_id).where(CourseSchool.course_id == course_id))


def load_schools(db: Session, platform_id: int, now: datetime) -> tuple[ListedSchool, ...]:
    """Return every school, by code. Empty before the first."""
    schools = db.scalars(select(School).where(School.platform_id == platform_id).order_by(School.code)).all()
    return tuple(
        ListedSchool(
            code=school.code,
            name=school.name,
            is_on=school.switched_on_at is not None,
            leads=_load_leads(db, school.id, now),
            programme_count=_count(db, Programme, school.id),
            course_count=_count(db, CourseSchool, school.id),
            learner_count=_count(db, StudentRecord, school.id),
        )
        for school in schools
    )


def save_mailbox(db: Session, platform_id: int, code: str, address: str | None) -> None:
    """Store where a school reads reminders; None: nowhere of its own.

    Raises:
        SchoolRefused: no such school, or what is given is not one plain e-mail address.
    """
    if address is not None and not is_address(address):
        raise SchoolRefused("This is not one plain e-mail address, so nothing was changed.")
    _find_school(db, platform_id, code).mailbox = address


def load_mailbox(db: Session, platform_id: int, code: str) -> str | None:
    """Return where a school reads reminders; None: nowhere of its own.

    Raises:
        SchoolRefused: no such school.
    """
    return _find_school(db, platform_id, code).mailbox


def switch_school_on(db: Session, platform_id: int, code: str, now: datetime) -> None:
    """Switch a school on: from now on stored relationships show its learners by name.

    Raises:
        SchoolRefused: no such school, or it has no lead with a training date up to today (policy paragraph 19).
    """
    school = _find_school(db, platform_id, code)
    if not has_trained_lead(db, school.id, now):
        raise SchoolRefused(
            f"{school.name} has no learner engagement lead with a training date, so it stays off. "
            "Next: lea relationship add lead, then lea training record"
        )
    school.switched_on_at = school.switched_on_at or now


def switch_school_off(db: Session, platform_id: int, code: str) -> None:
    """Switch a school off: stored relationships show none of its learners any more. Nothing is deleted.

    Raises:
        SchoolRefused: no such school.
    """
    _find_school(db, platform_id, code).switched_on_at = None


def has_trained_lead(db: Session, school_id: int, now: datetime, *, without: int | None = None) -> bool:
    """Say whether a school has a lead with a training date up to today, the relationship `without` left aside."""
    lead = (
        Relationship.school_id == school_id,
        Relationship.kind == Kind.LEAD.value,
        Relationship.id != (without or 0),
        *holds_at(now),
    )
    is_trained = exists().where(same_holder(), Training.trained_on <= now.date())
    return bool(db.scalar(select(exists().where(*lead, is_trained))))


def save_course_schools(
    db: Session,
    platform_id: int,
    code: str,
    moodle_course_ids: Collection[int],
    *,
    programme: str | None = None,
    credits: int | None = None,
    is_core: bool | None = None,
) -> None:
    """Give courses to a school; each belongs to one. What is None stays as it was, but no other school's programme.

    Their learners' weeks are measured again at the next sync: another level may be in force for them.

    Raises:
        SchoolRefused: no such school, a course is not known here, or the programme is not the school's; then nothing
            was saved.
    """
    school_id = find_school_id(db, platform_id, code)
    programme_id = None if programme is None else _find_programme(db, school_id, programme)
    courses = db.scalars(
        select(Course).where(Course.platform_id == platform_id, Course.moodle_course_id.in_(moodle_course_ids))
    )
    found = {course.moodle_course_id: course.id for course in courses}
    if unknown := sorted(set(moodle_course_ids) - set(found)):
        raise SchoolRefused(
            f"Not known here: course {', '.join(map(str, unknown))}. Nothing was changed. Next: lea course on"
        )
    for course_id in found.values():
        row = db.get(CourseSchool, course_id) or CourseSchool(course_id=course_id, is_core=False)
        if row.school_id != school_id or programme_id is not None:
            row.programme_id = programme_id
        row.school_id = school_id
        row.credits = row.credits if credits is None else credits
        row.is_core = row.is_core if is_core is None else is_core
        db.add(row)
        mark_course_stale(db, course_id)


def _find_programme(db: Session, school_id: int, code: str) -> int:
    found = db.scalar(select(Programme.id).where(Programme.school_id == school_id, Programme.code == code))
    if found is None:
        raise SchoolRefused(
            f"The school has no programme {code}. Nothing was changed. Programmes come with the feed: lea feed"
        )
    return found


def switch_research(db: Session, platform_id: int, programme_code: str, now: datetime | None) -> None:
    """Let a programme's research students in from `now`, or leave them out again (None).

    Raises:
        SchoolRefused: no programme has this code.
    """
    programme = db.scalar(
        select(Programme).where(Programme.platform_id == platform_id, Programme.code == programme_code)
    )
    if programme is None:
        raise SchoolRefused(
            f"No programme has the code {programme_code}. Nothing was changed. Programmes come with the feed: lea feed"
        )
    programme.research_on_at = now
    theirs = select(StudentRecord.person_id).where(
        StudentRecord.programme_id == programme.id, StudentRecord.is_research.is_(True)
    )
    parts = select(Enrolment.course_id, Enrolment.person_id).where(
        Enrolment.person_id.in_(theirs), Enrolment.is_learner.is_(True)
    )
    insert_ignoring(db, StaleLearner, [dict(row._mapping) for row in db.execute(parts)])


def _find_school(db: Session, platform_id: int, code: str) -> School:
    school = db.scalar(select(School).where(School.platform_id == platform_id, School.code == code))
    if school is None:
        raise SchoolRefused(f"No school has the code {code}. Nothing was changed. Next: lea school list")
    return school


def _load_leads(db: Session, school_id: int, now: datetime) -> tuple[tuple[str, date | None], ...]:
    trained_on = select(func.max(Training.trained_on)).where(same_holder()).correlate(Relationship).scalar_subquery()
    rows = db.execute(
        select(Relationship.holder_name, trained_on)
        .where(Relationship.school_id == school_id, Relationship.kind == Kind.LEAD.value, *holds_at(now))
        .order_by(Relationship.holder_name, Relationship.id)
    )
    return tuple((name, day) for name, day in rows)


def _count(db: Session, table: type[Programme] | type[CourseSchool] | type[StudentRecord], school_id: int) -> int:
    return db.scalar(select(func.count()).select_from(table).where(table.school_id == school_id)) or 0
