"""Engine, sessions and short write transactions on SQLite and PostgreSQL alike."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Engine, Row, Select, Table, UpdateBase, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000", "secure_delete=ON")
"""secure_delete: what was erased is overwritten in the file, not just marked as free."""

Sessions = sessionmaker[Session]
Statement = Select[*tuple[Any, ...]]
"""One that `fetch` runs."""
Found = Row[*tuple[Any, ...]]
"""A row that it found, its columns by name."""


def make_engine(database_url: str) -> Engine:
    """Return an engine for SQLite or PostgreSQL; neither the password in the URL nor any value ever shows in a log.

    SQLite is put into WAL mode with foreign keys on, and its transactions begin explicitly: pysqlite's own habit of
    beginning late would let two writers both read first and then fail.
    """
    url = make_url(database_url)
    # hide_parameters hides what is bound; what comes back SQLAlchemy logs at DEBUG, names and all.
    logging.getLogger("sqlalchemy.engine.Engine").addFilter(_is_no_row)
    engine = create_engine(url, pool_pre_ping=url.get_backend_name() == "postgresql", hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(_begin_statement(connection)))
    return engine


def _is_no_row(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("Row ")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_statement(connection: Any) -> str:
    return "BEGIN IMMEDIATE" if connection.get_execution_options().get("lea_writes") else "BEGIN"


def make_sessions(engine: Engine) -> Sessions:
    """Return the session factory; sessions keep their objects readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def reading(sessions: Sessions) -> Iterator[Session]:
    """Give a session for reading; whatever it did is rolled back."""
    with sessions() as db:
        yield db
        db.rollback()


@contextmanager
def writing(sessions: Sessions) -> Iterator[Session]:
    """Give a session whose transaction takes the write lock first (BEGIN IMMEDIATE on SQLite) and commits at the end.

    An exception rolls everything back. Keep network calls outside: on SQLite every other writer waits.
    """
    with sessions() as db:
        db.connection(execution_options={"lea_writes": True})
        yield db
        db.commit()


def fetch(db: Session, statement: Statement, **values: object) -> Sequence[Found]:
    """Run a statement that was built once, with its parameters bound by name; return rows of its columns, no objects.

    Putting a statement together costs a page more than running it, and so does making objects that nobody changes:
    what a page reads is a constant of its module, run by this. What waits in the session is written first, as ever.
    """
    db.flush()
    return db.connection().execute(statement, values).all()


def run(db: Session, statement: UpdateBase, **values: object) -> int:
    """Run an INSERT, UPDATE or DELETE that was built once, with its parameters bound by name, as `fetch` does.

    Return how many rows it found.
    """
    db.flush()
    return db.connection().execute(statement, values).rowcount


def truncate_wal(sessions: Sessions) -> None:
    """Take what was deleted out of SQLite's write-ahead file too, as far as no reader needs it; elsewhere nothing."""
    engine = sessions.kw["bind"]
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.commit()
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def insert_ignoring(db: Session, table: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows` (column name → value), leaving out those whose key is there already. Empty: nothing happens."""
    if rows:
        db.execute(_insert(db.get_bind().dialect.name, table).on_conflict_do_nothing(), list(rows))


def upsert(
    db: Session,
    table: type[DeclarativeBase],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[str],
    update: Sequence[str],
) -> None:
    """Insert `rows`, or write the columns `update` where a row with the same `key` is there. Empty: nothing happens."""
    if not rows:
        return
    db.execute(_upsert(db.get_bind().dialect.name, table, tuple(key), tuple(update)), list(rows))


@cache
def _upsert(
    dialect: str, table: type[DeclarativeBase], key: tuple[str, ...], update: tuple[str, ...]
) -> PostgresInsert | SqliteInsert:
    statement = _insert(dialect, table)
    changed = {name: statement.excluded[name] for name in update}
    return statement.on_conflict_do_update(index_elements=list(key), set_=changed)


def _insert(dialect: str, table: type[DeclarativeBase]) -> PostgresInsert | SqliteInsert:
    core = table.__table__
    assert isinstance(core, Table)  # noqa: S101 (narrowing for the type checker: every mapped class here has a table)
    return postgresql.insert(core) if dialect == "postgresql" else sqlite.insert(core)
