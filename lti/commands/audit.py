"""`lea audit`: whether the record of who looked at whom is as it was written, and what needs somebody's eyes."""

import uuid
from datetime import UTC, datetime, timedelta

import click
from rich.markup import escape
from rich.table import Table

from analytics.policy.retention import find_rule
from analytics.policy.sealing import Seal
from bridge.config import Settings
from bridge.errors import LeaseLost
from bridge.store.access_log import AT_THE_SERVER
from bridge.store.alerts import AlertRecord, load_alerts
from bridge.store.case_chain import VerifiedCases, case_key, find_entry_digest, verify_cases
from bridge.store.database import reading
from bridge.store.seals import Verified, load_seal, seal_accesses, seal_key, verify_seals
from bridge.sync.alerting import mail_alerts
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong

KEPT_SEAL = "SEAL:DIGEST"
KEPT_HEAD = "STEP:DIGEST"


@click.group("audit")
def audit() -> None:
    """Check the record of who looked at whom, and see what it warns of."""


@audit.command("verify")
@click.option("--seal", "kept", metavar=KEPT_SEAL, help="A seal that you kept elsewhere: it must still be the same.")
@click.option("--head", "kept_head", metavar=KEPT_HEAD, help="A last step of cases that you kept, or the nightly log.")
@pass_runtime
@says_what_went_wrong
def verify(runtime: Runtime, kept: str | None, kept_head: str | None) -> None:
    """Seal what is not sealed yet, then check every seal, and every step that people wrote down in cases.

    Ends with 1 and names the first row or batch that was changed, taken out or added. Keep the last seal and the last
    step somewhere else: with --seal and --head they show later that nothing up to there was replaced or cut off, not
    even the whole chain. The worker's log holds both of each night.
    """
    known = None if kept is None else _read_kept(kept, KEPT_SEAL)
    head = None if kept_head is None else _read_kept(kept_head, KEPT_HEAD)
    key, now = seal_key(runtime.settings.secret_key), runtime.now()
    fresh = seal_accesses(runtime.sessions, key, now)
    found = verify_seals(runtime.sessions, key, kept_since(runtime.settings, now))
    if found.fault is not None:
        raise click.ClickException(
            f"The access log is not as it was sealed. {found.fault}. The {found.row_count:,} rows before fit. Nothing "
            "was changed; keep the database as it is, compare it with a backup, and tell the data-protection contact."
        )
    cases = _verify_cases(runtime)
    if known is not None:
        _compare(runtime, *known)
    if head is not None:
        _compare_head(runtime, *head)
    runtime.console.print(_say(found, fresh))
    if cases.entry_count:
        runtime.console.print(_say_cases(cases))
    if known is not None:
        runtime.console.print(f"Seal {known[0]} is the one you kept.")
    if head is not None:
        runtime.console.print(f"Step {head[0]:,} of cases is the one you kept.")
    if found.last_seal is not None:
        runtime.console.print(f"Last seal, to be kept elsewhere: {found.last_seal.seal_id}:{found.last_seal.digest}")


def _verify_cases(runtime: Runtime) -> VerifiedCases:
    found = verify_cases(runtime.sessions, case_key(runtime.settings.secret_key))
    if found.fault is not None:
        raise click.ClickException(
            f"The steps of cases are not as they were written down: {found.fault}. Nothing was changed; keep the "
            "database as it is, compare it with a backup, and tell the data-protection contact."
        )
    return found


def _say_cases(found: VerifiedCases) -> str:
    emptied = f" From {found.emptied_count:,} of them an erasure, or the end of their period, took what they said."
    said = f"All {found.entry_count:,} steps of cases are as they were written down."
    return f"{said}{emptied if found.emptied_count else ''} Last step, to be kept elsewhere, too: {found.last}"


def kept_since(settings: Settings, now: datetime) -> datetime:
    """Return since when access rows are kept: what was sealed before may be gone; the earliest instant: all are."""
    rule = find_rule(settings.retention, "access_log")
    if rule is None or rule.days is None:
        return datetime.min.replace(tzinfo=UTC)
    return now - timedelta(days=rule.days)


