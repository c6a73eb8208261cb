"""A learner whose data is paused reads why, and staff find them nowhere."""

from datetime import timedelta

import pytest

from bridge.schema.records import School, StudentRecord
from bridge.store.database import Sessions, reading, writing
from bridge.store.restrictions import RestrictionKind, end_restrictions, start_restriction
from bridge.store.viewers import load_learner_groups
from lti.errors import NotFound
from lti.panels.views import course_panel, learner_courses_panel, learner_panel, learner_week_panel, tutor_learner_panel
from lti.panels.views_figure import learner_figure_panel
from tests.lti.panels.conftest import MakeBrowser, soup_of
from tests.lti.panels.world import NOW, World, make_world


def pause(sessions: Sessions, person_id: int, kind: RestrictionKind = RestrictionKind.OBJECTION) -> None:
    with writing(sessions) as db:
        start_restriction(db, person_id, kind, "Dana <Officer>", NOW - timedelta(days=2))


def names_of(sessions: Sessions, open_as: MakeBrowser, world: World) -> str:
    return soup_of(open_as(world).as_tutor(course_panel)).get_text(" ")


@pytest.mark.parametrize("view", [learner_panel, learner_week_panel, learner_figure_panel, learner_courses_panel])
def test_each_own_page_says_why_in_place_of_any_figure(sessions: Sessions, open_as: MakeBrowser, view: object) -> None:
    world = make_world(sessions)
    pause(sessions, world.learner_ids[0])
    assert callable(view)

    page = soup_of(open_as(world).as_learner(view, world.learner_ids[0], {"week": "1"}))

    text = " ".join(page.get_text(" ").split())
    assert "You objected to your data being used here, and Dana <Officer> decided it on" in text
    assert "never counts against you" in text
    assert "%" not in text
    assert {"What is held about me", "Everybody who has looked, and why"} <= {
        button.get_text() for button in page.find_all(["button", "a"])
    }


def test_another_learners_pages_are_as_ever(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    pause(sessions, world.learner_ids[0])

    assert "paused" not in open_as(world).as_learner(learner_panel, world.learner_ids[1])


def test_staff_find_a_paused_learner_in_no_list_and_on_no_page_until_the_pause_ends(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)
    person_id = world.learner_ids[0]
    page = open_as(world).as_tutor(tutor_learner_panel, learner=person_id)
    heading = soup_of(page).find("h1")
    assert heading is not None
    name = heading.get_text(" ", strip=True)
    assert name in names_of(sessions, open_as, world)
    pause(sessions, person_id)

    assert name not in names_of(sessions, open_as, world)
    with pytest.raises(NotFound):
        open_as(world).as_tutor(tutor_learner_panel, learner=person_id)
    with reading(sessions) as db:
        assert load_learner_groups(db, world.course_id, person_id) is None

    with writing(sessions) as db:
        end_restrictions(db, person_id, NOW)
    assert name in names_of(sessions, open_as, world)


@pytest.mark.parametrize("view", [learner_panel, learner_week_panel, learner_figure_panel, learner_courses_panel])
def test_a_research_student_whose_programme_takes_no_part_reads_so_and_staff_do_not_find_them(
    sessions: Sessions, open_as: MakeBrowser, view: object
) -> None:
    world = make_world(sessions)
    person_id = world.learner_ids[0]
    heading = soup_of(open_as(world).as_tutor(tutor_learner_panel, learner=person_id)).find("h1")
    assert heading is not None
    with writing(sessions) as db:
        db.add(School(id=1, platform_id=world.platform_id, code="S", name="School", switched_on_at=NOW))
        db.flush()
        told = {"is_part_time": False, "is_research": True, "status": "active", "fed_at": NOW}
        db.add(StudentRecord(person_id=person_id, school_id=1, programme_id=None, **told))
    assert callable(view)

    text = soup_of(open_as(world).as_learner(view, person_id, {"week": "1"})).get_text(" ")

    assert "Your programme takes no part" in text
    assert "%" not in text
    assert heading.get_text(" ", strip=True) not in names_of(sessions, open_as, world)
    with pytest.raises(NotFound):
        open_as(world).as_tutor(tutor_learner_panel, learner=person_id)
