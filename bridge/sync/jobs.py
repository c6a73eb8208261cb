"""The timetable as data, and the worker's scheduler (APScheduler 3.11, memory store, its own process)."""

import logging
import os
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from bridge.config import Settings
from bridge.connections import make_sync_client
from bridge.correlation import correlated_run
from bridge.errors import BridgeError, LeaseLost
from bridge.moodle.client import MoodleClient
from bridge.store.database import Sessions, reading, writing
from bridge.store.platforms import load_platforms
from bridge.store.runs import NIGHTLY, SYNC, close_left_runs, save_refused_run
from bridge.store.sources import find_fed_platforms
from bridge.store.sync_requests import find_requested_platforms, take_sync_request
from bridge.sync.alerting import mail_alerts
from bridge.sync.course import run_nightly, sync_platform
from bridge.sync.job_store import SteadyJobStore
from bridge.sync.lease import RenewingProgress, give_lease_back, take_lease
from bridge.sync.report import Silent, SyncReport
from bridge.sync.staleness import note_stale_sources, note_waiting_removal
from bridge.sync.ticks import EPOCH, find_left_jobs, is_done, lease_of, tick_of_interval, tick_of_night

Run = Callable[[Sessions, MoodleClient | None, int, Settings, Callable[[], datetime], RenewingProgress], SyncReport]
MISSED_SECONDS = 3600
"""A look that is later than this is left out: the next one finds the same work."""
DUE = "due"
"""Each minute the worker looks whether a tick is still to be run: the lease may have been another's."""
START, LEFT = "start", "left"
"""Each minute it looks for what a dead one left unfinished, too: its lease has to run out first."""
ALERTS = "alerts"
ALERT_MINUTES = 5
"""How often the worker looks for alerts that no mail told of yet."""
REQUESTS = "requests"
REQUEST_SECONDS = 5
"""How often the worker looks whether somebody asked for a sync out of turn."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable, run for each platform."""

    name: str
    run: Run
    tick: Callable[[Settings, datetime], datetime]
    """The instant at which the job was last to begin."""


TIMETABLE = (
    Job(SYNC, sync_platform, lambda settings, now: tick_of_interval(now, settings.sync_minutes)),
    Job(NIGHTLY, run_nightly, lambda settings, now: tick_of_night(now, settings.zone)),
)


def make_scheduler(sessions: Sessions, settings: Settings, now: Callable[[], datetime]) -> BlockingScheduler:
    """Return a scheduler with the whole timetable, not started; it begins with a sync of its own, whatever was done.

    Missed looks coalesce into one, and one job at a time runs in this process. Between processes the lease decides who
    runs a tick, and that it was run keeps the others from it.
    """
    stores = {"default": SteadyJobStore(timedelta(seconds=MISSED_SECONDS))}
    executors = {"default": ThreadPoolExecutor(1)}
    scheduler = BlockingScheduler(timezone=settings.zone, executors=executors, jobstores=stores)
    # Looks that come while a run goes on are left out on purpose: a warning for each would bury the log.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    every = {"coalesce": True, "max_instances": 1, "misfire_grace_time": MISSED_SECONDS}
    shared = (sessions, settings, now, holder)
    scheduler.add_job(run_everywhere, DateTrigger(now()), args=(TIMETABLE[0], *shared), id=START, **every)
    # One that waited for a long run is carried out after it.
    asked = every | {"misfire_grace_time": None}
    scheduler.add_job(run_requested, _every(seconds=REQUEST_SECONDS), args=shared, id=REQUESTS, **asked)
    for name, run, minutes in ((DUE, run_due, 1), (LEFT, run_left, 1), (ALERTS, run_alerts, ALERT_MINUTES)):
        scheduler.add_job(run, _every(minutes=minutes), args=shared, id=name, **every)
    return scheduler


def _every(**duration: int) -> IntervalTrigger:
    """Look at the same instants in every worker, whenever it was started, and by whatever clock."""
    return IntervalTrigger(**duration, start_date=EPOCH, timezone=UTC)


