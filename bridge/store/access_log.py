"""Write, read and forget who looked at whom (table access_log)."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, delete, distinct, func, insert, or_, select, update
from sqlalchemy.orm import Session

from analytics.policy.sealing import FORGOTTEN, HALF, NOBODY
from bridge.schema.access import AccessRow, AccessSeal
from bridge.schema.people import Person
from bridge.store.database import fetch, run

AT_THE_SERVER = -1
"""In place of a viewer who ran a command: no Moodle user has this number."""


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One named view that was served, or one that was refused."""

    at: datetime
    platform_id: int
    viewer_moodle_user_id: int
    viewer_role: str
    action: str
    moodle_course_id: int
    subject_person_id: int | None
    """None: a whole class list, or nobody in particular."""
    is_allowed: bool
    reason: str
    request_id: str
    detail: str | None = None
    """What an administrator changed, at most 200 characters; nothing about a person."""


# Inline: nobody asks for the new row's id.
_INSERT = insert(AccessRow).inline()
_COUNT_VIEWS = select(func.count(distinct(AccessRow.request_id))).where(
    AccessRow.platform_id == bindparam("platform_id"),
    AccessRow.viewer_moodle_user_id == bindparam("moodle_user_id"),
    AccessRow.at > bindparam("since"),
    AccessRow.is_allowed.is_(True),
    AccessRow.action.not_in(bindparam("unnamed", expanding=True)),
)


def save_access(db: Session, entry: AccessEntry) -> None:
    """Add one row; the caller commits it before the page leaves."""
    run(db, _INSERT, **asdict(entry))


def count_named_views(
    db: Session, platform_id: int, moodle_user_id: int, since: datetime, unnamed: Collection[str]
) -> int:
    """Count the pages that named learners to a viewer since then; `unnamed` are recorded actions that name nobody.

    A page that leaves a row for each learner on it is one page.
    """
    asked = {"platform_id": platform_id, "moodle_user_id": moodle_user_id, "since": since, "unnamed": list(unnamed)}
    return int(fetch(db, _COUNT_VIEWS, **asked)[0][0])


def count_by_action(db: Session, platform_id: int, action: str, since: datetime) -> int:
    """Count how often something was allowed and done since then."""
    row = AccessRow
    return _count(db, row.platform_id == platform_id, row.action == action, row.at > since, row.is_allowed.is_(True))


def count_exports(db: Session, platform_id: int, moodle_user_id: int, since: datetime, actions: Collection[str]) -> int:
    """Count the files that one person was given since then; one that leaves a row for each learner in it is one."""
    row = AccessRow
    files = select(func.count(distinct(row.request_id))).where(
        row.platform_id == platform_id,
        row.viewer_moodle_user_id == moodle_user_id,
        row.at > since,
        row.is_allowed.is_(True),
        row.action.in_(actions),
    )
    return db.scalar(files) or 0


def forget_subject(db: Session, person_id: int) -> int:
    """Take an erased person out of all access rows, with the salts that could prove them; return how many changed.

    The rows stay, and so does their seal. Where the person asked and was refused, they go out as the viewer, too; named
    pages that they were shown as staff stay: those rows belong to the learners on them. Nobody known: 0.
    """
    person = db.get(Person, person_id)
    if person is None:
        return 0
    is_subject = AccessRow.subject_person_id == person_id
    own = and_(is_subject, AccessRow.viewer_moodle_user_id == person.moodle_user_id)
    _forget_viewers(db, own)
    count = _count(db, is_subject)
    _forget_subjects(db, is_subject)
    return count + forget_refusals(db, person.platform_id, person.moodle_user_id)


def forget_refusals(db: Session, platform_id: int, moodle_user_id: int) -> int:
    """Take a Moodle user out of the rows in which they asked and were refused; return how many. None: 0."""
    refused = (
        AccessRow.platform_id == platform_id,
        AccessRow.viewer_moodle_user_id == moodle_user_id,
        AccessRow.is_allowed.is_(False),
    )
    count = _count(db, *refused)
    _forget_viewers(db, and_(*refused))
    return count


def purge_accesses(db: Session, before: datetime) -> int:
    """Take the people out of all rows older than `before`; return how many rows named somebody until now.

    Batches sealed before then lose their rows, the newest batch apart: SQLite gives the ids of an empty table out once
    more, and they are sealed already. Seals stay, and the chain holds. Seal before, so that no row stays outside it.
    """
    removed = count_old_accesses(db, before)
    _forget_viewers(db, AccessRow.at < before)
    _forget_subjects(db, AccessRow.at < before)
    newest = select(func.max(AccessSeal.first_id)).scalar_subquery()
    over = select(func.max(AccessSeal.last_id)).where(AccessSeal.sealed_at < before, AccessSeal.first_id != newest)
    db.execute(delete(AccessRow).where(AccessRow.id <= over.scalar_subquery(), AccessRow.at < before))
    return removed


def count_old_accesses(db: Session, before: datetime) -> int:
    """Count the rows older than `before` that name somebody."""
    names_somebody = or_(AccessRow.viewer_moodle_user_id != NOBODY, AccessRow.subject_person_id.is_not(None))
    return _count(db, AccessRow.at < before, names_somebody)


def _count(db: Session, *which: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).select_from(AccessRow).where(*which)) or 0


def _forget_viewers(db: Session, which: ColumnElement[bool]) -> None:
    kept = func.substr(AccessRow.salt, HALF + 1, type_=String())
    _update(db, which, {"viewer_moodle_user_id": NOBODY, "salt": FORGOTTEN + kept})


def _forget_subjects(db: Session, which: ColumnElement[bool]) -> None:
    kept = func.substr(AccessRow.salt, 1, HALF, type_=String())
    _update(db, which, {"subject_person_id": None, "salt": kept + FORGOTTEN})


def _update(db: Session, which: ColumnElement[bool], values: dict[str, Any]) -> None:
    db.execute(update(AccessRow).where(which).values(values).execution_options(synchronize_session=False))
