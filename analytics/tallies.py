"""Count a learner's items and sessions by week for each marker of a level (docs/engagement.md, first list).

Lists by week start with week 1 at index 0; nothing after ``as_of`` (an ordinal) is counted.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from analytics.calendar import DAYS_IN_WEEK, DateRange, TeachingCalendar
from analytics.history import LearnerHistory, Session, SessionStatus
from analytics.levels import Expectation, Form, Marker


def count_items(
    history: LearnerHistory, expectations: Sequence[Expectation], calendar: TeachingCalendar, as_of: int
) -> dict[Marker, list[int]]:
    """Count a week's different items by each marker measured by them: of each day at most ``a_day``.

    Activity's items are the activities opened. Not capped at the level; no marker where none is measured so.
    """
    counted = {}
    for expectation in expectations:
        if expectation.form is Form.VISITS:
            days = days_of_items(history, expectation.marker)
            counted[expectation.marker] = _count_weeks(days, expectation.a_day or 0, calendar, as_of)
    return counted


def days_of_items(history: LearnerHistory, marker: Marker) -> list[date]:
    """Give the day of each item that a marker counts, once for each item and day, in no order."""
    if marker is Marker.ACTIVITY:
        return [day for day, _ in history.visits]
    return [day for of_marker, day, _ in history.items if of_marker is marker]


def _count_weeks(days: Iterable[date], a_day: int, calendar: TeachingCalendar, as_of: int) -> list[int]:
    by_day: dict[date, int] = {}
    for day in days:
        by_day[day] = by_day.get(day, 0) + 1
    first, counted = calendar.first_monday.toordinal(), [0] * calendar.week_count
    for day, items in by_day.items():
        ordinal = day.toordinal()
        week = (ordinal - first) // DAYS_IN_WEEK
        if 0 <= week < len(counted) and ordinal <= as_of:
            counted[week] += min(a_day, items)
    return counted


def count_sessions(
    history: LearnerHistory, expectations: Sequence[Expectation], calendar: TeachingCalendar, as_of: int
) -> dict[Marker, list[list[int]]]:
    """Count a week's sessions by each marker measured by them: [attended, expected and not excused]."""
    counted = {
        expectation.marker: [[0, 0] for _ in range(calendar.week_count)]
        for expectation in expectations
        if expectation.form is Form.SESSIONS
    }
    if not counted:
        return {}
    first = calendar.first_monday.toordinal()
    for session in history.sessions:
        weeks, ordinal = counted.get(session.marker), session.held_on.toordinal()
        week = (ordinal - first) // DAYS_IN_WEEK
        is_asked = weeks is not None and ordinal <= as_of and session.status is not SessionStatus.EXCUSED
        if is_asked and weeks is not None and 0 <= week < len(weeks):
            weeks[week][0] += is_attended(session)
            weeks[week][1] += 1
    return counted


def is_attended(session: Session) -> bool:
    """Tell whether a session was attended, and so is evidence."""
    return session.status is SessionStatus.ATTENDED


def list_evidence_days(history: LearnerHistory) -> set[date]:
    """List the days with any evidence, in an uncounted week and by a marker nobody chose, too; in no order."""
    days = {day for day, _ in history.visits}
    days.update(day for _, day, _ in history.items)
    days.update(session.held_on for session in history.sessions if is_attended(session))
    days.update(task.own_hand_in_on for task in history.tasks if task.own_hand_in_on is not None)
    days.update(history.evidence_days)
    return days


def find_evidence_days(history: LearnerHistory, as_of: int) -> list[int]:
    """Find the days (ordinals, rising) with any evidence up to the end of a day (an ordinal)."""
    return sorted(ordinal for day in list_evidence_days(history) if (ordinal := day.toordinal()) <= as_of)


def find_days_off(ranges: Iterable[DateRange], calendar: TeachingCalendar, is_counted: Sequence[bool]) -> list[int]:
    """Find the days (ordinals, rising) of some ranges that lie in a counted week: bank holidays, for the clock."""
    first = calendar.first_monday.toordinal()
    last = first + len(is_counted) * DAYS_IN_WEEK - 1
    days = {
        ordinal
        for off in ranges
        for ordinal in range(max(first, off.first.toordinal()), min(last, off.last.toordinal()) + 1)
    }
    return sorted(ordinal for ordinal in days if is_counted[(ordinal - first) // DAYS_IN_WEEK])
