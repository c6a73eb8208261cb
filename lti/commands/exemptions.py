"""`lea exemption`: days that do not count for one learner, such as extenuating circumstances; never the reason."""

from datetime import datetime

import click
from rich.table import Table
from sqlalchemy.orm import Session

from analytics.policy.access import Action
from bridge.store.database import writing
from bridge.store.exemptions import add_exemption, end_exemption, list_exemptions
from bridge.store.viewers import load_person
from lti.commands.actions import note_access
from lti.commands.calendars import span
from lti.commands.days import DAY
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option

USER = click.IntRange(min=1)


@click.group("exemption")
def exemptions() -> None:
    """Let days not count for a learner: an interruption, extenuating circumstances, weeks that a part-time learner
    does not study in.

    Dates only. No reason is asked for and none is kept.
    """


@exemptions.command("add")
@click.argument("first", metavar="FIRST", type=DAY)
@click.argument("last", metavar="LAST", type=DAY)
@click.option("--user", type=USER, required=True, help="The learner's id in Moodle.")
@platform_option
@pass_runtime
@says_what_went_wrong
def add(runtime: Runtime, first: datetime, last: datetime, user: int, platform: str | None) -> None:
    """Let the weeks from FIRST to LAST, both days included, not count for a learner, in all courses."""
    chosen = choose_platform(runtime, platform)
    days = span(first.date(), last.date(), "The exemption")
    with writing(runtime.sessions) as db:
        person_id = _find_person_id(db, chosen.platform_id, user)
        is_new = add_exemption(db, person_id, days)
        if is_new:
            note_access(db, chosen.platform_id, runtime.now(), Action.EVIDENCE_CHANGE, "exemption added", person_id)
    said = "Saved" if is_new else "Known already"
    runtime.console.print(f"{said}: {days.first} to {days.last} do not count for user {user}.")


@exemptions.command("end")
@click.argument("exemption_id", metavar="EXEMPTION", type=click.IntRange(min=1))
@click.option("--on", "last_day", type=DAY, help="Its last day.")
@click.option("--all-of-it", is_flag=True, help="Take it away, as if it had never been.")
@platform_option
@pass_runtime
@says_what_went_wrong
def end(runtime: Runtime, exemption_id: int, last_day: datetime | None, all_of_it: bool, platform: str | None) -> None:
    """Let an exemption end earlier, or take it away. Evaluations that were made stay as shown."""
    if (last_day is None) != all_of_it:
        raise click.UsageError("Say when it ends, --on DAY, or --all-of-it.")
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        person_id, left = end_exemption(
            db, chosen.platform_id, exemption_id, None if last_day is None else last_day.date()
        )
        note_access(db, chosen.platform_id, runtime.now(), Action.EVIDENCE_CHANGE, "exemption ended", person_id)
    said = "was taken away" if left is None else f"is now {left.first} to {left.last}"
    runtime.console.print(f"Exemption {exemption_id} {said}.")


@exemptions.command("list")
@click.option("--user", type=USER, help="Only this learner's, by the id in Moodle.")
@platform_option
@pass_runtime
@says_what_went_wrong
def show(runtime: Runtime, user: int | None, platform: str | None) -> None:
    """Show exemptions by Moodle's ids, without names."""
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        person_id = None if user is None else _find_person_id(db, chosen.platform_id, user)
        note_access(db, chosen.platform_id, runtime.now(), Action.AUDIT_VIEW, "exempt days looked at", person_id)
        found = list_exemptions(db, chosen.platform_id, person_id)
    table = Table("exemption", "user", "from", "to")
    for one in found:
        table.add_row(str(one.exemption_id), str(one.moodle_user_id), str(one.days.first), str(one.days.last))
    runtime.console.print(table if found else "There is no exemption.")


def _find_person_id(db: Session, platform_id: int, user: int) -> int:
    person = load_person(db, platform_id, user)
    if person is None:
        raise click.ClickException(f"No roster holds user {user}. Nothing was changed.")
    return person.person_id
