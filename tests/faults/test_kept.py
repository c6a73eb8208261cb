"""What is kept through a backup that is taken in mid-run, and through migrations back and forward."""

import functools
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bridge.store.migrations import downgrade, upgrade
from tests.faults.conftest import EACH_STAGE, LONG, History, Survived, choose
from tests.faults.running import Points, opened, run_stage
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


def test_going_one_migration_back_and_forward_keeps_every_row(history: History, survived: Survived) -> None:
    last = len(STAGES) - 1
    with history.before(last) as place:
        with opened(place) as (engine, _):
            downgrade(engine, "-1")
            upgrade(engine)
        history.finish(place, last)
        history.check(place, last, "one migration back and forward")
    survived("migration back and forward with data in place")
