"""Of whom facts leave this tool as files (table person)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bridge.schema.people import Person
from bridge.store.left_out import is_left_out


def load_given_people(db: Session, platform_id: int) -> frozenset[int]:
    """Return a platform's people but for those whose data is not processed now, and accounts that Moodle deleted."""
    is_given = (Person.platform_id == platform_id, Person.deleted_at.is_(None), ~is_left_out(Person.id))
    return frozenset(db.scalars(select(Person.id).where(*is_given)))
