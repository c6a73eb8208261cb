"""Insert thousands of rows at once, leaving out those that are there already, as fast as each database allows.

SQLAlchemy's own path spends more time on each value than SQLite does on storing it. Values come as the driver takes
them: pass instants through `driver_value`.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import psycopg
from sqlalchemy import Connection, CursorResult, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Session

VALUES_KEPT = 10_000
ROWS_AT_ONCE = 250
"""Rows of one statement on SQLite, which opens the table and each of its indexes anew for every statement."""


def driver_value(db: Session, column: Any) -> Callable[[Any], Any]:
    """Return what turns a value of a mapped column into the driver's own, each distinct value once."""
    dialect = db.get_bind().dialect
    convert = column.type.dialect_impl(dialect).bind_processor(dialect)
    if convert is None:
        return lambda value: value
    return _remembering(convert)


def _remembering(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    known: dict[Any, Any] = {}

    def converted(value: Any) -> Any:
        found = known.get(value)
        if found is None:
            if len(known) > VALUES_KEPT:
                known.clear()
            found = known[value] = convert(value)
        return found

    return converted


def insert_many_ignoring(
    db: Session, table: type[DeclarativeBase], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> int:
    """Insert `rows`, tuples in the order of `columns`, and return how many were new. Empty: 0.

    An INSERT of ROWS_AT_ONCE rows, by executemany, on SQLite; one INSERT … SELECT FROM unnest(…) on PostgreSQL.
    """
    return _insert_many(db, table, columns, rows, "ON CONFLICT DO NOTHING")


def upsert_many(
    db: Session,
    table: type[DeclarativeBase],
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    key: Sequence[str],
) -> None:
    """Insert `rows` as `insert_many_ignoring` does, or write their other columns where the `key` is there already.

    No key comes twice. Empty: nothing happens.
    """
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    _insert_many(db, table, columns, rows, f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}")


def _insert_many(
    db: Session,
    table: type[DeclarativeBase],
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    on_conflict: str,
) -> int:
    if not rows:
        return 0
    core = table.__table__
    assert isinstance(core, Table)  # noqa: S101 (narrowing for the type checker: every mapped class here has a table)
    head = f"INSERT INTO {core.name} ({', '.join(columns)})"
    connection = db.connection()
    if connection.dialect.name == "sqlite":
        return _insert_in_parts(connection, head, on_conflict, rows)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    arrays = ", ".join(f"%t::{core.c[name].type.compile(dialect)}[]" for name in columns)
    values = tuple(map(array_literal, zip(*rows, strict=True)))
    return _run(connection, f"{head} SELECT * FROM unnest({arrays}) {on_conflict}", values)  # noqa: S608 (as above)


def _insert_in_parts(connection: Connection, head: str, on_conflict: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert as many rows by each statement as it takes, the rest one by one; return how many were written."""
    one = f"({', '.join('?' * len(rows[0]))})"
    whole = len(rows) - len(rows) % ROWS_AT_ONCE
    parts = [tuple(chain.from_iterable(rows[n : n + ROWS_AT_ONCE])) for n in range(0, whole, ROWS_AT_ONCE)]
    rest = list(rows[whole:])
    written = _run(connection, f"{head} VALUES {', '.join([one] * ROWS_AT_ONCE)} {on_conflict}", parts) if parts else 0
    return written + (_run(connection, f"{head} VALUES {one} {on_conflict}", rest) if rest else 0)


def _run(connection: Connection, statement: str, values: tuple[Any, ...] | list[tuple[Any, ...]]) -> int:
    result = connection.exec_driver_sql(statement, values)
    assert isinstance(result, CursorResult)  # noqa: S101 (narrowing for the type checker)
    return result.rowcount


def copy_or_insert_ignoring(
    db: Session, table: type[DeclarativeBase], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> int:
    """Do as `insert_many_ignoring`, for rows that are nearly always all new: PostgreSQL's COPY is tried first.

    A row that is there already, or twice among `rows`, takes the COPY back and goes the other way.
    """
    if not rows or db.connection().dialect.name != "postgresql":
        return insert_many_ignoring(db, table, columns, rows)
    statement = f"COPY {table.__tablename__} ({', '.join(columns)}) FROM STDIN"
    try:
        with db.begin_nested():
            cursor = db.connection().connection.cursor()
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
    except psycopg.errors.UniqueViolation:
        return insert_many_ignoring(db, table, columns, rows)
    return len(rows)


def array_literal(values: Sequence[Any]) -> str:
    """Return values of one column as PostgreSQL reads an array: numbers, texts, instants and None.

    psycopg's own way through Python costs more than the insert; few values of a column differ, so each is written
    once.
    """
    known = {value: _element(value) for value in set(values)}
    return "{" + ",".join([known[value] for value in values]) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    text = value if isinstance(value, str) else value.isoformat()
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
