"""Sort many learners' histories into the weeks of a calendar at once: what ``analytics.weeks.Ledger`` does for one.

Weeks are columns from 0 (week 1). Rules are defined in docs/engagement.md and, exactly, in ``analytics.weeks`` and
``analytics.clock``; a test holds both to the same results.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from analytics.bulk.cohort import NEVER, STATUS_ORDER, Codes, Cohort, Flags, Numbers
from analytics.calendar import DAYS_IN_WEEK, DateRange, TeachingCalendar
from analytics.history import SessionStatus
from analytics.weeks import WhyNot

FAR_AWAY = date.max.toordinal() + 1
"""A day after every other: of what has not been handed in."""
COUNTED = 0
CODES: tuple[WhyNot | None, ...] = (
    None,
    WhyNot.EXEMPTION,
    WhyNot.RECORDS_MISSING,
    WhyNot.NO_TEACHING,
    WhyNot.NOT_ENROLLED,
)
"""Why a week is not counted, by code; of several the highest is named. The first: it is counted."""


@dataclass(frozen=True, slots=True, eq=False)
class PlacedTasks:
    """The tasks that may count, as columns of one length: those dated before the first counted week are left out."""

    who: Numbers
    task_id: Numbers
    dated_on: Numbers
    """The learner's own date."""
    handed_in_on: Numbers
    """FAR_AWAY where nothing has been."""
    week_by_date: Numbers
    """The first counted week on or after the date's; the calendar's length where there is none."""
    week_by_hand_in: Numbers
    """The same for the hand-in."""
    is_excused: Flags
    """Excused, or dated in the learner's own exemption."""


