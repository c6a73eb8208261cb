"""The nightly step that lets go: each kind of data after its own period, with a proof by counts (policy paragraph 28).

The kinds and their periods are in `analytics.policy.retention`; what only serves a visit goes as soon as that is over.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from bridge.config import Settings
from bridge.errors import BridgeError
from bridge.store.database import Sessions, reading, writing
from bridge.store.form_tokens import purge_used_tokens
from bridge.store.launches import purge_continue_codes, purge_logins
from bridge.store.platforms import load_platform
from bridge.store.registration_links import purge_links
from bridge.store.retention import PurgeProof, Scope, purge_kind
from bridge.store.viewer_sessions import purge_sessions
from bridge.sync.context import Sync
from bridge.sync.handshake import SKEW_SECONDS_REFUSED
from bridge.sync.report import Tally

TRUSTED = timedelta(days=7)
"""How long this server's clock is believed after Moodle's last agreed with it: what is let go cannot be had back."""


class ClockUnconfirmed(BridgeError):
    """Nothing is let go by this server's clock alone: Moodle's has not agreed with it for too long."""

    code = "clock-unconfirmed"
    next_step = (
        "Once Moodle answers, the next night goes on by itself. Is it gone for good, look at this server's clock, then"
        " use lea retention run and lea platform remove: after that nights go by this clock alone."
    )


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
    """Remove what has been kept long enough; a kind that fails is told and keeps no other from it.

    Raises:
        ClockUnconfirmed: whether it has been kept so long is not known; nothing was removed.
    """
    if sync.moodle is not None:
        _confirm_clock(sync)
    for proof in purge_platform(sync.sessions, sync.platform_id, sync.settings, sync.now, tally.fail):
        if proof.removed or proof.left_over:
            tally.notes.append(f"Retention, {proof.kind}: {proof.removed} removed, {proof.left_over} left over.")


def _confirm_clock(sync: Sync) -> None:
    """See that Moodle's clock agreed with ours at the last handshake, and that this was not long ago by ours.

    A clock that jumps while Moodle is away so lets data go TRUSTED too early at most.
    """
    with reading(sync.sessions) as db:
        platform = load_platform(db, sync.platform_id)
    at = None if platform is None else platform.handshake_at
    skew = None if platform is None else platform.clock_skew_seconds
    apart = timedelta(seconds=SKEW_SECONDS_REFUSED)
    if at is None or skew is None or abs(skew) > SKEW_SECONDS_REFUSED or not -apart <= sync.now() - at <= TRUSTED:
        since = "never" if at is None else f"on {at:%Y-%m-%d %H:%M} UTC"
        raise ClockUnconfirmed(
            f"Retention waits: Moodle's clock was last asked {since}, and this server's alone is not relied on. Nothing"
            f" was removed. {ClockUnconfirmed.next_step}"
        )


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
