"""Read and write what learners say: disputed weeks, declared activities, choices (tables dispute, self_declared, …)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, bindparam, select, update
from sqlalchemy.orm import Session

from analytics.policy.voice import find_pause_end
from bridge.schema.casework import Dispute, LearnerChoice, SelfDeclared
from bridge.store.course_runs import is_of_run_now, lock_run
from bridge.store.database import Statement, fetch
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


_PERSON: BindParameter[int] = bindparam("person_id")
_COURSE: BindParameter[int] = bindparam("course_id")
_COURSES: BindParameter[int] = bindparam("course_ids", expanding=True)
_OF_DISPUTE = (
    Dispute.id,
    Dispute.course_id,
    Dispute.week_no,
    Dispute.text,
    Dispute.made_at,
    Dispute.paused_until,
    Dispute.answer,
    Dispute.answered_by,
    Dispute.answered_at,
    Dispute.was_right,
)
"""The columns of a `DisputeRecord`, in its order."""
_SELECT_DISPUTES: Statement = (
    select(*_OF_DISPUTE)
    .where(Dispute.person_id == _PERSON, Dispute.course_id.in_(_COURSES), is_of_run_now(Dispute))
    .order_by(Dispute.made_at.desc(), Dispute.id.desc())
)
_SELECT_DECLARED = (
    select(SelfDeclared.id, SelfDeclared.course_id, SelfDeclared.done_on, SelfDeclared.text, SelfDeclared.declared_at)
    .where(SelfDeclared.person_id == _PERSON, SelfDeclared.course_id.in_(_COURSES))
    .order_by(SelfDeclared.done_on.desc(), SelfDeclared.id.desc())
)
_SELECT_PAUSED = select(Dispute.person_id).where(
    Dispute.course_id == _COURSE, Dispute.paused_until >= bindparam("today")
)
_SELECT_OPEN: Statement = (
    select(Dispute.person_id, *_OF_DISPUTE)
    .where(Dispute.person_id.in_(bindparam("person_ids", expanding=True)), Dispute.answered_at.is_(None))
    .order_by(Dispute.made_at, Dispute.id)
)
_SELECT_CHOICE = select(LearnerChoice.shows_comparison, LearnerChoice.goal, LearnerChoice.goal_a_week).where(
    LearnerChoice.person_id == _PERSON, LearnerChoice.course_id == _COURSE
)


def load_voice(db: Session, person_id: int, course_ids: Collection[int]) -> Voice:
    """Return what a learner said in some courses' runs now, in two statements. Empty: nothing.

    What they declared is dated, and given of all runs.
    """
    asked = {"person_id": person_id, "course_ids": list(course_ids)}
    return Voice(
        tuple(DisputeRecord(*row) for row in fetch(db, _SELECT_DISPUTES, **asked)),
        tuple(Declared(*row) for row in fetch(db, _SELECT_DECLARED, **asked)),
    )


def save_dispute(
    db: Session, course_id: int, person_id: int, week_no: int, text: str, now: datetime, today: date
) -> date | None:
    """Store that a learner finds a week of the run now not right.

    Return the last day of the pause; None where they said so before.
    """
    run_no = lock_run(db, course_id)
    is_same = (Dispute.course_id == course_id, Dispute.person_id == person_id, Dispute.week_no == week_no)
    if db.scalar(select(Dispute.id).where(*is_same, Dispute.run_no == run_no)) is not None:
        return None
    until = find_pause_end(today)
    said = {"run_no": run_no, "week_no": week_no, "text": text, "made_at": now, "paused_until": until}
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
    return frozenset(row.person_id for row in fetch(db, _SELECT_PAUSED, course_id=course_id, today=today))


def load_open_disputes(db: Session, person_ids: Collection[int]) -> tuple[tuple[int, DisputeRecord], ...]:
    """Return what nobody has answered yet of some learners (person id, dispute), the oldest first. Empty: nothing."""
    rows = fetch(db, _SELECT_OPEN, person_ids=list(person_ids))
    return tuple((person_id, DisputeRecord(*dispute)) for person_id, *dispute in rows)


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
    rows = fetch(db, _SELECT_CHOICE, course_id=course_id, person_id=person_id)
    return Choice(*rows[0]) if rows else Choice()


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
