"""Who holds a stored relationship or did a training: a Moodle user id, a staff number, or both."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, or_

from bridge.schema.records import Relationship, Training

NOW: BindParameter[datetime] = bindparam("now")
"""The instant of a statement that is built once."""


@dataclass(frozen=True, slots=True)
class Holder:
    """How somebody is found; at least one of the two is there."""

    moodle_user_id: int | None
    idnumber: str | None = field(repr=False)
    """The staff number, which is Moodle's ID number; never empty."""


def is_held_by(table: type[Relationship] | type[Training], platform_id: int, holder: Holder) -> ColumnElement[bool]:
    """Give the clause for the rows of one person; nobody's for a holder without id and number."""
    ways = []
    if holder.moodle_user_id is not None:
        ways.append(table.holder_moodle_user_id == holder.moodle_user_id)
    if holder.idnumber:
        ways.append(table.holder_idnumber == holder.idnumber)
    return and_(table.platform_id == platform_id, or_(table.id < 0, *ways))


def is_held(table: type[Relationship] | type[Training]) -> ColumnElement[bool]:
    """Give the clause for the rows of one person, whom `values_of` a holder names when the statement runs."""
    return and_(
        table.platform_id == bindparam("platform_id"),
        or_(
            table.holder_moodle_user_id == bindparam("holder_moodle_user_id"),
            table.holder_idnumber == bindparam("holder_idnumber"),
        ),
    )


def values_of(platform_id: int, holder: Holder) -> dict[str, object]:
    """Return the parameters of `is_held`; what a holder lacks is null, which equals nothing."""
    return {
        "platform_id": platform_id,
        "holder_moodle_user_id": holder.moodle_user_id,
        "holder_idnumber": holder.idnumber or None,
    }


def same_holder() -> ColumnElement[bool]:
    """Give the clause that joins a relationship with its holder's trainings."""
    return and_(
        Training.platform_id == Relationship.platform_id,
        or_(
            Training.holder_moodle_user_id == Relationship.holder_moodle_user_id,
            Training.holder_idnumber == Relationship.holder_idnumber,
        ),
    )


def holds_at(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Give the clauses for relationships that hold at `now`, an instant or `NOW`: begun, and not ended."""
    return Relationship.starts_at <= now, or_(Relationship.ends_at.is_(None), Relationship.ends_at > now)
