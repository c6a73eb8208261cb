"""Suggest a level from a course's own past run, with the table behind it; the school decides."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from analytics.calendar import TeachingCalendar
from analytics.cohort import FEWEST_LEARNERS
from analytics.history import LearnerHistory
from analytics.levels import CourseKind, LevelSuggestion, suggest_level
from analytics.weeks import find_uncounted_weeks
from bridge.store.calendars import load_yardstick
from bridge.store.level_reach import load_run_learners
from bridge.store.level_scopes import LevelRefused, LevelScope
from bridge.sync.cohorts import load_histories


def suggest_from_run(db: Session, course: LevelScope, kind: CourseKind, today: date, zone: ZoneInfo) -> LevelSuggestion:
    """Suggest a level for a course from its counted weeks that have closed by yesterday.

    Without 10 learners who have such a week, the level for a course of that kind without a past run, and no table.

    Raises:
        LevelRefused: the course has no teaching calendar.
    """
    yardstick = None if course.key is None else load_yardstick(db, course.key)
    if yardstick is None or course.key is None:
        raise LevelRefused("A suggestion needs a course with a teaching calendar. Next: lea calendar set")
    learners = load_run_learners(db, course.key)
    histories = load_histories(db, course.key, learners, yardstick.calendar, today, zone)
    weeks = [_weeks_of(history, yardstick.calendar, today) for history in histories.values()]
    run = [learner for learner in weeks if learner]
    return suggest_level(run if len(run) >= FEWEST_LEARNERS else (), kind)


def _weeks_of(history: LearnerHistory, calendar: TeachingCalendar, today: date) -> list[Sequence[int]]:
    """Give for each counted closed week how many different activities were opened on each day with any."""
    why_not = find_uncounted_weeks(history, calendar)
    by_day = Counter(day for day, _ in history.visits)
    found: list[Sequence[int]] = []
    for week in range(1, calendar.week_count + 1):
        sunday = calendar.sunday_of(week)
        if sunday < today and why_not[week - 1] is None:
            first = calendar.monday_of(week)
            found.append([count for day, count in sorted(by_day.items()) if first <= day <= sunday])
    return found
