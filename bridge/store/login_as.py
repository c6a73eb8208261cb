"""Write down who was refused while logged in as somebody else (Moodle's "log in as"; the plugin's loginas_refused)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bridge.schema.access import AccessRow
from bridge.schema.people import Person

EVENT_NAME = "\\local_lea\\event\\loginas_refused"
ACTION = "page:open"
REASON = "logged-in-as"
VIEWER_ROLE = "admin"
"""Moodle lets administrators log in as others, nobody else unless they say so."""


@dataclass(frozen=True, slots=True)
class LoginAsRefusal:
    """One time that the plugin refused somebody who was logged in as another person."""

    log_id: int
    """Moodle's id of the row: it makes the access row the only one of its kind."""
    at: datetime
    moodle_user_id: int
    """Whose page was asked for."""
    real_moodle_user_id: int
    """Who asked."""
    moodle_course_id: int


def save_login_as_refusals(db: Session, platform_id: int, refusals: Sequence[LoginAsRefusal]) -> int:
    """Add an access row for each refusal that has none yet; return how many are new. Empty: 0.

    Call it after the page's raw rows were saved in the same transaction: of two runs with one page, the second waits
    there for the first, and then finds its access rows.
    """
    if not refusals:
        return 0
    users = {refusal.moodle_user_id for refusal in refusals}
    is_one = (Person.platform_id == platform_id, Person.moodle_user_id.in_(users))
    person_ids: dict[int, int] = dict(db.execute(select(Person.moodle_user_id, Person.id).where(*is_one)).all())
    new = [refusal for refusal in refusals if not _is_known(db, platform_id, refusal, person_ids)]
    db.add_all(
        AccessRow(
            at=refusal.at,
            platform_id=platform_id,
            viewer_moodle_user_id=refusal.real_moodle_user_id,
            viewer_role=VIEWER_ROLE,
            action=ACTION,
            moodle_course_id=refusal.moodle_course_id,
            subject_person_id=person_ids.get(refusal.moodle_user_id),
            is_allowed=False,
            reason=REASON,
            request_id=_request_id(refusal),
        )
        for refusal in new
    )
    db.flush()
    return len(new)


def _is_known(db: Session, platform_id: int, refusal: LoginAsRefusal, person_ids: dict[int, int]) -> bool:
    person_id = person_ids.get(refusal.moodle_user_id)
    is_this = (
        or_(AccessRow.subject_person_id == person_id, AccessRow.subject_person_id.is_(None)),
        AccessRow.at == refusal.at,
        AccessRow.platform_id == platform_id,
        AccessRow.request_id == _request_id(refusal),
    )
    return db.scalar(select(AccessRow.id).where(*is_this).limit(1)) is not None


def _request_id(refusal: LoginAsRefusal) -> str:
    return f"log {refusal.log_id}"
