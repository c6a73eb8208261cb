"""Summarise a course without ranking anyone: band counts, quartiles, suppression (policy paragraphs 17, 18, 20)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from statistics import median

from analytics.bands import Band
from analytics.engagement import Evaluation

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


@dataclass(frozen=True, slots=True)
class BandCounts:
    """How many learners of one week were shown each band: exact, for a tutor's own list."""

    week: int
    meeting: int
    below: int
    well_below: int
    too_early: int
    median_e: Fraction | None
    """The median of the scored learners; None without any."""

    @property
    def learner_count(self) -> int:
        """Count all learners of the week."""
        return self.meeting + self.below + self.well_below + self.too_early

    @property
    def by_name(self) -> dict[str, int]:
        """Give the counts by name, for suppression and tables."""
        return {
            "meeting": self.meeting,
            "below": self.below,
            "well_below": self.well_below,
            "too_early": self.too_early,
        }


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


def count_bands(evaluations: Iterable[Evaluation]) -> tuple[BandCounts, ...]:
    """Count the shown bands of each week, oldest first; one evaluation per learner and week, empty without any."""
    by_week: dict[int, list[Evaluation]] = {}
    for evaluation in evaluations:
        by_week.setdefault(evaluation.week, []).append(evaluation)
    return tuple(_count_week(week, by_week[week]) for week in sorted(by_week))


def _count_week(week: int, evaluations: Sequence[Evaluation]) -> BandCounts:
    shown = [evaluation.shown for evaluation in evaluations]
    scores = [evaluation.engagement.e for evaluation in evaluations if evaluation.engagement.e is not None]
    return BandCounts(
        week=week,
        meeting=shown.count(Band.MEETING),
        below=shown.count(Band.BELOW),
        well_below=shown.count(Band.WELL_BELOW),
        too_early=shown.count(None),
        median_e=median(scores) if scores else None,
    )


def suppress_counts(counts: Mapping[str, int], fewest_learners: int = FEWEST_LEARNERS) -> dict[str, int | None]:
    """Hide small counts of distinct learners from those without named rights; None is a hidden one.

    Counts from 1 to k − 1 are hidden; then, so that none can be found by subtraction, the next smallest until at
    least two are hidden and they hold k learners together. All are hidden when there are fewer than k learners.
    """
    if sum(counts.values()) < fewest_learners:
        return dict.fromkeys(counts, None)
    hidden = {name for name, count in counts.items() if 0 < count < fewest_learners}
    shown = sorted((name for name in counts if name not in hidden), key=lambda name: (counts[name], name))
    while hidden and shown and (len(hidden) < 2 or sum(counts[name] for name in hidden) < fewest_learners):
        hidden.add(shown.pop(0))
    return {name: None if name in hidden else count for name, count in counts.items()}
