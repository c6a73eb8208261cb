"""What a presence fact costs on each engine: bytes, and rows added and read in a second (docs/scaling.md).

python -m benchmarks.facts [ENGINE …] [--events N] [--learners N] [--courses N]
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb
import numpy as np
import pyarrow as pa
from sqlalchemy import create_engine, text

from benchmarks.databases import make_facts
from benchmarks.generator import Numbers, make_events, make_university
from benchmarks.harness import describe_machine
from bridge.store.database import Sessions, make_engine, make_sessions, reading, writing
from bridge.store.fact_statements import FACT_COLUMNS, PRESENCE
from bridge.store.facts import facts_of, load_facts, load_own_facts
from bridge.store.facts_elsewhere import put_facts_elsewhere
from bridge.store.migrations import upgrade
from tests.clickhouse import EmbeddedClickHouse
from tests.databases import PostgresCluster

EVENTS_A_DAY = 1_000_000
AT_ONCE = 5_000
"""Facts in one transaction: as many as one page of Moodle's log can make."""
ROUNDS = 15
WEEK = 7


@dataclass(frozen=True, slots=True)
class Ground:
    """One engine with an empty table of facts."""

    sessions: Sessions
    add: Callable[[Numbers], None]
    count_bytes: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Cost:
    """What the facts came to on one engine."""

    name: str
    bytes_each: float
    added_a_second: float
    cohort_ms: float
    """To read a course's facts of a week."""
    learner_ms: float
    """To read one learner's facts of a course and week."""


def _add_in_pages(sessions: Sessions) -> Callable[[Numbers], None]:
    def add(facts: Numbers) -> None:
        for start in range(0, len(facts), AT_ONCE):
            rows = sorted(tuple(row) for row in facts[start : start + AT_ONCE].tolist())
            with writing(sessions) as db:
                facts_of(db).put(rows)

    return add


@contextmanager
def _sqlite(folder: Path) -> Iterator[Ground]:
    path = folder / "lea.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    empty = path.stat().st_size

    def count() -> int:
        with engine.connect() as connection:
            connection.commit()
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.stat().st_size - empty

    sessions = make_sessions(engine)
    yield Ground(sessions, _add_in_pages(sessions), count)
    engine.dispose()


@contextmanager
def _postgresql(_folder: Path) -> Iterator[Ground]:
    with PostgresCluster.start(None) as cluster, cluster.new_database() as url:
        engine = make_engine(url)
        sessions = make_sessions(engine)

        def count() -> int:
            with engine.connect() as connection:
                found: int = connection.execute(text("SELECT pg_total_relation_size('presence')")).scalar_one()
            return found

        yield Ground(sessions, _add_in_pages(sessions), count)
        engine.dispose()


@contextmanager
def _duckdb(folder: Path) -> Iterator[Ground]:
    """Without a key, in the key's order, from Arrow: as an analyst would hold them. `lea` itself keeps none there."""
    path = folder / "facts.duckdb"
    with duckdb.connect(path) as connection:
        names = ", ".join(f"{column.name} {column.type.compile()}" for column in PRESENCE.columns)
        connection.execute(f"CREATE TABLE presence ({names})")

    def add(facts: Numbers) -> None:
        with duckdb.connect(path) as connection:
            batch = pa.table({name: facts[:, place] for place, name in enumerate(FACT_COLUMNS)})
            connection.register("batch", batch)
            connection.execute("INSERT INTO presence SELECT * FROM batch")

    shared = make_engine(f"sqlite:///{folder / 'beside.sqlite3'}")
    sessions = make_sessions(shared)
    engine = create_engine(f"duckdb:///{path}")
    put_facts_elsewhere(sessions, engine)
    yield Ground(sessions, add, lambda: path.stat().st_size)
    engine.dispose()
    shared.dispose()


@contextmanager
def _clickhouse(folder: Path) -> Iterator[Ground]:
    server = EmbeddedClickHouse(folder / "clickhouse")
    shared = make_engine(f"sqlite:///{folder / 'beside.sqlite3'}")
    sessions = make_sessions(shared)
    with server.new_facts() as engine:
        put_facts_elsewhere(sessions, engine)

        def count() -> int:
            with engine.connect() as connection:
                connection.exec_driver_sql("OPTIMIZE TABLE presence FINAL")
                size = "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND table = 'presence'"
                found: int = connection.exec_driver_sql(size).scalar_one()
            return found

        yield Ground(sessions, _add_in_pages(sessions), count)
    server.close()
    shared.dispose()


ENGINES: dict[str, Callable[[Path], AbstractContextManager[Ground]]] = {
    "SQLite": _sqlite,
    "PostgreSQL": _postgresql,
    "DuckDB": _duckdb,
    "ClickHouse": _clickhouse,
}


def measure(name: str, facts: Numbers, parts: int = 10) -> Cost:
    """Add facts to one engine, weigh them and read some again. The rate is that of the last of `parts`."""
    with tempfile.TemporaryDirectory(prefix="lea-facts-") as folder, ENGINES[name](Path(folder)) as ground:
        pieces = np.array_split(_as_they_come(facts), parts)
        for piece in pieces[:-1]:
            ground.add(piece)
        started = time.perf_counter()
        ground.add(pieces[-1])
        seconds = time.perf_counter() - started
        size = ground.count_bytes()
        cohort, learner = _time_reads(ground.sessions, facts)
    return Cost(name, size / len(facts), len(pieces[-1]) / seconds, cohort, learner)


def _as_they_come(facts: Numbers) -> Numbers:
    """Return facts day after day, those of a day in any order: as a sync reads them."""
    order = np.lexsort((np.random.default_rng(8).random(len(facts)), facts[:, 0]))
    return facts[order]


def _time_reads(sessions: Sessions, facts: Numbers) -> tuple[float, float]:
    last = int(facts[-1, 0])
    cohort: list[float] = []
    learner: list[float] = []
    for row in facts[:: max(1, len(facts) // ROUNDS)][:ROUNDS].tolist():
        _, course, person, _, _ = row
        with reading(sessions) as db:
            started = time.perf_counter()
            load_facts(db, course, last - WEEK + 1, last)
            between = time.perf_counter()
            load_own_facts(db, course, person, last - WEEK + 1, last)
            cohort.append(between - started)
            learner.append(time.perf_counter() - between)
    return 1_000 * median(cohort), 1_000 * median(learner)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.facts", description="Weigh presence facts.")
    parser.add_argument("engines", nargs="*", default=list(ENGINES), metavar="ENGINE", help=", ".join(ENGINES))
    for name, default in (("events", 8_000_000), ("learners", 32_000), ("courses", 6_000)):
        parser.add_argument(f"--{name}", type=int, default=default, metavar="N")
    asked = parser.parse_args(arguments)
    university = make_university(asked.learners, asked.courses)
    days = max(1, asked.events // EVENTS_A_DAY)
    facts = make_facts(university, make_events(university, asked.events, days=days))
    made = (
        f"{asked.events:,} events of {days} days made {len(facts):,} facts ({len(facts) / asked.events:.2f} an event)"
    )
    print(f"{describe_machine()}; {made}\n", flush=True)
    print("| engine | bytes a fact | added a second | a course's week, ms | a learner's week, ms |")
    print("|---|---:|---:|---:|---:|", flush=True)
    for name in asked.engines:
        cost = measure(name, facts)
        figures = f"{cost.bytes_each:.1f} | {cost.added_a_second:,.0f} | {cost.cohort_ms:.1f} | {cost.learner_ms:.1f}"
        print(f"| {name} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
