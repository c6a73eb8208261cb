"""Read a student-record file: pandas takes the CSV apart, marshmallow checks each row (docs/student-record-feed.md)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from bridge.feed.columns import COLUMNS, NAMES_COLUMNS, check_columns
from bridge.feed.errors import FeedRefused

STATUSES = ("active", "interrupted", "withdrawn", "completed")
LARGEST_FILE = 64 * 1024 * 1024
LONGEST_NUMBER, LONGEST_CODE, LONGEST_NAME = 255, 50, 200
MOST_CREDITS = 360
TOO_LONG = re.compile(r"Expected \d+ fields in line (\d+), saw \d+")
"""How pandas says it."""
FIRST_LINE = 2
"""Of the rows; the header is line 1."""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One learner as the file has them."""

    line: int
    student_number: str
    home_school: str
    programme: str | None
    programme_name: str
    credits: int | None
    is_part_time: bool
    is_research: bool
    adviser: str | None
    adviser_name: str
    status: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that is not taken, by its line; nothing of what it holds is repeated."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class FeedFile:
    """What a file gives: the rows that fit, and the lines that do not."""

    rows: tuple[FeedRow, ...]
    rejected: tuple[Rejected, ...]


class _YesNo(fields.Boolean):
    truthy = {"yes"}  # noqa: RUF012 (marshmallow reads it as a class attribute)
    falsy = {"no"}  # noqa: RUF012
    default_error_messages = {"invalid": "is neither yes nor no"}  # noqa: RUF012


def _text(most: int, *, least: int = 0) -> fields.String:
    return fields.String(
        load_default="",
        validate=[
            validate.Length(min=least, max=most, error=f"has not {least} to {most} characters"),
            validate.Predicate("isprintable", error="has characters that cannot be shown"),
        ],
    )


class _RowSchema(Schema):
    """The values of one row, all text; an empty cell of an optional column is none."""

    class Meta:
        unknown = EXCLUDE

    student_number = _text(LONGEST_NUMBER, least=1)
    home_school = _text(LONGEST_CODE, least=1)
    programme = _text(LONGEST_CODE)
    programme_name = _text(LONGEST_NAME)
    credits = fields.Integer(
        load_default=None,
        validate=validate.Range(0, MOST_CREDITS, error=f"is not within 0 to {MOST_CREDITS}"),
        error_messages={"invalid": "is not a whole number"},
    )
    part_time = _YesNo(required=True)
    research = _YesNo(required=True)
    adviser = _text(LONGEST_NUMBER)
    adviser_name = _text(LONGEST_NAME)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES, error=f"is none of {', '.join(STATUSES)}"))

    @pre_load
    def leave_out_empty(self, data: Mapping[str, str], **kwargs: Any) -> dict[str, str]:
        stripped = {name: value.strip() for name, value in data.items()}
        needed = ("student_number", "home_school", "part_time", "research", "status")
        return {name: value for name, value in stripped.items() if value or name in needed}


def read_feed(path: Path) -> FeedFile:
    """Read a file (UTF-8, commas, a header, one line for each learner). Only a header: no rows, which is no error.

    Raises:
        FeedRefused: it is no such file, or its header does not fit the allow-list.
    """
    names = [str(name).strip() for name in _read_table(path, rows=1).iloc[0]]
    check_columns(names)
    table = _read_table(path)
    schema = _RowSchema()
    rows: list[FeedRow] = []
    rejected: list[Rejected] = []
    first_lines: dict[str, int] = {}
    next_line = FIRST_LINE
    for cells in table.iloc[1:].itertuples(index=False, name=None):
        line, next_line = next_line, next_line + 1 + sum(str(cell).count("\n") for cell in cells)
        if all(cell is None or cell == "" for cell in cells):
            continue
        found = _read_row(schema, line, names, cells)
        if isinstance(found, FeedRow) and found.student_number in first_lines:
            found = Rejected(line, f"student_number: stands in line {first_lines[found.student_number]} already")
        if isinstance(found, Rejected):
            rejected.append(found)
        else:
            first_lines[found.student_number] = line
            rows.append(found)
    return FeedFile(tuple(rows), tuple(rejected))


def _read_table(path: Path, rows: int | None = None) -> pd.DataFrame:
    """Read every cell as text. The header is a row like the others: pandas would rename a second column of a name."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FeedRefused(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB. Nothing was read.")
        table = pd.read_csv(
            path,
            header=None,
            nrows=rows,
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
            encoding="utf-8-sig",
            engine="python",  # the other one fills a row that was cut off with empty cells
        )
    except OSError as error:
        raise FeedRefused(f"The file cannot be read: {error.strerror}. {FeedRefused.next_step}") from error
    except UnicodeDecodeError as error:
        raise FeedRefused("The file is not UTF-8. Save it as “CSV UTF-8”. Nothing was read.") from error
    except pd.errors.EmptyDataError as error:
        raise FeedRefused("The file is empty. Nothing was read.") from error
    except pd.errors.ParserError as error:
        raise FeedRefused(f"The file is no table: {_where(error)}. Nothing was read.") from error
    # A row that is too short has no value at all in its last cells.
    return table.astype(object).where(table.notna(), None)


def _where(error: pd.errors.ParserError) -> str:
    """Say where, without the cells' own text."""
    found = TOO_LONG.match(str(error))
    return f"line {found[1]} has more cells than the header" if found else "a quotation mark is open"


def _read_row(schema: Schema, line: int, names: list[str], cells: tuple[Any, ...]) -> FeedRow | Rejected:
    if any(cell is None for cell in cells):
        return Rejected(line, "has fewer cells than the header")
    if any("\n" in cell or "\r" in cell for cell in cells):
        return Rejected(line, "has a line break inside a cell")
    try:
        read = schema.load(dict(zip(names, cells, strict=True)))
    except ValidationError as error:
        return Rejected(line, _say(error))
    return FeedRow(
        line=line,
        student_number=read["student_number"],
        home_school=read["home_school"],
        programme=read["programme"] or None,
        programme_name=read["programme_name"],
        credits=read["credits"],
        is_part_time=read["part_time"],
        is_research=read["research"],
        adviser=read["adviser"] or None,
        adviser_name=read["adviser_name"],
        status=read["status"],
    )


def _say(error: ValidationError) -> str:
    problems = error.messages if isinstance(error.messages, dict) else {"row": error.messages}
    order = [*COLUMNS, *NAMES_COLUMNS, "row"]
    return "; ".join(f"{name}: {problems[name][0]}" for name in order if name in problems)
