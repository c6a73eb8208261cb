"""People and their part in a course, as the roster gives them (tables person, enrolment, course_role, course_group)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from analytics.calendar import local_date
from bridge.records import EnrolmentSpan, Roster, RosterUser
from bridge.schema.people import CourseGroup, CourseRole, Enrolment, GroupMember, Person
from bridge.schema.teaching import Course
from bridge.store.database import insert_ignoring, upsert
from bridge.store.new_numbers import can_have_facts, check_new_people
from bridge.store.tombstones import Erasures

LEARNER_ARCHETYPES = frozenset({"student"})
TEACHER_ARCHETYPES = frozenset({"teacher", "editingteacher"})
PERSON_COLUMNS = ("idnumber", "given_name", "family_name", "full_name", "is_suspended")
ENROLMENT_COLUMNS = ("is_learner", "is_active", "enrolled_on", "ends_on")


@dataclass(frozen=True, slots=True)
class Membership:
    """One person's part in a course, as saved."""

    person_id: int
    is_learner: bool
    is_active: bool
    enrolled_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What replacing a roster changed."""

    people_count: int
    new_learner_ids: frozenset[int]
    """Learners who were none before: their evidence has to be looked for in the raw window."""
    changed_learner_ids: frozenset[int]
    """Learners whose dates or standing changed, the new ones included."""


def load_person_ids(db: Session, platform_id: int, moodle_user_ids: Collection[int]) -> dict[int, int]:
    """Return surrogate ids by Moodle user id; unknown people are left out."""
    if not moodle_user_ids:
        return {}
    is_one = (Person.platform_id == platform_id, Person.moodle_user_id.in_(moodle_user_ids))
    return dict(db.execute(select(Person.moodle_user_id, Person.id).where(*is_one)).all())


def load_learner_keys(db: Session, course_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Return person ids by (course id, Moodle user id) of present and former learners of some courses."""
    if not course_ids:
        return {}
    rows = db.execute(
        select(Enrolment.course_id, Person.moodle_user_id, Person.id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.course_id.in_(course_ids), Enrolment.is_learner.is_(True))
    )
    return {(course_id, user_id): person_id for course_id, user_id, person_id in rows}


@dataclass(frozen=True, slots=True)
class LearnerNumber:
    """A present or former learner of a course, with the numbers by which files name them."""

    course_id: int
    person_id: int
    moodle_user_id: int
    idnumber: str


def load_learner_numbers(db: Session, course_ids: Collection[int]) -> tuple[LearnerNumber, ...]:
    """Return the present and former learners of some courses whose accounts are not deleted, by course and person."""
    rows = db.execute(
        select(Enrolment.course_id, Person.id, Person.moodle_user_id, Person.idnumber)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.course_id.in_(course_ids), Enrolment.is_learner.is_(True), Person.deleted_at.is_(None))
        .order_by(Enrolment.course_id, Person.id)
    )
    return tuple(LearnerNumber(course_id, person, user, number.strip()) for course_id, person, user, number in rows)


def load_memberships(db: Session, course_id: int) -> dict[int, Membership]:
    """Return everybody ever enrolled in a course, by person id; empty before the first roster."""
    columns = (Enrolment.person_id, *(getattr(Enrolment, name) for name in ENROLMENT_COLUMNS))
    rows = db.execute(select(*columns).where(Enrolment.course_id == course_id))
    return {row.person_id: Membership(*row) for row in rows}


def replace_roster(
    db: Session,
    platform_id: int,
    course_id: int,
    roster: Roster,
    *,
    zone: ZoneInfo,
    now: datetime,
    erasures: Erasures | None = None,
) -> RosterChange:
    """Write a course's roster over the last one: a fixed number of statements, whatever its size.

    Who is no longer on it becomes inactive and keeps the row, unless records of this answer were set aside: then
    nobody can be said to be missing. Whoever is in `erasures` (None: nobody) begins anew on the day of the erasure.

    Raises:
        FactsOfOthers: somebody new would get a number that has facts; roll back.
    """
    is_complete = not roster.rejected
    person_ids = _save_people(db, platform_id, roster.users)
    before = load_memberships(db, course_id)
    after = {}
    for user in roster.users:
        person_id = person_ids[user.moodle_user_id]
        erased_at = erasures.find_time(user.moodle_user_id, roster.moodle_course_id) if erasures else None
        first_day = _first_day(user, before.get(person_id), erased_at, zone, now)
        after[person_id] = _membership(user, person_id, first_day, zone, now)
    _save_enrolments(db, course_id, after)
    if is_complete:
        _leave(db, course_id, [person_id for person_id in before if person_id not in after])
    _replace_roles(db, course_id, roster.users, person_ids, is_complete)
    _replace_groups(db, course_id, roster, person_ids, is_complete)
    db.execute(update(Course).where(Course.id == course_id).values(roster_synced_at=now))
    return _compare(before, after)


def _save_people(db: Session, platform_id: int, users: Sequence[RosterUser]) -> dict[int, int]:
    rows = [
        {
            "platform_id": platform_id,
            "moodle_user_id": user.moodle_user_id,
            "idnumber": user.idnumber,
            "given_name": user.given_name,
            "family_name": user.family_name,
            "full_name": user.full_name,
            "is_suspended": user.is_suspended,
        }
        for user in users
    ]
    user_ids = [user.moodle_user_id for user in users]
    known = load_person_ids(db, platform_id, user_ids) if can_have_facts(db) else None
    upsert(db, Person, rows, key=["platform_id", "moodle_user_id"], update=PERSON_COLUMNS)
    person_ids = load_person_ids(db, platform_id, user_ids)
    if known is not None:
        check_new_people(db, set(person_ids.values()) - set(known.values()))
    return person_ids


