"""Read what a viewer is: Moodle's live word (table viewer_access), their course, roster entry and groups."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bridge.records import MoodleRole, ViewerAccess
from bridge.schema.people import CourseRole, Enrolment, Person
from bridge.schema.platforms import Platform
from bridge.schema.teaching import Course
from bridge.schema.viewing import ViewerAccess as ViewerAccessRow
from bridge.store.database import Found, fetch, upsert
from bridge.store.viewer_statements import (
    SELECT_ACCESS,
    SELECT_FACTS,
    SELECT_GROUPS,
    SELECT_LEARNER_GROUPS,
    SELECT_ONE_COURSE,
    SELECT_OWN,
    SELECT_PERSON,
)


@dataclass(frozen=True, slots=True)
class ViewedCourse:
    """The course a viewer comes from, as far as the guard needs it."""

    course_id: int
    platform_id: int
    moodle_course_id: int
    shortname: str
    fullname: str
    group_mode: int
    is_switched_on: bool
    has_roster: bool


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person of a synced roster."""

    person_id: int
    is_suspended: bool
    is_deleted: bool
    idnumber: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredAccess:
    """Moodle's last answer about a viewer, and when it was given."""

    answer: ViewerAccess
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class PlatformAddresses:
    """Where the platform of a session is: whose frame its pages stand in, and where their forms may go."""

    issuer: str
    auth_login_url: str


@dataclass(frozen=True, slots=True)
class ViewerFacts:
    """What is stored of a viewer in a course, beside their relationships."""

    access: StoredAccess | None = None
    """None: Moodle was never asked, or an older version of this tool kept the answer."""
    course: ViewedCourse | None = None
    """None: the tool does not know it, or Moodle deleted it."""
    person: KnownPerson | None = None
    """None: no roster holds them."""
    handshake_at: datetime | None = None
    """When the platform's plugin last answered."""
    addresses: PlatformAddresses | None = None
    """None: their registration was removed."""


_FACTS = {fact.name for fact in fields(ViewerAccess)}


def save_viewer_access(db: Session, platform_id: int, answer: ViewerAccess, now: datetime) -> None:
    """Keep Moodle's answer of `now` in place of the one before."""
    row = {
        "platform_id": platform_id,
        "moodle_user_id": answer.moodle_user_id,
        "moodle_course_id": answer.moodle_course_id,
        "answer": asdict(answer),
        "checked_at": now,
    }
    key = ("platform_id", "moodle_user_id", "moodle_course_id")
    upsert(db, ViewerAccessRow, [row], key=key, update=("answer", "checked_at"))


def load_viewer_access(
    db: Session, platform_id: int, moodle_user_id: int, moodle_course_id: int
) -> StoredAccess | None:
    """Return Moodle's last answer about a person in a course; None before the first.

    An answer that an older version of this tool kept, with fewer facts, is as good as none.
    """
    asked = {"platform_id": platform_id, "moodle_user_id": moodle_user_id, "moodle_course_id": moodle_course_id}
    rows = fetch(db, SELECT_ACCESS, **asked)
    return _stored_access(rows[0]) if rows else None


def _stored_access(row: Found) -> StoredAccess | None:
    if row.answer is None or row.answer.keys() != _FACTS:
        return None
    answer: dict[str, Any] = dict(row.answer)
    answer["roles"] = tuple(MoodleRole(**role) for role in answer["roles"])
    answer["group_ids"] = tuple(answer["group_ids"])
    return StoredAccess(ViewerAccess(**answer), row.checked_at)


def load_viewer_facts(
    db: Session, platform_id: int, registration_id: int, moodle_user_id: int, moodle_course_id: int
) -> ViewerFacts:
    """Return what is stored of a viewer in a course, in one statement; without the platform nothing is."""
    asked = {"platform_id": platform_id, "moodle_user_id": moodle_user_id, "moodle_course_id": moodle_course_id}
    rows = fetch(db, SELECT_FACTS, registration_id=registration_id, **asked)
    if not rows:
        return ViewerFacts()
    row = rows[0]
    return ViewerFacts(
        access=_stored_access(row),
        course=None if row.id is None else _viewed_course(row),
        person=None if row.person_id is None else _known_person(row),
        handshake_at=row.handshake_at,
        addresses=None if row.issuer is None else PlatformAddresses(row.issuer, row.auth_login_url),
    )


