"""Read and write what learners say: disputed weeks, declared activities, choices (tables dispute, self_declared, …)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from analytics.policy.voice import find_pause_end
from bridge.schema.casework import Dispute, LearnerChoice, SelfDeclared
from bridge.store.engagement import mark_stale


@dataclass(frozen=True, slots=True)
class DisputeRecord:
    """One "this isn't right", with what came of it."""

    dispute_id: int
    course_id: int
    week_no: int
    text: str
    made_at: datetime
    paused_until: date
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None
    was_right: bool | None


@dataclass(frozen=True, slots=True)
class Declared:
    """One activity that a learner declared."""

    declared_id: int
    course_id: int
    done_on: date
    text: str
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """What a learner chose about their own page of one course."""

    shows_comparison: bool = False
    goal: str | None = None
    goal_a_week: int | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """Everything that a learner said in some courses, the latest first."""

    disputes: tuple[DisputeRecord, ...] = ()
    declared: tuple[Declared, ...] = ()

    def of_course(self, course_id: int) -> "Voice":
        """Return what was said in one course."""
        return Voice(
            tuple(one for one in self.disputes if one.course_id == course_id),
            tuple(one for one in self.declared if one.course_id == course_id),
        )


def load_voice(db: Session, person_id: int, course_ids: Collection[int]) -> Voice:
    """Return what a learner said in some courses, in two statements. Empty: nothing."""
    disputes = db.scalars(
        select(Dispute)
        .where(Dispute.person_id == person_id, Dispute.course_id.in_(course_ids))
        .order_by(Dispute.made_at.desc(), Dispute.id.desc())
    )
    declared = db.scalars(
        select(SelfDeclared)
        .where(SelfDeclared.person_id == person_id, SelfDeclared.course_id.in_(course_ids))
        .order_by(SelfDeclared.done_on.desc(), SelfDeclared.id.desc())
    )
    return Voice(
        tuple(map(_make_dispute, disputes)),
        tuple(Declared(row.id, row.course_id, row.done_on, row.text, row.declared_at) for row in declared),
    )


def _make_dispute(row: Dispute) -> DisputeRecord:
    return DisputeRecord(
        dispute_id=row.id,
        course_id=row.course_id,
        week_no=row.week_no,
        text=row.text,
        made_at=row.made_at,
        paused_until=row.paused_until,
        answer=row.answer,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        was_right=row.was_right,
    )


def save_dispute(
    db: Session, course_id: int, person_id: int, week_no: int, text: str, now: datetime, today: date
) -> date | None:
    """Store that a learner finds a week not right; return the last day of the pause, None where they said so before."""
    is_same = (Dispute.course_id == course_id, Dispute.person_id == person_id, Dispute.week_no == week_no)
    if db.scalar(select(Dispute.id).where(*is_same)) is not None:
        return None
    until = find_pause_end(today)
    said = {"week_no": week_no, "text": text, "made_at": now, "paused_until": until}
    db.add(Dispute(course_id=course_id, person_id=person_id, **said))
    return until


def answer_dispute(
    db: Session, person_id: int, dispute_id: int, answer: str, *, was_right: bool, by: str, now: datetime
) -> bool:
    """Store the answer to a learner's dispute; return False where it is not theirs, or answered already."""
    changed = db.execute(
        update(Dispute)
        .where(Dispute.id == dispute_id, Dispute.person_id == person_id, Dispute.answered_at.is_(None))
        .values(answer=answer, was_right=was_right, answered_by=by, answered_at=now)
        .returning(Dispute.id)
    )
    return changed.first() is not None


def load_paused_people(db: Session, course_id: int, today: date) -> frozenset[int]:
    """Return the learners of a course who disputed a week and are left alone today. Empty: nobody."""
    is_paused = (Dispute.course_id == course_id, Dispute.paused_until >= today)
    return frozenset(db.scalars(select(Dispute.person_id).where(*is_paused)))


def load_open_disputes(db: Session, person_ids: Collection[int]) -> tuple[tuple[int, DisputeRecord], ...]:
    """Return what nobody has answered yet of some learners (person id, dispute), the oldest first. Empty: nothing."""
    rows = db.scalars(
        select(Dispute)
        .where(Dispute.person_id.in_(person_ids), Dispute.answered_at.is_(None))
        .order_by(Dispute.made_at, Dispute.id)
    )
    return tuple((row.person_id, _make_dispute(row)) for row in rows)


def save_declared(db: Session, course_id: int, person_id: int, done_on: date, text: str, now: datetime) -> None:
    """Store an activity that a learner declared; the clock is measured again with the next sync."""
    said = {"done_on": done_on, "text": text, "declared_at": now}
    db.add(SelfDeclared(course_id=course_id, person_id=person_id, **said))
    mark_stale(db, course_id, {person_id})


def load_declared_days(db: Session, course_id: int, person_ids: Collection[int]) -> dict[int, set[date]]:
    """Return by learner the days of what they declared in a course, in one statement; nobody without any."""
    rows = db.execute(
        select(SelfDeclared.person_id, SelfDeclared.done_on).where(
            SelfDeclared.course_id == course_id, SelfDeclared.person_id.in_(person_ids)
        )
    )
    days: dict[int, set[date]] = {}
    for person_id, done_on in rows:
        days.setdefault(person_id, set()).add(done_on)
    return days


def load_choice(db: Session, course_id: int, person_id: int) -> Choice:
    """Return what a learner chose in a course; the beginning's choice where they chose nothing."""
    row = db.get(LearnerChoice, (person_id, course_id))
    return Choice() if row is None else Choice(row.shows_comparison, row.goal, row.goal_a_week)


def save_choice(db: Session, course_id: int, person_id: int, choice: Choice, now: datetime) -> None:
    """Store what a learner chose in a course, in place of what they chose before."""
    row = db.get(LearnerChoice, (person_id, course_id)) or LearnerChoice(person_id=person_id, course_id=course_id)
    row.shows_comparison, row.goal, row.goal_a_week, row.chosen_at = (
        choice.shows_comparison,
        choice.goal,
        choice.goal_a_week,
        now,
    )
    db.add(row)
