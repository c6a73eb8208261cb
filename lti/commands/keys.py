"""`lea keys`: the tool's own signing keys."""

import click
from rich.table import Table

from bridge.rekeying import rekey
from bridge.store.database import reading
from bridge.store.keys import ToolKeyRecord, load_tool_keys
from lti.commands.audit import kept_since
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.launch.keys import (
    PUBLISHED_FIRST,
    find_signing_key,
    is_still_needed,
    retire_key,
    rotate_keys,
)


@click.group("keys")
def keys() -> None:
    """See and change this tool's signing keys.

    Platforms fetch the public halves from /lti/jwks.json. The first key is made when it is first needed. A change
    takes two steps, a day apart: rotate, then retire the old key.
    """


@keys.command("list")
@pass_runtime
@says_what_went_wrong
def list_keys(runtime: Runtime) -> None:
    """Show the keys, the newest first, and which one signs."""
    with reading(runtime.sessions) as db:
        found = load_tool_keys(db, with_retired=True)
    if not found:
        runtime.console.print("No key yet. The first is made when a platform first asks for it.")
        return
    table = Table()
    # Never cut: it is what `lea keys retire` is given.
    table.add_column("key id", no_wrap=True, min_width=max(len(key.kid) for key in found))
    table.add_column("made (UTC)")
    table.add_column("state")
    for key in found:
        table.add_row(key.kid, f"{key.created_at:%Y-%m-%d %H:%M}", _state(runtime, key, found))
    runtime.console.print(table)


def _state(runtime: Runtime, key: ToolKeyRecord, found: tuple[ToolKeyRecord, ...]) -> str:
    if key.retired_at is not None:
        return f"retired {key.retired_at:%Y-%m-%d %H:%M}"
    now = runtime.now()
    in_use = [one for one in found if one.retired_at is None]
    if key.kid == find_signing_key(in_use, now).kid:
        return "signs"
    if key.created_at > now - PUBLISHED_FIRST:
        return f"published, signs from {key.created_at + PUBLISHED_FIRST:%Y-%m-%d %H:%M}"
    if is_still_needed(in_use, key.kid, now):
        return "published, signed within the last hour"
    return "published, signs no more: can be retired"


@keys.command("rotate")
@pass_runtime
@says_what_went_wrong
def rotate(runtime: Runtime) -> None:
    """Make a new key. It is published at once and signs a day from now, when every platform can have seen it."""
    made = rotate_keys(runtime.sessions, runtime.settings.secret_key, runtime.now())
    with reading(runtime.sessions) as db:
        others = [key for key in load_tool_keys(db) if key.kid != made.kid]
    if not others:
        runtime.console.print(f"{made.kid} is the first key and signs from now on.")
        return
    from_then = f"{made.created_at + PUBLISHED_FIRST:%Y-%m-%d %H:%M} UTC"
    runtime.console.print(
        f"{made.kid} is published now and signs from {from_then}; the present key signs until then. An hour later: "
        f"lea keys retire {others[0].kid}"
    )


@keys.command("retire")
@click.argument("kid", metavar="KEY_ID")
@click.option("--yes", is_flag=True, help="Do not ask back.")
@pass_runtime
@says_what_went_wrong
def retire(runtime: Runtime, kid: str, yes: bool) -> None:
    """Take a key out of use for good.

    It leaves the published key set, and its private half is deleted. KEY_ID is its id in `lea keys list`.
    """
    now = runtime.now()
    with reading(runtime.sessions) as db:
        in_use = load_tool_keys(db)
    is_one_of_several = len(in_use) > 1 and kid in [key.kid for key in in_use]
    if is_one_of_several and is_still_needed(in_use, kid, now) and not yes:
        question = (
            f"{kid} signs, or did so within the last hour. Without it platforms that remember the key set refuse this "
            "tool's requests for up to a day; launches go on. Retire it all the same (right when it may have leaked)?"
        )
        if not click.confirm(question):
            raise click.ClickException("Nothing was changed.")
    retire_key(runtime.sessions, kid, now)
    with reading(runtime.sessions) as db:
        signs = find_signing_key(load_tool_keys(db), now)
    runtime.console.print(f"{kid} is retired: published no more, its private half deleted. {signs.kid} signs.")


@keys.command("rekey")
@click.option(
    "--highest-user",
    type=click.IntRange(1, 1_000_000_000),
    default=5_000_000,
    show_default=True,
    help="Moodle's largest user number, if it is higher: marks of erasures are found again by trying all of them.",
)
@pass_runtime
@says_what_went_wrong
def rekey_all(runtime: Runtime, highest_user: int) -> None:
    """Put everything under a new LEA_SECRET_KEY; LEA_OLD_SECRET_KEY is the one before.

    Stop `lea serve` and `lea worker` first, and start them with the new key afterwards. Tokens, signing keys, seals,
    steps of cases and marks of erasures change together or not at all; doing it again changes nothing more.
    """
    settings = runtime.settings
    if not settings.old_secret_key or settings.old_secret_key == settings.secret_key:
        raise click.ClickException(
            "Nothing was changed. Set LEA_SECRET_KEY to the new key and LEA_OLD_SECRET_KEY to the one before it."
        )
    done = rekey(runtime.sessions, settings, kept_since(settings, runtime.now()), highest_user)
    runtime.console.print(
        f"Under the new key now: {done.secrets:,} secrets, {done.seals:,} seals, {done.steps:,} steps of cases, "
        f"{done.marks:,} marks of erasures. Backups made before need the old key: keep it as long as them."
    )
    if done.last_seal:
        runtime.console.print(f"Seals kept elsewhere hold no more. Last seal, to be kept instead: {done.last_seal}")
    if done.last_step:
        runtime.console.print(f"Last step of cases, to be kept elsewhere, too: {done.last_step}")
