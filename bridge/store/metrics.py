"""Read how the syncs stand, in numbers by platform and job: what /metrics shows and `lea doctor` judges."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bridge.schema.access import Alert
from bridge.schema.log import LogCursor, Quarantine, SyncRun
from bridge.schema.platforms import Platform
from bridge.schema.rights import RetentionRun
from bridge.store.platforms import load_platforms
from bridge.store.runs import FAILED, load_last_success

WITHIN = timedelta(days=1)
"""How far back rows and failures are counted."""
REMOVAL_LATE = timedelta(days=3)
"""So long after the last night that removed what was due somebody is told."""


@dataclass(frozen=True, slots=True)
class SyncFigures:
    """How the syncs of one platform stand."""

    platform_id: int
    fresh_at: datetime | None
    """Until when its log is known; None: it was never read to its end."""
    succeeded_at: datetime | None
    """When a sync last succeeded; None: never."""
    rows_read: int
    rows_new: int
    rows_set_aside: int
    """These three within a day."""
    waiting_set_aside: int
    """Records of its sources that stand aside now."""
    failures: Mapping[str, int]
    """Error code → runs of any job that ended with it within a day; empty: none."""


def load_sync_figures(db: Session, now: datetime) -> tuple[SyncFigures, ...]:
    """Return the figures of each platform that a token is saved for, by id; empty: none is connected."""
    return tuple(_load_one(db, one.platform_id, now) for one in load_platforms(db) if one.has_token)


def _load_one(db: Session, platform_id: int, now: datetime) -> SyncFigures:
    is_recent = (SyncRun.platform_id == platform_id, SyncRun.started_at > now - WITHIN)
    columns = (SyncRun.rows_read, SyncRun.rows_new, SyncRun.rows_quarantined)
    counted = db.execute(select(*(func.coalesce(func.sum(one), 0) for one in columns)).where(*is_recent)).one()
    failed = (
        select(SyncRun.error_code, func.count())
        .where(*is_recent, SyncRun.outcome == FAILED)
        .group_by(SyncRun.error_code)
    )
    aside = select(func.count()).select_from(Quarantine).where(Quarantine.platform_id == platform_id)
    return SyncFigures(
        platform_id=platform_id,
        fresh_at=db.scalar(select(LogCursor.fresh_at).where(LogCursor.platform_id == platform_id)),
        succeeded_at=load_last_success(db, platform_id)[0],
        rows_read=int(counted[0]),
        rows_new=int(counted[1]),
        rows_set_aside=int(counted[2]),
        waiting_set_aside=db.scalar(aside) or 0,
        failures={code or "unknown": count for code, count in db.execute(failed)},
    )


def load_removal_times(db: Session) -> dict[int, datetime]:
    """Return by platform when what was due was last removed; one before its first night is left out."""
    is_its = RetentionRun.platform_id == Platform.id
    last = select(RetentionRun.at).where(is_its).order_by(RetentionRun.id.desc()).limit(1).scalar_subquery()
    return {platform_id: at for platform_id, at in db.execute(select(Platform.id, last)) if at is not None}


def count_unsent_alerts(db: Session) -> int:
    """Return how many alerts no mail told of."""
    return db.scalar(select(func.count()).select_from(Alert).where(Alert.mailed_at.is_(None))) or 0
