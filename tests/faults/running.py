"""Run one stage of the small site in this process or in a child that is killed, on a database that is kept by label."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

from bridge.log_records import LogPage
from bridge.moodle.client import MoodleClient
from bridge.moodle.functions import PAGE_SIZE
from bridge.store.database import Sessions, make_engine, make_sessions
from bridge.sync.course import run_nightly, sync_platform
from bridge.sync.report import SyncReport
from tests.bridge.sync.conftest import SETTINGS
from tests.faults.world import STAGES, Stage

ROWS_A_PAGE = 60
"""So small that each stage reads several pages, as a large site does."""
BUCKET = 100
SECONDS_A_CHILD = 60
TOMBSTONES = "tombstones.jsonl"
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.faults.running"])


class SmallPages(MoodleClient):
    """A client that asks for pages of the log so small that a stage needs several."""

    def log_events(
        self, after_id: int, to_id: int = 0, course_ids: Sequence[int] = (), limit: int = PAGE_SIZE
    ) -> LogPage:
        """Ask for a page of ROWS_A_PAGE rows."""
        return super().log_events(after_id, to_id, course_ids, ROWS_A_PAGE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stage runs: a database with the file of its erasures, and the site."""

    url: str
    folder: Path
    site_url: str
    token: str
    platform_id: int = 1

    def make_client(self, stage: Stage) -> SmallPages:
        """Make a client that waits for nothing between two tries."""
        return SmallPages(
            self.site_url, self.token, timeout=(10, 30), sleep=lambda _: None, now=lambda: stage.at.timestamp()
        )


@contextmanager
def opened(place: Place) -> Iterator[tuple[Engine, Sessions]]:
    """Open the database, and close every connection in the end."""
    engine = make_engine(place.url)
    try:
        yield engine, make_sessions(engine)
    finally:
        engine.dispose()


def run_stage(place: Place, stage: Stage, sessions: Sessions, now: datetime | None = None) -> SyncReport:
    """Run a stage's job once, in small pages, by a clock that stands at the stage's time, or at a wrong one."""
    settings = replace(SETTINGS, tombstone_file=str(place.folder / TOMBSTONES))
    run = run_nightly if stage.is_nightly else sync_platform
    with (
        patch("bridge.sync.log.PAGE_SIZE", ROWS_A_PAGE),
        patch("bridge.sync.settle.BUCKET_SIZE", BUCKET),
        patch("bridge.sync.settle.SPAN", 10 * BUCKET),
    ):
        return run(sessions, place.make_client(stage), place.platform_id, settings, lambda: now or stage.at)


class Points:
    """Counts what a run asks of its database, statements and commits, and acts before a chosen one (or from it on)."""

    def __init__(
        self, engine: Engine, at: int = 0, act: Callable[[Any], None] = lambda _: None, *, is_repeated: bool = False
    ) -> None:
        self.count = 0
        self._at = at
        self._act = act
        self._is_repeated = is_repeated
        event.listen(engine, "before_cursor_execute", lambda connection, *_: self._meet(connection))
        event.listen(engine, "commit", self._meet)

    def _meet(self, connection: Any) -> None:
        self.count += 1
        if self.count == self._at or (self._is_repeated and self.count > self._at):
            self._act(connection)


class Transactions(sessionmaker[Session]):
    """Counts the transactions of a run and acts once, before a chosen one begins: no lock is held then."""

    def __init__(self, engine: Engine, at: int, act: Callable[[], None]) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.count = 0
        self._at = at
        self._act = act

    def __call__(self, **options: Any) -> Session:
        """Give the next session."""
        self.count += 1
        if self.count == self._at:
            self._act()
        return super().__call__(**options)


def kill_between(place: Place, number: int, at: int) -> bool:
    """Run a stage in a child that kills itself by SIGKILL before its `at`-th point; return whether it came so far."""
    child = CONTEXT.Process(target=_run_and_die, args=(place, number, at))
    child.start()
    child.join(SECONDS_A_CHILD)
    assert child.exitcode in (0, -signal.SIGKILL), f"the child ended with {child.exitcode}"
    return child.exitcode != 0


def _run_and_die(place: Place, number: int, at: int) -> None:
    with opened(place) as (engine, sessions):
        Points(engine, at, lambda _: os.kill(os.getpid(), signal.SIGKILL))
        report = run_stage(place, STAGES[number], sessions)
        assert report.failures == ()
