"""When a session ends: idle, old, signed out, or when Moodle no longer confirms the viewer's rights."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge import connections
from bridge.config import Settings
from bridge.moodle.client import MoodleClient
from bridge.store.database import writing
from bridge.sync.context import Sync
from bridge.sync.deletions import follow_deletions
from bridge.sync.report import Silent, Tally
from tests.demo_vle.faults import Fault
from tests.lti.served import PANELS, Tool, names_somebody, reason_of
from tests.lti.small_world import (
    CLASSMATE,
    LEARNER,
    OPEN,
    TUTOR,
)


def test_rights_that_ended_in_moodle_end_the_session_within_15_minutes(tool: Tool) -> None:
    token = tool.open(TUTOR, OPEN)
    del tool.vle.world.courses[OPEN].members[TUTOR]

    assert tool.post("/panel/tutor", token).status_code == 200
    tool.clock.move(minutes=15)
    answer = tool.post("/panel/tutor", token)

    assert (answer.status_code, reason_of(answer)) == (403, "rights-changed")
    assert not names_somebody(answer.text)
    assert reason_of(tool.post("/panel/tutor", token)) == "session-ended"


def test_staff_views_close_when_moodle_is_silent_for_15_minutes_and_open_again(tool: Tool) -> None:
    token = tool.open(TUTOR, OPEN)
    tool.vle.faults.always(Fault.SERVER_ERROR)

    assert tool.post("/panel/tutor", token).status_code == 200
    tool.clock.move(minutes=15, seconds=1)
    closed = tool.post("/panel/tutor", token)
    launched = tool.launch(TUTOR, OPEN)
    tool.vle.faults.clear()
    tool.clock.move(seconds=10)
    opened = tool.post("/panel/tutor", token)

    assert (closed.status_code, reason_of(closed)) == (503, "rights-unchecked")
    assert (launched.status_code, reason_of(launched)) == (503, "rights-unchecked")
    assert not names_somebody(closed.text + launched.text)
    assert opened.status_code == 200


def test_a_learners_own_page_stays_while_moodle_is_silent(tool: Tool) -> None:
    token = tool.open(LEARNER, OPEN)
    tool.vle.faults.always(Fault.SERVER_ERROR)
    tool.clock.move(minutes=20)

    own = tool.post("/panel/learner", token)
    first_launch = tool.launch(CLASSMATE, OPEN)

    assert own.status_code == 200
    assert first_launch.status_code == 200


def test_a_moodle_that_just_failed_is_not_asked_again_by_every_page(tool: Tool) -> None:
    token = tool.open(LEARNER, OPEN)
    tool.clock.move(minutes=20)
    tool.vle.faults.always(Fault.SERVER_ERROR)
    tool.vle.served.reset()

    for _ in range(3):
        assert tool.post("/panel/learner", token).status_code == 200
    tool.clock.move(seconds=10)
    tool.post("/panel/learner", token)

    assert tool.vle.served.calls["local_lea_get_viewer_access"] == 2


def test_nobody_new_gets_in_as_staff_while_moodle_is_silent(tool: Tool) -> None:
    tool.vle.faults.always(Fault.SERVER_ERROR)

    answer = tool.launch(TUTOR, OPEN)

    assert (answer.status_code, reason_of(answer)) == (503, "rights-unchecked")


def test_moodle_is_asked_once_in_15_minutes_whatever_the_number_of_pages(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine an answer may come after the page gave up on it; ten seconds later it would ask again.
    monkeypatch.setattr(connections, "PAGE_TIMEOUT", (60, 60))
    monkeypatch.setattr(connections, "PAGE_DEADLINE", 60)
    token = tool.open(TUTOR, OPEN)
    tool.vle.served.reset()

    answers = [tool.post("/panel/tutor", token) for _ in range(3)]
    tool.clock.move(minutes=15)
    answers += [tool.post("/panel/tutor", token) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert tool.vle.served.calls["local_lea_get_viewer_access"] == 1


def test_a_session_ends_after_30_idle_minutes(tool: Tool) -> None:
    token = tool.open(LEARNER, OPEN)

    tool.clock.move(minutes=29)
    assert tool.post("/panel/learner", token).status_code == 200
    tool.clock.move(minutes=31)
    answer = tool.post("/panel/learner", token)

    assert (answer.status_code, reason_of(answer)) == (403, "session-ended")


def test_a_page_asked_for_within_a_minute_of_another_keeps_the_half_hour(tool: Tool) -> None:
    token = tool.open(LEARNER, OPEN)

    tool.clock.move(seconds=50)
    assert tool.post("/panel/learner", token).status_code == 200
    tool.clock.move(minutes=29, seconds=59)

    assert tool.post("/panel/learner", token).status_code == 200


def test_a_learners_page_waits_for_no_writer_unless_its_use_has_to_be_noted(tool: Tool) -> None:
    token = tool.open(LEARNER, OPEN)

    with writing(tool.sessions):  # on SQLite everybody else who writes waits now
        assert tool.post("/panel/learner", token).status_code == 200


def test_a_session_ends_after_four_hours_however_busy_it_is(tool: Tool) -> None:
    token = tool.open(LEARNER, OPEN)
    for _ in range(9):
        tool.clock.move(minutes=26)
        assert tool.post("/panel/learner", token).status_code == 200

    tool.clock.move(minutes=7)

    assert reason_of(tool.post("/panel/learner", token)) == "session-ended"


def test_signing_out_ends_the_session_for_every_page_of_it(tool: Tool) -> None:
    token = tool.open(LEARNER, OPEN)

    answer = tool.post("/panel/sign-out", token)

    assert answer.status_code == 200
    assert "signed out" in answer.text
    assert reason_of(tool.post("/panel/learner", token)) == "session-ended"


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 5000, "\x00", "é" * 43])
def test_a_page_token_nobody_was_given_opens_nothing(tool: Tool, token: str) -> None:
    for path in PANELS:
        answer = tool.post(path, token)
        assert (answer.status_code, reason_of(answer)) == (403, "session-ended")


@pytest.mark.parametrize(
    ("origin", "status"),
    [(None, 200), ("null", 200), ("own", 200), ("platform", 403), ("https://evil.example", 403), ("own.evil", 403)],
)
def test_forms_of_other_sites_are_refused(tool: Tool, origin: str | None, status: int) -> None:
    token = tool.open(LEARNER, OPEN)
    given = {"own": tool.url, "platform": tool.vle.url, "own.evil": f"{tool.url}.evil.example"}.get(
        origin or "", origin
    )

    answer = tool.post("/panel/learner", token, headers={} if given is None else {"Origin": given})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("same-site", 200), ("none", 200), ("cross-site", 403)]
)
@pytest.mark.parametrize("path", ["/panel/learner", "/panel/sign-out"])
def test_a_form_without_an_origin_is_refused_where_the_browser_says_it_is_foreign(
    tool: Tool, path: str, site: str, status: int
) -> None:
    token = tool.open(LEARNER, OPEN)

    answer = tool.post(path, token, headers={"Origin": "null", "Sec-Fetch-Site": site})

    assert answer.status_code == status


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_page_that_is_not_there_leads_nobody_into_a_session_of_another_sites_form(
    tool: Tool, headers: dict[str, str]
) -> None:
    token = tool.open(LEARNER, OPEN)

    assert token in tool.post("/panel/no-such-page", token).text
    assert token not in tool.post("/panel/no-such-page", token, headers=headers).text


def test_an_account_that_is_closed_ends_its_session_for_good(tool: Tool) -> None:
    token = tool.open(LEARNER, OPEN)
    user = tool.vle.world.users[LEARNER]
    tool.vle.world.users[LEARNER] = replace(user, suspended=True)
    tool.clock.move(minutes=16)

    closed = tool.post("/panel/learner", token)
    tool.vle.world.users[LEARNER] = user
    tool.clock.move(minutes=16)

    assert (closed.status_code, reason_of(closed)) == (403, "account-closed")
    assert reason_of(tool.post("/panel/learner", token)) == "session-ended"


def test_an_answer_from_the_future_is_no_live_one_while_moodle_is_silent(tool: Tool) -> None:
    token = tool.open(TUTOR, OPEN)
    tool.vle.faults.always(Fault.SERVER_ERROR)
    tool.clock.ahead -= timedelta(hours=1)

    answer = tool.post("/panel/tutor", token)

    assert (answer.status_code, reason_of(answer)) == (503, "rights-unchecked")


def test_clock_steps_backwards_do_not_keep_old_rights_alive(tool: Tool) -> None:
    token = tool.open(TUTOR, OPEN)
    tool.clock.ahead -= timedelta(minutes=5)
    tool.vle.served.reset()

    tool.post("/panel/tutor", token)

    assert tool.vle.served.calls["local_lea_get_viewer_access"] == 1


def test_a_running_session_ends_at_the_very_moment_the_tool_hears_of_the_deletion(tool: Tool) -> None:
    token = tool.open(LEARNER, OPEN)
    assert tool.post("/panel/learner", token).status_code == 200
    tool.vle.world.delete("user", LEARNER)
    client = MoodleClient(tool.vle.url, tool.vle.token, attempts=1)
    settings = Settings(secret_key="k" * 40, public_url="http://localhost")

    follow_deletions(Sync(tool.sessions, client, tool.platform_id, settings, tool.clock, Silent()), Tally("deletions"))

    answer = tool.post("/panel/learner", token)
    assert (answer.status_code, reason_of(answer)) == (403, "session-ended")
    assert not names_somebody(answer.text)
