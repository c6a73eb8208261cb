"""Who works with whom, as data: the stored relationships of a viewer (the FAQ: "only staff who work with you").

A tutor's relationship is not among them: it is read live from Moodle for the course they come from.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a stored relationship makes somebody."""

    ADVISER = "adviser"
    """Of one learner."""
    SUPPORT_OFFICER = "support-officer"
    """Of one school."""
    LEAD = "lead"
    """Learner engagement lead of one school."""
    FACULTY = "faculty"
    """Sees figures without names alone."""
    MAINTAINER = "maintainer"
    """Looks after the tool."""
    BREAK_GLASS = "break-glass"
    """A maintainer who had to look at one learner: with a reason, for an hour, and the learner sees it."""


OF_A_LEARNER = frozenset({Kind.ADVISER, Kind.BREAK_GLASS})
OF_A_SCHOOL = frozenset({Kind.SUPPORT_OFFICER, Kind.LEAD})
WORKS_WITH_LEARNERS = frozenset({Kind.ADVISER, Kind.SUPPORT_OFFICER})
"""Whose relationship alone shows learners by name; leads and faculty are not among them, nor is a maintainer."""


@dataclass(frozen=True, slots=True)
class Relationship:
    """One relationship that holds at this moment."""

    kind: Kind
    person_id: int | None = None
    """The learner, for the kinds of `OF_A_LEARNER`."""
    school_id: int | None = None
    """The school, for the kinds of `OF_A_SCHOOL`."""
