"""Measure a learner's weeks and engagement: S_w and E of docs/engagement.md, exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from analytics.bands import Band, find_band, percent_of
from analytics.calendar import TeachingCalendar
from analytics.clock import OVERDUE_DAYS, Outstanding, find_outstanding, measure_clock
from analytics.history import LearnerHistory
from analytics.levels import Marker, PublishedLevel
from analytics.markers import ACTIVITY_WEEKS, TASK_WEEKS, Shares, average_shares, find_weights, measure_shares
from analytics.weeks import NAMED_REASONS, Ledger, WhyNot

ENGAGEMENT_CODE_VERSION = "engagement-2"
"""Named by every evaluation. Raise it with any change that can change a number, a band, a reason or a sentence."""

FEWEST_COUNTED_WEEKS = 2
"""With fewer counted weeks it is too early to say."""


@dataclass(frozen=True, slots=True)
class WeekMark:
    """One week of the strip, as known at the end of a day. Never an input of E."""

    week: int
    monday: date
    is_closed: bool
    """False for the running week: "so far"."""
    why_not: WhyNot | None
    """Why the week is not counted; None when it is."""
    visits: int
    """Different activities opened, at most a_day of each day; not capped at the level. 0 where Activity is not used."""
    shares: Shares
    """The week's markers as whole numbers; none when it is not counted."""
    share: Fraction | None
    """S_w; None when the week is not counted or no marker applies."""

    @property
    def is_counted(self) -> bool:
        """Tell whether the week is counted."""
        return self.why_not is None


@dataclass(frozen=True, slots=True)
class Engagement:
    """E and what it is made of, as of the end of a day; the running week is not in it."""

    as_of: date
    week: int
    """The last closed week; 0 before the first closes."""
    counted_week_count: int
    """Counted weeks closed so far."""
    weeks: tuple[int, ...]
    """The counted weeks of all markers but Tasks, oldest first, at most 4."""
    task_weeks: tuple[int, ...]
    """The counted weeks of Tasks, oldest first, at most 8."""
    uncounted: tuple[tuple[WhyNot, tuple[int, ...]], ...]
    """The uncounted weeks since the first week of the task window, by reason, in the sentence's order."""
    shares: Shares
    """The markers as whole numbers."""
    weights: tuple[tuple[Marker, int], ...]
    """The markers that apply with their weights, in MARKER_ORDER."""
    e: Fraction | None
    """The share of the published level met; None while it is too early to say."""
    clock_days: int
    """Counted days since any evidence."""
    outstanding: tuple[Outstanding, ...]
    """Tasks past this learner's date, not handed in, still in their window."""
    level_version: str
    calendar_version: str

    @property
    def percent(self) -> int | None:
        """Give E in per cent, rounded down; None without E."""
        return percent_of(self.e)

    @property
    def band(self) -> Band | None:
        """Give the band of E alone; which one is shown takes two evaluations, see ``shown_band``."""
        return find_band(self.e)

    @property
    def overdue(self) -> tuple[int, ...]:
        """Give the ids of the tasks that are overdue by the default rule, in the order of the tasks."""
        return tuple(task.task_id for task in self.outstanding if task.days_past >= OVERDUE_DAYS)


def measure_weeks(
    history: LearnerHistory, calendar: TeachingCalendar, level: PublishedLevel, as_of: date
) -> tuple[WeekMark, ...]:
    """Measure the week marks of weeks 1 to as_of's, as known at the end of as_of; empty before week 1.

    The last one is "so far" unless as_of is its Sunday; weeks after the calendar's last are not made up.
    """
    ledger = Ledger(history, calendar, level, as_of)
    last_week = min(calendar.week_count, calendar.week_of(as_of))
    return tuple(mark_week(ledger, week, ledger.as_of) for week in range(1, last_week + 1))


def measure_engagement(
    history: LearnerHistory, calendar: TeachingCalendar, level: PublishedLevel, as_of: date
) -> Engagement:
    """Measure E, clock and outstanding tasks as of the end of a day; what came later is never read.

    E is made of closed weeks and what was known when the last counted one closed, so a break freezes it; clock and
    outstanding tasks go to as_of.
    """
    return engagement_by(Ledger(history, calendar, level, as_of), as_of)


def mark_week(ledger: Ledger, week: int, last_day: int) -> WeekMark:
    """Mark one week, as known at the end of ``last_day`` (an ordinal, not after the ledger's as_of)."""
    calendar = ledger.calendar
    why_not = ledger.why_not[week - 1]
    weeks = (week,) if why_not is None else ()
    shares = measure_shares(ledger, weeks, weeks, last_day)
    return WeekMark(
        week=week,
        monday=calendar.monday_of(week),
        is_closed=calendar.sunday_of(week).toordinal() <= last_day,
        why_not=why_not,
        visits=ledger.items[Marker.ACTIVITY][week - 1] if Marker.ACTIVITY in ledger.items else 0,
        shares=shares,
        share=average_shares(shares, find_weights(shares, ledger.level)),
    )


def engagement_by(ledger: Ledger, as_of: date) -> Engagement:
    """Measure engagement as of the end of a day that is not after the ledger's as_of."""
    calendar, level = ledger.calendar, ledger.level
    week = calendar.last_closed_week(as_of)
    task_weeks = ledger.counted_from(week, TASK_WEEKS)
    weeks = task_weeks[-ACTIVITY_WEEKS:]
    known_by = calendar.sunday_of(weeks[-1]).toordinal() if weeks else 0
    shares = measure_shares(ledger, weeks, task_weeks, known_by)
    weights = find_weights(shares, level)
    counted_week_count = len(ledger.counted_from(week, week))
    is_too_early = counted_week_count < FEWEST_COUNTED_WEEKS
    return Engagement(
        as_of=as_of,
        week=week,
        counted_week_count=counted_week_count,
        weeks=tuple(weeks),
        task_weeks=tuple(task_weeks),
        uncounted=_name_uncounted(ledger, task_weeks, week),
        shares=shares,
        weights=weights,
        e=None if is_too_early else average_shares(shares, weights),
        clock_days=measure_clock(ledger, as_of.toordinal()),
        outstanding=find_outstanding(ledger, task_weeks, as_of.toordinal()),
        level_version=level.version,
        calendar_version=calendar.version,
    )


def _name_uncounted(
    ledger: Ledger, task_weeks: Sequence[int], last_week: int
) -> tuple[tuple[WhyNot, tuple[int, ...]], ...]:
    if not task_weeks:
        return ()
    by_reason: dict[WhyNot | None, list[int]] = {}
    for week in range(task_weeks[0], last_week + 1):
        by_reason.setdefault(ledger.why_not[week - 1], []).append(week)
    return tuple((reason, tuple(by_reason[reason])) for reason in NAMED_REASONS if reason in by_reason)
