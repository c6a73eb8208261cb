"""Read and write what the student-record feed gives (tables student_record, programme, and its advisers)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import Session

from analytics.policy.relationships import Kind
from bridge.feed.differences import Comparison, Stored, StoredAdviser, StoredProgramme, StoredRecord
from bridge.feed.reading import FeedRow
from bridge.schema.people import Enrolment, Person
from bridge.schema.records import Programme, Relationship, School, StudentRecord
from bridge.store.database import upsert

FEED = "feed"
BATCH = 1000
"""Databases bound how many values one statement may carry."""
RECORD_COLUMNS = ("school_id", "programme_id", "credits", "is_part_time", "is_research", "status", "fed_at")


def load_stored(db: Session, platform_id: int) -> Stored:
    """Return all that a file is compared with. Empty parts before the first file, school or roster."""
    schools = db.scalars(select(School).where(School.platform_id == platform_id)).all()
    school_codes = {school.id: school.code for school in schools}
    programmes = db.scalars(select(Programme).where(Programme.platform_id == platform_id)).all()
    codes = {programme.id: programme.code for programme in programmes}
    records = db.scalars(
        select(StudentRecord)
        .join(Person, Person.id == StudentRecord.person_id)
        .where(Person.platform_id == platform_id)
    )
    return Stored(
        person_ids=_load_people(db, platform_id),
        records={
            row.person_id: StoredRecord(
                home_school=school_codes[row.school_id],
                programme=None if row.programme_id is None else codes[row.programme_id],
                credits=row.credits,
                is_part_time=row.is_part_time,
                is_research=row.is_research,
                status=row.status,
            )
            for row in records
        },
        advisers={
            row.person_id: StoredAdviser(row.holder_idnumber or "", row.holder_name)
            for row in db.scalars(select(Relationship).where(*_is_fed_adviser(platform_id)))
            if row.person_id is not None
        },
        school_codes=frozenset(school_codes.values()),
        programmes={row.code: StoredProgramme(school_codes[row.school_id], row.name) for row in programmes},
    )


def apply_feed(
    db: Session, platform_id: int, comparison: Comparison, now: datetime, *, forget_missing: bool = False
) -> None:
    """Store what a comparison takes; with `forget_missing` also delete the records that the file has no line for.

    The caller made the comparison in this transaction. Applying it again changes nothing but `fed_at`.
    """
    schools = db.scalars(select(School).where(School.platform_id == platform_id))
    school_ids = {school.code: school.id for school in schools}
    rows = dict(comparison.taken)
    programme_ids = _save_programmes(db, platform_id, rows.values(), school_ids)
    values = [
        {
            "person_id": person_id,
            "school_id": school_ids[row.home_school],
            "programme_id": None if row.programme is None else programme_ids[row.programme],
            "credits": row.credits,
            "is_part_time": row.is_part_time,
            "is_research": row.is_research,
            "status": row.status,
            "fed_at": now,
        }
        for person_id, row in rows.items()
    ]
    upsert(db, StudentRecord, values, key=("person_id",), update=RECORD_COLUMNS)
    _save_advisers(db, platform_id, rows, now)
    if forget_missing:
        _forget(db, platform_id, comparison.not_in_file, now)


def _load_people(db: Session, platform_id: int) -> dict[str, tuple[int, ...]]:
    is_learner = exists().where(Enrolment.person_id == Person.id, Enrolment.is_learner)
    rows = db.execute(
        select(Person.idnumber, Person.id)
        .where(Person.platform_id == platform_id, Person.idnumber != "", Person.deleted_at.is_(None), is_learner)
        .order_by(Person.id)
    )
    people: dict[str, tuple[int, ...]] = {}
    for idnumber, person_id in rows:
        number = idnumber.strip()
        people[number] = (*people.get(number, ()), person_id)
    return people


def _is_fed_adviser(platform_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Relationship.platform_id == platform_id,
        Relationship.kind == Kind.ADVISER.value,
        Relationship.source == FEED,
        Relationship.ends_at.is_(None),
    )


def _save_programmes(
    db: Session, platform_id: int, rows: Collection[FeedRow], school_ids: Mapping[str, int]
) -> dict[str, int]:
    known = {row.code: row for row in db.scalars(select(Programme).where(Programme.platform_id == platform_id))}
    for row in rows:
        if row.programme is None:
            continue
        if row.programme not in known:
            known[row.programme] = Programme(
                platform_id=platform_id, school_id=school_ids[row.home_school], code=row.programme, name=""
            )
            db.add(known[row.programme])
        known[row.programme].name = row.programme_name or known[row.programme].name
    db.flush()
    return {code: row.id for code, row in known.items()}


def _save_advisers(db: Session, platform_id: int, rows: Mapping[int, FeedRow], now: datetime) -> None:
    """End and begin relationships: one that changes ends and another begins, so that who advised when stays known."""
    open_ones = {row.person_id: row for row in db.scalars(select(Relationship).where(*_is_fed_adviser(platform_id)))}
    for person_id, row in rows.items():
        held = open_ones.get(person_id)
        if held is not None and held.holder_idnumber == row.adviser:
            held.holder_name = row.adviser_name or held.holder_name
            continue
        if held is not None:
            held.ends_at = now
        if row.adviser is not None:
            db.add(
                Relationship(
                    platform_id=platform_id,
                    kind=Kind.ADVISER.value,
                    holder_idnumber=row.adviser,
                    holder_name=row.adviser_name,
                    person_id=person_id,
                    starts_at=now,
                    source=FEED,
                )
            )


def _forget(db: Session, platform_id: int, person_ids: Collection[int], now: datetime) -> None:
    ids = sorted(person_ids)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        db.execute(delete(StudentRecord).where(StudentRecord.person_id.in_(batch)))
        is_theirs = (*_is_fed_adviser(platform_id), Relationship.person_id.in_(batch))
        db.execute(update(Relationship).where(*is_theirs).values(ends_at=now))
