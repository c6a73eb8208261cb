"""Four workers, N ticks: N commits, none twice, also when the leader is killed in mid-batch."""

import os
import random
import re
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, text

from bridge.schema.log import LogCursor, SyncRun
from bridge.secrets import encrypt
from bridge.store.database import Sessions, reading, writing
from bridge.store.platforms import save_platform
from bridge.sync.jobs import TIMETABLE, run_left, run_tick
from bridge.sync.lease import LEASE_SECONDS
from tests.bridge.sync.conftest import SETTINGS
from tests.demo_vle.worlds.model import LogRow
from tests.faults.conftest import LONG, History, Survived, rounds
from tests.faults.oracle import Contents, find_differences, read_all
from tests.faults.running import CONTEXT, SECONDS_A_CHILD, TOMBSTONES, Place, Points, opened
from tests.faults.world import LEARNERS, STAGES

WORKERS, TICKS = 4, 3
KILLED_AT = 1
"""The tick, counted from 0, whose first leader is killed."""
NUMBER = 2
"""The stage that the ticks begin from."""
MOST_POINTS = 60
"""Of a leader's statements, among which one is chosen to die before."""
WHEN = re.compile("(measured_at|arrived_at|moodle_token)=[^,]*")
COUNTING = {
    "sqlite": (
        "CREATE TABLE moved (epoch INTEGER, read_to INTEGER)",
        "CREATE TRIGGER count_moves AFTER UPDATE ON log_cursor BEGIN"
        " INSERT INTO moved VALUES (new.epoch, new.read_to); END",
    ),
    "postgresql": (
        "CREATE TABLE moved (epoch BIGINT, read_to BIGINT)",
        "CREATE FUNCTION count_move() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN INSERT INTO moved VALUES (new.epoch, new.read_to); RETURN new; END'",
        "CREATE TRIGGER count_moves AFTER UPDATE ON log_cursor FOR EACH ROW EXECUTE FUNCTION count_move()",
    ),
}
"""What lets the database itself count the commits that move the cursor: one that is rolled back leaves nothing."""


def look(place: Place, holder: str, at: datetime, *, is_left: bool, dies_at: int = 0) -> None:
    """Do what a worker does at a tick, or when it looks for what a dead one left; be killed before a statement."""
    settings = replace(SETTINGS, tombstone_file=str(place.folder / TOMBSTONES))
    with opened(place) as (engine, sessions):
        Points(engine, dies_at, lambda _: os.kill(os.getpid(), signal.SIGKILL))
        if is_left:
            run_left(sessions, settings, lambda: at, holder)
        else:
            run_tick(TIMETABLE[0], sessions, settings, lambda: at, holder)


def look_together(place: Place, at: datetime, *, is_left: bool = False) -> None:
    """Let all workers look at once, each in a process of its own."""
    workers = [
        CONTEXT.Process(target=look, args=(place, f"worker {one}", at), kwargs={"is_left": is_left})
        for one in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(SECONDS_A_CHILD)
    assert [worker.exitcode for worker in workers] == [0] * WORKERS


def kill_leader(place: Place, at: datetime, dies_at: int) -> None:
    """Let a leader begin a tick and be killed in it."""
    leader = CONTEXT.Process(target=look, args=(place, "doomed", at), kwargs={"is_left": False, "dies_at": dies_at})
    leader.start()
    leader.join(SECONDS_A_CHILD)
    assert leader.exitcode == -signal.SIGKILL


def go_through(history: History, place: Place, tick: Callable[[int, datetime], None]) -> list[int]:
    """Let the site go on from tick to tick by one row of the log; return the rows' ids."""
    ids = []
    with opened(place) as (_, sessions), writing(sessions) as db:
        token = encrypt(place.token, SETTINGS.secret_key)
        save_platform(db, name="Demo", moodle_url=place.site_url, encrypted_token=token, now=STAGES[NUMBER].at)
    run_first(history, place)
    for number in range(TICKS):
        at = STAGES[NUMBER].at + timedelta(minutes=SETTINGS.sync_minutes * (number + 1))
        show_time(history, at)
        visit = (r"\mod_page\event\course_module_viewed", 2, LEARNERS[number], 0, 2, 12, int(at.timestamp()) - 60)
        ids.append(history.vle.site.world.log.append(LogRow(0, *visit, "web", 0, "")).id)
        tick(number, at)
    return ids


def show_time(history: History, at: datetime) -> None:
    """Let the site's clock stand."""
    history.vle.site.now = lambda: at


def run_first(history: History, place: Place) -> None:
    """Read what waits before the first tick."""
    look(place, "first", STAGES[NUMBER].at, is_left=False)


def count_moves(engine: Engine) -> None:
    """Let the database count."""
    with engine.begin() as connection:
        for statement in COUNTING[engine.dialect.name]:
            connection.execute(text(statement))


def read_moves(engine: Engine) -> list[tuple[int, int]]:
    """Return epoch and place of each commit that moved the cursor."""
    with engine.connect() as connection:
        return [(int(epoch), int(to)) for epoch, to in connection.execute(text("SELECT epoch, read_to FROM moved"))]


def run_alone(history: History) -> Contents:
    """Return what one worker that nobody disturbs makes of the ticks."""
    with history.before(NUMBER) as place:
        go_through(history, place, lambda _, at: look(place, "alone", at, is_left=False))
        with opened(place) as (_, sessions):
            return read_timeless(sessions)


def read_timeless(sessions: Sessions) -> Contents:
    """Read the tables without when something was done, which a leader's death puts off, and without the token."""
    return {
        name: Counter({WHEN.sub("", row): count for row, count in rows.items()})
        for name, rows in read_all(sessions).items()
    }


@LONG
def test_four_workers_make_one_commit_a_tick_and_none_twice_also_when_the_leader_is_killed(
    history: History, chance: random.Random, survived: Survived
) -> None:
    expected = run_alone(history)
    for _ in rounds(1):
        with history.before(NUMBER) as place, opened(place) as (engine, sessions):
            count_moves(engine)

            def tick(number: int, at: datetime, place: Place = place) -> None:
                if number == KILLED_AT:
                    kill_leader(place, at, chance.randrange(10, MOST_POINTS))
                look_together(place, at)
                if number == KILLED_AT:
                    later = at + timedelta(seconds=LEASE_SECONDS)
                    show_time(history, later)
                    look_together(place, later, is_left=True)

            ids = go_through(history, place, tick)
            moves = read_moves(engine)
            epochs = [epoch for epoch, _ in moves]
            assert epochs == list(range(epochs[0], epochs[0] + len(epochs)))
            places = [to for _, to in moves]
            risen = [to for before, to in zip([0, *places], places, strict=False) if to > before]
            assert risen[-TICKS:] == ids
            with reading(sessions) as db:
                ended = db.scalars(select(SyncRun.outcome).order_by(SyncRun.id)).all()
                assert db.scalar(select(LogCursor.read_to)) == ids[-1]
            assert ended[-TICKS - 1 :].count("failed") == 1
            differences = find_differences(expected, read_timeless(sessions))
            assert not differences, "\n".join(differences[:20])
        survived(f"{WORKERS} workers, {TICKS} ticks, the leader of one killed: one commit a tick")
