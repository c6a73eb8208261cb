"""Read and write who works with whom (table relationship) and who was trained when (table training)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from analytics.policy.relationships import OF_A_LEARNER, OF_A_SCHOOL, Kind, Relationship
from bridge.errors import BridgeError
from bridge.schema.people import Person
from bridge.schema.records import Relationship as RelationshipRow
from bridge.schema.records import School, Training
from bridge.store.database import fetch, run
from bridge.store.holders import NOW, Holder, holds_at, is_held, is_held_by, values_of
from bridge.store.schools import find_school_id, has_trained_lead
from bridge.store.turns import take_turn

COMMAND, OWN, PAGE = "command", "own", "page"
GLASS_LASTS = timedelta(minutes=60)
LONGEST_REASON = 500


class RelationshipRefused(BridgeError):
    """A relationship cannot begin or end as asked; nothing was changed. `what`: why, without what a command can do."""

    code = "relationship-refused"
    next_step = "See lea relationship list."

    def __init__(self, what: str, next_step: str = "") -> None:
        self.what = what
        super().__init__(f"{what} Nothing was changed. {next_step}".rstrip())


@dataclass(frozen=True, slots=True)
class NewRelationship:
    """A relationship that somebody writes down by hand."""

    kind: Kind
    holder: Holder
    holder_name: str
    starts_at: datetime
    ends_at: datetime | None
    school_code: str | None = None
    student_number: str | None = None
    source: str = COMMAND


@dataclass(frozen=True, slots=True)
class ListedRelationship:
    """One relationship for the list of all: staff by name, a learner never."""

    relationship_id: int
    kind: str
    holder: Holder
    holder_name: str
    school_code: str | None
    starts_at: datetime
    ends_at: datetime | None
    source: str


_SELECT_HELD = select(RelationshipRow.kind, RelationshipRow.person_id, RelationshipRow.school_id).where(
    is_held(RelationshipRow), *holds_at(NOW)
)
_SELECT_TRAINED = select(func.max(Training.trained_on)).where(
    is_held(Training), Training.trained_on <= bindparam("today")
)


def load_held(db: Session, platform_id: int, holder: Holder, now: datetime) -> frozenset[Relationship]:
    """Return the relationships that somebody holds at `now`. Empty: none."""
    rows = fetch(db, _SELECT_HELD, now=now, **values_of(platform_id, holder))
    return frozenset(Relationship(Kind(row.kind), row.person_id, row.school_id) for row in rows)


def load_training_day(db: Session, platform_id: int, holder: Holder, today: date) -> date | None:
    """Return the day of somebody's last training up to today; None: none is recorded."""
    ((day,),) = fetch(db, _SELECT_TRAINED, today=today, **values_of(platform_id, holder))
    return cast("date | None", day)


def save_training(
    db: Session, platform_id: int, holder: Holder, trained_on: date, now: datetime, *, source: str = COMMAND
) -> None:
    """Add a training."""
    db.add(
        Training(
            platform_id=platform_id,
            holder_moodle_user_id=holder.moodle_user_id,
            holder_idnumber=holder.idnumber,
            trained_on=trained_on,
            recorded_at=now,
            source=source,
        )
    )


def add_relationship(db: Session, platform_id: int, new: NewRelationship) -> int | None:
    """Add a relationship; return whose learner it is about, None for a school or the tool as a whole.

    Raises:
        RelationshipRefused: the kind needs a school or a learner and has none, or the other way round; there is no
            such learner; the same one holds already; or it ends before it begins.
        SchoolRefused: no such school.
    """
    _check_form(new)
    take_turn(db)
    school_id = None if new.school_code is None else find_school_id(db, platform_id, new.school_code)
    person_id = None if new.student_number is None else _find_person(db, platform_id, new.student_number)
    same = (
        is_held_by(RelationshipRow, platform_id, new.holder),
        RelationshipRow.kind == new.kind.value,
        RelationshipRow.school_id == school_id if school_id is not None else RelationshipRow.school_id.is_(None),
        RelationshipRow.person_id == person_id if person_id is not None else RelationshipRow.person_id.is_(None),
        *holds_at(new.starts_at),
    )
    if db.scalar(select(exists().where(*same))):
        raise RelationshipRefused("This relationship holds already.", RelationshipRefused.next_step)
    db.add(
        RelationshipRow(
            platform_id=platform_id,
            kind=new.kind.value,
            holder_moodle_user_id=new.holder.moodle_user_id,
            holder_idnumber=new.holder.idnumber,
            holder_name=new.holder_name,
            person_id=person_id,
            school_id=school_id,
            starts_at=new.starts_at,
            ends_at=new.ends_at,
            source=new.source,
        )
    )
    return person_id


