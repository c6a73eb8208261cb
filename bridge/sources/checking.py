"""Check a file against its kind: the header by an allow-list, then each distinct cell of a column (marshmallow)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from marshmallow import ValidationError

from bridge.sources.contract import IDNUMBER, USER_ID, Coded, Column, Rows
from bridge.sources.errors import SourceRefused
from bridge.sources.forbidden import find_forbidden
from bridge.sources.tables import Cells, Chunk, Rejected, Table, open_table

EMPTY = "is empty"
FUTURE = "is in the future"


@dataclass(frozen=True, slots=True)
class TableReader:
    """A CSV or Parquet file of some kind."""

    table: Table
    columns: Sequence[Column]
    """Those of the kind that the file has."""
    dropped: Sequence[str]
    today: date

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return self.table.digest

    def rows(self) -> Iterator[tuple[Rows, Sequence[Rejected]]]:
        """Give the rows that fit, chunk by chunk, and those that do not.

        Raises:
            SourceRefused: the file cannot be read to its end.
        """
        for chunk in self.table.chunks([column.name for column in self.columns]):
            yield check_chunk(chunk, self.columns, self.today)


def open_reader(path: Path, columns: Sequence[Column], doc: str, today: date) -> TableReader:
    """Open a file and check its header; `doc` names the section of docs/import.md.

    Raises:
        SourceRefused: it is no such file, or a column is unknown, missing or there twice; the message names each.
    """
    table = open_table(path)
    dropped = find_forbidden(table.names)
    _check_header([name for name in table.names if name not in dropped], columns, doc)
    return TableReader(table, tuple(column for column in columns if column.name in table.names), dropped, today)


def _check_header(given: Sequence[str], columns: Sequence[Column], doc: str) -> None:
    known = {column.name for column in columns}
    counts = Counter(given)
    problems = [f"The column {name!r} is not known." for name in counts if name not in known]
    problems += [f"The column {name} is there twice." for name in sorted(known) if counts[name] > 1]
    problems += [
        f"The column {column.name} is missing." for column in columns if column.is_needed and column.name not in counts
    ]
    names_person = {USER_ID, IDNUMBER} <= known and not any(c.is_needed for c in columns if c.name == USER_ID)
    if names_person and (USER_ID in counts) == (IDNUMBER in counts):
        problems.append(f"Give one of the columns {USER_ID} and {IDNUMBER}, not both or none.")
    if problems:
        raise SourceRefused(f"{' '.join(problems)} Nothing was read. Columns: docs/import.md, {doc}")


def check_chunk(chunk: Chunk, columns: Sequence[Column], today: date) -> tuple[Rows, tuple[Rejected, ...]]:
    """Return the rows of a chunk in which every cell fits, and the others with reasons; empty lines are neither."""
    is_out = np.zeros(len(chunk.lines), dtype=bool)
    is_blank = np.ones(len(chunk.lines), dtype=bool)
    reasons: dict[int, list[str]] = {}
    checked: dict[str, Coded] = {}
    for column in columns:
        cells = chunk.columns[column.name]
        values, problems = _check_values(column, cells, today)
        checked[column.name] = Coded(cells.codes, values)
        is_blank &= np.isin(cells.codes, [code for code, value in enumerate(cells.values) if not value.strip()])
        if problems:
            is_wrong = np.isin(cells.codes, list(problems))
            is_out |= is_wrong
            for row in np.flatnonzero(is_wrong).tolist():
                reasons.setdefault(row, []).append(f"{column.name}: {problems[int(cells.codes[row])]}")
    rejected = [Rejected(int(chunk.lines[row]), "; ".join(why)) for row, why in reasons.items() if not is_blank[row]]
    return Rows(chunk.lines, checked).choose(~(is_out | is_blank)), tuple(
        sorted([*chunk.rejected, *rejected], key=lambda one: one.line)
    )


def _check_values(column: Column, cells: Cells, today: date) -> tuple[list[Any], dict[int, str]]:
    """Return each distinct cell as its value (None: it is none), and why those that do not fit do not."""
    values: list[Any] = []
    problems: dict[int, str] = {}
    for code, cell in enumerate(cells.values):
        value = None
        stripped = cell.strip()
        try:
            if stripped:
                value = column.cell.deserialize(stripped)
            elif not column.may_be_empty:
                problems[code] = EMPTY
            if column.is_past and value is not None and _day_of(value) > today:
                problems[code] = FUTURE
        except ValidationError as error:
            problems[code] = str(error.messages[0] if isinstance(error.messages, list) else error.messages)
        values.append(value)
    return values, problems


def _day_of(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value