def load_own_courses(db: Session, platform_id: int, person_id: int | None) -> tuple[ViewedCourse, ...]:
    """Return the switched-on courses in whose roster a person is an active learner, by name. Empty: none."""
    if person_id is None:
        return ()
    rows = fetch(db, SELECT_OWN, platform_id=platform_id, person_id=person_id)
    return tuple(course for course in map(_viewed_course, rows) if course.is_switched_on and course.has_roster)


def load_own_course(db: Session, platform_id: int, course_id: int) -> ViewedCourse | None:
    """Return a course by this tool's id; None when it is not one of the platform's."""
    rows = fetch(db, SELECT_ONE_COURSE, platform_id=platform_id, course_id=course_id)
    return _viewed_course(rows[0]) if rows else None


def _viewed_course(row: Found) -> ViewedCourse:
    return ViewedCourse(
        course_id=row.id,
        platform_id=row.platform_id,
        moodle_course_id=row.moodle_course_id,
        shortname=row.shortname,
        fullname=row.fullname,
        group_mode=row.group_mode,
        is_switched_on=row.switched_on_at is not None
        and (row.switched_off_at is None or row.switched_off_at < row.switched_on_at),
        has_roster=row.roster_synced_at is not None,
    )


def load_person(db: Session, platform_id: int, moodle_user_id: int) -> KnownPerson | None:
    """Return the roster's person behind a Moodle user id; None when no roster holds them."""
    rows = fetch(db, SELECT_PERSON, platform_id=platform_id, moodle_user_id=moodle_user_id)
    return _known_person(rows[0]) if rows else None


def _known_person(row: Found) -> KnownPerson:
    return KnownPerson(
        row.person_id,
        is_suspended=row.is_suspended,
        is_deleted=row.person_deleted_at is not None,
        idnumber=row.person_idnumber,
    )


def load_group_ids(db: Session, course_id: int, moodle_group_ids: Sequence[int]) -> frozenset[int]:
    """Return the surrogate ids of a course's groups by Moodle's ids; groups not synced yet are left out."""
    if not moodle_group_ids:
        return frozenset()
    rows = fetch(db, SELECT_GROUPS, course_id=course_id, moodle_group_ids=list(moodle_group_ids))
    return frozenset(row.id for row in rows)


def load_learner_groups(db: Session, course_id: int, person_id: int) -> frozenset[int] | None:
    """Return the groups of a learner in a course; None when nobody with that id learns there now.

    Somebody whose data is not processed is nobody here.
    """
    rows = fetch(db, SELECT_LEARNER_GROUPS, course_id=course_id, person_id=person_id)
    return frozenset(group_id for _, group_id in rows if group_id is not None) if rows else None


def load_roster_access(
    db: Session, platform_id: int, moodle_user_id: int, moodle_course_id: int
) -> ViewerAccess | None:
    """Return what the last synced roster says in the shape of Moodle's live answer; None when it holds no such person.

    It stands in while Moodle cannot be reached, for a learner's own page alone.
    """
    found = db.execute(
        select(Enrolment, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            Course.platform_id == platform_id,
            Course.moodle_course_id == moodle_course_id,
            Person.moodle_user_id == moodle_user_id,
            Person.platform_id == platform_id,
        )
    ).one_or_none()
    if found is None:
        return None
    enrolment, person = found
    roles = db.execute(
        select(CourseRole.shortname, CourseRole.archetype).where(
            CourseRole.course_id == enrolment.course_id, CourseRole.person_id == person.id
        )
    )
    return ViewerAccess(
        moodle_user_id=moodle_user_id,
        moodle_course_id=moodle_course_id,
        is_known=True,
        is_suspended=person.is_suspended,
        is_deleted=person.deleted_at is not None,
        is_enrolled=True,
        is_active=enrolment.is_active,
        roles=tuple(MoodleRole(shortname, archetype) for shortname, archetype in roles),
        group_ids=(),
        group_mode=1,
        sees_all_groups=False,
    )


_SELECT_CONNECTION = select(Platform.moodle_url, Platform.moodle_token).where(
    Platform.id == bindparam("platform_id"), Platform.moodle_token.is_not(None)
)


def load_connection(db: Session, platform_id: int) -> tuple[str, str] | None:
    """Return a platform's Moodle address and its encrypted token; None while no token is saved."""
    rows = fetch(db, _SELECT_CONNECTION, platform_id=platform_id)
    return (rows[0].moodle_url, rows[0].moodle_token) if rows else None