def _read_kept(kept: str, form: str) -> tuple[int, str]:
    number, _, digest = kept.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 19 and len(digest) == 64):
        raise click.BadParameter(f"It is {form}, as an earlier answer or the worker's nightly log has it.")
    return int(number), digest


def _compare(runtime: Runtime, number: int, digest: str) -> None:
    with reading(runtime.sessions) as db:
        seal: Seal | None = load_seal(db, number)
    if seal is None or seal.digest != digest:
        what = "is missing" if seal is None else "is another one now"
        raise click.ClickException(
            f"The access log fits its seals, but seal {number} {what}: rows and seals were replaced after you kept it, "
            "or an older backup was restored. Compare with a backup, and tell the data-protection contact."
        )


def _compare_head(runtime: Runtime, number: int, digest: str) -> None:
    with reading(runtime.sessions) as db:
        found = find_entry_digest(db, number)
    if found != digest:
        what = "is missing: the end of the chain was cut off" if found is None else "is another one now"
        raise click.ClickException(
            f"The steps of cases fit each other, but step {number:,} {what}. Or an older backup was restored after you "
            "kept it. Compare with a backup, and tell the data-protection contact."
        )


def _say(found: Verified, fresh: int) -> str:
    if found.last_seal is None:
        return "Nobody has looked at anybody yet: there is nothing to check."
    parts = [f"All {found.row_count:,} sealed rows are as they were sealed ({fresh:,} of them just now)."]
    if found.forgotten_count:
        parts.append(f"From {found.forgotten_count:,} of them an erasure, or the end of their period, took a name.")
    if found.purged_count:
        parts.append(f"{found.purged_count:,} older rows are gone because their period is over.")
    if found.unsealed_count:
        parts.append(f"{found.unsealed_count:,} came meanwhile and are not sealed yet.")
    return " ".join(parts)


@audit.command("alerts")
@click.option("--days", type=click.IntRange(1, 3660), default=30, show_default=True, help="How far to look back.")
@pass_runtime
@says_what_went_wrong
def alerts(runtime: Runtime, days: int) -> None:
    """List what the data-protection contact is to look at, the latest first. No learner is named."""
    with reading(runtime.sessions) as db:
        found = load_alerts(db, runtime.now() - timedelta(days=days))
    if not found:
        runtime.console.print(f"No alert in the last {days} days.")
        return
    table = Table()
    for name in ("when", "platform", "kind", "who", "what", "mailed"):
        table.add_column(name)
    for alert in found:
        words = (_when(alert.at, runtime), alert.platform_name, alert.kind, _who(alert), alert.detail)
        table.add_row(*map(escape, (*words, _mailed(alert, runtime))))
    runtime.console.print(table)


@audit.command("mail")
@pass_runtime
@says_what_went_wrong
def mail(runtime: Runtime) -> None:
    """Mail the alerts that were not mailed yet to LEA_ALERT_EMAIL now, as the worker does every five minutes."""
    if runtime.settings.mail_server is None:
        raise click.ClickException("No mail server is set, so nothing was sent. Next: LEA_SMTP_HOST, LEA_ALERT_EMAIL")
    try:
        count = mail_alerts(runtime.sessions, runtime.settings, runtime.now, f"command {uuid.uuid4().hex[:8]}")
    except LeaseLost as error:
        raise click.ClickException("The worker is sending them just now.") from error
    runtime.console.print(f"Mailed: {count}." if count else "There was nothing to mail.")


def _mailed(alert: AlertRecord, runtime: Runtime) -> str:
    return "no" if alert.mailed_at is None else _when(alert.mailed_at, runtime)


def _when(at: datetime, runtime: Runtime) -> str:
    return f"{at.astimezone(runtime.settings.zone):%Y-%m-%d %H:%M}"


def _who(alert: AlertRecord) -> str:
    if alert.viewer_moodle_user_id == AT_THE_SERVER:
        return "whoever runs commands on the server"
    if alert.viewer_moodle_user_id is None:
        return "-"
    return f"{alert.viewer_name or 'not in a roster'} (Moodle user {alert.viewer_moodle_user_id})"
