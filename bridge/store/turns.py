"""Changes by people take turns: two administrators at once come to what one after the other would have come to.

What Moodle says of the start of a course does so, too: a run of the course may begin with it.

SQLite has one writer at a time anyway (`bridge.store.database.writing`). PostgreSQL lets both look first, and then both
write what they found to be missing: twice the same, or two versions with one number.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

TURN = 0x6C65_6131
"""The advisory lock's number, one for the whole tool: such changes are rare and short."""


def take_turn(db: Session) -> None:
    """Wait until no other such change is under way; the turn ends with the transaction.

    Call it before the change looks at what is there.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(TURN)))
