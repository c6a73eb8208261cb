"""Put the gaps between groups into rows that are suppressed already (docs/worth.md "Groups")."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.rules import DEFAULT_RULE
from analytics.worth.following import Followed, Standing
from analytics.worth.gaps import CourseValues, Gap, measure_gaps
from analytics.worth.suppressed import is_enough, show_count

Grouping = Mapping[int, str]
"""Person id → the value of one column of the groups file; people without a value are left out."""


@dataclass(frozen=True, slots=True)
class GapRow:
    """One group against the others at one week, by one measure; every cell behind it holds k learners or more."""

    week: int
    grouping: str
    group: str
    measure: str
    learners: int | None
    """Distinct learners of the group in all courses, rounded."""
    courses: int
    within: float
    pooled: float
    null_low: float
    null_high: float
    p: float


def _has_concern(standing: Standing) -> float:
    return float(DEFAULT_RULE.version in standing.concerns)


MEASURES: Mapping[str, Callable[[Standing], float]] = {
    "E": lambda standing: standing.e or 0.0,
    "concern by the default rule": _has_concern,
}


def describe_gaps(followed: Sequence[Followed], groupings: Mapping[str, Grouping], week: int) -> tuple[GapRow, ...]:
    """Describe the gaps of every group at the end of a week; groups that are too small have no row.

    Empty without groups, or without learners who have an E at that week.
    """
    rows: list[GapRow] = []
    for name, grouping in groupings.items():
        groups = sorted(set(grouping.values()))
        courses = _sort(followed, grouping, week)
        for measure, ask in MEASURES.items():
            values = [_to_values(pairs, grouping, groups, ask) for pairs in courses]
            for group, gap in zip(groups, measure_gaps(values), strict=False):
                if gap is not None and _may_be_told(measure, courses, grouping, group):
                    people = {learner.person_id for pairs in courses for learner, _ in pairs}
                    count = show_count(sum(grouping[person_id] == group for person_id in people))
                    rows.append(_to_row(week, name, group, measure, count, gap))
    return tuple(rows)


Pairs = list[tuple[Followed, Standing]]


def _sort(followed: Sequence[Followed], grouping: Grouping, week: int) -> list[Pairs]:
    courses: dict[int, Pairs] = {}
    for learner in followed:
        standing = learner.standings.get(week)
        if standing is not None and standing.e is not None and learner.person_id in grouping:
            courses.setdefault(learner.course_id, []).append((learner, standing))
    return list(courses.values())


def _to_values(
    pairs: Pairs, grouping: Grouping, groups: Sequence[str], ask: Callable[[Standing], float]
) -> CourseValues:
    return CourseValues(
        np.array([ask(standing) for _, standing in pairs], dtype=np.float64),
        np.array([[grouping[learner.person_id] == group for group in groups] for learner, _ in pairs], dtype=np.bool_),
    )


def _may_be_told(measure: str, courses: Sequence[Pairs], grouping: Grouping, group: str) -> bool:
    """Tell whether a gap of shares hides each small cell: k with a concern and k without, in the group and outside."""
    if measure == "E":
        return True
    cells: dict[tuple[bool, bool], set[int]] = {(a, b): set() for a in (False, True) for b in (False, True)}
    for pairs in courses:
        for learner, standing in pairs:
            is_in = grouping[learner.person_id] == group
            cells[is_in, bool(_has_concern(standing))].add(learner.person_id)
    return is_enough(*map(len, cells.values()))


def _to_row(week: int, grouping: str, group: str, measure: str, learners: int | None, gap: Gap) -> GapRow:
    return GapRow(
        week=week,
        grouping=grouping,
        group=group,
        measure=measure,
        learners=learners,
        courses=gap.courses,
        within=round(gap.within, 3),
        pooled=round(gap.pooled, 3),
        null_low=round(gap.null_low, 3),
        null_high=round(gap.null_high, 3),
        p=round(gap.p, 3),
    )
