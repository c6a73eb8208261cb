"""Read what people did about the learners of a course, for figures without names: one state for each learner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from analytics.policy.casework import Outcome, Step
from bridge.schema.casework import CaseEntry, Concern, SupportCase

SOON = timedelta(days=7)
"""From a concern to the first attempt to get in touch."""


@dataclass(frozen=True, slots=True)
class CaseState:
    """One learner with a concern in a course so far."""

    is_contacted_soon: bool
    """Somebody tried to get in touch within seven days of one of them."""
    has_wrong_flag: bool
    has_open_case: bool


def first_attempt() -> ScalarSelect[datetime]:
    """Give when somebody first tried to get in touch after a concern was opened, by its case; null: nobody did."""
    return (
        select(func.min(CaseEntry.at))
        .where(CaseEntry.case_id == Concern.case_id, CaseEntry.kind == Step.ATTEMPT, CaseEntry.at >= Concern.opened_at)
        .correlate(Concern)
        .scalar_subquery()
    )


def load_case_states(db: Session, course_id: int, run_no: int) -> Mapping[int, CaseState]:
    """Return by person who had a concern in a course's run so far, in one statement. Nobody: empty."""
    case_columns = (SupportCase.opened_at, SupportCase.closed_at)
    rows = db.execute(
        select(Concern.person_id, Concern.opened_at, Concern.outcome, first_attempt(), *case_columns)
        .outerjoin(SupportCase, SupportCase.id == Concern.case_id)
        .where(Concern.course_id == course_id, Concern.run_no == run_no)
    )
    states: dict[int, CaseState] = {}
    for person_id, opened_at, outcome, contact, case_opened_at, case_closed_at in rows:
        known = states.get(person_id, CaseState(False, False, False))
        states[person_id] = CaseState(
            known.is_contacted_soon or (contact is not None and contact - opened_at <= SOON),
            known.has_wrong_flag or outcome == Outcome.WRONG_FLAG,
            known.has_open_case or (case_opened_at is not None and case_closed_at is None),
        )
    return states
