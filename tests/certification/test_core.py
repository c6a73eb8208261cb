"""1EdTech's certification launches for LTI 1.3 tools, under their own names (certification guide, core, tool side).

Moodle's ids are numbers, so that `sub` and `context.id` are numbers here; what the guide varies is varied as it says.
"""

from collections.abc import Iterator, Mapping

import pytest
import requests

from tests.demo_vle.keys import SigningKey
from tests.lti.conftest import clock, tool, vle
from tests.lti.served import Tool, page_token, reason_of
from tests.lti.small_world import LEARNER, OPEN, TUTOR

__all__ = ["clock", "tool", "vle"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
ROLES = {TUTOR: f"{LIS}membership#Instructor", LEARNER: f"{LIS}membership#Learner"}
SHORT = {TUTOR: "Instructor", LEARNER: "Learner"}
NAMES = ("name", "given_name", "family_name")


def launch(tool: Tool, who: int, changed: Mapping[str, object]) -> requests.Response:
    login = tool.login(who, OPEN)
    return tool.post_launch(login, tool.mint(login, who, OPEN, **changed))


def is_refused(answer: requests.Response, code: str) -> bool:
    shows_panel = "page_token" in answer.text or "Lena" in answer.text
    return 400 <= answer.status_code < 500 and reason_of(answer) == code and not shows_panel


# Bad payloads


def test_no_kid_sent_in_jwt_header(tool: Tool) -> None:
    login = tool.login(TUTOR, OPEN)

    answer = tool.post_launch(login, tool.vle.mint(tool.vle.claims(TUTOR, OPEN, login.nonce), {"kid": None}))

    assert is_refused(answer, "bad-key-header")


def test_incorrect_kid_in_jwt_header(tool: Tool) -> None:
    login = tool.login(TUTOR, OPEN)

    answer = tool.post_launch(
        login,
        tool.vle.mint(tool.vle.claims(TUTOR, OPEN, login.nonce), {"kid": "imstester_66067"}, key=SigningKey.new()),
    )

    assert is_refused(answer, "unknown-key")


@pytest.mark.parametrize(
    ("name", "changed", "code"),
    [
        ("wrong LTI version", {f"{LTI}version": "11.3"}, "wrong-version"),
        ("no LTI version", {f"{LTI}version": ...}, "wrong-version"),
        ("timestamps incorrect", {"iat": 11111, "exp": 22222}, "token-expired"),
        ("message_type claim missing", {f"{LTI}message_type": ...}, "unknown-message"),
        ("role claim missing", {f"{LTI}roles": ...}, "bad-roles"),
        ("deployment_id claim missing", {f"{LTI}deployment_id": ...}, "wrong-deployment"),
        ("resource_link_id claim missing", {f"{LTI}resource_link": {"title": "x"}}, "bad-resource-link"),
        ("resource_link claim missing", {f"{LTI}resource_link": ...}, "bad-resource-link"),
        ("user claim missing", {"sub": ...}, "no-user"),
        ("target_link_uri claim missing", {f"{LTI}target_link_uri": ...}, "wrong-target"),
        ("context claim missing", {f"{LTI}context": ...}, "bad-context"),
        ("nonce claim missing", {"nonce": ...}, "wrong-nonce"),
        ("iss claim missing", {"iss": ...}, "wrong-issuer"),
        ("aud claim missing", {"aud": ...}, "wrong-audience"),
        ("iat claim missing", {"iat": ...}, "bad-times"),
        ("exp claim missing", {"exp": ...}, "bad-times"),
    ],
)
def test_bad_payload(tool: Tool, name: str, changed: Mapping[str, object], code: str) -> None:
    assert is_refused(launch(tool, TUTOR, changed), code), name


def test_invalid_lti_message(tool: Tool) -> None:
    login = tool.login(TUTOR, OPEN)

    answer = tool.post_launch(login, tool.vle.mint({"name": "badltilaunch"}))

    assert is_refused(answer, "wrong-issuer")


# Valid launches, for a teacher and for a student


def with_several_roles(who: int) -> dict[str, object]:
    return {f"{LTI}roles": [ROLES[who], f"{LIS}institution/person#{'Instructor' if who == TUTOR else 'Student'}"]}


VALID: Mapping[str, Mapping[int, Mapping[str, object]]] = {
    "valid launch": {who: {} for who in ROLES},
    "launch with multiple role values": {who: with_several_roles(who) for who in ROLES},
    "launch with short role value": {who: {f"{LTI}roles": [SHORT[who]]} for who in ROLES},
    "launch with unknown role": {
        who: {f"{LTI}roles": [ROLES[who], "http://purl.imsglobal.org/vocab/lis/v2/uknownrole/unknown#Helper"]}
        for who in ROLES
    },
    "launch with email only": {who: dict.fromkeys(NAMES, ...) for who in ROLES},
    "launch with names only": {who: {"email": ...} for who in ROLES},
    "launch without PII": {who: dict.fromkeys((*NAMES, "email"), ...) for who in ROLES},
}


@pytest.mark.parametrize("who", [TUTOR, LEARNER], ids=["teacher", "student"])
@pytest.mark.parametrize("name", VALID)
def test_valid_launch(tool: Tool, name: str, who: int) -> None:
    answer = launch(tool, who, VALID[name][who])

    assert answer.status_code == 200, reason_of(answer)
    path = "/panel/tutor" if who == TUTOR else "/panel/learner"
    assert tool.post(path, page_token(answer)).status_code == 200


@pytest.mark.parametrize("name", ["launch with no role", "launch with only unknown roles"])
def test_a_teacher_without_a_role_in_the_launch_gets_a_page_and_no_rights(tool: Tool, name: str) -> None:
    roles = [] if name == "launch with no role" else ["http://purl.imsglobal.org/vocab/lis/v2/unknown/unknown#Helper"]

    answer = launch(tool, TUTOR, {f"{LTI}roles": roles})

    assert (answer.status_code, reason_of(answer)) == (403, "no-role")


@pytest.mark.parametrize("name", ["launch with no role", "launch with only unknown roles"])
def test_a_student_without_a_role_in_the_launch_sees_their_own_page(tool: Tool, name: str) -> None:
    roles = [] if name == "launch with no role" else ["http://purl.imsglobal.org/vocab/lis/v2/unknown/unknown#Helper"]

    assert launch(tool, LEARNER, {f"{LTI}roles": roles}).status_code == 200


@pytest.mark.parametrize("who", [TUTOR, LEARNER], ids=["teacher", "student"])
def test_launch_with_email_without_context_claim_gets_a_page_that_says_to_open_a_course(tool: Tool, who: int) -> None:
    answer = launch(tool, who, {f"{LTI}context": ..., **dict.fromkeys(NAMES, ...)})

    assert (answer.status_code, reason_of(answer)) == (400, "bad-context")
    assert "inside a course" in answer.text


@pytest.fixture(autouse=True)
def no_answer_is_a_defect(tool: Tool) -> Iterator[None]:
    """Whatever a case does, nothing may fail inside."""
    yield
    assert '"failed"' not in tool.log.getvalue()
