"""Band counts, quartiles and suppression."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.cohort import FEWEST_LEARNERS, BandCounts, Quartile, count_bands, find_quartile, suppress_counts
from analytics.engagement import evaluate_weeks
from tests.analytics.builders import make_calendar, make_history, make_level
from tests.analytics.strategies import day_at

SCORES = [Fraction(tenths, 10) for tenths in range(1, 11)]


def test_quartiles_go_by_mid_rank_and_a_rank_on_the_border_goes_up() -> None:
    quartiles = [find_quartile(score, SCORES) for score in SCORES]

    first, second, third, fourth = Quartile
    assert quartiles == [first, first, second, second, second, third, third, fourth, fourth, fourth]


def test_equal_scores_share_a_quarter() -> None:
    scores = [Fraction(1)] * 9 + [Fraction(0)]

    assert find_quartile(Fraction(1), scores) is Quartile.THIRD
    assert find_quartile(Fraction(0), scores) is Quartile.FIRST


@pytest.mark.parametrize("scores", [SCORES[:9], [Fraction(1, 2)] * 30], ids=["nine learners", "all tie"])
def test_no_quartile_is_shown_where_it_would_say_too_much_or_nothing(scores: list[Fraction]) -> None:
    assert find_quartile(scores[0], scores) is None


def test_bands_are_counted_week_by_week() -> None:
    full = make_history([(week * 7 + day, cmid) for week in range(3) for day in (0, 1) for cmid in (1, 2)])
    half = make_history([(week * 7, cmid) for week in range(3) for cmid in (1, 2)])
    cohort = [full, half, make_history(), make_history(enrolled=8)]

    evaluations = [
        evaluation
        for history in cohort
        for evaluation in evaluate_weeks(history, make_calendar(), make_level(), day_at(20))
    ]
    weeks = count_bands(evaluations)

    assert weeks[0] == BandCounts(week=1, meeting=0, below=0, well_below=0, too_early=4, median_e=None)
    assert weeks[2] == BandCounts(week=3, meeting=1, below=1, well_below=1, too_early=1, median_e=Fraction(1, 2))
    assert weeks[2].learner_count == sum(weeks[2].by_name.values()) == 4
    assert count_bands([]) == ()


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([12, 30, 0, 15], [12, 30, 0, 15]),
        ([3, 3, 3, 0], [None, None, None, None]),
        ([5, 30, 40, 12], [None, 30, 40, None]),
        ([5, 7, 40, 12], [None, None, 40, 12]),
        ([2, 3, 40, 12], [None, None, 40, None]),
        ([4, 0, 0, 50], [None, None, None, None]),
    ],
)
def test_small_counts_are_hidden_with_enough_others_not_to_be_worked_out(
    counts: list[int], shown: list[int | None]
) -> None:
    names = ["meeting", "below", "well_below", "too_early"]

    suppressed = suppress_counts(dict(zip(names, counts, strict=True)))

    assert suppressed == dict(zip(names, shown, strict=True))


@given(st.lists(st.integers(0, 40), min_size=2, max_size=6))
def test_nothing_hidden_can_be_found_by_subtraction(counts: list[int]) -> None:
    named = {str(number): count for number, count in enumerate(counts)}

    suppressed = suppress_counts(named)

    hidden = [named[name] for name, count in suppressed.items() if count is None]
    assert not hidden or len(hidden) == len(counts) or (len(hidden) > 1 and sum(hidden) >= FEWEST_LEARNERS)
    assert all(count is None or count == named[name] for name, count in suppressed.items())
    assert all(count is None or count == 0 or count >= FEWEST_LEARNERS for count in suppressed.values())
