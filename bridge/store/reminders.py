"""Find what a school has not acknowledged in time, and write down that somebody was reminded of it once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bridge.schema.casework import Complaint, HandOver
from bridge.schema.records import School, StudentRecord


class Due(StrEnum):
    """What is to be acknowledged by a day."""

    COMPLAINT = "complaint"
    """A query or complaint of a learner, by the home school's lead."""
    HAND_OVER = "hand-over"
    """What another school told the home school, by its advisers and support officers."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """One thing whose day has passed, by this tool's number; it names no learner."""

    kind: Due
    item_id: int
    due_on: date
    school_id: int
    school_name: str
    mailbox: str | None
    """Where the school reads mail; None: nobody has said."""


def load_overdue(db: Session, platform_id: int, today: date) -> tuple[Overdue, ...]:
    """Return what schools have not acknowledged by its day and were not reminded of, the oldest first. Empty: nothing.

    A complaint belongs to the learner's home school of now; without one it is nobody's and left out.
    """
    complaints = (
        select(Complaint.id, Complaint.acknowledge_by, School.id, School.name, School.mailbox)
        .join(StudentRecord, StudentRecord.person_id == Complaint.person_id)
        .join(School, School.id == StudentRecord.school_id)
        .where(Complaint.platform_id == platform_id, Complaint.acknowledge_by < today)
        .where(Complaint.acknowledged_at.is_(None), Complaint.reminded_at.is_(None))
    )
    hand_overs = (
        select(HandOver.id, HandOver.due_on, School.id, School.name, School.mailbox)
        .join(School, School.id == HandOver.to_school_id)
        .where(HandOver.platform_id == platform_id, HandOver.due_on < today)
        .where(HandOver.acknowledged_at.is_(None), HandOver.reminded_at.is_(None))
    )
    found = [Overdue(Due.COMPLAINT, *row) for row in db.execute(complaints)]
    found += [Overdue(Due.HAND_OVER, *row) for row in db.execute(hand_overs)]
    return tuple(sorted(found, key=lambda one: (one.school_name, one.school_id, one.kind, one.due_on, one.item_id)))


def mark_reminded(db: Session, items: Collection[Overdue], now: datetime) -> None:
    """Write down that somebody was reminded of these, so that nobody is again. Empty: nothing happens."""
    for kind, table in ((Due.COMPLAINT, Complaint), (Due.HAND_OVER, HandOver)):
        ids = [one.item_id for one in items if one.kind is kind]
        db.execute(update(table).where(table.id.in_(ids)).values(reminded_at=now))
