"""Measure many learners' weeks and windows at once by one level: what ``analytics.markers`` measures for one learner.

Weeks are columns from 0 (week 1). Every share stays a pair of whole numbers; nothing is rounded anywhere.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from analytics.bulk.cohort import STATUS_ORDER, Codes, Flags, Numbers
from analytics.bulk.ledgers import Ledgers
from analytics.bulk.shares import Fractions, average
from analytics.calendar import DAYS_IN_WEEK
from analytics.history import SessionStatus
from analytics.levels import MARKER_ORDER, Expectation, Form, Marker, PublishedLevel
from analytics.markers import ACTIVITY_WEEKS, TASK_WEEKS

EXCUSED, ATTENDED = STATUS_ORDER.index(SessionStatus.EXCUSED), STATUS_ORDER.index(SessionStatus.ATTENDED)


@dataclass(frozen=True, slots=True, eq=False)
class MarkerParts:
    """One marker's whole numbers, of any shape; where nothing is expected it does not apply."""

    met: Numbers
    expected: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class WeekMarks:
    """The weeks of many learners as known at the end of a day; arrays of shape (learners, weeks up to that day's)."""

    codes: Codes
    """Why a week is not counted: places in ``ledgers.CODES``."""
    visits: Numbers
    """Different activities opened, at most a_day of each day; 0 where Activity is not used."""
    parts: Mapping[Marker, MarkerParts]
    """By each used marker but Tasks; nothing is expected in an uncounted week."""
    tasks: Numbers
    """Shape (3, learners, weeks): on time, late, all."""
    shares: Fractions
    """S_w."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The counted weeks that one closed week's E looks back on, by learner; places of weeks, 0 where there are none."""

    counts: Numbers
    """Counted weeks closed so far."""
    first: Numbers
    """The first week of all markers but Tasks."""
    first_of_tasks: Numbers
    last: Numbers
    """The last counted week."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """One closed week's E of many learners, and what it is made of; arrays of shape (learners,)."""

    week: int
    """From 1."""
    window: Window
    parts: Mapping[Marker, MarkerParts]
    tasks: Numbers
    """Shape (3, learners): on time, late, all."""
    e: Fractions
    """The average of the markers that apply, before it is asked whether it is too early to say."""


class Tallies:
    """What many learners did by week, counted by one level; ``unused`` markers are left out. Nothing after ``as_of``
    (an ordinal) is counted."""

    __slots__ = ("as_of", "expectations", "items", "ledgers", "level", "sessions", "unused")

    def __init__(
        self, ledgers: Ledgers, level: PublishedLevel, as_of: int, unused: AbstractSet[Marker] = frozenset()
    ) -> None:
        self.ledgers = ledgers
        self.level = level
        self.as_of = as_of
        self.unused = frozenset(unused)
        self.expectations = tuple(one for one in level.expectations if one.marker not in unused)
        self.items = {one.marker: self._count_items(one) for one in self.expectations if one.form is Form.VISITS}
        """By marker, shape (learners, weeks): not capped at the level."""
        self.sessions = {
            one.marker: self._count_sessions(one.marker) for one in self.expectations if one.form is Form.SESSIONS
        }
        """By marker: attended, expected and not excused."""

    def uses(self, marker: Marker) -> bool:
        """Tell whether a marker is chosen and used."""
        return any(one.marker is marker for one in self.expectations)

    def mark_weeks(self) -> WeekMarks:
        """Mark every week up to the one of ``as_of``, as known at its end; the columns are the weeks from week 1 on."""
        last = (self.as_of - self.ledgers.first) // DAYS_IN_WEEK + 1
        return self._mark(0, max(0, min(self.ledgers.week_count, last)), self.as_of)

    def mark_week(self, week: int) -> WeekMarks:
        """Mark one closed week (from 1), as known on its Sunday; the only column is that week."""
        return self._mark(week - 1, week, self.ledgers.first + week * DAYS_IN_WEEK - 1)

    def _mark(self, start: int, stop: int, last_day: int) -> WeekMarks:
        ledgers, columns = self.ledgers, slice(start, stop)
        counted = ledgers.counted[:, columns]
        parts = {
            marker: MarkerParts(met[:, columns] * counted, expected[:, columns] * counted)
            for marker, (met, expected) in self._by_week().items()
        }
        tasks = np.zeros((3, *counted.shape), dtype=np.int64)
        if self.uses(Marker.TASKS):
            week, kinds = _sort_tasks(ledgers, last_day)
            for number, is_one in enumerate(kinds):
                fits = is_one & (start <= week) & (week < stop)
                tasks[number] = _count(ledgers.tasks.who[fits], week[fits] - start, *counted.shape)
        opened = self.items.get(Marker.ACTIVITY)
        visits = np.zeros(counted.shape, dtype=np.int64) if opened is None else opened[:, columns]
        return WeekMarks(ledgers.codes[:, columns], visits, parts, tasks, self._average(parts, tasks))

    def score_week(self, week: int) -> Scores:
        """Measure E of a closed week (from 1) of the calendar, made of what was known when the last counted one of each
        learner closed."""
        ledgers = self.ledgers
        window = find_window(ledgers, week)
        everyone, has_any = np.arange(ledgers.cohort.size), window.counts > 0
        parts = {}
        for marker, (met, expected) in self._by_week().items():
            both = []
            for values in (met, expected):
                totals = np.cumsum(values * ledgers.counted, axis=1)
                before = np.where(window.first > 0, totals[everyone, window.first - 1], 0)
                both.append((totals[everyone, window.last] - before) * has_any)
            parts[marker] = MarkerParts(*both)
        tasks = np.zeros((3, ledgers.cohort.size), dtype=np.int64)
        if self.uses(Marker.TASKS):
            tasks = _count_in_window(ledgers, window)
        return Scores(week, window, parts, tasks, self._average(parts, tasks))

    def _by_week(self) -> dict[Marker, tuple[Numbers, Numbers]]:
        """Give (met, expected) of each week by marker, Tasks apart, whether or not the week is counted."""
        by_week = {}
        for one in self.expectations:
            if one.level is not None:
                met = np.minimum(self.items[one.marker], one.level)
                by_week[one.marker] = met, np.full_like(met, one.level)
            elif one.marker in self.sessions:
                by_week[one.marker] = self.sessions[one.marker]
        return by_week

    def _average(self, parts: Mapping[Marker, MarkerParts], tasks: Numbers) -> Fractions:
        on_time, late, count = tasks
        weighted = []
        for one in self.expectations:
            part = MarkerParts(2 * on_time + late, 2 * count) if one.marker is Marker.TASKS else parts[one.marker]
            weighted.append((one.weight, part.met, part.expected))
        return average(weighted, count.shape)

    def _count_items(self, expectation: Expectation) -> Numbers:
        cohort = self.ledgers.cohort
        if expectation.marker is Marker.ACTIVITY:
            who, days = cohort.visits[:2]
        else:
            is_one = cohort.items[1] == MARKER_ORDER.index(expectation.marker)
            who, days = cohort.items[0][is_one], cohort.items[2][is_one]
        return count_items(self.ledgers, who, days, expectation.a_day or 0, self.as_of)

    def _count_sessions(self, marker: Marker) -> tuple[Numbers, Numbers]:
        who, days, status, of_marker = self.ledgers.cohort.sessions
        week, weeks = self.ledgers.weeks_of(days), self.ledgers.week_count
        is_asked = (of_marker == MARKER_ORDER.index(marker)) & (status != EXCUSED) & (days <= self.as_of)
        is_asked &= (week >= 0) & (week < weeks)
        is_met = is_asked & (status == ATTENDED)
        size = self.ledgers.cohort.size
        return _count(who[is_met], week[is_met], size, weeks), _count(who[is_asked], week[is_asked], size, weeks)


