"""Pending registrations: nothing is overwritten, approval happens once and gives launches all they need."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from analytics.level_terms import suggested_terms
from bridge.errors import AddressesDiffer, AlreadyRegistered, ClientIdTaken, NotPending, NotYourPlatform
from bridge.schema.platforms import Registration
from bridge.schema.teaching import PublishedLevel, TeachingCalendar
from bridge.store.database import Sessions, reading, writing
from bridge.store.level_scopes import site_scope
from bridge.store.levels import Proposal, load_draft, save_draft
from bridge.store.pending_registrations import (
    Granted,
    approve,
    is_pending,
    is_registered,
    load_pending,
    refuse,
    save_pending,
)
from bridge.store.platforms import RegistrationDetails, load_platforms, save_platform, save_registration
from bridge.store.registrations import find_registrations, load_deployment_ids

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SITE = "https://moodle.example.ac.uk"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
GRANTED = Granted(
    name="moodle.example.ac.uk",
    issuer=SITE,
    client_id="abc",
    lti_deployment_id="7",
    auth_login_url=f"{SITE}/mod/lti/auth.php",
    auth_token_url=f"{SITE}/mod/lti/token.php",
    key_set_url=f"{SITE}/mod/lti/certs.php",
    granted_scopes=(NRPS,),
)


def saved(sessions: Sessions, granted: Granted = GRANTED, platform_id: int | None = None) -> int:
    with writing(sessions) as db:
        return save_pending(db, granted, made_by_platform_id=platform_id, now=NOW)


def approved(sessions: Sessions, pending_id: int) -> int:
    with writing(sessions) as db:
        return approve(db, pending_id, NOW)


def test_approval_makes_platform_registration_and_deployment(sessions: Sessions) -> None:
    platform_id = approved(sessions, saved(sessions))

    with reading(sessions) as db:
        (platform,) = load_platforms(db)
        (registration,) = find_registrations(db, SITE)
        scopes = db.scalars(select(Registration.granted_scopes)).one()
        assert load_deployment_ids(db, registration.registration_id) == {"7"}
        assert load_pending(db) == ()
    assert (platform.platform_id, platform.moodle_url, platform.has_token) == (platform_id, SITE, False)
    assert (registration.platform_id, registration.client_id) == (platform_id, "abc")
    assert registration.auth_login_url == GRANTED.auth_login_url
    assert scopes == [NRPS]


def test_a_new_platform_starts_with_a_calendar_and_a_level_that_is_a_draft_alone(sessions: Sessions) -> None:
    platform_id = approved(sessions, saved(sessions))

    with reading(sessions) as db:
        draft = load_draft(db, site_scope(platform_id))
        assert db.scalars(select(PublishedLevel)).all() == []
        assert db.scalars(select(TeachingCalendar)).one()
    assert draft is not None
    assert draft.proposal.terms == suggested_terms(4)


def test_a_second_approval_leaves_the_draft_as_somebody_wrote_it(sessions: Sessions) -> None:
    platform_id = approved(sessions, saved(sessions))
    with writing(sessions) as db:
        save_draft(db, site_scope(platform_id), Proposal(suggested_terms(2)), "Dr Helen Marsh", NOW)
    approved(sessions, saved(sessions, replace(GRANTED, client_id="other")))

    with reading(sessions) as db:
        draft = load_draft(db, site_scope(platform_id))
    assert draft is not None
    assert draft.saved_by == "Dr Helen Marsh"


@pytest.mark.parametrize("address", [SITE, f"{SITE}/"])
def test_approval_joins_the_platform_at_the_issuers_address_and_leaves_its_name_and_token(
    sessions: Sessions, address: str
) -> None:
    with writing(sessions) as db:
        before = save_platform(db, name="QMplus", moodle_url=address, encrypted_token="sealed", now=NOW)

    assert approved(sessions, saved(sessions)) == before

    with reading(sessions) as db:
        (platform,) = load_platforms(db)
    assert (platform.name, platform.has_token) == ("QMplus", True)


def test_approval_joins_the_platform_that_has_the_issuer_though_its_address_differs(sessions: Sessions) -> None:
    with writing(sessions) as db:
        before = save_platform(db, name="Inside", moodle_url="https://inside.example", encrypted_token=None, now=NOW)
        save_registration(db, before, details("first"), NOW)

    assert approved(sessions, saved(sessions)) == before


OTHER = "https://other.example"


def details(client_id: str, issuer: str = SITE) -> RegistrationDetails:
    pages = [f"{issuer}/mod/lti/{page}.php" for page in ("auth", "token", "certs")]
    return RegistrationDetails(issuer, client_id, pages[0], pages[1], pages[2], ("1",))


def connected(sessions: Sessions, registration: RegistrationDetails | None, address: str = SITE) -> int:
    with writing(sessions) as db:
        platform_id = save_platform(db, name="There", moodle_url=address, encrypted_token="sealed", now=NOW)
        if registration is not None:
            save_registration(db, platform_id, registration, NOW)
    return platform_id


@pytest.mark.parametrize("is_registered_there", [True, False])
def test_an_administrator_adds_no_registration_to_the_platform_of_others(
    sessions: Sessions, is_registered_there: bool
) -> None:
    own = connected(sessions, details("own", OTHER), OTHER)
    connected(sessions, details("first") if is_registered_there else None)
    pending_id = saved(sessions, platform_id=own)

    with pytest.raises(NotYourPlatform), writing(sessions) as db:
        approve(db, pending_id, NOW, by_platform_id=own)

    with reading(sessions) as db:
        assert not is_registered(db, SITE, "abc")
        assert [one.pending_id for one in load_pending(db)] == [pending_id]


def test_an_administrator_adds_a_new_platform_and_a_registration_of_their_own(sessions: Sessions) -> None:
    own = connected(sessions, details("first"))
    second = saved(sessions, platform_id=own)
    new = saved(sessions, replace(GRANTED, issuer=OTHER, client_id="new"), platform_id=own)

    with writing(sessions) as db:
        assert approve(db, second, NOW, by_platform_id=own) == own
        assert approve(db, new, NOW, by_platform_id=own) != own


FILES = f"{SITE}/tokenpluginfile.php/key"


@pytest.mark.parametrize(
    "brought",
    [
        replace(GRANTED, auth_login_url=f"{FILES}/auth.html"),
        replace(GRANTED, auth_token_url=f"{FILES}/token.json"),
        replace(GRANTED, key_set_url=f"{FILES}/keys.json"),
    ],
)
def test_a_further_registration_of_a_site_brings_no_other_addresses(sessions: Sessions, brought: Granted) -> None:
    connected(sessions, details("first"))
    pending_id = saved(sessions, brought)

    with pytest.raises(AddressesDiffer):
        approved(sessions, pending_id)

    with reading(sessions) as db:
        assert len(load_pending(db)) == 1


def test_a_client_id_belongs_to_one_platform(sessions: Sessions) -> None:
    pending_id = saved(sessions)
    connected(sessions, details("abc", OTHER), OTHER)

    with pytest.raises(ClientIdTaken):
        approved(sessions, pending_id)
    with writing(sessions) as db:
        refuse(db, pending_id)
    with pytest.raises(ClientIdTaken):
        saved(sessions)


def by_hand(sessions: Sessions) -> None:
    with writing(sessions) as db:
        platform_id = save_platform(db, name="By hand", moodle_url=SITE, encrypted_token=None, now=NOW)
        save_registration(db, platform_id, RegistrationDetails(SITE, "abc", "a", "b", "c", ("1",)), NOW)


def by_registering(sessions: Sessions) -> None:
    saved(sessions)


@pytest.mark.parametrize("there", [by_hand, by_registering])
def test_what_is_registered_or_waiting_is_never_overwritten(
    sessions: Sessions, there: Callable[[Sessions], None]
) -> None:
    there(sessions)

    with pytest.raises(AlreadyRegistered):
        saved(sessions, replace(GRANTED, key_set_url="https://other.example/keys"))

    with reading(sessions) as db:
        known = [found.key_set_url for found in find_registrations(db, SITE)]
        waiting = [record.granted.key_set_url for record in load_pending(db)]
    assert "https://other.example/keys" not in known + waiting


def test_what_was_registered_by_hand_meanwhile_stays_and_the_waiting_one_too(sessions: Sessions) -> None:
    pending_id = saved(sessions)
    by_hand(sessions)

    with pytest.raises(AlreadyRegistered):
        approved(sessions, pending_id)

    with reading(sessions) as db:
        (registration,) = find_registrations(db, SITE)
        assert registration.auth_login_url == "a"
        assert len(load_pending(db)) == 1


def test_of_eight_approvals_at_once_exactly_one_succeeds(sessions: Sessions) -> None:
    pending_id = saved(sessions)

    def once(_: int) -> bool:
        try:
            approved(sessions, pending_id)
        except NotPending:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(once, range(8))) == 1


def test_a_refused_registration_is_gone_and_may_be_made_again(sessions: Sessions) -> None:
    pending_id = saved(sessions)

    with writing(sessions) as db:
        assert refuse(db, pending_id) == GRANTED

    with reading(sessions) as db:
        assert not is_pending(db, SITE, "abc")
    with writing(sessions) as db, pytest.raises(NotPending):
        refuse(db, pending_id)
    saved(sessions)


def test_a_platform_sees_what_came_by_its_own_links_alone(sessions: Sessions) -> None:
    with writing(sessions) as db:
        mine = save_platform(db, name="Mine", moodle_url="https://mine.example", encrypted_token=None, now=NOW)
        theirs = save_platform(db, name="Theirs", moodle_url="https://theirs.example", encrypted_token=None, now=NOW)
    for client_id, platform_id in (("m", mine), ("t", theirs), ("c", None)):
        saved(sessions, replace(GRANTED, client_id=client_id), platform_id)

    with reading(sessions) as db:
        assert [record.granted.client_id for record in load_pending(db, mine)] == ["m"]
        assert [record.granted.client_id for record in load_pending(db)] == ["m", "t", "c"]


@pytest.mark.parametrize(
    ("issuer", "client_id", "waits"),
    [
        (SITE, "abc", True),
        (SITE, None, True),
        (SITE, "other", False),
        ("https://x", "abc", False),
        ("\x00", None, False),
    ],
)
def test_a_login_learns_whether_its_registration_waits(
    sessions: Sessions, issuer: str, client_id: str | None, waits: bool
) -> None:
    saved(sessions)

    with reading(sessions) as db:
        assert is_pending(db, issuer, client_id) is waits
        assert not is_registered(db, SITE, "abc")


def test_without_a_deployment_no_launch_is_known_yet(sessions: Sessions) -> None:
    approved(sessions, saved(sessions, replace(GRANTED, lti_deployment_id=None)))

    with reading(sessions) as db:
        (registration,) = find_registrations(db, SITE)
        assert load_deployment_ids(db, registration.registration_id) == frozenset()
