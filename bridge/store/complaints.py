"""Read and write queries and complaints of learners, with the day by which each is acknowledged (table complaint)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from analytics.policy.relationships import Kind
from analytics.policy.voice import PastComplaint, Stage, find_acknowledge_by
from bridge.schema.casework import Complaint
from bridge.schema.people import Person
from bridge.schema.records import Relationship, School, StudentRecord
from bridge.store.holders import holds_at


@dataclass(frozen=True, slots=True)
class ComplaintRecord:
    """One query or complaint, with what came of it."""

    complaint_id: int
    person_id: int
    person_name: str
    text: str
    made_at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None
    state: PastComplaint


@dataclass(frozen=True, slots=True)
class HomeSchool:
    """To whom a learner's query goes."""

    school_id: int
    name: str
    leads: tuple[str, ...]
    """Names of its leads at the moment; empty: it has none."""


def find_home_school(db: Session, person_id: int, now: datetime) -> HomeSchool | None:
    """Return a learner's home school with its leads at `now`; None where the student record has not said."""
    school = db.scalars(
        select(School)
        .join(StudentRecord, StudentRecord.school_id == School.id)
        .where(StudentRecord.person_id == person_id)
    ).one_or_none()
    if school is None:
        return None
    is_lead = (Relationship.school_id == school.id, Relationship.kind == Kind.LEAD, *holds_at(now))
    names = db.scalars(select(Relationship.holder_name).where(*is_lead).distinct())
    return HomeSchool(school.id, school.name, tuple(sorted(names)))


def save_complaint(
    db: Session, platform_id: int, person_id: int, stage: Stage, text: str, now: datetime, today: date
) -> date:
    """Store a query or complaint; return the day by which somebody acknowledges it."""
    by = find_acknowledge_by(today)
    said = {"stage": stage.value, "text": text, "made_at": now, "acknowledge_by": by}
    db.add(Complaint(platform_id=platform_id, person_id=person_id, **said))
    return by


def load_own_complaints(db: Session, person_id: int) -> tuple[ComplaintRecord, ...]:
    """Return what a learner wrote, the oldest first. Empty: nothing."""
    rows = db.execute(
        select(Complaint, Person.full_name)
        .join(Person, Person.id == Complaint.person_id)
        .where(Complaint.person_id == person_id)
        .order_by(Complaint.made_at, Complaint.id)
    )
    return tuple(_make_complaint(*row) for row in rows)


def load_school_complaints(db: Session, school_id: int) -> tuple[ComplaintRecord, ...]:
    """Return what the learners of a home school wrote; what waits comes first, the nearest day before. Empty: none."""
    rows = db.execute(
        select(Complaint, Person.full_name)
        .join(Person, Person.id == Complaint.person_id)
        .join(StudentRecord, StudentRecord.person_id == Complaint.person_id)
        .where(StudentRecord.school_id == school_id)
        .order_by(
            Complaint.answered_at.is_not(None), Complaint.acknowledged_at.is_not(None), Complaint.acknowledge_by,
            Complaint.id,
        )
    )  # fmt: skip
    return tuple(_make_complaint(*row) for row in rows)


def _make_complaint(row: Complaint, name: str) -> ComplaintRecord:
    return ComplaintRecord(
        complaint_id=row.id,
        person_id=row.person_id,
        person_name=name,
        text=row.text,
        made_at=row.made_at,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
        answer=row.answer,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        state=PastComplaint(
            stage=Stage(row.stage),
            acknowledge_by=row.acknowledge_by,
            is_acknowledged=row.acknowledged_at is not None,
            is_answered=row.answered_at is not None,
        ),
    )


def acknowledge_complaint(db: Session, complaint_id: int, *, by: str, now: datetime) -> bool:
    """Store that somebody acknowledged a complaint; return False where somebody did before."""
    changed = db.execute(
        update(Complaint)
        .where(Complaint.id == complaint_id, Complaint.acknowledged_at.is_(None))
        .values(acknowledged_by=by, acknowledged_at=now)
        .returning(Complaint.id)
    )
    return changed.first() is not None


def answer_complaint(db: Session, complaint_id: int, answer: str, *, by: str, now: datetime) -> bool:
    """Store the answer to a complaint, which acknowledges it too; return False where somebody answered before."""
    acknowledge_complaint(db, complaint_id, by=by, now=now)
    changed = db.execute(
        update(Complaint)
        .where(Complaint.id == complaint_id, Complaint.answered_at.is_(None))
        .values(answer=answer, answered_by=by, answered_at=now)
        .returning(Complaint.id)
    )
    return changed.first() is not None
