"""Registration links: one hour, once, stored as a hash."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bridge.schema.platforms import RegistrationLink
from bridge.store.database import Sessions, reading, writing
from bridge.store.registration_links import KEPT_FOR, claim_link, find_link, make_link, purge_links, release_link

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def made(sessions: Sessions) -> str:
    with writing(sessions) as db:
        return make_link(db, made_by_platform_id=None, now=NOW)


def claim(sessions: Sessions, token: str, now: datetime = NOW) -> bool:
    with writing(sessions) as db:
        return claim_link(db, token, now) is not None


def test_a_link_can_be_claimed_once(sessions: Sessions) -> None:
    token = made(sessions)

    assert claim(sessions, token)
    assert not claim(sessions, token)


def test_of_eight_claims_at_once_exactly_one_succeeds(sessions: Sessions) -> None:
    token = made(sessions)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: claim(sessions, token), range(8))) == 1


def test_a_released_link_can_be_claimed_again_within_its_hour(sessions: Sessions) -> None:
    token = made(sessions)
    claim(sessions, token)

    with writing(sessions) as db:
        release_link(db, token)

    assert not claim(sessions, token, NOW + timedelta(hours=1))
    assert claim(sessions, token, NOW + timedelta(minutes=59))


def test_a_link_ends_after_an_hour(sessions: Sessions) -> None:
    token = made(sessions)

    assert not claim(sessions, token, NOW + timedelta(hours=1))
    with reading(sessions) as db:
        found = find_link(db, token)
    assert found is not None
    assert (found.used_at, found.expires_at) == (None, NOW + timedelta(hours=1))


def test_the_token_itself_is_nowhere_in_the_table(sessions: Sessions) -> None:
    token = made(sessions)

    with reading(sessions) as db:
        (row,) = db.scalars(select(RegistrationLink)).all()
    assert len(token) >= 43
    assert token not in str(vars(row))


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "ä" * 43, "x" * 10_000])
def test_what_is_no_token_finds_nothing(sessions: Sessions, token: str) -> None:
    made(sessions)

    with reading(sessions) as db:
        assert find_link(db, token) is None
    assert not claim(sessions, token)


def test_links_that_ended_long_ago_are_forgotten_and_others_stay(sessions: Sessions) -> None:
    old = made(sessions)
    later = NOW + KEPT_FOR + timedelta(hours=2)
    with writing(sessions) as db:
        new = make_link(db, made_by_platform_id=None, now=later)

    with writing(sessions) as db:
        purge_links(db, later)

    with reading(sessions) as db:
        assert find_link(db, old) is None
        assert find_link(db, new) is not None
