"""Somebody who logged in to Moodle as a learner and asked for this page: the learner reads of it."""

from datetime import timedelta

from sqlalchemy import select

from bridge.schema.people import Person
from bridge.store.database import Sessions, writing
from bridge.store.login_as import LoginAsRefusal, save_login_as_refusals
from lti.panels.views import learner_panel
from tests.lti.panels.conftest import MakeBrowser
from tests.lti.panels.test_learner_panel import section
from tests.lti.panels.world import NOW, World, make_world

TUTORS_MOODLE_ID, STRANGER = 9000, 77


def refuse(sessions: Sessions, world: World, real: int, number: int) -> None:
    """Let somebody be refused three hours ago while logged in as the first learner."""
    with writing(sessions) as db:
        user = db.scalars(select(Person.moodle_user_id).where(Person.id == world.learner_ids[0])).one()
        refusal = LoginAsRefusal(number, NOW - timedelta(hours=3), user, real, world.moodle_course_id)
        assert save_login_as_refusals(db, world.platform_id, [refusal]) == 1
        assert save_login_as_refusals(db, world.platform_id, [refusal]) == 0


def test_a_refused_attempt_by_an_administrator_is_listed_as_one(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    refuse(sessions, world, STRANGER, 1)

    looked = section(open_as(world).as_learner(learner_panel, world.learner_ids[0]), "Who has looked at my data")

    assert looked == (
        "Who has looked at my data A Moodle administrator , logged in to Moodle as you and asked for this page of"
        " Cell Biology, was refused and saw nothing: today, 11:20 Everybody who has looked, and why"
    )


def test_whoever_is_known_by_name_is_named(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    refuse(sessions, world, TUTORS_MOODLE_ID, 1)

    looked = section(open_as(world).as_learner(learner_panel, world.learner_ids[0]), "Who has looked at my data")

    assert "Dr Priya Nair , logged in to Moodle as you" in looked


def test_another_learner_reads_nothing_of_it(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    refuse(sessions, world, STRANGER, 1)

    looked = section(open_as(world).as_learner(learner_panel, world.learner_ids[1]), "Who has looked at my data")

    assert looked == "Who has looked at my data Nobody has looked so far. Everybody who has looked, and why"
