"""Hide what would be about few people, before a report leaves the memory (docs/worth.md "What the report leaves out").

k = 10 on distinct learners, as for every figure without named rights (policy paragraphs 17, 18 and 20).
"""

from math import isnan

from analytics.cohort import FEWEST_LEARNERS

ROUND_TO = 10
"""Counts of learners are rounded, so that two reports tell nothing by their difference."""


def is_enough(*cells: int) -> bool:
    """Tell whether every cell holds at least k distinct learners."""
    return all(cell >= FEWEST_LEARNERS for cell in cells)


def show_count(learners: int) -> int | None:
    """Give a count of distinct learners, rounded to the nearest ten; None below k."""
    return round(learners / ROUND_TO) * ROUND_TO if is_enough(learners) else None


def show_number(value: float, *cells: int, digits: int = 3) -> float | None:
    """Give a number that was made of these cells of distinct learners; None if one holds fewer than k, or for NaN."""
    return round(value, digits) if is_enough(*cells) and not isnan(value) else None
