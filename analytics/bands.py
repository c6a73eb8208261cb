"""Name the bands and decide which one is shown (docs/engagement.md "bands").

Labels describe evidence, never a person (policy paragraph 17).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

TOO_EARLY = "too early to say"
"""What is shown while there is no band."""


class Band(StrEnum):
    """Where E stands against the published level."""

    MEETING = "meeting the published level"
    BELOW = "below the published level"
    WELL_BELOW = "well below the published level"


BAND_FLOORS: tuple[tuple[Band, Fraction], ...] = (
    (Band.MEETING, Fraction(7, 10)),
    (Band.BELOW, Fraction(4, 10)),
    (Band.WELL_BELOW, Fraction(0)),
)
"""From which share on each band holds, best first."""

MEETING_FLOOR = BAND_FLOORS[0][1]
WELL_BELOW_CEILING = BAND_FLOORS[1][1]

_RANK = {band: rank for rank, (band, _) in enumerate(reversed(BAND_FLOORS))}


@dataclass(frozen=True, slots=True)
class BandStep:
    """What one evaluation said and showed: all that the next one needs to know of it."""

    is_counted: bool
    """Whether the evaluation's own week counted."""
    band: Band | None
    """By E alone; None while there is no E."""
    shown: Band | None
    """What was shown; None for "too early to say"."""


def find_band(share: Fraction | None) -> Band | None:
    """Give the band of a share in [0, 1]; None for None."""
    if share is None:
        return None
    for band, floor in BAND_FLOORS:
        if share.numerator * floor.denominator >= floor.numerator * share.denominator:
            return band
    raise ValueError(f"A share lies between 0 and 1, not {share}.")


def better_band(one: Band, other: Band) -> Band:
    """Give the better of two bands."""
    return one if _RANK[one] >= _RANK[other] else other


def shown_band(previous: Sequence[BandStep], band: Band | None, is_counted: bool = True) -> Band | None:
    """Decide the band to show: up at once, down only when two evaluations in a row say so.

    Downwards it goes to the better of the two. ``previous`` are the earlier evaluations, oldest first; empty for the
    first one. Uncounted weeks between two evaluations do not matter: such a week moves nothing down. None (too early
    to say) without a band.
    """
    shown = previous[-1].shown if previous else None
    if band is None or shown is None or _RANK[band] >= _RANK[shown]:
        return band
    if not is_counted:
        return shown
    last_band = next((step.band for step in reversed(previous) if step.is_counted), None)
    if last_band is None or _RANK[last_band] >= _RANK[shown]:
        return shown
    return better_band(band, last_band)


def percent_of(share: Fraction | None) -> int | None:
    """Give a share in per cent, rounded down, so that no number is shown above its band; None for None."""
    return None if share is None else 100 * share.numerator // share.denominator
