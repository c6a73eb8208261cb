"""Runs of sync jobs: when, with what outcome, how many rows (table sync_run)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ColumnExpressionArgument,
    ScalarSelect,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session

from bridge.errors import BridgeError
from bridge.schema.log import SyncRun
from bridge.store.database import fetch

SYNC = "sync"
"""The job that reads everything from Moodle."""
MEASURE = "measure"
"""The job that measures from what is here, and asks nothing of Moodle."""
REBUILD = "rebuild"
"""The job that makes facts anew from an archive of the log, or from the raw window, and measures what changed."""
NIGHTLY = "nightly"
"""The job that lets old raw rows go and compares the rest."""
RUNNING = "running"
SUCCEEDED = "succeeded"
FAILED = "failed"
INTERRUPTED = "interrupted"
"""The code of a run that never ended."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of a job."""

    run_id: int
    platform_id: int
    job: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    error_code: str | None
    error_message: str | None
    rows_read: int
    rows_new: int
    rows_quarantined: int


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended. `error_code` None: it succeeded."""

    rows_read: int = 0
    rows_new: int = 0
    rows_quarantined: int = 0
    error_code: str | None = None
    error_message: str | None = None


def start_run(db: Session, platform_id: int, job: str, now: datetime) -> int:
    """Write down that a run begins and return its id; runs of the job that never ended are closed as failed."""
    close_left_runs(db, platform_id, now, job)
    row = SyncRun(platform_id=platform_id, job=job, started_at=now, outcome=RUNNING)
    db.add(row)
    db.flush()
    return row.id


def close_left_runs(db: Session, platform_id: int, now: datetime, job: str | None = None) -> None:
    """Write down as failed what never ended of a platform's runs of one job, or of all."""
    is_left_over = [SyncRun.platform_id == platform_id, SyncRun.outcome == RUNNING]
    if job is not None:
        is_left_over.append(SyncRun.job == job)
    db.execute(
        update(SyncRun)
        .where(*is_left_over)
        .values(
            outcome=FAILED,
            finished_at=now,
            error_code=INTERRUPTED,
            error_message="The run was interrupted. What it had committed stays; the next run goes on from there.",
        )
    )


def finish_run(db: Session, run_id: int, result: RunResult, now: datetime) -> None:
    """Write down how a run ended."""
    db.execute(
        update(SyncRun)
        .where(SyncRun.id == run_id)
        .values(
            finished_at=now,
            outcome=SUCCEEDED if result.error_code is None else FAILED,
            error_code=result.error_code,
            error_message=result.error_message,
            rows_read=result.rows_read,
            rows_new=result.rows_new,
            rows_quarantined=result.rows_quarantined,
        )
    )


def save_refused_run(db: Session, platform_id: int, job: str, error: BridgeError, now: datetime) -> None:
    """Write down a run that could not even begin."""
    result = RunResult(error_code=error.code, error_message=str(error))
    finish_run(db, start_run(db, platform_id, job, now), result, now)


def load_runs(db: Session, platform_id: int, limit: int = 10) -> tuple[RunRecord, ...]:
    """Return the latest runs of a platform, the latest first; empty when there was none."""
    rows = db.scalars(
        select(SyncRun)
        .where(SyncRun.platform_id == platform_id)
        .order_by(SyncRun.started_at.desc(), SyncRun.id.desc())
        .limit(limit)
    )
    return tuple(_record(row) for row in rows)


def load_runs_since(db: Session, platform_id: int, job: str, since: datetime) -> tuple[RunRecord, ...]:
    """Return the runs of one job that began after `since`, the oldest first; empty when there was none."""
    is_recent = (SyncRun.platform_id == platform_id, SyncRun.job == job, SyncRun.started_at > since)
    rows = db.scalars(select(SyncRun).where(*is_recent).order_by(SyncRun.started_at, SyncRun.id))
    return tuple(_record(row) for row in rows)


def load_last_runs(db: Session, platform_id: int) -> tuple[RunRecord, ...]:
    """Return the last run of each job of a platform, by the job's name; empty when there was none."""
    is_last = (
        select(SyncRun.job, func.max(SyncRun.id).label("id"))
        .where(SyncRun.platform_id == platform_id)
        .group_by(SyncRun.job)
        .subquery()
    )
    rows = db.scalars(select(SyncRun).join(is_last, is_last.c.id == SyncRun.id).order_by(SyncRun.job))
    return tuple(_record(row) for row in rows)


def last_success_of(platform_id: ColumnExpressionArgument[int]) -> ScalarSelect[datetime | None]:
    """Give the expression for when a platform's last sync that succeeded ended."""
    return _latest_end(platform_id, SyncRun.outcome == SUCCEEDED)


def last_end_of(platform_id: ColumnExpressionArgument[int]) -> ScalarSelect[datetime | None]:
    """Give the expression for when a platform's last sync that ended did, however it ended."""
    return _latest_end(platform_id, SyncRun.outcome != RUNNING)


def _latest_end(
    platform_id: ColumnExpressionArgument[int], is_wanted: ColumnElement[bool]
) -> ScalarSelect[datetime | None]:
    # By the index, from its end: a hundred thousand runs a year are no reason to read them all for a page.
    latest = (SyncRun.started_at.desc(), SyncRun.id.desc())
    of_platform = (SyncRun.platform_id == platform_id, SyncRun.job == SYNC)
    return select(SyncRun.finished_at).where(*of_platform, is_wanted).order_by(*latest).limit(1).scalar_subquery()


_PLATFORM: BindParameter[int] = bindparam("platform_id")
_SELECT_LAST = select(last_success_of(_PLATFORM).label("last_success"), last_end_of(_PLATFORM).label("last_end"))


def load_last_success(db: Session, platform_id: int) -> tuple[datetime | None, bool]:
    """Return when a sync last succeeded (None: never) and whether the last one that ended did not."""
    (row,) = fetch(db, _SELECT_LAST, platform_id=platform_id)
    return judge_runs(row.last_success, row.last_end)


def judge_runs(last_success: datetime | None, last_end: datetime | None) -> tuple[datetime | None, bool]:
    """Return when a sync last succeeded and whether the last one that ended did not, from the two instants."""
    return last_success, last_end is not None and (last_success is None or last_end > last_success)


def _record(row: SyncRun) -> RunRecord:
    return RunRecord(
        run_id=row.id,
        platform_id=row.platform_id,
        job=row.job,
        started_at=row.started_at,
        finished_at=row.finished_at,
        outcome=row.outcome,
        error_code=row.error_code,
        error_message=row.error_message,
        rows_read=row.rows_read,
        rows_new=row.rows_new,
        rows_quarantined=row.rows_quarantined,
    )
