"""Archives of Moodle's log: Parquet files with columns of the table logstore_standard_log, as Moodle names them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from analytics.evidence import PARTICIPATING
from bridge.errors import ArchiveRefused
from bridge.rebuild.days import DAY, day_sql, find_mondays, week_bounds
from bridge.rebuild.source import Survey, Week
from bridge.sources.forbidden import find_forbidden

NUMBERS = (
    "id",
    "edulevel",
    "userid",
    "relateduserid",
    "courseid",
    "contextlevel",
    "contextinstanceid",
    "anonymous",
    "timecreated",
    "realuserid",
)
TEXTS = ("eventname", "origin")
CONTEXT_MODULE = 70
"""Moodle's context level of an activity."""
GLOB = frozenset("*?[")
"""DuckDB would look for other files by these."""


@dataclass(frozen=True, slots=True)
class Archive:
    """Parquet files of one site's log, in any order; rows may be there several times."""

    files: tuple[Path, ...]
    zone: ZoneInfo
    latest: int
    """Unix second beyond which a row's time is none."""
    dropped: tuple[str, ...]
    """Columns that may not come in: they are not read."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files."""
        return tuple(str(path) for path in self.files)

    @property
    def measures_everybody(self) -> bool:
        """No: only learners with new facts."""
        return False

    def describe(self) -> Iterable[str]:
        """Give each file's name, size and time of change, and the zone."""
        yield self.zone.key
        for path in self.files:
            stat = path.stat()
            yield f"{path.resolve()} {stat.st_size} {stat.st_mtime_ns}"

    def survey(self, engine: DuckDBPyConnection) -> Survey:
        """Look through the files once.

        Raises:
            ArchiveRefused: a file is damaged.
        """
        rows = sum(pq.read_metadata(path).num_rows for path in self.files)
        days, names, origins = (self._distinct(engine, one) for one in (f"timecreated // {DAY}", "eventname", "origin"))
        known = [day for day in days if day is not None and 0 <= day <= self.latest // DAY]
        pairs = product(filter(None, names), {origin or "" for origin in origins})
        return Survey(rows, tuple(map(Week, find_mondays(known, self.zone))), tuple(sorted(pairs)))

    def events(self, engine: DuckDBPyConnection, week: Week, survey: Survey) -> str:
        """Return SQL for a week's participating rows, with a few hours around it."""
        first, last = week_bounds(week.monday, self.zone)
        return f"""
            SELECT id AS log_id, eventname AS event_name, coalesce(origin, '') AS origin, userid AS user_id,
                   coalesce(relateduserid, 0) AS related_id, coalesce(realuserid, 0) AS real_id,
                   courseid AS moodle_course_id,
                   CASE WHEN contextlevel = {CONTEXT_MODULE} THEN coalesce(contextinstanceid, 0) ELSE 0 END AS cmid,
                   timecreated AS occurred, {day_sql("timecreated", first, last, self.zone)} AS day_no
              FROM {self._rows}
             WHERE {self._is_participating(max(first, 0), min(last, self.latest + 1))}
        """  # noqa: S608 (numbers and quoted paths)

    def people(self, engine: DuckDBPyConnection) -> frozenset[int]:
        """Return whom participating rows name.

        Raises:
            ArchiveRefused: a file is damaged.
        """
        is_one = self._is_participating(0, self.latest + 1)
        rows = f"FROM {self._rows} WHERE {is_one}"
        try:
            found = engine.execute(f"SELECT userid {rows} UNION SELECT relateduserid {rows}").fetchall()
        except duckdb.Error as error:
            raise damaged(error) from error
        return frozenset(number for (number,) in found if number)

    def _distinct(self, engine: DuckDBPyConnection, what: str) -> list[Any]:
        # One column at a time: that costs a fraction of looking at them together.
        try:
            found = engine.execute(f"SELECT DISTINCT {what} FROM {self._rows}").fetchall()  # noqa: S608 (as above)
        except duckdb.Error as error:
            raise damaged(error) from error
        return [value for (value,) in found]

    @property
    def _rows(self) -> str:
        quoted = ", ".join("'" + path.replace("'", "''") + "'" for path in self.paths)
        # Not by folders named courseid=…: their values would take the place of the file's own columns.
        return f"read_parquet([{quoted}], hive_partitioning = false)"

    def _is_participating(self, first: int, last: int) -> str:
        # Anonymous rows never leave Moodle by the plugin, so they do not come in by an archive either.
        return (
            f"edulevel = {PARTICIPATING} AND anonymous = 0 AND timecreated >= {first} AND timecreated < {last}"
            " AND eventname <> '' AND coalesce(relateduserid, 0) >= 0"
        )


def open_archive(paths: Sequence[Path], zone: ZoneInfo, latest: int) -> Archive:
    """Return the archive of some files, and of all `*.parquet` files in folders among them.

    Raises:
        ArchiveRefused: there is none, one is no Parquet file, or lacks a column or has it in another type.
    """
    files: list[Path] = []
    for path in paths:
        found = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        if not found:
            raise ArchiveRefused(f"{path} holds no file *.parquet")
        files += found
    forbidden: set[str] = set()
    for file in files:
        forbidden |= set(_check(file))
    return Archive(tuple(dict.fromkeys(files)), zone, latest, tuple(sorted(forbidden)))


def damaged(error: Exception) -> ArchiveRefused:
    """Return what is raised when DuckDB cannot read; its own words stay out, they may hold values."""
    return ArchiveRefused(f"A file cannot be read to its end ({type(error).__name__})")


def _check(path: Path) -> tuple[str, ...]:
    """Return the columns of a file that may not come in."""
    if GLOB & set(str(path)):
        raise ArchiveRefused(f"{path}: a name with *, ? or [ cannot be read")
    try:
        schema = pq.read_schema(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise ArchiveRefused(f"{path} is no Parquet file, or cannot be read") from error
    for name in (*NUMBERS, *TEXTS):
        place = schema.get_field_index(name)
        if place < 0:
            raise ArchiveRefused(f"{path} has no column {name} (or two), as Moodle's table logstore_standard_log has")
        kind = schema.field(place).type
        is_right = pa.types.is_integer(kind) if name in NUMBERS else _is_text(kind)
        if not is_right:
            raise ArchiveRefused(f"{path}: {name} is {kind}, not {'whole numbers' if name in NUMBERS else 'text'}")
    return find_forbidden(schema.names)


def _is_text(kind: pa.DataType) -> bool:
    text = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(text) or pa.types.is_large_string(text))
