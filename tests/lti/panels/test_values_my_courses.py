"""The three sentences before a learner's courses: what to do first, where they stand, what went well."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from bridge.store.database import Sessions, reading, writing
from bridge.store.panel_learners import load_my_courses
from bridge.store.panel_records import MyCourse, OwnTask, Week
from lti.panels.values_my_courses import OwnSaying, find_run, make_own_sayings
from lti.panels.values_own import outlook_of
from lti.panels.words import Moment
from tests.lti.panels.world import NOW, Shape, add_course, make_world

MOMENT = Moment(NOW, ZoneInfo("Europe/London"))


@pytest.fixture
def courses(sessions: Sessions) -> tuple[MyCourse, ...]:
    """Two courses of one learner: one measured for five weeks, one too early to say."""
    world = make_world(sessions)
    with writing(sessions) as db:
        other = Shape(learner_count=0, course_name="Genetics", moodle_course_id=2110)
        add_course(db, world.platform_id, other, world.learner_ids[:1])
    with reading(sessions) as db:
        return load_my_courses(db, world.learner_ids[0])


def without_tasks(courses: Sequence[MyCourse]) -> list[MyCourse]:
    return [replace(course, tasks=()) for course in courses]


def first_of(courses: Sequence[MyCourse]) -> OwnSaying:
    return make_own_sayings(courses, MOMENT)[0]


def late(own: OwnTask) -> OwnTask:
    return replace(own, due_at=NOW - timedelta(days=2), handed_in_at=None, is_excused=False)


def test_nothing_is_said_without_a_course() -> None:
    assert make_own_sayings((), MOMENT) == ()


def test_what_is_due_next_in_any_course_comes_first_and_the_rest_of_the_week_is_counted(
    courses: tuple[MyCourse, ...],
) -> None:
    (own,) = [own for own in courses[0].tasks if own.task.name == "Quiz 2"]
    tomorrow = replace(own, due_at=NOW + timedelta(days=1), handed_in_at=None, is_excused=False)
    soon = replace(own, due_at=NOW + timedelta(hours=1), handed_in_at=None, is_excused=False)

    said = first_of([replace(courses[0], tasks=(tomorrow,)), replace(courses[1], tasks=(soon,))])

    assert said.text == "Genetics. It is the first of 2 things due in the next seven days."
    assert (said.big, said.link_text) == ("Quiz 2", "Open Quiz 2 in Moodle")


def test_without_anything_due_it_is_what_can_still_be_handed_in(courses: tuple[MyCourse, ...]) -> None:
    own = next(own for own in courses[0].tasks if own.task.modname == "assign")

    said = first_of([replace(courses[0], tasks=(late(own),)), replace(courses[1], tasks=())])

    assert (said.big, said.small) == (own.task.name, "has not arrived yet")
    assert said.text == "Cell Biology. Late work counts half, for as long as Moodle takes it."


def test_a_quiz_that_is_closed_is_not_what_to_do_first(courses: tuple[MyCourse, ...]) -> None:
    quiz = next(own for own in courses[0].tasks if own.task.modname == "quiz")

    said = first_of([replace(courses[0], tasks=(late(quiz),)), replace(courses[1], tasks=())])

    assert said.big != quiz.task.name


def test_without_tasks_it_is_what_is_left_of_the_week_and_then_nothing(courses: tuple[MyCourse, ...]) -> None:
    bare = without_tasks(courses)[:1]
    week_no = outlook_of(bare[0], MOMENT).week_no
    opened = {0: "", 40: ""}
    for visits in opened:
        week = Week(week_no, True, None, visits, None)
        opened[visits] = first_of([replace(bare[0], weeks=(week,))]).big

    assert opened[0].startswith("Open ")
    assert opened[40] == "Nothing to do first"


def test_courses_are_named_by_where_they_stand_and_never_added_up(courses: tuple[MyCourse, ...]) -> None:
    assert courses[0].standing is not None
    under = replace(courses[0], standing=replace(courses[0].standing, percent=66))
    early = replace(courses[1], standing=None)

    said = make_own_sayings([under, early], MOMENT)[1]
    nothing = make_own_sayings([early], MOMENT)[1]

    assert f"{said.big} {said.small}" == "0 of 1 course meets its level"
    assert said.text == (
        "Under it: Cell Biology is at 66\u00a0%; 70\u00a0% or more meets it. Too early to say: Genetics."
    )
    assert f"{nothing.big} {nothing.small}" == "Too early to say"


def test_a_run_of_weeks_is_praised_and_uncounted_weeks_do_not_break_it(courses: tuple[MyCourse, ...]) -> None:
    shares = [Fraction(1, 4), Fraction(1), None, Fraction(9, 10)]
    weeks = tuple(
        Week(number, share is not None, None if share is not None else "break", 4, share)
        for number, share in enumerate(shares, 1)
    )
    course = replace(courses[0], weeks=weeks)

    assert find_run(outlook_of(course, MOMENT), course) == 2
    assert make_own_sayings([course], MOMENT)[2].text == "Cell Biology has met its level 2 counted weeks in a row."


def test_without_anything_to_praise_it_is_said_that_a_beginning_counts(courses: tuple[MyCourse, ...]) -> None:
    said = make_own_sayings([replace(courses[0], weeks=())], MOMENT)[2]

    assert said.text == "Every week counts by itself, and a single activity is a beginning."
