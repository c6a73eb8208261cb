"""Published levels, which is in force, and the suggestion from a past run."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from analytics.calendar import DateRange, TeachingCalendar
from analytics.engagement import LearnerHistory
from analytics.levels import (
    CourseKind,
    LevelError,
    Marker,
    PublishedLevel,
    default_a_day,
    find_level_in_force,
    suggest_level,
)
from analytics.weeks import daily_activities

FACTS: dict[str, Any] = {
    "version": "1",
    "a_day": 2,
    "level": 4,
    "weights": (1, 1, 1),
    "markers": frozenset(Marker),
    "effective_from": date(2025, 9, 22),
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": 0},
        {"a_day": 0},
        {"level": 2, "a_day": 2},
        {"level": 4, "a_day": 4},
        {"weights": (1, 0, 1)},
        {"weights": (1, 1)},
        {"markers": frozenset()},
        {"effective_from": date(2025, 9, 23)},
    ],
    ids=str,
)
def test_a_level_that_cannot_be_published_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(LevelError):
        PublishedLevel(**{**FACTS, **wrong})


@pytest.mark.parametrize("level", range(1, 15))
def test_the_default_a_day_never_lets_one_evening_fill_a_week(level: int) -> None:
    published = PublishedLevel(**{**FACTS, "level": level, "a_day": default_a_day(level)})

    assert published.a_day < level or level == 1


def test_weights_stand_in_the_order_of_the_markers() -> None:
    level = PublishedLevel(**{**FACTS, "weights": (3, 2, 1)})

    assert [level.weight_of(marker) for marker in Marker] == [3, 2, 1]


def test_the_latest_level_that_has_taken_effect_is_in_force() -> None:
    first = PublishedLevel(**FACTS)
    second = PublishedLevel(**{**FACTS, "version": "2", "effective_from": date(2025, 10, 6)})

    assert find_level_in_force([second, first], date(2025, 10, 5)) is first
    assert find_level_in_force([second, first], date(2025, 10, 6)) is second


def test_no_level_is_in_force_before_one_is_published() -> None:
    with pytest.raises(LevelError, match="No published level"):
        find_level_in_force([PublishedLevel(**FACTS)], date(2025, 9, 21))


def test_the_suggested_level_is_the_largest_that_sixty_per_cent_of_active_weeks_met() -> None:
    past_run: list[list[tuple[int, ...]]] = [[(2, 2, 1)], [(2, 1, 1, 1)], [(5, 1)], [()], [(2, 2), (1,)]]

    suggestion = suggest_level(past_run)

    assert (suggestion.level, suggestion.a_day) == (4, 2)
    row = suggestion.rows[3]
    assert (row.level, row.weeks_met, row.active_weeks, row.all_weeks) == (4, 3, 5, 6)
    assert row.share_of_active_weeks == Fraction(3, 5)
    assert row.share_of_all_weeks == Fraction(1, 2)
    assert (row.learners_meeting, row.learner_count, row.share_of_learners) == (3, 5, Fraction(3, 5))


def test_a_day_counts_once_where_the_level_is_two_or_less() -> None:
    one_evening_each = [[(6,)], [(9,)]]

    suggestion = suggest_level(one_evening_each)

    assert [row.weeks_met for row in suggestion.rows[:3]] == [2, 0, 0]
    assert suggestion.level == 1


@pytest.mark.parametrize(("kind", "level", "a_day"), [(CourseKind.ONLINE, 4, 2), (CourseKind.CAMPUS, 2, 1)])
@pytest.mark.parametrize("past_run", [[], [[(), ()]]], ids=["no run", "nobody came"])
def test_without_a_past_run_the_kind_of_course_decides(
    past_run: list[list[tuple[int, ...]]], kind: CourseKind, level: int, a_day: int
) -> None:
    suggestion = suggest_level(past_run, kind)

    assert (suggestion.level, suggestion.a_day, suggestion.rows) == (level, a_day, ())


def test_a_past_run_is_read_by_counted_weeks() -> None:
    monday = date(2025, 9, 22)
    calendar = TeachingCalendar(monday, 3, breaks=(DateRange(date(2025, 9, 29), date(2025, 10, 5)),))
    visits = {(monday, 1), (monday, 2), (date(2025, 9, 24), 1), (date(2025, 9, 30), 5), (date(2025, 10, 7), 5)}

    weeks = daily_activities(LearnerHistory(monday, visits=frozenset(visits)), calendar)

    assert [sorted(week) for week in weeks] == [[1, 2], [1]]
