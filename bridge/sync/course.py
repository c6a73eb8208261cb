"""Put the steps of a sync in order, for one platform and all its switched-on courses.

A step that fails has rolled back its own transaction with its cursor; what was committed before stays, the last good
numbers stay visible with their date, the run is written down as failed, and the next run repairs.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from analytics.calendar import local_date
from bridge.config import Settings
from bridge.errors import BridgeError, CursorMoved, LeaseLost
from bridge.moodle.client import MoodleClient
from bridge.moodle.errors import ClocksApart, PlatformError
from bridge.store.course_rollover import let_go_of_kept_calendars
from bridge.store.courses import switch_off, switch_on
from bridge.store.cursor import load_cursor
from bridge.store.database import Sessions, writing
from bridge.store.runs import MEASURE, NIGHTLY, SYNC, finish_run, start_run
from bridge.store.sync_requests import request_sync
from bridge.store.turns import take_turn
from bridge.sync.activities import sync_activities
from bridge.sync.attendance import sync_attendance
from bridge.sync.backfill import backfill_courses
from bridge.sync.concerns import open_concerns
from bridge.sync.context import Sync
from bridge.sync.courses import sync_courses
from bridge.sync.deletions import follow_deletions, reapply_tombstones
from bridge.sync.evaluations import make_evaluations
from bridge.sync.expiry import purge_by_kind, purge_visits
from bridge.sync.figures import make_figures
from bridge.sync.handshake import shake_hands
from bridge.sync.log import sync_log
from bridge.sync.reminding import remind_schools
from bridge.sync.report import Progress, Silent, SyncReport, Tally, to_result
from bridge.sync.roster import sync_rosters
from bridge.sync.sealing import seal_access_rows, tell_case_head
from bridge.sync.settle import reconcile_window, settle_log
from bridge.sync.switched import tell_switched_courses
from bridge.sync.tasks import sync_tasks
from bridge.sync.weeks import fold_weeks

UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run."""

    name: str
    run: Callable[[Sync, Tally], None]
    asks_moodle: bool = True
    is_essential: bool = False
    """Nothing is asked of Moodle after it failed."""
    is_per_course: bool = False


SYNC_STEPS = (
    Step("tombstones", reapply_tombstones, asks_moodle=False, is_essential=True),
    Step("handshake", shake_hands, is_essential=True),
    Step("switched", tell_switched_courses, is_essential=True),
    # Whose data is to be erased is known before anything is read about anybody.
    Step("deletions", follow_deletions, is_essential=True),
    Step("courses", sync_courses),
    Step("rosters", sync_rosters, is_per_course=True),
    Step("activities", sync_activities, is_per_course=True),
    Step("tasks", sync_tasks, is_per_course=True),
    Step("attendance", sync_attendance, is_per_course=True),
    Step("log", sync_log, is_essential=True),
    Step("backfill", backfill_courses),
    Step("settle", settle_log),
    Step("weeks", fold_weeks, asks_moodle=False, is_per_course=True),
    Step("evaluations", make_evaluations, asks_moodle=False, is_per_course=True),
    Step("figures", make_figures, asks_moodle=False),
    Step("concerns", open_concerns, asks_moodle=False),
)
NIGHTLY_STEPS = (
    Step("handshake", shake_hands, is_essential=True),
    Step("seals", seal_access_rows, asks_moodle=False),
    Step("cases", tell_case_head, asks_moodle=False),
    Step("reminders", remind_schools, asks_moodle=False),
    Step("visits", purge_visits, asks_moodle=False),
    Step("retention", purge_by_kind, asks_moodle=False),
    Step("reconcile", reconcile_window),
)


