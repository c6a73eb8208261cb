"""Read what waits for somebody's learners: concerns, cases and alerts, divided into what comes first and the digest."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analytics.policy.casework import Situation
from bridge.store.cases import load_opened_cases
from bridge.store.worklist import load_concerns, load_hand_overs, load_open_cases, load_paused
from lti.panels.cases.values_work import Waiting, sort_waiting
from lti.panels.values_people import Known
from lti.panels.words import Moment

NO_SITUATION = Situation(clock_days=0, period_days=1)


@dataclass(frozen=True, slots=True)
class Read:
    """What waits, divided."""

    first: tuple[Waiting, ...]
    digest: tuple[Waiting, ...]
    """Only beyond the budget, and nobody has turned to them."""
    taken: frozenset[int]


def load_waiting(db: Session, known: Sequence[Known], moment: Moment) -> Read:
    """Return what waits for some learners, in as many statements for all as for one. Nobody: nothing waits."""
    ids = [one.learner.person_id for one in known]
    concerns = load_concerns(db, ids)
    cases, opened = load_open_cases(db, ids), load_opened_cases(db, ids)
    alerts = [one for one in load_hand_overs(db, ids) if one.acknowledged_at is None]
    paused = load_paused(db, ids, moment.today)
    found = []
    for one in known:
        person_id = one.learner.person_id
        own = tuple(concern for concern in concerns if concern.person_id == person_id)
        told = tuple(alert for alert in alerts if alert.person_id == person_id)
        case = opened.get(person_id)
        if own or told or case is not None:
            entries, situation = ((), NO_SITUATION) if case is None else (case.entries, case.situation)
            found.append(Waiting(one, own, cases.get(person_id), entries, situation, told, paused.get(person_id)))
    ordered = sort_waiting(found, moment.today)
    digest = tuple(one for one in ordered if _is_in_digest(one))
    first = tuple(one for one in ordered if not _is_in_digest(one))
    return Read(first, digest, frozenset(one.known.learner.person_id for one in found))


def _is_in_digest(one: Waiting) -> bool:
    return one.case is None and not one.hand_overs and all(concern.is_beyond_budget for concern in one.concerns)
