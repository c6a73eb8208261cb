"""The demo VLE registers tools as a real Moodle does, word for word; source: tests/recordings/lti/registration*."""

import base64
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from lti.registration.asking import TOOL_CONFIGURATION, build_request
from lti.registration.quoting import quote
from tests.contract.shapes import find_differences
from tests.demo_vle.platform import DemoVle

LTI_RECORDINGS = Path(__file__).parent.parent / "recordings" / "lti"
TOOL = "http://localhost:8111"
MESSAGE = re.compile(r'class="errormessage">(.*?)</p>')


def load(name: str) -> dict[str, Any]:
    """Read a recording."""
    recording: dict[str, Any] = json.loads((LTI_RECORDINGS / f"{name}.json").read_text("utf-8"))
    return recording


ERRORS = load("registration_errors")
GOOD = build_request(TOOL, with_memberships=False)


@pytest.fixture(scope="module")
def vle() -> Iterator[DemoVle]:
    """The recorded world, served."""
    with DemoVle() as served:
        yield served


def post(vle: DemoVle, body: object, token: str | None = None) -> requests.Response:
    """Send a registration request; without a token the header is left out."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return requests.post(f"{vle.url}/mod/lti/openid-registration.php", json=body, headers=headers, timeout=10)


def configured(**changed: str | None) -> dict[str, object]:
    about = GOOD[TOOL_CONFIGURATION]
    assert isinstance(about, dict)
    kept = {name: value for name, value in {**about, **changed}.items() if value is not None}
    return {**GOOD, TOOL_CONFIGURATION: kept}


def spoiled_token(case: str, good: str) -> str | None:
    header, claims, signature = good.split(".")
    unknown = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"RS256","kid":"unknown"}').decode().rstrip("=")
    return {
        "no bearer": None,
        "bad bearer": "nonsense",
        "bearer without kid": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
        "bearer with unknown kid": f"{unknown}.{claims}.{signature}",
        "bearer with wrong signature": f"{header}.{claims}.{'A' * len(signature)}",
    }.get(case, good)


def body_of(case: str) -> dict[str, object]:
    if case.startswith("missing ") and case != "missing domain":
        return {name: value for name, value in GOOD.items() if name != case.removeprefix("missing ")}
    return {
        "missing domain": configured(domain=None),
        "domain mismatch": configured(domain="elsewhere.example"),
        "wrong response_types": {**GOOD, "response_types": ["code"]},
        "wrong token_endpoint_auth_method": {**GOOD, "token_endpoint_auth_method": "none"},
        "wrong application_type": {**GOOD, "application_type": "native"},
    }.get(case, GOOD)


@pytest.mark.parametrize("case", ERRORS)
def test_a_refusal_has_the_same_status_type_and_words(vle: DemoVle, case: str) -> None:
    recorded = ERRORS[case]
    token = vle.registrations.start()["registration_token"]
    if case == "token used twice":
        assert post(vle, GOOD, token).status_code == 200

    answer = post(vle, body_of(case), spoiled_token(case, token))

    assert (answer.status_code, answer.headers["Content-Type"]) == (recorded["status"], recorded["content_type"])
    if answer.status_code == requests.codes.not_found:
        messages = [MESSAGE.findall(html.unescape(page)) for page in (recorded["body"], answer.text)]
        assert messages[0] == messages[1] != []
    else:
        assert answer.text == recorded["body"]


@pytest.mark.parametrize("case", ERRORS)
def test_the_tool_quotes_the_real_answer_by_its_words(case: str) -> None:
    recorded = ERRORS[case]

    said = quote(recorded["body"].encode(), recorded["content_type"], "")

    if recorded["status"] == requests.codes.not_found:
        assert said == html.unescape(MESSAGE.findall(recorded["body"])[0])
    else:
        assert said == recorded["body"]


@pytest.mark.parametrize("case", ["plain", "with memberships"])
def test_a_registration_has_the_same_answer(vle: DemoVle, case: str) -> None:
    recorded = load("registration")[case]
    token = vle.registrations.start()["registration_token"]

    answer = post(vle, recorded["request"]["body"], token)

    assert (answer.status_code, answer.headers["Content-Type"]) == (recorded["status"], recorded["content_type"])
    assert find_differences(recorded["body"], answer.json()) == []
    given, real = answer.json(), recorded["body"]
    for both in (given, real):
        both.pop("client_id")
        both[TOOL_CONFIGURATION].pop("deployment_id")
    assert given == real


@pytest.mark.parametrize("case", ["plain", "with memberships"])
def test_the_recorded_request_is_the_tools_own(case: str) -> None:
    sent = load("registration")[case]["request"]["body"]

    assert sent == build_request(TOOL, with_memberships=case == "with memberships")
