"""`lea outage`: days for which Moodle's log is missing; their weeks are not counted until they are repaired."""

from datetime import datetime

import click
from rich.table import Table

from analytics.policy.access import Action
from bridge.store.database import reading, writing
from bridge.store.outages import add_outage, load_outages, repair_outage
from lti.commands.actions import note_access
from lti.commands.calendars import span
from lti.commands.days import DAY
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option


@click.group("outage")
def outages() -> None:
    """Note days for which Moodle's log is missing.

    A sync that cannot reach Moodle needs none: it reads what was missed when Moodle answers again, and meanwhile the
    clock stands. This is for days that Moodle itself did not log, or whose log it lost.
    """


@outages.command("add")
@click.argument("first", metavar="FIRST", type=DAY)
@click.argument("last", metavar="LAST", type=DAY)
@click.option("--by", "noted_by", required=True, help="Who notes it, by name.")
@platform_option
@pass_runtime
@says_what_went_wrong
def add(runtime: Runtime, first: datetime, last: datetime, noted_by: str, platform: str | None) -> None:
    """Note that the log is missing from FIRST to LAST, both days included: their weeks are not counted."""
    chosen = choose_platform(runtime, platform)
    days = span(first.date(), last.date(), "The outage")
    if not noted_by.strip():
        raise click.ClickException("Say who notes it: --by NAME. Nothing was changed.")
    with writing(runtime.sessions) as db:
        outage_id = add_outage(db, chosen.platform_id, days, noted_by.strip()[:200])
        said = f"outage {outage_id} noted, {days.first} to {days.last}, by {noted_by.strip()}"
        note_access(db, chosen.platform_id, runtime.now(), Action.EVIDENCE_CHANGE, said)
    runtime.console.print(
        f"Noted as outage {outage_id}: {days.first} to {days.last}. When the log has come after all: "
        f"lea outage repair {outage_id}",
        markup=False,
    )


@outages.command("repair")
@click.argument("outage_id", metavar="OUTAGE", type=click.IntRange(min=1))
@platform_option
@pass_runtime
@says_what_went_wrong
def repair(runtime: Runtime, outage_id: int, platform: str | None) -> None:
    """Note that the log of an outage has come: its weeks count, and pages say that they were revised."""
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        days = repair_outage(db, chosen.platform_id, outage_id, runtime.now())
        said = f"outage {outage_id} repaired, {days.first} to {days.last}"
        note_access(db, chosen.platform_id, runtime.now(), Action.EVIDENCE_CHANGE, said)
    runtime.console.print(f"The weeks of {days.first} to {days.last} count from the next sync on, as known now.")


@outages.command("list")
@platform_option
@pass_runtime
@says_what_went_wrong
def list_outages(runtime: Runtime, platform: str | None) -> None:
    """Show every outage, repaired ones too."""
    chosen = choose_platform(runtime, platform)
    with reading(runtime.sessions) as db:
        found = load_outages(db, chosen.platform_id)
    table = Table("outage", "from", "to", "noted by", "repaired")
    for one in found:
        repaired = "no" if one.repaired_at is None else f"{one.repaired_at:%Y-%m-%d %H:%M} UTC"
        table.add_row(str(one.outage_id), str(one.days.first), str(one.days.last), one.noted_by, repaired)
    runtime.console.print(table if found else "No outage is noted.")
