"""How far a platform's log and its feed of deletions were read (tables log_cursor, deletion_cursor)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from bridge.errors import CursorMoved
from bridge.schema.log import DeletionCursor, LogCursor
from bridge.store.database import insert_ignoring, upsert


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


def load_cursor(db: Session, platform_id: int) -> Cursor:
    """Return a platform's cursor; at the start of the log when nothing was read yet."""
    row = db.execute(select(LogCursor).where(LogCursor.platform_id == platform_id)).scalar_one_or_none()
    if row is None:
        return Cursor(platform_id, 0, 0, 0, None, None, 0, 0)
    return Cursor(
        platform_id, row.read_to, row.settled_to, row.mark_id, row.mark_at, row.fresh_at, row.purged_to, row.epoch
    )


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
    is_as_seen = (LogCursor.platform_id == seen.platform_id, LogCursor.epoch == seen.epoch)
    result = db.execute(update(LogCursor).where(*is_as_seen).values(values))
    assert isinstance(result, CursorResult)  # noqa: S101 (narrowing for the type checker)
    if result.rowcount != 1:
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
