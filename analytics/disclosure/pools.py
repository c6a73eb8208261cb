"""Put learners of a course into pools that are counted as a whole, for good: k = 10, whoever joins or leaves.

Every figure is about whole pools. Two figures, of two groups or of two weeks, then differ by nobody or by at least ten
learners: joiners wait until ten come in together, and who has to go takes others along until ten go together.
"""

import hmac
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from analytics.cohort import FEWEST_LEARNERS
from analytics.disclosure.rounding import BASE

LARGEST = 100
"""Learners of one pool at most."""


@dataclass(frozen=True, slots=True)
class NewPool:
    """A pool that is about to be made: a multiple of five learners, ten at least."""

    programme_id: int | None
    """The programme that all of them are in; None: of several, or not known."""
    members: tuple[int, ...]


def deal_pools(key: bytes, course_id: int, programmes: Mapping[int, int | None]) -> tuple[NewPool, ...]:
    """Make pools of the learners of a course who are in none yet (person id → programme id).

    Ten or more of one programme make pools of their own, the rest of all programmes another. Pools hold multiples of
    five, so up to four learners wait; chance says who. Fewer than ten: all of them wait, empty.
    """
    by_programme: dict[int, list[int]] = {}
    rest: list[int] = []
    for person_id in shuffle(key, course_id, programmes):
        programme_id = programmes[person_id]
        by_programme.setdefault(programme_id, []).append(person_id) if programme_id else rest.append(person_id)
    made: list[NewPool] = []
    for programme_id in sorted(by_programme):
        waiting = by_programme[programme_id]
        count = _whole(len(waiting))
        made += _deal(programme_id, waiting[:count])
        rest += waiting[count:]
    return (*made, *_deal(None, rest[: _whole(len(rest))]))


def find_leaving(
    key: bytes, course_id: int, size: int, members: Collection[int], gone: Set[int], left: Set[int]
) -> frozenset[int]:
    """Find who leaves a pool of `size` learners of whom `members` are still held; empty: nobody.

    `gone` must not be counted any more (data paused or erased, as those of whom nothing is held); they take others
    along until ten leave: first who `left` the course, then by chance. Who only left stays, as last evaluated, until
    ten have. Where fewer than ten would be left over, all leave: the pool is closed.
    """
    must_go = size - len(members) + len(gone)
    leaving_count = max(FEWEST_LEARNERS, -(-must_go // BASE) * BASE) if must_go else _whole(len(left - gone))
    if not leaving_count:
        return frozenset()
    if size - leaving_count < FEWEST_LEARNERS:
        return frozenset(members)
    order = shuffle(key, course_id, members)
    chosen = [one for one in order if one in gone]
    chosen += [one for one in order if one in left and one not in gone]
    chosen += [one for one in order if one not in gone and one not in left]
    return frozenset(chosen[: leaving_count - (size - len(members))])


def shuffle(key: bytes, course_id: int, people: Collection[int]) -> list[int]:
    """Put people in an order of chance that is the same each time and that nobody without the key can tell."""
    return sorted(people, key=lambda one: hmac.digest(key, f"order:{course_id}:{one}".encode(), "sha256"))


def _whole(count: int) -> int:
    return count // BASE * BASE if count >= FEWEST_LEARNERS else 0


def _deal(programme_id: int | None, people: Sequence[int]) -> list[NewPool]:
    """Deal a multiple of five learners into as few pools as LARGEST allows, about equal ones."""
    fives = len(people) // BASE
    pool_count = -(-len(people) // LARGEST)
    pools, start = [], 0
    for number in range(pool_count):
        end = start + (fives // pool_count + (number < fives % pool_count)) * BASE
        pools.append(NewPool(programme_id, tuple(people[start:end])))
        start = end
    return pools
