"""Who is counted together: tens that come together and go together."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure.pools import LARGEST, deal_pools, find_leaving

KEY = b"k" * 32
COURSE = 7


def of_programme(programmes: Mapping[int | None, int]) -> dict[int, int | None]:
    """Make learners of programmes (programme id → how many)."""
    people: dict[int, int | None] = {}
    for programme_id, count in programmes.items():
        people |= {len(people) + 1 + number: programme_id for number in range(count)}
    return people


@pytest.mark.parametrize(
    ("programmes", "pools"),
    [
        ({None: 9}, []),
        ({None: 10}, [(None, 10)]),
        ({None: 14}, [(None, 10)]),
        ({1: 23, 2: 12}, [(1, 20), (2, 10), (None, 0)]),
        ({1: 24, 2: 6}, [(1, 20), (None, 10)]),
        ({1: 9, 2: 9}, [(None, 15)]),
        ({None: 205}, [(None, 70), (None, 70), (None, 65)]),
    ],
)
def test_pools_are_of_one_programme_where_ten_are_and_the_rest_goes_together(
    programmes: Mapping[int | None, int], pools: list[tuple[int | None, int]]
) -> None:
    made = deal_pools(KEY, COURSE, of_programme(programmes))

    assert [(pool.programme_id, len(pool.members)) for pool in made] == [pool for pool in pools if pool[1]]


@given(st.dictionaries(st.integers(1, 9999), st.sampled_from([None, 1, 2, 3]), max_size=330))
def test_every_pool_holds_a_multiple_of_five_ten_at_least_and_nobody_is_in_two(people: dict[int, int | None]) -> None:
    made = deal_pools(KEY, COURSE, people)

    members = [person for pool in made for person in pool.members]
    assert len(members) == len(set(members)) <= len(people)
    assert all(len(pool.members) % 5 == 0 and 10 <= len(pool.members) <= LARGEST for pool in made)
    assert all(pool.programme_id in (None, people[person]) for pool in made for person in pool.members)


def test_chance_says_who_waits_and_nobody_without_the_key_can_tell() -> None:
    people = of_programme({None: 14})

    (pool,) = deal_pools(KEY, COURSE, people)
    (again,) = deal_pools(KEY, COURSE, dict(reversed(people.items())))
    (other,) = deal_pools(b"j" * 32, COURSE, people)

    assert set(pool.members) == set(again.members) != set(other.members)


ALL = frozenset(range(1, 31))


def test_one_whose_data_is_used_no_more_takes_nine_along_who_left_ones_first() -> None:
    leaving = find_leaving(KEY, COURSE, 30, ALL, {3}, {3, 4, 5})

    assert len(leaving) == 10
    assert leaving >= {3, 4, 5}


def test_one_who_was_erased_and_is_held_no_more_counts_among_the_ten() -> None:
    leaving = find_leaving(KEY, COURSE, 30, ALL - {3}, set(), set())

    assert len(leaving) == 9


def test_whoever_leaves_the_course_stays_until_ten_do() -> None:
    assert find_leaving(KEY, COURSE, 30, ALL, set(), frozenset(range(1, 10))) == frozenset()
    assert len(find_leaving(KEY, COURSE, 30, ALL, set(), frozenset(range(1, 14)))) == 10


def test_a_pool_that_would_fall_below_ten_is_closed() -> None:
    few = frozenset(range(1, 16))

    assert find_leaving(KEY, COURSE, 15, few, {3}, set()) == few


@given(st.integers(2, 20), st.sets(st.integers(1, 100)), st.sets(st.integers(1, 100)), st.sets(st.integers(1, 100)))
def test_none_or_ten_leave_and_none_or_ten_stay(fives: int, erased: set[int], gone: set[int], left: set[int]) -> None:
    everybody = frozenset(range(1, 5 * fives + 1))
    members = everybody - erased
    gone, left = gone & members, left & members

    leaving = find_leaving(KEY, COURSE, len(everybody), members, gone, left)

    staying = members - leaving
    assert not gone - leaving
    assert len(staying) % 5 == 0
    assert not staying or len(staying) >= 10
    assert len(staying) == len(everybody) or len(everybody) - len(staying) >= 10
    assert not erased & everybody or staying != everybody
