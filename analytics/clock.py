"""Measure days without evidence and tasks outstanding, in counted days (docs/engagement.md "clock", "concern")."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.levels import Marker
from analytics.weeks import Ledger

OVERDUE_DAYS = 7
"""Counted days past a learner's own date from which a task is called overdue."""


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A task past this learner's own date, not handed in, not excused, and still in its window."""

    task_id: int
    days_past: int
    """Counted days since the learner's own date."""


def measure_clock(ledger: Ledger, last_day: int) -> int:
    """Count the counted days since any evidence, as of the end of a day (an ordinal); 0 on the day of the evidence.

    With no evidence at all, counted days since the first counted Monday, that day included.
    """
    last_evidence = ledger.last_evidence_by(last_day)
    counted_days = ledger.counted_days_by(last_day)
    return counted_days if last_evidence is None else counted_days - ledger.counted_days_by(last_evidence)


def find_outstanding(ledger: Ledger, task_weeks: Sequence[int], last_day: int) -> tuple[Outstanding, ...]:
    """Find the outstanding tasks in the task window, as of the end of a day; none where Tasks is not used.

    A hand-in ends it at once, in a break, too: nobody is chased for work that is there.
    """
    if not task_weeks or not ledger.uses(Marker.TASKS):
        return ()
    counted_days = ledger.counted_days_by(last_day)
    outstanding = []
    for placed in ledger.tasks:
        if placed.is_excused or placed.handed_in_by(last_day) or placed.dated_on >= last_day:
            continue
        if placed.week_by_date is not None and task_weeks[0] <= placed.week_by_date <= task_weeks[-1]:
            days_past = counted_days - ledger.counted_days_by(placed.dated_on)
            outstanding.append(Outstanding(placed.task.task_id, days_past))
    return tuple(outstanding)
