"""Say to a lead whether weeks of a course crowd at the expected number; shares to five, nobody named."""

from collections.abc import Sequence
from fractions import Fraction

from analytics.language import gettext, mark
from analytics.level_words import MARKER_NAMES
from bridge.levels.crowding import MarkerCrowding
from lti.panels.words import percent

NOTHING = mark(
    "Nothing can be said yet: that needs ten learners with two counted weeks before and two after, "
    "and a marker with a number a week."
)


def say_crowding(found: Sequence[MarkerCrowding]) -> tuple[str, ...]:
    """Say one sentence for each marker that could be looked at; one that says why, where none could."""
    return tuple(map(_say_one, found)) or (gettext(NOTHING),)


def _say_one(one: MarkerCrowding) -> str:
    values = {
        "marker": gettext(MARKER_NAMES[one.marker]),
        "before": _share(one.found.share_before),
        "after": _share(one.found.share_after),
        "expected": one.expected,
    }
    if one.is_since_start:
        shares = gettext(
            "{marker}: about {before} of weeks held exactly {expected} before the level took effect,"
            " about {after} since.",
            **values,
        )
    else:
        shares = gettext(
            "{marker}: about {before} of weeks held exactly {expected} in the first weeks, about {after} since.",
            **values,
        )
    return f"{shares} {_say_noticed(one.found.is_noticed)}"


def _say_noticed(is_noticed: bool) -> str:
    if is_noticed:
        return gettext(
            "More weeks stop at it than chance gives: ask whether it is the right number, for the right thing."
        )
    return gettext("Weeks do not stop at the number more than they did.")


def _share(share: Fraction) -> str:
    return percent(5 * round(20 * share))
