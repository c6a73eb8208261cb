"""`lea register`, `lea platform approve|refuse`: Dynamic Registration as the administrator of this tool sees it."""

import click

from bridge.store.database import reading, writing
from bridge.store.pending_registrations import approve, load_pending, refuse
from bridge.store.platforms import load_platform
from bridge.store.registration_links import make_link
from bridge.store.sync_requests import request_sync
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.registration.asking import link_address

pending_argument = click.argument("pending_id", metavar="[ID]", type=click.IntRange(min=1), required=False)
"""Which waiting registration; where one waits alone it need not be named, and is shown and asked about instead."""


def find_waiting(runtime: Runtime, pending_id: int | None, verb: str) -> int:
    """Return the given id, or that of the only registration that waits, once `verb` is said yes to.

    Raises:
        click.ClickException: none is given, and none or several wait, or the answer is no.
    """
    if pending_id is not None:
        return pending_id
    with reading(runtime.sessions) as db:
        waiting = load_pending(db)
    if len(waiting) != 1:
        how_many = f"{len(waiting)} registrations wait" if waiting else "No registration waits"
        step = f"Say which: lea platform {verb} ID, as in lea platform list" if waiting else "Next: lea register"
        raise click.ClickException(f"{how_many} for approval. Nothing was changed. {step}")
    (one,) = waiting
    deployment = one.granted.lti_deployment_id or "none"
    print_plain(f"{one.granted.issuer}, client id {one.granted.client_id}, deployment {deployment}")
    print_plain(f"Its keys come from {one.granted.key_set_url}")
    if not click.confirm(f"{verb.capitalize()} it?"):
        raise click.ClickException("Nothing was changed.")
    return one.pending_id


@click.command("register")
@pass_runtime
@says_what_went_wrong
def register(runtime: Runtime) -> None:
    """Make a link by which Moodle registers this tool.

    It works once, for an hour. Paste it into Moodle under Site administration > Plugins > Activity modules >
    External tool > Manage tools, Tool URL, Add LTI Advantage. Moodle then shows what is asked for and what is not.
    What it grants waits here until it is approved, so a link that leaks opens nothing.
    """
    with writing(runtime.sessions) as db:
        token = make_link(db, made_by_platform_id=None, now=runtime.now())
    print_plain(link_address(runtime.settings.public_url, token))
    print_plain(
        "It works once, for an hour. In Moodle: Site administration > Plugins > Activity modules > External tool > "
        "Manage tools; paste it as Tool URL, choose Add LTI Advantage. Next: lea platform approve",
        to_stderr=True,
    )


def print_plain(text: str, *, to_stderr: bool = False) -> None:
    """Print a line as it is, so that a link can be copied, or taken by a script from standard output alone."""
    click.echo(text, err=to_stderr)


@click.command("approve")
@pending_argument
@pass_runtime
@says_what_went_wrong
def approve_registration(runtime: Runtime, pending_id: int | None) -> None:
    """Approve a waiting registration.

    Launches by it work from then on. ID is its number in `lea platform list`; it can be left out where only one waits.
    """
    pending_id = find_waiting(runtime, pending_id, "approve")
    with reading(runtime.sessions) as db:
        waiting = {one.pending_id: one.granted for one in load_pending(db)}
    with writing(runtime.sessions) as db:
        platform_id = approve(db, pending_id, runtime.now())
        platform = load_platform(db, platform_id)
        request_sync(db, platform_id, runtime.now())  # tells the plugin which external tool is this one
    granted = waiting.get(pending_id)
    lines = [f"Approved: {granted.issuer if granted else pending_id} may launch this tool."]
    if granted is not None and granted.lti_deployment_id is None:
        lines.append(
            "It named no deployment id, and launches are refused until one is known: lea platform add with --issuer "
            f"{granted.issuer} --client-id {granted.client_id} --deployment-id ID."
        )
    lines.append("In Moodle, activate the tool under Manage tools.")
    has_token = platform is not None and platform.has_token
    lines.append(f"Next: {'lea platform check' if has_token else 'lea platform connect, which saves its token'}")
    runtime.console.print(" ".join(lines), markup=False)


@click.command("refuse")
@pending_argument
@pass_runtime
@says_what_went_wrong
def refuse_registration(runtime: Runtime, pending_id: int | None) -> None:
    """Refuse a waiting registration.

    It is forgotten here. ID is its number in `lea platform list`; it can be left out where only one waits.
    """
    pending_id = find_waiting(runtime, pending_id, "refuse")
    with writing(runtime.sessions) as db:
        forgotten = refuse(db, pending_id)
    runtime.console.print(
        f"Refused: {forgotten.issuer} cannot launch this tool. Delete the tool there, too, under Manage tools.",
        markup=False,
    )
