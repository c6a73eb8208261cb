"""Who is not measured and in no list of staff: learners whose data is paused, and research students.

Postgraduate research students take no part unless their programme is switched on for them (policy paragraph 6).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from analytics.calendar import local_date
from bridge.schema.people import Enrolment, Person
from bridge.schema.records import Programme, StudentRecord
from bridge.schema.rights import Restriction
from bridge.store.database import Statement, fetch
from bridge.store.restrictions import RESTRICTION_COLUMNS, RestrictionRecord, is_paused, make_restriction


@cache
def is_left_out(person_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Give the clause for people who are not measured now and whom staff find in no list."""
    return or_(is_paused(person_id), _does_research(person_id))


@cache
def is_measured() -> ColumnElement[bool]:
    """Give the clause for enrolments, joined with their people, of learners who are measured now."""
    learns = (Enrolment.is_learner.is_(True), Enrolment.is_active.is_(True), Person.deleted_at.is_(None))
    return and_(*learns, ~is_left_out(Person.id))


def load_left_out_ids(db: Session, platform_id: int) -> frozenset[int]:
    """Return the people of a platform of whom no evidence is made now."""
    return frozenset(db.scalars(select(Person.id).where(Person.platform_id == platform_id, is_left_out(Person.id))))


@dataclass(frozen=True, slots=True)
class WhyLeftOut:
    """Why nothing of somebody is measured now."""

    pause: RestrictionRecord | None
    """None: their data is processed."""
    does_research: bool
    """In a programme that is not switched on for research students."""


def load_why_left_out(db: Session, person_id: int) -> WhyLeftOut:
    """Return why somebody is left out, in one statement; without either reason they are not."""
    rows = fetch(db, _SELECT_WHY, person_id=person_id)
    if not rows:
        return WhyLeftOut(None, False)
    return WhyLeftOut(None if rows[0].id is None else make_restriction(rows[0]), rows[0].does_research)


def load_research_days(
    db: Session, person_ids: Collection[int], zone: ZoneInfo, first: date
) -> dict[int, tuple[date, date]]:
    """Return the days from `first` to the one before a research student's programme was switched on, both included.

    Nothing was read of them then, so these days never count. Everybody else is left out of the answer.
    """
    wanted = set(person_ids)
    rows = db.execute(
        select(StudentRecord.person_id, Programme.research_on_at)
        .join(Programme, Programme.id == StudentRecord.programme_id)
        .where(StudentRecord.is_research.is_(True), Programme.research_on_at.is_not(None))
    )
    days = {
        person_id: (first, local_date(on_at, zone) - timedelta(days=1))
        for person_id, on_at in rows
        if person_id in wanted and on_at is not None
    }
    return {person_id: (start, end) for person_id, (start, end) in days.items() if start <= end}


def _does_research(person_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    # Tables of its own: the statement around it may join student records, too.
    record, programme = aliased(StudentRecord), aliased(Programme)
    is_on = exists().where(programme.id == record.programme_id, programme.research_on_at.is_not(None))
    return exists().where(record.person_id == person_id, record.is_research.is_(True), ~is_on)


_SELECT_WHY: Statement = (
    select(_does_research(Person.id).label("does_research"), Person.moodle_user_id, *RESTRICTION_COLUMNS)
    .outerjoin(Restriction, and_(Restriction.person_id == Person.id, Restriction.ends_at.is_(None)))
    .where(Person.id == bindparam("person_id"))
    .order_by(Restriction.starts_at.desc(), Restriction.id.desc())
)
