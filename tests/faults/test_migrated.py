"""Each migration goes back and forward with rows in every table, on both databases."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, Table, inspect, text
from sqlalchemy.exc import DatabaseError

import migrations
from bridge.store.database import make_sessions
from bridge.store.migrations import downgrade, upgrade
from tests.bridge.store.held_world import full_world
from tests.faults.conftest import LONG, TIMES, Survived

CHOSEN = 2
"""Migrations that the short plan tries, beside the last one."""

MADE_ANEW = {("0009", "course"): {"calendar_id"}}
"""Columns that going forward fills by a rule: what 0008 calls a course's calendar is the site's since 0009."""


def steps() -> list[tuple[str, str]]:
    """Return each migration and the one before it ("base": none), the last one first."""
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    return [(one.revision, str(one.down_revision or "base")) for one in script.walk_revisions()]


@LONG
def test_each_migration_goes_back_and_forward_with_data_in_place(
    engine: Engine, chance: random.Random, survived: Survived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "LEA_SECRET_KEY", "k" * 40)
    full_world(make_sessions(engine))
    (last, *earlier) = steps()
    tried = {last, *(chance.sample(earlier, CHOSEN) if TIMES == "1" else earlier)}
    for revision, before in (last, *earlier):
        if (revision, before) in tried:
            whole = Shape(engine)
            downgrade(engine, before)
            less = Shape(engine)
            upgrade(engine, revision)
            compare(revision, whole, less, Shape(engine))
            survived("migration back and forward with rows in every table")
        downgrade(engine, before)


def test_a_migration_that_fails_takes_those_before_it_in_the_same_run_back(engine: Engine, survived: Survived) -> None:
    downgrade(engine, "0019")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE facts_place (id INTEGER)"))
    whole = Shape(engine)
    with pytest.raises(DatabaseError, match="facts_place"):
        upgrade(engine)  # 0020 went well, 0021 wants to make that table
    assert (Shape(engine).columns, Shape(engine).rules) == (whole.columns, whole.rules)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE facts_place"))
    upgrade(engine)
    survived("migrations of one run taken back together")


def compare(revision: str, whole: "Shape", less: "Shape", again: "Shape") -> None:
    """Compare the tables before a migration went back, in between, and after it went forward again."""
    assert again.columns == whole.columns, revision
    assert again.rules == whole.rules, revision
    for name in sorted(less.columns.keys() & whole.columns.keys()):
        shared = sorted(less.columns[name] & whole.columns[name] - MADE_ANEW.get((revision, name), set()))
        rows = whole.rows(name, shared)
        assert less.rows(name, shared) == rows, f"{revision} back: {name}"
        assert again.rows(name, shared) == rows, f"{revision} forward: {name}"


class Shape:
    """The tables as they stand: columns, what the database holds them to, and their rows as text."""

    def __init__(self, engine: Engine) -> None:
        self._tables = MetaData()
        self._tables.reflect(engine)
        self._tables.remove(self._tables.tables["alembic_version"])
        self.columns = {name: frozenset(table.columns.keys()) for name, table in self._tables.tables.items()}
        self.rules = {name: frozenset(say_rules(table)) for name, table in self._tables.tables.items()}
        self.rules[""] = frozenset(say_triggers(engine))
        with engine.connect() as connection:
            self._rows = {
                name: [dict(row._mapping) for row in connection.execute(table.select())]
                for name, table in self._tables.tables.items()
            }

    def rows(self, name: str, columns: list[str]) -> list[str]:
        """Return a table's rows as text, in order, as far as these columns go."""
        return sorted(repr([row[column] for column in columns]) for row in self._rows[name])


def say_rules(table: Table) -> Iterator[str]:
    """Say which columns may be empty, the keys, and the indexes."""
    yield from (f"{column.name} {column.type} {column.nullable}" for column in table.columns)
    yield f"primary key {sorted(table.primary_key.columns.keys())}"
    for key in table.foreign_key_constraints:
        yield f"{key.name}: {sorted(key.columns.keys())} to {key.referred_table.name}"
    for index in table.indexes:
        yield f"{index.name}: {[str(one) for one in index.expressions]} {index.unique}"


def say_triggers(engine: Engine) -> list[str]:
    """Return the names of triggers and views, which reflection leaves out."""
    names = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with engine.connect() as connection:
        return [*connection.scalars(text(names)), *inspect(engine).get_view_names()]
