"""Which platform a command is about."""

import click

from bridge.store.database import reading
from bridge.store.platforms import PlatformRecord, load_platforms
from lti.commands.runtime import Runtime

ADD_FIRST = "No platform is connected yet. Next: lea register, or lea platform add"
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
        raise click.ClickException(ADD_FIRST)
    if not found:
        raise click.ClickException(f"No platform has the address {address}. Nothing was done. See: lea platform list")
    return found


def find_connected(runtime: Runtime, address: str | None) -> tuple[PlatformRecord, ...]:
    """Return the platforms of `find_targets` whose token is saved, and name the others on the console.

    Raises:
        click.ClickException: as `find_targets`, or none has a token.
    """
    found = find_targets(runtime, address)
    connected = tuple(platform for platform in found if platform.has_token)
    if not connected:
        raise click.ClickException(
            "No web-service token is saved, so nothing can be read; nothing was changed. Next: lea platform connect"
        )
    for platform in found:
        if platform not in connected:
            runtime.console.print(
                f"{platform.name} ({platform.moodle_url}): left out, no token is saved. Next: lea platform connect "
                f"--platform {platform.moodle_url}",
                markup=False,
            )
    return connected


def choose_platform(runtime: Runtime, address: str | None) -> PlatformRecord:
    """Return the one platform that is meant.

    Raises:
        click.ClickException: there is none, or several and no address.
    """
    found = find_targets(runtime, address)
    if len(found) > 1:
        raise click.ClickException("Several platforms are connected: say which with --platform ADDRESS.")
    return found[0]
