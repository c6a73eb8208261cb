"""Ticks: the same instants for every worker, so that of several workers one runs a job, once.

A worker that comes to a tick second finds the run of the first in `sync_run`. One that dies in its run leaves a lease
that nobody gave back; when its time is up, another takes the job up (`bridge.sync.jobs`).
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bridge.store.ended_runs import has_ended_since, load_left_jobs
from bridge.store.runs import MEASURE, NIGHTLY, SYNC
from bridge.sync.lease import find_dead_leases

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Where intervals are counted from."""
NIGHT = time(3, 20)
"""When the nightly job begins, where the institution is."""
LEASE = "platform "
"""What the name of a platform's lease begins with."""


def lease_of(platform_id: int) -> str:
    """Return the name of the lease under which a platform's jobs run."""
    return f"{LEASE}{platform_id}"


def tick_of_interval(now: datetime, minutes: int) -> datetime:
    """Return when the running interval of so many minutes began, the same for every worker."""
    return now - (now - EPOCH) % timedelta(minutes=minutes)


def tick_of_night(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the last instant at which nightly jobs began."""
    local = now.astimezone(zone)
    began = datetime.combine(local.date(), NIGHT, zone)
    return began if began <= local else datetime.combine(local.date() - timedelta(days=1), NIGHT, zone)


def is_done(db: Session, platform_id: int, job: str, tick: datetime, now: datetime, *, has_token: bool) -> bool:
    """Say whether a run of a job that began at a tick, or between it and now, has ended, however it ended.

    A platform without a token is measured, not read. A run from before the tick or, by a clock that ran ahead, from
    after now says nothing.
    """
    written_as = MEASURE if job == SYNC and not has_token else job
    return has_ended_since(db, platform_id, written_as, tick, now)


def find_left_jobs(db: Session, now: datetime) -> Sequence[tuple[int, str]]:
    """Return platform and job (SYNC, NIGHTLY) of what dead workers left unfinished; empty: nothing is."""
    found = []
    for name in find_dead_leases(db, now):
        number = name.removeprefix(LEASE)
        if name != number and number.isdigit():
            left = load_left_jobs(db, int(number))
            found += [(int(number), NIGHTLY)] if NIGHTLY in left else []
            found += [(int(number), SYNC)] if left & {SYNC, MEASURE} else []
    return found
