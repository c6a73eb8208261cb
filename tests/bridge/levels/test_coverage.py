"""Coverage of real rows: what is chosen, has a source, and for how many learners it is too little."""

import pytest

from analytics.coverage import Gap
from analytics.level_terms import LevelTerms
from analytics.levels import Expectation, Marker
from bridge.levels.coverage import Coverage, find_coverage
from bridge.schema.records import CourseSchool, School
from bridge.store.database import Sessions, reading, writing
from tests.levels import publish
from tests.lti.panels.shapes import FIRST_MONDAY, NOW, Shape
from tests.lti.panels.world import World, add_course, make_world, scope_of

ACTIVITY, ATTENDANCE = Expectation(Marker.ACTIVITY, level=4, a_day=2), Expectation(Marker.ATTENDANCE)


def coverage(sessions: Sessions, world: World, school_id: int | None = None) -> Coverage:
    """Find the coverage of today."""
    with reading(sessions) as db:
        return find_coverage(db, world.platform_id, NOW.date(), school_id)


def own(sessions: Sessions, world: World, *, credits: int, is_core: bool) -> int:
    """Give the world's course to a school; return the school's id."""
    with writing(sessions) as db:
        school = School(platform_id=world.platform_id, code="SBBS", name="Biological Sciences")
        db.add(school)
        db.flush()
        db.add(CourseSchool(course_id=world.course_id, school_id=school.id, credits=credits, is_core=is_core))
        return school.id


def test_two_kinds_of_evidence_are_enough(sessions: Sessions) -> None:
    found = coverage(sessions, make_world(sessions))

    assert (found.course_count, found.gaps, found.learner_count, found.thin_count) == (1, (), 24, 0)


def test_a_marker_without_a_source_is_no_kind_of_evidence(sessions: Sessions) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        terms = LevelTerms((ACTIVITY, ATTENDANCE), who_intervenes=("The adviser.",))
        publish(db, world.platform_id, terms, scope=scope_of(world), effective_from=FIRST_MONDAY)
    found = coverage(sessions, world)

    assert [(gap.gap, gap.markers) for gap in found.gaps] == [(Gap.FEW_KINDS, frozenset({Marker.ACTIVITY}))]
    assert found.thin_count == 24


def test_a_core_course_without_a_level_is_named(sessions: Sessions) -> None:
    world = make_world(sessions, Shape(has_level=False))
    own(sessions, world, credits=15, is_core=True)

    assert [gap.gap for gap in coverage(sessions, world).gaps] == [Gap.CORE_NOT_MEASURED]


@pytest.mark.parametrize(("other_learners", "thin"), [(12, 12), (5, None), (20, None)])
def test_learners_with_too_few_credits_measured_are_counted_unless_few(
    sessions: Sessions, other_learners: int, thin: int | None
) -> None:
    world = make_world(sessions)
    own(sessions, world, credits=10, is_core=False)
    with writing(sessions) as db:
        shape = Shape(has_level=False, moodle_course_id=2110, course_name="Genetics")
        other = add_course(db, world.platform_id, shape, world.learner_ids[:other_learners])
        db.flush()
        school_id = db.get_one(CourseSchool, world.course_id).school_id
        db.add(CourseSchool(course_id=other.course_id, school_id=school_id, credits=30, is_core=False))
    found = coverage(sessions, world)

    assert (found.learner_count, found.thin_count) == (24, thin)


def test_a_school_sees_its_own_courses_and_learners_alone(sessions: Sessions) -> None:
    world = make_world(sessions)
    school_id = own(sessions, world, credits=15, is_core=False)

    assert coverage(sessions, world, school_id + 1).course_count == 0
    found = coverage(sessions, world, school_id)
    assert (found.course_count, found.learner_count) == (1, 0)
