"""The raw window of the database, 35 days since arrival, as what a rebuild reads; rows go to DuckDB week by week."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.calendar import date_of, day_number, monday_on_or_before
from bridge.rebuild.source import EVENT_COLUMNS, Survey, Week
from bridge.store.database import Sessions, reading
from bridge.store.rebuilds import count_window_days, load_window_names, load_window_people, stream_window

ROWS_AT_ONCE = 50_000
TYPES = tuple(pa.string() if name in ("event_name", "origin") else pa.int64() for name in EVENT_COLUMNS)
OCCURRED = EVENT_COLUMNS.index("occurred")


@dataclass(frozen=True, slots=True)
class RawWindow:
    """The raw rows of a platform; their day is the one that was set when they arrived."""

    sessions: Sessions
    platform_id: int

    @property
    def paths(self) -> tuple[str, ...]:
        """No file."""
        return ()

    @property
    def measures_everybody(self) -> bool:
        """Yes: the database is what is rebuilt."""
        return True

    def describe(self) -> Iterable[str]:
        """Say that it is the raw window: rows that arrive meanwhile become facts as they arrive."""
        yield "raw window"

    def survey(self, engine: DuckDBPyConnection) -> Survey:
        """Look through it once."""
        with reading(self.sessions) as db:
            days = count_window_days(db, self.platform_id)
            names = load_window_names(db, self.platform_id)
        mondays = sorted({monday_on_or_before(date_of(day_no)) for day_no in days})
        return Survey(sum(days.values()), tuple(map(Week, mondays)), names)

    def events(self, engine: DuckDBPyConnection, week: Week, survey: Survey) -> str:
        """Bring a week's participating rows into a table of DuckDB and return SQL for them."""
        columns = ", ".join(
            f"{name} {'VARCHAR' if pa.types.is_string(kind) else 'BIGINT'}"
            for name, kind in zip(EVENT_COLUMNS, TYPES, strict=True)
        )
        engine.execute(f"CREATE OR REPLACE TEMP TABLE raw ({columns})")
        names = frozenset(survey.names)
        with reading(self.sessions) as db:
            days = day_number(week.monday), day_number(week.sunday)
            for rows in stream_window(db, self.platform_id, *days, ROWS_AT_ONCE):
                known = [row for row in rows if (row[1], row[2]) in names]
                if not known:
                    continue
                values = [list(column) for column in zip(*known, strict=True)]
                values[OCCURRED] = [int(at.timestamp()) for at in values[OCCURRED]]
                arrays = [pa.array(column, kind) for column, kind in zip(values, TYPES, strict=True)]
                engine.register("arriving", pa.Table.from_arrays(arrays, names=list(EVENT_COLUMNS)))
                engine.execute("INSERT INTO raw SELECT * FROM arriving")
                engine.unregister("arriving")
        return "SELECT * REPLACE (day_no::INTEGER AS day_no) FROM raw"

    def people(self, engine: DuckDBPyConnection) -> frozenset[int]:
        """Return whom participating rows name."""
        with reading(self.sessions) as db:
            return load_window_people(db, self.platform_id)
