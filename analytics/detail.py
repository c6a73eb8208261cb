"""Show what counted in one week and what did not, day by day: the learner's drill-down (policy paragraphs 5 and 14)."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from analytics.calendar import TeachingCalendar
from analytics.evaluation import Evaluation, EvaluationInputs, evaluate_week
from analytics.history import LearnerHistory, LearnerTask, Session
from analytics.levels import Marker, PublishedLevel
from analytics.markers import MarkerShare, TaskCount, list_counted_tasks, measure_shares
from analytics.tallies import is_attended
from analytics.weeks import Ledger, WhyNot


@dataclass(frozen=True, slots=True)
class DayItems:
    """One day's items of one marker: activities (by cmid), recordings, library items …"""

    marker: Marker
    counted: tuple[int, ...]
    """Those that count, at most a_day; in an uncounted week those that would. Rising. Empty where the level does not
    measure the marker by its items."""
    beyond: tuple[int, ...]
    """The others. Which of a day's are named here is by number alone: no time of day is kept."""


@dataclass(frozen=True, slots=True)
class DayEvidence:
    """One day of a week, with all evidence of it."""

    day: date
    items: tuple[DayItems, ...] = ()
    """By marker with any, in MARKER_ORDER."""
    handed_in: tuple[int, ...] = ()
    """Task ids handed in on the day, a team's hand-in left out."""
    sessions: tuple[Session, ...] = ()
    """The day's sessions as the registers have them."""
    has_other_evidence: bool = False
    """Course page or self-declared: for the clock, not a visit."""

    @property
    def is_evidence(self) -> bool:
        """Tell whether the day stops the clock."""
        return bool(self.items or self.handed_in or self.has_other_evidence or any(map(is_attended, self.sessions)))

    def items_of(self, marker: Marker) -> DayItems:
        """Give the day's items of a marker; empty ones where there are none."""
        return next((items for items in self.items if items.marker is marker), DayItems(marker, (), ()))


@dataclass(frozen=True, slots=True)
class WeekEvidence:
    """One week's evidence and what of it entered the week's markers."""

    week: int
    why_not: WhyNot | None
    """Why the week is not counted; None when it is."""
    days: tuple[DayEvidence, ...]
    """Seven, Monday first; days after as_of are empty."""
    level: PublishedLevel | None
    """Without the markers that are not used; None where none is left."""
    measured: tuple[MarkerShare, ...]
    """What the days give by each marker but Tasks; in an uncounted week what they would."""


def find_week_evidence(
    history: LearnerHistory,
    calendar: TeachingCalendar,
    level: PublishedLevel,
    week: int,
    as_of: date,
    unused: AbstractSet[Marker] = frozenset(),
) -> WeekEvidence:
    """Find what counted in one week and what did not, up to the end of as_of; ``unused`` markers count nothing.

    Raises: ValueError for a week outside the calendar.
    """
    if not 1 <= week <= calendar.week_count:
        raise ValueError(f"The calendar has weeks 1 to {calendar.week_count}, not {week}.")
    used = level.without(unused)
    days = tuple(
        find_day_evidence(history, used, day) if day <= as_of else DayEvidence(day) for day in calendar.week_dates(week)
    )
    ledger = Ledger(history, calendar, level, as_of, unused)
    shares = measure_shares(ledger, (week,), (), as_of.toordinal())
    return WeekEvidence(week, ledger.why_not[week - 1], days, used, shares.measured)


@dataclass(frozen=True, slots=True)
class FigureEvidence:
    """Everything that an evaluation's figure is made of; its parts add up to the sentence's numbers."""

    evaluation: Evaluation
    weeks: tuple[WeekEvidence, ...]
    """The counted weeks of all markers but Tasks, oldest first."""
    tasks: tuple[tuple[LearnerTask, TaskCount], ...]
    """The tasks that entered, with how each counts."""


def find_figure_evidence(inputs: EvaluationInputs) -> FigureEvidence:
    """Find what the figure of an evaluation was made of, from its own inputs alone, down to the items of each day.

    No week and no task before the first counted week. Raises: ValueError for a week outside the calendar.
    """
    evaluation = evaluate_week(inputs)
    history, calendar, level = inputs.history, inputs.calendar, inputs.level
    weeks = evaluation.engagement.weeks
    known_by = calendar.sunday_of(weeks[-1]) if weeks else calendar.first_monday
    ledger = Ledger(history, calendar, level, calendar.sunday_of(inputs.week), inputs.unused)
    tasks = list_counted_tasks(ledger.tasks, evaluation.engagement.task_weeks, known_by.toordinal())
    return FigureEvidence(
        evaluation=evaluation,
        weeks=tuple(find_week_evidence(history, calendar, level, week, known_by, inputs.unused) for week in weeks),
        tasks=tuple((placed.task, count) for placed, count in tasks) if ledger.uses(Marker.TASKS) else (),
    )


def find_day_evidence(history: LearnerHistory, level: PublishedLevel | None, day: date) -> DayEvidence:
    """Find the evidence of one day and what of it counts by a level; without a level nothing does."""
    by_marker: dict[Marker, list[int]] = {Marker.ACTIVITY: [cmid for on, cmid in history.visits if on == day]}
    for marker, on, item in history.items:
        if on == day:
            by_marker.setdefault(marker, []).append(item)
    return DayEvidence(
        day=day,
        items=tuple(_cap(marker, sorted(by_marker[marker]), level) for marker in Marker if by_marker.get(marker)),
        handed_in=tuple(task.task_id for task in history.tasks if task.own_hand_in_on == day),
        sessions=tuple(session for session in history.sessions if session.held_on == day),
        has_other_evidence=day in history.evidence_days,
    )


def _cap(marker: Marker, items: list[int], level: PublishedLevel | None) -> DayItems:
    found = level.items_of(marker) if level is not None else None
    a_day = found[1] if found is not None else 0
    return DayItems(marker, tuple(items[:a_day]), tuple(items[a_day:]))
