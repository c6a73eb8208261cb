"""Read the files of `lea evaluate`: outcomes and groups, which never reach the database (docs/worth.md)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from bridge.sources.tables import Table, open_table
from bridge.worth.errors import WorthRefused

LEARNER_COLUMNS = ("user_id", "idnumber")
"""One of the two says whom a row is about."""
OUTCOME_COLUMNS = ("course_id", "outcome")
LEFT_ON = "left_on"
MOST_GROUPINGS, MOST_GROUPS, LONGEST_WORD = 12, 40, 100


@dataclass(frozen=True, slots=True)
class Learner:
    """Whom a row is about: Moodle's user id, or the institution's number."""

    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one learner in one course."""

    word: str
    """As the file has it, in small letters."""
    left_on: date | None
    """The first day they were no longer there; None where they stayed to the end."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """A file of outcomes."""

    by_learner: Mapping[tuple[int, Learner], Outcome]
    """By Moodle's course id and learner."""
    learner_column: str
    rejected: tuple[str, ...]
    """Lines that do not fit, and why; never what they hold."""


@dataclass(frozen=True, slots=True)
class Groups:
    """A file of groups: each column but the learner's is one way to group."""

    by_column: Mapping[str, Mapping[Learner, str]]
    learner_column: str


class _OutcomeSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    course_id = fields.Integer(
        required=True,
        validate=validate.Range(min=1, error="is not a number of a Moodle course"),
        error_messages={"invalid": "is not a number of a Moodle course"},
    )
    learner = fields.String(required=True, validate=validate.Length(1, LONGEST_WORD, error="is empty or too long"))
    outcome = fields.String(required=True, validate=validate.Length(1, LONGEST_WORD, error="is empty or too long"))
    left_on = fields.Date(load_default=None, allow_none=True, error_messages={"invalid": "is not a date (YYYY-MM-DD)"})


def read_outcomes(path: Path) -> Outcomes:
    """Read a CSV or Parquet of outcomes: course_id, user_id or idnumber, outcome, and left_on where there is one.

    Raises:
        SourceRefused: it is no such file.
        WorthRefused: a column is unknown, there twice or missing.
    """
    table = open_table(path)
    column = _find_learner_column(table)
    _check_columns(table, {column, *OUTCOME_COLUMNS}, {LEFT_ON})
    schema = _OutcomeSchema()
    found: dict[tuple[int, Learner], Outcome] = {}
    rejected: list[str] = []
    for line, cells in _rows(table, rejected):
        row = {**cells, "learner": cells[column], LEFT_ON: cells.get(LEFT_ON) or None}
        try:
            read: dict[str, Any] = schema.load(row)
        except ValidationError as error:
            rejected.append(f"line {line}: {_say(error, column)}")
            continue
        key = (read["course_id"], Learner(column, read["learner"]))
        if key in found:
            rejected.append(f"line {line}: this learner and course stand in an earlier line")
            continue
        found[key] = Outcome(read["outcome"].lower(), read["left_on"])
    return Outcomes(found, column, tuple(rejected))


def read_groups(path: Path) -> Groups:
    """Read a CSV or Parquet of groups: user_id or idnumber, and a column for each way to group. Empty cells: unknown.

    Raises:
        SourceRefused: it is no such file.
        WorthRefused: it has no column of groups or too many, or one has so many values that it is no grouping, or
            it names a learner twice.
    """
    table = open_table(path)
    column = _find_learner_column(table)
    names = [name for name in table.names if name != column]
    _check_columns(table, {column, *names}, set())
    if not 1 <= len(names) <= MOST_GROUPINGS:
        raise WorthRefused(f"The file has {len(names)} columns of groups; 1 to {MOST_GROUPINGS} are read at once.")
    by_column: dict[str, dict[Learner, str]] = {name: {} for name in names}
    seen: set[str] = set()
    rejected: list[str] = []
    for line, cells in _rows(table, rejected):
        if not cells[column] or cells[column] in seen:
            raise WorthRefused(f"Line {line} names no learner, or one who stands in an earlier line.")
        seen.add(cells[column])
        for name in names:
            if cells[name]:
                by_column[name][Learner(column, cells[column])] = cells[name]
    if rejected:
        raise WorthRefused(f"The groups of {len(rejected)} rows cannot be read, first of all in {rejected[0]}.")
    for name, values in by_column.items():
        if len(set(values.values())) > MOST_GROUPS:
            raise WorthRefused(f"The column {name!r} has more than {MOST_GROUPS} values, so it is no grouping.")
    return Groups(by_column, column)


def _rows(table: Table, rejected: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the rows by line, every cell as text; those that are cut off are noted."""
    for chunk in table.chunks(table.names):
        columns = [[cells.values[code] for code in cells.codes.tolist()] for cells in chunk.columns.values()]
        for line, *cells in zip(chunk.lines.tolist(), *columns, strict=True):
            yield line, {name: cell.strip() for name, cell in zip(chunk.columns, cells, strict=True)}
        rejected += [f"line {row.line}: {row.reason}" for row in chunk.rejected]


def _find_learner_column(table: Table) -> str:
    found = [name for name in LEARNER_COLUMNS if name in table.names]
    if len(found) != 1:
        raise WorthRefused("The file needs one column that says whom a line is about: user_id or idnumber, not both.")
    return found[0]


def _check_columns(table: Table, needed: set[str], optional: set[str]) -> None:
    names = list(table.names)
    problems = [f"The column {name!r} is not known." for name in names if name not in needed | optional]
    problems += [f"The column {name} is missing." for name in sorted(needed - set(names))]
    problems += [f"The column {name} is there twice." for name in sorted(set(names)) if names.count(name) > 1]
    if problems:
        raise WorthRefused(" ".join(problems))


def _say(error: ValidationError, learner_column: str) -> str:
    problems = error.messages if isinstance(error.messages, dict) else {"row": error.messages}
    names = {"learner": learner_column}
    return "; ".join(f"{names.get(name, name)} {reasons[0]}" for name, reasons in problems.items())
