"""Stretches of time in which a learner's data is not processed (table restriction; UK GDPR articles 18 and 21)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, exists, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from analytics.calendar import local_date
from bridge.schema.engagement import StaleLearner
from bridge.schema.people import Enrolment, Person
from bridge.schema.rights import Restriction
from bridge.store.database import Found, Statement, fetch, insert_ignoring


class RestrictionKind(StrEnum):
    """What the learner asked for."""

    OBJECTION = "objection"
    """Article 21: they object to the processing."""
    RESTRICTION = "restriction"
    """Article 18: it pauses, while something about the data is looked into."""


@dataclass(frozen=True, slots=True)
class RestrictionRecord:
    """One stretch of time."""

    restriction_id: int
    person_id: int
    moodle_user_id: int
    kind: RestrictionKind
    starts_at: datetime
    ends_at: datetime | None
    """None: until somebody ends it."""
    decided_by: str


RESTRICTION_COLUMNS = (
    Restriction.id,
    Restriction.person_id,
    Restriction.kind,
    Restriction.starts_at,
    Restriction.ends_at,
    Restriction.decided_by,
)


def start_restriction(db: Session, person_id: int, kind: RestrictionKind, decided_by: str, now: datetime) -> None:
    """Pause the processing of a learner's data from `now` on, until it is ended; one that runs is ended first."""
    end_restrictions(db, person_id, now)
    db.add(Restriction(person_id=person_id, kind=kind, starts_at=now, ends_at=None, decided_by=decided_by))
    db.flush()


def end_restrictions(db: Session, person_id: int, now: datetime) -> int:
    """End the pauses of a learner that run; return how many. What happened meanwhile never counts against them."""
    running = list(db.scalars(select(Restriction.id).where(Restriction.person_id == person_id, _runs())))
    db.execute(update(Restriction).where(Restriction.id.in_(running)).values(ends_at=now))
    courses = select(Enrolment.course_id).where(Enrolment.person_id == person_id, Enrolment.is_learner.is_(True))
    rows = [{"course_id": course_id, "person_id": person_id} for course_id in db.scalars(courses)] if running else []
    insert_ignoring(db, StaleLearner, rows)
    return len(running)


def load_restrictions(db: Session, platform_id: int) -> tuple[RestrictionRecord, ...]:
    """Return every pause of a platform's learners, ended ones too, the latest first. Empty: there was none."""
    return tuple(map(make_restriction, fetch(db, _SELECT_ALL, platform_id=platform_id)))


def is_paused(person_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Give the clause for people whose data is not processed now."""
    return exists().where(Restriction.person_id == person_id, _runs())


def load_paused_days(
    db: Session, person_ids: Collection[int], zone: ZoneInfo, today: date
) -> dict[int, list[tuple[date, date]]]:
    """Return the days of pauses by person, both included, a running one up to `today`; people without are left out."""
    wanted = set(person_ids)
    days: dict[int, list[tuple[date, date]]] = {}
    for row in db.execute(select(Restriction.person_id, Restriction.starts_at, Restriction.ends_at)):
        if row.person_id in wanted:
            last = today if row.ends_at is None else min(today, local_date(row.ends_at, zone))
            first = local_date(row.starts_at, zone)
            if first <= last:
                days.setdefault(row.person_id, []).append((first, last))
    return days


def _runs() -> ColumnElement[bool]:
    return Restriction.ends_at.is_(None)


def make_restriction(row: Found) -> RestrictionRecord:
    """Make a record from a row with the restriction's columns and its learner's Moodle id."""
    return RestrictionRecord(
        restriction_id=row.id,
        person_id=row.person_id,
        moodle_user_id=row.moodle_user_id,
        kind=RestrictionKind(row.kind),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        decided_by=row.decided_by,
    )


_SELECT_ALL: Statement = (
    select(*RESTRICTION_COLUMNS, Person.moodle_user_id)
    .join(Person, Person.id == Restriction.person_id)
    .where(Person.platform_id == bindparam("platform_id"))
    .order_by(Restriction.starts_at.desc(), Restriction.id.desc())
)
