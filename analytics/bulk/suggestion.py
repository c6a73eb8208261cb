"""Suggest a level from a past run of many learners at once (docs/engagement.md "Levels")."""

import numpy as np

from analytics.bands import MEETING_FLOOR
from analytics.bulk.cohort import Flags, Numbers
from analytics.bulk.ledgers import Ledgers
from analytics.bulk.tallies import count_items
from analytics.calendar import DAYS_IN_WEEK
from analytics.levels import (
    HIGHEST_SUGGESTION,
    CourseKind,
    LevelRow,
    LevelSuggestion,
    choose_level,
    default_a_day,
)


def suggest_from_cohort(
    ledgers: Ledgers, last_week: int, fewest_learners: int, kind: CourseKind = CourseKind.ONLINE
) -> LevelSuggestion:
    """Suggest a level from the counted weeks up to a closed one (from 1; 0: none), with the table behind it.

    With fewer learners who have such a week, the level for a course of that kind without a past run, and no table.
    """
    counted = ledgers.counted[:, :last_week]
    is_asked = counted.any(axis=1)
    if is_asked.sum() < fewest_learners:
        return choose_level((), kind)
    who, days, _ = ledgers.cohort.visits
    as_of = ledgers.first + last_week * DAYS_IN_WEEK - 1
    opened = {
        a_day: count_items(ledgers, who, days, a_day, as_of)[is_asked, :last_week]
        for a_day in {default_a_day(level) for level in range(1, HIGHEST_SUGGESTION + 1)}
    }
    levels = range(1, HIGHEST_SUGGESTION + 1)
    return choose_level(
        [_measure_level(level, opened[default_a_day(level)], counted[is_asked]) for level in levels], kind
    )


def _measure_level(level: int, opened: Numbers, counted: Flags) -> LevelRow:
    met = np.where(counted, np.minimum(opened, level), 0).sum(axis=1)
    expected = level * counted.sum(axis=1)
    return LevelRow(
        level=level,
        a_day=default_a_day(level),
        weeks_met=int(((opened >= level) & counted).sum()),
        active_weeks=int(((opened > 0) & counted).sum()),
        all_weeks=int(counted.sum()),
        learners_meeting=int((met * MEETING_FLOOR.denominator >= expected * MEETING_FLOOR.numerator).sum()),
        learner_count=len(counted),
    )
