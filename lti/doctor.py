"""What is wrong with this copy of the tool itself and what to do: database, secrets, disk, mail, syncs, pages."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import requests
from sqlalchemy import Engine

from bridge.checks.findings import Finding
from bridge.config import Settings
from bridge.errors import TombstoneFileError
from bridge.readiness import Unready, find_unready
from bridge.store.database import Sessions, reading
from bridge.store.metrics import REMOVAL_LATE, count_unsent_alerts, load_removal_times, load_sync_figures
from bridge.tombstone_file import find_tombstone_file, read_tombstones

LEAST_FREE_BYTES = 2 * 1024**3
"""Below it a night's work, or a migration that makes a table anew, may find the disk full."""
SECONDS = 5.0
RUNS_MISSED = 4
"""After so many sync periods without one that succeeded something is wrong."""
UNREADY = {
    Unready.DATABASE: (
        "It does not answer.",
        "Check LEA_DATABASE_URL, that the database runs, and that this server reaches it. What was saved is safe.",
    ),
    Unready.MIGRATIONS: (
        "Its tables are of another version than this program.",
        "Stop `lea serve` and `lea worker`, back up, run `lea db upgrade`, start both. If the database is newer, "
        "install the newer program.",
    ),
    Unready.FACTS: (
        "The presence facts are not where LEA_FACTS_URL says, or ClickHouse does not answer.",
        "See that ClickHouse runs and that this server reaches it. Was LEA_FACTS_URL changed? Set it as it was, or "
        "move the facts: docs/scaling.md.",
    ),
    Unready.SECRET_KEY: (
        "It answers, but a saved secret does not open with this LEA_SECRET_KEY.",
        "Start with the key that it was saved with, or, if the key was changed on purpose, run `lea keys rekey` with "
        "the old one in LEA_OLD_SECRET_KEY.",
    ),
}


