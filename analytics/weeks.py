"""Sort a learner's history into the weeks of a calendar: counted or not and why, visits, sessions, tasks.

``Ledger`` is the package's working form: made once from a history, asked many times. It stays inside ``analytics``.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from analytics.calendar import DAYS_IN_WEEK, DateRange, TeachingCalendar
from analytics.history import LearnerHistory, LearnerTask
from analytics.levels import Marker, PublishedLevel
from analytics.tallies import count_items, count_sessions, find_days_off, find_evidence_days


class WhyNot(StrEnum):
    """Why a week is not counted. Where several hold, the first in this order is named."""

    NOT_ENROLLED = "before your first full week"
    NO_TEACHING = "no teaching"
    RECORDS_MISSING = "records missing"
    EXEMPTION = "exemption"


NAMED_REASONS = (WhyNot.NO_TEACHING, WhyNot.RECORDS_MISSING, WhyNot.EXEMPTION)
"""The reasons a sentence names, in its order."""


@dataclass(frozen=True, slots=True)
class PlacedTask:
    """A task with its dates as ordinals and the weeks it may belong to."""

    task: LearnerTask
    dated_on: int
    handed_in_on: int | None
    week_by_date: int | None
    """The first counted week on or after the week of the learner's own date; None when there is none."""
    week_by_hand_in: int | None
    """The same for the hand-in, where it came first."""
    is_excused: bool
    """Excused, or dated in the learner's own exemption."""

    @property
    def is_on_time(self) -> bool:
        """Tell whether a hand-in counts as on time: by the learner's own date, or excused."""
        return self.handed_in_on is not None and (self.is_excused or self.handed_in_on <= self.dated_on)

    def handed_in_by(self, last_day: int) -> bool:
        """Tell whether it was handed in on or before a day."""
        return self.handed_in_on is not None and self.handed_in_on <= last_day

    def week_by(self, last_day: int) -> int | None:
        """Give the task's week as known at the end of a day; None when it has none."""
        if self.handed_in_on is not None and self.handed_in_on <= last_day and self.handed_in_on < self.dated_on:
            return self.week_by_hand_in
        return self.week_by_date


