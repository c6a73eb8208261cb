"""`lea feed`: take the institution's student record in, after showing what it would change."""

from collections import Counter
from pathlib import Path

import click
from rich.table import Table

from analytics.policy.access import Action
from bridge.feed.differences import Change, Comparison, compare
from bridge.feed.errors import FeedRefused
from bridge.feed.reading import read_feed
from bridge.store.database import reading, writing
from bridge.store.student_records import apply_feed, load_stored
from lti.commands.actions import note_access
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option

SHOWN = 20
FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
ALL_LINES = click.option("--lines", is_flag=True, help="List every line that changes something, with before and after.")


@click.group("feed")
def feed() -> None:
    """Take in the student record: home school, programme, credits, part-time, research, adviser, status.

    docs/student-record-feed.md describes the file. Nothing else of it is taken, and nobody is named here: lines are.
    """


@feed.command("check")
@FILE
@ALL_LINES
@platform_option
@pass_runtime
@says_what_went_wrong
def check(runtime: Runtime, file: Path, lines: bool, platform: str | None) -> None:
    """Show what a file would change, and which lines do not fit. Nothing is stored. Ends with 1 where a line is out."""
    chosen = choose_platform(runtime, platform)
    found = read_feed(file)
    with reading(runtime.sessions) as db:
        comparison = compare(load_stored(db, chosen.platform_id), found.rows, found.rejected)
    show(runtime, comparison, every_line=lines)
    runtime.console.print("Nothing was stored. Next: lea feed apply FILE")
    if comparison.rejected:
        raise SystemExit(1)


@feed.command("apply")
@FILE
@ALL_LINES
@click.option("--yes", is_flag=True, help="Do not ask: for a scheduler.")
@click.option("--skip-rejected", is_flag=True, help="Store the lines that fit although others do not.")
@click.option(
    "--complete",
    is_flag=True,
    help="The file holds every learner: delete the records of those whom it no longer has, and end their advisers.",
)
@platform_option
@pass_runtime
@says_what_went_wrong
def apply(
    runtime: Runtime, file: Path, lines: bool, yes: bool, skip_rejected: bool, complete: bool, platform: str | None
) -> None:
    """Show what a file changes, ask, and store it, all or nothing."""
    chosen = choose_platform(runtime, platform)
    found = read_feed(file)
    with reading(runtime.sessions) as db:
        shown = compare(load_stored(db, chosen.platform_id), found.rows, found.rejected)
    show(runtime, shown, every_line=lines)
    _check_rejected(shown, skip_rejected=skip_rejected, complete=complete)
    if not yes:
        click.confirm("Store this?", abort=True)
    with writing(runtime.sessions) as db:
        comparison = compare(load_stored(db, chosen.platform_id), found.rows, found.rejected)
        if comparison != shown:
            raise FeedRefused("What is stored changed meanwhile, so nothing was stored. Check the file again.")
        apply_feed(db, chosen.platform_id, comparison, runtime.now(), forget_missing=complete)
        detail = f"student record taken in: {len(comparison.taken):,} records"
        note_access(db, chosen.platform_id, runtime.now(), Action.RECORDS_CHANGE, detail)
    runtime.console.print(f"Stored: {len(comparison.taken):,} records.")


def _check_rejected(comparison: Comparison, *, skip_rejected: bool, complete: bool) -> None:
    if comparison.rejected and complete:
        raise FeedRefused("A file with lines that do not fit is not complete. Nothing was stored.")
    if comparison.rejected and not skip_rejected:
        raise FeedRefused("Some lines do not fit, so nothing was stored. Mend them, or say --skip-rejected.")


def show(runtime: Runtime, comparison: Comparison, *, every_line: bool) -> None:
    """Print the differences by kind, then the lines that do not fit: lines and codes, never a learner's number."""
    counts = Counter(difference.change for difference in comparison.differences)
    table = Table("what changes", "lines")
    for change in Change:
        if counts[change]:
            table.add_row(change.value, f"{counts[change]:,}")
    table.add_row("unchanged", f"{comparison.unchanged:,}")
    table.add_row("in no synced roster, not stored", f"{comparison.not_in_moodle:,}")
    table.add_row("stored, but not in the file", f"{len(comparison.not_in_file):,}")
    table.add_row("do not fit", f"{len(comparison.rejected):,}")
    runtime.console.print(table)
    if every_line:
        for one in comparison.differences:
            before, after = one.before or "none", one.after or "none"
            runtime.console.print(f"line {one.line}: {one.change.value}: {before} → {after}", markup=False)
    listed = comparison.rejected if every_line else comparison.rejected[:SHOWN]
    for out in listed:
        runtime.console.print(f"line {out.line} does not fit: {out.reason}", markup=False)
    if len(listed) < len(comparison.rejected):
        runtime.console.print(f"… and {len(comparison.rejected) - len(listed):,} more; --lines lists them all.")
