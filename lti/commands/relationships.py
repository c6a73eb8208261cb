"""`lea relationship` and `lea training`: who works with whom beside what Moodle and the student record say."""

from datetime import UTC, datetime, time, timedelta

import click
from rich.markup import escape
from rich.table import Table

from analytics.policy.access import Action
from analytics.policy.relationships import Kind
from bridge.store.database import reading, writing
from bridge.store.holders import Holder
from bridge.store.relationships import (
    NewRelationship,
    add_relationship,
    end_relationship,
    load_relationships,
    save_training,
)
from lti.commands.actions import note_access
from lti.commands.days import DAY
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option

SAY_WHO = "Say who: --staff-number or --moodle-user."
BY_HAND = [kind.value for kind in Kind if kind is not Kind.BREAK_GLASS]
staff_number = click.option("--staff-number", help="The person's ID number in Moodle.")
moodle_user = click.option("--moodle-user", type=click.IntRange(min=1), help="The person's user id in Moodle.")


@click.group("relationship")
def relationships() -> None:
    """Say who works with whom: advisers, support officers, leads, faculty, maintainers.

    Tutors come from Moodle itself and most advisers from the student record (lea feed).
    """


@click.group("training")
def trainings() -> None:
    """Record who was trained before they see learners by name."""


@relationships.command("list")
@click.option("--kind", type=click.Choice(BY_HAND), help="This kind alone.")
@click.option("--ended", is_flag=True, help="Those that are over, too.")
@platform_option
@pass_runtime
@says_what_went_wrong
def list_relationships(runtime: Runtime, kind: str | None, ended: bool, platform: str | None) -> None:
    """Show who holds which relationship, and since when. Learners are not named here."""
    chosen = choose_platform(runtime, platform)
    kinds = tuple(Kind) if kind is None else (Kind(kind),)
    with reading(runtime.sessions) as db:
        found = load_relationships(db, chosen.platform_id, runtime.now(), kinds=kinds, with_ended=ended)
    table = Table("id", "kind", "who", "found by", "school", "from", "to", "source")
    for one in found:
        by = one.holder.idnumber or f"Moodle user {one.holder.moodle_user_id}"
        starts = one.starts_at.astimezone(runtime.settings.zone)
        ends = "" if one.ends_at is None else f"{one.ends_at.astimezone(runtime.settings.zone):%Y-%m-%d %H:%M}"
        words = (str(one.relationship_id), one.kind, one.holder_name, by, one.school_code or "")
        table.add_row(*map(escape, words), f"{starts:%Y-%m-%d %H:%M}", ends, one.source)
    runtime.console.print(table)


@relationships.command("add")
@click.argument("kind", type=click.Choice(BY_HAND))
@click.option("--name", required=True, help="The person's name, as learners and colleagues read it.")
@staff_number
@moodle_user
@click.option("--school", help="The school's code: support officers and leads.")
@click.option("--learner", help="The learner's student number: advisers.")
@click.option("--until", type=DAY, help="The last day, such as 2027-07-31; without it no end is known.")
@platform_option
@pass_runtime
@says_what_went_wrong
def add(
    runtime: Runtime,
    kind: str,
    name: str,
    staff_number: str | None,
    moodle_user: int | None,
    school: str | None,
    learner: str | None,
    until: datetime | None,
    platform: str | None,
) -> None:
    """Begin a relationship now. It shows nobody by name before the person's training and the school's start."""
    chosen = choose_platform(runtime, platform)
    last_day = None if until is None else until.date() + timedelta(days=1)
    zone = runtime.settings.zone
    new = NewRelationship(
        kind=Kind(kind),
        holder=read_holder(staff_number, moodle_user),
        holder_name=name.strip(),
        starts_at=runtime.now(),
        ends_at=None if last_day is None else datetime.combine(last_day, time.min, zone).astimezone(UTC),
        school_code=school,
        student_number=learner,
    )
    with writing(runtime.sessions) as db:
        person_id = add_relationship(db, chosen.platform_id, new)
        detail = f"{new.kind} added: {new.holder_name[:100]}"
        note_access(db, chosen.platform_id, runtime.now(), Action.RECORDS_CHANGE, detail, person_id)
    runtime.console.print(f"{name.strip()} is {kind} from now on.", markup=False)


@relationships.command("end")
@click.argument("relationship_id", type=click.IntRange(min=1))
@platform_option
@pass_runtime
@says_what_went_wrong
def end(runtime: Runtime, relationship_id: int, platform: str | None) -> None:
    """End a relationship now, by its id in the list; what it showed is refused from the next request on."""
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        person_id = end_relationship(db, chosen.platform_id, relationship_id, runtime.now())
        detail = f"relationship {relationship_id} ended"
        note_access(db, chosen.platform_id, runtime.now(), Action.RECORDS_CHANGE, detail, person_id)
    runtime.console.print("It ended. That it was stays known.")


@trainings.command("record")
@click.argument("day", type=DAY, metavar="DAY")
@click.option("--staff-number", multiple=True, help="The person's ID number in Moodle; once for each person.")
@click.option(
    "--moodle-user", type=click.IntRange(min=1), multiple=True, help="The person's user id; once for each person."
)
@platform_option
@pass_runtime
@says_what_went_wrong
def record(
    runtime: Runtime,
    day: datetime,
    staff_number: tuple[str, ...],
    moodle_user: tuple[int, ...],
    platform: str | None,
) -> None:
    """Write down that people were trained on DAY, such as 2026-09-14: all who came, in one command."""
    chosen = choose_platform(runtime, platform)
    holders = [read_holder(number, None) for number in staff_number] + [read_holder(None, who) for who in moodle_user]
    if not holders:
        raise click.UsageError(SAY_WHO)
    if day.date() > runtime.now().astimezone(runtime.settings.zone).date():
        raise click.BadParameter("This day is still to come. Nothing was changed.")
    with writing(runtime.sessions) as db:
        for holder in holders:
            save_training(db, chosen.platform_id, holder, day.date(), runtime.now())
    who = "one person" if len(holders) == 1 else f"{len(holders):,} people"
    runtime.console.print(f"Recorded: trained on {day:%Y-%m-%d}, {who}.")


def read_holder(staff_number: str | None, moodle_user: int | None) -> Holder:
    """Return who is meant.

    Raises:
        click.UsageError: neither a staff number nor a Moodle user id is given.
    """
    number = (staff_number or "").strip()
    if not number and moodle_user is None:
        raise click.UsageError(SAY_WHO)
    return Holder(moodle_user, number or None)
