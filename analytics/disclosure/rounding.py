"""Round what was counted in a pool, up or down by a coin that is thrown once: all that is ever known of it.

Unbiased random rounding to base five. The coin hangs on the pool, the figure and the number alone, so that neither
another week nor a restart throws it again: many weeks of the same number cannot be averaged.
"""

import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass

BASE = 5
FURTHEST = BASE - 1
"""How far a rounded number may lie from the counted one."""


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool as it stands."""

    course_id: int
    pool_no: int
    size: int
    """Learners in it: a multiple of five, ten at least. It only ever falls, so it tells the pool's stages apart."""
    programme_id: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted in a pool in one week; each band's number includes the better ones.

    Numbers that lie within each other stay apart when they are rounded: see `RoundedPool`.
    """

    meeting: int
    """Shown as meeting the published level."""
    up_to_below: int
    """Meeting it or below it."""
    up_to_well_below: int
    """With any band; the others are too early to say."""
    concerns: int
    """With a reason for a concern."""
    raised: int = 0
    """With a concern so far."""
    contacted: int = 0
    """Of these, those with whom somebody tried to get in touch soon."""
    wrong_flags: int = 0
    """Of those with a concern, those with one that was closed as a wrong flag."""
    open_cases: int = 0
    """Of those with a concern, those whose case is open."""

    @property
    def by_name(self) -> Mapping[str, int]:
        """Give the numbers by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class RoundedPool:
    """A pool with its rounded numbers; everything that is published is made of these alone.

    Whatever is known of who was in which pool when, several counts lead to each of its numbers, and never only those
    of all or of none of its learners.
    """

    pool: Pool
    meeting: int
    up_to_below: int
    up_to_well_below: int
    concerns: int
    raised: int = 0
    contacted: int = 0
    wrong_flags: int = 0
    open_cases: int = 0


def round_pool(key: bytes, pool: Pool, counted: Counted) -> RoundedPool:
    """Round the numbers of a pool to multiples of five; a multiple of five stays.

    Raises:
        ValueError: the pool's size is no multiple of five, or a number is outside 0 to the size.
    """
    if pool.size % BASE or not all(0 <= count <= pool.size for count in counted.by_name.values()):
        raise ValueError("a pool holds a multiple of five learners, and no number is beyond it")
    rounded = {name: _round(key, pool, name, count) for name, count in counted.by_name.items()}
    return RoundedPool(pool, **rounded)


def _round(key: bytes, pool: Pool, name: str, count: int) -> int:
    over = count % BASE
    said = f"round:{pool.course_id}:{pool.pool_no}:{pool.size}:{name}:{count}"
    coin = int.from_bytes(hmac.digest(key, said.encode(), "sha256")[:8], "big") / 2**64
    return count - over + (BASE if coin < over / BASE else 0)
