"""`lea register`, `lea platform approve|refuse`: Dynamic Registration as the administrator of this tool sees it."""

import click

from bridge.store.database import reading, writing
from bridge.store.pending_registrations import approve, load_pending, refuse
from bridge.store.platforms import load_platform
from bridge.store.registration_links import make_link
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.registration.asking import link_address

pending_argument = click.argument("pending_id", metavar="ID", type=click.IntRange(min=1))


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
        "Manage tools; paste it as Tool URL, choose Add LTI Advantage. Next: lea platform list, lea platform approve",
        to_stderr=True,
    )


def print_plain(text: str, *, to_stderr: bool = False) -> None:
    """Print a line as it is, so that a link can be copied, or taken by a script from standard output alone."""
    click.echo(text, err=to_stderr)


@click.command("approve")
@pending_argument
@pass_runtime
@says_what_went_wrong
def approve_registration(runtime: Runtime, pending_id: int) -> None:
    """Approve a waiting registration.

    Launches by it work from then on. ID is its number in `lea platform list`.
    """
    with reading(runtime.sessions) as db:
        waiting = {one.pending_id: one.granted for one in load_pending(db)}
    with writing(runtime.sessions) as db:
        platform_id = approve(db, pending_id, runtime.now(), runtime.settings.zone)
        platform = load_platform(db, platform_id)
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
def refuse_registration(runtime: Runtime, pending_id: int) -> None:
    """Refuse a waiting registration.

    It is forgotten here. ID is its number in `lea platform list`.
    """
    with writing(runtime.sessions) as db:
        forgotten = refuse(db, pending_id)
    runtime.console.print(
        f"Refused: {forgotten.issuer} cannot launch this tool. Delete the tool there, too, under Manage tools.",
        markup=False,
    )
