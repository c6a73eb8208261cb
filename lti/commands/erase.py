"""`lea erase`, `lea tombstones`: a decided erasure, and its marks that outlive a restored backup."""

from datetime import UTC, datetime, time
from pathlib import Path

import click
from rich.table import Table

from analytics.policy.access import Action
from bridge.errors import LeaseLost
from bridge.store.case_erasure import count_written_by
from bridge.store.database import reading, writing
from bridge.store.erasure import count_rows_about
from bridge.store.erasure_decisions import Decision, find_name_in, save_decision
from bridge.store.platforms import PlatformRecord
from bridge.store.reapplying import apply_tombstones
from bridge.store.tombstones import load_tombstones, load_user_keys
from bridge.store.viewers import load_person
from bridge.sync.erasing import erase_by_decision
from bridge.tombstone_file import agree_with_file, find_tombstone_file, read_tombstones, write_tombstones
from lti.commands.actions import note_access
from lti.commands.days import DAY
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option

BUSY = (
    "A worker is reading from this platform just now. Nothing was changed. Try again when it is done, or stop the "
    "worker first (a worker that was killed lets go after five minutes)."
)
NO_FILE = (
    "The mark is in the database alone: a backup from before today that is restored would bring the learner back. Set "
    "LEA_TOMBSTONE_FILE, or keep a copy now: lea tombstones export FILE"
)


@click.command()
@click.argument("verdict", type=click.Choice(["grant", "refuse"]), default="grant")
@platform_option
@click.option("--user", type=click.IntRange(min=1), required=True, help="The learner's id in Moodle.")
@click.option("--decided-by", required=True, help="Who decided about the request, by name.")
@click.option("--reason", required=True, help="Why; it is kept for years, so without naming the learner.")
@click.option("--asked-on", type=DAY, help="When the learner asked; today if it is not given.")
@click.option("--dry-run", is_flag=True, help="Count what would go, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask back.")
@pass_runtime
@says_what_went_wrong
def erase(
    runtime: Runtime,
    verdict: str,
    platform: str | None,
    user: int,
    decided_by: str,
    reason: str,
    asked_on: datetime | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Carry out a learner's request for erasure, or write down that it was refused.

    A person decides, this command does it: `lea erase --user 7 …` counts what is held, asks back, and deletes it in
    every table; `lea erase refuse --user 7 …` deletes nothing. Both keep the decision under a key that names nobody.
    Moodle itself keeps its own data: erase it there, too. Whoever is still enrolled begins anew from now on.
    """
    chosen = choose_platform(runtime, platform)
    now = runtime.now()
    asked_at = now if asked_on is None else datetime.combine(asked_on, time(), UTC)
    if asked_at > now:
        raise click.UsageError("--asked-on lies in the future.")
    decision = Decision(asked_at, now, decided_by.strip()[:200], verdict == "grant", reason.strip())
    counts = _look(runtime, chosen, user, decision)
    if dry_run:
        runtime.console.print("Nothing was changed: this was a dry run.")
        return
    if decision.is_granted:
        _grant(runtime, chosen, user, decision, counts, yes)
    else:
        _refuse(runtime, chosen, user, decision)


def _look(runtime: Runtime, chosen: PlatformRecord, user: int, decision: Decision) -> dict[str, int]:
    """Show what is held, and refuse a decision that would itself name the learner."""
    with reading(runtime.sessions) as db:
        if not decision.decided_by or not decision.reason:
            raise click.UsageError("--decided-by and --reason must say something.")
        name = find_name_in(db, chosen.platform_id, user, decision.reason)
        if name is not None:
            raise click.UsageError(f"--reason names the learner ({name}), and it stays. Nothing was changed.")
        counts = count_rows_about(db, chosen.platform_id, user)
        written = count_written_by(db, chosen.platform_id, user)
    table = Table("table", "rows", title=f"Held about user {user} of {chosen.moodle_url}", title_justify="left")
    for name, count in counts.items():
        table.add_row(name, f"{count:,}")
    runtime.console.print(table)
    if not counts:
        runtime.console.print("Nothing is held about them.")
    if written:
        runtime.console.print(
            f"Steps of cases that they wrote as staff: {written:,}. These stay with their name until each case's own "
            "period ends: a learner has a right to know who decided about them."
        )
    return counts


def _grant(
    runtime: Runtime, chosen: PlatformRecord, user: int, decision: Decision, counts: dict[str, int], yes: bool
) -> None:
    if not yes and not click.confirm(f"Erase {sum(counts.values()):,} rows? This cannot be taken back"):
        raise click.ClickException("Nothing was changed.")
    try:
        erase_by_decision(runtime.sessions, runtime.settings, chosen.platform_id, user, decision)
    except LeaseLost as error:
        raise click.ClickException(BUSY) from error
    with writing(runtime.sessions) as db:
        left = count_rows_about(db, chosen.platform_id, user)
        detail = f"erasure carried out, decided by {decision.decided_by[:100]}"
        note_access(db, chosen.platform_id, decision.decided_at, Action.SUBJECT_RIGHTS, detail)
    runtime.console.print(f"Erased. Left over: {sum(left.values()):,} rows. The decision is written down.")
    if find_tombstone_file(runtime.settings, runtime.sessions) is None:
        runtime.console.print(NO_FILE)


def _refuse(runtime: Runtime, chosen: PlatformRecord, user: int, decision: Decision) -> None:
    with writing(runtime.sessions) as db:
        save_decision(db, load_user_keys(db, chosen.platform_id, runtime.settings.secret_key), user, decision)
        person = load_person(db, chosen.platform_id, user)
        detail = f"erasure refused, decided by {decision.decided_by[:100]}"
        subject = None if person is None else person.person_id
        note_access(db, chosen.platform_id, decision.decided_at, Action.SUBJECT_RIGHTS, detail, subject)
    runtime.console.print(
        "Written down as refused; nothing was deleted. Tell the learner why, and that they can complain to the "
        "Information Commissioner."
    )


@click.group()
def tombstones() -> None:
    """Keep the marks of erasures apart from the database, for when a backup is restored.

    A mark is a keyed hash that names nobody and holds under the same LEA_SECRET_KEY alone. Where LEA_TOMBSTONE_FILE is
    set, and beside every SQLite database, the tool keeps the file itself and applies it before it serves and syncs.
    """


@tombstones.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@pass_runtime
@says_what_went_wrong
def export_tombstones(runtime: Runtime, file: Path) -> None:
    """Write every mark to FILE, with those that are in it already."""
    with reading(runtime.sessions) as db:
        marks = load_tombstones(db) | read_tombstones(file)
    write_tombstones(file, marks)
    runtime.console.print(f"Written: {len(marks)} marks.")


@tombstones.command("apply")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_runtime
@says_what_went_wrong
def apply_tombstone_file(runtime: Runtime, file: Path) -> None:
    """Erase again whom FILE knows as erased; after a backup was restored, before anything else is started."""
    marks = read_tombstones(file)
    with writing(runtime.sessions) as db:
        applied = apply_tombstones(db, marks, runtime.settings.secret_key)
    agree_with_file(runtime.sessions, runtime.settings)
    runtime.console.print(f"Marks in the file: {len(marks)}. New to the database, and carried out: {applied}.")
