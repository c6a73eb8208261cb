"""The nightly step that lets go: raw log rows, and what was set aside, leave so many days after they arrived."""

from datetime import timedelta

from bridge.store.cursor import load_cursor, move_cursor
from bridge.store.database import writing
from bridge.store.log_events import purge_raw_rows
from bridge.store.quarantine import purge_rejected
from bridge.sync.context import Sync
from bridge.sync.report import Tally


def purge_raw_window(sync: Sync, tally: Tally) -> None:
    """Delete raw rows that arrived more than `raw_window_days` ago; facts stay, so no number changes.

    Raises:
        CursorMoved: a sync committed meanwhile; nothing was deleted.
    """
    before = sync.now() - timedelta(days=sync.settings.raw_window_days)
    with writing(sync.sessions) as db:
        cursor = load_cursor(db, sync.platform_id)
        count, largest = purge_raw_rows(db, sync.platform_id, before)
        purge_rejected(db, sync.platform_id, before)
        if largest > cursor.purged_to:
            move_cursor(db, cursor, purged_to=largest)
    tally.notes.append(f"{count} raw log rows left the window.")
