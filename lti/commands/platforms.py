"""`lea platform`: the Moodle sites that this tool is connected with."""

import os
import socket
from collections.abc import Mapping

import click
from rich.table import Table
from rich.text import Text

from bridge.errors import LeaseLost
from bridge.store.database import reading, writing
from bridge.store.disconnecting import Disconnected, disconnect_platform
from bridge.store.pending_registrations import load_pending
from bridge.store.platforms import PlatformRecord, load_platforms
from bridge.store.registrations import load_deployment_ids, load_registrations
from bridge.sync.lease import give_lease_back, take_lease
from lti.commands.adding import add_platform, connect_platform
from lti.commands.approving import approve_registration, refuse_registration
from lti.commands.checking import check_platforms
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import ADD_FIRST, find_targets

NOT_ASKED = "not asked yet"


@click.group("platform")
def platforms() -> None:
    """Connect, check and disconnect Moodle sites.

    A platform is a Moodle site. It is known by its address, and has an LTI registration (so that people can open the
    tool) and a web-service token (so that the tool can read).
    """


@platforms.command("list")
@pass_runtime
@says_what_went_wrong
def list_platforms(runtime: Runtime) -> None:
    """Show the sites, and what waits for approval."""
    with reading(runtime.sessions) as db:
        found = load_platforms(db)
        waiting = load_pending(db)
    for platform in found:
        runtime.console.print(_facts(runtime, platform))
    if not found and not waiting:
        runtime.console.print(ADD_FIRST)
    for one in waiting:
        waits = {
            "name": one.granted.name,
            "issuer": one.granted.issuer,
            "client id: deployments": f"{one.granted.client_id}: {one.granted.lti_deployment_id or 'none'}",
            "keys": one.granted.key_set_url,
            "registered": f"{one.registered_at:%Y-%m-%d %H:%M} UTC",
        }
        runtime.console.print(_table(f"Waiting for approval: {one.pending_id}", waits))
    if waiting:
        runtime.console.print("No launch works by these yet. Next: lea platform approve ID, or lea platform refuse ID")


def _facts(runtime: Runtime, platform: PlatformRecord) -> Table:
    skew = platform.clock_skew_seconds
    facts = {
        "address": platform.moodle_url,
        "client id: deployments": _registrations(runtime, platform.platform_id),
        "token": "saved" if platform.has_token else "missing: nothing is read",
        "plugin": f"local_lea {platform.plugin_release}" if platform.plugin_release else NOT_ASKED,
        "Moodle": platform.moodle_release or NOT_ASKED,
        "clock": NOT_ASKED if skew is None else f"{skew:+d} s",
        "last asked": NOT_ASKED if platform.handshake_at is None else f"{platform.handshake_at:%Y-%m-%d %H:%M} UTC",
    }
    return _table(platform.name, facts)


def _table(title: str, facts: Mapping[str, str]) -> Table:
    """Return facts as a table; brackets in what a platform said about itself are no markup."""
    # One fact a line: an address that a narrow terminal cuts cannot be copied into the next command.
    table = Table(title=Text(title), show_header=False, title_justify="left")
    for name, value in facts.items():
        table.add_row(name, Text(value))
    return table


def _registrations(runtime: Runtime, platform_id: int) -> str:
    with reading(runtime.sessions) as db:
        lines = [
            f"{one.client_id}: {', '.join(sorted(load_deployment_ids(db, one.registration_id))) or 'none'}"
            for one in load_registrations(db, platform_id)
        ]
    return "\n".join(lines) or "none: launches are refused"


@platforms.command("remove")
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask back.")
@pass_runtime
@says_what_went_wrong
def remove_platform(runtime: Runtime, address: str, yes: bool) -> None:
    """Disconnect the Moodle site at ADDRESS.

    What was measured stays. Launches from it are refused at once: its registrations, deployments, keys, token and
    raw log rows go, with all sessions, logins under way, and registrations and links that wait. Measured weeks,
    evaluations, rosters and the access log stay; adding the platform again under the same address takes them up.
    """
    (target,) = find_targets(runtime, address)
    with reading(runtime.sessions) as db:
        is_registered = bool(load_registrations(db, target.platform_id))
    if not is_registered and not target.has_token:
        raise click.ClickException(f"{target.moodle_url} is disconnected already. Nothing was changed.")
    if not yes:
        _ask_back(target)
    runtime.console.print(_say_removed(target, _disconnect(runtime, target)), markup=False)


def _ask_back(target: PlatformRecord) -> None:
    question = (
        f"Disconnect {target.name} ({target.moodle_url})? Everybody who has a page open is sent away, and to come back "
        "it must be registered and connected anew. What was measured stays"
    )
    if not click.confirm(question):
        raise click.ClickException("Nothing was changed.")


def _disconnect(runtime: Runtime, target: PlatformRecord) -> Disconnected:
    """Disconnect while no worker reads from the platform, so that nothing is written after it."""
    try:
        holder = f"{socket.gethostname()}:{os.getpid()}:remove"
        held = take_lease(runtime.sessions, f"platform {target.platform_id}", holder, runtime.now())
    except LeaseLost as error:
        raise click.ClickException(
            "A worker is reading from this platform just now. Nothing was changed. Try again when it is done, or stop "
            "the worker first (a worker that was killed lets go after five minutes)."
        ) from error
    try:
        with writing(runtime.sessions) as db:
            return disconnect_platform(db, target.platform_id, runtime.now())
    finally:
        give_lease_back(runtime.sessions, held, runtime.now())


def _say_removed(target: PlatformRecord, gone: Disconnected) -> str:
    went = (
        count(
            gone.registrations, "registration with its deployments and keys", "registrations with deployments and keys"
        ),
        count(gone.sessions, "session", "sessions"),
        count(gone.pending, "waiting registration", "waiting registrations"),
        count(gone.raw_rows, "raw log row", "raw log rows"),
    )
    stays = (
        count(gone.week_count, "measured week", "measured weeks"),
        count(gone.evaluation_count, "evaluation", "evaluations"),
    )
    return (
        f"{target.moodle_url} is disconnected: launches are refused from now on.\n"
        f"Gone: the token, {', '.join(went)}.\n"
        f"Kept: {', '.join(stays)} of {count(gone.course_count, 'course', 'courses')}; rosters and the access log.\n"
        "In Moodle: delete the tool under Site administration > Plugins > Activity modules > External tool > Manage "
        "tools, and the service user's token; uninstall local_lea if it shall not come back."
    )


def count(number: int, one: str, several: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else several}"


for command in (add_platform, connect_platform, check_platforms, approve_registration, refuse_registration):
    platforms.add_command(command)
