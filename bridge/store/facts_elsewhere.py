"""Presence facts in ClickHouse, for more of them than one table of the shared database should hold (docs/scaling.md).

No transaction spans two databases, so the order makes it right: facts first, then the commit that they belong to.
A crash between the two leaves facts whose cursor did not move; the next run brings them again, and a set takes a fact
twice without harm. A rollback leaves nothing: facts wait in the session until just before its commit. Those of a
rebuild, more than memory should hold, do not wait: they are as right without its mark. Removals are done at once, and
again when the transaction they belong to is run again.

The table is a ReplacingMergeTree whose key is the whole fact, and every statement runs with `final`: what was inserted
twice and is not merged yet is read once.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, Engine, Executable, create_engine, event, make_url
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.orm import Session

from bridge.errors import SettingsError
from bridge.store.database import Sessions
from bridge.store.fact_statements import ADD, FACT_COLUMNS, KNOWN, PRESENCE

FACTS_ENGINE, FACTS = "facts_engine", "facts"
"""Where in a session's `info` the engine, and what stands between it and the session, are kept."""
DAYS_A_PARTITION = 91
CREATE = f"""
CREATE TABLE IF NOT EXISTS {PRESENCE.name} (
    day_no Int32 CODEC(Delta, ZSTD), course_id Int64 CODEC(Delta, ZSTD), person_id Int64 CODEC(Delta, ZSTD),
    cmid Int64 CODEC(Delta, ZSTD), kind Int16 CODEC(ZSTD),
    INDEX by_person person_id TYPE minmax
) ENGINE = ReplacingMergeTree PARTITION BY intDiv(day_no, {DAYS_A_PARTITION}) ORDER BY ({", ".join(FACT_COLUMNS)})
"""
"""The index lets it be known at once that there is nothing of somebody new (`bridge.store.new_numbers`)."""
FORGET = f"ALTER TABLE {PRESENCE.name} APPLY DELETED MASK SETTINGS mutations_sync = 0"
"""What was removed is not read from that moment on; this takes it out of the files too, in the background."""
SETTINGS = {
    "final": "1",
    "async_insert": "0",  # an insert that returned is on the disk
    "insert_deduplicate": "0",  # what was removed and comes again is no repetition
    "lightweight_deletes_sync": "2",
}
FACTS_AT_ONCE = 2_000
"""Named in one statement: ClickHouse reads statements of up to 256 KB."""
ROWS_AT_ONCE = 100_000
CONNECT_SECONDS, ANSWER_SECONDS = 5, 120
EMBEDDED = "chdb"
"""The interface of ClickHouse as a library in this process: for tests, since one process alone can open its files."""


def make_facts_engine(facts_url: str, ca_bundle: str | None = None) -> Engine:
    """Return an engine for ClickHouse; nothing is asked of it yet. No value and no password shows in a log.

    Raises:
        SettingsError: the package for ClickHouse is not installed.
    """
    url, options = make_url(facts_url), dict[str, object](SETTINGS)
    if url.query.get("interface") != EMBEDDED:
        options |= {"connect_timeout": CONNECT_SECONDS, "send_receive_timeout": ANSWER_SECONDS}
        options |= {"ca_cert": ca_bundle} if ca_bundle else {}
    try:
        return create_engine(url, hide_parameters=True, connect_args=options)
    except NoSuchModuleError as error:
        reason = "needs a package more: pip install 'learner-engagement-analytics[clickhouse]'"
        raise SettingsError({"LEA_FACTS_URL": [reason]}) from error


def make_facts_table(engine: Engine) -> None:
    """Make the table where it is not there yet; one that is stays as it is, with whatever engine it was made."""
    with engine.connect() as connection:
        connection.exec_driver_sql(CREATE)


def put_facts_elsewhere(sessions: Sessions, engine: Engine) -> None:
    """Let every session of a factory have its facts in ClickHouse, in step with its own commits."""
    sessions.configure(info={FACTS_ENGINE: engine})
    event.listen(sessions, "before_commit", _commit)
    event.listen(sessions, "after_rollback", _roll_back)


def find_facts_elsewhere(db: Session) -> "FactsElsewhere | None":
    """Return what stands between a session and its facts in ClickHouse; None: they are in its own database."""
    engine = db.info.get(FACTS_ENGINE)
    if engine is None:
        return None
    db.connection()  # begins a transaction, so that its end is heard of
    found: FactsElsewhere = db.info.setdefault(FACTS, FactsElsewhere(engine))
    return found


def _commit(db: Session) -> None:
    facts = db.info.get(FACTS)
    if facts is not None and not db.in_nested_transaction():
        facts.commit()


def _roll_back(db: Session) -> None:
    facts = db.info.get(FACTS)
    if facts is not None:
        facts.roll_back()


class FactsElsewhere:
    """Facts in ClickHouse, as one session sees them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: set[tuple[int, ...]] = set()
        self._has_removed = False

    def fetch(self, statement: Executable, **values: object) -> Sequence[Any]:
        """Run a reading statement, after what waits was written."""
        with self._connect() as connection:
            self._write(connection)
            return connection.execute(statement, values).all()

    def add(self, rows: Sequence[tuple[int, ...]]) -> int:
        """Keep those facts that are new until the session commits; return how many."""
        if not rows:
            return 0
        wanted = set(rows) - self._waiting
        with self._connect() as connection:
            new = wanted - _find_known(connection, sorted(wanted))
        self._waiting |= new
        return len(new)

    def put(self, rows: Sequence[tuple[int, ...]]) -> None:
        """Keep facts until the session commits."""
        self._waiting.update(rows)

    def bring(self, rows: Sequence[tuple[int, ...]]) -> None:
        """Write facts at once, more than should wait in memory; they are right whether or not the session commits."""
        with self._connect() as connection:
            _insert(connection, rows)

    def remove(self, statement: Executable, **values: object) -> None:
        """Run a removing statement, after what waits was written."""
        with self._connect() as connection:
            self._write(connection)
            connection.execute(statement, values)
        self._has_removed = True

    def commit(self) -> None:
        """Write what waits, and let go of what was removed: the session commits next."""
        if not (self._waiting or self._has_removed):
            return
        with self._connect() as connection:
            self._write(connection)
            if self._has_removed:
                connection.exec_driver_sql(FORGET)
        self._has_removed = False

    def roll_back(self) -> None:
        """Forget what waits."""
        self._waiting.clear()
        self._has_removed = False

    def _connect(self) -> AbstractContextManager[Connection]:
        return self._engine.begin()

    def _write(self, connection: Connection) -> None:
        _insert(connection, sorted(self._waiting))
        self._waiting.clear()


def _insert(connection: Connection, rows: Sequence[tuple[int, ...]]) -> None:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        connection.execute(ADD, _named(rows[start : start + ROWS_AT_ONCE]))


def _find_known(connection: Connection, rows: Sequence[tuple[int, ...]]) -> set[tuple[int, ...]]:
    known: set[tuple[int, ...]] = set()
    for start in range(0, len(rows), FACTS_AT_ONCE):
        some = list(rows[start : start + FACTS_AT_ONCE])
        known.update(map(tuple, connection.execute(KNOWN, {"facts": some})))
    return known


def _named(rows: Iterable[tuple[int, ...]]) -> list[dict[str, int]]:
    return [dict(zip(FACT_COLUMNS, row, strict=True)) for row in rows]