def run_due(sessions: Sessions, settings: Settings, now: Callable[[], datetime], holder: str) -> None:
    """Run what is to be run since its last tick and was not: at the tick, or as soon as the lease is free."""
    for job in TIMETABLE:
        run_tick(job, sessions, settings, now, holder)


def run_alerts(sessions: Sessions, settings: Settings, now: Callable[[], datetime], holder: str) -> None:
    """Notice what is amiss, and mail what was not mailed yet; what is not taken stays listed, and the log says so."""
    try:
        note_stale_sources(sessions, settings, now())
        note_waiting_removal(sessions, now())
        count = mail_alerts(sessions, settings, now, holder)
    except LeaseLost:
        log.debug("alerts_left_to_another_worker")
    except BridgeError as error:
        log.error("alerts_not_mailed", code=error.code, message=str(error))
    except OperationalError:
        return  # the next sync says loudly that the database is away
    else:
        if count:
            log.info("alerts_mailed", count=count)


def run_tick(job: Job, sessions: Sessions, settings: Settings, now: Callable[[], datetime], holder: str) -> None:
    """Run a job for every platform for which no worker has run it since its last tick."""
    run_everywhere(job, sessions, settings, now, holder, tick=job.tick(settings, now()))


def run_left(sessions: Sessions, settings: Settings, now: Callable[[], datetime], holder: str) -> None:
    """Run what workers that died left unfinished, once their lease has run out; close it where nothing is run now."""
    try:
        with reading(sessions) as db:
            left = [(one, job, _load_platforms(db, job)) for one, job in find_left_jobs(db, now())]
    except OperationalError:
        return  # the next sync says loudly that the database is away
    for platform_id, name, platforms in left:
        if platform_id not in platforms:
            _close_left(sessions, platform_id, now, holder)
        for job in TIMETABLE:
            if job.name == name and platform_id in platforms:
                log.info("job_taken_over", job=name, platform_id=platform_id)
                run_everywhere(job, sessions, settings, now, holder, only=platform_id)


def _close_left(sessions: Sessions, platform_id: int, now: Callable[[], datetime], holder: str) -> None:
    with suppress(LeaseLost), _leased(sessions, platform_id, now, holder), writing(sessions) as db:
        close_left_runs(db, platform_id, now())
        log.info("left_runs_closed", platform_id=platform_id)


def run_everywhere(
    job: Job,
    sessions: Sessions,
    settings: Settings,
    now: Callable[[], datetime],
    holder: str,
    *,
    tick: datetime | None = None,
    only: int | None = None,
) -> None:
    """Run a job for every platform with a saved token; one that fails does not keep the others from it.

    A platform without one that files were imported for is measured, and nights let old data of every platform go, of a
    disconnected one, too. With a `tick`, what a run since then has done is left out; `only`: one platform.
    """
    with reading(sessions) as db:
        platforms = _load_platforms(db, job.name)
    for platform_id, has_token in platforms.items():
        if only in (None, platform_id):
            with correlated_run():
                _run_one(job, sessions, platform_id, settings, now, holder, has_token=has_token, tick=tick)


def _load_platforms(db: Session, job: str) -> dict[int, bool]:
    """Return the platforms that a job is run for, and whether they have a token."""
    platforms, fed = load_platforms(db), find_fed_platforms(db)
    chosen = platforms if job == NIGHTLY else [one for one in platforms if one.has_token or one.platform_id in fed]
    return {one.platform_id: one.has_token for one in chosen}


