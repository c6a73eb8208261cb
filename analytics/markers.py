"""Measure the three markers over counted weeks and average them (docs/engagement.md, first list).

Shares stay pairs of whole numbers up to the one fraction at the end: exact, and fast.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.levels import MARKER_ORDER, Marker
from analytics.weeks import Ledger, PlacedTask

ACTIVITY_WEEKS = 4
"""Activity and Attendance look back this many counted weeks."""
TASK_WEEKS = 8
"""Tasks looks back this many counted weeks."""


@dataclass(frozen=True, slots=True)
class Shares:
    """The markers over some weeks, as whole numbers."""

    activity: tuple[int, int] | None
    """(opened, expected), each week capped at the level; None without a counted week or where not chosen."""
    tasks: tuple[int, int, int]
    """(on time, late, all); (0, 0, 0) when there are none or where not chosen."""
    attendance: tuple[int, int] | None
    """(attended, expected and not excused); None without such a session or where not chosen."""


def measure_shares(ledger: Ledger, weeks: Sequence[int], task_weeks: Sequence[int], last_day: int) -> Shares:
    """Measure the markers over counted weeks (oldest first), as known at the end of ``last_day`` (an ordinal)."""
    chosen = ledger.level.markers
    level = ledger.level.level
    activity = None
    if weeks and Marker.ACTIVITY in chosen:
        activity = (sum(min(level, ledger.visits[week - 1]) for week in weeks), level * len(weeks))
    tasks = _count_tasks(ledger.tasks, task_weeks, last_day) if Marker.TASKS in chosen else (0, 0, 0)
    attendance = None
    if Marker.ATTENDANCE in chosen:
        expected = sum(ledger.sessions[week - 1][1] for week in weeks)
        if expected:
            attendance = (sum(ledger.sessions[week - 1][0] for week in weeks), expected)
    return Shares(activity, tasks, attendance)


def _count_tasks(tasks: Sequence[PlacedTask], weeks: Sequence[int], last_day: int) -> tuple[int, int, int]:
    on_time = late = missing = 0
    if not weeks:
        return 0, 0, 0
    for placed in tasks:
        week = placed.week_by(last_day)
        if week is None or not weeks[0] <= week <= weeks[-1]:
            continue
        if placed.handed_in_by(last_day):
            is_on_time = placed.is_on_time
            on_time += is_on_time
            late += not is_on_time
        elif not placed.is_excused and placed.dated_on <= last_day:
            missing += 1
    return on_time, late, on_time + late + missing


def find_weights(shares: Shares, weights: tuple[int, int, int]) -> tuple[tuple[Marker, int], ...]:
    """Give the markers that apply with their weights, in the order Activity, Tasks, Attendance; an absent one has none
    (policy paragraph 8)."""
    applying = (shares.activity is not None, shares.tasks[2] > 0, shares.attendance is not None)
    return tuple((marker, weight) for marker, weight, applies in zip(MARKER_ORDER, weights, applying, strict=False) if applies)


def average_shares(shares: Shares, weights: tuple[int, int, int]) -> Fraction | None:
    """Average the markers that apply, exactly; None when none does."""
    numerator, denominator, weight_sum = 0, 1, 0
    on_time, late, task_count = shares.tasks
    tasks = (2 * on_time + late, 2 * task_count) if task_count else None
    for share, weight in zip((shares.activity, tasks, shares.attendance), weights, strict=True):
        if share is not None:
            numerator = numerator * share[1] + weight * share[0] * denominator
            denominator *= share[1]
            weight_sum += weight
    return Fraction(numerator, denominator * weight_sum) if weight_sum else None
