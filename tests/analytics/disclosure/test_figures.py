"""What may be printed of a group: numbers that are sure to count ten different learners."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure.figures import NOTHING, find_fewest, publish, round_enrolled
from analytics.disclosure.rounding import Counted, Pool, RoundedPool, round_pool

KEY = b"k" * 32


def pool_of(size: int, meeting: int, below: int, well_below: int, concerns: int, number: int = 1) -> RoundedPool:
    """Make a pool of multiples of five, which rounding leaves alone."""
    up = Counted(meeting, meeting + below, meeting + below + well_below, concerns)
    return round_pool(KEY, Pool(1, number, size), up)


def once_each(pools: Sequence[RoundedPool]) -> dict[int, int]:
    """Give every place to a learner of its own."""
    return dict.fromkeys(range(sum(one.pool.size for one in pools)), 1)


def test_a_group_of_which_enough_is_sure_is_told_whole() -> None:
    pools = [pool_of(100, 50, 25, 25, 30)]

    figures = publish(pools, once_each(pools), enrolled=110)

    assert (figures.learners, figures.places, figures.enrolled, figures.coverage) == (100, 100, 110, 90)
    assert (figures.meeting, figures.below, figures.well_below, figures.too_early) == (50, 25, 25, 0)
    assert (figures.share_meeting, figures.concerns) == (50, 30)


@pytest.mark.parametrize(
    ("bands", "told"),
    [
        ((90, 5, 5), (None, None, None, 0)),
        ((85, 10, 5), (85, None, None, None)),
        ((70, 15, 15), (70, None, None, 0)),
        ((100, 0, 0), (100, 0, 0, 0)),
    ],
    ids=["the rest is too small", "the rest is withheld as one", "two small ones hide each other", "all alike"],
)
def test_small_numbers_are_withheld_with_what_would_give_them_away(
    bands: tuple[int, int, int], told: tuple[int | None, ...]
) -> None:
    pools = [pool_of(100, *bands, 0)]

    figures = publish(pools, once_each(pools), None)

    assert (figures.meeting, figures.below, figures.well_below, figures.too_early) == told
    assert figures.share_meeting == figures.meeting


@pytest.mark.parametrize("concerns", [5, 10, 90, 100])
def test_concerns_of_few_or_of_nearly_all_are_withheld(concerns: int) -> None:
    pools = [pool_of(100, 50, 25, 25, concerns)]

    assert publish(pools, once_each(pools), None).concerns is None


def test_nearly_all_is_said_alike_of_one_and_of_ten_who_do_not_meet_the_level() -> None:
    """The rest may be anything from nobody to ten learners or more: the row is the same."""
    rows = set()
    for number in range(40):  # forty coins
        for missing in (1, 7, 10):
            counted = Counted(100 - missing, 100, 100, 0)
            pools = [round_pool(bytes([number]) * 32, Pool(1, 1, 100), counted)]
            rows.add((missing, publish(pools, once_each(pools), None)))
    by_missing = {missing: {row for one, row in rows if one == missing} for missing in (1, 7, 10)}
    (nearly_all,) = by_missing[10]

    assert (nearly_all.meeting, nearly_all.share_meeting, nearly_all.meeting_over) == (None, None, 80)
    assert nearly_all in by_missing[1]
    assert by_missing[7] == {nearly_all}


@pytest.mark.parametrize(("size", "most_places", "told"), [(50, 1, 80), (45, 1, None), (100, 2, 80), (95, 2, None)])
def test_nearly_all_is_said_only_where_ten_learners_may_be_the_rest(
    size: int, most_places: int, told: int | None
) -> None:
    pools = [pool_of(size, size - 5, 5, 0, 0)]
    people = {**once_each(pools), 0: most_places}

    assert publish(pools, people, None).meeting_over == told


def test_nearly_all_well_below_is_never_said() -> None:
    pools = [pool_of(100, 5, 5, 90, 0)]

    figures = publish(pools, once_each(pools), None)

    assert (figures.well_below, figures.meeting_over) == (None, None)


def test_ten_learners_tell_how_many_they_are_and_nothing_else() -> None:
    pools = [pool_of(10, 10, 0, 0, 0)]

    figures = publish(pools, once_each(pools), 11)

    assert (figures.learners, figures.places) == (10, 10)
    assert {figures.meeting, figures.below, figures.well_below, figures.too_early, figures.concerns} == {None}


def test_nobody_is_nothing() -> None:
    assert publish([], {}, 8) == NOTHING
    assert set(NOTHING.to_document().values()) == {None}


def test_learners_of_several_courses_raise_the_floor() -> None:
    pools = [pool_of(50, 25, 25, 0, 0, number) for number in range(1, 4)]
    same = dict.fromkeys(range(50), 3)

    assert publish(pools, once_each(pools), None).meeting == 75
    assert publish(pools, same, None).meeting == 75
    assert find_fewest(3, 3) == 54
    assert find_fewest(3, 7) > 75
    assert publish(pools, {**same, 99: 7}, None).meeting is None


@given(st.lists(st.tuples(st.integers(2, 12), st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=12))
def test_a_number_that_is_told_counts_ten_learners_whatever_the_coins_said(
    shapes: list[tuple[int, int, int]],
) -> None:
    pools, bands = [], [0, 0]
    for number, (fives, meeting, below) in enumerate(shapes):
        size = 5 * fives
        meeting = min(meeting, size)
        below = min(below, size - meeting)
        bands = [bands[0] + meeting, bands[1] + below]
        counted = Counted(meeting, meeting + below, size, below)
        pools.append(round_pool(KEY, Pool(1, number, size), counted))

    figures = publish(pools, once_each(pools), None)

    places = sum(one.pool.size for one in pools)
    for told, count in ((figures.meeting, bands[0]), (figures.below, bands[1]), (figures.concerns, bands[1])):
        assert not told or count >= 10
    assert figures.concerns is None or places - bands[1] >= 10
    counts = {"meeting": bands[0], "below": bands[1], "well_below": places - sum(bands), "too_early": 0}
    hidden = [name for name in counts if getattr(figures, name) is None]
    assert len(hidden) != 1
    assert len(hidden) in (0, 4) or sum(counts[name] for name in hidden) >= 10
    assert figures.meeting_over is None or bands[0] >= 10


def test_enrolled_learners_are_rounded_to_the_nearest_five() -> None:
    assert [round_enrolled(count) for count in (0, 2, 3, 12, 13)] == [0, 0, 5, 10, 15]
