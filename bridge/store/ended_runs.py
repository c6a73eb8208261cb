"""Which runs of jobs ended, and which were left (table sync_run): what workers tell each other by."""

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from bridge.errors import LeaseLost
from bridge.schema.log import SyncRun
from bridge.store.runs import INTERRUPTED, RUNNING

BROKEN_OFF = (INTERRUPTED, LeaseLost.code)
"""Codes of runs that did not come to their own end: their tick is to be run again."""


def has_ended_since(db: Session, platform_id: int, job: str, since: datetime, now: datetime) -> bool:
    """Say whether a run of a job that began from `since` to `now` has ended; one that was broken off has not."""
    is_one = (SyncRun.platform_id == platform_id, SyncRun.job == job, SyncRun.started_at.between(since, now))
    is_whole = or_(SyncRun.error_code.is_(None), SyncRun.error_code.not_in(BROKEN_OFF))
    return db.scalar(select(exists().where(*is_one, SyncRun.outcome != RUNNING, is_whole))) or False


def load_left_jobs(db: Session, platform_id: int) -> frozenset[str]:
    """Return the jobs of a platform that began and never ended; empty: all did."""
    is_left = (SyncRun.platform_id == platform_id, SyncRun.outcome == RUNNING)
    return frozenset(db.scalars(select(SyncRun.job).where(*is_left)))
