"""The nightly steps that let go: raw log rows and what was set aside after so many days, visits when they are over,
forms and links that work no more, and the history of runs after a good year.
"""

from datetime import timedelta

from bridge.store.cursor import load_cursor, move_cursor
from bridge.store.database import writing
from bridge.store.form_tokens import purge_used_tokens
from bridge.store.launches import purge_continue_codes, purge_logins
from bridge.store.log_events import purge_raw_rows
from bridge.store.quarantine import purge_rejected
from bridge.store.registration_links import purge_links
from bridge.store.runs import purge_runs
from bridge.store.viewer_sessions import purge_sessions
from bridge.store.viewers import purge_viewer_access
from bridge.sync.context import Sync
from bridge.sync.report import Tally

ANSWERS_KEPT = timedelta(days=1)
"""How long Moodle's word on a viewer is kept; it is believed for 15 minutes."""
RUNS_KEPT = timedelta(days=400)
"""A year's history of runs, and enough to compare it with the same weeks of the year before."""


def purge_visits(sync: Sync, tally: Tally) -> None:
    """Delete sessions that are over, old answers about viewers, and logins and launches that nobody came back for.

    Also notes of used forms, and registration links, once they have expired.
    """
    now = sync.now()
    with writing(sync.sessions) as db:
        purge_sessions(db, sync.platform_id, now)
        purge_viewer_access(db, sync.platform_id, now - ANSWERS_KEPT)
        purge_logins(db, now)
        purge_continue_codes(db, now)
        purge_used_tokens(db, now)
        purge_links(db, now)


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


def purge_history(sync: Sync, tally: Tally) -> None:
    """Delete the runs that began more than 400 days ago."""
    with writing(sync.sessions) as db:
        purge_runs(db, sync.platform_id, sync.now() - RUNS_KEPT)