def count_items(ledgers: Ledgers, who: Numbers, days: Numbers, a_day: int, as_of: int) -> Numbers:
    """Count each week's different items by learner, of each day at most ``a_day``; none after ``as_of`` (an ordinal).

    ``who`` and ``days``: once for each item and day. Shape (learners, weeks).
    """
    learners, weeks, start = ledgers.cohort.size, ledgers.week_count, ledgers.first
    end = min(start + weeks * DAYS_IN_WEEK - 1, as_of)
    if len(days) and (days.min() < start or days.max() > end):
        fits = (days >= start) & (days <= end)
        who, days = who[fits], days[fits]
    by_day = _count(who, days - start, learners, weeks * DAYS_IN_WEEK)
    capped = np.minimum(by_day, a_day, out=by_day)
    # Five times as fast as a sum over so short an axis.
    by_week: Numbers = np.einsum("lwd->lw", capped.reshape(learners, weeks, DAYS_IN_WEEK))
    return by_week


def _count(who: Numbers, columns: Numbers, learners: int, width: int) -> Numbers:
    """Count rows by learner and column: shape (learners, width)."""
    counted: Numbers = np.bincount(who * width + columns, minlength=learners * width).reshape(learners, width)
    return counted


def find_window(ledgers: Ledgers, week: int) -> Window:
    """Find the counted weeks that E of a closed week (from 1) looks back on."""
    everyone = np.arange(ledgers.cohort.size)
    counts = ledgers.before[:, week]
    place_of = np.argsort(~ledgers.counted, axis=1, kind="stable")  # the counted weeks first, in their order

    def nth(rank: Numbers) -> Numbers:
        found: Numbers = np.where(counts > 0, place_of[everyone, np.maximum(rank, 0)], 0)
        return found

    return Window(counts, nth(counts - ACTIVITY_WEEKS), nth(counts - TASK_WEEKS), nth(counts - 1))


def _sort_tasks(ledgers: Ledgers, last_day: Numbers | int) -> tuple[Numbers, tuple[Flags, Flags, Flags]]:
    """Give each placed task's week as known at the end of its learner's ``last_day``, and whether it is then counted as
    on time, as late, and at all; its week may lie beyond the calendar."""
    tasks = ledgers.tasks
    is_there = tasks.handed_in_on <= last_day
    week = np.where(is_there & (tasks.handed_in_on < tasks.dated_on), tasks.week_by_hand_in, tasks.week_by_date)
    in_time = tasks.is_excused | (tasks.handed_in_on <= tasks.dated_on)
    is_missing = ~is_there & ~tasks.is_excused & (tasks.dated_on <= last_day)
    return week, (is_there & in_time, is_there & ~in_time, is_there | is_missing)


def _count_in_window(ledgers: Ledgers, window: Window) -> Numbers:
    """Count tasks on time, late and all over each learner's window; shape (3, learners)."""
    who, size = ledgers.tasks.who, ledgers.cohort.size
    known_by = ledgers.first + (window.last + 1) * DAYS_IN_WEEK - 1
    week, kinds = _sort_tasks(ledgers, known_by[who])
    is_within = (window.counts[who] > 0) & (window.first_of_tasks[who] <= week) & (week <= window.last[who])
    return np.array([np.bincount(who[is_one & is_within], minlength=size) for is_one in kinds])
