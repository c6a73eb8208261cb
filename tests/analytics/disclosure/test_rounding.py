"""What is known of a pool after rounding: never whether one learner is among the counted."""

from itertools import product
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure.rounding import FURTHEST, Counted, Pool, RoundedPool, round_pool

KEY = b"k" * 32
SIZES = st.integers(2, 8).map(lambda fives: 5 * fives)
KEYS = st.binary(min_size=8, max_size=8)


def nested(size: int) -> st.SearchStrategy[Counted]:
    """Make numbers that a pool can have."""
    bands = st.lists(st.integers(0, size), min_size=3, max_size=3).map(sorted)
    return st.builds(lambda up, concerns: Counted(up[0], up[1], up[2], concerns), bands, st.integers(0, size))


POOLS = SIZES.flatmap(lambda size: st.tuples(st.just(Pool(1, 1, size)), nested(size)))


def could_be(rounded: RoundedPool) -> list[tuple[int, int, int]]:
    """Return every triple of numbers up to each band that an attacker cannot rule out."""
    meeting, below, well = (
        range(max(0, number - FURTHEST), min(rounded.pool.size, number + FURTHEST) + 1)
        for number in (rounded.meeting, rounded.up_to_below, rounded.up_to_well_below)
    )
    return [found for found in product(meeting, below, well) if found[0] <= found[1] <= found[2]]


@given(POOLS, KEYS)
def test_numbers_become_multiples_of_five_within_four(made: tuple[Pool, Counted], key: bytes) -> None:
    pool, counted = made

    rounded = round_pool(key, pool, counted)

    for name, count in counted.by_name.items():
        number = getattr(rounded, name)
        assert number % 5 == 0
        assert abs(number - count) <= FURTHEST
        assert 0 <= number <= pool.size


@given(POOLS, KEYS)
def test_no_band_of_a_pool_is_ever_known_nor_that_all_or_none_are_in_it(made: tuple[Pool, Counted], key: bytes) -> None:
    pool, counted = made

    triples = could_be(round_pool(key, pool, counted))

    bands = [(a, b - a, c - b, pool.size - c) for a, b, c in triples]
    assert (counted.meeting, counted.up_to_below, counted.up_to_well_below) in triples
    for band in zip(*bands, strict=True):
        assert len(set(band)) >= 4


STAGES = st.lists(st.integers(2, 4).map(lambda fives: 5 * fives), min_size=2, max_size=3)
"""Who left a pool together and who stayed, the first ones first: multiples of five, ten at least."""


@given(
    STAGES.flatmap(lambda sizes: st.tuples(st.just(sizes), st.tuples(*[st.integers(0, size) for size in sizes]))), KEYS
)
def test_nobody_who_left_a_pool_with_nine_others_is_known_though_nothing_else_changed(
    made: tuple[list[int], tuple[int, ...]], key: bytes
) -> None:
    """An attacker who knows that nothing changed subtracts the pool's later stages from its earlier ones."""
    sizes, counts = made
    stages = range(len(sizes))
    told = []
    for first in stages:
        count = sum(counts[first:])
        rounded = round_pool(key, Pool(1, 1, sum(sizes[first:])), Counted(count, count, count, 0))
        told.append(rounded.meeting)

    possible = [
        guess
        for guess in product(*(range(size + 1) for size in sizes))
        if all(abs(sum(guess[first:]) - told[first]) <= FURTHEST for first in stages)
    ]

    assert counts in possible
    for guesses in zip(*possible, strict=True):
        assert len(set(guesses)) >= 2


def test_the_coin_is_thrown_once_for_each_number() -> None:
    pool = Pool(1, 1, 40)
    weeks = [round_pool(KEY, pool, Counted(13, 22, 31, 7)) for _ in range(12)]

    assert len(set(weeks)) == 1
    assert len({round_pool(KEY, Pool(1, number, 40), Counted(13, 22, 31, 7)).meeting for number in range(30)}) == 2


def test_rounding_adds_nothing_in_the_long_run() -> None:
    rounded = [round_pool(KEY, Pool(1, number, 40), Counted(3, 4, 6, 2)) for number in range(4_000)]

    assert mean(one.meeting for one in rounded) == pytest.approx(3, abs=0.15)
    assert mean(one.up_to_below for one in rounded) == pytest.approx(4, abs=0.15)
    assert mean(one.up_to_well_below for one in rounded) == pytest.approx(6, abs=0.15)
    assert mean(one.concerns for one in rounded) == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize(("size", "meeting"), [(12, 3), (10, 11)])
def test_a_pool_that_could_give_somebody_away_is_refused(size: int, meeting: int) -> None:
    with pytest.raises(ValueError, match="multiple of five"):
        round_pool(KEY, Pool(1, 1, size), Counted(meeting, meeting, meeting, 0))
