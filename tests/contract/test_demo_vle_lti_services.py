"""Deep Linking, tokens and members: the demo VLE answers like a real Moodle; source: tests/recordings/lti."""

import json
import secrets
from collections.abc import Iterator, Mapping

import jwt
import pytest
import requests
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from lti.launch.memberships import MEDIA_TYPE
from lti.launch.service_token import ASSERTION_TYPE
from tests.contract.shapes import find_differences
from tests.contract.test_demo_vle_launches import NOT_SENT, ask, decode, load
from tests.demo_vle.claims import LTI
from tests.demo_vle.keys import SigningKey
from tests.demo_vle.lti_services import NRPS_SCOPE
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.server import QuietHandler
from tests.serving import serving

EDITOR, COURSE, SIZE = 66, 2, 10
KEY = SigningKey.new()


@pytest.fixture(scope="module")
def vle() -> Iterator[DemoVle]:
    """The recorded world, served to a tool that has one key."""

    @Request.application
    def key_set(request: Request) -> Response:
        return Response(json.dumps({"keys": [KEY.as_jwk()]}), content_type="application/json")

    server = make_server("127.0.0.1", 0, key_set, threaded=True, request_handler=QuietHandler)
    with serving(server), DemoVle() as served:
        served.tool.key_set_url = f"http://127.0.0.1:{server.port}/"
        yield served


def assertion(vle: DemoVle, changed: Mapping[str, object] | None = None, kid: str | None = KEY.kid) -> str:
    now = vle.site.seconds()
    right = {
        "iss": vle.client_id,
        "sub": vle.client_id,
        "aud": vle.registration()["auth_token_url"],
        "iat": now - 5,
        "exp": now + 60,
        "jti": secrets.token_hex(8),
    }
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode({**right, **(changed or {})}, KEY.private, algorithm="RS256", headers=headers)


def ask_token(vle: DemoVle, **changed: str) -> requests.Response:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion(vle),
        "scope": NRPS_SCOPE,
    }
    return requests.post(vle.registration()["auth_token_url"], data={**form, **changed}, timeout=10)


def members(vle: DemoVle, course_id: int, query: str = "", **headers: str) -> requests.Response:
    token = ask_token(vle).json()["access_token"]
    sent = {"Authorization": f"Bearer {token}", "Accept": MEDIA_TYPE, **headers}
    address = f"{vle.url}/mod/lti/services.php/CourseSection/{course_id}/bindings/1/memberships{query}"
    return requests.get(address, headers=sent, timeout=10)


def test_a_deep_linking_request_begins_with_the_same_fields(vle: DemoVle) -> None:
    recorded = load("login_initiation_deeplink")["params"]

    form = vle.initiation_to_place(EDITOR, COURSE)

    assert find_differences(recorded, form.fields) == []
    hints = [json.loads(fields["lti_message_hint"]) for fields in (recorded, form.fields)]
    assert find_differences(hints[0], hints[1]) == []


def test_a_deep_linking_request_has_the_same_claims(vle: DemoVle) -> None:
    recorded = load("id_token_deeplink")["claims"]
    claims = {key: value for key, value in recorded.items() if key not in NOT_SENT}
    hint = vle.initiation_to_place(EDITOR, COURSE).fields["lti_message_hint"]

    _, sent = decode(vle, vle.authorise(EDITOR, ask(vle, EDITOR, hint=hint)))

    assert find_differences(claims, sent, free=[f"answer.{LTI}custom"]) == []
    assert sent[f"{LTI}roles"] == claims[f"{LTI}roles"]
    assert sent[f"{LTI}message_type"] == "LtiDeepLinkingRequest"
    settings = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
    same = set(claims[settings]) - {"deep_link_return_url"}
    assert {name: sent[settings][name] for name in same} == {name: claims[settings][name] for name in same}


def test_a_token_is_granted_the_same_way(vle: DemoVle) -> None:
    recorded = load("token")

    answer = ask_token(vle)

    assert answer.status_code == recorded["status"]
    assert answer.headers["Content-Type"] == recorded["headers"]["Content-Type"]
    assert find_differences(recorded["body"], answer.json()) == []
    assert answer.json()["expires_in"] == recorded["body"]["expires_in"]


@pytest.mark.parametrize(
    "case", ["unknown scope", "mixed known+unknown", "expired assertion", "unknown client", "wrong aud", "bad grant"]
)
def test_a_token_is_refused_the_same_way(vle: DemoVle, case: str) -> None:
    recorded = load("token_errors")[case]
    now = vle.site.seconds()
    changed = {
        "unknown scope": {"scope": "https://example.org/unknown"},
        "mixed known+unknown": {"scope": f"{NRPS_SCOPE} https://example.org/unknown"},
        "expired assertion": {"client_assertion": assertion(vle, {"iat": now - 600, "exp": now - 300})},
        "unknown client": {"client_assertion": assertion(vle, {"iss": "nobody", "sub": "nobody"})},
        "wrong aud": {"client_assertion": assertion(vle, {"aud": "https://example.org"})},
        "bad grant": {"grant_type": "password"},
    }[case]

    answer = ask_token(vle, **changed)

    assert answer.status_code == recorded["status"]
    assert find_differences(recorded["body"], answer.json()) == []
    assert answer.json().get("error") == recorded["body"].get("error")


def test_an_unknown_kid_is_refused_with_the_same_body_which_is_no_json(vle: DemoVle) -> None:
    recorded = load("token_errors")["unknown kid"]

    answer = ask_token(vle, client_assertion=assertion(vle, kid="unknown"))

    assert (answer.status_code, answer.text) == (recorded["status"], recorded["body"])


def test_an_assertion_is_good_twice_as_in_moodle(vle: DemoVle) -> None:
    same = assertion(vle)

    statuses = [ask_token(vle, client_assertion=same).status_code for _ in range(2)]

    assert statuses == load("token_errors")["replayed jti same assertion"]


def test_a_page_of_members_has_the_same_shape_and_link(vle: DemoVle) -> None:
    recorded = load("nrps_context_limit10")

    answer = members(vle, COURSE, f"?limit={SIZE}")

    assert answer.status_code == recorded["status"]
    assert answer.headers["Content-Type"] == recorded["headers"]["Content-Type"]
    assert find_differences(recorded["body"], answer.json()) == []
    assert len(answer.json()["members"]) == SIZE
    assert answer.headers["Link"].replace(vle.url, "http://localhost:8080") == recorded["headers"]["Link"]


def test_the_service_calls_an_editing_teacher_an_instructor(vle: DemoVle) -> None:
    recorded = load("nrps_role_short")["body"]["members"]

    answer = members(vle, COURSE, "?role=Instructor").json()["members"]

    assert [(one["user_id"], one["roles"]) for one in answer] == [(one["user_id"], one["roles"]) for one in recorded]


@pytest.mark.parametrize(
    ("case", "course_id", "headers"),
    [
        ("nrps_bad_token", COURSE, {"Authorization": "Bearer wrong"}),
        ("nrps_no_token", COURSE, {"Authorization": ""}),
        ("nrps_course_missing", 999, {}),
        ("nrps_accept_json", COURSE, {"Accept": "application/json"}),
    ],
)
def test_the_service_refuses_the_same_way(vle: DemoVle, case: str, course_id: int, headers: Mapping[str, str]) -> None:
    recorded = load(case)

    answer = members(vle, course_id, **headers)

    assert answer.status_code == recorded["status"]
    assert find_differences(recorded["body"], answer.json()) == []
    assert answer.json()["reason"] == recorded["body"]["reason"]
