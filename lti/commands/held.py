"""`lea held`: everything that is stored about one person, for a request that they made (UK GDPR articles 15 and 20)."""

import os
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from analytics.policy.access import Action
from bridge.store.access_log import AT_THE_SERVER, count_by_action
from bridge.store.alerts import NewAlert, save_alert
from bridge.store.database import reading, writing
from bridge.store.held import load_held, load_who
from bridge.store.held_tables import HELD_TABLES, Who
from bridge.store.viewers import load_person
from lti.commands.actions import note_access
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option
from lti.panels.downloads import make_csv, make_json
from lti.panels.held_files import HEAD, list_rows, make_document
from lti.panels.words import Moment

PURPOSES = {
    "access": "a request to see what is held",
    "portability": "a request to take the data elsewhere",
    "complaint": "the evidence of a complaint",
}
"""What an export may be for: each is a right of the person it is about. There is no other."""
FORMS = (".json", ".csv")
ALERT = "too-many-exports"
DAY = timedelta(days=1)


@click.group()
def held() -> None:
    """Show one person everything that is stored about them.

    Learners read and download the same on their own page; this is for who cannot open it any more, or asks in writing.
    """


@held.command("export")
@click.option("--user", type=click.IntRange(min=1), required=True, help="The person's id in Moodle.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="A new file that ends in .json or .csv; its name should name nobody.",
)
@click.option("--purpose", type=click.Choice(list(PURPOSES)), required=True, help="Which right it is for.")
@click.option("--done-by", required=True, help="Who answers the request, by name; the learner reads it.")
@platform_option
@pass_runtime
@says_what_went_wrong
def export(runtime: Runtime, user: int, out: Path, purpose: str, done_by: str, platform: str | None) -> None:
    """Write every stored row about one person to a file that nobody else on this machine may read.

    The person sees on their own page that it was done, by whom and for what. More than LEA_EXPORTS_PER_DAY in a day are
    refused, and the data-protection contact is alerted. Hand the file to the person alone, then delete it.
    """
    chosen = choose_platform(runtime, platform)
    if out.suffix not in FORMS:
        raise click.UsageError("--out must end in .json or .csv.")
    if not done_by.strip():
        raise click.UsageError("--done-by must say who.")
    detail = f"{done_by.strip()[:100]}, for {PURPOSES[purpose]}"
    who = _note(runtime, chosen.platform_id, user, detail)
    with reading(runtime.sessions) as db:
        content = _make(runtime, db, who, out.suffix)
    _write(out, content)
    runtime.console.print(f"Written: {out} ({len(content):,} bytes). Give it to the person alone, then delete it.")


def _note(runtime: Runtime, platform_id: int, user: int, detail: str) -> Who:
    """Leave the access row before anything is read; refuse the one export too many with an alert."""
    now = runtime.now()
    with writing(runtime.sessions) as db:
        person = load_person(db, platform_id, user)
        found = None if person is None else load_who(db, platform_id, person.person_id, runtime.settings.secret_key)
        if person is None or found is None:
            raise click.ClickException(f"Nothing is held about user {user}: no roster has them. Nothing was written.")
        most = runtime.settings.exports_per_day
        is_over = count_by_action(db, platform_id, Action.SUBJECT_EXPORT, now - DAY) >= most
        if is_over:
            text = f"Everything about somebody was exported {most:,} times within a day. The next export was refused."
            save_alert(db, NewAlert(platform_id, now, ALERT, AT_THE_SERVER, text), now - DAY)
        else:
            note_access(db, platform_id, now, Action.SUBJECT_EXPORT, detail, person.person_id)
    if is_over:
        raise click.ClickException(
            f"{most:,} exports within a day is the most there may be (LEA_EXPORTS_PER_DAY), so nothing was written. "
            "The data-protection contact is alerted: lea audit alerts"
        )
    return found


def _make(runtime: Runtime, db: Session, who: Who, form: str) -> bytes:
    moment, rules = Moment(runtime.now(), runtime.settings.zone), runtime.settings.retention
    rows = {table.name: load_held(db, who, table) for table in HELD_TABLES}
    if form == ".json":
        return make_json(make_document(rules, rows, moment))
    return make_csv(HEAD, list_rows(rules, rows, moment))


def _write(out: Path, content: bytes) -> None:
    try:
        number = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"{out} could not be made ({error.strerror}); nothing was written.") from error
    with os.fdopen(number, "wb") as file:
        file.write(content)
