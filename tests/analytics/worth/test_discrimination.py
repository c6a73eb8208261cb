"""AUC and precision agree with a plain count of pairs."""

from itertools import product
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.worth.discrimination import make_scored, mean_of, measure_auc, measure_lowest, mid_ranks

PAIRS = st.lists(st.tuples(st.integers(0, 6).map(float), st.booleans()), max_size=40)


def count_pairs(pairs: list[tuple[float, bool]]) -> float:
    """Read the definition plainly: every pair of one with and one without the outcome."""
    lower = [score for score, has in pairs if has]
    higher = [score for score, has in pairs if not has]
    won = sum((a < b) + (a == b) / 2 for a, b in product(lower, higher))
    return won / (len(lower) * len(higher))


@given(PAIRS)
def test_the_auc_is_the_share_of_pairs_in_the_right_order(pairs: list[tuple[float, bool]]) -> None:
    auc = measure_auc(make_scored(pairs))
    if len({has for _, has in pairs}) < 2:
        assert isnan(auc)
    else:
        assert auc == pytest.approx(count_pairs(pairs))


@given(PAIRS, st.floats(0.1, 10))
def test_the_auc_asks_the_order_alone(pairs: list[tuple[float, bool]], stretch: float) -> None:
    stretched = [(score * stretch + 3, has) for score, has in pairs]
    assert measure_auc(make_scored(pairs)) == pytest.approx(measure_auc(make_scored(stretched)), nan_ok=True)


def test_equal_values_share_the_middle_of_their_ranks() -> None:
    assert mid_ranks(np.array([5.0, 1.0, 5.0, 9.0])).tolist() == [2.5, 1.0, 2.5, 4.0]


def test_the_lowest_part_is_asked_for_its_share_with_the_outcome() -> None:
    pairs = [(float(score), score < 10) for score in range(100)]
    assert measure_lowest(make_scored(pairs), 0.15) == pytest.approx(10 / 15)


@given(st.permutations([(0.0, True), (0.0, False), (0.0, False), (0.0, True), (1.0, False), (2.0, True)]))
def test_no_order_decides_among_learners_who_tie(pairs: list[tuple[float, bool]]) -> None:
    assert measure_lowest(make_scored(pairs), 0.5) == pytest.approx(0.5)


def test_no_learner_and_no_course_give_no_number() -> None:
    assert isnan(measure_lowest(make_scored([])))
    assert isnan(mean_of([]))
