"""Over HTTP: what is held about somebody goes to that one alone, and that they asked is not written down."""

import json

import pytest
import requests

from analytics.policy.access import Action
from tests.lti.served import Tool, names_somebody
from tests.lti.small_world import ADMIN, LEARNER, OPEN, TUTOR

PATHS = {
    "/panel/learner/held": Action.OWN_HELD_VIEW,
    "/panel/learner/data-use": Action.OWN_HELD_VIEW,
    "/panel/learner/held.json": Action.OWN_HELD_EXPORT,
    "/panel/learner/held.csv": Action.OWN_HELD_EXPORT,
}


@pytest.mark.parametrize("path", PATHS)
def test_a_learner_gets_their_own_data_and_no_row_says_that_they_asked(tool: Tool, path: str) -> None:
    token = tool.open(LEARNER, OPEN)
    before = tool.accesses()

    answer = tool.post(path, token)

    assert answer.status_code == 200
    assert "Otto" not in answer.text
    assert "Cleo" not in answer.text
    assert tool.accesses() == before


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", [TUTOR, ADMIN])
def test_whoever_is_no_learner_gets_nothing_and_leaves_a_row(tool: Tool, path: str, who: int) -> None:
    token = tool.open(who, OPEN)

    answer = tool.post(path, token, learner=str(tool.person_id(LEARNER)))

    assert answer.status_code == 404
    assert not names_somebody(answer.text)
    entry = tool.accesses()[-1]
    assert (entry.action, entry.is_allowed, entry.viewer_moodle_user_id) == (PATHS[path], False, who)


@pytest.mark.parametrize("path", PATHS)
def test_without_a_session_there_is_nothing(tool: Tool, path: str) -> None:
    answer = tool.post(path, "x" * 43)

    assert answer.status_code == 403
    assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
def test_a_number_in_the_form_changes_nothing(tool: Tool, path: str) -> None:
    token = tool.open(LEARNER, OPEN)

    answer = tool.post(path, token, learner="1", person_id="1", course="1")

    assert answer.status_code == 200
    assert "Cleo" not in answer.text


def test_a_file_is_an_attachment_that_nobody_keeps(tool: Tool) -> None:
    answer: requests.Response = tool.post("/panel/learner/held.json", tool.open(LEARNER, OPEN))

    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    tables = {name: rows for kind in json.loads(answer.content)["kinds"] for name, rows in kind["tables"].items()}
    assert [row["stored"]["full_name"] for row in tables["person"]] == ["Lena Learner"]
    assert len(tables["viewer_session"]) == 1
