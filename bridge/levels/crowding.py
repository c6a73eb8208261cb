"""Ask of a course whether weeks crowd at the expected number since its level took effect, by marker; counts alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from analytics.calendar import TeachingCalendar
from analytics.crowding import FEWEST_WEEKS, Crowding, TwoParts, measure_crowding
from analytics.history import LearnerHistory
from analytics.levels import Marker, PublishedLevel, find_level_in_force
from analytics.weeks import find_uncounted_weeks
from bridge.store.calendars import load_yardstick
from bridge.store.level_reach import load_run_learners
from bridge.sync.cohorts import load_histories

FIRST_WEEKS = 3
"""What later weeks are compared with where a run began under its level."""


@dataclass(frozen=True, slots=True)
class MarkerCrowding:
    """One marker of a course that could be looked at."""

    marker: Marker
    expected: int
    is_since_start: bool
    """Compared with the weeks before the level took effect; False: with the first weeks under it."""
    found: Crowding


def find_crowding(db: Session, course_id: int, today: date, zone: ZoneInfo) -> tuple[MarkerCrowding, ...]:
    """Measure each marker of a course that expects a number a week, by weeks that closed before today.

    Empty: nothing is in force, there is no calendar, or fewer than ten learners have two counted weeks on both sides.
    """
    yardstick = load_yardstick(db, course_id)
    in_force = [] if yardstick is None else [level for level in yardstick.levels if level.effective_from <= today]
    if yardstick is None or not in_force:
        return ()
    calendar, level = yardstick.calendar, find_level_in_force(in_force, today)
    learners = load_run_learners(db, course_id, yardstick.run_no)
    histories = load_histories(db, course_id, learners, calendar, today, zone)
    weeks = [_closed_weeks(history, calendar, today) for history in histories.values()]
    split, is_since_start = _find_split(calendar, level, {week for some in weeks for week in some})
    measured = []
    for marker in sorted(level.markers):
        items = level.items_of(marker)
        if items is None:
            continue
        parts = [
            _part(history, marker, items[1], some, calendar, split)
            for history, some in zip(histories.values(), weeks, strict=True)
        ]
        found = measure_crowding(parts, items[0])
        if found is not None:
            measured.append(MarkerCrowding(marker, items[0], is_since_start, found))
    return tuple(measured)


def _closed_weeks(history: LearnerHistory, calendar: TeachingCalendar, today: date) -> tuple[int, ...]:
    why_not = find_uncounted_weeks(history, calendar)
    weeks = range(1, calendar.week_count + 1)
    return tuple(week for week in weeks if calendar.sunday_of(week) < today and why_not[week - 1] is None)


def _find_split(calendar: TeachingCalendar, level: PublishedLevel, weeks: Iterable[int]) -> tuple[int, bool]:
    """Give the first week of the later part, and whether the level began with it."""
    counted = sorted(weeks)
    start = calendar.week_of(level.effective_from)
    if sum(week < start for week in counted) >= FEWEST_WEEKS:
        return start, True
    return (counted[FIRST_WEEKS] if len(counted) > FIRST_WEEKS else calendar.week_count + 1), False


def _part(
    history: LearnerHistory, marker: Marker, a_day: int, weeks: Iterable[int], calendar: TeachingCalendar, split: int
) -> TwoParts:
    days: dict[date, set[int]] = {}
    seen = history.visits
    if marker is not Marker.ACTIVITY:
        seen = frozenset((day, item) for of, day, item in history.items if of is marker)
    for day, item in seen:
        days.setdefault(day, set()).add(item)
    counts = {week: sum(min(len(days.get(day, ())), a_day) for day in calendar.week_dates(week)) for week in weeks}
    return TwoParts(
        tuple(number for week, number in sorted(counts.items()) if week < split),
        tuple(number for week, number in sorted(counts.items()) if week >= split),
    )