def break_glass(
    db: Session, platform_id: int, holder: Holder, holder_name: str, student_number: str, reason: str, now: datetime
) -> None:
    """Let somebody who looks after the tool look at one learner for an hour.

    Raises:
        RelationshipRefused: there is no such learner.
    """
    person_id = _find_person(db, platform_id, student_number)
    db.add(
        RelationshipRow(
            platform_id=platform_id,
            kind=Kind.BREAK_GLASS.value,
            holder_moodle_user_id=holder.moodle_user_id,
            holder_idnumber=holder.idnumber,
            holder_name=holder_name,
            person_id=person_id,
            starts_at=now,
            ends_at=now + GLASS_LASTS,
            source=PAGE,
            reason=reason,
        )
    )


_NOTE_HOLDER = (
    update(RelationshipRow)
    .where(
        RelationshipRow.platform_id == bindparam("of_platform"),
        RelationshipRow.holder_idnumber == bindparam("idnumber"),
        or_(
            RelationshipRow.seen_moodle_user_id.is_(None),
            RelationshipRow.seen_moodle_user_id != bindparam("seen"),
        ),
    )
    .values(seen_moodle_user_id=bindparam("seen"))
)


def note_holder(db: Session, platform_id: int, idnumber: str, moodle_user_id: int) -> None:
    """Note by which account the holder of a staff number came, so that learners read who looked; rights stay as they
    are. Without a number nothing happens."""
    if not idnumber:
        return
    run(db, _NOTE_HOLDER, of_platform=platform_id, idnumber=idnumber, seen=moodle_user_id)


def end_relationship(db: Session, platform_id: int, relationship_id: int, now: datetime) -> int | None:
    """End a relationship at `now`: what it showed is refused from the next request on; return as `add_relationship`.

    Raises:
        RelationshipRefused: there is none with this id, it is over already, or it is the last trained lead's of a
            school that is switched on.
    """
    take_turn(db)
    row = db.get(RelationshipRow, relationship_id)
    if row is None or row.platform_id != platform_id or (row.ends_at is not None and row.ends_at <= now):
        raise RelationshipRefused("No relationship with this id holds.", RelationshipRefused.next_step)
    school = None if row.school_id is None else db.get(School, row.school_id)
    is_needed = row.kind == Kind.LEAD and school is not None and school.switched_on_at is not None
    if is_needed and school is not None and not has_trained_lead(db, school.id, now, without=row.id):
        raise RelationshipRefused(
            f"{school.name} would have no lead with a training date.", "Next: add another lead, or lea school off"
        )
    row.ends_at = max(now, row.starts_at)
    return row.person_id


def end_advising(db: Session, platform_id: int, holder: Holder, person_id: int, now: datetime) -> bool:
    """End that somebody advises a learner, at `now`; say whether they did."""
    rows = db.scalars(
        select(RelationshipRow).where(
            is_held_by(RelationshipRow, platform_id, holder),
            RelationshipRow.kind == Kind.ADVISER.value,
            RelationshipRow.person_id == person_id,
            *holds_at(now),
        )
    ).all()
    for row in rows:
        row.ends_at = max(now, row.starts_at)
    return bool(rows)


def load_relationships(
    db: Session, platform_id: int, now: datetime, *, kinds: Collection[Kind] = tuple(Kind), with_ended: bool = False
) -> tuple[ListedRelationship, ...]:
    """Return the relationships that hold at `now`, or all ever, by kind and holder. Empty: none."""
    rows = db.execute(
        select(RelationshipRow, School.code)
        .outerjoin(School, School.id == RelationshipRow.school_id)
        .where(
            RelationshipRow.platform_id == platform_id,
            RelationshipRow.kind.in_([kind.value for kind in kinds]),
            *(() if with_ended else holds_at(now)),
        )
        .order_by(RelationshipRow.kind, RelationshipRow.holder_name, RelationshipRow.id)
    )
    return tuple(
        ListedRelationship(
            relationship_id=row.id,
            kind=row.kind,
            holder=Holder(row.holder_moodle_user_id, row.holder_idnumber),
            holder_name=row.holder_name,
            school_code=code,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            source=row.source,
        )
        for row, code in rows
    )


def _check_form(new: NewRelationship) -> None:
    if new.kind is Kind.BREAK_GLASS:
        raise RelationshipRefused("Breaking glass is asked for on the page, with a reason.")
    if (new.kind in OF_A_SCHOOL) != (new.school_code is not None):
        raise RelationshipRefused("Support officers and leads need a school, nobody else has one.")
    if (new.kind in OF_A_LEARNER) != (new.student_number is not None):
        raise RelationshipRefused("An adviser needs a learner's number, nobody else has one.")
    if new.ends_at is not None and new.ends_at <= new.starts_at:
        raise RelationshipRefused("It ends before it begins.")


def _find_person(db: Session, platform_id: int, student_number: str) -> int:
    found = db.scalars(
        select(Person.id).where(
            Person.platform_id == platform_id, Person.idnumber == student_number, Person.deleted_at.is_(None)
        )
    ).all()
    if len(found) != 1 or not student_number:
        raise RelationshipRefused("No one learner has this number in a synced course.")
    return found[0]
