"""Coverage: where the chosen markers say too little about a course or a learner."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.coverage import EVIDENCE_OF, CoverOfCourse, Gap, find_gap, is_thin, measure_cover
from analytics.levels import Marker

BOTH = frozenset({Marker.ACTIVITY, Marker.TASKS})
ONE = frozenset({Marker.ACTIVITY})
NONE: frozenset[Marker] = frozenset()


def course(markers: frozenset[Marker] = BOTH, credits: int | None = 15, is_core: bool = False) -> CoverOfCourse:
    """A course of 15 credits with two kinds of evidence."""
    return CoverOfCourse(1, credits, is_core, markers)


def test_every_marker_is_one_of_the_six_kinds() -> None:
    assert set(EVIDENCE_OF) == set(Marker)
    assert len(set(EVIDENCE_OF.values())) == 6


@pytest.mark.parametrize(
    ("one", "gap"),
    [
        (course(), None),
        (course(ONE), Gap.FEW_KINDS),
        (course(frozenset({Marker.LECTURE_CAPTURE, Marker.LIBRARY})), Gap.FEW_KINDS),
        (course(frozenset({Marker.LECTURE_CAPTURE, Marker.MEETINGS})), None),
        (course(NONE), None),
        (course(NONE, is_core=True), Gap.CORE_NOT_MEASURED),
    ],
)
def test_a_course_lacks_a_second_kind_of_evidence_or_is_core_and_not_measured(
    one: CoverOfCourse, gap: Gap | None
) -> None:
    assert find_gap(one) is gap


def test_cover_is_the_share_of_credits_that_is_measured() -> None:
    assert measure_cover([course(), course(NONE, 45)]) == Fraction(1, 4)
    assert measure_cover([course()], 60) == Fraction(1, 4)
    assert measure_cover([course(), course(credits=30)], 30) == 1
    assert measure_cover([course(credits=None)]) is None


def test_a_learner_is_thinly_covered_below_half_of_the_credits_or_with_one_kind() -> None:
    assert is_thin([course(), course(NONE, 30)])
    assert not is_thin([course(), course(NONE)])
    assert is_thin([course(ONE), course(ONE)])
    assert not is_thin([course(ONE), course(frozenset({Marker.ATTENDANCE}))])
    assert not is_thin([course(credits=None)])
    assert not is_thin([])


COURSES = st.lists(
    st.builds(
        CoverOfCourse, st.just(1), st.none() | st.integers(0, 60), st.booleans(), st.frozensets(st.sampled_from(Marker))
    ),
    max_size=6,
)


@given(COURSES, st.none() | st.integers(0, 360), st.sampled_from(Marker))
def test_a_marker_more_never_makes_it_thinner(courses: list[CoverOfCourse], taken: int | None, marker: Marker) -> None:
    more = [CoverOfCourse(one.course_id, one.credits, one.is_core, one.markers | {marker}) for one in courses]
    before, after = measure_cover(courses, taken), measure_cover(more, taken)

    assert before is None or (after is not None and 0 <= before <= after <= 1)
    assert is_thin(courses, taken) or not is_thin(more, taken)
