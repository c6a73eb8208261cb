"""Platforms that lie, dawdle, flood or point elsewhere: a clean page each time, nothing stored, nothing lost."""

import gzip
import json
import time
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from bridge.config import Settings
from bridge.store.database import Sessions, writing
from bridge.store.registration_links import make_link
from lti.app import create_app
from lti.launch.memberships import SCOPE
from lti.registration.asking import TOOL_CONFIGURATION
from tests.lti.registration.hostile import Hostile, serve_hostile
from tests.lti.registration.opening import Opened, new_link, title, waiting
from tests.lti.served import SECRET_KEY, Clock, Tool, reason_of

# One database is enough here: what platforms answer meets none until it is kept.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with serve_hostile() as served:
        yield served


@pytest.fixture
def link(tool: Tool, hostile: Hostile) -> Opened:
    """A new link, opened by the hostile platform."""
    return Opened(tool, new_link(tool), hostile.query)


def configured(hostile: Hostile, document: object, status: int = 200, **headers: str) -> None:
    hostile.configuration = (status, headers, json.dumps(document).encode())


def answering(hostile: Hostile, body: object, status: int = 200, **headers: str) -> None:
    configured(hostile, hostile.document())
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    hostile.answer = (status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


ELSEWHERE = "http://127.0.0.2:9/x"
MEMBERS = ("issuer", "registration_endpoint", "authorization_endpoint", "token_endpoint", "jwks_uri")


@pytest.mark.parametrize("name", MEMBERS)
def test_an_address_of_another_site_is_refused_by_name(link: Opened, hostile: Hostile, name: str) -> None:
    configured(hostile, hostile.document(**{name: ELSEWHERE}))

    looked, posted = link.look(), link.post()

    assert [reason_of(answer) for answer in (looked, posted)] == ["configuration-foreign"] * 2
    assert f"{name} is at another site" in looked.text
    assert hostile.posts == []


def test_an_address_that_is_none_is_refused_by_name(link: Opened, hostile: Hostile) -> None:
    configured(hostile, hostile.document(jwks_uri="javascript:alert(1)"))

    answer = link.look()

    assert (answer.status_code, reason_of(answer)) == (400, "configuration-bad")
    assert "jwks_uri" in answer.text


def test_an_issuer_with_a_query_is_refused(link: Opened, hostile: Hostile) -> None:
    configured(hostile, hostile.document(issuer=f"{hostile.url}/?site=2"))

    assert reason_of(link.look()) == "configuration-bad"


@pytest.mark.parametrize("document", [[], "text", 5, None, {}])
def test_what_is_no_configuration_is_refused(link: Opened, hostile: Hostile, document: object) -> None:
    configured(hostile, document)

    assert reason_of(link.look()) == "configuration-bad"


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe\x00", b"[" * 200_000, b'{"issuer": '])
def test_what_is_no_json_is_refused(link: Opened, hostile: Hostile, body: bytes) -> None:
    hostile.configuration = (200, {}, body)

    assert reason_of(link.look()) == "configuration-bad"


UNREACHABLE: list[tuple[int, dict[str, str], bytes]] = [
    (302, {"Location": "/configuration"}, b""),
    (404, {}, b"{}"),
    (500, {}, b"{}"),
    (200, {}, b" " * 300_000),
    (200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 50_000_000)),
    (200, {"Content-Length": "100"}, b"{}"),
]


@pytest.mark.parametrize("answer", UNREACHABLE, ids=lambda given: f"{given[0]}-{len(given[2])}")
def test_a_configuration_that_does_not_come_whole_and_directly_is_refused(
    link: Opened, hostile: Hostile, answer: tuple[int, dict[str, str], bytes]
) -> None:
    hostile.configuration = answer

    looked = link.look()

    assert (looked.status_code, reason_of(looked)) == (400, "configuration-unreachable")
    assert hostile.gets == 1


def test_a_server_that_is_not_there_is_named_as_such(tool: Tool) -> None:
    link = Opened(tool, new_link(tool), {"openid_configuration": "http://127.0.0.1:9/configuration"})

    assert reason_of(link.look()) == "configuration-unreachable"


def test_a_platform_that_does_not_answer_in_time_is_given_up_and_the_link_works_on(
    link: Opened, hostile: Hostile
) -> None:
    answering(hostile, {"client_id": "late"})
    hostile.seconds = 30
    began = time.monotonic()

    answer = link.post()

    assert time.monotonic() - began < 7
    assert (answer.status_code, reason_of(answer)) == (400, "registration-unanswered")
    assert "Moodle may have added the tool on its side" in answer.text
    assert waiting(link.tool) == ()
    hostile.seconds = 0
    assert title(link.post()).startswith("Registered")


def test_a_redirect_takes_the_platforms_token_nowhere(link: Opened, hostile: Hostile) -> None:
    with serve_hostile() as other:
        answering(hostile, b"", 307, Location=f"{other.url}/register")

        answer = link.post()

        assert other.posts == []
    assert reason_of(answer) == "registration-refused"
    assert "307" in answer.text


def test_the_request_carries_the_platforms_token_and_nothing_else_of_ours(link: Opened, hostile: Hostile) -> None:
    answering(hostile, {"client_id": "x"})

    link.post()

    (headers,) = hostile.posts
    assert headers["authorization"] == f"Bearer {hostile.query['registration_token']}"
    assert headers["content-type"] == "application/json"
    assert "cookie" not in headers
    assert link.link_token not in str(headers)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        {},
        {"client_id": 5},
        {"client_id": "a\u0000b"},
    ],
)
def test_an_answer_without_a_usable_client_id_stores_nothing(link: Opened, hostile: Hostile, body: object) -> None:
    answering(hostile, body)

    answer = link.post()

    assert (answer.status_code, reason_of(answer)) == (400, "registration-answer")
    assert waiting(link.tool) == ()


