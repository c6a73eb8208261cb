"""What is told of openings: the right shares on average, and no more about one learner than chance allows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure.openings import (
    FACTOR,
    Before,
    CourseOpenings,
    ItemCount,
    Opening,
    Share,
    count_openings,
    find_so_far,
    tell,
)

KEY = b"k" * 32
MONDAY = 20_000
ITEM = 7


def make_week(
    openers: Iterable[int], *, learners: int = 40, before: Before | None = None, joined: Iterable[int] = ()
) -> CourseOpenings:
    """Make a week in which some of the learners 1 to n opened the item on its Tuesday."""
    openings = {person_id: Opening(MONDAY + 1, MONDAY + 1) for person_id in openers}
    members = frozenset(range(1, learners + 1))
    return CourseOpenings(1, MONDAY, {ITEM}, members, frozenset(joined), {ITEM: openings}, before)


def told_before(so_far: int = 0, learners: int = 40) -> Before:
    """Make what the week before told."""
    return Before(MONDAY - 1, learners, {ITEM: ItemCount(0, so_far)})


def keys(count: int) -> Iterable[bytes]:
    """Give keys of chance, the same ones in each run."""
    dice = Random(7)
    return (dice.randbytes(32) for _ in range(count))


def average(week: CourseOpenings, count: int = 3000) -> tuple[float, float]:
    """Average the week's counts over many keys: (in the week, so far)."""
    counts = [count_openings(key, week)[ITEM] for key in keys(count)]
    return sum(one.week for one in counts) / count, sum(one.so_far for one in counts) / count


def test_chance_adds_nothing_half_of_the_time_and_each_step_is_three_times_rarer() -> None:
    drawn = 30_000
    week = make_week(range(1, 11), before=told_before())

    found = Counter(count_openings(key, week)[ITEM].so_far - 10 for key in keys(drawn))

    for size in range(-3, 4):
        assert found[size] / drawn == pytest.approx(0.5 * FACTOR ** -abs(size), rel=0.15)


def test_on_average_the_counts_are_the_true_ones() -> None:
    before = told_before(so_far=12)
    openings = {
        **{person_id: Opening(MONDAY - 9, MONDAY + 2) for person_id in range(1, 9)},
        **{person_id: Opening(MONDAY + 3, MONDAY + 6) for person_id in range(20, 25)},
        99: Opening(MONDAY, MONDAY),
    }
    week = replace(make_week((), before=before), openings={ITEM: openings})

    in_week, so_far = average(week)

    assert in_week == pytest.approx(13, abs=0.15)
    assert so_far == pytest.approx(12 + 5, abs=0.15)


def test_the_first_week_counts_what_was_opened_earlier_and_so_does_a_learners_first() -> None:
    openings = {person_id: Opening(MONDAY - 20, MONDAY - 8) for person_id in range(1, 16)}

    first = replace(make_week(()), openings={ITEM: openings})
    later = replace(make_week((), before=told_before(so_far=20), joined=range(6, 16)), openings={ITEM: openings})

    assert average(first) == pytest.approx((0, 15), abs=0.15)
    # Thirty of forty stayed, so fifteen of twenty openers are carried on; ten joiners bring theirs.
    assert average(later) == pytest.approx((0, 15 + 10), abs=0.15)


def test_a_week_that_is_made_again_of_the_same_records_is_the_same() -> None:
    week = make_week(range(1, 20), before=told_before())

    assert count_openings(KEY, week) == count_openings(KEY, week)


def test_a_week_that_is_made_again_of_other_records_throws_other_dice() -> None:
    week, without_one = make_week(range(1, 20)), make_week(range(2, 20))

    changes = {
        count_openings(key, week)[ITEM].so_far - count_openings(key, without_one)[ITEM].so_far for key in keys(50)
    }

    assert len(changes) > 3