class Ledger:
    """One learner's history by weeks; lists by week start with week 1 at index 0.

    Nothing after ``as_of`` is read. Build it once for the latest day of interest; measures for earlier Sundays ask it.
    ``unused`` are markers of the level that are left out, since what they are measured from is not there.
    """

    __slots__ = (
        "_counted_before",
        "_days_off",
        "_evidence",
        "as_of",
        "calendar",
        "counted_weeks",
        "expectations",
        "first_ordinal",
        "history",
        "items",
        "level",
        "sessions",
        "tasks",
        "why_not",
    )

    def __init__(
        self,
        history: LearnerHistory,
        calendar: TeachingCalendar,
        level: PublishedLevel,
        as_of: date,
        unused: AbstractSet[Marker] = frozenset(),
    ) -> None:
        self.history = history
        self.calendar = calendar
        self.level = level
        self.expectations = tuple(one for one in level.expectations if one.marker not in unused)
        self.as_of = as_of.toordinal()
        self.first_ordinal = calendar.first_monday.toordinal()
        self.why_not = find_uncounted_weeks(history, calendar)
        self.counted_weeks = [week for week, reason in enumerate(self.why_not, 1) if reason is None]
        self._counted_before = _running_totals(self.why_not)
        self._days_off = find_days_off(calendar.bank_holidays, calendar, [reason is None for reason in self.why_not])
        self.items = count_items(history, self.expectations, calendar, self.as_of)
        self.sessions = count_sessions(history, self.expectations, calendar, self.as_of)
        self.tasks = self._place_tasks()
        self._evidence = find_evidence_days(history, self.as_of)

    def uses(self, marker: Marker) -> bool:
        """Tell whether a marker is chosen and used."""
        return any(expectation.marker is marker for expectation in self.expectations)

    def counted_from(self, last_week: int, length: int) -> list[int]:
        """Give the last ``length`` counted weeks up to a week, oldest first; fewer, or none, near the start."""
        end = bisect_right(self.counted_weeks, last_week)
        return self.counted_weeks[max(0, end - length) : end]

    def counted_days_by(self, day: int) -> int:
        """Count the counted days from week 1 to a day (an ordinal), the day included, without bank holidays; 0 before
        week 1."""
        weeks, days = divmod(day + 1 - self.first_ordinal, DAYS_IN_WEEK)
        if weeks < 0:
            return 0
        days_off = bisect_right(self._days_off, day)
        if weeks >= len(self.why_not):
            return self._counted_before[-1] * DAYS_IN_WEEK - days_off
        in_week = days if self.why_not[weeks] is None else 0
        return self._counted_before[weeks] * DAYS_IN_WEEK + in_week - days_off

    def last_evidence_by(self, day: int) -> int | None:
        """Find the last day with any evidence on or before a day (both ordinals); None when there is none."""
        position = bisect_right(self._evidence, day)
        return self._evidence[position - 1] if position else None

    def _week_index(self, ordinal: int) -> int:
        return (ordinal - self.first_ordinal) // DAYS_IN_WEEK

    def _place_tasks(self) -> list[PlacedTask]:
        """Give each task its week. Tasks dated before the first counted week are left out."""
        placed = []
        first_day = self.first_ordinal + (self.counted_weeks[0] - 1) * DAYS_IN_WEEK if self.counted_weeks else None
        for task in self.history.tasks:
            dated_on = task.dated_on.toordinal()
            handed_in_on = None if task.handed_in_on is None else task.handed_in_on.toordinal()
            if first_day is None or dated_on < first_day:
                continue
            week_by_date = self._first_counted_week(dated_on)
            week_by_hand_in = week_by_date if handed_in_on is None else self._first_counted_week(handed_in_on)
            is_excused = task.excused or self.history.is_exempt_on(task.dated_on)
            placed.append(PlacedTask(task, dated_on, handed_in_on, week_by_date, week_by_hand_in, is_excused))
        return placed

    def _first_counted_week(self, ordinal: int) -> int | None:
        """Find the first counted week on or after a day's week; None after the last one."""
        position = bisect_left(self.counted_weeks, self._week_index(ordinal) + 1)
        return self.counted_weeks[position] if position < len(self.counted_weeks) else None


def find_uncounted_weeks(history: LearnerHistory, calendar: TeachingCalendar) -> list[WhyNot | None]:
    """Tell for each week of a calendar why it is not counted for a learner; None for a counted one. Week 1 first.

    A week is not counted as soon as one of its days lies in a break, an outage or an exemption: the learner has the
    benefit of the doubt. Before the first full week after enrolment comes first, since sentences do not name it.
    """
    why_not: list[WhyNot | None] = [None] * calendar.week_count
    for reason, ranges in (
        (WhyNot.EXEMPTION, history.exemptions),
        (WhyNot.RECORDS_MISSING, calendar.outages),
        (WhyNot.NO_TEACHING, calendar.breaks),
    ):
        for days in ranges:
            _mark(why_not, calendar, days, reason)
    first_full_week = calendar.week_of(history.enrolled_on) + (history.enrolled_on.weekday() > 0)
    for week in range(1, min(first_full_week - 1, calendar.week_count) + 1):
        why_not[week - 1] = WhyNot.NOT_ENROLLED
    return why_not


def _mark(why_not: list[WhyNot | None], calendar: TeachingCalendar, days: DateRange, reason: WhyNot) -> None:
    first = max(1, calendar.week_of(days.first))
    last = min(calendar.week_count, calendar.week_of(days.last))
    for week in range(first, last + 1):
        why_not[week - 1] = reason


def _running_totals(why_not: list[WhyNot | None]) -> list[int]:
    """Count the counted weeks before each week, and at the end all of them."""
    totals = [0]
    for reason in why_not:
        totals.append(totals[-1] + (reason is None))
    return totals
