"""The nightly step that lets go: each kind of data after its own period, with a proof by counts (policy paragraph 28).

The kinds and their periods are in `analytics.policy.retention`; what only serves a visit goes as soon as that is over.
"""

from collections.abc import Callable
from datetime import datetime

from bridge.config import Settings
from bridge.errors import BridgeError
from bridge.store.database import Sessions, writing
from bridge.store.form_tokens import purge_used_tokens
from bridge.store.launches import purge_continue_codes, purge_logins
from bridge.store.registration_links import purge_links
from bridge.store.retention import PurgeProof, Scope, purge_kind
from bridge.store.viewer_sessions import purge_sessions
from bridge.sync.context import Sync
from bridge.sync.report import Tally


def purge_visits(sync: Sync, tally: Tally) -> None:
    """Delete sessions that are over, and logins and launches that nobody came back for.

    Also notes of used forms, and registration links, once they have expired.
    """
    now = sync.now()
    with writing(sync.sessions) as db:
        purge_sessions(db, sync.platform_id, now)
        purge_logins(db, now)
        purge_continue_codes(db, now)
        purge_used_tokens(db, now)
        purge_links(db, now)


def purge_by_kind(sync: Sync, tally: Tally) -> None:
    """Remove what has been kept long enough; a kind that fails is told and keeps no other from it."""
    for proof in purge_platform(sync.sessions, sync.platform_id, sync.settings, sync.now, tally.fail):
        if proof.removed or proof.left_over:
            tally.notes.append(f"Retention, {proof.kind}: {proof.removed} removed, {proof.left_over} left over.")


def purge_platform(
    sessions: Sessions,
    platform_id: int,
    settings: Settings,
    now: Callable[[], datetime],
    fail: Callable[[BridgeError], None],
) -> tuple[PurgeProof, ...]:
    """Remove what has been kept long enough of a platform, each kind in a transaction of its own; return the proofs."""
    proofs = []
    for rule in settings.retention:
        try:
            with writing(sessions) as db:
                proofs.append(purge_kind(db, Scope(platform_id, rule, now(), settings.zone)))
        except BridgeError as error:
            fail(error)
    return tuple(proofs)