def examine(sessions: Sessions, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Give findings about this copy of the tool, in the order in which to mend them; nothing is changed or sent.

    Where the database is not ready, nothing that needs it follows. What is between the tool and Moodle is for
    `check_platform`.
    """
    unready = find_unready(sessions, settings)
    if unready is not None:
        yield Finding("Database", False, *UNREADY[unready])
        yield from _examine_disk(sessions, settings)
        return
    yield _judge_database(sessions)
    yield from _examine_disk(sessions, settings)
    yield _examine_marks(sessions, settings)
    yield from _examine_syncs(sessions, settings, now)
    yield from _examine_removal(sessions, now)
    yield _examine_mail(sessions, settings)
    yield _examine_pages(settings)
    yield _judge_metrics(settings)


def _engine(sessions: Sessions) -> Engine:
    engine = sessions.kw["bind"]
    assert isinstance(engine, Engine)  # noqa: S101 (narrowing for the type checker: make_sessions binds one)
    return engine


def _judge_database(sessions: Sessions) -> Finding:
    if _engine(sessions).dialect.name == "sqlite":
        text = "It answers, its tables are of this version, its secrets open. It is SQLite: enough for a pilot."
        return Finding("Database", None, text, "In production use PostgreSQL: LEA_DATABASE_URL, docs/operations.md.")
    return Finding("Database", True, "It answers, its tables are of this version, its secrets open.")


def _examine_disk(sessions: Sessions, settings: Settings) -> Iterator[Finding]:
    engine = _engine(sessions)
    named = [settings.tombstone_file, engine.url.database if engine.dialect.name == "sqlite" else None]
    folders = {Path(name).resolve().parent for name in named if name}
    for folder in sorted(folders):
        try:
            free = shutil.disk_usage(folder).free
        except OSError:
            yield Finding("Disk", False, f"{folder} cannot be looked at.", "See that it is there, and its rights.")
            continue
        text = f"{free / 1024**3:,.1f} GB are free in {folder}."
        is_good = free >= LEAST_FREE_BYTES
        yield Finding("Disk", is_good, text, "" if is_good else "Make room: at a full disk nothing more is saved.")


def _examine_marks(sessions: Sessions, settings: Settings) -> Finding:
    name, path = "File of erasures", find_tombstone_file(settings, sessions)
    if path is None:
        step = "Set LEA_TOMBSTONE_FILE to a file that is not in the database's backups."
        return Finding(name, False, "None is kept: a restored backup would bring erased people back.", step)
    try:
        count = len(read_tombstones(path))
    except TombstoneFileError as error:
        return Finding(name, False, f"{path} cannot be read.", error.next_step)
    return Finding(name, True, f"{path} holds {count:,} marks.")


def _examine_syncs(sessions: Sessions, settings: Settings, now: datetime) -> Iterator[Finding]:
    with reading(sessions) as db:
        figures = load_sync_figures(db, now)
    if not figures:
        yield Finding("Sync", None, "No Moodle is connected.", "`lea register`, then `lea platform connect`.")
    longest = timedelta(minutes=RUNS_MISSED * settings.sync_minutes)
    for one in figures:
        name, failed = f"Sync of platform {one.platform_id}", ", ".join(sorted(one.failures))
        at = "never" if one.succeeded_at is None else f"{one.succeeded_at:%Y-%m-%d %H:%M} UTC"
        if one.succeeded_at is not None and now - one.succeeded_at <= longest:
            yield Finding(name, True, f"The last one that succeeded ended {at}.")
        elif failed:
            step = "`lea status` tells the last one's words; `lea platform check` names what to mend."
            yield Finding(name, False, f"The last one that succeeded: {at}. Since then they fail: {failed}.", step)
        else:
            step = "See that `lea worker` runs (`systemctl status lea-worker`) and what its log says last."
            yield Finding(name, False, f"The last one that succeeded: {at}. None was tried within a day.", step)


def _examine_removal(sessions: Sessions, now: datetime) -> Iterator[Finding]:
    with reading(sessions) as db:
        times = load_removal_times(db)
    for platform_id, at in times.items():
        name = f"Removal of platform {platform_id}"
        if now - at <= REMOVAL_LATE:
            yield Finding(name, True, f"What was due was last removed {at:%Y-%m-%d %H:%M} UTC.")
            continue
        step = (
            "See that `lea worker` runs. While Moodle does not answer nothing confirms this server's clock, so removal "
            "waits (clock-unconfirmed); with its answer the next night goes on. Is that Moodle gone for good: see that "
            "this clock is right, then `lea retention run`, and `lea platform remove`, after which nights go by this "
            "clock alone."
        )
        yield Finding(name, False, f"Nothing was removed by its period since {at:%Y-%m-%d %H:%M} UTC.", step)


def _examine_mail(sessions: Sessions, settings: Settings) -> Finding:
    with reading(sessions) as db:
        waiting = count_unsent_alerts(db)
    if settings.mail_server is None:
        text = f"None is set, so nobody is told of alerts. On the list and not mailed: {waiting:,}."
        return Finding("Mail", None, text, "Set LEA_SMTP_HOST and LEA_ALERT_EMAIL; `lea audit alerts` shows the list.")
    if waiting:
        text = f"{waiting:,} alerts are not mailed."
        return Finding("Mail", None, text, "`lea audit mail` tries now and says what is wrong.")
    return Finding("Mail", True, "Every alert was mailed.")


def _examine_pages(settings: Settings) -> Finding:
    address = f"{settings.public_url}/readyz"
    with requests.Session() as session:
        settings.egress.prepare(session, address)
        try:
            answer = session.get(address, timeout=SECONDS, allow_redirects=False)
        except requests.exceptions.RequestException as error:
            text = f"{address} cannot be reached from here ({type(error).__name__})."
            step = (
                "See that `lea serve` and the reverse proxy run, and that the certificate is good; from outside, too."
            )
            return Finding("Pages", False, text, step)
    if answer.status_code != requests.codes.ok:
        text = f"{address} answers {answer.status_code}."
        step = "503: that process has another database or key than this shell. Else the reverse proxy leads elsewhere."
        return Finding("Pages", False, text, step)
    return Finding("Pages", True, f"{address} answers as it should.")


def _judge_metrics(settings: Settings) -> Finding:
    if not settings.metrics_token:
        text = "/metrics is off: nothing outside this server notices that the worker has stopped."
        return Finding("Figures", None, text, "Set LEA_METRICS_TOKEN and let Prometheus ask; docs/operations.md.")
    return Finding("Figures", True, "/metrics is on.")
