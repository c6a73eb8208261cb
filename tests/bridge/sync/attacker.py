"""Somebody who reads all figures of all weeks and knows who was counted in each, and tries to find out about few.

The attacker is given more than any reader has: who was in which row in which week, and that nothing about anybody
changed over the whole term. Sums and differences of any rows then are equations about sets of learners.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence

import numpy as np

from tests.bridge.sync.figure_terms import Name, Place

NEARLY = 1e-6


def find_atoms(members: Mapping[Name, Collection[Place]]) -> list[frozenset[Place]]:
    """Return the smallest sets that any unions, differences and intersections of the rows can be made of."""
    signatures: dict[Place, list[Name]] = {}
    for name, places in members.items():
        for place in places:
            signatures.setdefault(place, []).append(name)
    atoms: dict[Hashable, set[Place]] = {}
    for place, names in signatures.items():
        atoms.setdefault(tuple(sorted(names)), set()).add(place)
    return [frozenset(atom) for atom in atoms.values()]


def fewest_learners(members: Mapping[Name, Collection[Place]]) -> int:
    """Return how many different learners the smallest of these sets has; a large number without any row."""
    return min((len({person for _, person in atom}) for atom in find_atoms(members)), default=10**6)


def solve_for(wanted: Collection[Place], members: Mapping[Name, Collection[Place]]) -> dict[Name, float] | None:
    """Find weights of rows that add up to the wanted places and to nobody else; None: there are none."""
    (weights,) = solve_for_each([wanted], members)
    return weights


def solve_for_each(
    groups: Sequence[Collection[Place]], members: Mapping[Name, Collection[Place]]
) -> list[dict[Name, float] | None]:
    """Find such weights for each of several groups."""
    names = list(members)
    places = sorted({place for row in members.values() for place in row} | {one for group in groups for one in group})
    rows = np.array([[place in members[name] for name in names] for place in places], dtype=float)
    targets = np.array([[place in set(group) for group in groups] for place in places], dtype=float)
    weights, *_ = np.linalg.lstsq(rows, targets, rcond=None)
    misses = np.abs(rows @ weights - targets).max(axis=0)
    return [
        None
        if miss > NEARLY
        else {name: float(one) for name, one in zip(names, column, strict=True) if abs(one) > NEARLY}
        for miss, column in zip(misses, weights.T, strict=True)
    ]
