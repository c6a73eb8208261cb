"""`lea retention`, `lea restrict`: how long what is kept, and whose data is not processed."""

import click
from rich.table import Table

from analytics.policy.access import Action
from analytics.policy.dpia import write_dpia
from bridge.errors import BridgeError, LeaseLost
from bridge.store.database import reading, writing
from bridge.store.restrictions import RestrictionKind, end_restrictions, load_restrictions, start_restriction
from bridge.store.retention import Scope, count_old, load_last_proofs
from bridge.store.viewers import load_person
from bridge.sync.erasing import holding
from bridge.sync.expiry import purge_platform
from lti.commands.actions import note_access
from lti.commands.erase import BUSY
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, find_targets, platform_option

user_option = click.option("--user", type=click.IntRange(min=1), required=True, help="The learner's id in Moodle.")


@click.group()
def retention() -> None:
    """Show and apply how long each kind of data is kept.

    The nightly job does it by itself. The periods are in docs/dpia.md; LEA_RETENTION_DAYS changes them.
    """


@retention.command("status")
@platform_option
@pass_runtime
@says_what_went_wrong
def show_retention(runtime: Runtime, platform: str | None) -> None:
    """Show each kind of data with its period, what is older than that now, and the last purge."""
    for target in find_targets(runtime, platform):
        table = Table("kind", "days", "lawful basis", "too old now", "last purge: removed, left over")
        with reading(runtime.sessions) as db:
            proofs = load_last_proofs(db, target.platform_id)
            for rule in runtime.settings.retention:
                old = count_old(db, Scope(target.platform_id, rule, runtime.now(), runtime.settings.zone))
                proof = proofs.get(rule.kind)
                last = (
                    "never" if proof is None else f"{proof.at:%Y-%m-%d %H:%M} UTC: {proof.removed}, {proof.left_over}"
                )
                days = "–" if rule.days is None else f"{rule.days:,}"
                table.add_row(rule.kind, days, rule.basis, str(old), last)
        runtime.console.print(target.moodle_url, markup=False)
        runtime.console.print(table)


@retention.command("run")
@platform_option
@pass_runtime
@says_what_went_wrong
def run_retention(runtime: Runtime, platform: str | None) -> None:
    """Remove what has been kept long enough now, as the nightly job does, and prove it by counts."""
    failures: list[BridgeError] = []
    left_over = 0
    for target in find_targets(runtime, platform):
        try:
            with holding(runtime.sessions, target.platform_id, runtime.now):
                proofs = purge_platform(
                    runtime.sessions, target.platform_id, runtime.settings, runtime.now, failures.append
                )
        except LeaseLost as error:
            raise click.ClickException(BUSY) from error
        for proof in proofs:
            runtime.console.print(f"{proof.kind}: {proof.removed:,} removed, {proof.left_over:,} left over")
        left_over += sum(proof.left_over for proof in proofs)
    if failures or left_over:
        told = " ".join(map(str, failures)) or "Rows are left over; the last lines say of which kind."
        raise click.ClickException(f"Not everything that is due was removed. {told}")


@retention.command("document")
@pass_runtime
@says_what_went_wrong
def print_document(runtime: Runtime) -> None:
    """Print the part of an impact assessment that the tool can fill in, with this installation's periods."""
    click.echo(write_dpia(runtime.settings.retention, runtime.settings.dpia_reference), nl=False)


@click.group()
def restrict() -> None:
    """Pause the processing of one learner's data, and end the pause (UK GDPR articles 18 and 21).

    Meanwhile nothing is measured, staff do not find the learner in any list, and the learner's own page says why.
    What happened in the pause never counts against them.
    """


@restrict.command("start")
@platform_option
@user_option
@click.option(
    "--kind", type=click.Choice([kind.value for kind in RestrictionKind]), required=True, help="What they asked."
)
@click.option("--decided-by", required=True, help="Who decided it, by name; the learner reads it.")
@pass_runtime
@says_what_went_wrong
def start(runtime: Runtime, platform: str | None, user: int, kind: str, decided_by: str) -> None:
    """Pause from now on, until it is ended."""
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        person = load_person(db, chosen.platform_id, user)
        if person is None:
            raise click.ClickException(f"No roster holds user {user}. Nothing was changed.")
        start_restriction(db, person.person_id, RestrictionKind(kind), decided_by.strip()[:200], runtime.now())
        detail = f"pause begun, decided by {decided_by.strip()[:100]}"
        note_access(db, chosen.platform_id, runtime.now(), Action.SUBJECT_RIGHTS, detail, person.person_id)
    runtime.console.print(f"User {user} is paused. Next, when it is settled: lea restrict end --user {user}")


@restrict.command("end")
@platform_option
@user_option
@pass_runtime
@says_what_went_wrong
def end(runtime: Runtime, platform: str | None, user: int) -> None:
    """End the pause; the next sync measures again."""
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        person = load_person(db, chosen.platform_id, user)
        if person is None or not end_restrictions(db, person.person_id, runtime.now()):
            raise click.ClickException(f"User {user} is not paused. Nothing was changed.")
        note_access(db, chosen.platform_id, runtime.now(), Action.SUBJECT_RIGHTS, "pause ended", person.person_id)
    runtime.console.print(f"User {user} is not paused any more.")


@restrict.command("list")
@platform_option
@pass_runtime
@says_what_went_wrong
def list_restrictions(runtime: Runtime, platform: str | None) -> None:
    """Show every pause, ended ones too; by Moodle's ids, without names."""
    chosen = choose_platform(runtime, platform)
    with reading(runtime.sessions) as db:
        found = load_restrictions(db, chosen.platform_id)
    table = Table("user", "kind", "from", "to", "decided by")
    for one in found:
        ends = "runs" if one.ends_at is None else f"{one.ends_at:%Y-%m-%d %H:%M} UTC"
        starts = f"{one.starts_at:%Y-%m-%d %H:%M} UTC"
        table.add_row(str(one.moodle_user_id), one.kind, starts, ends, one.decided_by)
    runtime.console.print(table if found else "Nobody is or was paused.")
