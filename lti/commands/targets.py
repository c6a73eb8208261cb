"""Which platform a command is about."""

import click

from bridge.store.database import reading
from bridge.store.platforms import PlatformRecord, load_platforms
from lti.commands.runtime import Runtime

platform_option = click.option("--platform", help="Its address; needed only where several are connected.")


def find_targets(runtime: Runtime, address: str | None) -> tuple[PlatformRecord, ...]:
    """Return the platform at `address`, or all of them.

    Raises:
        click.ClickException: there is none, or none at that address.
    """
    with reading(runtime.sessions) as db:
        found = load_platforms(db)
    if address is not None:
        found = tuple(platform for platform in found if platform.moodle_url == address.rstrip("/"))
    if not found and address is None:
        raise click.ClickException("No platform is connected yet. Next: lea platform add --from moodle.json")
    if not found:
        raise click.ClickException("No such platform is connected. See: lea platform list")
    return found


def choose_platform(runtime: Runtime, address: str | None) -> PlatformRecord:
    """Return the one platform that is meant.

    Raises:
        click.ClickException: there is none, or several and no address.
    """
    found = find_targets(runtime, address)
    if len(found) > 1:
        raise click.ClickException("Several platforms are connected: say which with --platform ADDRESS.")
    return found[0]
