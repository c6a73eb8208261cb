"""Records that were set aside, with the reason and never the content (table quarantine)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bridge.log_records import Rejected
from bridge.schema.log import Quarantine
from bridge.store.database import upsert


def save_rejected(
    db: Session, platform_id: int, source: str, rejected: Sequence[Rejected], now: datetime, place: str = ""
) -> None:
    """Save what was set aside of one answer; the same record again only renews its reason. Empty: nothing happens.

    `place` tells apart records of one source that have the same key, such as users of several courses.
    """
    rows = [
        {
            "platform_id": platform_id,
            "source": source,
            "source_key": f"{place}{entry.source_key}"[:100],
            "reason": entry.reason,
            "arrived_at": now,
        }
        for entry in rejected
    ]
    upsert(db, Quarantine, rows, key=["platform_id", "source", "source_key"], update=["reason"])


def load_rejected_ids(db: Session, platform_id: int, source: str) -> frozenset[int]:
    """Return the ids of a source's records that were set aside; those without a usable id are left out."""
    keys = db.scalars(
        select(Quarantine.source_key).where(Quarantine.platform_id == platform_id, Quarantine.source == source)
    )
    return frozenset(int(key) for key in keys if key.isdigit())


def release(db: Session, platform_id: int, source: str, keys: Collection[str]) -> None:
    """Take records out of quarantine that have since arrived whole. Empty: nothing happens."""
    if keys:
        is_source = (Quarantine.platform_id == platform_id, Quarantine.source == source)
        db.execute(delete(Quarantine).where(*is_source, Quarantine.source_key.in_(keys)))


def count_rejected(db: Session, platform_id: int) -> dict[str, int]:
    """Return how many records of each source lie in quarantine; empty when none does."""
    rows = db.execute(
        select(Quarantine.source, func.count()).where(Quarantine.platform_id == platform_id).group_by(Quarantine.source)
    )
    return dict(rows.all())


def purge_rejected(db: Session, platform_id: int, before: datetime) -> None:
    """Delete what was set aside earlier; an administrator has had time to look."""
    db.execute(delete(Quarantine).where(Quarantine.platform_id == platform_id, Quarantine.arrived_at < before))