def is_learner(user: RosterUser) -> bool:
    """Say whether somebody learns in the course: a student-archetype role there, and no teacher-archetype role."""
    archetypes = {role.archetype for role in user.roles}
    return bool(archetypes & LEARNER_ARCHETYPES) and not archetypes & TEACHER_ARCHETYPES


def _membership(user: RosterUser, person_id: int, first_day: date, zone: ZoneInfo, now: datetime) -> Membership:
    active = [span for span in user.enrolments if _is_active(span, now)]
    # Of a former learner the day they left stays known: who was there in a past week is asked by `lea evaluate`.
    ends = [span.ends_at for span in active or user.enrolments]
    return Membership(
        person_id=person_id,
        is_learner=is_learner(user),
        is_active=bool(active) and not user.is_suspended,
        enrolled_on=first_day,
        ends_on=local_date(max(end for end in ends if end), zone) if ends and all(ends) else None,
    )


def _is_active(span: EnrolmentSpan, now: datetime) -> bool:
    has_begun = span.starts_at is None or span.starts_at <= now
    return span.is_active and has_begun and (span.ends_at is None or span.ends_at > now)


def _first_day(
    user: RosterUser, known: Membership | None, erased_at: datetime | None, zone: ZoneInfo, now: datetime
) -> date:
    starts = [start for span in user.enrolments if (start := span.starts_at or span.created_at) is not None]
    day = local_date(min(starts, default=now), zone)
    # A change of the enrolment's method mid-term gives a new date; whoever stayed keeps the first one.
    if known is not None and known.is_active:
        day = min(day, known.enrolled_on)
    # What was erased must not look like weeks without evidence: whoever goes on begins anew.
    return day if erased_at is None else max(day, local_date(erased_at, zone))


def _save_enrolments(db: Session, course_id: int, memberships: dict[int, Membership]) -> None:
    rows = [
        {
            "course_id": course_id,
            "person_id": membership.person_id,
            **{name: getattr(membership, name) for name in ENROLMENT_COLUMNS},
        }
        for membership in memberships.values()
    ]
    upsert(db, Enrolment, rows, key=["course_id", "person_id"], update=ENROLMENT_COLUMNS)


def _leave(db: Session, course_id: int, person_ids: Collection[int]) -> None:
    if person_ids:
        is_gone = (Enrolment.course_id == course_id, Enrolment.person_id.in_(person_ids))
        db.execute(update(Enrolment).where(*is_gone).values(is_active=False))


def _replace_roles(
    db: Session, course_id: int, users: Sequence[RosterUser], person_ids: dict[int, int], is_complete: bool
) -> None:
    is_replaced: ColumnElement[bool] = CourseRole.course_id == course_id
    if not is_complete:
        is_replaced &= CourseRole.person_id.in_(person_ids.values())
    db.execute(delete(CourseRole).where(is_replaced))
    rows = [
        {
            "course_id": course_id,
            "person_id": person_ids[user.moodle_user_id],
            "shortname": role.shortname,
            "archetype": role.archetype,
        }
        for user in users
        for role in user.roles
    ]
    insert_ignoring(db, CourseRole, rows)


def _replace_groups(db: Session, course_id: int, roster: Roster, person_ids: dict[int, int], is_complete: bool) -> None:
    rows = [
        {"course_id": course_id, "moodle_group_id": group.moodle_group_id, "name": group.name}
        for group in roster.groups
    ]
    upsert(db, CourseGroup, rows, key=["course_id", "moodle_group_id"], update=["name"])
    found = db.execute(select(CourseGroup.moodle_group_id, CourseGroup.id).where(CourseGroup.course_id == course_id))
    group_ids = dict(found.all())
    _replace_members(db, roster.users, person_ids, group_ids, is_complete)
    gone = set(group_ids) - {group.moodle_group_id for group in roster.groups}
    if gone and is_complete:
        is_gone = (CourseGroup.course_id == course_id, CourseGroup.moodle_group_id.in_(gone))
        db.execute(delete(CourseGroup).where(*is_gone))


def _replace_members(
    db: Session,
    users: Iterable[RosterUser],
    person_ids: dict[int, int],
    group_ids: dict[int, int],
    is_complete: bool,
) -> None:
    is_replaced: ColumnElement[bool] = GroupMember.group_id.in_(group_ids.values())
    if not is_complete:
        is_replaced &= GroupMember.person_id.in_(person_ids.values())
    db.execute(delete(GroupMember).where(is_replaced))
    rows: list[dict[str, Any]] = [
        {"group_id": group_ids[moodle_group_id], "person_id": person_ids[user.moodle_user_id]}
        for user in users
        for moodle_group_id in user.group_ids
        if moodle_group_id in group_ids
    ]
    insert_ignoring(db, GroupMember, rows)


def _compare(before: dict[int, Membership], after: dict[int, Membership]) -> RosterChange:
    learners = {person_id: entry for person_id, entry in after.items() if entry.is_learner}
    return RosterChange(
        people_count=len(after),
        new_learner_ids=frozenset(i for i in learners if i not in before or not before[i].is_learner),
        changed_learner_ids=frozenset(i for i, entry in learners.items() if before.get(i) != entry),
    )
