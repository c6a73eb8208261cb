"""The definition read aloud, slowly and without the code under test: a second opinion for random histories.

Sets of dates and a loop per question; no ledger, no prefix sums, no cutting of corners.
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from analytics.calendar import TeachingCalendar
from analytics.history import LearnerHistory, LearnerTask, SessionStatus
from analytics.levels import Marker, PublishedLevel

DAY = timedelta(days=1)


class Reading(NamedTuple):
    e: Fraction | None
    clock: int
    overdue: list[int]


def counted_weeks(history: LearnerHistory, calendar: TeachingCalendar) -> list[list[date]]:
    """Give the counted weeks as lists of seven days."""
    weeks = []
    for number in range(calendar.week_count):
        days = [calendar.first_monday + timedelta(weeks=number) + DAY * offset for offset in range(7)]
        ranges = [*calendar.breaks, *calendar.outages, *history.exemptions]
        is_touched = any(off.first <= day <= off.last for off in ranges for day in days)
        if not is_touched and history.enrolled_on <= days[0]:
            weeks.append(days)
    return weeks


def read_plainly(history: LearnerHistory, calendar: TeachingCalendar, level: PublishedLevel, sunday: date) -> Reading:
    """Give E, clock and overdue tasks as of a Sunday."""
    all_counted = counted_weeks(history, calendar)
    counted = [week for week in all_counted if week[-1] <= sunday]
    window = counted[-8:]
    pairs = []
    for expected in level.expectations:
        if expected.marker is Marker.TASKS:
            share = read_tasks(history, all_counted, window)
        elif expected.level is not None and expected.a_day is not None:
            share = read_items(items_of(history, expected.marker), expected.level, expected.a_day, counted[-4:])
        else:
            share = read_sessions(history, expected.marker, counted[-4:])
        if share is not None:
            pairs.append((share, expected.weight))
    e = None
    if len(counted) >= 2 and pairs:
        e = sum((share * weight for share, weight in pairs), Fraction(0)) / sum(weight for _, weight in pairs)
    advancing = {day for week in all_counted for day in week if not is_bank_holiday(day, calendar)}
    overdue = read_overdue(history, all_counted, window, advancing, sunday) if Marker.TASKS in level.markers else []
    return Reading(e, read_clock(history, advancing, sunday), overdue)


def is_bank_holiday(day: date, calendar: TeachingCalendar) -> bool:
    return any(off.first <= day <= off.last for off in calendar.bank_holidays)


def items_of(history: LearnerHistory, marker: Marker) -> set[tuple[date, int]]:
    if marker is Marker.ACTIVITY:
        return set(history.visits)
    return {(day, item) for of_marker, day, item in history.items if of_marker == marker}


def read_items(items: set[tuple[date, int]], level: int, a_day: int, weeks: list[list[date]]) -> Fraction | None:
    if not weeks:
        return None
    met = 0
    for week in weeks:
        opened = 0
        for day in week:
            opened += min(a_day, len({item for on, item in items if on == day}))
        met += min(level, opened)
    return Fraction(met, level * len(weeks))


def read_sessions(history: LearnerHistory, marker: Marker, weeks: list[list[date]]) -> Fraction | None:
    days = {day for week in weeks for day in week}
    held = [one.status for one in history.sessions if one.held_on in days and one.marker == marker]
    expected = [status for status in held if status != SessionStatus.EXCUSED]
    return Fraction(expected.count(SessionStatus.ATTENDED), len(expected)) if expected else None


def own_date(task: LearnerTask) -> date:
    return task.extended_to or task.due_on


def is_excused(task: LearnerTask, history: LearnerHistory) -> bool:
    return task.excused or any(off.first <= own_date(task) <= off.last for off in history.exemptions)


def week_of(day: date, weeks: list[list[date]]) -> list[date] | None:
    """Give the first counted week on or after the week of a day."""
    return next((week for week in weeks if week[-1] >= day), None)


def read_tasks(history: LearnerHistory, all_counted: list[list[date]], window: list[list[date]]) -> Fraction | None:
    values = []
    for task in history.tasks:
        if not window or own_date(task) < all_counted[0][0]:
            continue
        known_by = window[-1][-1]
        handed_in = task.handed_in_on if task.handed_in_on and task.handed_in_on <= known_by else None
        if handed_in is None and is_excused(task, history):
            continue
        if week_of(min(own_date(task), handed_in or own_date(task)), all_counted) not in window:
            continue
        if handed_in is None:
            values.append(Fraction(0))
        elif is_excused(task, history) or handed_in <= own_date(task):
            values.append(Fraction(1))
        else:
            values.append(Fraction(1, 2))
    return sum(values, Fraction(0)) / len(values) if values else None


def read_overdue(
    history: LearnerHistory,
    all_counted: list[list[date]],
    window: list[list[date]],
    advancing: set[date],
    sunday: date,
) -> list[int]:
    overdue = []
    counted_days = {day for day in advancing if day <= sunday}
    for task in history.tasks:
        if not window or own_date(task) < all_counted[0][0] or is_excused(task, history):
            continue
        is_missing = task.handed_in_on is None or task.handed_in_on > sunday
        is_in_window = week_of(own_date(task), all_counted) in window
        if is_missing and is_in_window and len({day for day in counted_days if day > own_date(task)}) >= 7:
            overdue.append(task.task_id)
    return overdue


def read_clock(history: LearnerHistory, advancing: set[date], sunday: date) -> int:
    evidence = {day for day, _ in history.visits} | set(history.evidence_days) | {day for _, day, _ in history.items}
    evidence |= {task.handed_in_on for task in history.tasks if task.handed_in_on and not task.is_teamwork}
    evidence |= {session.held_on for session in history.sessions if session.status == SessionStatus.ATTENDED}
    last = max((day for day in evidence if day <= sunday), default=date.min)
    return sum(last < day <= sunday for day in advancing)
