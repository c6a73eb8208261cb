"""The oracle: what the tables hold, comparable between two databases, and where two differ."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, select
from sqlalchemy.orm import Session

from bridge.schema import Base
from bridge.store.database import Sessions, reading

Contents = dict[str, Counter[str]]
"""Table → its rows as text, each with how often it is there."""

ABOUT_RUNS = frozenset({"sync_run", "lease", "retention_run"})
"""Tables that tell of runs, not of learners: a disturbed database has more of them, and is to have."""
ABOUT_COMMITS = frozenset({("log_cursor", "epoch")})
"""Columns that count commits."""
RANDOM = frozenset({("access_log", "salt"), ("access_log", "commitment"), ("access_seal", "digest")})
"""Columns made with a salt that is drawn anew."""
NOT_DECLARED = {"course_id": "course", "person_id": "person", "subject_person_id": "person"}
"""Columns of the large tables that refer to another without a foreign key."""


def read_all(sessions: Sessions) -> Contents:
    """Read every table whose rows say something about learners, courses and people.

    Surrogate keys are told apart by what they stand for (Moodle's id, a version …): a rolled-back transaction uses up
    numbers on PostgreSQL, and that is no difference.
    """
    with reading(sessions) as db:
        meanings = _Meanings(db)
        return {table.name: meanings.rows_of(table) for table in meanings.tables if table.name not in ABOUT_RUNS}


def find_differences(expected: Contents, found: Contents) -> list[str]:
    """Return one line for each row that is there too often or too rarely; empty: the tables are identical."""
    lines = []
    for name in sorted(expected.keys() | found.keys()):
        wanted, got = expected.get(name, Counter()), found.get(name, Counter())
        lines += [f"{name}: lost {count} x {row}" for row, count in sorted((wanted - got).items())]
        lines += [f"{name}: too many {count} x {row}" for row, count in sorted((got - wanted).items())]
    return lines


class _Meanings:
    """What each surrogate key stands for, table by table in the order of their foreign keys."""

    def __init__(self, db: Session) -> None:
        self.tables = Base.metadata.sorted_tables
        self._known: dict[str, dict[Any, str]] = {}
        self._rows: dict[str, Counter[str]] = {}
        rows = {table.name: [row._mapping for row in db.execute(select(table))] for table in self.tables}
        for table in self.tables:
            self._name(table, rows[table.name])
        for table in self.tables:
            kept = [column for column in table.columns if column is not _surrogate_of(table)]
            kept = [column for column in kept if not _is_left_out(column)]
            self._rows[table.name] = Counter(self._say(kept, row) for row in rows[table.name])

    def rows_of(self, table: Table) -> Counter[str]:
        """Give a table's rows as text."""
        return self._rows[table.name]

    def _name(self, table: Table, rows: list[Any]) -> None:
        key = _surrogate_of(table)
        if key is not None:
            named = _unique_columns(table) or [one for one in table.columns if one is not key and not _is_left_out(one)]
            self._known[table.name] = {row[key]: self._say(named, row) for row in rows}

    def _say(self, columns: list[Column[Any]], row: Mapping[Any, Any]) -> str:
        return ", ".join(f"{column.name}={self._stand_for(column, row[column])}" for column in columns)

    def _stand_for(self, column: Column[Any], value: Any) -> str:
        target = next((key.column.table.name for key in column.foreign_keys), NOT_DECLARED.get(column.name, ""))
        known = self._known.get(target, {})
        if column.name == "overdue_task_ids":
            return str(sorted(self._known["task"].get(one, str(one)) for one in value))
        if isinstance(value, dict | list):
            return repr(self._plain(value))
        return f"<{known[value]}>" if value in known else str(value)

    def _plain(self, value: Any) -> Any:
        """Return a document with its tasks' numbers said by what they stand for, in a fixed order."""
        if isinstance(value, dict):
            tasks = self._known.get("task", {})
            return {
                # As `analytics.replay` stores them: each begins with the task's number.
                name: sorted([tasks[number], *map(repr, rest)] for number, *rest in inner)
                if name == "tasks" and tasks
                else self._plain(inner)
                for name, inner in sorted(value.items())
            }
        if isinstance(value, list):
            return sorted((self._plain(one) for one in value), key=repr)
        return value


def _surrogate_of(table: Table) -> Column[Any] | None:
    keys = list(table.primary_key.columns)
    is_surrogate = len(keys) == 1 and keys[0].name == "id" and not keys[0].foreign_keys
    return keys[0] if is_surrogate else None


def _unique_columns(table: Table) -> list[Column[Any]]:
    found = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return list(min(found, key=lambda one: sorted(one.columns.keys())).columns) if found else []


def _is_left_out(column: Column[Any]) -> bool:
    return (column.table.name, column.name) in ABOUT_COMMITS | RANDOM
