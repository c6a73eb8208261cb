"""The facts of an archive of the log: this tool's rebuild, a bare DuckDB query, and pandas as one would first write it.

Each runs in a process of its own, which tells its seconds and the most memory that it ever held. All three come to the
same facts in the same order. Into the database: the rebuild as `lea rebuild` runs it, against the bare query's rows by
executemany.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.evidence import CONSEQUENCES, HAND_INS, NO_ACT_ORIGINS, PARTICIPATING
from benchmarks.archives import CONTEXT_MODULE, write_archive
from benchmarks.databases import NOW, SETTINGS, sqlite_place
from benchmarks.generator import FIRST_COURSE, FIRST_USER, University
from benchmarks.harness import Contest, Result, compare
from bridge.rebuild.archive import NUMBERS, TEXTS, open_archive
from bridge.rebuild.engine import FACT_COLUMNS, Limits, load_tables, make_facts, opened
from bridge.rebuild.people import EVER, LEARNER_COLUMNS, People
from bridge.rebuild.rebuild import Rebuild
from bridge.store.database import make_engine, make_sessions
from bridge.store.facts_elsewhere import make_facts_engine, make_facts_table, put_facts_elsewhere
from bridge.store.tombstones import Erasures
from bridge.sync.context import Sync
from bridge.sync.report import Silent, Tally
from bridge.user_keys import make_user_keys

WEEKS = 12
ZONE = SETTINGS.zone
LATEST = 4_000_000_000
CLOCKS_BACK = 1_792_890_000
"""Unix second at which summer time ends within the weeks: the bare query is told, the others find out."""
COLUMNS = (*NUMBERS[1:], *TEXTS)
"""Of the archive; the id decides nothing here."""
BATCH = 100_000
CONTEXT = get_context("forkserver")
"""Each side begins with the modules loaded, and nothing else."""
CONTEXT.set_forkserver_preload(["benchmarks.rebuild"])


@dataclass(frozen=True, slots=True)
class Ground:
    """The files that all sides read."""

    archive: Path
    learners: Path


@dataclass(frozen=True, slots=True)
class Made:
    """What one side made of them."""

    facts: int
    sums: tuple[int, ...]
    """Of each column."""
    seconds: float
    processor_seconds: float
    """Of all its threads: steadier than the clock where other work is done meanwhile."""
    megabytes: float


def by_rebuild(ground: Ground) -> Iterator[pa.RecordBatch]:
    """Give the facts as `lea rebuild` makes them, before they go into a database."""
    learners = pq.read_table(ground.learners)
    rows = list(zip(*(learners.column(name).to_pylist() for name in LEARNER_COLUMNS), strict=True))
    people = People(rows, (), (), frozenset(), Erasures(make_user_keys(1, "https://made-up.example", "s" * 40), {}))
    archive = open_archive([ground.archive], ZONE, LATEST)
    with opened(Limits(), archive.paths) as engine:
        survey = archive.survey(engine)
        load_tables(engine, people)
        for week in survey.weeks:
            yield from make_facts(engine, archive, survey, week, people)


def by_duckdb(ground: Ground) -> Iterator[pa.RecordBatch]:
    """Give them by one query over all files, which knows that nobody was erased, paused or logged in as another."""
    with duckdb.connect(config={"threads": str(Limits().threads)}) as engine:
        engine.execute("SET enable_progress_bar = false")
        yield from engine.sql(bare_sql(ground)).to_arrow_reader(BATCH)


def bare_sql(ground: Ground) -> str:
    """Return the query."""
    events, hand_ins, origins = (
        ", ".join(f"'{one}'" for one in sorted(names)) for names in (CONSEQUENCES, HAND_INS, NO_ACT_ORIGINS)
    )
    return f"""
        SELECT DISTINCT ((timecreated + CASE WHEN timecreated < {CLOCKS_BACK} THEN 3600 ELSE 0 END) // 86400)::INTEGER
               AS day_no, l.course_id, l.person_id,
               CASE WHEN contextlevel = {CONTEXT_MODULE} THEN contextinstanceid ELSE 0 END AS cmid,
               (CASE WHEN contextlevel <> {CONTEXT_MODULE} THEN 0
                     WHEN eventname IN ({hand_ins}) AND (relateduserid IS NULL OR relateduserid = userid) THEN 2
                     ELSE 1 END)::TINYINT AS kind
          FROM read_parquet('{ground.archive}/*.parquet') e
          JOIN read_parquet('{ground.learners}') l ON l.moodle_course_id = e.courseid AND l.user_id = e.userid
         WHERE edulevel = {PARTICIPATING} AND anonymous = 0 AND realuserid IS NULL
           AND origin NOT IN ({origins}) AND eventname NOT IN ({events})
         ORDER BY ALL
    """  # noqa: S608 (constants and own paths)


def by_pandas(ground: Ground) -> Iterator[pa.RecordBatch]:
    """Give them by pandas, everything in memory."""
    rows = pd.read_parquet(ground.archive, columns=list(COLUMNS))
    is_act = (rows.edulevel == PARTICIPATING) & (rows.anonymous == 0) & rows.realuserid.isna()
    rows = rows[is_act & ~rows.origin.isin(NO_ACT_ORIGINS) & ~rows.eventname.isin(CONSEQUENCES)]
    local = pd.to_datetime(rows.timecreated, unit="s", utc=True).dt.tz_convert(ZONE.key).dt.tz_localize(None)
    in_activity = rows.contextlevel == CONTEXT_MODULE
    is_own = rows.relateduserid.isna() | (rows.relateduserid == rows.userid)
    rows = rows.assign(
        day_no=(local.dt.normalize() - pd.Timestamp("1970-01-01")).dt.days,
        cmid=rows.contextinstanceid.where(in_activity, 0),
        kind=np.select([~in_activity, rows.eventname.isin(HAND_INS) & is_own], [0, 2], 1),
    )
    learners = pd.read_parquet(ground.learners).rename(columns={"moodle_course_id": "courseid", "user_id": "userid"})
    facts = rows.merge(learners, on=["courseid", "userid"])[list(FACT_COLUMNS)].drop_duplicates()
    facts = facts.sort_values(list(FACT_COLUMNS))
    yield from pa.Table.from_pandas(facts, preserve_index=False).to_batches(BATCH)


Way = Callable[[Ground], Iterator[pa.RecordBatch]]


def _measure(way: Way, ground: Ground) -> Made:
    started, began = time.perf_counter(), time.process_time()
    count, sums = 0, np.zeros(len(FACT_COLUMNS), dtype=np.int64)
    for batch in way(ground):
        count += batch.num_rows
        sums += [int(column.to_numpy().sum()) for column in batch.columns]
    seconds, processor_seconds = time.perf_counter() - started, time.process_time() - began
    return Made(count, tuple(sums.tolist()), seconds, processor_seconds, peak_megabytes())


def peak_megabytes() -> float:
    """Return the most memory that this process ever held (Linux)."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(peak) / 1024


def apart(way: Way, ground: Ground) -> Made:
    """Run one side in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=CONTEXT) as pool:
        return pool.submit(_measure, way, ground).result()


def prepare(folder: Path, university: University, count: int, weeks: int = WEEKS) -> Ground:
    """Write the archive and the list of learners, with the numbers that the benchmarks' databases give them."""
    archive, learners = folder / "archive", folder / "learners.parquet"
    archive.mkdir()
    write_archive(archive, university, count, weeks)
    people, courses = university.pairs[:, 0], university.pairs[:, 1]
    first_days = np.full(len(people), EVER)
    columns = (FIRST_COURSE + courses, FIRST_USER + people, courses + 1, people + 1, first_days)
    pq.write_table(pa.table(dict(zip(LEARNER_COLUMNS, columns, strict=True))), learners)
    return Ground(archive, learners)


def rebuild(folder: Path, university: University, count: int, rounds: int) -> Iterator[Result]:
    """Give the results: beside bare DuckDB, beside pandas in time and in memory, and into SQLite.

    Raises:
        AssertionError: two sides do not come to the same facts.
    """
    ground = prepare(folder, university, count)
    made: dict[Way, list[Made]] = {by_rebuild: [], by_duckdb: [], by_pandas: []}

    def side(way: Way) -> Callable[[int], float]:
        def run(_number: int) -> float:
            made[way].append(apart(way, ground))
            return made[way][-1].seconds

        return run

    work = f"facts of {count:,} log rows in Parquet"
    ours = side(by_rebuild)
    for way, name, most in ((by_duckdb, "bare DuckDB, one query", 1.3), (by_pandas, "pandas", 1 / 3)):
        yield compare(Contest(work, name, side(way), ours, most, amount=count), rounds)
        theirs, own = (median(one.processor_seconds * 1000 for one in made[each]) for each in (way, by_rebuild))
        yield Result(work, name, theirs, own, most, count, "rows", measure="ms of processor")
    facts = {(one.facts, one.sums) for several in made.values() for one in several}
    assert len(facts) == 1, facts
    theirs, own = (median(one.megabytes for one in made[each]) for each in (by_pandas, by_rebuild))
    yield Result(f"{work}, memory", "pandas", theirs, own, 1 / 3, count, "rows", measure="MB")
    with _into_sqlite(folder, university, ground, count) as contest:
        yield compare(contest, rounds)


MOST_MEGABYTES = 2_048


def rebuild_memory(folder: Path, university: University, count: int) -> Iterator[Result]:
    """Give the most memory that a process holds which does the whole of it, from the files into a database.

    Into SQLite, and into a ClickHouse that is embedded in the process: what that takes counts, too.
    """
    ground = prepare(folder, university, count)
    for name, facts_url in (
        ("SQLite", None),
        ("ClickHouse", f"clickhousedb:///default?interface=chdb&path={folder / 'ch'}"),
    ):
        with sqlite_place(folder, name, university) as place:
            platform_id = place.platform_id
        with ProcessPoolExecutor(1, mp_context=CONTEXT) as pool:
            whole = pool.submit(_rebuild_whole, folder / f"{name}.sqlite3", facts_url, platform_id, ground)
            facts, megabytes = whole.result()
        work = f"peak of a rebuild of {count:,} log rows, {facts:,} facts, into {name}"
        yield Result(work, "2 GB", MOST_MEGABYTES, megabytes, 1.0, count, "rows", measure="MB")


def _rebuild_whole(path: Path, facts_url: str | None, platform_id: int, ground: Ground) -> tuple[int, float]:
    engine = make_engine(f"sqlite:///{path}")
    sessions = make_sessions(engine)
    if facts_url is not None:
        facts_engine = make_facts_engine(facts_url)
        make_facts_table(facts_engine)
        put_facts_elsewhere(sessions, facts_engine)
    archive = open_archive([ground.archive], ZONE, LATEST)
    one = Rebuild(sessions, platform_id, SETTINGS, lambda: NOW, archive)
    one.make_facts(Sync(sessions, None, platform_id, SETTINGS, lambda: NOW, Silent()), Tally("facts"))
    engine.dispose()
    assert one.count.new == one.count.facts
    return one.count.facts, peak_megabytes()


@contextmanager
def _into_sqlite(folder: Path, university: University, ground: Ground, count: int) -> Iterator[Contest]:
    with sqlite_place(folder, "template", university) as place:
        platform_id = place.platform_id
    template = folder / "template.sqlite3"

    def run_ours(_number: int) -> float:
        path = shutil.copyfile(template, folder / "ours.sqlite3")
        engine = make_engine(f"sqlite:///{path}")
        started = time.perf_counter()
        archive = open_archive([ground.archive], ZONE, LATEST)
        sessions = make_sessions(engine)
        one = Rebuild(sessions, platform_id, SETTINGS, place.sync.now, archive)
        one.make_facts(replace(place.sync, sessions=sessions), Tally("facts"))
        seconds = time.perf_counter() - started
        engine.dispose()
        assert one.count.new == one.count.facts
        return seconds

    def run_bare(_number: int) -> float:
        path = shutil.copyfile(template, folder / "bare.sqlite3")
        engine = make_engine(f"sqlite:///{path}")
        with closing(engine.raw_connection()) as connection:
            started = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            for batch in by_duckdb(ground):
                rows = zip(*(column.to_numpy().tolist() for column in batch.columns), strict=True)
                connection.executemany("INSERT OR IGNORE INTO presence VALUES (?, ?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
            seconds = time.perf_counter() - started
        engine.dispose()
        return seconds

    work = f"facts of {count:,} log rows from Parquet into SQLite"
    yield Contest(work, "bare DuckDB, then executemany", run_bare, run_ours, most=1.3, amount=count)
