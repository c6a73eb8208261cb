"""Requests for erasure and what a person decided about each (table erasure_decision); they name nobody."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bridge.schema.people import Person
from bridge.schema.rights import ErasureDecision
from bridge.user_keys import UserKeys


@dataclass(frozen=True, slots=True)
class Decision:
    """One decided request."""

    asked_at: datetime
    decided_at: datetime
    decided_by: str
    """The person who decided, by name."""
    is_granted: bool
    reason: str
    """Why, without naming the learner: it stays for years."""


def save_decision(db: Session, keys: UserKeys, moodle_user_id: int, decision: Decision) -> None:
    """Write a decision down under the learner's keyed hash."""
    db.add(
        ErasureDecision(
            platform_id=keys.platform_id,
            user_key=keys.of(moodle_user_id),
            asked_at=decision.asked_at,
            decided_at=decision.decided_at,
            decided_by=decision.decided_by,
            is_granted=decision.is_granted,
            reason=decision.reason,
        )
    )


def find_name_in(db: Session, platform_id: int, moodle_user_id: int, text: str) -> str | None:
    """Return what in a text would name the learner: a name, the ID number or Moodle's number. None: nothing does."""
    is_one = (Person.platform_id == platform_id, Person.moodle_user_id == moodle_user_id)
    person = db.scalar(select(Person).where(*is_one))
    words = {word.casefold().strip(".,;:()'\"") for word in text.split()}
    told = [str(moodle_user_id)]
    if person is not None:
        names = f"{person.given_name} {person.family_name} {person.full_name} {person.idnumber}"
        told += [name for name in names.split() if len(name) > 1]
    return next((name for name in told if name.casefold() in words), None)
