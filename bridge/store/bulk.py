"""Insert thousands of rows at once, leaving out those that are there already, as fast as each database allows.

SQLAlchemy's own path spends more time on each value than SQLite does on storing it. Values come as the driver takes
them: pass instants through `driver_value`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from sqlalchemy import CursorResult, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Session

VALUES_KEPT = 10_000


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

    One statement: an executemany on SQLite, one INSERT … SELECT FROM unnest(…) on PostgreSQL.
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
    names = ", ".join(columns)
    connection = db.connection()
    if connection.dialect.name == "postgresql":
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
        arrays = ", ".join(f"%t::{core.c[name].type.compile(dialect)}[]" for name in columns)
        statement = f"INSERT INTO {core.name} ({names}) SELECT * FROM unnest({arrays}) {on_conflict}"  # noqa: S608 (names of our own tables and columns)
        values = tuple(map(array_literal, zip(*rows, strict=True)))
        result = connection.exec_driver_sql(statement, values)
    else:
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {core.name} ({names}) VALUES ({marks}) {on_conflict}"  # noqa: S608 (as above)
        result = connection.exec_driver_sql(statement, list(rows))
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