class Ledgers:
    """Many learners' weeks: counted or not and why, counted days, tasks with their weeks."""

    def __init__(self, cohort: Cohort, calendar: TeachingCalendar) -> None:
        self.cohort = cohort
        self.calendar = calendar
        self.first = calendar.first_monday.toordinal()
        self.codes = _find_codes(cohort, calendar)
        """Shape (learners, weeks): places in CODES."""
        self.counted: Flags = self.codes == COUNTED

    @cached_property
    def before(self) -> Numbers:
        """The counted weeks before each, and at the end all of them: shape (learners, weeks + 1)."""
        totals = np.zeros((self.cohort.size, self.week_count + 1), dtype=np.int64)
        np.cumsum(self.counted, axis=1, out=totals[:, 1:])
        return totals

    @cached_property
    def following(self) -> Numbers:
        """The first counted week from each on, the calendar's length where none is: shape (learners, weeks + 1)."""
        following = np.full((self.cohort.size, self.week_count + 1), self.week_count, dtype=np.int64)
        following[:, :-1] = np.where(self.counted, np.arange(self.week_count), self.week_count)
        return np.minimum.accumulate(following[:, ::-1], axis=1)[:, ::-1]

    @property
    def week_count(self) -> int:
        """How many weeks the calendar has."""
        return self.calendar.week_count

    def weeks_of(self, days: Numbers) -> Numbers:
        """Give the week that days lie in, of any shape; below 0 and beyond the last, too."""
        weeks: Numbers = (days - self.first) // DAYS_IN_WEEK
        return weeks

    def counted_days_by(self, who: Numbers, days: Numbers | int) -> Numbers:
        """Count each learner's counted days from week 1 to a day, the day included, without bank holidays; 0 before."""
        weeks, over = np.divmod(np.asarray(days) + 1 - self.first, DAYS_IN_WEEK)
        within = np.clip(weeks, 0, self.week_count - 1)
        is_running = (weeks == within) & self.counted[who, within]
        counted: Numbers = self.before[who, np.clip(weeks, 0, self.week_count)] * DAYS_IN_WEEK + over * is_running
        for off in _list_days(self.calendar.bank_holidays, self.first, self.week_count):
            counted -= (days >= off) & self.counted[who, (off - self.first) // DAYS_IN_WEEK]
        return counted

    def clock_by(self, days: Sequence[int]) -> Numbers:
        """Count the counted days since any evidence, as of the end of each of some rising days.

        Shape (days, learners); without any evidence, counted days since the first counted Monday.
        """
        everyone = np.arange(self.cohort.size)
        last = last_evidence_by(self.cohort, days)
        clock = [
            self.counted_days_by(everyone, day) - self.counted_days_by(everyone, on)
            for day, on in zip(days, last, strict=True)
        ]
        return np.array(clock, dtype=np.int64).reshape(last.shape)

    @cached_property
    def tasks(self) -> PlacedTasks:
        """The tasks that may count, with their weeks."""
        who, task_id, due_on, extended_to, is_excused, handed_in_on, _ = self.cohort.tasks
        dated_on = np.where(extended_to == NEVER, due_on, extended_to)
        starts = self.first + self.following[who, 0] * DAYS_IN_WEEK
        kept = (self.following[who, 0] < self.week_count) & (dated_on >= starts)
        exempt = (is_excused > 0) | _find_exempt(who, dated_on, self.cohort.exemptions)
        who, dated_on, handed_in_on = who[kept], dated_on[kept], handed_in_on[kept]
        handed_in_on = np.where(handed_in_on == NEVER, FAR_AWAY, handed_in_on)
        return PlacedTasks(
            who=who,
            task_id=task_id[kept],
            dated_on=dated_on,
            handed_in_on=handed_in_on,
            week_by_date=self._first_counted_week(who, dated_on),
            week_by_hand_in=self._first_counted_week(who, handed_in_on),
            is_excused=exempt[kept],
        )

    def _first_counted_week(self, who: Numbers, days: Numbers) -> Numbers:
        weeks: Numbers = self.following[who, np.clip(self.weeks_of(days), 0, self.week_count)]
        return weeks


def last_evidence_by(cohort: Cohort, days: Sequence[int]) -> Numbers:
    """Find each learner's last day with any evidence on or before each of some rising days; NEVER where there is none.

    Shape (days, learners).
    """
    found = np.full((len(days), cohort.size), NEVER, dtype=np.int64)
    for who, on in list_evidence(cohort):
        position = np.searchsorted(days, on)
        is_known = position < len(days)
        np.maximum.at(found, (position[is_known], who[is_known]), on[is_known])
    return np.maximum.accumulate(found, axis=0)


def _find_codes(cohort: Cohort, calendar: TeachingCalendar) -> Codes:
    weeks = calendar.week_count
    of_all = np.zeros(weeks, dtype=np.int8)
    for reason, ranges in ((WhyNot.RECORDS_MISSING, calendar.outages), (WhyNot.NO_TEACHING, calendar.breaks)):
        for days in ranges:
            first, last = max(1, calendar.week_of(days.first)), calendar.week_of(days.last)
            of_all[first - 1 : max(0, last)] = CODES.index(reason)
    codes = np.repeat(of_all[None, :], cohort.size, axis=0)
    start, places = calendar.first_monday.toordinal(), np.arange(weeks)
    who, first_day, last_day = cohort.exemptions
    first_week, last_week = (first_day - start) // DAYS_IN_WEEK, (last_day - start) // DAYS_IN_WEEK
    row, week = np.nonzero((first_week[:, None] <= places) & (places <= last_week[:, None]))
    exempt = who[row], week
    codes[exempt] = np.where(codes[exempt] == COUNTED, CODES.index(WhyNot.EXEMPTION), codes[exempt])
    weeks_before = -((start - cohort.enrolled_on) // DAYS_IN_WEEK)  # the first full week, from 0
    (late,) = np.nonzero(weeks_before > 0)
    row, week = np.nonzero(places < weeks_before[late, None])
    codes[late[row], week] = CODES.index(WhyNot.NOT_ENROLLED)
    return codes


def _find_exempt(who: Numbers, days: Numbers, exemptions: Numbers) -> Flags:
    """Tell of days (ascending by learner) whether they lie in an exemption of their own learner."""
    is_exempt = np.zeros(len(who), dtype=np.bool_)
    exempted, first, last = exemptions
    starts, ends = np.searchsorted(who, exempted, "left"), np.searchsorted(who, exempted, "right")
    counts = ends - starts
    row = np.repeat(np.arange(len(exempted)), counts)
    place = np.arange(counts.sum()) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
    is_exempt[place[(first[row] <= days[place]) & (days[place] <= last[row])]] = True
    return is_exempt


def _list_days(ranges: Sequence[DateRange], first: int, weeks: int) -> list[int]:
    """List the days of some ranges that lie in the calendar's weeks, each once."""
    end = first + weeks * DAYS_IN_WEEK - 1
    return sorted(
        {day for off in ranges for day in range(max(first, off.first.toordinal()), min(end, off.last.toordinal()) + 1)}
    )


def list_evidence(cohort: Cohort) -> list[tuple[Numbers, Numbers]]:
    """List everything that stops the clock: learners and days."""
    is_attended = cohort.sessions[2] == STATUS_ORDER.index(SessionStatus.ATTENDED)
    is_own = (cohort.tasks[5] != NEVER) & (cohort.tasks[6] == 0)
    return [
        (cohort.visits[0], cohort.visits[1]),
        (cohort.items[0], cohort.items[2]),
        (cohort.sessions[0][is_attended], cohort.sessions[1][is_attended]),
        (cohort.tasks[0][is_own], cohort.tasks[5][is_own]),
        (cohort.evidence[0], cohort.evidence[1]),
    ]
