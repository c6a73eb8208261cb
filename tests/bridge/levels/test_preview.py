"""What a level would do is counted before it is published, and a past run suggests one; small counts are hidden."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from analytics.level_terms import LevelTerms, suggested_terms
from analytics.levels import CourseKind, Expectation, Marker
from analytics.rules import CLOCK_ALONE_RULE
from bridge.levels.past_run import suggest_from_run
from bridge.levels.preview import CONCERN, LevelPreview, preview_level
from bridge.schema.engagement import EvaluationRow, FigureMember, FigurePool
from bridge.schema.people import Enrolment
from bridge.schema.teaching import Course, TeachingCalendar
from bridge.store.calendar_changes import roll_over
from bridge.store.database import Sessions, reading, writing
from bridge.store.level_scopes import LevelRefused, site_scope
from tests.lti.panels.shapes import FIRST_MONDAY, NOW, ZONE, Shape
from tests.lti.panels.world import World, make_world, scope_of

TODAY = NOW.date()
KEY = b"k" * 32
ACTIVITY = Expectation(Marker.ACTIVITY, level=4, a_day=2)


def measured_world(sessions: Sessions, shape: Shape | None = None) -> World:
    """A course of which everything is known up to today."""
    shape = shape or Shape()
    world = make_world(sessions, shape)
    with writing(sessions) as db:
        db.execute(update(Course).values(activities_synced_at=shape.fresh_at, tasks_synced_at=shape.fresh_at))
    return world


def preview(sessions: Sessions, world: World, terms: LevelTerms) -> LevelPreview:
    """Preview a level for the world's course."""
    with reading(sessions) as db:
        return preview_level(db, scope_of(world), terms, start=FIRST_MONDAY, zone=ZONE, key=KEY)


def test_the_level_in_force_proposed_again_gives_the_same_counts(sessions: Sessions) -> None:
    world = measured_world(sessions)
    found = preview(sessions, world, suggested_terms(4))

    assert (found.course_count, found.left_out_count, found.learner_count) == (1, 0, 20)  # in pools: fives, four wait
    assert found.has_level
    assert [line.before for line in (*found.bands, *found.concerns)] == [
        line.after for line in (*found.bands, *found.concerns)
    ]


def test_counts_are_those_that_evaluations_of_now_would_show(sessions: Sessions) -> None:
    world = measured_world(sessions, Shape(learner_count=300))
    found = preview(sessions, world, suggested_terms(4))
    with reading(sessions) as db:
        rows = db.execute(
            select(EvaluationRow.concern_reasons, EvaluationRow.as_of).where(EvaluationRow.as_of == found.as_of)
        ).all()

    (concerns, _) = found.concerns
    assert concerns.name == CONCERN
    assert concerns.before == pytest.approx(sum(bool(reasons) for reasons, _ in rows), abs=3 * 4)  # three pools
    assert concerns.before


def test_a_higher_level_and_another_rule_show_what_they_would_do(sessions: Sessions) -> None:
    world = measured_world(sessions, Shape(learner_count=300))
    higher = LevelTerms((replace(ACTIVITY, level=9),), CLOCK_ALONE_RULE, ("The adviser.",))
    found = preview(sessions, world, higher)

    meeting = found.bands[0]
    assert meeting.before
    assert (meeting.after or 0) < meeting.before
    assert found.concerns[0].before != found.concerns[0].after


def test_fewer_than_ten_learners_give_no_preview(sessions: Sessions) -> None:
    found = preview(sessions, measured_world(sessions, Shape(learner_count=9)), suggested_terms(4))

    assert (found.learner_count, found.bands, found.concerns) == (None, (), ())


def test_no_shown_count_is_of_fewer_than_ten_and_no_hidden_one_can_be_found(sessions: Sessions) -> None:
    found = preview(sessions, measured_world(sessions), suggested_terms(4))

    for lines in (found.bands, found.concerns):
        for counts in ([line.before for line in lines], [line.after for line in lines]):
            shown = [count for count in counts if count]
            assert all(count >= 10 for count in shown)
            hidden = counts.count(None)
            assert hidden != 1


def test_a_course_with_a_narrower_level_is_not_in_the_sites_preview(sessions: Sessions) -> None:
    world = measured_world(sessions)
    with reading(sessions) as db:
        found = preview_level(
            db, site_scope(world.platform_id), suggested_terms(), start=FIRST_MONDAY, zone=ZONE, key=KEY
        )

    assert (found.course_count, found.left_out_count) == (0, 0)


def test_without_a_level_in_force_there_is_nothing_beside_it(sessions: Sessions) -> None:
    found = preview(sessions, measured_world(sessions, Shape(has_level=False)), suggested_terms(4))

    assert not found.has_level
    assert found.learner_count == 20


