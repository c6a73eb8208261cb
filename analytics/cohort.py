"""Place a learner among a course without ranking anyone (policy paragraphs 17, 18 and 20)."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

FEWEST_LEARNERS = 10
"""k: no figure for those without named rights is about fewer distinct learners."""


class Quartile(StrEnum):
    """Where a learner stands among the scored learners of a course, shown to that learner alone, by choice."""

    FIRST = "first quarter"
    """The lowest scores."""
    SECOND = "second quarter"
    THIRD = "third quarter"
    FOURTH = "fourth quarter"
    """The highest scores."""


def find_quartile(e: Fraction, scores: Sequence[Fraction]) -> Quartile | None:
    """Find the quarter of a learner's E by mid-rank among all scores of the course, the learner's own included.

    Equal scores share a quarter. None for fewer than 10 scored learners or when all tie: hidden, not zero.
    """
    if len(scores) < FEWEST_LEARNERS or min(scores) == max(scores):
        return None
    below = sum(score < e for score in scores)
    equal = sum(score == e for score in scores)
    quarter = 4 * (2 * below + equal) // (2 * len(scores))
    return tuple(Quartile)[min(quarter, 3)]
