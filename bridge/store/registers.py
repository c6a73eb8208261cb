"""Registers of sessions, and items that are no Moodle activity (tables register_…, source_item)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bridge.schema.sources import RegisterMark, RegisterSession, SourceItem
from bridge.store.bulk import insert_many_ignoring
from bridge.store.database import fetch, upsert

PEOPLE_NAMED = 500
"""In one statement at most; of more people all marks of a course are read."""
MOODLE, FILE = "moodle", "file"
"""Where sessions and items come from."""


@dataclass(frozen=True, slots=True)
class MarkedSession:
    """What a register says of one learner and one session."""

    person_id: int
    marker: str
    held_on: date
    status: str


def save_sessions(
    db: Session, course_id: int, marker: str, source: str, held_on: Mapping[str, date]
) -> tuple[dict[str, int], bool]:
    """Write the sessions of a register (the source's key → its day); return their ids, and whether any moved."""
    is_one = (
        RegisterSession.course_id == course_id,
        RegisterSession.marker == marker,
        RegisterSession.source == source,
    )
    columns = (RegisterSession.session_key, RegisterSession.held_on)
    before = dict(db.execute(select(*columns).where(*is_one)).all())
    rows = [
        {"course_id": course_id, "marker": marker, "source": source, "session_key": key, "held_on": day}
        for key, day in held_on.items()
        if before.get(key) != day
    ]
    upsert(db, RegisterSession, rows, key=["course_id", "marker", "source", "session_key"], update=["held_on"])
    ids = dict(db.execute(select(RegisterSession.session_key, RegisterSession.id).where(*is_one)).all())
    return {key: ids[key] for key in held_on}, any(row["session_key"] in before for row in rows)


def save_marks(db: Session, marks: Mapping[tuple[int, int], str]) -> frozenset[tuple[int, int]]:
    """Write marks, (session, person) → status, over the last word of the register; return which changed."""
    sessions = sorted({session_id for session_id, _ in marks})
    mark = RegisterMark
    found = db.execute(select(mark.session_id, mark.person_id, mark.status).where(mark.session_id.in_(sessions)))
    before = {(session_id, person_id): status for session_id, person_id, status in found}
    changed = {key: status for key, status in marks.items() if before.get(key) != status}
    rows = [{"session_id": key[0], "person_id": key[1], "status": status} for key, status in changed.items()]
    upsert(db, mark, rows, key=["session_id", "person_id"], update=["status"])
    return frozenset(changed)


def remove_other_marks(
    db: Session,
    course_id: int,
    marker: str,
    source: str,
    kept: Collection[tuple[int, int]],
    *,
    spared: Collection[int] = (),
) -> frozenset[int]:
    """Delete the marks of a source that it no longer gives, and sessions without marks; return whose marks went.

    `kept`: (session, person); `spared`: people whose marks stay, since nothing about them is processed now.
    """
    session, mark = RegisterSession, RegisterMark
    is_one = (session.course_id == course_id, session.marker == marker, session.source == source)
    found = db.execute(select(session.id, mark.person_id).outerjoin(mark, mark.session_id == session.id).where(*is_one))
    held = [(session_id, person_id) for session_id, person_id in found]
    gone = {key for key in held if key[1] is not None and key not in kept and key[1] not in spared}
    for session_id in sorted({session_id for session_id, _ in gone}):
        people = [person_id for one, person_id in gone if one == session_id]
        db.execute(delete(mark).where(mark.session_id == session_id, mark.person_id.in_(people)))
    used = {session_id for session_id, person_id in held if person_id and (session_id, person_id) not in gone}
    empty = {session_id for session_id, _ in held} - used
    if empty:
        db.execute(delete(session).where(session.id.in_(empty)))
    return frozenset(person_id for _, person_id in gone)


def load_marks(db: Session, course_id: int, person_ids: Collection[int]) -> tuple[MarkedSession, ...]:
    """Return what the registers of a course say of some learners, by day; empty without a register."""
    session, mark = RegisterSession, RegisterMark
    chosen = (
        select(mark.person_id, session.marker, session.held_on, mark.status)
        .join(session, session.id == mark.session_id)
        .where(session.course_id == course_id)
        .order_by(session.held_on, session.id, mark.person_id)
    )
    if len(person_ids) <= PEOPLE_NAMED:
        chosen = chosen.where(mark.person_id.in_(person_ids))
    rows, wanted = fetch(db, chosen), set(person_ids)
    return tuple(MarkedSession(*row) for row in rows if row.person_id in wanted)


def find_courses_with_register(db: Session, marker: str, source: str) -> frozenset[int]:
    """Find the courses whose sessions of a marker come from some source."""
    is_one = (RegisterSession.marker == marker, RegisterSession.source == source)
    return frozenset(db.scalars(select(RegisterSession.course_id).where(*is_one).distinct()))


def save_items(db: Session, course_id: int, marker: str, source: str, names: Mapping[str, str]) -> dict[str, int]:
    """Write items (the source's key → a name, or nothing where it gives none); return their ids by key."""
    is_one = (SourceItem.course_id == course_id, SourceItem.marker == marker, SourceItem.source == source)
    columns = ("course_id", "marker", "source", "item_key", "name")
    insert_many_ignoring(db, SourceItem, columns, [(course_id, marker, source, key, "") for key in names])
    items = {item.item_key: item for item in db.scalars(select(SourceItem).where(*is_one))}
    for key, name in names.items():
        if name and items[key].name != name:
            items[key].name = name
    db.flush()
    return {key: items[key].id for key in names}
