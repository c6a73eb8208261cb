"""The made-up university's log as an institution may hold it: Moodle's own table as Parquet files, four weeks each."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.generator import EVENTS, FIRST_COURSE, FIRST_USER, SEED, Events, University, make_events

WEEKS_A_FILE = 4
ROW_GROUP = 122_880
"""Rows; what DuckDB itself writes."""
CONTEXT_MODULE, CONTEXT_COURSE = 70, 50
NAMES = pa.array([name for name, _, _ in EVENTS])
EDULEVELS = np.array([edulevel for _, edulevel, _ in EVENTS], dtype=np.int8)
IDS_A_WEEK = 10**9


def write_archive(folder: Path, university: University, count: int, weeks: int, seed: int = SEED) -> list[Path]:
    """Write about `count` rows over so many weeks, the same for the same seed, and return the files.

    A week at a time is in memory. Rows are in the order of their ids, as Moodle writes them.
    """
    paths = []
    for first in range(0, weeks, WEEKS_A_FILE):
        path = folder / f"log-{first:03}.parquet"
        with pq.ParquetWriter(path, _table(university, _week(university, 1, 0, seed)).schema) as writer:
            for week in range(first, min(first + WEEKS_A_FILE, weeks)):
                rows = _table(university, _week(university, max(1, count // weeks), week, seed))
                writer.write_table(rows, row_group_size=ROW_GROUP)
        paths.append(path)
    return paths


def _week(university: University, count: int, week: int, seed: int) -> Events:
    return make_events(university, count, above=week * IDS_A_WEEK, start=7 * week, days=7, seed=seed)


def _table(university: University, events: Events) -> pa.Table:
    pairs, count = university.pairs[events.pairs], len(events.ids)
    courses = FIRST_COURSE + pairs[:, 1]
    in_activity = events.cmids > 0
    names = pa.DictionaryArray.from_arrays(pa.array(events.kinds.astype(np.int32)), NAMES)
    columns = {
        "id": pa.array(events.ids),
        "eventname": names.cast(pa.string()),
        "edulevel": pa.array(EDULEVELS[events.kinds]),
        "userid": pa.array(FIRST_USER + pairs[:, 0]),
        "relateduserid": pa.nulls(count, pa.int64()),
        "courseid": pa.array(courses),
        "contextlevel": pa.array(np.where(in_activity, CONTEXT_MODULE, CONTEXT_COURSE)),
        "contextinstanceid": pa.array(np.where(in_activity, events.cmids, courses)),
        "anonymous": pa.array(np.zeros(count, dtype=np.int8)),
        "timecreated": pa.array(events.seconds),
        "origin": pa.repeat("web", count),
        "realuserid": pa.nulls(count, pa.int64()),
        "ip": pa.repeat("203.0.113.7", count),
    }
    return pa.table(columns)
