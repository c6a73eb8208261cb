"""`lea platform`: connect a Moodle site and show what is connected."""

from pathlib import Path
from typing import IO

import click
from rich.table import Table

from analytics.calendar import local_date
from bridge.platform_file import PlatformFile, read_platform_file
from bridge.secrets import encrypt
from bridge.store.database import reading, writing
from bridge.store.platforms import RegistrationDetails, load_platforms, save_platform, save_registration
from bridge.store.seeds import seed_platform
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong


@click.group("platform")
def platforms() -> None:
    """Connect Moodle sites."""


@platforms.command("add")
@click.option(
    "--from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="JSON with issuer, client_id, deployment_ids, auth_login_url, auth_token_url, key_set_url; moodle_url "
    "where it differs from the issuer, and a name.",
)
@click.option(
    "--token-file",
    type=click.File(),
    help="File with the web-service token; - reads it from standard input. Without it the token is asked for.",
)
@pass_runtime
@says_what_went_wrong
def add_platform(runtime: Runtime, file: Path, token_file: IO[str] | None) -> None:
    """Add a Moodle site, or change what is known of it. Nothing is sent to Moodle yet."""
    described = read_platform_file(file, allow_insecure=runtime.settings.allow_insecure_platforms)
    sessions = runtime.sessions
    token = token_file.read() if token_file else click.prompt("Moodle's web-service token", hide_input=True)
    if not token.strip():
        raise click.ClickException("The token is empty. Nothing was saved.")
    encrypted = encrypt(token.strip(), runtime.settings.secret_key)
    with writing(sessions) as db:
        platform_id = save_platform(
            db, name=described.name, moodle_url=described.moodle_url, encrypted_token=encrypted, now=runtime.now()
        )
        save_registration(db, platform_id, registration_of(described), runtime.now())
        seed_platform(db, platform_id, local_date(runtime.now(), runtime.settings.zone))
    runtime.console.print(f"{described.name} ({described.moodle_url}) is saved. Next: lea course list")


def registration_of(described: PlatformFile) -> RegistrationDetails:
    """Return the LTI registration that a platform file describes."""
    return RegistrationDetails(
        issuer=described.issuer,
        client_id=described.client_id,
        auth_login_url=described.auth_login_url,
        auth_token_url=described.auth_token_url,
        key_set_url=described.key_set_url,
        deployment_ids=described.deployment_ids,
    )


@platforms.command("list")
@pass_runtime
@says_what_went_wrong
def list_platforms(runtime: Runtime) -> None:
    """Show the connected Moodle sites."""
    with reading(runtime.sessions) as db:
        found = load_platforms(db)
    table = Table("id", "name", "address", "token", "plugin", "clock")
    for platform in found:
        skew = platform.clock_skew_seconds
        table.add_row(
            str(platform.platform_id),
            platform.name,
            platform.moodle_url,
            "saved" if platform.has_token else "missing",
            platform.plugin_release or "not asked yet",
            "not asked yet" if skew is None else f"{skew:+d} s",
        )
    runtime.console.print(table if found else "No platform yet. Next: lea platform add --from FILE.json")
