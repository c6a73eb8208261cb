"""The timetable as data, and the worker's scheduler (APScheduler 3.11, memory store, its own process)."""

import os
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bridge.config import Settings
from bridge.connections import make_sync_client
from bridge.errors import BridgeError, LeaseLost
from bridge.moodle.client import MoodleClient
from bridge.store.database import Sessions, reading
from bridge.store.platforms import load_platforms
from bridge.store.runs import NIGHTLY, SYNC
from bridge.sync.course import run_nightly, sync_platform
from bridge.sync.lease import RenewingProgress, give_lease_back, take_lease
from bridge.sync.report import Silent, SyncReport

Run = Callable[[Sessions, MoodleClient, int, Settings, Callable[[], datetime], RenewingProgress], SyncReport]
MISSED_SECONDS = 3600
"""A tick that is later than this is left out: the next one does the same work."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable, run for each platform."""

    name: str
    run: Run
    trigger: Callable[[Settings], BaseTrigger]


TIMETABLE = (
    Job(SYNC, sync_platform, lambda settings: IntervalTrigger(minutes=settings.sync_minutes, timezone=settings.zone)),
    Job(NIGHTLY, run_nightly, lambda settings: CronTrigger(hour=3, minute=20, timezone=settings.zone)),
)


def make_scheduler(sessions: Sessions, settings: Settings, now: Callable[[], datetime]) -> BlockingScheduler:
    """Return a scheduler with the whole timetable, not started; the first sync begins with it.

    Missed ticks coalesce into one, and a job never runs beside itself in this process; between processes the lease
    decides.
    """
    scheduler = BlockingScheduler(timezone=settings.zone, executors={"default": ThreadPoolExecutor(1)})
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    for job in TIMETABLE:
        first = {"next_run_time": now()} if job.name == SYNC else {}
        scheduler.add_job(
            run_everywhere,
            job.trigger(settings),
            args=(job, sessions, settings, now, holder),
            id=job.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=MISSED_SECONDS,
            **first,
        )
    return scheduler


def run_everywhere(job: Job, sessions: Sessions, settings: Settings, now: Callable[[], datetime], holder: str) -> None:
    """Run a job for every platform with a saved token; one that fails does not keep the others from it."""
    with reading(sessions) as db:
        platform_ids = [platform.platform_id for platform in load_platforms(db) if platform.has_token]
    for platform_id in platform_ids:
        try:
            client = make_sync_client(sessions, settings, platform_id)
            report = run_leased(job, sessions, client, platform_id, settings, now, holder)
        except LeaseLost:
            log.info("job_left_to_another_worker", job=job.name, platform_id=platform_id)
        except BridgeError as error:
            log.error("job_failed", job=job.name, platform_id=platform_id, code=error.code, message=str(error))
        else:
            _log_report(job, report)


def run_leased(
    job: Job,
    sessions: Sessions,
    client: MoodleClient,
    platform_id: int,
    settings: Settings,
    now: Callable[[], datetime],
    holder: str,
) -> SyncReport:
    """Run a job for one platform while holding the platform's lease; jobs of one platform exclude each other.

    Raises:
        LeaseLost: another worker holds it, or took it over in the middle.
    """
    held = take_lease(sessions, f"platform {platform_id}", holder, now())
    progress = RenewingProgress(Silent(), sessions, held, now)
    try:
        return job.run(sessions, client, platform_id, settings, now, progress)
    finally:
        give_lease_back(sessions, progress.held, now())


def _log_report(job: Job, report: SyncReport) -> None:
    log.info(
        "job_ended",
        job=job.name,
        platform_id=report.platform_id,
        seconds=round((report.finished_at - report.started_at).total_seconds(), 3),
        rows_read=report.rows_read,
        rows_new=report.rows_new,
        rows_quarantined=report.rows_quarantined,
        failures=[failure.text for failure in report.failures],
        notes=list(report.notes),
    )
