"""Falls net of the cohort, and dips of a whole course."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from analytics.drops import Score, find_drops

BY = ("site-1",)


def scores(*percents: int, by: Sequence[str] = BY, first_week: int = 2) -> list[Score]:
    """Give scores of weeks in a row."""
    return [Score(first_week + n, Fraction(percent, 100), tuple(by)) for n, percent in enumerate(percents)]


def steady(number: int) -> dict[int, list[Score]]:
    """Give learners whose figure does not move."""
    return {1000 + n: scores(80, 80, 80, 80, 80) for n in range(number)}


def test_who_falls_by_a_quarter_against_their_own_four_weeks_is_named_with_the_fall() -> None:
    drops = find_drops({1: scores(90, 80, 80, 70, 50), **steady(9)})
    assert drops.net_changes == {1: Fraction(-30, 100)}
    assert (drops.week, drops.cohort_change) == (6, None)


def test_a_fall_is_net_of_the_cohorts_own() -> None:
    cohort = {n: scores(80, 80, 80, 80, 60) for n in range(2, 12)}
    assert find_drops({1: scores(80, 80, 80, 80, 45), **cohort}).net_changes == {}
    assert find_drops({1: scores(80, 80, 80, 80, 35), **cohort}).net_changes == {1: Fraction(-25, 100)}


def test_a_rise_of_the_cohort_makes_nobodys_fall_larger() -> None:
    cohort = {n: scores(50, 50, 50, 50, 90) for n in range(2, 12)}
    assert find_drops({1: scores(80, 80, 80, 80, 60), **cohort}).net_changes == {}


def test_when_the_whole_cohort_dips_it_is_said_of_the_course_and_of_nobody() -> None:
    drops = find_drops({n: scores(80, 80, 80, 80, 50) for n in range(10)})
    assert drops.cohort_change == Fraction(-30, 100)
    assert drops.net_changes == {}


def test_nine_learners_are_too_few_to_speak_of_a_course() -> None:
    assert find_drops({n: scores(80, 80, 80, 80, 50) for n in range(9)}).cohort_change is None


def test_four_counted_weeks_have_to_come_before() -> None:
    assert find_drops({1: scores(80, 80, 80, 20)}).net_changes == {}


def test_scores_by_another_level_or_without_a_marker_are_not_compared() -> None:
    other_level = [*scores(80, 80, 80, 80), *scores(20, by=("site-2",), first_week=6)]
    without_register = [*scores(80, 80, 80, 80), *scores(20, by=("site-1", "attendance"), first_week=6)]
    assert find_drops({1: other_level, 2: without_register, **steady(9)}).net_changes == {}


def test_who_was_not_scored_in_the_latest_week_has_no_fall() -> None:
    assert find_drops({1: scores(80, 80, 80, 80, 20, first_week=1), **steady(9)}).net_changes == {}


def test_without_scores_nothing_is_said() -> None:
    drops = find_drops({})
    assert (drops.week, dict(drops.net_changes), drops.cohort_change) == (0, {}, None)


@given(st.lists(st.lists(st.integers(0, 100), min_size=5, max_size=8), min_size=1, max_size=15))
def test_ids_and_their_order_change_nothing(percents: list[list[int]]) -> None:
    cohort = {n: scores(*listed[-5:]) for n, listed in enumerate(percents)}
    turned = {len(percents) - n: listed for n, listed in reversed(cohort.items())}
    first, second = find_drops(cohort), find_drops(turned)
    assert first.cohort_change == second.cohort_change
    assert sorted(first.net_changes.values()) == sorted(second.net_changes.values())
