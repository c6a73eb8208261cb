"""Ask whether a group stands lower than the others, within courses and pooled, beside what chance would give.

A pooled gap mixes in which courses a group takes; the gap within courses does not (docs/worth.md "Groups").
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.cohort import FEWEST_LEARNERS

PERMUTATIONS = 999
SEED = 1
"""The same data gives the same report."""
AT_ONCE = 111
"""Permutations held in memory together."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CourseValues:
    """One course: a value for each learner, and whether they belong to each group (learners × groups)."""

    values: Floats
    members: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Gap:
    """One group against the others of the same courses."""

    within: float
    """The mean over courses of (group − others), by how much each course can tell."""
    pooled: float
    """The group's mean less the others', all courses in one pot."""
    null_low: float
    """Between this and the next lie 95 % of the gaps within courses that chance gives."""
    null_high: float
    p: float
    """How often chance gives a gap within courses at least as wide."""
    courses: int
    in_group: int
    in_others: int


def measure_gaps(courses: Sequence[CourseValues], *, seed: int = SEED) -> list[Gap | None]:
    """Measure the gap of every group; None for one that no course has k learners in and k out of.

    The null shuffles the values among the learners of each course, so it keeps the courses' own levels. Empty without
    courses.
    """
    if not courses:
        return []
    group_count = courses[0].members.shape[1]
    weights = [_weights(course) for course in courses]
    total = np.sum(weights, axis=0)
    observed = _within([course.values[None, :] for course in courses], courses, weights, total)[0]
    null = _make_null(courses, weights, total, np.random.default_rng(seed))
    return [
        None if total[group] == 0 else _describe(group, observed, null, courses, weights)
        for group in range(group_count)
    ]


def _weights(course: CourseValues) -> Floats:
    """Weigh a course for each group by what it can tell; 0 where k is not reached on both sides."""
    inside = course.members.sum(axis=0)
    outside = len(course.values) - inside
    enough = (inside >= FEWEST_LEARNERS) & (outside >= FEWEST_LEARNERS)
    weights: Floats = np.where(enough, inside * outside / max(len(course.values), 1), 0.0)
    return weights


def _within(
    values: Sequence[Floats], courses: Sequence[CourseValues], weights: Sequence[Floats], total: Floats
) -> Floats:
    """Give the gaps within courses, one row for each row of values; 0 where no course can tell."""
    gaps: Floats = np.zeros((values[0].shape[0], len(total)))
    for rows, course, weight in zip(values, courses, weights, strict=True):
        inside = course.members.sum(axis=0)
        sums = rows @ course.members.astype(np.float64)
        means = sums / np.maximum(inside, 1)
        others = (rows.sum(axis=1, keepdims=True) - sums) / np.maximum(len(course.values) - inside, 1)
        gaps += weight * (means - others)
    return gaps / np.where(total > 0, total, 1.0)


def _make_null(
    courses: Sequence[CourseValues], weights: Sequence[Floats], total: Floats, random: np.random.Generator
) -> Floats:
    parts = []
    for _ in range(PERMUTATIONS // AT_ONCE):
        shuffled = [
            random.permuted(np.broadcast_to(course.values, (AT_ONCE, len(course.values))), axis=1) for course in courses
        ]
        parts.append(_within(shuffled, courses, weights, total))
    return np.concatenate(parts)


def _describe(
    group: int, observed: Floats, null: Floats, courses: Sequence[CourseValues], weights: Sequence[Floats]
) -> Gap:
    used = [course for course, weight in zip(courses, weights, strict=True) if weight[group] > 0]
    values = np.concatenate([course.values for course in used])
    inside = np.concatenate([course.members[:, group] for course in used])
    chance = null[:, group]
    # A hair's breadth, so that a shuffle that gives the very same gap is not lost to the last digit.
    as_wide = np.abs(chance) >= abs(observed[group]) - 1e-12
    low, high = np.quantile(chance, (0.025, 0.975))
    return Gap(
        within=float(observed[group]),
        pooled=float(values[inside].mean() - values[~inside].mean()),
        null_low=float(low),
        null_high=float(high),
        p=float((1 + as_wide.sum()) / (1 + len(chance))),
        courses=len(used),
        in_group=int(inside.sum()),
        in_others=int((~inside).sum()),
    )
