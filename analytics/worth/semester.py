"""Describe a semester for its review: gaps between groups in what the rule raised, and wrong flags (paragraphs 7, 18).

Suppressed before anything leaves: no figure is about fewer than ten learners, nor leaves fewer than ten out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from analytics.worth.groups import Grouping, GroupRow, Measure, Members, compare_groups
from analytics.worth.suppressed import show_count, show_number


@dataclass(frozen=True, slots=True)
class SemesterPlace:
    """One learner in one course over the semester."""

    person_id: int
    course_id: int
    has_reason: bool
    """The published rule saw a reason in some closed week."""
    has_concern: bool
    """A concern was raised."""
    has_wrong_flag: bool
    """One was closed as a wrong flag."""


@dataclass(frozen=True, slots=True)
class EndedConcern:
    """One concern that was raised in the semester."""

    person_id: int
    rule_version: str
    is_closed: bool
    """By a person."""
    is_wrong: bool
    is_left: bool
    """It ended with its course's run, not by a person: nobody had turned to it."""
    days_to_contact: int | None
    """Until the first attempt to get in touch; None: there was none."""


@dataclass(frozen=True, slots=True)
class FlagRow:
    """How the concerns of one rule ended. None: it would be about fewer than ten learners."""

    rule_version: str
    learners: int | None
    """With a concern by it, rounded to ten."""
    wrong_share: float | None
    """Of those that a person closed: closed as a wrong flag."""
    left_share: float | None
    """Of all: nobody had turned to them when their course began another run."""
    days_to_contact: float | None
    """The median over concerns that led to an attempt."""


MEASURES: tuple[Measure[SemesterPlace], ...] = (
    Measure("a reason under the published rule", lambda place: place.has_reason),
    Measure("a concern", lambda place: place.has_concern),
    Measure("a wrong flag", lambda place: place.has_wrong_flag),
)


def describe_impact(places: Sequence[SemesterPlace], groupings: Mapping[str, Grouping]) -> tuple[GroupRow, ...]:
    """Describe each group's gap to the others of the same courses, beside what chance gives.

    A row is left out unless ten learners with and ten without stand on both sides. Empty without groups.
    """
    return tuple(
        row
        for name, grouping in groupings.items()
        for row in compare_groups(name, grouping, _sort(places, grouping), MEASURES)
    )


def _sort(places: Sequence[SemesterPlace], grouping: Grouping) -> list[Members[SemesterPlace]]:
    courses: dict[int, list[tuple[int, SemesterPlace]]] = {}
    for place in places:
        if place.person_id in grouping:
            courses.setdefault(place.course_id, []).append((place.person_id, place))
    return list(courses.values())


def describe_flags(concerns: Sequence[EndedConcern]) -> tuple[FlagRow, ...]:
    """Describe by rule how concerns ended, and how long the first contact took. Empty without concerns."""
    by_rule: dict[str, list[EndedConcern]] = {}
    for one in concerns:
        by_rule.setdefault(one.rule_version, []).append(one)
    return tuple(_describe_rule(version, by_rule[version]) for version in sorted(by_rule))


def _describe_rule(version: str, concerns: Sequence[EndedConcern]) -> FlagRow:
    closed = [one for one in concerns if one.is_closed]
    wrong = {one.person_id for one in closed if one.is_wrong}
    right = {one.person_id for one in closed if not one.is_wrong}
    days = [(one.person_id, one.days_to_contact) for one in concerns if one.days_to_contact is not None]
    left = {one.person_id for one in concerns if one.is_left}
    others = {one.person_id for one in concerns if not one.is_left}
    share = sum(one.is_wrong for one in closed) / len(closed) if closed else float("nan")
    left_share = sum(one.is_left for one in concerns) / len(concerns)
    middle = float(median(number for _, number in days)) if days else float("nan")
    return FlagRow(
        rule_version=version,
        learners=show_count(len({one.person_id for one in concerns})),
        wrong_share=show_number(share, len(wrong), len(right), digits=2),
        left_share=show_number(left_share, len(left), len(others), digits=2),
        days_to_contact=show_number(middle, len({person_id for person_id, _ in days}), digits=1),
    )
