"""The nightly steps that seal who looked at whom, and tell where the chain of cases ends (threat model, row 14)."""

from bridge.store.case_chain import load_case_head
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


def tell_case_head(sync: Sync, tally: Tally) -> None:
    """Tell the log the newest step of all cases, every night: the chain alone cannot show that its end was cut off.

    The log is elsewhere, so whoever cuts cannot change it, too; `lea audit verify --head` compares. No steps: no note.
    """
    with reading(sync.sessions) as db:
        head = load_case_head(db)
    if head:
        tally.notes.append(f"the newest step of all cases is {head}")
