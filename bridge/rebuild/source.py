"""Where a rebuild takes its log rows from: what an archive and the raw window have in common."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from duckdb import DuckDBPyConnection

EVENT_COLUMNS = (
    "log_id",
    "event_name",
    "origin",
    "user_id",
    "related_id",
    "real_id",
    "moodle_course_id",
    "cmid",
    "occurred",
    "day_no",
)
"""What a source gives of each participating row; 0 and '' for none, `occurred` in Unix seconds."""


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One chunk of a rebuild."""

    monday: date

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a source holds, without anybody's rows."""

    rows: int
    """All of them, evidence or not."""
    weeks: tuple[Week, ...]
    """Those that may have evidence, ascending."""
    names: tuple[tuple[str, str], ...]
    """Every event and origin that a participating row may have; pairs that no row has do no harm."""


class Source(Protocol):
    """Log rows to rebuild from."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that DuckDB has to read; none for rows of the database."""

    @property
    def measures_everybody(self) -> bool:
        """Whether every learner is measured anew, or only those with new facts."""

    def describe(self) -> Iterable[str]:
        """Give what tells this source from another one, or from itself after a change."""

    def survey(self, engine: DuckDBPyConnection) -> Survey:
        """Look through it once.

        Raises:
            ArchiveRefused: a file cannot be read.
        """

    def events(self, engine: DuckDBPyConnection, week: Week, survey: Survey) -> str:
        """Return SQL for a week's participating rows, and perhaps some around it, with EVENT_COLUMNS.

        Only rows whose event and origin the survey found.
        """

    def people(self, engine: DuckDBPyConnection) -> frozenset[int]:
        """Return the Moodle user ids that participating rows name, as actors or as whom it was done to."""
