"""What a sync says while it runs and when it has ended."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bridge.errors import BridgeError
from bridge.log_records import LogPage
from bridge.store.runs import RunResult


class Progress(Protocol):
    """Who wants to know how far a sync is: a progress bar, a lease to renew, nobody."""

    def step(self, name: str, total: int | None) -> None:
        """A step begins; `total` is the number of its parts, None where nobody knows."""

    def advance(self, count: int = 1) -> None:
        """Parts of the running step are done."""


class Silent:
    """Nobody wants to know."""

    def step(self, name: str, total: int | None) -> None:
        """Say nothing."""

    def advance(self, count: int = 1) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that did not work; the rest of the run went on where that made sense."""

    step: str
    moodle_course_id: int | None
    code: str
    message: str

    @property
    def text(self) -> str:
        """The failure in one line."""
        course = "" if self.moodle_course_id is None else f", course {self.moodle_course_id}"
        return f"{self.step}{course}: {self.message}"


@dataclass(slots=True)
class Tally:
    """What one step did; the step itself counts here."""

    step: str
    rows_read: int = 0
    rows_new: int = 0
    rows_quarantined: int = 0
    evaluations: int = 0
    """Evaluations that were made: a learner's closed week as it is shown from now on."""
    notes: list[str] = field(default_factory=list)
    """What an administrator should know, though nothing failed."""
    failures: list[Failure] = field(default_factory=list)

    def count_page(self, page: LogPage, new_rows: int) -> None:
        """Count one page of the log."""
        self.rows_read += len(page.rows) + len(page.rejected)
        self.rows_new += new_rows
        self.rows_quarantined += len(page.rejected)

    def fail(self, error: BridgeError, moodle_course_id: int | None = None) -> None:
        """Note an error; its message holds no secret."""
        self.failures.append(Failure(self.step, moodle_course_id, error.code, str(error)))


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync of one platform did."""

    platform_id: int
    started_at: datetime
    finished_at: datetime
    tallies: tuple[Tally, ...]
    """Of the steps that were begun, in their order."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Everything that did not work; empty when all did."""
        return tuple(failure for tally in self.tallies for failure in tally.failures)

    @property
    def has_succeeded(self) -> bool:
        """Whether everything worked."""
        return not self.failures

    @property
    def notes(self) -> tuple[str, ...]:
        """What an administrator should know."""
        return tuple(note for tally in self.tallies for note in tally.notes)

    @property
    def rows_read(self) -> int:
        """Rows and records that Moodle served."""
        return sum(tally.rows_read for tally in self.tallies)

    @property
    def rows_new(self) -> int:
        """Log rows that were not known before."""
        return sum(tally.rows_new for tally in self.tallies)

    @property
    def evaluations(self) -> int:
        """Evaluations that were made."""
        return sum(tally.evaluations for tally in self.tallies)

    @property
    def rows_quarantined(self) -> int:
        """Records that were set aside."""
        return sum(tally.rows_quarantined for tally in self.tallies)


def to_result(tallies: Sequence[Tally]) -> RunResult:
    """Return what is written down of a run: the sums, and the first failure with the number of the others."""
    failures = [failure for tally in tallies for failure in tally.failures]
    more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
    return RunResult(
        rows_read=sum(tally.rows_read for tally in tallies),
        rows_new=sum(tally.rows_new for tally in tallies),
        rows_quarantined=sum(tally.rows_quarantined for tally in tallies),
        error_code=failures[0].code if failures else None,
        error_message=f"{failures[0].text}{more}" if failures else None,
    )
