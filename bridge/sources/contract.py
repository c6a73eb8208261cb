"""The one contract of all sources: which columns a kind of file has, and how its rows become what is stored."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from marshmallow import fields
from sqlalchemy.orm import Session

from bridge.config import Settings
from bridge.sources.cells import LONGEST_NUMBER, text, whole_number
from bridge.sources.roll import Roll
from bridge.sources.tables import Codes, Rejected

USER_ID, IDNUMBER = "user_id", "idnumber"
LINES_KEPT = 1_000
"""Of the rows that do not fit for one reason: a file that does not fit at all must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind of file."""

    name: str
    words: str
    """What it is, for docs/import.md and for the people it is about."""
    cell: fields.Field[Any]
    is_needed: bool = True
    """The header must have it."""
    may_be_empty: bool = False
    """An empty cell is None."""
    is_past: bool = False
    """A day that has not begun yet does not fit."""


@dataclass(frozen=True, slots=True)
class Coded:
    """One column of checked rows: for each row the place of its value among the distinct ones."""

    codes: Codes
    values: Sequence[Any]

    def each(self) -> Iterator[Any]:
        """Give the value of each row."""
        return map(self.values.__getitem__, self.codes.tolist())


@dataclass(frozen=True, slots=True)
class Rows:
    """Checked rows of a file: every cell is of its column's kind; a column that the file has not is not there."""

    lines: Codes
    columns: Mapping[str, Coded]

    def __len__(self) -> int:
        return len(self.lines)

    def records(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Give the rows one by one: (line, column → value)."""
        names = tuple(self.columns)
        for line, *values in zip(self.lines.tolist(), *(self.columns[name].each() for name in names), strict=True):
            yield line, dict(zip(names, values, strict=True))

    def choose(self, chosen: Any) -> "Rows":
        """Return the rows at some places, or where a mask is true."""
        columns = {name: Coded(one.codes[chosen], one.values) for name, one in self.columns.items()}
        return Rows(self.lines[chosen], columns)

    @property
    def who(self) -> Coded:
        """Whom each row is about: by Moodle's number (int) or by the institution's (str)."""
        return self.columns[USER_ID] if USER_ID in self.columns else self.columns[IDNUMBER]


class Reader(Protocol):
    """A file that is being read."""

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""

    @property
    def dropped(self) -> Sequence[str]:
        """Columns that may not come in, and were left out unread."""

    def rows(self) -> Iterator[tuple[Rows, Sequence[Rejected]]]:
        """Give the checked rows chunk by chunk, with those that do not fit."""


@dataclass(frozen=True, slots=True)
class Options:
    """What whoever imports a file says about it."""

    covers_to: date | None = None
    """Up to this day the file is complete, for every course; None: up to the last day it has, course by course."""
    date_format: str | None = None
    """How dates are written, where a file leaves that open."""


class LeftOut(StrEnum):
    """Why a row that fits is not stored. None of these is a fault of the file."""

    NO_COURSE = "of a course that is not switched on"
    NOBODY = "of nobody on the course's list of people"
    SEVERAL = "of an institution's number that several people have"
    ERASED = "of before an erasure"
    PAUSED = "of days or people whose data is not processed"
    OWN_PAGE = "of this tool's own pages"
    NO_TASK = "of a task that is not known"
    MOODLES = "left to Moodle, which tells it itself"


@dataclass(slots=True)
class Tally:
    """What became of the rows of a file."""

    rows: int = 0
    """Empty lines are none."""
    new: int = 0
    """What was not known before, or was known otherwise."""
    left_out: Counter[str] = field(default_factory=Counter)
    """`LeftOut`, or what a kind says of its own."""
    rejected: list[Rejected] = field(default_factory=list)
    """The first ones of each reason."""
    rejected_counts: Counter[str] = field(default_factory=Counter)
    latest: dict[int, date] = field(default_factory=dict)
    """Course → the last day that a stored row of it is about."""

    def reject(self, line: int, reason: str) -> None:
        """Note a row that does not fit."""
        self.rejected_counts[reason] += 1
        if self.rejected_counts[reason] <= LINES_KEPT:
            self.rejected.append(Rejected(line, reason))

    def note_day(self, course_id: int, day: date) -> None:
        """Note that something was taken in about a course and day."""
        self.latest[course_id] = max(day, self.latest.get(course_id, day))


@dataclass(frozen=True, slots=True)
class Intake:
    """What taking a file in works with, for one transaction."""

    db: Session
    platform_id: int
    settings: Settings
    now: datetime
    has_moodle: bool
    """A token is saved: Moodle itself tells courses, people and tasks."""
    roll: Roll
    tally: Tally


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of file."""

    kind: str
    """As `lea import` names it."""
    title: str
    words: str
    """What one row is, for docs/import.md and for learners."""
    columns: tuple[Column, ...]
    take: Callable[[Intake, Rows], None]
    """Store checked rows; called once for each chunk, or once with all of them where `is_whole`."""
    is_whole: bool = False
    """The rows of a file belong together: they are taken in by one transaction."""
    has_days: bool = False
    """The kind is a measure's source: until which day it is complete is kept (`source_freshness`)."""
    covers: tuple[str, ...] = ()
    """The kinds of which a file is complete until some day; empty: its own, where `has_days`."""
    open: Callable[[Path, "Source", Options, Intake], Reader] | None = None
    """How its files are read; None: as a table of `columns`."""

    @property
    def takes_about_people(self) -> bool:
        """Whether a row is about somebody; one of a file that has a form of its own is."""
        return self.open is not None or USER_ID in {column.name for column in self.columns}


COURSE = Column("course_id", "Moodle's number of the course.", whole_number(1))
WHO = (
    Column(USER_ID, "Moodle's number of the learner.", whole_number(1), is_needed=False),
    Column(
        IDNUMBER, "The institution's number of the learner, instead.", text(LONGEST_NUMBER, least=1), is_needed=False
    ),
)
"""One of the two must be there."""
