"""Read the work-list: open concerns with their evidence as it was shown, open cases, and hand-overs that wait."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from analytics.policy.access import Subject
from bridge.schema.casework import CaseEntry, Concern, Dispute, HandOver, SupportCase
from bridge.schema.people import Person
from bridge.schema.records import CourseSchool, School, StudentRecord
from bridge.schema.teaching import Course
from bridge.store.left_out import is_left_out
from bridge.store.people_of_staff import HAVE_LEFT
from bridge.store.schools import has_trained_lead


@dataclass(frozen=True, slots=True)
class ListedConcern:
    """One concern, open or closed."""

    concern_id: int
    person_id: int
    course_id: int
    course_name: str
    school_id: int | None
    """Of the course."""
    school_name: str
    """Of the course; empty: not known."""
    week_no: int
    as_of: date
    rule_version: str
    reasons: tuple[str, ...]
    evidence: Mapping[str, Any] = field(repr=False)
    """As it was shown."""
    opened_at: datetime
    is_beyond_budget: bool
    case_id: int | None
    closed_at: datetime | None
    outcome: str | None
    closed_by: str
    """Empty while it is open."""
    closing_reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenState:
    """That a concern is open about a learner in one course, and who has it: all that a tutor is told."""

    opened_at: datetime
    opened_by: str
    """Who opened the case that it is in; empty: nobody has turned to it."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One open case, as a list needs it."""

    case_id: int
    person_id: int
    opened_at: datetime
    opened_by: str
    last_step: str
    """As `analytics.policy.casework.Step`; empty: no step yet."""
    last_by: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListedHandOver:
    """One alert of a contributing school."""

    hand_over_id: int
    person_id: int
    concern_id: int | None
    from_school_id: int
    from_school: str
    to_school_id: int
    to_school: str
    note: str = field(repr=False)
    raised_by: str
    raised_at: datetime
    due_on: date
    acknowledged_by: str
    """Empty: it waits."""
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContributedConcern:
    """One open concern in a school's course about a learner of another home school."""

    subject: Subject
    """For `decide`: the school is the one that owns the course."""
    concern: ListedConcern
    full_name: str = field(repr=False)
    home_school: str
    hand_over: ListedHandOver | None
    """The alert that was raised from it; None: none yet."""


def load_concerns(db: Session, person_ids: Collection[int], *, is_open: bool = True) -> tuple[ListedConcern, ...]:
    """Return the open concerns of some people, or the closed ones, the oldest first. Empty: there are none."""
    state = Concern.closed_at.is_(None) if is_open else Concern.closed_at.is_not(None)
    return tuple(map(_make_concern, db.execute(_select_concerns(Concern.person_id.in_(person_ids), state))))


def find_open_state(db: Session, course_id: int, person_id: int) -> OpenState | None:
    """Return that a concern is open about a learner in a course, without its evidence; None: none is."""
    row = db.execute(
        select(Concern.opened_at, SupportCase.opened_by)
        .outerjoin(SupportCase, SupportCase.id == Concern.case_id)
        .where(Concern.course_id == course_id, Concern.person_id == person_id, Concern.closed_at.is_(None))
        .order_by(Concern.opened_at)
        .limit(1)
    ).first()
    return None if row is None else OpenState(row.opened_at, row.opened_by or "")


def load_open_cases(db: Session, person_ids: Collection[int]) -> dict[int, OpenCase]:
    """Return the open case of each of some people who has one."""
    last = (
        select(func.max(CaseEntry.position))
        .where(CaseEntry.case_id == SupportCase.id)
        .correlate(SupportCase)
        .scalar_subquery()
    )
    rows = db.execute(
        select(SupportCase, CaseEntry)
        .outerjoin(CaseEntry, (CaseEntry.case_id == SupportCase.id) & (CaseEntry.position == last))
        .where(SupportCase.person_id.in_(person_ids), SupportCase.closed_at.is_(None))
        .order_by(SupportCase.id)
    )
    return {one.person_id: one for one in (_make_case(case, entry) for case, entry in rows)}


def load_hand_overs(db: Session, person_ids: Collection[int]) -> tuple[ListedHandOver, ...]:
    """Return the hand-overs about some people, those that wait first, then by their day. Empty: there are none."""
    return _load_hand_overs(db, HandOver.person_id.in_(person_ids))


def load_contributed_concerns(
    db: Session, platform_id: int, school_ids: Collection[int], now: datetime
) -> tuple[ContributedConcern, ...]:
    """Return the open concerns in some schools' courses about learners of another home school, the oldest first.

    A learner whose student record names no school is nobody's to hand over, and left out. Empty: there are none.
    """
    return _load_contributed(db, now, Concern.platform_id == platform_id, CourseSchool.school_id.in_(school_ids))


