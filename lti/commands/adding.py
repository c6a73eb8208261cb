"""`lea platform add` and `lea platform connect`: register a Moodle site by hand, and save its web-service token."""

from pathlib import Path
from typing import IO

import click

from bridge.connections import make_page_client
from bridge.errors import ClientIdTaken
from bridge.moodle.errors import MoodleError, TokenRejected
from bridge.platform_file import PlatformFile, describe_platform, read_platform_file, with_moodles_addresses
from bridge.secrets import encrypt
from bridge.store.database import writing
from bridge.store.platforms import RegistrationDetails, save_platform, save_registration
from bridge.store.registrations import is_client_id_taken
from bridge.store.seeds import seed_platform
from bridge.store.sync_requests import request_sync
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option
from lti.launch.memberships import SCOPE

REQUIRED = {"issuer": "--issuer", "client_id": "--client-id", "deployment_ids": "--deployment-id"}

token_file_option = click.option(
    "--token-file",
    type=click.File(),
    help="File with the web-service token; - reads it from standard input. Without it the token is asked for.",
)


@click.command("add")
@click.option(
    "--from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON with issuer, client_id, deployment_ids, auth_login_url, auth_token_url, key_set_url; moodle_url "
    "where it differs from the issuer, a name, and memberships (true or false). Instead of the options below.",
)
@click.option("--issuer", help="What Moodle calls Platform ID: usually the site's address.")
@click.option("--client-id", help="What Moodle calls Client ID.")
@click.option("--deployment-id", "deployment_ids", multiple=True, help="Deployment ID; may be given several times.")
@click.option("--key-set-url", help="Public keyset URL. Without it, Moodle's own: ISSUER/mod/lti/certs.php")
@click.option("--auth-token-url", help="Access token URL. Without it: ISSUER/mod/lti/token.php")
@click.option("--auth-login-url", help="Authentication request URL. Without it: ISSUER/mod/lti/auth.php")
@click.option(
    "--memberships",
    is_flag=True,
    help="Moodle lets this tool use its membership service (Names and Role Provisioning): it is asked whether a viewer "
    "is still in the course while the plugin does not answer, and could list the members of every course of the site.",
)
@click.option("--name", help="What to call the site here.  [default: Moodle]")
@click.option("--moodle-url", help="The site's address, where it differs from the issuer.")
@token_file_option
@click.option("--no-token", is_flag=True, help="Do not ask for the token; `lea platform connect` saves it later.")
@pass_runtime
@says_what_went_wrong
def add_platform(
    runtime: Runtime,
    /,
    file: Path | None,
    token_file: IO[str] | None,
    no_token: bool,
    **options: str | tuple[str, ...] | bool | None,
) -> None:
    """Add a Moodle site by hand, or change one.

    Nothing is sent to Moodle yet. The values stand in Moodle under Site administration > Plugins > Activity modules
    > External tool > Manage tools, View configuration details of the tool. The page /setup of this tool shows what
    Moodle asks for in turn. Without work by hand: `lea register`.
    """
    described = describe(runtime, file, options)
    token = None if no_token else read_token(token_file, may_be_empty=True)
    encrypted = encrypt(token, runtime.settings.secret_key) if token else None
    with writing(runtime.sessions) as db:
        if is_client_id_taken(db, described.client_id, described.issuer):
            raise ClientIdTaken(described.client_id)
        platform_id = save_platform(
            db, name=described.name, moodle_url=described.moodle_url, encrypted_token=encrypted, now=runtime.now()
        )
        save_registration(db, platform_id, registration_of(described), runtime.now())
        seed_platform(db, platform_id, runtime.now())
        request_sync(db, platform_id, runtime.now())  # waits until there is a token
    deployments = ", ".join(described.deployment_ids)
    runtime.console.print(
        f"{described.name} ({described.moodle_url}) is saved: client id {described.client_id}, deployment "
        f"{deployments}. Next: {'lea platform check' if token else 'lea platform connect, which saves its token'}",
        markup=False,
    )


def describe(
    runtime: Runtime, file: Path | None, options: dict[str, str | tuple[str, ...] | bool | None]
) -> PlatformFile:
    """Return what the file, or else the options, say.

    Raises:
        click.UsageError: both, or neither.
        PlatformFileError: something in them does not fit.
    """
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in options.items() if value}
    allow_insecure = runtime.settings.allow_insecure_platforms
    if file is not None:
        if given:
            raise click.UsageError("Give --from, or the options; not both. Nothing was saved.")
        return read_platform_file(file, allow_insecure=allow_insecure)
    if missing := [option for name, option in REQUIRED.items() if name not in given]:
        raise click.UsageError(f"Missing: {', '.join(missing)}; or --from FILE.json. Nothing was saved.")
    return describe_platform(with_moodles_addresses(given), source="What was given", allow_insecure=allow_insecure)


def registration_of(described: PlatformFile) -> RegistrationDetails:
    """Return the LTI registration that a platform's description holds."""
    return RegistrationDetails(
        issuer=described.issuer,
        client_id=described.client_id,
        auth_login_url=described.auth_login_url,
        auth_token_url=described.auth_token_url,
        key_set_url=described.key_set_url,
        deployment_ids=described.deployment_ids,
        granted_scopes=(SCOPE,) if described.memberships else (),
    )


def read_token(token_file: IO[str] | None, *, may_be_empty: bool = False) -> str:
    """Return the token from the file, or ask for it without showing it; empty only when asked and `may_be_empty`.

    Raises:
        click.ClickException: it is empty, or it is more than one word.
    """
    if token_file is not None:
        token = token_file.read().strip()
    else:
        later = " (leave empty to save it later, or to keep the saved one)" if may_be_empty else ""
        text = f"Moodle's web-service token{later}"
        token = str(click.prompt(text, hide_input=True, default="", show_default=False)).strip()
    if not token and (token_file is not None or not may_be_empty):
        raise click.ClickException("The token is empty. Nothing was saved.")
    if len(token.split()) > 1:
        raise click.ClickException("That is more than one word, so it is no token. Nothing was saved.")
    return token


@click.command("connect")
@platform_option
@token_file_option
@pass_runtime
@says_what_went_wrong
def connect_platform(runtime: Runtime, platform: str | None, token_file: IO[str] | None) -> None:
    """Save a Moodle site's web-service token.

    It takes the place of the one before, is encrypted, and is never shown again. The page /local/lea/connect.php of
    the Moodle site makes one, with service user and role, by one click. Moodle is asked once with the token; one
    that it does not know is not saved.
    """
    chosen = choose_platform(runtime, platform)
    token = read_token(token_file)
    client = make_page_client(chosen.moodle_url, token, runtime.settings)
    try:
        found = client.version()
        answered = f"Moodle answers: local_lea {found.release} on Moodle {found.moodle_release}."
    except TokenRejected as error:
        raise click.ClickException(
            f"{chosen.moodle_url} does not know this token. Nothing was saved. Copy it again, whole, from "
            f"{chosen.moodle_url}/local/lea/connect.php"
        ) from error
    except MoodleError as error:
        answered = f"But: {error}"
    encrypted = encrypt(token, runtime.settings.secret_key)
    with writing(runtime.sessions) as db:
        save_platform(db, name=chosen.name, moodle_url=chosen.moodle_url, encrypted_token=encrypted, now=runtime.now())
        request_sync(db, chosen.platform_id, runtime.now())
    runtime.console.print(
        f"The token is saved, encrypted. {answered} A running worker asks Moodle at once. Next: lea platform check",
        markup=False,
    )
