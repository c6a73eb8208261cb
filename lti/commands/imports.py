"""`lea import` and `lea measure`: take in what Moodle does not tell, by files, and measure it (docs/import.md)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from analytics.policy.access import Action
from bridge.correlation import correlated_run
from bridge.sources.contract import Options
from bridge.sources.document import describe_columns
from bridge.sources.errors import SourceRefused
from bridge.sources.importing import Import, Report
from bridge.sources.moodle_log.times import DateOrder
from bridge.sources.registry import SOURCES, find_source
from bridge.store.database import reading, writing
from bridge.store.platforms import PlatformRecord, load_platforms, save_platform
from bridge.store.runs import MEASURE
from bridge.store.seeds import seed_platform
from bridge.sync.course import sync_platform
from bridge.sync.jobs import log_report
from lti.commands.actions import note_access
from lti.commands.days import DAY
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.sync import print_report, progress_bars
from lti.commands.targets import ADD_FIRST, choose_platform, find_targets, platform_option

SHOWN = 20


def _print_columns(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(describe_columns(SOURCES), nl=False)
        context.exit()


@click.command("import")
@click.argument("kind", type=click.Choice([source.kind for source in SOURCES]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Do and count everything, and store nothing.")
@click.option(
    "--covers-to",
    type=DAY,
    help="The file is complete up to this day, for every course. Without it: up to each course's last day in the file.",
)
@click.option(
    "--date-format",
    type=click.Choice([order.value for order in DateOrder]),
    help="In which order dates name day, month and year, where a file leaves it open.",
)
@click.option("--lines", is_flag=True, help="List every row that does not fit.")
@click.option(
    "--columns",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_columns,
    help="Print the columns of every kind, and end.",
)
@click.option("--add-site", is_flag=True, help="Make the site of --platform known, which no plugin tells of.")
@platform_option
@pass_runtime
@says_what_went_wrong
def import_file(
    runtime: Runtime,
    /,
    kind: str,
    file: Path,
    dry_run: bool,
    covers_to: datetime | None,
    date_format: str | None,
    lines: bool,
    add_site: bool,
    platform: str | None,
) -> None:
    """Take a file of some kind in: CSV (UTF-8, commas, a header) or Parquet.

    Columns of each kind: docs/import.md. Rows that do not fit are left out and listed by line; then it ends with 1.
    Taking the same file in again changes nothing, and where Moodle itself tells, its word stands.
    """
    source = find_source(kind)
    assert source is not None  # noqa: S101 (narrowing: click offers the kinds that there are)
    if add_site:
        _add_site(runtime, platform)
    chosen = _choose(runtime, platform)
    options = Options(None if covers_to is None else covers_to.date(), date_format)
    one = Import(runtime.sessions, chosen.platform_id, runtime.settings, runtime.now, source, options, is_dry=dry_run)
    try:
        with _counting(runtime, source.title) as progress:
            report = one.run(file, progress)
    except SourceRefused:
        _note(runtime, chosen.platform_id, f"{kind} begun from a file, which was not taken in whole", is_dry=dry_run)
        raise
    detail = f"{kind} taken in from a file: {report.tally.new:,} rows new or changed"
    _note(runtime, chosen.platform_id, detail, is_dry=dry_run)
    show(runtime, report, every_line=lines)
    runtime.console.print("Nothing was stored." if dry_run else "Stored. When all files are in, next: lea measure")
    if report.tally.rejected_counts:
        raise SystemExit(1)


def _note(runtime: Runtime, platform_id: int, detail: str, *, is_dry: bool) -> None:
    """Leave the access row; of a dry run, which stores nothing, none."""
    if not is_dry:
        with writing(runtime.sessions) as db:
            note_access(db, platform_id, runtime.now(), Action.EVIDENCE_CHANGE, detail)


def _choose(runtime: Runtime, address: str | None) -> PlatformRecord:
    """Choose the site that a file is about; where there is none, tell of the one that needs no plugin, too."""
    with reading(runtime.sessions) as db:
        is_any = bool(load_platforms(db))
    if not is_any and address is None:
        raise click.ClickException(f"{ADD_FIRST}; for a site without the plugin: --add-site --platform https://…")
    return choose_platform(runtime, address)


def _add_site(runtime: Runtime, address: str | None) -> None:
    """Save a site of which only files tell; one that is known stays as it is."""
    parts = urlsplit(address or "")
    if address is None or parts.scheme not in ("https", "http") or not parts.hostname:
        raise click.UsageError("--add-site needs the site's address: --platform https://…")
    with writing(runtime.sessions) as db:
        if all(known.moodle_url != address.rstrip("/") for known in load_platforms(db)):
            name = parts.hostname
            platform_id = save_platform(db, name=name, moodle_url=address, encrypted_token=None, now=runtime.now())
            seed_platform(db, platform_id, runtime.now())


@contextmanager
def _counting(runtime: Runtime, title: str) -> Iterator["_Counter"]:
    """Show how many rows were seen while a file is read."""
    columns = (SpinnerColumn(), TextColumn("{task.description}: {task.completed:,} rows"), TimeElapsedColumn())
    with Progress(*columns, console=runtime.console) as bars:
        yield _Counter(bars, title)


class _Counter:
    """Counts rows on the console."""

    def __init__(self, bars: Progress, title: str) -> None:
        self._bars = bars
        self._task = bars.add_task(title, total=None)

    def __call__(self, count: int) -> None:
        self._bars.advance(self._task, count)


def show(runtime: Runtime, report: Report, *, every_line: bool) -> None:
    """Print what became of a file, by counts; then the rows that do not fit, by line: nobody is named."""
    tally = report.tally
    rejected = sum(tally.rejected_counts.values())
    table = Table("rows", "count")
    table.add_row("read", f"{tally.rows:,}")
    table.add_row("new or changed here", f"{tally.new:,}")
    for reason, count in sorted(tally.left_out.items()):
        table.add_row(escape(f"left out: {reason}"), f"{count:,}")
    table.add_row("do not fit", f"{rejected:,}")
    runtime.console.print(table)
    for name in report.dropped:
        runtime.console.print(f"The column {name!r} may not come in: it was left out unread.", markup=False)
    for reason, count in tally.rejected_counts.most_common(SHOWN):
        runtime.console.print(f"{count:,} × {reason}", markup=False)
    listed = sorted(tally.rejected, key=lambda one: one.line)
    for out in listed if every_line else listed[:SHOWN]:
        runtime.console.print(f"line {out.line} does not fit: {out.reason}", markup=False)
    if not every_line and len(listed) > SHOWN:
        runtime.console.print("… --lines lists more of them.")


NOTHING_NEW = (
    "  No week was evaluated: each one that is complete was before, or no level is in force, or the files do not reach "
    "its Sunday yet. Next: lea level show, lea import"
)


@click.command("measure")
@platform_option
@pass_runtime
@says_what_went_wrong
def measure(runtime: Runtime, platform: str | None) -> None:
    """Measure from what is here, and evaluate the weeks that are complete; nothing is asked of Moodle.

    For sites that files tell of. A running worker does the same on its schedule.
    """
    failed = False
    for target in find_targets(runtime, platform):
        with correlated_run(), progress_bars(runtime) as bars:
            report = sync_platform(
                runtime.sessions, None, target.platform_id, runtime.settings, now=runtime.now, progress=bars
            )
            log_report(MEASURE, report)
        print_report(runtime, target, report)
        if report.has_succeeded and not report.evaluations:
            runtime.console.print(NOTHING_NEW)
        failed = failed or not report.has_succeeded
    if failed:
        raise click.ClickException("Not everything could be measured. What was stored stays; next: lea measure")
