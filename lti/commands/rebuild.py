"""`lea rebuild`: make facts and weeks anew in bulk, from archives of Moodle's log or from what the database holds."""

from pathlib import Path

import click
from rich.table import Table

from analytics.policy.access import Action
from bridge.moodle.payloads import FUTURE_SECONDS
from bridge.rebuild.archive import Archive, open_archive
from bridge.rebuild.engine import Limits
from bridge.rebuild.rebuild import Count, Rebuild
from bridge.rebuild.source import Source
from bridge.rebuild.window import RawWindow
from bridge.store.database import writing
from bridge.store.platforms import PlatformRecord
from bridge.sync.report import SyncReport
from lti.commands.actions import note_access
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.sync import print_notes, progress_bars
from lti.commands.targets import choose_platform, platform_option

LEAST_MEMORY_MB = 128


@click.command()
@click.argument("archive", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Make and count all facts, and store nothing.")
@click.option(
    "--memory",
    type=click.IntRange(min=LEAST_MEMORY_MB),
    default=Limits().memory_mb,
    show_default=True,
    metavar="MB",
    help="What DuckDB may take; beyond that it works on disk (TMPDIR). The command needs some 300 MB besides.",
)
@platform_option
@pass_runtime
@says_what_went_wrong
def rebuild(runtime: Runtime, /, archive: tuple[Path, ...], dry_run: bool, memory: int, platform: str | None) -> None:
    """Make facts anew, week by week, and measure the weeks of everybody whose facts changed.

    ARCHIVE: Parquet files, or folders of them, with the columns of Moodle's table logstore_standard_log. Without it:
    the raw log rows of the last 35 days that are here, and every learner is measured anew.

    Facts are only added, and evaluations stay as they were shown. Broken off, it goes on where it was: run it again.
    """
    chosen = choose_platform(runtime, platform)
    source = _open(runtime, chosen, archive)
    if not dry_run:
        what = f"{len(source.paths)} files" if source.paths else "raw rows"
        with writing(runtime.sessions) as db:
            detail = f"rebuild of facts from {what} begun"
            note_access(db, chosen.platform_id, runtime.now(), Action.EVIDENCE_CHANGE, detail)
    one = Rebuild(
        runtime.sessions,
        chosen.platform_id,
        runtime.settings,
        runtime.now,
        source,
        Limits(memory_mb=memory),
        is_dry=dry_run,
    )
    with progress_bars(runtime) as bars:
        report = one.run(bars)
    _show(runtime, one.count, report, is_dry=dry_run)
    if not report.has_succeeded:
        raise click.ClickException("Not everything was rebuilt. What was stored is right; run it again to go on.")


def _open(runtime: Runtime, platform: PlatformRecord, paths: tuple[Path, ...]) -> Source:
    if not paths:
        return RawWindow(runtime.sessions, platform.platform_id)
    archive: Archive = open_archive(paths, runtime.settings.zone, int(runtime.now().timestamp()) + FUTURE_SECONDS)
    for name in archive.dropped:
        runtime.console.print(f"The column {name!r} may not come in: it is left out unread.", markup=False)
    return archive


def _show(runtime: Runtime, count: Count, report: SyncReport, *, is_dry: bool) -> None:
    table = Table("", "count")
    table.add_row("log rows looked through", f"{count.rows:,}")
    table.add_row("weeks", f"{count.weeks:,}")
    if count.skipped:
        table.add_row("weeks that were done before", f"{count.skipped:,}")
    table.add_row("facts in them", f"{count.facts:,}")
    table.add_row("facts that were not known", f"{count.new:,}")
    runtime.console.print(table)
    print_notes(runtime, report)
    if is_dry:
        runtime.console.print("Nothing was stored.")
