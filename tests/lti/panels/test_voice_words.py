"""A learner's own side as pages print it: the quarter by choice from ten learners on, the goal, who is left alone."""

from datetime import timedelta
from fractions import Fraction

import pytest

from analytics.drops import Score
from bridge.schema.casework import Dispute
from bridge.store.database import Sessions, writing
from bridge.store.panel_records import Week
from bridge.store.voice import Choice
from lti.panels.values_voice import NO_COMPARISON, say_comparison, say_goal
from lti.panels.views import course_panel, tutor_learner_panel
from tests.lti.panels.conftest import MakeBrowser, text_of
from tests.lti.panels.world import NOW, World, make_world

ON = Choice(shows_comparison=True)
BY = ("level-1",)


def scores(*percents: int, week: int = 3) -> dict[int, list[Score]]:
    return {number: [Score(week, Fraction(percent, 100), BY)] for number, percent in enumerate(percents)}


@pytest.mark.parametrize(
    ("person_id", "quarter"), [(0, "first quarter"), (3, "second quarter"), (6, "third"), (9, "fourth quarter")]
)
def test_the_comparison_names_the_quarter_of_the_learner_alone(person_id: int, quarter: str) -> None:
    said = say_comparison(ON, scores(*range(10, 110, 10)), person_id, 3)
    assert quarter in said
    assert not any(str(number) in said for number in range(10, 110, 10))


def test_no_comparison_is_made_unless_it_is_chosen_or_of_fewer_than_ten_or_by_other_measures() -> None:
    ten = scores(*range(10, 110, 10))
    assert say_comparison(Choice(), ten, 0, 3) == ""
    assert say_comparison(ON, scores(*range(10, 100, 10)), 0, 3) == NO_COMPARISON
    assert say_comparison(ON, {**ten, 9: [Score(3, Fraction(1), ("level-2",))]}, 0, 3) == NO_COMPARISON
    assert say_comparison(ON, ten, 0, 4) == "You have no figure to compare yet."


def test_a_goal_stands_beside_what_was_opened_in_the_last_closed_week() -> None:
    week = Week(week_no=3, is_counted=True, why_not=None, visits=4, share=None)
    assert say_goal(Choice(goal="Catch up", goal_a_week=5), [week], 3) == (
        "“Catch up”: 5 activities a week. In week 3 you opened 4."
    )
    assert say_goal(Choice(goal="Catch up"), [week], 3) == "“Catch up”."
    assert say_goal(Choice(), [week], 3) == ""


def dispute(sessions: Sessions, world: World, days_ago: int) -> None:
    """Let every learner of the course have disputed a week."""
    made = NOW - timedelta(days=days_ago)
    with writing(sessions) as db:
        for person_id in world.learner_ids:
            said = {"week_no": 2, "text": "no", "made_at": made, "paused_until": made.date() + timedelta(days=7)}
            db.add(Dispute(course_id=world.course_id, person_id=person_id, **said))


def test_the_tutor_is_asked_to_talk_to_nobody_who_disputed_a_week_for_seven_days(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)
    before = text_of(open_as(world).as_tutor(course_panel))
    assert "Nobody to talk to first" not in before
    dispute(sessions, world, 0)
    paused = text_of(open_as(world).as_tutor(course_panel))
    assert "Nobody to talk to first" in paused
    assert "say that a week isn’t right: nobody is asked to talk to them now." in paused
    one = text_of(open_as(world).as_tutor(tutor_learner_panel, learner=world.learner_ids[0]))
    assert "Nobody is asked to talk to them up to" in one
    after = text_of(open_as(world, NOW + timedelta(days=8)).as_tutor(course_panel))
    assert "isn’t right: nobody" not in after
