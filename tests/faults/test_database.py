"""The database is cut off, stopped, locked or full in the middle of a run; the next run makes it good."""

import functools
import random
import resource
import sqlite3
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from bridge.errors import BridgeError
from tests.databases import PostgresCluster
from tests.faults.conftest import EACH_STAGE, LONG, History, Survived, choose
from tests.faults.running import CONTEXT, SECONDS_A_CHILD, Place, Points, opened, run_stage
from tests.faults.world import STAGES

ON_POSTGRESQL = pytest.mark.parametrize("history", ["postgresql"], indirect=True)
ON_SQLITE = pytest.mark.parametrize("history", ["sqlite"], indirect=True)


def pid_of(connection: Any) -> int:
    """Return the number of the server's process behind a connection."""
    return int(connection.connection.dbapi_connection.info.backend_pid)


@LONG
@ON_POSTGRESQL
@EACH_STAGE
def test_a_connection_cut_in_mid_transaction_costs_nothing(
    history: History, number: int, chance: random.Random, survived: Survived, postgres_cluster: PostgresCluster
) -> None:
    for at in choose(chance, history.expected[number].points, 1):
        with history.before(number) as place:
            with opened(place) as (engine, sessions):
                points = Points(engine, at, lambda connection: postgres_cluster.cut(pid_of(connection)))
                with suppress(DBAPIError, BridgeError):
                    run_stage(place, STAGES[number], sessions)
                assert points.count >= at
            history.finish(place, number)
            history.check(place, number, f"cut before point {at} of {STAGES[number].name}")
        survived("connection cut by the server (pg_terminate_backend)")


@LONG
@ON_POSTGRESQL
def test_a_server_that_is_restarted_in_mid_run_costs_nothing(
    history: History, chance: random.Random, survived: Survived, postgres_cluster: PostgresCluster
) -> None:
    restart = postgres_cluster.restart
    if restart is None:
        pytest.skip("only the embedded server is ours to stop")
    for at in choose(chance, history.expected[0].points, 1):
        with history.before(0) as place:
            with opened(place) as (engine, sessions):
                Points(engine, at, lambda _: restart())
                with suppress(DBAPIError, BridgeError):
                    run_stage(place, STAGES[0], sessions)
            history.finish(place, 0)
            history.check(place, 0, f"restarted before point {at}")
        survived("PostgreSQL stopped at once and started again")


@LONG
@ON_SQLITE
@EACH_STAGE
def test_a_database_that_is_full_costs_nothing_once_there_is_room(
    history: History, number: int, chance: random.Random, survived: Survived
) -> None:
    def fill_up(connection: Any) -> None:
        connection.connection.dbapi_connection.execute("PRAGMA max_page_count=1")  # SQLite: as many as there are

    for at in choose(chance, history.expected[number].points, 1):
        with history.before(number) as place:
            with opened(place) as (engine, sessions):
                Points(engine, at, fill_up)
                with suppress(DBAPIError, BridgeError):
                    run_stage(place, STAGES[number], sessions)
            history.finish(place, number)
            history.check(place, number, f"full from point {at} of {STAGES[number].name}")
        survived("database full (max_page_count)")


@LONG
@ON_SQLITE
@EACH_STAGE
def test_a_database_that_somebody_keeps_locked_costs_nothing(
    history: History, number: int, chance: random.Random, survived: Survived
) -> None:
    for at in choose(chance, history.expected[number].points, 1):
        with history.before(number) as place:
            other = sqlite3.connect(place.url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
            take = functools.partial(lock, other)
            with opened(place) as (engine, sessions):
                event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=50"))
                locker = Points(engine, at, take, is_repeated=True)
                with suppress(DBAPIError, BridgeError):
                    run_stage(place, STAGES[number], sessions)
                assert locker.count >= at
            other.close()
            history.finish(place, number)
            history.check(place, number, f"locked from point {at} of {STAGES[number].name}")
        survived("database locked by somebody else")


def lock(other: sqlite3.Connection, _: object) -> None:
    """Take the write lock as soon as the run does not have it itself."""
    with suppress(sqlite3.OperationalError):
        if not other.in_transaction:
            other.execute("BEGIN IMMEDIATE")


@LONG
@ON_SQLITE
@EACH_STAGE
def test_a_disk_that_is_full_costs_nothing_once_there_is_room(
    history: History, number: int, chance: random.Random, survived: Survived
) -> None:
    for spare in choose(chance, 200, 1):
        with history.before(number) as place:
            child = CONTEXT.Process(target=run_on_a_full_disk, args=(place, number, spare * 1_024))
            child.start()
            child.join(SECONDS_A_CHILD)
            assert child.exitcode in (0, FULL)
            history.finish(place, number)
            history.check(place, number, f"no file may grow beyond {spare} KiB more in {STAGES[number].name}")
        survived("disk full (no file may grow)" if child.exitcode else "disk nearly full")


FULL = 7


def run_on_a_full_disk(place: Place, number: int, spare_bytes: int) -> None:
    """Run a stage where no file may grow beyond some bytes; the write-ahead log meets that first."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (spare_bytes, spare_bytes))
    with opened(place) as (_, sessions):
        try:
            run_stage(place, STAGES[number], sessions)
        except (DBAPIError, BridgeError):
            raise SystemExit(FULL) from None