def sync_platform(
    sessions: Sessions,
    client: MoodleClient | None,
    platform_id: int,
    settings: Settings,
    now: Callable[[], datetime],
    progress: Progress | None = None,
) -> SyncReport:
    """Bring everything of a platform's switched-on courses up to date and write down the run.

    Moodle's errors are in the report, not raised. Without a client nothing is asked of it: what files brought is
    measured.

    Raises:
        LeaseLost: another worker took over; the run is written down as failed.
    """
    sync = Sync(sessions, client, platform_id, settings, now, progress or Silent())
    # A run that asked nothing of Moodle must not look like one that read it.
    return run_steps(sync, MEASURE if client is None else SYNC, _possible(SYNC_STEPS, client))


def run_nightly(
    sessions: Sessions,
    client: MoodleClient | None,
    platform_id: int,
    settings: Settings,
    now: Callable[[], datetime],
    progress: Progress | None = None,
) -> SyncReport:
    """Seal access rows, let old raw rows and ended visits go, and compare the rest of the raw window with Moodle.

    Raises:
        LeaseLost: as `sync_platform`.
    """
    sync = Sync(sessions, client, platform_id, settings, now, progress or Silent())
    return run_steps(sync, NIGHTLY, _possible(NIGHTLY_STEPS, client))


def _possible(steps: Sequence[Step], client: MoodleClient | None) -> Sequence[Step]:
    return [step for step in steps if client is not None or not step.asks_moodle]


def run_steps(sync: Sync, job: str, steps: Sequence[Step]) -> SyncReport:
    """Run the steps in order, and write down when and with what outcome.

    After an error of the whole platform, or of an essential step, only steps that need no Moodle still run; after two
    clocks were found apart, none: whose days are right is not known.
    """
    started_at = sync.now()
    with writing(sync.sessions) as db:
        run_id = start_run(db, sync.platform_id, job, started_at)
    tallies: list[Tally] = []
    try:
        is_moodle_there = True
        for step in steps:
            if is_moodle_there or not step.asks_moodle:
                tally = Tally(step.name)
                tallies.append(tally)
                is_moodle_there &= _run_step(sync, step, tally)
                if any(failure.code == ClocksApart.code for failure in tally.failures):
                    break
    except BaseException as error:
        _note_defect(tallies, error)
        raise
    finally:
        with writing(sync.sessions) as db:
            finish_run(db, run_id, to_result(tallies), sync.now())
    return SyncReport(sync.platform_id, started_at, sync.now(), tuple(tallies))


def _run_step(sync: Sync, step: Step, tally: Tally) -> bool:
    """Run one step; return whether there is a point in asking Moodle for more."""
    sync.progress.step(step.name, len(sync.courses()) if step.is_per_course else None)
    try:
        step.run(sync, tally)
    except LeaseLost:
        raise
    except BridgeError as error:
        tally.fail(error)
        return not (step.is_essential or isinstance(error, PlatformError | CursorMoved))
    return True


def _note_defect(tallies: Sequence[Tally], error: BaseException) -> None:
    """Note what ended the run; the text of an unknown error stays out, it may hold data."""
    if isinstance(error, BridgeError):
        tallies[-1].fail(error)
    elif tallies:
        code = type(error).__name__
        defect = BridgeError(f"The step ended with {code}. What was committed before stays; the next run goes on.")
        tallies[-1].fail(defect)


def switch_courses(
    db: Session,
    platform_id: int,
    on: Collection[int],
    off: Collection[int],
    now: datetime,
    zone: ZoneInfo = UTC_ZONE,
) -> None:
    """Switch courses on and off, all at once, by Moodle's ids, and ask for a sync; a course in both ends up off.

    What was measured stays when a course goes off. One that is on already, or off, stays as it is. The sync tells
    Moodle, and brings names, start, people and earlier log of what is new.
    """
    take_turn(db)
    is_on = set(on) - set(off)
    switch_on(db, platform_id, is_on, now, local_date(now, zone))
    let_go_of_kept_calendars(db, platform_id, is_on, now, zone)
    switch_off(db, platform_id, off, now, load_cursor(db, platform_id).read_to)
    request_sync(db, platform_id, now)