def load_hand_over_subject(db: Session, platform_id: int, concern_id: int, now: datetime) -> Subject:
    """Return what `decide` has to know before a home school is told; an empty subject where there is nothing to tell.

    The school is the one that owns the course of the concern.
    """
    found = _load_contributed(db, now, Concern.platform_id == platform_id, Concern.id == concern_id)
    return found[0].subject if found else Subject(None)


def load_paused(db: Session, person_ids: Collection[int], today: date) -> dict[int, date]:
    """Return by learner until which day nobody is asked to get in touch, as they said that a week is not right."""
    rows = db.execute(
        select(Dispute.person_id, func.max(Dispute.paused_until))
        .where(Dispute.person_id.in_(person_ids), Dispute.paused_until >= today)
        .group_by(Dispute.person_id)
    )
    return {row[0]: row[1] for row in rows}


def _load_contributed(db: Session, now: datetime, *which: ColumnElement[bool]) -> tuple[ContributedConcern, ...]:
    rows = db.execute(
        _select_concerns(*which, Concern.closed_at.is_(None))
        .join(StudentRecord, StudentRecord.person_id == Concern.person_id)
        .join(Person, Person.id == Concern.person_id)
        .where(StudentRecord.school_id != CourseSchool.school_id, Person.deleted_at.is_(None))
        .add_columns(
            Person.full_name,
            StudentRecord.school_id.label("home_id"),
            StudentRecord.status,
            School.switched_on_at,
            is_left_out(Person.id).label("is_left_out"),
        )
    ).all()
    names = {school.id: school.name for school in db.scalars(select(School))} if rows else {}
    told = _load_hand_overs(db, HandOver.concern_id.in_([row.Concern.id for row in rows]))
    raised = {one.concern_id: one for one in told}
    on = {school_id for school_id in {row.school_id for row in rows} if has_trained_lead(db, school_id, now)}
    return tuple(
        ContributedConcern(
            subject=Subject(
                None,
                row.Concern.person_id,
                school_id=row.school_id,
                is_school_on=row.switched_on_at is not None and row.school_id in on,
                is_left_out=row.is_left_out or row.status in HAVE_LEFT,
            ),
            concern=_make_concern(row),
            full_name=row.full_name,
            home_school=names[row.home_id],
            hand_over=raised.get(row.Concern.id),
        )
        for row in rows
    )


def _select_concerns(*which: ColumnElement[bool]) -> Any:
    return (
        select(Concern, Course.fullname, School.id.label("school_id"), School.name.label("school_name"))
        .join(Course, Course.id == Concern.course_id)
        .outerjoin(CourseSchool, CourseSchool.course_id == Course.id)
        .outerjoin(School, School.id == CourseSchool.school_id)
        .where(*which)
        .order_by(Concern.opened_at, Concern.id)
    )


def _load_hand_overs(db: Session, which: ColumnElement[bool]) -> tuple[ListedHandOver, ...]:
    schools = {school.id: school.name for school in db.scalars(select(School))}
    found = db.scalars(
        select(HandOver).where(which).order_by(HandOver.acknowledged_at.is_not(None), HandOver.due_on, HandOver.id)
    )
    return tuple(
        ListedHandOver(
            hand_over_id=one.id,
            person_id=one.person_id,
            concern_id=one.concern_id,
            from_school_id=one.from_school_id,
            from_school=schools[one.from_school_id],
            to_school_id=one.to_school_id,
            to_school=schools[one.to_school_id],
            note=one.note,
            raised_by=one.raised_by,
            raised_at=one.raised_at,
            due_on=one.due_on,
            acknowledged_by=one.acknowledged_by or "",
            acknowledged_at=one.acknowledged_at,
        )
        for one in found
    )


def _make_concern(row: Row[Any]) -> ListedConcern:
    one = row.Concern
    return ListedConcern(
        concern_id=one.id,
        person_id=one.person_id,
        course_id=one.course_id,
        course_name=row.fullname,
        school_id=row.school_id,
        school_name=row.school_name or "",
        week_no=one.week_no,
        as_of=one.as_of,
        rule_version=one.rule_version,
        reasons=tuple(map(str, one.reasons)),
        evidence=dict(one.evidence),
        opened_at=one.opened_at,
        is_beyond_budget=one.is_beyond_budget,
        case_id=one.case_id,
        closed_at=one.closed_at,
        outcome=one.outcome,
        closed_by=one.closed_by or "",
        closing_reason=one.closing_reason or "",
    )


def _make_case(case: SupportCase, entry: CaseEntry | None) -> OpenCase:
    return OpenCase(
        case_id=case.id,
        person_id=case.person_id or 0,
        opened_at=case.opened_at,
        opened_by=case.opened_by,
        last_step="" if entry is None else entry.kind,
        last_by="" if entry is None else entry.by_name,
        last_at=None if entry is None else entry.at,
    )
