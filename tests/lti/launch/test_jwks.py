"""The platform's keys: cached, fetched anew when needed, never asked for in a flood, never from a forbidden address."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from bridge.schema.platforms import PlatformKeySet
from bridge.store.database import reading
from lti.launch.fetching import Fetched, FetchFailed, fetch_document, find_public_address
from lti.launch.jwks import life_of, parse_key_set
from tests.demo_vle.keys import SigningKey
from tests.lti.launch.awkward_server import AwkwardServer, serve_awkwardly
from tests.lti.served import Tool, reason_of
from tests.lti.small_world import LEARNER, OPEN


def test_keys_are_fetched_once_and_then_come_from_the_cache(tool: Tool) -> None:
    assert tool.launch(LEARNER, OPEN).status_code == 200
    tool.vle.faults.jwks_down = True

    assert tool.launch(LEARNER, OPEN).status_code == 200


def test_a_class_that_opens_the_tool_at_once_gets_in_though_only_one_request_fetches_the_keys(tool: Tool) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: tool.launch(LEARNER, OPEN), range(8)))

    assert [answer.status_code for answer in answers] == [200] * 8


def test_a_rotated_key_is_found_at_the_next_launch_after_the_flood_limit(tool: Tool) -> None:
    tool.launch(LEARNER, OPEN)
    tool.vle.keys.rotate()

    at_once = tool.launch(LEARNER, OPEN)
    tool.clock.move(seconds=31)
    later = tool.launch(LEARNER, OPEN)

    assert reason_of(at_once) == "unknown-key"
    assert later.status_code == 200


def test_known_keys_go_on_working_while_the_platform_is_down_even_when_they_expired(tool: Tool) -> None:
    tool.launch(LEARNER, OPEN)
    tool.vle.faults.jwks_down = True
    tool.clock.move(hours=25)

    assert tool.launch(LEARNER, OPEN).status_code == 200


def test_a_key_that_the_platform_withdrew_stops_working_when_the_cache_expires(tool: Tool) -> None:
    tool.launch(LEARNER, OPEN)
    old = tool.vle.keys.keys[0]
    tool.vle.keys.rotate(keep_old=False)
    tool.clock.move(hours=2)
    login = tool.login(LEARNER, OPEN)

    answer = tool.post_launch(login, tool.vle.mint(tool.vle.claims(LEARNER, OPEN, login.nonce), key=old))

    assert reason_of(answer) == "unknown-key"


def test_without_any_key_a_silent_platform_gets_a_503_page_in_under_six_seconds(tool: Tool) -> None:
    tool.vle.faults.jwks_down = True
    began = time.monotonic()

    answer = tool.launch(LEARNER, OPEN)

    assert (answer.status_code, reason_of(answer)) == (503, "keys-unavailable")
    assert answer.headers["Retry-After"]
    assert time.monotonic() - began < 6


def test_unknown_kids_do_not_make_the_tool_flood_the_platform(tool: Tool) -> None:
    tool.launch(LEARNER, OPEN)
    foreign = SigningKey.foreign()
    with reading(tool.sessions) as db:
        before = db.scalars(select(PlatformKeySet.attempted_at)).one()

    for _ in range(3):
        login = tool.login(LEARNER, OPEN)
        answer = tool.post_launch(login, tool.vle.mint(tool.vle.claims(LEARNER, OPEN, login.nonce), key=foreign))
        assert reason_of(answer) == "unknown-key"

    with reading(tool.sessions) as db:
        assert db.scalars(select(PlatformKeySet.attempted_at)).one() == before


@pytest.mark.parametrize(
    ("header", "life"),
    [
        ("max-age=600", timedelta(minutes=10)),
        ("public, Max-Age=7200, must-revalidate", timedelta(hours=2)),
        ("max-age=99999999", timedelta(hours=24)),
        ("max-age=0", timedelta(minutes=1)),
        ("no-store", timedelta(hours=1)),
        ("s-max-age=5", timedelta(hours=1)),
        ("", timedelta(hours=1)),
    ],
)
def test_keys_live_as_long_as_the_platform_says_within_a_day(header: str, life: timedelta) -> None:
    assert life_of(Fetched(b"", {"cache-control": header})) == life


def test_only_usable_keys_are_taken_and_only_their_public_members() -> None:
    import json

    good = SigningKey.new().as_jwk()
    keys = [
        {**good, "d": "private", "x5u": "https://evil.example"},
        {**good, "kid": "enc", "use": "enc"},
        {**good, "kid": "other", "alg": "RS512"},
        {**good, "kid": 5},
        {**good, "kid": ""},
        {**good, "kid": "broken", "n": "***"},
        {"kty": "oct", "kid": "secret", "k": "AAAA"},
        {"kty": "EC", "kid": "curve"},
        "text",
        None,
    ]

    taken = parse_key_set(json.dumps({"keys": keys}).encode())

    assert taken == {"keys": [{name: good[name] for name in ("kty", "kid", "n", "e")}]}


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"keys": {}}', b"\xff", b"[" * 100_000, b"<html>"])
def test_what_is_no_key_set_is_refused(body: bytes) -> None:
    with pytest.raises(FetchFailed):
        parse_key_set(body)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/jwks",
        "ftp://example.org/jwks",
        "file:///etc/passwd",
        "https://user:password@example.org/jwks",
        "https:///jwks",
        "https://127.0.0.1/jwks",
        "https://localhost/jwks",
        "https://10.0.0.8/jwks",
        "https://192.168.1.1/jwks",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/jwks",
        "https://[::ffff:127.0.0.1]/jwks",
        "https://[fe80::1]/jwks",
        "https://[64:ff9b::7f00:1]/jwks",
        "https://0.0.0.0/jwks",
        "https://2130706433/jwks",
        "https://example.org:99999/jwks",
    ],
)
def test_an_address_that_is_not_public_https_is_never_asked(url: str) -> None:
    with pytest.raises(FetchFailed):
        fetch_document(url)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "::1", "10.1.2.3", "224.0.0.1", "fd00::1", "100.64.0.1", "::127.0.0.1", "64:ff9b:1::1"],
)
def test_a_name_with_any_private_address_is_refused(host: str) -> None:
    with pytest.raises(FetchFailed, match="not-public"):
        find_public_address(host, 443)


def test_a_public_address_is_the_one_that_is_dialled() -> None:
    assert find_public_address("8.8.8.8", 443) == "8.8.8.8"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/redirect", "status-302"),
        ("/500", "status-500"),
        ("/huge", "too-large"),
        ("/bomb", "too-large"),
        ("/drip", "timeout"),
        ("/drip-headers", "timeout"),
        ("/silence", None),
    ],
)
def test_a_server_that_misbehaves_is_given_up_within_six_seconds(
    awkward: AwkwardServer, path: str, reason: str | None
) -> None:
    began = time.monotonic()

    with pytest.raises(FetchFailed) as caught:
        fetch_document(f"{awkward.url}{path}", allow_insecure=True)

    assert time.monotonic() - began < 6
    assert reason is None or caught.value.reason == reason


def test_a_well_behaved_server_is_read_with_its_headers(awkward: AwkwardServer) -> None:
    fetched = fetch_document(f"{awkward.url}/good", allow_insecure=True)

    assert fetched.body == b'{"keys": []}'
    assert fetched.headers["cache-control"] == "max-age=60"


awkward = pytest.fixture(scope="module")(serve_awkwardly)
