"""Strategies for calendars, levels and histories with all that can happen to a learner: breaks, outages, exemptions …

Days are drawn as offsets from the Monday of week 1, so that examples shrink to small numbers.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import strategies as st

from analytics.calendar import DateRange, TeachingCalendar
from analytics.history import LearnerHistory, LearnerTask, Session, SessionStatus
from analytics.levels import MARKER_ORDER, Expectation, Marker, PublishedLevel, default_a_day

FIRST_MONDAY = date(2025, 9, 22)

BY_ITEMS_OR_SESSIONS = (Marker.LECTURE_CAPTURE, Marker.MEETINGS, Marker.LIBRARY, Marker.CO_CURRICULAR)
"""The markers that a school may measure in either way."""


class Situation(NamedTuple):
    """Everything a measure is made of, and the Sunday it is made for."""

    history: LearnerHistory
    calendar: TeachingCalendar
    level: PublishedLevel
    as_of: date


def day_at(offset: int) -> date:
    """Give the day so many days after the Monday of week 1."""
    return FIRST_MONDAY + timedelta(days=offset)


def days(weeks: int, before: int = 10, after: int = 10) -> st.SearchStrategy[date]:
    return st.integers(-before, weeks * 7 + after).map(day_at)


def whole_weeks(week: int, length: int) -> DateRange:
    return DateRange(day_at((week - 1) * 7), day_at((week - 1 + length) * 7 - 1))


def week_ranges(weeks: int, most: int) -> st.SearchStrategy[tuple[DateRange, ...]]:
    """Mostly whole weeks, as schools publish them, sometimes a few days."""
    whole = st.builds(whole_weeks, st.integers(1, weeks), st.integers(1, 2))
    short = st.builds(
        lambda first, length: DateRange(first, first + timedelta(days=length)), days(weeks), st.integers(0, 5)
    )
    return st.one_of(st.just(()), st.lists(st.one_of(whole, whole, short), min_size=1, max_size=most).map(tuple))


def bank_holidays(weeks: int) -> st.SearchStrategy[tuple[DateRange, ...]]:
    """Mostly single days, sometimes two together."""
    some = st.builds(
        lambda first, length: DateRange(first, first + timedelta(days=length)), days(weeks), st.sampled_from([0, 0, 1])
    )
    return st.one_of(st.just(()), st.lists(some, max_size=3).map(tuple))


@st.composite
def calendars(draw: st.DrawFn) -> TeachingCalendar:
    weeks = draw(st.integers(6, 14))
    breaks, outages = draw(week_ranges(weeks, 2)), draw(week_ranges(weeks, 1))
    return TeachingCalendar(FIRST_MONDAY, weeks, breaks, outages, bank_holidays=draw(bank_holidays(weeks)))


def published_level(
    version: str,
    monday: date,
    markers: Iterable[Marker],
    level: int,
    a_day: int,
    weights: tuple[int, int, int] = (1, 1, 1),
) -> PublishedLevel:
    """Make a level of Activity (with its level and a_day), Tasks and Attendance."""
    weight_of = dict(zip(MARKER_ORDER, weights, strict=False))
    expectations = tuple(
        Expectation(marker, weight_of[marker], *((level, a_day) if marker is Marker.ACTIVITY else ()))
        for marker in sorted(markers, key=MARKER_ORDER.index)
    )
    return PublishedLevel(version, monday, expectations)


@st.composite
def expectations(draw: st.DrawFn, marker: Marker, equal_weights: bool) -> Expectation:
    weight = 1 if equal_weights else draw(st.sampled_from([1, 1, 2, 3]))
    is_by_items = marker is Marker.ACTIVITY or (marker in BY_ITEMS_OR_SESSIONS and draw(st.booleans()))
    if not is_by_items:
        return Expectation(marker, weight)
    level = draw(st.integers(1, 7))
    return Expectation(marker, weight, level, draw(st.sampled_from([1, default_a_day(level)])))


@st.composite
def levels(draw: st.DrawFn, equal_weights: bool = False) -> PublishedLevel:
    """Any subset of the markers, the first three most often."""
    core, chosen = st.just(MARKER_ORDER[:3]), st.lists(st.sampled_from(MARKER_ORDER), min_size=1, unique=True)
    markers = draw(st.one_of(core, chosen, st.just(MARKER_ORDER)))
    of_markers = tuple(draw(expectations(marker, equal_weights)) for marker in markers)
    return PublishedLevel("drawn", FIRST_MONDAY, of_markers)


@st.composite
def tasks(draw: st.DrawFn, weeks: int, task_id: int) -> LearnerTask:
    due_on = draw(days(weeks))
    extension = draw(st.sampled_from([None, None, None, 1, 7, 12, 24]))
    handed_in_by = draw(st.sampled_from([None, None, -16, -3, 0, 1, 2, 5, 9, 20]))
    return LearnerTask(
        task_id=task_id,
        due_on=due_on,
        extended_to=None if extension is None else due_on + timedelta(days=extension),
        excused=draw(st.sampled_from([False, False, False, True])),
        handed_in_on=None if handed_in_by is None else due_on + timedelta(days=handed_in_by),
        is_teamwork=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def histories(draw: st.DrawFn, weeks: int) -> LearnerHistory:
    busy = draw(st.sampled_from([0, 4, 40, 90]))
    visit = st.tuples(days(weeks), st.integers(1, 6))
    of_marker = st.sampled_from([Marker.ATTENDANCE, Marker.ATTENDANCE, *BY_ITEMS_OR_SESSIONS])
    session = st.builds(Session, days(weeks), st.sampled_from(SessionStatus), of_marker)
    item = st.tuples(st.sampled_from(BY_ITEMS_OR_SESSIONS), days(weeks), st.integers(1, 4))
    return LearnerHistory(
        enrolled_on=day_at(draw(st.sampled_from([-20, -20, -20, 0, 2, 7, 9, 21]))),
        exemptions=draw(week_ranges(weeks, 2)),
        visits=draw(st.frozensets(visit, min_size=busy // 2, max_size=busy)),
        evidence_days=draw(st.frozensets(days(weeks), max_size=3)),
        tasks=tuple(draw(tasks(weeks, number)) for number in range(draw(st.sampled_from([4, 3, 5, 1, 0])))),
        sessions=tuple(draw(st.lists(session, min_size=draw(st.sampled_from([0, 8])), max_size=12))),
        items=draw(st.frozensets(item, max_size=draw(st.sampled_from([0, 6, 30])))),
    )


@st.composite
def situations(draw: st.DrawFn, equal_weights: bool = False) -> Situation:
    calendar = draw(calendars())
    week = draw(st.sampled_from(range(calendar.week_count, 0, -1)))
    return Situation(
        draw(histories(calendar.week_count)), calendar, draw(levels(equal_weights)), calendar.sunday_of(week)
    )