def test_every_level_that_is_tried_is_counted_in_the_same_pools_and_rounded(sessions: Sessions) -> None:
    """One level after the other, and one learner who joins or leaves: counts move by fives or not at all."""
    world = measured_world(sessions, Shape(learner_count=100))
    tried = [preview(sessions, world, LevelTerms((replace(ACTIVITY, level=level),))) for level in range(3, 15)]
    with writing(sessions) as db:
        is_one = (Enrolment.course_id == world.course_id, Enrolment.person_id == world.learner_ids[0])
        db.execute(update(Enrolment).where(*is_one).values(is_active=False))
    without = preview(sessions, world, suggested_terms(4))

    counts = [line.after for found in (*tried, without) for line in (*found.bands, *found.concerns)]
    assert {count % 5 for count in counts if count is not None} == {0}
    assert {found.learner_count for found in tried} == {100}
    assert without.learner_count == 95
    assert len({found.bands[0].after for found in tried}) > 2


def test_a_preview_counts_who_is_counted_in_the_frozen_figures(sessions: Sessions) -> None:
    world = measured_world(sessions, Shape(learner_count=60))
    with writing(sessions) as db:
        db.add(FigurePool(course_id=world.course_id, pool_no=1, size=40, made_as_of=TODAY))
        for person_id in world.learner_ids[:40]:
            db.add(FigureMember(course_id=world.course_id, person_id=person_id, pool_no=1))
        db.execute(update(Enrolment).where(Enrolment.person_id == world.learner_ids[0]).values(is_active=False))

    assert preview(sessions, world, suggested_terms(4)).learner_count == 40


def test_a_course_whose_records_are_not_known_yet_is_named_as_left_out(sessions: Sessions) -> None:
    found = preview(sessions, make_world(sessions), suggested_terms(4))

    assert (found.course_count, found.left_out_count) == (0, 1)


@pytest.mark.parametrize("kind", CourseKind)
def test_a_past_run_suggests_the_largest_level_that_most_active_weeks_met(sessions: Sessions, kind: CourseKind) -> None:
    world = measured_world(sessions)
    with reading(sessions) as db:
        found = suggest_from_run(db, scope_of(world), kind, TODAY, ZONE)

    fitting = [row.level for row in found.rows if row.share_of_active_weeks * 100 >= 60]
    assert found.level == max(fitting)
    assert found.rows[0].learner_count == 24
    assert found.rows[0].all_weeks == 24 * 5


def test_only_counted_weeks_that_have_closed_are_in_the_run(sessions: Sessions) -> None:
    world = measured_world(sessions)
    with reading(sessions) as db:
        found = suggest_from_run(db, scope_of(world), CourseKind.ONLINE, FIRST_MONDAY + timedelta(days=13), ZONE)

    assert found.rows[0].all_weeks == 24


@pytest.mark.parametrize(("kind", "level"), [(CourseKind.ONLINE, 4), (CourseKind.CAMPUS, 2)])
def test_a_run_of_fewer_than_ten_learners_is_none(sessions: Sessions, kind: CourseKind, level: int) -> None:
    world = measured_world(sessions, Shape(learner_count=9))
    with reading(sessions) as db:
        found = suggest_from_run(db, scope_of(world), kind, TODAY, ZONE)

    assert (found.level, found.rows) == (level, ())


def test_a_course_without_a_calendar_is_told_what_is_missing(sessions: Sessions) -> None:
    world = measured_world(sessions)
    with writing(sessions) as db:
        db.execute(update(Course).values(calendar_id=None))
        db.execute(update(TeachingCalendar).values(scope="course"))
    with reading(sessions) as db, pytest.raises(LevelRefused, match="teaching calendar"):
        suggest_from_run(db, scope_of(world), CourseKind.ONLINE, TODAY, ZONE)


def test_last_years_run_is_what_a_level_is_suggested_from(sessions: Sessions) -> None:
    world = measured_world(sessions)
    later = FIRST_MONDAY + timedelta(weeks=52)
    with reading(sessions) as db:
        before = suggest_from_run(db, scope_of(world), CourseKind.ONLINE, TODAY, ZONE)
    with writing(sessions) as db:
        moodle_course_id = db.get_one(Course, world.course_id).moodle_course_id
        now = datetime.combine(TODAY + timedelta(weeks=40), time(9), ZONE)
        assert roll_over(db, world.platform_id, moodle_course_id, later, now, ZONE).begun == {moodle_course_id: 2}
    with reading(sessions) as db:
        found = suggest_from_run(db, scope_of(world), CourseKind.ONLINE, later + timedelta(days=2), ZONE)

    assert before.rows
    assert found.rows[0].learner_count == before.rows[0].learner_count == 24
    # Of the whole run now, also of weeks that were still to come when it was asked before.
    assert found.rows[0].all_weeks >= before.rows[0].all_weeks
    assert found.rows[0].active_weeks >= before.rows[0].active_weeks
