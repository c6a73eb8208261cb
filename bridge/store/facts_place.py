"""Where the presence facts were moved to, as the shared database remembers it (table facts_place).

A setting can be forgotten or lost. Facts that are read where they are not would look like learners who did nothing.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bridge.errors import FactsMisplaced
from bridge.schema.log import FactsPlace
from bridge.store.database import Sessions, reading
from bridge.store.facts_elsewhere import FACTS_ENGINE

CLICKHOUSE = "clickhouse"


def load_has_moved(db: Session) -> bool:
    """Say whether the facts were moved into ClickHouse."""
    return db.scalar(select(FactsPlace.place)) == CLICKHOUSE


def save_has_moved(db: Session, now: datetime) -> None:
    """Note that the facts are in ClickHouse."""
    db.add(FactsPlace(place=CLICKHOUSE, moved_at=now))


def forget_moved(db: Session) -> None:
    """Note that the facts are in the shared database."""
    db.execute(delete(FactsPlace))


def check_facts_place(sessions: Sessions) -> None:
    """Do nothing if the facts are where these sessions look for them.

    Raises:
        FactsMisplaced: they were moved and LEA_FACTS_URL is not set, or it is set and they were not.
    """
    is_elsewhere = FACTS_ENGINE in sessions.kw.get("info", {})
    with reading(sessions) as db:
        has_moved = load_has_moved(db)
    if has_moved != is_elsewhere:
        found, told = ("in ClickHouse", "is not set") if has_moved else ("in the shared database", "is set")
        raise FactsMisplaced(f"The presence facts are {found}, and LEA_FACTS_URL {told}. {FactsMisplaced.next_step}")
