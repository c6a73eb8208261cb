"""Count a school's casework for its lead: concerns, cases, hand-overs and wrong flags; nobody is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from analytics.policy.casework import Outcome
from bridge.schema.casework import Concern, HandOver, SupportCase
from bridge.schema.records import StudentRecord


@dataclass(frozen=True, slots=True)
class CaseworkCounts:
    """What there is in one school."""

    open_concerns: int
    """About learners whose home school this is."""
    without_case: int
    """Of these, those that nobody has turned to."""
    beyond_budget: int
    """Of the open ones, those that came after a week's budget was spent."""
    open_cases: int
    closed_concerns: int
    outcomes: Mapping[str, int]
    """Closed concerns by outcome, as `analytics.policy.casework.Outcome`."""
    wrong_by_rule: tuple[tuple[str, int, int], ...]
    """(rule version, closed concerns, of these wrong flags), by rule."""
    waiting_hand_overs: int
    late_hand_overs: int


def count_casework(db: Session, school_id: int, today: date) -> CaseworkCounts:
    """Count the casework about the learners of a home school. Nothing there: zeros."""
    theirs = Concern.person_id.in_(select(StudentRecord.person_id).where(StudentRecord.school_id == school_id))
    is_open = Concern.closed_at.is_(None)
    waits = (HandOver.to_school_id == school_id, HandOver.acknowledged_at.is_(None))
    by_rule: dict[str, tuple[int, int]] = {}
    outcomes: dict[str, int] = {}
    rows = db.execute(
        select(Concern.rule_version, Concern.outcome, func.count())
        .where(theirs, Concern.outcome.is_not(None))
        .group_by(Concern.rule_version, Concern.outcome)
    )
    for rule, outcome, number in rows:
        closed, wrong = by_rule.get(rule, (0, 0))
        by_rule[rule] = (closed + number, wrong + (number if outcome == Outcome.WRONG_FLAG else 0))
        outcomes[str(outcome)] = outcomes.get(str(outcome), 0) + number
    return CaseworkCounts(
        open_concerns=_count(db, Concern.id, theirs, is_open),
        without_case=_count(db, Concern.id, theirs, is_open, Concern.case_id.is_(None)),
        beyond_budget=_count(db, Concern.id, theirs, is_open, Concern.is_beyond_budget.is_(True)),
        open_cases=_count(
            db,
            SupportCase.id,
            SupportCase.school_id == school_id,
            SupportCase.closed_at.is_(None),
            SupportCase.person_id.is_not(None),  # what an erasure emptied is nobody's case
        ),
        closed_concerns=sum(outcomes.values()),
        outcomes=outcomes,
        wrong_by_rule=tuple((rule, *numbers) for rule, numbers in sorted(by_rule.items())),
        waiting_hand_overs=_count(db, HandOver.id, *waits),
        late_hand_overs=_count(db, HandOver.id, *waits, HandOver.due_on < today),
    )


def _count(db: Session, column: InstrumentedAttribute[int], *which: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count(column)).where(*which)) or 0