def test_an_answer_without_a_deployment_is_kept_and_says_what_is_missing(link: Opened, hostile: Hostile) -> None:
    answering(hostile, {"client_id": "x", TOOL_CONFIGURATION: {"deployment_id": 5}, "scope": ["x"]})

    answer = link.post()

    assert answer.status_code == 200
    (pending,) = waiting(link.tool)
    assert (pending.granted.lti_deployment_id, pending.granted.granted_scopes) == (None, ())
    assert "Moodle named none" in answer.text


def test_a_membership_service_that_the_platform_does_not_offer_is_not_asked_for(link: Opened, hostile: Hostile) -> None:
    answering(hostile, {"client_id": "x", "scope": SCOPE})
    assert "memberships" not in link.look().text

    answer = link.post(memberships="1")

    assert "not asked for" in answer.text


def test_what_a_platform_says_of_itself_is_escaped_and_cut(link: Opened, hostile: Hostile) -> None:
    about = {"product_family_code": SCRIPT, "version": "9" * 5000}
    configured(hostile, hostile.document(**{"https://purl.imsglobal.org/spec/lti-platform-configuration": about}))

    page = link.look().text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "9" * 101 not in page


REFUSALS: list[tuple[str, str, str]] = [
    ("text/html", f"missing required attribute {SCRIPT}", "missing required attribute"),
    ("text/plain", f"see {SCRIPT}", f"see {SCRIPT}"),
    ("application/json", json.dumps({"error": SCRIPT}), SCRIPT),
    ("text/html", f"<html><head><title>t</title></head><body>{SCRIPT}<p class='errormessage'>Sorry</p>", "Sorry"),
]


@pytest.mark.parametrize(("content_type", "body", "words"), REFUSALS)
def test_a_refusal_is_shown_escaped(link: Opened, hostile: Hostile, content_type: str, body: str, words: str) -> None:
    answering(hostile, body.encode(), 400, Content_Type=content_type)

    page = link.post().text

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert words in unescape(page)


def test_a_long_refusal_is_cut_and_holds_no_token(link: Opened, hostile: Hostile) -> None:
    token = hostile.query["registration_token"]
    echoed = f"you sent {token} and Bearer abcdef.ghi and eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.sig " + "y" * 5000
    answering(hostile, echoed.encode(), 400)

    page = link.post().text

    for secret in (token, "abcdef", "eyJhbGciOiJub25lIn0", "eyJzdWIiOiJ4In0"):
        assert secret not in page
        assert secret not in link.tool.log.getvalue()
    assert "you sent [removed] and [removed] and [removed]" in page
    assert "y" * 501 not in page


def test_a_flood_in_answer_to_the_registration_is_given_up(link: Opened, hostile: Hostile) -> None:
    answering(hostile, b"x" * 5_000_000, 400)

    assert reason_of(link.post()) == "registration-unanswered"


STRICT_REFUSALS = [
    ("http://moodle.example/c", "platform-insecure"),
    ("https://localhost/c", "platform-insecure"),
    ("https://127.0.0.1/c", "platform-insecure"),
    ("https://10.1.2.3/c", "platform-insecure"),
    ("https://169.254.169.254/latest/meta-data", "platform-insecure"),
    ("https://[::1]/c", "platform-insecure"),
    ("https://[fd00::1]/c", "platform-insecure"),
    ("https://2130706433/c", "configuration-unreachable"),
    ("https://127.1/c", "configuration-unreachable"),
    ("https://0x7f000001/c", "configuration-unreachable"),
]


@pytest.mark.parametrize(("address", "reason"), STRICT_REFUSALS)
def test_without_the_trial_setting_only_public_https_platforms_are_asked(
    sessions: Sessions, address: str, reason: str
) -> None:
    app = create_app(Settings(secret_key=SECRET_KEY, public_url="https://tool.example"), sessions=sessions)
    with writing(sessions) as db:
        token = make_link(db, made_by_platform_id=None, now=Clock()())

    answer = app.test_client().get(f"/lti/register/{token}", query_string={"openid_configuration": address})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert f"({reason})" in page
    assert reason != "platform-insecure" or "LEA_ALLOW_INSECURE_PLATFORMS=1" in page


def test_nothing_is_fetched_for_a_link_that_does_not_work(tool: Tool, hostile: Hostile) -> None:
    any_link: Any = Opened(tool, "x" * 43, hostile.query)

    assert reason_of(any_link.look()) == "link-unknown"
    assert reason_of(any_link.post()) == "link-unknown"
    assert hostile.gets == 0
