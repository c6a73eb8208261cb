"""Measure the markers over counted weeks and average them (docs/engagement.md, first list).

Shares stay pairs of whole numbers up to the one fraction at the end: exact, and fast.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from analytics.levels import MARKER_ORDER, Expectation, Marker, PublishedLevel
from analytics.weeks import Ledger, PlacedTask

ACTIVITY_WEEKS = 4
"""All markers but Tasks look back this many counted weeks."""
TASK_WEEKS = 8
"""Tasks looks back this many counted weeks."""


class TaskCount(StrEnum):
    """How a task enters Tasks."""

    ON_TIME = "on time"
    LATE = "late"
    """Counts half."""
    MISSING = "not handed in"


@dataclass(frozen=True, slots=True)
class MarkerShare:
    """One marker other than Tasks over some weeks, as whole numbers."""

    marker: Marker
    met: int
    """Items, each week capped at its level, or sessions attended."""
    expected: int
    """The level of all weeks together, or the sessions expected and not excused; from 1."""
    a_day: int | None = None
    """How many different items of one day count; None where sessions are measured."""


@dataclass(frozen=True, slots=True)
class Shares:
    """The markers over some weeks, as whole numbers."""

    measured: tuple[MarkerShare, ...] = ()
    """Those that apply, Tasks apart, in MARKER_ORDER: none without a counted week, where it is not chosen or not used
    today, and none of sessions where there was no session to count."""
    tasks: tuple[int, int, int] = (0, 0, 0)
    """(on time, late, all); (0, 0, 0) when there are none or where not chosen."""

    def of(self, marker: Marker) -> tuple[int, int] | None:
        """Give a marker's (met, expected), late tasks as halves of both; None where it does not apply."""
        if marker is Marker.TASKS:
            on_time, late, count = self.tasks
            return (2 * on_time + late, 2 * count) if count else None
        return next(((one.met, one.expected) for one in self.measured if one.marker is marker), None)


def measure_shares(ledger: Ledger, weeks: Sequence[int], task_weeks: Sequence[int], last_day: int) -> Shares:
    """Measure the markers over counted weeks (oldest first), as known at the end of ``last_day`` (an ordinal)."""
    tasks, measured = (0, 0, 0), []
    for expectation in ledger.expectations:
        if expectation.marker is Marker.TASKS:
            tasks = _count_tasks(ledger.tasks, task_weeks, last_day)
        elif weeks and (share := _measure_marker(ledger, expectation, weeks)) is not None:
            measured.append(share)
    return Shares(tuple(measured), tasks)


def _measure_marker(ledger: Ledger, expectation: Expectation, weeks: Sequence[int]) -> MarkerShare | None:
    marker, level = expectation.marker, expectation.level
    if level is not None:
        items = ledger.items[marker]
        met = sum(min(level, items[week - 1]) for week in weeks)
        return MarkerShare(marker, met, level * len(weeks), expectation.a_day)
    sessions = ledger.sessions[marker]
    expected = sum(sessions[week - 1][1] for week in weeks)
    return MarkerShare(marker, sum(sessions[week - 1][0] for week in weeks), expected) if expected else None


def _count_tasks(tasks: Sequence[PlacedTask], weeks: Sequence[int], last_day: int) -> tuple[int, int, int]:
    counts = [count for _, count in list_counted_tasks(tasks, weeks, last_day)]
    return counts.count(TaskCount.ON_TIME), counts.count(TaskCount.LATE), len(counts)


def list_counted_tasks(
    tasks: Sequence[PlacedTask], weeks: Sequence[int], last_day: int
) -> list[tuple[PlacedTask, TaskCount]]:
    """List the tasks that enter Tasks over counted weeks, as known at the end of ``last_day``, and how; none: empty."""
    counted = []
    for placed in tasks:
        week = placed.week_by(last_day)
        if not weeks or week is None or not weeks[0] <= week <= weeks[-1]:
            continue
        if placed.handed_in_by(last_day):
            counted.append((placed, TaskCount.ON_TIME if placed.is_on_time else TaskCount.LATE))
        elif not placed.is_excused and placed.dated_on <= last_day:
            counted.append((placed, TaskCount.MISSING))
    return counted


def find_applying(shares: Shares) -> tuple[Marker, ...]:
    """Find the markers that apply, in MARKER_ORDER; an absent one leaves the average (policy paragraph 8)."""
    return tuple(marker for marker in MARKER_ORDER if shares.of(marker) is not None)


def find_weights(shares: Shares, level: PublishedLevel) -> tuple[tuple[Marker, int], ...]:
    """Give the markers that apply with their weights, in MARKER_ORDER."""
    return tuple((one.marker, one.weight) for one in level.expectations if shares.of(one.marker) is not None)


def average_shares(shares: Shares, weights: Iterable[tuple[Marker, int]]) -> Fraction | None:
    """Average the markers by weight, exactly; None when none applies."""
    numerator, denominator, weight_sum = 0, 1, 0
    for marker, weight in weights:
        share = shares.of(marker)
        if share is not None:
            numerator = numerator * share[1] + weight * share[0] * denominator
            denominator *= share[1]
            weight_sum += weight
    return Fraction(numerator, denominator * weight_sum) if weight_sum else None
