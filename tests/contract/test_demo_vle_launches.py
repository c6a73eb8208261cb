"""The demo VLE's launches are shaped like a real Moodle's; source: tests/recordings/lti, Moodle 4.5.6."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
import requests

from tests.contract.shapes import find_differences
from tests.demo_vle.claims import LTI
from tests.demo_vle.launcher import FormPost, LaunchFailed
from tests.demo_vle.platform import DemoVle

LTI_RECORDINGS = Path(__file__).parent.parent / "recordings" / "lti"
PEOPLE = {"student": 3, "teacher_editing": 66, "teacher_nonediting": 63, "admin": 2}
COURSE = 2
NOT_SENT = (
    "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome",
    "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint",
)
"""Claims about grades: the tool asks for none, so the demo sends none. The recordings were made with them on."""
Tampering = Mapping[str, str | None]


def load(name: str) -> dict[str, Any]:
    """Read a recording."""
    recording: dict[str, Any] = json.loads((LTI_RECORDINGS / f"{name}.json").read_text("utf-8"))
    return recording


@pytest.fixture(scope="module")
def vle() -> Iterator[DemoVle]:
    """The recorded world, served."""
    with DemoVle() as served:
        yield served


def ask(vle: DemoVle, who: int, change: Tampering | None = None, hint: str | None = None) -> str:
    """Build the address of an authorisation request, changed as said; a None leaves a parameter out."""
    begun = vle.initiation(who, COURSE).fields
    recorded = load("auth_request_student")["params"]
    right = {
        **recorded,
        "client_id": vle.client_id,
        "redirect_uri": vle.tool.target_link_uri,
        "login_hint": begun["login_hint"],
        "lti_message_hint": hint or begun["lti_message_hint"],
    }
    asked = {key: value for key, value in {**right, **(change or {})}.items() if value is not None}
    return f"{vle.registration()['auth_login_url']}?{urlencode(asked)}"


def decode(vle: DemoVle, form: FormPost) -> tuple[dict[str, Any], dict[str, Any]]:
    """Verify an id_token by the published keys. Returns header and claims."""
    token = form.fields["id_token"]
    key = jwt.PyJWKClient(vle.registration()["key_set_url"]).get_signing_key_from_jwt(token)
    claims = jwt.decode(token, key.key, algorithms=["RS256"], audience=vle.client_id, issuer=vle.issuer)
    return jwt.get_unverified_header(token), claims


@pytest.mark.parametrize("name", PEOPLE)
def test_a_login_initiation_has_the_same_fields(vle: DemoVle, name: str) -> None:
    recorded = load(f"login_initiation_{name}")

    form = vle.initiation(PEOPLE[name], COURSE)

    assert form.url == vle.tool.login_url
    assert find_differences(recorded["params"], form.fields) == []
    hints = [json.loads(fields["lti_message_hint"]) for fields in (recorded["params"], form.fields)]
    assert find_differences(hints[0], hints[1]) == []


@pytest.mark.parametrize("name", PEOPLE)
def test_an_id_token_has_the_same_claims(vle: DemoVle, name: str) -> None:
    recorded = load(f"id_token_{name}")
    claims = {key: value for key, value in recorded["claims"].items() if key not in NOT_SENT}

    form = vle.authorise(PEOPLE[name], ask(vle, PEOPLE[name]))
    header, sent = decode(vle, form)

    assert sorted(form.fields) == sorted(recorded["form_fields"])
    assert find_differences(recorded["jwt_header"], header) == []
    assert find_differences(claims, sent, free=[f"answer.{LTI}custom"]) == []
    assert sent["exp"] - sent["iat"] == claims["exp"] - claims["iat"] == 60
    for claim in ("roles", "context", "message_type", "version", "lis"):
        assert sent[LTI + claim] == claims[LTI + claim]
    for claim in ("sub", "name", "given_name", "family_name"):
        assert sent[claim] == claims[claim]
    assert sent[f"{LTI}custom"] == {"moodle_user_id": claims[f"{LTI}custom"]["user_id"]}
    assert "sesskey=" in sent[f"{LTI}launch_presentation"]["return_url"]


CHANGES: dict[str, Tampering] = {
    "ok": {},
    "wrong redirect_uri": {"redirect_uri": "http://localhost:8100/elsewhere"},
    "no nonce": {"nonce": None},
    "response_mode missing": {"response_mode": None},
    "response_mode=query": {"response_mode": "query"},
    "prompt=login": {"prompt": "login"},
    "prompt missing": {"prompt": None},
    "wrong client_id": {"client_id": "somebodyelse"},
    "wrong login_hint": {"login_hint": "4"},
    "response_type=code": {"response_type": "code"},
    "scope=openid profile": {"scope": "openid profile"},
    "no message hint": {"lti_message_hint": None},
}


@pytest.mark.parametrize("case", CHANGES)
def test_an_authorisation_request_is_answered_the_same(vle: DemoVle, case: str) -> None:
    recorded = load("auth_errors")[case]

    with vle.browser(3) as browser:
        answer = browser.get(ask(vle, 3, CHANGES[case]), timeout=10)

    assert answer.status_code == recorded["status"]
    if recorded["status"] == requests.codes.not_found:
        assert "Invalid request" in answer.text
        return
    form = vle.authorise(3, ask(vle, 3, CHANGES[case]))
    changing = ("state", "id_token")
    assert form.url == vle.tool.target_link_uri
    assert sorted(form.fields) == sorted(recorded["fields"])
    for key in set(form.fields) - set(changing):
        assert form.fields[key] == recorded["fields"][key]


def test_every_recorded_authorisation_case_is_covered() -> None:
    assert set(load("auth_errors")) == {*CHANGES, "message hint used twice", "no moodle session"}


def test_a_message_hint_is_good_once(vle: DemoVle) -> None:
    recorded = load("auth_errors")["message hint used twice"]
    address = ask(vle, 3)
    vle.authorise(3, address)

    with vle.browser(3) as browser:
        again = browser.get(address, timeout=10)

    assert again.status_code == recorded["status"]
    with pytest.raises(LaunchFailed):
        vle.authorise(3, address)


def test_without_a_session_the_request_is_posted_once_more_from_the_site_itself(vle: DemoVle) -> None:
    recorded = load("auth_errors")["no moodle session"]
    address = ask(vle, 3)

    first = requests.get(address, timeout=10)
    second = requests.post(f"{address}&repost=1", timeout=10, allow_redirects=False)

    assert recorded["has_repost_form"]
    assert first.status_code == recorded["status"]
    assert 'name="repost"' in first.text
    assert second.is_redirect


def test_the_key_set_has_the_same_shape(vle: DemoVle) -> None:
    answer = requests.get(vle.registration()["key_set_url"], timeout=10)

    assert find_differences(load("platform_jwks")["body"], answer.json()) == []


def test_the_openid_configuration_has_the_same_shape(vle: DemoVle) -> None:
    recorded = load("openid-configuration")

    answer = requests.get(f"{vle.url}/mod/lti/openid-configuration.php", timeout=10)

    assert (answer.status_code, answer.headers["Content-Type"]) == (recorded["status"], recorded["content_type"])
    assert find_differences(recorded["body"], answer.json()) == []
