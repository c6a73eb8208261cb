"""Which quarter of a course a learner is told to stand in."""

from fractions import Fraction

import pytest

from analytics.cohort import Quartile, find_quartile

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
