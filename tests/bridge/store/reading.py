"""What is written down and read by no page: rows as the tests want to see them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bridge.schema.access import AccessRow
from bridge.store.access_log import AccessEntry


def load_accesses(db: Session, platform_id: int) -> tuple[AccessEntry, ...]:
    """Return a platform's access rows, oldest first. Empty: nobody looked."""
    rows = db.scalars(select(AccessRow).where(AccessRow.platform_id == platform_id).order_by(AccessRow.id))
    return tuple(AccessEntry(**{name: getattr(row, name) for name in AccessEntry.__slots__}) for row in rows)
