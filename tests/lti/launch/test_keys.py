"""The tool's signing keys: what signs, what is published, and how a rotation overlaps."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from jwt import PyJWKSet
from sqlalchemy import select

from bridge.errors import SecretUnreadable
from bridge.schema.platforms import ToolKey
from bridge.store.database import Sessions, reading
from bridge.store.keys import ToolKeyRecord, load_tool_keys
from lti.launch.keys import (
    KeyChangeRefused,
    find_signing_key,
    is_still_needed,
    public_key_set,
    retire_key,
    rotate_keys,
    sign_jwt,
)

SECRET = "a secret of the tests, long enough to be taken"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLAIMS = {"iss": "client", "aud": "https://moodle.example", "jti": "1"}


def published(sessions: Sessions, now: datetime) -> dict[str, object]:
    return {str(key["kid"]): key for key in public_key_set(sessions, SECRET, now)["keys"]}


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def test_what_is_signed_verifies_with_the_published_key_of_its_kid(sessions: Sessions) -> None:
    token = sign_jwt(sessions, SECRET, CLAIMS, START)

    keys = PyJWKSet.from_dict(public_key_set(sessions, SECRET, START))
    verified = jwt.decode(token, keys[kid_of(token)], algorithms=["RS256"], audience="https://moodle.example")
    assert verified == CLAIMS


def test_only_public_members_are_published(sessions: Sessions) -> None:
    (key,) = public_key_set(sessions, SECRET, START)["keys"]
    assert set(key) == {"kty", "n", "e", "alg", "use", "kid"}


def test_a_new_key_is_published_at_once_and_signs_a_day_later(sessions: Sessions) -> None:
    first = kid_of(sign_jwt(sessions, SECRET, CLAIMS, START))
    rotated_at = START + 10 * DAY
    second = rotate_keys(sessions, SECRET, rotated_at).kid

    assert set(published(sessions, rotated_at)) == {first, second}
    assert kid_of(sign_jwt(sessions, SECRET, CLAIMS, rotated_at + DAY - HOUR)) == first
    assert kid_of(sign_jwt(sessions, SECRET, CLAIMS, rotated_at + DAY)) == second


def test_a_key_rotated_within_its_first_day_still_signs_until_the_new_one_is_known(sessions: Sessions) -> None:
    first = kid_of(sign_jwt(sessions, SECRET, CLAIMS, START))
    rotate_keys(sessions, SECRET, START + HOUR)
    assert kid_of(sign_jwt(sessions, SECRET, CLAIMS, START + 2 * HOUR)) == first


def test_a_retired_key_is_published_no_more_and_its_private_half_is_gone(sessions: Sessions) -> None:
    first = kid_of(sign_jwt(sessions, SECRET, CLAIMS, START))
    second = rotate_keys(sessions, SECRET, START + HOUR).kid

    retire_key(sessions, first, START + 3 * DAY)

    assert set(published(sessions, START + 3 * DAY)) == {second}
    with reading(sessions) as db:
        kept = db.scalars(select(ToolKey).where(ToolKey.kid == first)).one()
        assert (kept.private_key, kept.retired_at) == ("", START + 3 * DAY)


def test_a_waiting_key_signs_when_it_is_the_only_one(sessions: Sessions) -> None:
    first = kid_of(sign_jwt(sessions, SECRET, CLAIMS, START))
    second = rotate_keys(sessions, SECRET, START + HOUR).kid
    retire_key(sessions, first, START + HOUR)
    assert kid_of(sign_jwt(sessions, SECRET, CLAIMS, START + HOUR)) == second


def test_a_second_rotation_while_a_key_waits_makes_none(sessions: Sessions) -> None:
    public_key_set(sessions, SECRET, START)
    waiting = rotate_keys(sessions, SECRET, START + HOUR)
    with pytest.raises(KeyChangeRefused, match=waiting.kid):
        rotate_keys(sessions, SECRET, START + DAY)
    assert len(published(sessions, START)) == 2
    rotate_keys(sessions, SECRET, START + HOUR + DAY)
    assert len(published(sessions, START)) == 3


def test_the_first_rotation_of_all_makes_the_key_that_signs(sessions: Sessions) -> None:
    made = rotate_keys(sessions, SECRET, START)
    assert kid_of(sign_jwt(sessions, SECRET, CLAIMS, START)) == made.kid


def test_the_only_key_and_an_unknown_one_are_not_retired(sessions: Sessions) -> None:
    only = kid_of(sign_jwt(sessions, SECRET, CLAIMS, START))
    with pytest.raises(KeyChangeRefused, match="only key"):
        retire_key(sessions, only, START)
    with pytest.raises(KeyChangeRefused, match="No key nonsense"):
        retire_key(sessions, "nonsense", START)
    assert set(published(sessions, START)) == {only}


def test_a_key_that_stopped_signing_is_needed_for_an_hour_more() -> None:
    old, new = ToolKeyRecord("old", "", START), ToolKeyRecord("new", "", START + 5 * DAY)
    takes_over = START + 6 * DAY
    assert find_signing_key([new, old], takes_over) == new
    assert is_still_needed([new, old], "old", takes_over + HOUR - timedelta(seconds=1))
    assert not is_still_needed([new, old], "old", takes_over + HOUR)
    assert is_still_needed([new, old], "new", takes_over + HOUR)
    assert not is_still_needed([new, old], "new", takes_over - HOUR)


def test_keys_saved_under_another_secret_say_so_and_a_rotation_is_the_way_out(sessions: Sessions) -> None:
    lost = kid_of(sign_jwt(sessions, "another secret that was lost since then", CLAIMS, START))
    with pytest.raises(SecretUnreadable):
        sign_jwt(sessions, SECRET, CLAIMS, START)

    rotate_keys(sessions, SECRET, START + HOUR)
    retire_key(sessions, lost, START)

    assert set(published(sessions, START)) == {kid_of(sign_jwt(sessions, SECRET, CLAIMS, START))}


def test_a_key_shows_no_secret_in_its_repr(sessions: Sessions) -> None:
    public_key_set(sessions, SECRET, START)
    with reading(sessions) as db:
        (key,) = load_tool_keys(db)
    assert key.private_key not in repr(key)
