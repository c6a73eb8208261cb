"""Write the presence facts into Parquet files, one for each week (Monday to Sunday), for tools that count or rebuild.

The files name nobody, but they are about people: the numbers in them lead to names in the database.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.calendar import DAYS_IN_WEEK, date_of, day_number, monday_on_or_before
from analytics.evidence import Kind
from bridge.errors import ExportRefused
from bridge.store.database import Sessions, reading
from bridge.store.exported_people import load_given_people
from bridge.store.fact_statements import FACT_COLUMNS
from bridge.store.facts import load_fact_days, stream_day

AT_ONCE = 100_000
"""Facts in memory at a time, and in one row group."""
IDS = ("course_id", "person_id", "cmid")
PERSON = FACT_COLUMNS.index("person_id")
SCHEMA = pa.schema(
    [("day_no", pa.int32()), *((name, pa.int64()) for name in IDS), ("kind", pa.int8())],
    metadata={"kinds": json.dumps({kind.value: kind.name for kind in Kind}), "day_no": "days since 1970-01-01"},
)


@dataclass(frozen=True, slots=True)
class ExportedWeek:
    """One file that was written."""

    monday: date
    path: Path
    facts: int


def export_facts(
    sessions: Sessions,
    platform_id: int,
    folder: Path,
    told: Callable[[ExportedWeek], None],
    at_once: int = AT_ONCE,
) -> int:
    """Write a platform's facts into `folder`, `facts-<Monday>.parquet` for each week that has any; return how many.

    `told` hears of each file when it is whole: a file stands under its name only then. Files and folder are for the
    user alone who runs this. Without facts no file is written.

    Raises:
        ExportRefused: the folder has files already, or cannot be written; what was written until then stands.
    """
    _make_folder(folder)
    with reading(sessions) as db:
        days = load_fact_days(db)
    if days is None:
        return 0
    count = 0
    for monday_no in range(day_number(monday_on_or_before(date_of(days[0]))), days[1] + 1, DAYS_IN_WEEK):
        try:
            week = _write_week(sessions, platform_id, folder, monday_no, at_once)
        except OSError as error:
            raise ExportRefused(f"{folder} cannot be written ({error.strerror or error})") from error
        if week.facts:
            told(week)
        count += week.facts
    return count


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise ExportRefused(f"{folder} cannot be made ({error.strerror or error})") from error
    if not is_empty:
        raise ExportRefused(f"{folder} has files already, which may be about people who were erased since")


def _write_week(sessions: Sessions, platform_id: int, folder: Path, monday_no: int, at_once: int) -> ExportedWeek:
    monday = date_of(monday_no)
    path = folder / f"facts-{monday}.parquet"
    part = path.with_suffix(".part")
    count = 0
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(handle, "wb") as file,
            pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer,
            reading(sessions) as db,
        ):
            given = load_given_people(db, platform_id)
            for day_no in range(monday_no, monday_no + DAYS_IN_WEEK):
                for rows in stream_day(db, day_no, at_once):
                    facts = [row for row in rows if row[PERSON] in given]
                    if not facts:
                        continue
                    columns = [
                        pa.array(values, one.type) for values, one in zip(zip(*facts, strict=True), SCHEMA, strict=True)
                    ]
                    writer.write_table(pa.Table.from_arrays(columns, schema=SCHEMA))
                    count += len(facts)
        if count:
            part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return ExportedWeek(monday, path, count)
