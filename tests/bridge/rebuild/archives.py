"""Archives of a made-up Moodle's log, as an institution may hold them: its own table as Parquet, all columns."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.demo_vle.worlds.model import LogRow

CONTEXT_MODULE, CONTEXT_COURSE = 70, 50
TYPES = {
    "id": pa.int64(),
    "eventname": pa.string(),
    "edulevel": pa.int8(),
    "userid": pa.int64(),
    "relateduserid": pa.int64(),
    "courseid": pa.int64(),
    "contextlevel": pa.int64(),
    "contextinstanceid": pa.int64(),
    "anonymous": pa.int8(),
    "timecreated": pa.int64(),
    "origin": pa.string(),
    "realuserid": pa.int64(),
    "other": pa.string(),
    "ip": pa.string(),
}


def to_table(rows: Sequence[LogRow]) -> pa.Table:
    """Return rows as Moodle's own table has them: null for nobody, the context instead of the course module."""
    columns: dict[str, list[object]] = {
        "id": [row.id for row in rows],
        "eventname": [row.eventname for row in rows],
        "edulevel": [row.edulevel for row in rows],
        "userid": [row.userid for row in rows],
        "relateduserid": [row.relateduserid or None for row in rows],
        "courseid": [row.courseid for row in rows],
        "contextlevel": [CONTEXT_MODULE if row.cmid else CONTEXT_COURSE for row in rows],
        "contextinstanceid": [row.cmid or row.courseid for row in rows],
        "anonymous": [row.anonymous for row in rows],
        "timecreated": [row.timecreated for row in rows],
        "origin": [row.origin or None for row in rows],
        "realuserid": [row.realuserid or None for row in rows],
        "other": [row.other for row in rows],
        "ip": ["203.0.113.7"] * len(rows),
    }
    return pa.table({name: pa.array(columns[name], kind) for name, kind in TYPES.items()})


def write_archive(folder: Path, rows: Sequence[LogRow], files: int = 3, row_group: int = 500) -> Path:
    """Write rows into a folder, turn about into some files, so that no file is in any order of time; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        pq.write_table(to_table(rows[number::files]), folder / f"log-{number}.parquet", row_group_size=row_group)
    return folder
