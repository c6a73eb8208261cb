"""DuckDB within limits, and the one statement that makes a week's facts of its log rows.

It works in memory and spills into a folder that nobody else may enter (DuckDB encrypts such files with an extension
from the network alone); it reads the named files and nothing besides, and never the network.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.calendar import day_number
from bridge.rebuild.archive import damaged
from bridge.rebuild.people import People
from bridge.rebuild.rules import NO_EVIDENCE, find_outcomes, kind_sql
from bridge.rebuild.source import Source, Survey, Week

FACT_COLUMNS = ("day_no", "course_id", "person_id", "cmid", "kind")
ROWS_AT_ONCE = 100_000
MOST_THREADS = 4
LONGEST_NAME, LONGEST_ORIGIN = 255, 10
"""As a page of the log may have them: there, rows with longer ones are set aside."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What DuckDB may take; Python and its driver need some 300 MB beside it."""

    memory_mb: int = 1_024
    threads: int = min(MOST_THREADS, os.cpu_count() or 1)


@contextmanager
def opened(limits: Limits, paths: Sequence[str]) -> Iterator[DuckDBPyConnection]:
    """Give DuckDB on nothing, able to read some files alone; what it spilled is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="lea-rebuild-") as folder:
        config: dict[str, Any] = {
            "memory_limit": f"{limits.memory_mb}MB",
            "threads": str(limits.threads),
            "temp_directory": folder,
            "preserve_insertion_order": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        with duckdb.connect(":memory:", config=config) as engine:
            engine.execute("SET allowed_paths = ?", [list(paths)])
            engine.execute("SET enable_external_access = false")
            engine.execute("SET enable_progress_bar = false")
            engine.execute("SET lock_configuration = true")
            yield engine


def load_tables(engine: DuckDBPyConnection, people: People) -> None:
    """Put what the statement joins into tables: learners, own activities, erasures, days that stay out."""
    for name, table in people.tables():
        engine.register("arriving", table)
        engine.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM arriving")  # noqa: S608 (own names)
        engine.unregister("arriving")


def find_kinds(names: Iterable[tuple[str, str]]) -> str:
    """Return the SQL of a row's kind, for rows of some events and origins; of longer ones than may be, none."""
    outcomes = find_outcomes(names)
    for name, origin in outcomes:
        if len(name) > LONGEST_NAME or len(origin) > LONGEST_ORIGIN:
            outcomes[name, origin] = NO_EVIDENCE
    return kind_sql(outcomes)


def make_facts(
    engine: DuckDBPyConnection, source: Source, survey: Survey, week: Week, people: People
) -> Iterator[pa.RecordBatch]:
    """Give a week's facts in the order of their key, each once, as batches of FACT_COLUMNS; none for a week without.

    All of it is worked out before the first batch is given: a transaction may begin then.

    Raises:
        ArchiveRefused: a file is damaged.
    """
    try:
        found = engine.sql(facts_sql(source.events(engine, week, survey), week, people, find_kinds(survey.names)))
        reader: pa.RecordBatchReader = found.to_arrow_reader(ROWS_AT_ONCE)
        yield from reader
    except (duckdb.Error, pa.ArrowException) as error:
        raise damaged(error) from error


def facts_sql(events: str, week: Week, people: People, kinds: str) -> str:
    """Return the statement that makes a week's facts of SQL for its rows."""
    monday = day_number(week.monday)
    conditions = [
        f"e.day_no BETWEEN {monday} AND {monday + 6}",
        "e.kind IS NOT NULL",
        "e.cmid >= 0",
        "e.day_no >= l.first_day",
    ]
    if people.own_cmids:
        conditions.append("e.cmid NOT IN (SELECT cmid FROM own)")
    if people.off_days:
        conditions.append(
            "NOT EXISTS (SELECT 1 FROM off WHERE off.person_id = l.person_id"
            " AND e.day_no BETWEEN off.first_day AND off.last_day)"
        )
    if people.erased:
        conditions.append(
            "NOT EXISTS (SELECT 1 FROM erased x WHERE x.user_id IN (e.user_id, e.related_id)"
            " AND x.moodle_course_id IN (0, e.moodle_course_id)"
            " AND (e.log_id <= x.log_to OR e.occurred <= x.until))"
        )
    return f"""
        SELECT DISTINCT e.day_no, l.course_id, l.person_id, e.cmid::BIGINT AS cmid, e.kind
          FROM (SELECT *, ({kinds})::TINYINT AS kind FROM ({events}) e) e
          JOIN learner l ON l.moodle_course_id = e.moodle_course_id AND l.user_id = e.user_id
         WHERE {" AND ".join(conditions)}
         ORDER BY ALL
    """  # noqa: S608 (numbers and own names)
