"""Change LEA_SECRET_KEY: database and file of erasures, all or nothing in the database, and safe to do again."""

from dataclasses import dataclass, replace
from datetime import datetime

from bridge.config import Settings
from bridge.store.case_chain import case_key, load_case_head, rechain_cases
from bridge.store.database import Sessions, reading, writing
from bridge.store.rekeying import keep_writers_out, rekey_marks, rekey_secrets, translate_marks
from bridge.store.seals import load_last_seal, reseal, seal_key
from bridge.store.tombstones import load_tombstones, merge_tombstones
from bridge.tombstone_file import find_tombstone_file, read_tombstones, write_tombstones


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """How much was put under the new key; all 0: everything was already."""

    secrets: int
    seals: int
    steps: int
    """Of cases."""
    marks: int
    """Of erasures."""
    last_seal: str
    """To be kept elsewhere, as the one before it no longer holds; empty: nothing was ever sealed."""
    last_step: str
    """The same of cases."""


def rekey(sessions: Sessions, settings: Settings, purged_before: datetime, highest_user: int) -> Rekeyed:
    """Put everything that the old key holds under `settings.secret_key`.

    `purged_before`: access rows that were sealed before then may be gone. The database changes in one transaction; the
    file of erasures follows it, and a second call repairs a file that a crash in between left behind.

    Raises:
        SecretUnreadable: a secret opens with neither key; nothing was changed.
        RecordBroken: sealed records are not as they were written; nothing was changed.
        MarksUnknown: a mark of an erasure is of neither key; nothing was changed.
        TombstoneFileError: the file cannot be read, and nothing was changed; or not written: do it again.
    """
    old, new = settings.old_secret_key, settings.secret_key
    path = find_tombstone_file(settings, sessions)
    in_file = read_tombstones(path) if path is not None else frozenset()
    with writing(sessions) as db:
        keep_writers_out(db)
        translation = translate_marks(db, in_file, old, new, highest_user)
        secrets = rekey_secrets(db, old, new)
        seals = reseal(db, seal_key(old), seal_key(new), purged_before)
        steps = rechain_cases(db, case_key(old), case_key(new))
        marks = rekey_marks(db, translation)
    with reading(sessions) as db:
        known, seal, last_step = load_tombstones(db), load_last_seal(db), load_case_head(db)
    if path is not None:
        anew = [replace(mark, user_key=translation.get(mark.user_key, mark.user_key)) for mark in in_file]
        if (merged := merge_tombstones(known, anew)) != in_file:
            write_tombstones(path, merged)
    last_seal = "" if seal is None else f"{seal.seal_id}:{seal.digest}"
    return Rekeyed(secrets, seals, steps, marks, last_seal, last_step)
