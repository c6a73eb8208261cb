"""Take in presence facts by the hundred thousand, as Arrow gives them, the fastest way of each database."""

from typing import Any

import pyarrow as pa
import pyarrow.csv
from sqlalchemy import text
from sqlalchemy.orm import Session

from bridge.store.fact_statements import FACT_COLUMNS
from bridge.store.facts import FactRow, save_fact_rows
from bridge.store.facts_elsewhere import find_facts_elsewhere

CACHE = "PRAGMA cache_size=-65536"
"""64 MB: what many facts are put among stays in memory. SQLite's own default is 2 MB."""
ROWS_AT_ONCE = 10_000
"""As Python's own for SQLite: ten times as many cost a fifth more each."""
STAGED = "staged_presence"
COLUMNS = ", ".join(FACT_COLUMNS)


def prepare_for_many(db: Session) -> None:
    """Make room for many facts in the memory of this connection; where the database needs no telling, nothing."""
    if db.connection().dialect.name == "sqlite":
        db.execute(text(CACHE))


def save_fact_batch(db: Session, batch: pa.RecordBatch, *, stays: bool = True) -> int:
    """Add facts (columns as FACT_COLUMNS, in the order of the key, each once) to the set; return how many are new.

    SQLite takes them by an executemany; PostgreSQL by COPY into a table of this transaction, and from there. ClickHouse
    is brought them at once, so that none waits in memory for the commit, and where nothing `stays`, since the session
    will be rolled back, none at all; there all count as new: to ask after each costs more than to bring it again.
    """
    elsewhere = find_facts_elsewhere(db)
    if elsewhere is not None:
        if stays:
            elsewhere.bring(_rows_of(batch))
        return int(batch.num_rows)
    if db.connection().dialect.name == "postgresql":
        return _copy(db, batch)
    parts = (batch.slice(first, ROWS_AT_ONCE) for first in range(0, batch.num_rows, ROWS_AT_ONCE))
    return sum(save_fact_rows(db, _rows_of(part)) for part in parts)


def _rows_of(batch: pa.RecordBatch) -> list[FactRow]:
    return list(zip(*(column.to_numpy().tolist() for column in batch.columns), strict=True))


def _copy(db: Session, batch: pa.RecordBatch) -> int:
    cursor: Any = db.connection().connection.cursor()
    cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {STAGED} (LIKE presence) ON COMMIT DELETE ROWS")
    cursor.execute(f"DELETE FROM {STAGED}")  # noqa: S608 (own names)
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(batch, sink, pyarrow.csv.WriteOptions(include_header=False))
    with cursor.copy(f"COPY {STAGED} ({COLUMNS}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(memoryview(sink.getvalue()))
    cursor.execute(f"INSERT INTO presence ({COLUMNS}) SELECT {COLUMNS} FROM {STAGED} ON CONFLICT DO NOTHING")  # noqa: S608 (own names)
    return int(cursor.rowcount)
