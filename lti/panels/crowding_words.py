"""Say to a lead whether weeks of a course crowd at the expected number; shares to five, nobody named."""

from collections.abc import Sequence
from fractions import Fraction

from analytics.level_words import MARKER_NAMES
from bridge.levels.crowding import MarkerCrowding
from lti.panels.words import percent

NOTHING = (
    "Nothing can be said yet: that needs ten learners with two counted weeks before and two after, "
    "and a marker with a number a week."
)


def say_crowding(found: Sequence[MarkerCrowding]) -> tuple[str, ...]:
    """Say one sentence for each marker that could be looked at; one that says why, where none could."""
    return tuple(map(_say_one, found)) or (NOTHING,)


def _say_one(one: MarkerCrowding) -> str:
    before = "before the level took effect" if one.is_since_start else "in the first weeks"
    shares = (
        f"about {_share(one.found.share_before)} of weeks held exactly {one.expected:,} {before}, "
        f"about {_share(one.found.share_after)} since"
    )
    if one.found.is_noticed:
        text = "More weeks stop at it than chance gives: ask whether it is the right number, for the right thing."
    else:
        text = "Weeks do not stop at the number more than they did."
    return f"{MARKER_NAMES[one.marker]}: {shares}. {text}"


def _share(share: Fraction) -> str:
    return percent(5 * round(20 * share))
