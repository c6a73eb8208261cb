"""`lea sync`, `lea status`, `lea worker`: read from Moodle once, show how it stands, read on a schedule."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from bridge.connections import make_sync_client
from bridge.correlation import correlated_run
from bridge.store.courses import load_synced_courses
from bridge.store.cursor import load_cursor
from bridge.store.database import reading
from bridge.store.platforms import PlatformRecord
from bridge.store.quarantine import count_rejected
from bridge.store.runs import SYNC, RunRecord, load_runs
from bridge.store.sources import load_imported_kinds
from bridge.sync.course import sync_platform
from bridge.sync.jobs import log_report, make_scheduler
from bridge.sync.report import SyncReport
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import find_connected, find_targets, platform_option


class ProgressBars:
    """A sync's steps as progress bars on the console; where it is no terminal, one line a step when it ends."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._running: TaskID | None = None

    def step(self, name: str, total: int | None) -> None:
        """Begin a bar for a step."""
        self._complete()
        self._running = self._bars.add_task(name, total=total)

    def advance(self, count: int = 1) -> None:
        """Move the running bar on."""
        if self._running is not None:
            self._bars.advance(self._running, count)

    def end(self) -> None:
        """Fill the last bar: nothing follows that would."""
        self._complete()

    def _complete(self) -> None:
        if self._running is not None:
            task = self._bars.tasks[self._running]
            self._bars.update(self._running, total=task.completed or 1, completed=task.completed or 1)


@contextmanager
def progress_bars(runtime: Runtime) -> Iterator[ProgressBars]:
    """Show progress bars while a sync runs."""
    columns = (TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=runtime.console) as bars:
        shown = ProgressBars(bars)
        yield shown
        shown.end()


@click.command()
@platform_option
@pass_runtime
@says_what_went_wrong
def sync(runtime: Runtime, platform: str | None) -> None:
    """Read from Moodle once: roster, activities, tasks, log; then measure. Safe to run at any time, and twice."""
    failed = False
    for target in find_connected(runtime, platform):
        with correlated_run(), progress_bars(runtime) as bars:
            client = make_sync_client(runtime.sessions, runtime.settings, target.platform_id)
            report = sync_platform(
                runtime.sessions, client, target.platform_id, runtime.settings, now=runtime.now, progress=bars
            )
            log_report(SYNC, report)
        print_report(runtime, target, report)
        failed = failed or not report.has_succeeded
    if failed:
        raise click.ClickException(
            "Not everything could be read. What was saved stays; the next sync goes on from there."
        )


def print_report(runtime: Runtime, target: PlatformRecord, report: SyncReport) -> None:
    """Print what a sync did: one line, then what an administrator should know, then what failed."""
    runtime.console.print(
        f"{target.name}: {report.rows_read} rows read, {report.rows_new} new log rows, "
        f"{report.rows_quarantined} set aside, {report.evaluations} weeks of learners evaluated."
    )
    print_notes(runtime, report)
    with reading(runtime.sessions) as db:
        if report.has_succeeded and not load_synced_courses(db, target.platform_id):
            runtime.console.print(
                "  No course is switched on, so no log was read. Next: lea course list, lea course on"
            )


def print_notes(runtime: Runtime, report: SyncReport) -> None:
    """Print what an administrator should know of a run, then what failed in it."""
    for note in report.notes:
        runtime.console.print(f"  note: {note}", markup=False)
    for failure in report.failures:
        runtime.console.print(f"  failed: {failure.text}", markup=False)


@click.command()
@platform_option
@pass_runtime
@says_what_went_wrong
def status(runtime: Runtime, platform: str | None) -> None:
    """Show how each platform stands: last sync, how far the log was read, what was set aside."""
    for target in find_targets(runtime, platform):
        with reading(runtime.sessions) as db:
            cursor = load_cursor(db, target.platform_id)
            course_count = len(load_synced_courses(db, target.platform_id))
            runs = load_runs(db, target.platform_id, limit=1)
            rejected = count_rejected(db, target.platform_id)
            files = load_imported_kinds(db, target.platform_id)
        facts = {
            "address": target.moodle_url,
            "plugin": target.plugin_release or "not asked yet",
            "clock": "not asked yet" if target.clock_skew_seconds is None else f"{target.clock_skew_seconds:+d} s",
            "courses switched on": str(course_count),
            "last run": describe_run(runs[0]) if runs else "never",
            "log read to id": f"{cursor.read_to} (settled to {cursor.settled_to})",
            "log complete at": instant(cursor.fresh_at, runtime),
            "files taken in": ", ".join(f"{kind} {at:%Y-%m-%d}" for kind, at in sorted(files.items())) or "none",
            "set aside": ", ".join(f"{count} from {source}" for source, count in rejected.items()) or "nothing",
        }
        # Text: brackets in what a platform said are no markup.
        table = Table(title=Text(target.name), show_header=False, title_justify="left")
        for name, value in facts.items():
            table.add_row(name, Text(value))
        runtime.console.print(table)


def describe_run(run: RunRecord) -> str:
    """Return a run in one line."""
    ended = run.finished_at or run.started_at
    said = f": {run.error_message}" if run.error_message else ""
    return f"{run.job} {run.outcome} {ended:%Y-%m-%d %H:%M} UTC{said}"


def instant(at: datetime | None, runtime: Runtime) -> str:
    """Return an instant in the institution's time, or "never"."""
    return "never" if at is None else f"{at.astimezone(runtime.settings.zone):%Y-%m-%d %H:%M:%S %Z}"


@click.command()
@pass_runtime
@says_what_went_wrong
def worker(runtime: Runtime) -> None:
    """Read from Moodle on a schedule until stopped. Several workers may run: only one reads at a time."""
    scheduler: Any = make_scheduler(runtime.sessions, runtime.settings, runtime.now)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.start()
