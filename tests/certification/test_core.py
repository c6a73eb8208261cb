"""1EdTech's certification launches for LTI 1.3 tools, each under its own name (certification guide, core, tool side).

Moodle's ids are numbers, so that `sub` and `context.id` are numbers here; what the guide varies is varied as it says.
"""

from collections.abc import Iterator, Mapping

import pytest

from tests.certification.launches import LIS, LTI, is_clean_refusal, launch
from tests.demo_vle.keys import SigningKey
from tests.lti.conftest import clock, tool, vle
from tests.lti.served import Tool, page_token, reason_of
from tests.lti.small_world import LEARNER, OPEN, TUTOR

__all__ = ["clock", "tool", "vle"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ROLES = {TUTOR: f"{LIS}membership#Instructor", LEARNER: f"{LIS}membership#Learner"}
INSTITUTION_ROLES = {TUTOR: f"{LIS}institution/person#Instructor", LEARNER: f"{LIS}institution/person#Student"}
SHORT_ROLES = {TUTOR: "Instructor", LEARNER: "Learner"}
UNKNOWN_ROLE = f"{LIS}uknownrole/unknown#Helper"
NAMES = ("name", "given_name", "family_name")
Claims = Mapping[str, object]


# Bad payloads


def test_no_kid_sent_in_jwt_header(tool: Tool) -> None:
    login = tool.login(TUTOR, OPEN)

    answer = tool.post_launch(login, tool.vle.mint(tool.vle.claims(TUTOR, OPEN, login.nonce), {"kid": None}))

    assert is_clean_refusal(answer)
    assert reason_of(answer) == "bad-key-header"


def test_incorrect_kid_in_jwt_header(tool: Tool) -> None:
    login = tool.login(TUTOR, OPEN)
    claims = tool.vle.claims(TUTOR, OPEN, login.nonce)

    answer = tool.post_launch(login, tool.vle.mint(claims, {"kid": "imstester_66067"}, key=SigningKey.foreign()))

    assert is_clean_refusal(answer)
    assert reason_of(answer) == "unknown-key"


def test_invalid_lti_message(tool: Tool) -> None:
    login = tool.login(TUTOR, OPEN)

    answer = tool.post_launch(login, tool.vle.mint({"name": "badltilaunch"}))

    assert is_clean_refusal(answer)
    assert reason_of(answer) == "wrong-issuer"


BAD_PAYLOADS: Mapping[str, tuple[Claims, str]] = {
    "wrong LTI version": ({f"{LTI}version": "11.3"}, "wrong-version"),
    "no LTI version": ({f"{LTI}version": ...}, "wrong-version"),
    "timestamps incorrect": ({"iat": 11111, "exp": 22222}, "token-expired"),
    "message_type claim missing": ({f"{LTI}message_type": ...}, "unknown-message"),
    "role claim missing": ({f"{LTI}roles": ...}, "bad-roles"),
    "deployment_id claim missing": ({f"{LTI}deployment_id": ...}, "wrong-deployment"),
    "resource_link_id claim missing": ({f"{LTI}resource_link": {"title": "x"}}, "bad-resource-link"),
    "resource_link claim missing": ({f"{LTI}resource_link": ...}, "bad-resource-link"),
    "user claim missing": ({"sub": ...}, "no-user"),
    "target_link_uri claim missing": ({f"{LTI}target_link_uri": ...}, "wrong-target"),
    "nonce claim missing": ({"nonce": ...}, "wrong-nonce"),
    "iss claim missing": ({"iss": ...}, "wrong-issuer"),
    "aud claim missing": ({"aud": ...}, "wrong-audience"),
    "iat claim missing": ({"iat": ...}, "bad-times"),
    "exp claim missing": ({"exp": ...}, "bad-times"),
    "context claim missing": ({f"{LTI}context": ...}, "bad-context"),
}
"""Name in the guide → what is changed, and the reason code. `context` is required by this tool alone."""


@pytest.mark.parametrize("name", BAD_PAYLOADS)
def test_bad_payload(tool: Tool, name: str) -> None:
    changed, code = BAD_PAYLOADS[name]

    answer = launch(tool, TUTOR, changed)

    assert is_clean_refusal(answer)
    assert reason_of(answer) == code


# Valid launches, for a teacher and for a student


def valid_launches(who: int) -> Mapping[str, Claims]:
    """Return the guide's valid launches that open the person's page."""
    return {
        "valid launch": {},
        "launch with multiple role values": {f"{LTI}roles": [ROLES[who], INSTITUTION_ROLES[who]]},
        "launch with short role value": {f"{LTI}roles": [SHORT_ROLES[who]]},
        "launch with unknown role": {f"{LTI}roles": [ROLES[who], UNKNOWN_ROLE]},
        "launch with email only": dict.fromkeys(NAMES, ...),
        "launch with names only": {"email": ...},
        "launch without PII": dict.fromkeys((*NAMES, "email"), ...),
    }


@pytest.mark.parametrize("name", valid_launches(TUTOR))
def test_valid_teacher_launch(tool: Tool, name: str) -> None:
    answer = launch(tool, TUTOR, valid_launches(TUTOR)[name])

    assert answer.status_code == 200, reason_of(answer)
    assert "Lena" in answer.text
    assert tool.post("/panel/tutor", page_token(answer)).status_code == 200


@pytest.mark.parametrize("name", valid_launches(LEARNER))
def test_valid_student_launch(tool: Tool, name: str) -> None:
    answer = launch(tool, LEARNER, valid_launches(LEARNER)[name])

    assert answer.status_code == 200, reason_of(answer)
    assert "My weeks" in answer.text
    assert tool.post("/panel/learner", page_token(answer)).status_code == 200


def test_valid_teacher_launch_with_no_role_is_accepted_and_gives_no_rights(tool: Tool) -> None:
    answer = launch(tool, TUTOR, {f"{LTI}roles": []})

    assert (answer.status_code, reason_of(answer)) == (403, "no-role")
    assert "There is no page for you in this course" in answer.text


def test_valid_student_launch_with_no_role_opens_their_own_page(tool: Tool) -> None:
    answer = launch(tool, LEARNER, {f"{LTI}roles": []})

    assert answer.status_code == 200
    assert "My weeks" in answer.text


def test_valid_teacher_launch_with_only_an_unknown_role_gives_no_rights(tool: Tool) -> None:
    answer = launch(tool, TUTOR, {f"{LTI}roles": [UNKNOWN_ROLE]})

    assert (answer.status_code, reason_of(answer)) == (403, "no-role")


def test_valid_student_launch_with_only_an_unknown_role_opens_their_own_page(tool: Tool) -> None:
    assert launch(tool, LEARNER, {f"{LTI}roles": [UNKNOWN_ROLE]}).status_code == 200


def test_valid_teacher_launch_with_email_without_context_is_told_to_open_a_course(tool: Tool) -> None:
    answer = launch(tool, TUTOR, {f"{LTI}context": ..., **dict.fromkeys(NAMES, ...)})

    assert (answer.status_code, reason_of(answer)) == (400, "bad-context")
    assert "Open Engagement from inside a course." in answer.text


def test_valid_student_launch_with_email_without_context_is_told_to_open_a_course(tool: Tool) -> None:
    answer = launch(tool, LEARNER, {f"{LTI}context": ..., **dict.fromkeys(NAMES, ...)})

    assert (answer.status_code, reason_of(answer)) == (400, "bad-context")
    assert "Open Engagement from inside a course." in answer.text


@pytest.fixture(autouse=True)
def no_answer_is_a_defect(tool: Tool) -> Iterator[None]:
    """Whatever a case does, nothing may fail inside."""
    yield
    assert '"failed"' not in tool.log.getvalue()
