"""Average shares of whole numbers exactly, many at once: on a common denominator, never through floats."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from analytics.bulk.cohort import Flags, Numbers

LARGEST = 2**62
"""Beyond it products could leave 64 bits: then Python's own whole numbers, which cannot, take over."""


@dataclass(frozen=True, slots=True, eq=False)
class Fractions:
    """Exact fractions of any shape; a denominator of 0: there is none."""

    numerators: Numbers
    denominators: Numbers

    @property
    def is_there(self) -> Flags:
        """Where there is one."""
        flags: Flags = self.denominators > 0
        return flags

    def reduced(self) -> "Fractions":
        """Give the same fractions in lowest terms, as ``fractions.Fraction`` has them."""
        common = np.maximum(np.gcd(self.numerators, self.denominators), 1)
        return Fractions(self.numerators // common, self.denominators // common)

    def as_list(self) -> list[Fraction | None]:
        """Give them one by one, in order; None where there is none."""
        both = zip(self.numerators.ravel().tolist(), self.denominators.ravel().tolist(), strict=True)
        return [Fraction(over, under) if under else None for over, under in both]


def average(parts: Sequence[tuple[int, Numbers, Numbers]], shape: tuple[int, ...]) -> Fractions:
    """Average shares by weight: (weight, met, expected), whose arrays have one shape.

    Where nothing is expected, a share leaves the average; where all have left, there is none.
    """
    bound = sum(weight for weight, _, _ in parts) * prod(int(expected.max(initial=1)) for _, _, expected in parts)
    kind: Any = np.int64 if bound < LARGEST else np.object_
    over, under, weights = np.zeros(shape, kind), np.ones(shape, kind), np.zeros(shape, kind)
    for weight, met, expected in parts:
        applies = expected > 0
        share = np.where(applies, expected, 1).astype(kind, copy=False)
        over = over * share + weight * np.where(applies, met, 0).astype(kind, copy=False) * under
        under = under * share
        weights = weights + weight * applies
    return Fractions(over, under * weights)
