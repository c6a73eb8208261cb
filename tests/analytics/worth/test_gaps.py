"""Gaps within courses, pooled gaps, and what chance gives."""

import numpy as np
import pytest
from numpy.typing import NDArray

from analytics.worth.following import Followed
from analytics.worth.gaps import CourseValues, measure_gaps
from analytics.worth.groups import describe_gaps
from tests.analytics.worth.people import WEEK, make_course, make_followed, make_standing


def course(values: NDArray[np.float64], inside: NDArray[np.bool_]) -> CourseValues:
    """Make a course whose learners are in one of two groups."""
    return CourseValues(values, np.column_stack([inside, ~inside]))


def first_half(count: int, inside: int) -> NDArray[np.bool_]:
    """Put the first learners into the group."""
    return np.arange(count) < inside


def test_a_gap_that_only_the_mix_of_courses_makes_vanishes_within_them() -> None:
    # The group sits in the harder course; within each course all stand the same.
    random = np.random.default_rng(7)
    hard = course(random.normal(0.3, 0.05, 100), first_half(100, 80))
    easy = course(random.normal(0.8, 0.05, 100), first_half(100, 20))
    gap = measure_gaps([hard, easy])[0]
    assert gap is not None
    assert gap.pooled == pytest.approx(-0.3, abs=0.03)
    assert gap.within == pytest.approx(0, abs=0.03)
    assert gap.null_low <= gap.within <= gap.null_high
    assert gap.p > 0.05


def test_a_gap_within_courses_is_found_and_told_from_chance() -> None:
    random = np.random.default_rng(7)
    inside = first_half(60, 20)
    gap = measure_gaps([course(random.normal(0.6, 0.1, 60) - 0.2 * inside, inside)])[0]
    assert gap is not None
    assert gap.within == pytest.approx(-0.2, abs=0.06)
    assert gap.within < gap.null_low
    assert gap.p == pytest.approx(0.001)


def test_the_null_is_right_as_often_as_it_says() -> None:
    # Under chance alone p is spread evenly: about one in ten lies below .1.
    random = np.random.default_rng(3)
    p_values = []
    for _ in range(200):
        gap = measure_gaps([course(random.random(40), first_half(40, 15))], seed=int(random.integers(1_000_000)))[0]
        assert gap is not None
        p_values.append(gap.p)
    assert 0.04 <= np.mean(np.array(p_values) < 0.1) <= 0.17


def test_a_course_with_fewer_than_ten_of_a_group_does_not_speak_of_it() -> None:
    random = np.random.default_rng(7)
    small = course(random.random(30), first_half(30, 9))
    enough = course(random.random(30), first_half(30, 10))
    assert measure_gaps([small]) == [None, None]
    found = measure_gaps([small, enough])[0]
    assert found is not None
    assert (found.courses, found.in_group, found.in_others) == (1, 10, 20)
    assert measure_gaps([]) == []


def test_the_same_data_gives_the_same_gap() -> None:
    one = course(np.random.default_rng(7).random(40), first_half(40, 20))
    assert measure_gaps([one]) == measure_gaps([one])


def test_rows_name_groups_by_their_own_word_and_leave_out_unknown_people() -> None:
    learners = make_course([0.2] * 20, [0.8] * 20)
    grouping = {learner.person_id: "evening" if learner.has_outcome else "day" for learner in learners[5:35]}
    rows = describe_gaps(learners, {"study": grouping}, WEEK)
    assert {(row.group, row.measure, row.learners) for row in rows} == {("day", "E", 20), ("evening", "E", 20)}
    assert {row.group: row.within for row in rows} == {"day": 0.6, "evening": -0.6}


def test_a_gap_of_concerns_needs_ten_with_and_ten_without_in_group_and_others() -> None:
    def learners(with_concern: int) -> list[Followed]:
        return [
            make_followed(place, False, make_standing(concerns=["default-1"] if place % 20 < with_concern else []))
            for place in range(40)
        ]

    grouping = {place: "a" if place < 20 else "b" for place in range(40)}
    assert {row.measure for row in describe_gaps(learners(9), {"g": grouping}, WEEK)} == {"E"}
    told = describe_gaps(learners(10), {"g": grouping}, WEEK)
    assert {row.measure for row in told} == {"E", "concern by the default rule"}
