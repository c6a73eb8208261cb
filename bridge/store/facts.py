"""Read the presence facts day by day, in pieces, so that memory stays flat however many there are (table presence)."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bridge.schema.log import Presence
from bridge.schema.people import Person
from bridge.store.left_out import is_left_out

Fact = tuple[int, int, int, int, int]
"""Day number, course, person, cmid and kind, as in table presence."""


def load_fact_days(db: Session) -> tuple[int, int] | None:
    """Return the first and the last day number with a fact of any platform; None: there are no facts."""
    first, last = db.execute(select(func.min(Presence.day_no), func.max(Presence.day_no))).one()
    return None if first is None else (first, last)


def stream_facts(db: Session, platform_id: int, day_no: int, at_once: int) -> Iterator[list[Fact]]:
    """Give one day's facts of a platform in the order of their key, in lists of at most `at_once`. Nothing: no list.

    Left out are people whose data is not processed now, and accounts that Moodle deleted.
    """
    row = Presence
    is_given = (Person.platform_id == platform_id, Person.deleted_at.is_(None), ~is_left_out(Person.id))
    statement = (
        select(row.day_no, row.course_id, row.person_id, row.cmid, row.kind)
        .join(Person, Person.id == row.person_id)
        .where(row.day_no == day_no, *is_given)
        .order_by(row.course_id, row.person_id, row.cmid, row.kind)
        .execution_options(yield_per=at_once)
    )
    for part in db.execute(statement).partitions():
        yield list(part)
