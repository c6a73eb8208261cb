"""Make the figures of a course, a part of it, a school, a programme or the platform out of rounded pools.

Nothing else goes in, and what may be seen is decided by rounded numbers and sizes alone: the figures of all groups and
weeks together can say no more than the rounded pools do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil, sqrt

from analytics.cohort import FEWEST_LEARNERS, suppress_counts
from analytics.disclosure.rounding import BASE, FURTHEST, RoundedPool

CASEWORK = ("raised", "contacted", "wrong_flags", "open_cases")
"""What people did; the first is the whole that the others are parts of."""
SURE = 16
"""√(roundings) times this is more than they add up to but once in 10⁹ (Hoeffding's bound for a range of five)."""


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
    places = sum(one.pool.size for one in pools)
    fewest = find_fewest(len(pools), max(people.values()))
    bands = suppress_counts(_find_bands(pools, places), fewest)
    concerns = sum(one.concerns for one in pools)
    is_told = fewest <= concerns <= places - fewest
    meeting = bands["meeting"]
    return Figures(
        learners=len(people) // BASE * BASE,
        places=places,
        enrolled=enrolled if enrolled is not None and enrolled >= FEWEST_LEARNERS else None,
        coverage=min(100, 100 * places // enrolled // BASE * BASE) if enrolled else None,
        share_meeting=None if meeting is None else 100 * meeting // places,
        concerns=concerns if is_told else None,
        **bands,
        **_find_casework(pools, places, fewest),
    )


def find_fewest(pool_count: int, most_places: int) -> int:
    """Find from which rounded number of places on ten different learners are sure to be counted.

    A learner has up to `most_places` of them, and a band is the difference of two roundings in each pool.
    """
    roundings = 2 * pool_count
    return FEWEST_LEARNERS * most_places + min(FURTHEST * roundings, ceil(SURE * sqrt(roundings)))


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


def _find_casework(pools: Sequence[RoundedPool], places: int, fewest: int) -> dict[str, int | None]:
    """Tell a count of people's work where it, and what it leaves of the whole that it is part of, is sure of ten."""
    raised = sum(one.raised for one in pools)
    if not fewest <= raised <= places - fewest:
        return dict.fromkeys(CASEWORK)
    parts = {name: sum(getattr(one, name) for one in pools) for name in CASEWORK[1:]}
    return {CASEWORK[0]: raised, **{name: n if fewest <= n <= raised - fewest else None for name, n in parts.items()}}


def round_enrolled(count: int) -> int:
    """Round a course's number of active learners to the nearest multiple of five."""
    return (count + BASE // 2) // BASE * BASE
