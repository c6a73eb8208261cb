"""Ask whether a number puts those with the outcome below those without, course by course (docs/worth.md)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

LOWEST_SHARE = 0.15
"""The part of a course whose precision is asked for."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One course at one week: scores and outcomes side by side; more is better."""

    scores: NDArray[np.float64]
    outcomes: NDArray[np.bool_]

    @property
    def with_outcome(self) -> int:
        """Count those with the outcome."""
        return int(self.outcomes.sum())

    @property
    def without_outcome(self) -> int:
        """Count those without it."""
        return len(self.outcomes) - self.with_outcome


def make_scored(pairs: Iterable[tuple[float, bool]]) -> Scored:
    """Put (score, has outcome) pairs side by side; empty arrays without any."""
    found = list(pairs)
    return Scored(
        np.array([score for score, _ in found], dtype=np.float64), np.array([has for _, has in found], dtype=np.bool_)
    )


def mid_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank values from 1, equal ones sharing the middle of their ranks; empty for none."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    middles = last - (counts - 1) / 2
    ranks: NDArray[np.float64] = middles[where]
    return ranks


def measure_auc(scored: Scored) -> float:
    """Measure the AUC: how often, of one learner with the outcome and one without, the first has the lower score.

    A tie counts half. NaN where one of the two kinds is missing.
    """
    with_outcome, without = scored.with_outcome, scored.without_outcome
    if not with_outcome or not without:
        return nan
    rank_sum = float(mid_ranks(-scored.scores)[scored.outcomes].sum())
    return (rank_sum - with_outcome * (with_outcome + 1) / 2) / (with_outcome * without)


def measure_lowest(scored: Scored, share: float = LOWEST_SHARE) -> float:
    """Measure the share with the outcome among the lowest ``share`` of a course.

    Of learners who tie at the border, as many count as fit, each with the tie's own share: no order decides among
    equals. NaN for an empty course.
    """
    places = share * len(scored.scores)
    if not places:
        return nan
    border = np.sort(scored.scores)[int(np.ceil(places)) - 1]
    below, tied = scored.scores < border, scored.scores == border
    hits = scored.outcomes[below].sum() + (places - below.sum()) * scored.outcomes[tied].mean()
    return float(hits / places)


def mean_of(values: Sequence[float]) -> float:
    """Give the plain mean over courses, each counting once; NaN without any."""
    return float(np.mean(values)) if values else nan
