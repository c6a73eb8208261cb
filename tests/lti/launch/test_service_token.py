"""Access tokens to a platform's services: asked with a signed assertion, kept in memory, never shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from bridge.store.database import Sessions, reading
from bridge.store.registrations import RegistrationRecord, find_registrations
from lti.launch.memberships import SCOPE
from lti.launch.service_token import ServiceCaller, ServiceRefused, make_service_caller, read_error, read_token
from lti.services import EXTENSION
from tests.lti.served import Tool

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def caller(tool: Tool) -> ServiceCaller:
    """The running tool's own way to call services."""
    return make_service_caller(tool.sessions, tool.app.extensions[EXTENSION].settings)


def registration_of(tool: Tool) -> RegistrationRecord:
    with reading(tool.sessions) as db:
        return find_registrations(db, tool.vle.issuer)[0]


def test_the_assertion_says_who_asks_and_is_signed_with_a_published_key(tool: Tool, caller: ServiceCaller) -> None:
    registration = registration_of(tool)

    caller.find_token(registration, SCOPE, tool.clock())

    (assertion,) = tool.vle.services.assertions
    keys = {key["kid"]: jwt.PyJWK(key).key for key in tool.request("GET", "/lti/jwks.json").json()["keys"]}
    header = jwt.get_unverified_header(assertion)
    claims = jwt.decode(assertion, keys[header["kid"]], algorithms=["RS256"], audience=registration.auth_token_url)
    assert (header["alg"], claims["iss"], claims["sub"]) == ("RS256", tool.vle.client_id, tool.vle.client_id)
    assert claims["exp"] - claims["iat"] <= 300
    assert len(claims["jti"]) >= 40


def test_a_token_is_kept_until_a_minute_before_its_end(tool: Tool, caller: ServiceCaller) -> None:
    registration = registration_of(tool)
    first = caller.find_token(registration, SCOPE, tool.clock())

    tool.clock.move(minutes=58, seconds=50)
    again = caller.find_token(registration, SCOPE, tool.clock())
    tool.clock.move(seconds=15)
    later = caller.find_token(registration, SCOPE, tool.clock())

    assert again is first
    assert later.token != first.token
    assert len(tool.vle.services.assertions) == 2


def test_a_token_is_for_its_platform_though_another_one_takes_over_its_rows_number(
    tool: Tool, caller: ServiceCaller
) -> None:
    registration = registration_of(tool)
    first = caller.find_token(registration, SCOPE, tool.clock())

    others = caller.find_token(replace(registration, issuer="https://other.example"), SCOPE, tool.clock())

    assert others.token != first.token


def test_a_new_assertion_has_another_id(tool: Tool, caller: ServiceCaller) -> None:
    for _ in range(2):
        caller.forget_token(registration_of(tool), SCOPE)
        caller.find_token(registration_of(tool), SCOPE, tool.clock())

    ids = {jwt.decode(one, options={"verify_signature": False})["jti"] for one in tool.vle.services.assertions}
    assert len(ids) == 2


def test_no_repr_shows_a_token(tool: Tool, caller: ServiceCaller) -> None:
    token = caller.find_token(registration_of(tool), SCOPE, tool.clock())

    assert token.token not in repr(token)
    assert token.token not in repr(caller)


def test_a_scope_that_the_administrator_did_not_grant_is_refused(tool: Tool, caller: ServiceCaller) -> None:
    tool.vle.services.permitted.clear()

    with pytest.raises(ServiceRefused) as caught:
        caller.find_token(registration_of(tool), SCOPE, tool.clock())

    assert (caught.value.reason, caught.value.said) == ("token-status-400", "invalid_scope")


def test_what_the_platform_says_is_understood_also_where_it_is_no_json(tool: Tool, caller: ServiceCaller) -> None:
    tool.vle.tool.key_set_url = f"{tool.vle.url}/mod/lti/certs.php"  # the platform's keys instead of the tool's

    with pytest.raises(ServiceRefused) as caught:
        caller.find_token(registration_of(tool), SCOPE, tool.clock())

    assert (caught.value.reason, caught.value.said) == (
        "token-status-400",
        '"kid" invalid, unable to lookup correct key',
    )


def test_an_unknown_client_is_refused(tool: Tool, caller: ServiceCaller) -> None:
    with pytest.raises(ServiceRefused) as caught:
        caller.find_token(replace(registration_of(tool), client_id="another"), SCOPE, tool.clock())

    assert caught.value.said == "invalid_client"


@pytest.mark.parametrize("path", ["/mod/lti/nowhere.php", "/"])
def test_an_address_that_gives_no_token_is_a_named_refusal(tool: Tool, caller: ServiceCaller, path: str) -> None:
    with pytest.raises(ServiceRefused) as caught:
        caller.find_token(replace(registration_of(tool), auth_token_url=tool.vle.url + path), SCOPE, tool.clock())

    assert caught.value.reason in ("token-status-404", "token-status-405")


def test_without_the_trial_setting_a_private_token_address_is_never_asked(tool: Tool, sessions: Sessions) -> None:
    strict = replace(tool.app.extensions[EXTENSION].settings, allow_insecure_platforms=False)

    with pytest.raises(ServiceRefused, match="not-https"):
        make_service_caller(sessions, strict).find_token(registration_of(tool), SCOPE, tool.clock())

    assert tool.vle.services.assertions == []


GOOD = b'{"access_token": "abc", "token_type": "Bearer", "expires_in": 3600, "scope": "%s"}' % SCOPE.encode()
BODIES: dict[bytes, str] = {
    b"": "not-json",
    b"<html>": "not-json",
    b"[1]": "not-json",
    b"\xff": "not-json",
    b"[" * 100_000: "not-json",
    b'{"token_type": "Bearer"}': "no-token",
    b'{"access_token": 5}': "no-token",
    b'{"access_token": ""}': "no-token",
    b'{"access_token": "a b"}': "no-token",
    b'{"access_token": "a\\r\\nX-Evil: 1"}': "no-token",
    b'{"access_token": "%s"}' % (b"x" * 20_000): "no-token",
    b'{"access_token": "abc", "token_type": "mac"}': "no-bearer-token",
    b'{"access_token": "abc", "scope": "other"}': "scope-not-granted",
    b'{"access_token": "abc", "scope": ["x"]}': "scope-not-granted",
}


@pytest.mark.parametrize(("body", "reason"), BODIES.items(), ids=range(len(BODIES)))
def test_what_is_no_token_is_refused(database_url: str, body: bytes, reason: str) -> None:
    with pytest.raises(ServiceRefused, match=reason):
        read_token(body, SCOPE, NOW)


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [
        ("3600", 3600),
        ('"3600"', 3600),
        ("0", 300),
        ("-5", 300),
        ("true", 300),
        ("1e99", 300),
        ("[]", 300),
        ("NaN", 300),
    ],
)
def test_a_life_that_is_none_is_taken_as_short(database_url: str, expires_in: str, seconds: int) -> None:
    body = GOOD.replace(b"3600", expires_in.encode())

    assert read_token(body, SCOPE, NOW).ends_at == NOW + timedelta(seconds=seconds)


def test_what_a_platform_says_is_kept_short_and_without_what_looks_like_a_secret(database_url: str) -> None:
    secret = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"

    said = read_error(b'{"error": "bad assertion %s \\u202e %s"}' % (secret.encode(), b"x " * 500))

    assert said.startswith("bad assertion … x x")
    assert len(said) <= 200
    assert read_error(b"<html>") == read_error(b"") == read_error(b'{"error": 5}') == ""