def test_whoever_knows_everything_about_everybody_else_guesses_right_three_times_in_four_at_best() -> None:
    """All others are known, so their count can be taken off: what is left tells of one learner alone."""
    worlds, right, simply_right = 6000, 0, 0
    dice = Random(11)
    for key in keys(worlds):
        has_opened = dice.random() < 0.5
        others = range(2, dice.randrange(2, 30))
        week = make_week([*others, 1] if has_opened else others, before=told_before())
        told = count_openings(key, week)[ITEM].so_far
        right += (told - len(others) >= 1) == has_opened
        simply_right += (len(week.openings[ITEM]) - len(others) >= 1) == has_opened

    assert simply_right == worlds
    assert right / worlds == pytest.approx(0.75, abs=0.02)


def test_who_came_back_a_week_later_is_in_three_counts_and_is_guessed_more_often_but_never_for_certain() -> None:
    """Whether the week's opening was their first shows in that count, and a week later in those of first and again."""
    worlds, right = 6000, 0
    dice = Random(13)
    for key in keys(worlds):
        has_opened = dice.random() < 0.5
        first = count_openings(key, make_week([1] if has_opened else [], before=told_before(20)))[ITEM]
        came_back = {1: Opening(MONDAY + 1 if has_opened else MONDAY + 8, MONDAY + 8)}
        later = replace(
            make_week((), before=Before(MONDAY + 6, 40, {ITEM: first})),
            monday_no=MONDAY + 7,
            openings={ITEM: came_back},
        )
        told = count_openings(key, later)[ITEM]
        newly, newly_later = first.so_far - 20, told.so_far - first.so_far
        hints = (newly >= 1) + (newly_later <= 0) + (told.week - newly_later >= 1)
        right += (hints >= 2) == has_opened

    assert right / worlds == pytest.approx(3 * 0.75**2 * 0.25 + 0.75**3, abs=0.02)


def test_the_only_learner_who_was_there_in_a_week_is_not_told_by_week_minus_week() -> None:
    """Only one learner was active; the item's figure may move though they did not open it, and stay though they did."""
    moved = {
        has_opened: Counter(
            count_openings(key, make_week([1] if has_opened else [], before=told_before(20)))[ITEM].so_far != 20
            for key in keys(2000)
        )
        for has_opened in (True, False)
    }

    assert moved[False][True] / 2000 == pytest.approx(0.5, abs=0.05)
    assert moved[True][False] / 2000 == pytest.approx(1 / 6, abs=0.03)


def test_hiding_an_item_and_showing_it_again_does_not_have_it_counted_anew() -> None:
    """Who is counted anew each week could be averaged: an item that nobody opens any more moves by chance, not back."""
    openings = {ITEM: {person_id: Opening(MONDAY - 9, MONDAY - 9) for person_id in range(1, 21)}}
    week = replace(make_week((), before=told_before(so_far=26)), openings=openings)

    _, so_far = average(week, 1000)

    assert so_far == pytest.approx(26, abs=0.2)


def test_no_item_was_opened_by_fewer_learners_so_far_than_in_one_of_its_weeks() -> None:
    weeks = [(40, ItemCount(16, 14)), (20, ItemCount(3, 7))]

    assert find_so_far(weeks) == 8
    assert find_so_far(weeks[:1]) == 16
    assert find_so_far([(40, ItemCount(-2, -1))]) == 0


@given(st.integers(-5, 400), st.integers(20, 380))
def test_few_and_nearly_all_are_told_without_a_number_and_the_rest_in_steps_of_five(count: int, learners: int) -> None:
    told = tell(count, learners)

    if count < 10:
        assert (told.share, told.percent, told.is_by_most) == (Share.FEW, None, False)
    elif count > learners - 10:
        assert (told.share, told.percent, told.is_by_most) == (Share.NEARLY_ALL, None, True)
    else:
        assert told.share is Share.SOME
        assert told.percent is not None
        assert told.percent % 5 == 0
        assert told.percent == pytest.approx(100 * count / learners, abs=2.5)


def test_of_fewer_than_twenty_learners_nothing_is_told() -> None:
    with pytest.raises(ValueError, match="so few learners"):
        tell(12, 19)
