"""Make the figures of a course, a part of it, a school, a programme or the platform out of rounded pools.

Nothing else goes in, and what may be seen is decided by rounded numbers and sizes alone: the figures of all groups and
weeks together can say no more than the rounded pools do.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, combinations, pairwise
from math import ceil, sqrt

from analytics.cohort import FEWEST_LEARNERS
from analytics.disclosure.rounding import BASE, FURTHEST, RoundedPool

CASEWORK = ("raised", "contacted", "wrong_flags", "open_cases")
"""What people did; the first is the whole that the others are parts of."""
SURE = 16
"""√(roundings) times this is more than they add up to but once in 10⁹ (Hoeffding's bound for a range of five)."""
BANDS = ("meeting", "below", "well_below", "too_early")
"""In the order in which they were rounded: each pool's numbers are those up to the first, the second, the third."""
OVER = 80
"""Per cent: "more than this" is all that is said where the rest is too small to be told."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is published of a group of learners for one closed week; None: withheld.

    A learner of several courses has a place in each. Bands and concerns count places, rounded to five; 0 stands for
    none or very few.
    """

    learners: int | None
    """Different learners, rounded down to five."""
    places: int | None
    enrolled: int | None
    """Places of active learners in Moodle, each course's rounded to five; None where it is not counted."""
    coverage: int | None
    """Per cent of `enrolled` that the figures are about, rounded down to five."""
    meeting: int | None
    below: int | None
    well_below: int | None
    too_early: int | None
    share_meeting: int | None
    """Per cent of the places."""
    concerns: int | None
    raised: int | None = None
    """With a concern so far; the next three are parts of it."""
    contacted: int | None = None
    wrong_flags: int | None = None
    open_cases: int | None = None
    meeting_over: int | None = None
    """Where `meeting` is withheld since the rest of the places is too few: it is more than these per cent of them."""

    def to_document(self) -> dict[str, int | None]:
        """Give the figures by name, to be stored."""
        return asdict(self)


NOTHING = Figures(*[None] * 10)
"""Of a group without any pool: fewer than ten learners."""


def publish(pools: Sequence[RoundedPool], people: Mapping[int, int], enrolled: int | None) -> Figures:
    """Make the figures of a group out of its whole pools.

    `people` gives each learner's number of places in them, `enrolled` the rounded number of places in Moodle. A number
    is withheld unless it is sure to count ten different learners; then so are others, until what is withheld together
    is sure to as well. Without pools: NOTHING.
    """
    if not pools:
        return NOTHING
    places, most = sum(one.pool.size for one in pools), max(people.values())
    bands = _suppress(_find_bands(pools, places), places, len(pools), most)
    concerns = sum(one.concerns for one in pools)
    fewest = find_fewest(len(pools), most, 1)
    meeting = bands["meeting"]
    return Figures(
        learners=len(people) // BASE * BASE,
        places=places,
        enrolled=enrolled if enrolled is not None and enrolled >= FEWEST_LEARNERS else None,
        coverage=min(100, 100 * places // enrolled // BASE * BASE) if enrolled else None,
        share_meeting=None if meeting is None else 100 * meeting // places,
        concerns=concerns if fewest <= concerns <= places - fewest else None,
        meeting_over=_find_over(pools, places, most) if meeting is None else None,
        **bands,
        **_find_casework(pools, places, most),
    )


def find_fewest(pool_count: int, most_places: int, roundings: int = 2) -> int:
    """Find from which rounded number of places on ten different learners are sure to be counted.

    A learner has up to `most_places` of them; the number is a sum or difference of so many roundings in each pool.
    """
    coins = roundings * pool_count
    return FEWEST_LEARNERS * most_places + min(FURTHEST * coins, ceil(SURE * sqrt(coins)))


def _suppress(bands: Mapping[str, int], places: int, pool_count: int, most_places: int) -> dict[str, int | None]:
    """Withhold as few bands as possible so that each told one, and the withheld together, are sure of ten learners.

    Where there is a choice, the first bands are told. Without any way all are withheld. A band of 0 is told as such.
    """

    def is_safe(hidden: Collection[str]) -> bool:
        told = [name for name in BANDS if name not in hidden]
        if any(0 < bands[name] < find_fewest(pool_count, most_places, _count_roundings([name])) for name in told):
            return False
        left = min(places - sum(bands[name] for name in told), sum(bands[name] for name in hidden))
        return not hidden or left >= find_fewest(pool_count, most_places, _count_roundings(hidden))

    choices = chain([()], *(combinations(BANDS[::-1], count) for count in (2, 3)))
    hidden = next((one for one in choices if is_safe(one)), BANDS) if places >= FEWEST_LEARNERS * most_places else BANDS
    return {name: None if name in hidden else bands[name] for name in BANDS}


def _count_roundings(bands: Collection[str]) -> int:
    """Count the rounded numbers of a pool that some bands together are made of: one at each edge between in and out."""
    return sum((one in bands) != (other in bands) for one, other in pairwise(BANDS))


def _find_over(pools: Sequence[RoundedPool], places: int, most_places: int) -> int | None:
    """Tell that nearly all meet the level, where that leaves open whether nobody does not, or ten learners or more."""
    meeting = sum(one.meeting for one in pools)
    is_sure = meeting >= find_fewest(len(pools), most_places, 1)
    is_open = places * (100 - OVER) >= 100 * FEWEST_LEARNERS * most_places
    return OVER if is_sure and is_open and 100 * meeting >= OVER * places else None


def _find_bands(pools: Sequence[RoundedPool], places: int) -> dict[str, int]:
    meeting = sum(one.meeting for one in pools)
    up_to_below = sum(one.up_to_below for one in pools)
    up_to_well_below = sum(one.up_to_well_below for one in pools)
    # Two numbers that were rounded apart can cross by five; none is then as good as any.
    return {
        "meeting": meeting,
        "below": max(up_to_below - meeting, 0),
        "well_below": max(up_to_well_below - up_to_below, 0),
        "too_early": places - up_to_well_below,
    }


def _find_casework(pools: Sequence[RoundedPool], places: int, most_places: int) -> dict[str, int | None]:
    """Tell a count of people's work where it, and what it leaves of the whole that it is part of, is sure of ten."""
    raised = sum(one.raised for one in pools)
    one, two = (find_fewest(len(pools), most_places, roundings) for roundings in (1, 2))
    if not one <= raised <= places - one:
        return dict.fromkeys(CASEWORK)
    parts = {name: sum(getattr(pool, name) for pool in pools) for name in CASEWORK[1:]}
    return {CASEWORK[0]: raised, **{name: n if one <= n <= raised - two else None for name, n in parts.items()}}


def round_enrolled(count: int) -> int:
    """Round a course's number of active learners to the nearest multiple of five."""
    return (count + BASE // 2) // BASE * BASE
