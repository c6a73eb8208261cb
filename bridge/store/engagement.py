"""What was measured: learners' weeks and state as known now, evaluations as shown (tables learner_week, evaluation)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from bridge.schema.engagement import EvaluationRow, FigureMember, LearnerState, LearnerWeekRow, StaleLearner
from bridge.schema.people import Enrolment, Person
from bridge.schema.teaching import Exemption
from bridge.store.bulk import driver_value, insert_many_ignoring, upsert_many
from bridge.store.database import Statement, fetch, insert_ignoring, run, upsert
from bridge.store.facts import remove_facts_in
from bridge.store.left_out import is_left_out, is_measured

WEEK_KEY = ("course_id", "person_id", "week_no")
COURSE_ID: BindParameter[int] = bindparam("course_id")
_IS_ONE = (StaleLearner.course_id == COURSE_ID, StaleLearner.person_id.in_(bindparam("person_ids", expanding=True)))
_CLEAR_STALE = delete(StaleLearner).where(*_IS_ONE)
STATE_COLUMNS = ("last_evidence_on", "clock_days", "measured_on", "measured_at")


@dataclass(frozen=True, slots=True)
class State:
    """What the panels need of a learner now and the weeks do not hold."""

    person_id: int
    last_evidence_on: date | None
    clock_days: int


class MeasuredWeek(NamedTuple):
    """One learner's week as known now: columns of table learner_week."""

    person_id: int
    week_no: int
    is_counted: bool
    why_not: str | None
    visits: int
    mark_numerator: int | None
    """The week's share in lowest terms; None when it is not counted or no marker applies."""
    mark_denominator: int | None


@dataclass(frozen=True, slots=True)
class ShownStep:
    """What one stored evaluation said and showed."""

    week_no: int
    is_week_counted: bool
    band: str | None
    shown_band: str


def mark_stale(db: Session, course_id: int, person_ids: Iterable[int]) -> None:
    """Note that learners' weeks have to be measured again; in the transaction of what changed. Empty: nothing."""
    mark_all_stale(db, {(course_id, person_id) for person_id in person_ids})


def mark_all_stale(db: Session, learners: Collection[tuple[int, int]]) -> None:
    """Note it of learners of any courses, (course id, person id), in one statement. Empty: nothing."""
    insert_many_ignoring(db, StaleLearner, ("course_id", "person_id"), sorted(learners))


def mark_course_stale(db: Session, course_id: int) -> None:
    """Note that every learner of a course has to be measured again."""
    is_learner = (Enrolment.course_id == course_id, Enrolment.is_learner.is_(True))
    mark_stale(db, course_id, db.scalars(select(Enrolment.person_id).where(*is_learner)))


@cache
def _select_stale() -> Statement:
    is_marked = select(StaleLearner.person_id).where(StaleLearner.course_id == COURSE_ID)
    is_dated = and_(LearnerState.course_id == Enrolment.course_id, LearnerState.person_id == Enrolment.person_id)
    is_old = or_(LearnerState.measured_on.is_(None), LearnerState.measured_on < bindparam("today"))
    return (
        select(Enrolment.person_id, Enrolment.enrolled_on)
        .outerjoin(LearnerState, is_dated)
        .where(
            Enrolment.course_id == COURSE_ID,
            Enrolment.is_learner.is_(True),
            ~is_left_out(Enrolment.person_id),
            or_(Enrolment.person_id.in_(is_marked), and_(Enrolment.is_active.is_(True), is_old)),
        )
    )


def load_stale(db: Session, course_id: int, today: date) -> dict[int, date]:
    """Return the learners of a course to be measured again, with the day each was enrolled on.

    Those marked, and active ones who were not measured on `today` yet: the clock and the running week move by day.
    Nobody whose data is not processed.
    """
    return {row[0]: row[1] for row in fetch(db, _select_stale(), course_id=course_id, today=today)}


def clear_stale(db: Session, course_id: int, person_ids: Collection[int]) -> None:
    """Take the marks of learners away, before what they are measured from is read. Empty: nothing."""
    run(db, _CLEAR_STALE, course_id=course_id, person_ids=list(person_ids))


def load_active_learners(db: Session, course_id: int) -> dict[int, date]:
    """Return the active learners of a course with the day each was enrolled on; without who is deleted or left out."""
    rows = db.execute(
        select(Enrolment.person_id, Enrolment.enrolled_on)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.course_id == course_id, is_measured())
    )
    return dict(rows.all())


def load_exemptions(db: Session, person_ids: Collection[int]) -> dict[int, list[tuple[date, date]]]:
    """Return the exempt stretches of days by person; people without any are left out."""
    rows = db.execute(select(Exemption.person_id, Exemption.starts_on, Exemption.ends_on))
    wanted = set(person_ids)
    found: dict[int, list[tuple[date, date]]] = {}
    for person_id, first, last in rows:
        if person_id in wanted:
            found.setdefault(person_id, []).append((first, last))
    return found


def save_learner_weeks(db: Session, course_id: int, weeks: Sequence[MeasuredWeek], now: datetime) -> None:
    """Write the weeks of learners as known now; weeks beyond the last of them are taken away. Empty: all are."""
    measured_at = driver_value(db, LearnerWeekRow.measured_at)(now)
    rows = [(course_id, *week, measured_at) for week in weeks]
    columns = ("course_id", *MeasuredWeek._fields, "measured_at")
    upsert_many(db, LearnerWeekRow, columns, rows, key=WEEK_KEY)
    last_week = max((week.week_no for week in weeks), default=0)
    is_beyond = (LearnerWeekRow.course_id == course_id, LearnerWeekRow.week_no > last_week)
    db.execute(delete(LearnerWeekRow).where(*is_beyond))


def save_states(db: Session, course_id: int, states: Sequence[State], today: date, now: datetime) -> None:
    """Write what is known of learners now."""
    rows = [
        {
            "course_id": course_id,
            "person_id": state.person_id,
            "last_evidence_on": state.last_evidence_on,
            "clock_days": state.clock_days,
            "measured_on": today,
            "measured_at": now,
        }
        for state in states
    ]
    upsert(db, LearnerState, rows, key=["course_id", "person_id"], update=STATE_COLUMNS)


def load_steps(db: Session, course_id: int, run_no: int) -> dict[int, list[ShownStep]]:
    """Return by person what the evaluations of a course's run said and showed, oldest first."""
    row = EvaluationRow
    columns = (row.person_id, row.week_no, row.is_week_counted, row.band, row.shown_band)
    steps: dict[int, list[ShownStep]] = {}
    rows = db.execute(select(*columns).where(row.course_id == course_id, row.run_no == run_no).order_by(row.week_no))
    for person_id, week_no, is_counted, band, shown in rows:
        steps.setdefault(person_id, []).append(ShownStep(week_no, is_counted, band, shown))
    return steps


def save_evaluations(db: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add evaluations (columns of the table); one that is there already stays as it was shown."""
    insert_ignoring(db, EvaluationRow, rows)


def erase_learner(db: Session, person_id: int, course_ids: Collection[int]) -> None:
    """Delete the facts, weeks, state and evaluations of a person in some courses, and their place in figures."""
    remove_facts_in(db, person_id, course_ids)
    for table in (LearnerWeekRow, LearnerState, StaleLearner, EvaluationRow, FigureMember):
        db.execute(delete(table).where(table.person_id == person_id, table.course_id.in_(course_ids)))