def _run_one(
    job: Job,
    sessions: Sessions,
    platform_id: int,
    settings: Settings,
    now: Callable[[], datetime],
    holder: str,
    *,
    has_token: bool,
    tick: datetime | None,
) -> None:
    def is_to_do() -> bool:
        if tick is None:
            return True
        with reading(sessions) as db:
            return not is_done(db, platform_id, job.name, tick, now(), has_token=has_token)

    def connect() -> MoodleClient | None:
        return make_sync_client(sessions, settings, platform_id) if has_token else None

    try:
        # Asked again under the lease: to take one each minute, for nothing, would be a write each minute.
        report = (
            run_leased(job, sessions, connect, platform_id, settings, now, holder, is_to_do) if is_to_do() else None
        )
    except LeaseLost:
        log.debug("job_waits", job=job.name, platform_id=platform_id)
    except BridgeError as error:
        log.error("job_failed", job=job.name, platform_id=platform_id, code=error.code, message=str(error))
    except DatabaseError as error:
        # ClickHouse's, too. Its text may hold data. What was committed stays; the next look and platform go on.
        log.error("job_failed", job=job.name, platform_id=platform_id, code=type(error.orig).__name__)
    else:
        if report is not None:
            log_report(job.name, report)


def run_leased(
    job: Job,
    sessions: Sessions,
    connect: Callable[[], MoodleClient | None],
    platform_id: int,
    settings: Settings,
    now: Callable[[], datetime],
    holder: str,
    is_to_do: Callable[[], bool] = lambda: True,
) -> SyncReport | None:
    """Run a job for one platform while holding the platform's lease; jobs of one platform exclude each other.

    A sync that somebody asked for is thereby done. `is_to_do` is asked under the lease; None: it was not.

    Raises:
        LeaseLost: another worker holds it, or took it over in the middle.
        BridgeError: the saved token does not open; that is written down as a run that failed.
    """
    with _leased(sessions, platform_id, now, holder) as progress:
        if not is_to_do():
            return None
        if job.name == SYNC:
            _take_request(sessions, platform_id)
        try:
            client = connect()
        except BridgeError as error:
            with writing(sessions) as db:
                save_refused_run(db, platform_id, job.name, error, now())
            raise
        return job.run(sessions, client, platform_id, settings, now, progress)


def run_requested(sessions: Sessions, settings: Settings, now: Callable[[], datetime], holder: str) -> None:
    """Run the syncs that somebody asked for; one for a platform that is being read waits for the next look.

    A request is taken when its run begins, so one that comes meanwhile leads to one more run.
    """
    try:
        with reading(sessions) as db:
            platform_ids = find_requested_platforms(db)
    except OperationalError:
        return  # the next sync says loudly that the database is away; this one comes again in a few seconds
    for platform_id in platform_ids:
        try:
            with correlated_run(), _leased(sessions, platform_id, now, holder) as progress:
                if _take_request(sessions, platform_id):
                    client = make_sync_client(sessions, settings, platform_id)
                    report = sync_platform(sessions, client, platform_id, settings, now, progress)
                    log_report(REQUESTS, report)
        except LeaseLost:
            log.debug("request_waits", platform_id=platform_id)
        except BridgeError as error:
            log.error("job_failed", job=REQUESTS, platform_id=platform_id, code=error.code, message=str(error))


@contextmanager
def _leased(
    sessions: Sessions, platform_id: int, now: Callable[[], datetime], holder: str
) -> Iterator[RenewingProgress]:
    held = take_lease(sessions, lease_of(platform_id), holder, now())
    progress = RenewingProgress(Silent(), sessions, held, now)
    try:
        yield progress
    finally:
        give_lease_back(sessions, progress.held, now())


def _take_request(sessions: Sessions, platform_id: int) -> bool:
    with writing(sessions) as db:
        return take_sync_request(db, platform_id)


def log_report(name: str, report: SyncReport) -> None:
    """Tell the log what a run did, in one line."""
    log.info(
        "job_ended",
        job=name,
        platform_id=report.platform_id,
        seconds=round((report.finished_at - report.started_at).total_seconds(), 3),
        rows_read=report.rows_read,
        rows_new=report.rows_new,
        rows_quarantined=report.rows_quarantined,
        failures=[failure.text for failure in report.failures],
        notes=list(report.notes),
    )
