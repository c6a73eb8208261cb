"""The stories of who may see whom: two parts of one person, a tutor who leaves, a tutor who is not trained yet."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, select

from bridge.schema.records import Training
from bridge.store.database import reading, writing
from bridge.viewer_access import FRESH_FOR
from lti import limits
from lti.services import EXTENSION, Services
from tests.demo_vle.faults import Fault
from tests.demo_vle.worlds.model import Member
from tests.lti.served import Tool, names_somebody, page_token, read_rosters, reason_of
from tests.lti.small_world import CLASSMATE, ENROLLED, GROUP_A, GROUPED, LEARNER, OPEN, TUTOR

STAFF_PAGES = ("/panel/tutor", "/panel/tutor/learner", "/panel/people", "/panel/people/learner", "/panel/school")


def test_a_tutor_of_one_course_who_learns_in_another_is_a_learner_there_and_nothing_more(tool: Tool) -> None:
    tool.vle.world.courses[GROUPED].members[TUTOR] = Member(("student",), ENROLLED, (GROUP_A,))
    read_rosters(tool.sessions, tool.vle, tool.platform_id, (OPEN, GROUPED), tool.clock())
    teaching, learning = tool.open(TUTOR, OPEN), tool.open(TUTOR, GROUPED)
    lena = str(tool.person_id(LEARNER))

    there = [tool.post(path, learning, learner=lena, course=str(OPEN)) for path in STAFF_PAGES]

    assert "Lena" in tool.post("/panel/tutor", teaching).text
    assert [answer.status_code for answer in there] == [404] * len(STAFF_PAGES)
    assert not names_somebody("".join(answer.text for answer in there))
    assert not names_somebody(tool.post("/panel/learner", learning).text)
    own = tool.post("/panel/learner/courses", teaching).text
    assert "Course number 12" in own
    assert "Course number 11" not in own  # they teach there
    assert not names_somebody(own)


def test_a_tutor_removed_in_mid_session_sees_nobody_though_moodle_stops_before_it_can_say_so(tool: Tool) -> None:
    token = tool.open(TUTOR, OPEN)
    del tool.vle.world.courses[OPEN].members[TUTOR]
    tool.vle.faults.always(Fault.MAINTENANCE)
    lena = str(tool.person_id(LEARNER))

    tool.clock.move(seconds=FRESH_FOR.total_seconds() + 1)
    silent = [tool.post("/panel/tutor", token), tool.post("/panel/tutor/learner", token, learner=lena)]
    tool.vle.faults.clear()
    tool.clock.move(seconds=11)
    answered = tool.post("/panel/tutor", token)

    assert {(answer.status_code, reason_of(answer)) for answer in silent} == {(503, "rights-unchecked")}
    assert (answered.status_code, reason_of(answered)) == (403, "rights-changed")
    assert not names_somebody("".join(answer.text for answer in (*silent, answered)))
    refused = [row for row in tool.accesses() if not row.is_allowed]
    assert len(refused) == 3


def test_a_tutor_removed_in_mid_session_whom_moodle_told_of_stays_out_when_moodle_stops(tool: Tool) -> None:
    token = tool.open(TUTOR, OPEN)
    del tool.vle.world.courses[OPEN].members[TUTOR]
    tool.clock.move(seconds=FRESH_FOR.total_seconds() + 1)
    assert reason_of(tool.post("/panel/tutor", token)) == "rights-changed"
    tool.vle.faults.always(Fault.MAINTENANCE)

    over = tool.post("/panel/tutor", token)
    again = tool.launch(CLASSMATE, OPEN)  # a learner's own page stays

    assert reason_of(over) == "session-ended"
    assert again.status_code == 200


@pytest.fixture
def untrained(tool: Tool) -> Tool:
    with writing(tool.sessions) as db:
        db.execute(delete(Training))
    made: Services = tool.app.extensions[EXTENSION]
    settings = replace(made.settings, training_url="https://moodle.example.ac.uk/course/view.php?id=9")
    tool.app.extensions[EXTENSION] = replace(made, settings=settings)
    return tool


def test_a_tutor_names_nobody_before_the_day_of_their_training_and_after_saying_it_they_go_on(untrained: Tool) -> None:
    answer = untrained.launch(TUTOR, OPEN)
    token = page_token(answer)
    lena = str(untrained.person_id(LEARNER))
    assert "Before you see learners by name" in answer.text
    assert 'href="https://moodle.example.ac.uk/course/view.php?id=9" target="_top"' in answer.text
    refused = [untrained.post(path, token, learner=lena) for path in ("/panel/tutor", "/panel/tutor/learner")]
    assert [one.status_code for one in refused] == [404, 404]
    assert {row.reason for row in untrained.accesses()} == {"training-needed"}
    assert not names_somebody("".join(one.text for one in (answer, *refused)))

    once = answer.text.split('name="once" value="')[1].split('"')[0]
    told = untrained.post("/panel/people/training/done", token, once=once, day="2026-09-01", done="yes")

    assert "Recorded: trained on" in told.text
    assert 'formaction="/panel/tutor"' in told.text
    assert "Lena" in untrained.post("/panel/tutor", token).text
    assert "Lena" in untrained.launch(TUTOR, OPEN).text
    with reading(untrained.sessions) as db:
        (saved,) = db.scalars(select(Training))
        assert (saved.holder_moodle_user_id, saved.trained_on, saved.source) == (TUTOR, date(2026, 9, 1), "own")


def test_a_learner_is_asked_for_no_training_and_cannot_record_one(untrained: Tool) -> None:
    answer = untrained.launch(LEARNER, OPEN)
    assert "training" not in answer.text.lower()
    done = untrained.post("/panel/people/training/done", page_token(answer), once="x", day="2026-09-01", done="yes")
    assert done.status_code == 404


def test_nobody_begins_more_sessions_in_an_hour_than_a_person_can(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LAUNCHES_PER_HOUR", 2)
    assert [tool.launch(LEARNER, OPEN).status_code for _ in range(3)] == [200, 200, 429]
    assert tool.launch(CLASSMATE, OPEN).status_code == 200
    tool.clock.move(hours=1)
    assert tool.launch(LEARNER, OPEN).status_code == 200
