"""A suggested level learner by learner and week by week: what the product's arrays must come to."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from analytics.calendar import TeachingCalendar
from analytics.history import LearnerHistory
from analytics.levels import (
    HIGHEST_SUGGESTION,
    CourseKind,
    LevelRow,
    LevelSuggestion,
    choose_level,
    default_a_day,
)
from analytics.weeks import find_uncounted_weeks

PastLearner = Sequence[Sequence[int]]
"""One learner's past run: for each counted week, how many different activities were opened on each day with any."""


def daily_activities(history: LearnerHistory, calendar: TeachingCalendar) -> tuple[tuple[int, ...], ...]:
    """Count, for each counted week of a past run, the different activities of each day with any."""
    weeks: dict[int, dict[date, int]] = {
        week: {} for week, reason in enumerate(find_uncounted_weeks(history, calendar), 1) if reason is None
    }
    for day, _ in history.visits:
        days = weeks.get(calendar.week_of(day))
        if days is not None:
            days[day] = days.get(day, 0) + 1
    return tuple(tuple(days.values()) for days in weeks.values())


def suggest_level(past_run: Sequence[PastLearner], kind: CourseKind = CourseKind.ONLINE) -> LevelSuggestion:
    """Suggest the largest level that 60 % of a past run's weeks with any visit met, with the table behind it."""
    return choose_level([_measure_level(level, past_run) for level in range(1, HIGHEST_SUGGESTION + 1)], kind)


def _measure_level(level: int, past_run: Sequence[PastLearner]) -> LevelRow:
    a_day = default_a_day(level)
    learners = [[sum(min(a_day, activities) for activities in week) for week in weeks] for weeks in past_run]
    weeks = [visits for learner in learners for visits in learner]
    return LevelRow(
        level=level,
        a_day=a_day,
        weeks_met=sum(visits >= level for visits in weeks),
        active_weeks=sum(visits > 0 for visits in weeks),
        all_weeks=len(weeks),
        learners_meeting=sum(_meets(level, learner) for learner in learners),
        learner_count=len(learners),
    )


def _meets(level: int, visits_by_week: Sequence[int]) -> bool:
    opened = sum(min(level, visits) for visits in visits_by_week)
    return bool(visits_by_week) and Fraction(opened, level * len(visits_by_week)) >= Fraction(7, 10)
