"""Put the gaps between groups into rows that are suppressed already (docs/worth.md "Groups")."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Generic, TypeVar

import numpy as np

from analytics.rules import DEFAULT_RULE
from analytics.worth.following import Followed, Standing
from analytics.worth.gaps import CourseValues, Gap, measure_gaps
from analytics.worth.suppressed import is_enough, show_count

Grouping = Mapping[int, str]
"""Person id → the value of one column of the groups file; people without a value are left out."""

T = TypeVar("T")
Members = Sequence[tuple[int, T]]
"""The learners of one course by person id, each with what is asked about; all of them have a group."""


@dataclass(frozen=True, slots=True)
class Measure(Generic[T]):
    """What groups are compared by."""

    name: str
    ask: Callable[[T], float]
    is_share: bool = True
    """Learners have it or not: then ten of each stand on both sides, or nothing is told."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group against the others of their courses, by one measure; every cell behind it holds k learners or more."""

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


@dataclass(frozen=True, slots=True)
class GapRow(GroupRow):
    """The same at the end of one week."""

    week: int


MEASURES: tuple[Measure[Standing], ...] = (
    Measure("E", lambda standing: standing.e or 0.0, is_share=False),
    Measure("concern by the default rule", lambda standing: DEFAULT_RULE.version in standing.concerns),
)


def describe_gaps(followed: Sequence[Followed], groupings: Mapping[str, Grouping], week: int) -> tuple[GapRow, ...]:
    """Describe the gaps of every group at the end of a week; groups that are too small have no row.

    Empty without groups, or without learners who have an E at that week.
    """
    return tuple(
        GapRow(**asdict(row), week=week)
        for name, grouping in groupings.items()
        for row in compare_groups(name, grouping, _sort(followed, grouping, week), MEASURES)
    )


def _sort(followed: Sequence[Followed], grouping: Grouping, week: int) -> list[Members[Standing]]:
    courses: dict[int, list[tuple[int, Standing]]] = {}
    for learner in followed:
        standing = learner.standings.get(week)
        if standing is not None and standing.e is not None and learner.person_id in grouping:
            courses.setdefault(learner.course_id, []).append((learner.person_id, standing))
    return list(courses.values())


def compare_groups(
    name: str, grouping: Grouping, courses: Collection[Members[T]], measures: Sequence[Measure[T]]
) -> list[GroupRow]:
    """Describe each group's gap to the others of the same courses, beside what chance gives; what is too small has no
    row. Empty without courses."""
    groups = sorted(set(grouping.values()))
    people = {person_id for members in courses for person_id, _ in members}
    rows = []
    for measure in measures:
        values = [_to_values(members, grouping, groups, measure.ask) for members in courses]
        for group, gap in zip(groups, measure_gaps(values), strict=False):
            if gap is not None and (not measure.is_share or _may_be_told(courses, grouping, group, measure.ask)):
                count = show_count(sum(grouping[person_id] == group for person_id in people))
                rows.append(_to_row(name, group, measure.name, count, gap))
    return rows


def _to_values(
    members: Members[T], grouping: Grouping, groups: Sequence[str], ask: Callable[[T], float]
) -> CourseValues:
    return CourseValues(
        np.array([ask(one) for _, one in members], dtype=np.float64),
        np.array([[grouping[person_id] == group for group in groups] for person_id, _ in members], dtype=np.bool_),
    )


def _may_be_told(courses: Collection[Members[T]], grouping: Grouping, group: str, ask: Callable[[T], float]) -> bool:
    """Tell whether k learners with it and k without it are in the group, and as many outside."""
    cells: dict[tuple[bool, bool], set[int]] = {(a, b): set() for a in (False, True) for b in (False, True)}
    for members in courses:
        for person_id, one in members:
            cells[grouping[person_id] == group, bool(ask(one))].add(person_id)
    return is_enough(*map(len, cells.values()))


def _to_row(grouping: str, group: str, measure: str, learners: int | None, gap: Gap) -> GroupRow:
    return GroupRow(
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
