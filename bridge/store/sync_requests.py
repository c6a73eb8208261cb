"""Syncs that somebody asked for out of turn (table sync_request)."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bridge.schema.log import SyncRequest
from bridge.schema.platforms import Platform
from bridge.store.database import insert_ignoring


def request_sync(db: Session, platform_id: int, now: datetime) -> None:
    """Ask for one more sync of a platform; asking again before it began changes nothing."""
    insert_ignoring(db, SyncRequest, [{"platform_id": platform_id, "requested_at": now}])


def take_sync_request(db: Session, platform_id: int) -> bool:
    """Take the request out of the table and say whether there was one: of several callers exactly one gets it."""
    taken = delete(SyncRequest).where(SyncRequest.platform_id == platform_id).returning(SyncRequest.platform_id)
    return db.scalar(taken) is not None


def load_sync_request(db: Session, platform_id: int) -> datetime | None:
    """Return since when a sync of a platform is asked for; None when none is, or it has begun."""
    return db.scalar(select(SyncRequest.requested_at).where(SyncRequest.platform_id == platform_id))


def find_requested_platforms(db: Session) -> tuple[int, ...]:
    """Return the connected platforms for which a sync is asked for, the longest waiting first. Empty: none."""
    return tuple(
        db.scalars(
            select(SyncRequest.platform_id)
            .join(Platform, Platform.id == SyncRequest.platform_id)
            .where(Platform.moodle_token.is_not(None))
            .order_by(SyncRequest.requested_at, SyncRequest.platform_id)
        )
    )
