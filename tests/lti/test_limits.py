"""Somebody who opens one learner after the other is stopped, and the data-protection contact learns of it."""

import json
from dataclasses import replace
from datetime import timedelta

from analytics.policy.access import Action
from bridge.store.access_log import AccessEntry, save_access
from bridge.store.alerts import AlertRecord, load_alerts
from bridge.store.database import reading, writing
from bridge.store.platforms import save_platform
from lti.services import EXTENSION, Services
from tests.lti.panels.conftest import text_of
from tests.lti.served import Tool, names_somebody, reason_of
from tests.lti.small_world import ADMIN, CLASSMATE, GROUP_TUTOR, GROUPED, LEARNER, OPEN, TUTOR

CONTACT = "Data Protection Office, data-protection@example.ac.uk"


def allow(tool: Tool, views: int, contact: str = "") -> None:
    """Let one person have so many named pages an hour."""
    made: Services = tool.app.extensions[EXTENSION]
    settings = replace(made.settings, named_views_per_hour=views, privacy_contact=contact)
    tool.app.extensions[EXTENSION] = replace(made, settings=settings)


def alerts(tool: Tool) -> tuple[AlertRecord, ...]:
    with reading(tool.sessions) as db:
        return load_alerts(db, tool.clock() - timedelta(days=30))


def test_named_pages_beyond_the_limit_are_refused_until_the_hour_is_over(tool: Tool) -> None:
    allow(tool, 3)
    token = tool.open(TUTOR, OPEN)
    learner = str(tool.person_id(LEARNER))

    answers = [tool.post("/panel/tutor/learner", token, learner=learner) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert reason_of(answers[2]) == "too-many-views"
    assert not names_somebody(answers[2].text)
    tool.clock.move(minutes=29)
    assert tool.post("/panel/tutor", token).status_code == 429
    tool.clock.move(minutes=29)
    assert tool.post("/panel/tutor", token).status_code == 429
    tool.clock.move(minutes=3)
    assert tool.launch(TUTOR, OPEN).status_code == 200


def test_a_launch_beyond_the_limit_shows_nobody_and_leaves_no_session(tool: Tool) -> None:
    allow(tool, 1)
    tool.open(TUTOR, OPEN)

    answer = tool.launch(TUTOR, OPEN)

    assert (answer.status_code, reason_of(answer)) == (429, "too-many-views")
    assert not names_somebody(answer.text)
    assert 'name="page_token"' not in answer.text


def test_what_is_refused_leaves_a_row_and_does_not_count_against_the_viewer(tool: Tool) -> None:
    allow(tool, 1)
    token = tool.open(TUTOR, OPEN)
    learner = tool.person_id(LEARNER)
    for _ in range(3):
        assert tool.post("/panel/tutor/learner", token, learner=str(learner)).status_code == 429

    refused = [row for row in tool.accesses() if not row.is_allowed]

    assert {(row.action, row.subject_person_id, row.reason) for row in refused} == {
        (Action.LEARNER_VIEW, learner, "too-many-views")
    }
    assert len(refused) == 3
    allow(tool, 2)
    assert tool.post("/panel/tutor", token).status_code == 200


def test_each_person_and_each_hour_counts_alone(tool: Tool) -> None:
    allow(tool, 1)
    tool.open(TUTOR, OPEN)

    assert tool.launch(GROUP_TUTOR, GROUPED).status_code == 200


def test_a_list_that_leaves_a_row_for_each_learner_is_one_page(tool: Tool) -> None:
    allow(tool, 2)
    with writing(tool.sessions) as db:
        for person_id in range(1, 51):
            row = AccessEntry(
                tool.clock(), tool.platform_id, TUTOR, "adviser", "people:view", OPEN, person_id, True, "advises", "ONE"
            )
            save_access(db, row)

    token = tool.open(TUTOR, OPEN)

    assert tool.post("/panel/tutor", token).status_code == 429


def test_another_platforms_person_of_the_same_number_does_not_count(tool: Tool) -> None:
    allow(tool, 1)
    with writing(tool.sessions) as db:
        other = save_platform(
            db, name="Other", moodle_url="https://other.example", encrypted_token=None, now=tool.clock()
        )
        row = AccessEntry(tool.clock(), other, TUTOR, "tutor", "learner:view", OPEN, None, True, "teaches-course", "R")
        save_access(db, row)

    assert tool.launch(TUTOR, OPEN).status_code == 200


def test_learners_and_administrators_are_never_counted(tool: Tool) -> None:
    allow(tool, 1)

    learner, admin = tool.open(LEARNER, OPEN), tool.open(ADMIN, OPEN)

    assert {tool.post("/panel/learner", learner).status_code for _ in range(4)} == {200}
    assert {tool.post("/panel/admin", admin).status_code for _ in range(4)} == {200}
    assert alerts(tool) == ()


def test_the_contact_is_alerted_once_a_day_for_each_viewer_and_the_log_holds_nobody(tool: Tool) -> None:
    allow(tool, 1)
    for who, course in ((TUTOR, OPEN), (GROUP_TUTOR, GROUPED)):
        token = tool.open(who, course)
        for _ in range(3):
            assert tool.post("/panel/tutor", token).status_code == 429

    found = alerts(tool)

    assert {(alert.viewer_moodle_user_id, alert.kind) for alert in found} == {
        (TUTOR, "too-many-views"),
        (GROUP_TUTOR, "too-many-views"),
    }
    assert len(found) == 2
    assert not any(names_somebody(alert.detail) for alert in found)
    lines = [line for line in tool.log.getvalue().splitlines() if '"event": "alert"' in line]
    assert len(lines) == 2
    named = {"event", "kind", "level", "platform_id", "request_id", "timestamp"}
    assert {frozenset(json.loads(line)) for line in lines} == {frozenset(named)}


def test_a_new_day_brings_a_new_alert(tool: Tool) -> None:
    allow(tool, 1)
    for _ in range(2):
        token = tool.open(TUTOR, OPEN)
        assert tool.post("/panel/tutor", token).status_code == 429
        tool.clock.move(hours=24)

    assert len(alerts(tool)) == 2


def test_the_page_that_refuses_names_the_contact(tool: Tool) -> None:
    allow(tool, 1, CONTACT)
    token = tool.open(TUTOR, OPEN)

    assert f"Questions about data protection: {CONTACT}" in text_of(tool.post("/panel/tutor", token).text)
    assert CONTACT not in tool.post("/panel/tutor/learner", token, learner="999999").text


def test_a_learner_out_of_reach_answers_the_same_within_and_beyond_the_limit(tool: Tool) -> None:
    token = tool.open(TUTOR, OPEN)
    within = tool.post("/panel/tutor/learner", token, learner="999999")
    allow(tool, 1)
    beyond = tool.post("/panel/tutor/learner", token, learner="999999")

    assert tool.post("/panel/tutor/learner", token, learner=str(tool.person_id(CLASSMATE))).status_code == 429
    assert (within.status_code, within.text) == (beyond.status_code, beyond.text)
