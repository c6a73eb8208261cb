"""Read a student-record file: taken apart like every file, each row checked (docs/student-record-feed.md)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from bridge.feed.columns import COLUMNS, NAMES_COLUMNS, check_columns
from bridge.feed.errors import FeedRefused
from bridge.sources.cells import LONGEST_NAME, LONGEST_NUMBER, YesNo, text
from bridge.sources.errors import SourceRefused
from bridge.sources.tables import Rejected, open_table

STATUSES = ("active", "interrupted", "withdrawn", "completed")
LARGEST_FILE = 64 * 1024 * 1024
LONGEST_CODE = 50
MOST_CREDITS = 360


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
class FeedFile:
    """What a file gives: the rows that fit, and the lines that do not."""

    rows: tuple[FeedRow, ...]
    rejected: tuple[Rejected, ...]


class _RowSchema(Schema):
    """The values of one row, all text; an empty cell of an optional column is none."""

    class Meta:
        unknown = EXCLUDE

    student_number = text(LONGEST_NUMBER, least=1)
    home_school = text(LONGEST_CODE, least=1)
    programme = text(LONGEST_CODE)
    programme_name = text(LONGEST_NAME)
    credits = fields.Integer(
        load_default=None,
        validate=validate.Range(0, MOST_CREDITS, error=f"is not within 0 to {MOST_CREDITS}"),
        error_messages={"invalid": "is not a whole number"},
    )
    part_time = YesNo(required=True)
    research = YesNo(required=True)
    adviser = text(LONGEST_NUMBER)
    adviser_name = text(LONGEST_NAME)
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
    schema = _RowSchema()
    rows: list[FeedRow] = []
    rejected: list[Rejected] = []
    first_lines: dict[str, int] = {}
    for line, cells in _read_lines(path):
        if isinstance(cells, str):
            rejected.append(Rejected(line, cells))
            continue
        if not any(cells.values()):
            continue
        found = _read_row(schema, line, cells)
        if isinstance(found, FeedRow) and found.student_number in first_lines:
            found = Rejected(line, f"student_number: stands in line {first_lines[found.student_number]} already")
        if isinstance(found, Rejected):
            rejected.append(found)
        else:
            first_lines[found.student_number] = line
            rows.append(found)
    return FeedFile(tuple(rows), tuple(sorted(rejected, key=lambda one: one.line)))


def _read_lines(path: Path) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Give each line with its cells, or with what is wrong with it as a whole."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FeedRefused(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB. Nothing was read.")
        table = open_table(path)
        check_columns(table.names)
        for chunk in table.chunks(table.names):
            yield from ((one.line, one.reason) for one in chunk.rejected)
            columns = [[cells.values[code] for code in cells.codes.tolist()] for cells in chunk.columns.values()]
            for line, *cells in zip(chunk.lines.tolist(), *columns, strict=True):
                yield line, dict(zip(table.names, cells, strict=True))
    except OSError as error:
        raise FeedRefused(f"The file cannot be read: {error.strerror}. {FeedRefused.next_step}") from error
    except SourceRefused as error:
        raise FeedRefused(str(error)) from error


def _read_row(schema: Schema, line: int, cells: Mapping[str, str]) -> FeedRow | Rejected:
    if any("\n" in cell or "\r" in cell for cell in cells.values()):
        return Rejected(line, "has a line break inside a cell")
    try:
        read = schema.load(cells)
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
