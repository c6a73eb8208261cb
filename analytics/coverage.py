"""Warn where the chosen markers say too little about a course or a learner (policy paragraph 10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from analytics.levels import Marker


class Evidence(StrEnum):
    """The six kinds of evidence of policy paragraph 9."""

    ATTENDANCE = "attendance"
    SUBMISSIONS = "hand-ins"
    VLE = "the VLE"
    MEETINGS = "meetings with staff"
    OTHER = "other evidence"
    CO_CURRICULAR = "co-curricular"


EVIDENCE_OF: Mapping[Marker, Evidence] = MappingProxyType(
    {
        Marker.ACTIVITY: Evidence.VLE,
        Marker.TASKS: Evidence.SUBMISSIONS,
        Marker.ATTENDANCE: Evidence.ATTENDANCE,
        Marker.LECTURE_CAPTURE: Evidence.OTHER,
        Marker.MEETINGS: Evidence.MEETINGS,
        Marker.LIBRARY: Evidence.OTHER,
        Marker.CO_CURRICULAR: Evidence.CO_CURRICULAR,
    }
)
FEWEST_KINDS = 2
"""With fewer kinds of evidence a figure says little."""
LEAST_SHARE = Fraction(1, 2)
"""With less of a learner's credits measured, the learner is hardly in the picture. The policy names no number."""


class Gap(StrEnum):
    """What a course lacks."""

    CORE_NOT_MEASURED = "a core course that nothing measures"
    FEW_KINDS = "fewer than two kinds of evidence"


@dataclass(frozen=True, slots=True)
class CoverOfCourse:
    """What is measured in one course."""

    course_id: int
    credits: int | None
    """None: not known."""
    is_core: bool
    markers: frozenset[Marker]
    """Chosen, and with a source; empty: nothing is measured."""

    @property
    def kinds(self) -> frozenset[Evidence]:
        """The kinds of evidence that are measured."""
        return frozenset(EVIDENCE_OF[marker] for marker in self.markers)


def find_gap(course: CoverOfCourse) -> Gap | None:
    """Find what a course lacks; None for two kinds of evidence, and for a course that is neither measured nor core."""
    if not course.markers:
        return Gap.CORE_NOT_MEASURED if course.is_core else None
    return Gap.FEW_KINDS if len(course.kinds) < FEWEST_KINDS else None


def measure_cover(courses: Iterable[CoverOfCourse], credits_taken: int | None = None) -> Fraction | None:
    """Measure which share of a learner's credits lies in courses that are measured, from 0 to 1.

    ``credits_taken`` are the year's, as the student record has them; without them, or where the courses have more, the
    sum of the courses' own. None where no credit is known.
    """
    known = [(course, course.credits) for course in courses if course.credits is not None]
    taken = max(credits_taken or 0, sum(number for _, number in known))
    return Fraction(sum(number for course, number in known if course.markers), taken) if taken else None


def is_thin(courses: Sequence[CoverOfCourse], credits_taken: int | None = None) -> bool:
    """Tell whether what is measured says too little about a learner: too few credits, or fewer than two kinds.

    Where no credit is known, the kinds alone decide. False without any course.
    """
    if not courses:
        return False
    kinds = {kind for course in courses for kind in course.kinds}
    share = measure_cover(courses, credits_taken)
    return len(kinds) < FEWEST_KINDS or (share is not None and share < LEAST_SHARE)
