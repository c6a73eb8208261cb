"""Short ways to write down a calendar, a level and a history; days count from the Monday of week 1."""

from collections.abc import Iterable
from datetime import date

from analytics.calendar import TeachingCalendar
from analytics.history import LearnerHistory, LearnerTask, Session, SessionStatus
from analytics.levels import MARKER_ORDER, Marker, PublishedLevel
from tests.analytics.strategies import FIRST_MONDAY, day_at, published_level, whole_weeks

CORE_MARKERS = MARKER_ORDER[:3]


def make_calendar(weeks: int = 12, breaks: Iterable[int] = (), outages: Iterable[int] = ()) -> TeachingCalendar:
    """Make a calendar whose breaks and outages are whole weeks, by number."""
    off, missing = (tuple(whole_weeks(week, 1) for week in some) for some in (breaks, outages))
    return TeachingCalendar(FIRST_MONDAY, weeks, off, missing)


def make_level(
    level: int = 4,
    a_day: int = 2,
    weights: tuple[int, int, int] = (1, 1, 1),
    markers: Iterable[Marker] = CORE_MARKERS,
) -> PublishedLevel:
    """Make a level with all markers unless said otherwise."""
    return published_level("test-1", FIRST_MONDAY, markers, level, a_day, weights)


def make_history(
    visits: Iterable[tuple[int, int]] = (),
    evidence: Iterable[int] = (),
    tasks: Iterable[LearnerTask] = (),
    sessions: Iterable[tuple[int, str]] = (),
    exempt: Iterable[int] = (),
    enrolled: int = -20,
    items: Iterable[tuple[Marker, int, int]] = (),
) -> LearnerHistory:
    """Make a history: visits as (day, cmid), sessions as (day, status), exempt weeks by number, items as
    (marker, day, item)."""
    return LearnerHistory(
        enrolled_on=day_at(enrolled),
        exemptions=tuple(whole_weeks(week, 1) for week in exempt),
        visits=frozenset((day_at(day), cmid) for day, cmid in visits),
        evidence_days=frozenset(map(day_at, evidence)),
        tasks=tuple(tasks),
        sessions=tuple(Session(day_at(day), SessionStatus(status)) for day, status in sessions),
        items=frozenset((marker, day_at(day), item) for marker, day, item in items),
    )


def make_task(
    due: int, handed_in: int | None = None, extended: int | None = None, excused: bool = False, task_id: int = 1
) -> LearnerTask:
    """Make a task with its days."""

    def day(offset: int | None) -> date | None:
        return None if offset is None else day_at(offset)

    return LearnerTask(task_id, day_at(due), day(extended), excused, day(handed_in))
