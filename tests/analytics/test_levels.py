"""Published levels, which is in force, and the suggestion from a past run."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from analytics.bulk.cohort import pack_histories
from analytics.bulk.ledgers import Ledgers
from analytics.bulk.suggestion import suggest_from_cohort
from analytics.history import LearnerHistory
from analytics.levels import (
    MARKER_ORDER,
    CourseKind,
    Expectation,
    Form,
    LevelError,
    LevelSuggestion,
    Marker,
    PublishedLevel,
    default_a_day,
    find_level_in_force,
)
from tests.analytics.builders import make_calendar, make_history

ACTIVITY, TASKS = Expectation(Marker.ACTIVITY, level=4, a_day=2), Expectation(Marker.TASKS)
FACTS: dict[str, Any] = {"version": "1", "effective_from": date(2025, 9, 22), "expectations": (ACTIVITY, TASKS)}

ACTIVE_DAYS = [(2, 2, 1), (2, 1, 1, 1), (5, 1)]
"""Of three learners' one week: 5, 5 and 3 activities, where two of a day count."""


@pytest.mark.parametrize(
    "wrong",
    [
        {"expectations": ()},
        {"expectations": (ACTIVITY, ACTIVITY)},
        {"effective_from": date(2025, 9, 23)},
    ],
    ids=str,
)
def test_a_level_that_cannot_be_published_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(LevelError):
        PublishedLevel(**{**FACTS, **wrong})


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": 0},
        {"a_day": 0},
        {"level": 2, "a_day": 2},
        {"level": 4, "a_day": 4},
        {"level": 4, "a_day": None},
        {"level": None, "a_day": None},
        {"weight": 0},
        {"marker": Marker.TASKS},
        {"marker": Marker.ATTENDANCE},
    ],
    ids=str,
)
def test_an_expectation_that_cannot_be_met_or_read_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(LevelError):
        Expectation(**{"marker": Marker.ACTIVITY, "level": 4, "a_day": 2, **wrong})


@pytest.mark.parametrize("level", range(1, 15))
def test_the_default_a_day_never_lets_one_evening_fill_a_week(level: int) -> None:
    expectation = Expectation(Marker.ACTIVITY, level=level, a_day=default_a_day(level))

    assert expectation.a_day is not None
    assert expectation.a_day < level or level == 1


def test_expectations_stand_in_the_order_of_the_markers() -> None:
    level = PublishedLevel(**{**FACTS, "expectations": (Expectation(Marker.ATTENDANCE), TASKS, ACTIVITY)})

    assert [expectation.marker for expectation in level.expectations] == list(MARKER_ORDER[:3])


def test_a_marker_is_measured_by_items_tasks_or_sessions() -> None:
    capture = Expectation(Marker.LECTURE_CAPTURE, level=2, a_day=1)

    assert [ACTIVITY.form, TASKS.form, capture.form] == [Form.VISITS, Form.TASKS, Form.VISITS]
    assert Expectation(Marker.LECTURE_CAPTURE).form is Form.SESSIONS


def test_a_level_without_its_only_marker_is_none() -> None:
    level = PublishedLevel(**FACTS)

    assert level.without({Marker.TASKS}) == PublishedLevel(**{**FACTS, "expectations": (ACTIVITY,)})
    assert level.without({Marker.TASKS, Marker.ACTIVITY}) is None


def test_the_latest_level_that_has_taken_effect_is_in_force() -> None:
    first = PublishedLevel(**FACTS)
    second = PublishedLevel(**{**FACTS, "version": "2", "effective_from": date(2025, 10, 6)})

    assert find_level_in_force([second, first], date(2025, 10, 5)) is first
    assert find_level_in_force([second, first], date(2025, 10, 6)) is second


def test_no_level_is_in_force_before_one_is_published() -> None:
    with pytest.raises(LevelError, match="No published level"):
        find_level_in_force([PublishedLevel(**FACTS)], date(2025, 9, 21))


def suggest(
    past_run: Sequence[LearnerHistory], weeks: int = 1, kind: CourseKind = CourseKind.ONLINE, breaks: Iterable[int] = ()
) -> LevelSuggestion:
    return suggest_from_cohort(Ledgers(pack_histories(past_run), make_calendar(weeks, breaks)), weeks, 1, kind)


def opened(*days: int, first: int = 0) -> list[tuple[int, int]]:
    """Say how many different activities a learner opened on each day from the first on."""
    return [(first + day, cmid) for day, count in enumerate(days) for cmid in range(1, count + 1)]


def test_the_suggested_level_is_the_largest_that_sixty_per_cent_of_active_weeks_met() -> None:
    of_two_weeks = make_history(opened(2, 2) + opened(1, first=7))
    one_week = [make_history(visits, enrolled=7) for visits in ([], *(opened(*days, first=7) for days in ACTIVE_DAYS))]

    suggestion = suggest([*one_week, of_two_weeks], weeks=2)

    assert (suggestion.level, suggestion.a_day) == (4, 2)
    row = suggestion.rows[3]
    assert (row.level, row.weeks_met, row.active_weeks, row.all_weeks) == (4, 3, 5, 6)
    assert row.share_of_active_weeks == Fraction(3, 5)
    assert row.share_of_all_weeks == Fraction(1, 2)
    assert (row.learners_meeting, row.learner_count, row.share_of_learners) == (3, 5, Fraction(3, 5))


def test_a_day_counts_once_where_the_level_is_two_or_less() -> None:
    one_evening_each = [make_history(opened(6)), make_history(opened(9))]

    suggestion = suggest(one_evening_each)

    assert [row.weeks_met for row in suggestion.rows[:3]] == [2, 0, 0]
    assert suggestion.level == 1


@pytest.mark.parametrize(("kind", "level", "a_day"), [(CourseKind.ONLINE, 4, 2), (CourseKind.CAMPUS, 2, 1)])
@pytest.mark.parametrize("past_run", [[], [make_history()]], ids=["no run", "nobody came"])
def test_without_a_past_run_the_kind_of_course_decides(
    past_run: list[LearnerHistory], kind: CourseKind, level: int, a_day: int
) -> None:
    suggestion = suggest(past_run, kind=kind)

    assert (suggestion.level, suggestion.a_day, suggestion.rows) == (level, a_day, ())


def test_a_past_run_is_read_by_counted_weeks() -> None:
    in_the_break = opened(5, first=7)
    history = make_history(opened(2, 0, 1) + in_the_break + opened(1, first=14))

    row = suggest([history], weeks=3, breaks=[2]).rows[2]

    assert (row.level, row.weeks_met, row.active_weeks, row.all_weeks) == (3, 1, 2, 2)
