"""The nightly step that seals who looked at whom (threat model, row 14)."""

from bridge.store.database import reading
from bridge.store.seals import load_last_seal, seal_accesses, seal_key
from bridge.sync.context import Sync
from bridge.sync.report import Tally


def seal_access_rows(sync: Sync, tally: Tally) -> None:
    """Seal the access rows of all platforms that are not sealed yet.

    The note is for the log, which is elsewhere: whoever replaced the whole chain would have to change it there, too.
    """
    count = seal_accesses(sync.sessions, seal_key(sync.settings.secret_key), sync.now())
    with reading(sync.sessions) as db:
        last = load_last_seal(db)
    if count and last is not None:
        tally.notes.append(f"{count} access rows were sealed; seal {last.seal_id}:{last.digest}")
