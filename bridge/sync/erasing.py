"""Carry out a decided erasure while no sync reads the platform, and write its mark beside the database."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from bridge.config import Settings
from bridge.store.cursor import load_cursor
from bridge.store.database import Sessions, truncate_wal, writing
from bridge.store.erasure import erase_person
from bridge.store.erasure_decisions import Decision, save_decision
from bridge.store.tombstones import ALL_COURSES, load_user_keys
from bridge.sync.lease import give_lease_back, take_lease
from bridge.sync.ticks import lease_of
from bridge.tombstone_file import agree_with_file


def erase_by_decision(
    sessions: Sessions, settings: Settings, platform_id: int, moodle_user_id: int, decision: Decision
) -> None:
    """Erase a learner in all courses and write the decision down, both or neither.

    Raises:
        LeaseLost: a sync reads from the platform just now; nothing was changed.
        TombstoneFileError: the erasure stands, but its mark is in the database alone.
    """
    with holding(sessions, platform_id, lambda: decision.decided_at), writing(sessions) as db:
        keys = load_user_keys(db, platform_id, settings.secret_key)
        log_to = load_cursor(db, platform_id).read_to
        erase_person(db, keys, moodle_user_id, ALL_COURSES, log_to, decision.decided_at)
        save_decision(db, keys, moodle_user_id, decision)
    agree_with_file(sessions, settings)
    truncate_wal(sessions)


@contextmanager
def holding(sessions: Sessions, platform_id: int, now: Callable[[], datetime]) -> Iterator[None]:
    """Keep workers from a platform meanwhile.

    Raises:
        LeaseLost: one reads from it just now.
    """
    held = take_lease(sessions, lease_of(platform_id), f"{socket.gethostname()}:{os.getpid()}:rights", now())
    try:
        yield
    finally:
        give_lease_back(sessions, held, now())
