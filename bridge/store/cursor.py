"""How far a platform's log and its feed of deletions were read (tables log_cursor, deletion_cursor)."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bridge.errors import CursorMoved
from bridge.schema.base import Base
from bridge.schema.log import DeletionCursor, LogCursor
from bridge.store.database import Statement, fetch, insert_ignoring, run, upsert


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the reading of a log stands; see `bridge.sync.log` for what each part means."""

    platform_id: int
    read_to: int
    settled_to: int
    mark_id: int
    mark_at: datetime | None
    fresh_at: datetime | None
    purged_to: int
    epoch: int


_TABLE = Base.metadata.tables[LogCursor.__tablename__]
_IS_PLATFORM = _TABLE.c.platform_id == bindparam("of_platform")
_LOAD: Statement = select(*(_TABLE.c[one.name] for one in fields(Cursor))).where(_IS_PLATFORM)
_MOVE = update(_TABLE).where(_IS_PLATFORM, _TABLE.c.epoch == bindparam("seen_epoch"))
"""Both built once: they are run with every page."""


def load_cursor(db: Session, platform_id: int) -> Cursor:
    """Return a platform's cursor; at the start of the log when nothing was read yet."""
    rows = fetch(db, _LOAD, of_platform=platform_id)
    return Cursor(*rows[0]) if rows else Cursor(platform_id, 0, 0, 0, None, None, 0, 0)


def move_cursor(db: Session, seen: Cursor, **changes: Any) -> Cursor:
    """Write `changes` to the cursor if it still stands as `seen`, and return the new one.

    Call it in the transaction of the rows it stands for: then both are there or neither.

    Raises:
        CursorMoved: another run wrote first; roll back.
    """
    moved = replace(seen, **changes, epoch=seen.epoch + 1)
    values = {name: getattr(moved, name) for name in moved.__slots__}
    if seen.epoch == 0:
        insert_ignoring(db, LogCursor, [{**values, "epoch": 0}])
    if run(db, _MOVE, **values, of_platform=seen.platform_id, seen_epoch=seen.epoch) != 1:
        raise CursorMoved(f"Another sync of platform {seen.platform_id} committed first. {CursorMoved.next_step}")
    return moved


def load_deletion_cursor(db: Session, platform_id: int) -> int:
    """Return the id up to which the feed of deletions was followed; 0 at first."""
    found = db.scalar(select(DeletionCursor.read_to).where(DeletionCursor.platform_id == platform_id))
    return found or 0


def save_deletion_cursor(db: Session, platform_id: int, read_to: int) -> None:
    """Note how far the feed of deletions was followed."""
    row = {"platform_id": platform_id, "read_to": read_to}
    upsert(db, DeletionCursor, [row], key=["platform_id"], update=["read_to"])
