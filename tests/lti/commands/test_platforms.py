"""`lea platform` and `lea register`: connect by hand or by link, check, disconnect."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from bridge.schema.base import Base
from bridge.schema.engagement import LearnerWeekRow
from bridge.schema.launches import LtiLogin
from bridge.schema.log import LogEventRow
from bridge.schema.platforms import Deployment, Platform, PlatformKeySet, Registration, RegistrationLink, ToolKey
from bridge.schema.viewing import ViewerSession
from bridge.store.database import Sessions, make_engine, make_sessions, reading, writing
from bridge.store.pending_registrations import Granted, load_pending, save_pending
from bridge.store.platforms import load_platforms
from bridge.store.registration_links import find_link, make_link
from bridge.store.registrations import find_registrations, load_deployment_ids
from bridge.store.sync_requests import load_sync_request, take_sync_request
from bridge.sync.lease import take_lease
from lti.cli import main
from lti.launch.memberships import SCOPE
from tests.demo_vle.faults import Fault
from tests.lti.commands.console import Console
from tests.lti.served import SECRET_KEY, Tool, reason_of
from tests.lti.small_world import LEARNER, OPEN, TUTOR

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ISSUER = "https://moodle.example.ac.uk"
BY_HAND = ("platform", "add", "--issuer", ISSUER, "--client-id", "abc")


@pytest.fixture
def stored(connected: Console) -> Iterator[Sessions]:
    """The console's database."""
    engine = make_engine(connected.settings["LEA_DATABASE_URL"])
    yield make_sessions(engine)
    engine.dispose()


def count(sessions: Sessions, table: type[Base]) -> int:
    with reading(sessions) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def granted(issuer: str = ISSUER, deployment_id: str | None = "7") -> Granted:
    pages = [f"{issuer}/mod/lti/{page}.php" for page in ("auth", "token", "certs")]
    return Granted("Trial Moodle", issuer, "waiting-client", deployment_id, pages[0], pages[1], pages[2], ())


def wait_for_approval(sessions: Sessions, what: Granted, made_by: int | None = None) -> str:
    with writing(sessions) as db:
        return str(save_pending(db, what, made_by_platform_id=made_by, now=NOW))


def test_a_site_is_added_by_options_with_moodles_own_addresses(connected: Console, stored: Sessions) -> None:
    answer = connected.lea(*BY_HAND, "--deployment-id", "1", "--deployment-id", "2", "--no-token")
    assert answer.exit_code == 0, answer.output
    with reading(stored) as db:
        (found,) = find_registrations(db, ISSUER)
        assert load_deployment_ids(db, found.registration_id) == {"1", "2"}
    assert found.key_set_url == f"{ISSUER}/mod/lti/certs.php"
    assert found.auth_token_url == f"{ISSUER}/mod/lti/token.php"
    assert found.auth_login_url == f"{ISSUER}/mod/lti/auth.php"


@pytest.mark.parametrize(("options", "scopes"), [((), frozenset()), (("--memberships",), frozenset({SCOPE}))])
def test_the_membership_service_is_used_only_where_the_administrator_says_so(
    connected: Console, stored: Sessions, options: tuple[str, ...], scopes: frozenset[str]
) -> None:
    connected.lea(*BY_HAND, "--deployment-id", "1", "--no-token", *options)
    with reading(stored) as db:
        (registration,) = find_registrations(db, ISSUER)
    assert registration.granted_scopes == scopes


def test_a_client_id_of_another_platform_is_not_taken_over(connected: Console, stored: Sessions) -> None:
    before = count(stored, Registration)
    words = ("platform", "add", "--issuer", ISSUER, "--client-id", connected.vle.client_id)

    answer = connected.lea(*words, "--deployment-id", "1", "--no-token")

    assert answer.exit_code == 1
    assert "Another platform uses the client id" in answer.output.replace("\n", " ")
    assert (count(stored, Registration), count(stored, Platform)) == (before, 1)


@pytest.mark.parametrize("said", ["abc[/]", "[conceal]abc[/conceal]", "[link=https://evil.example]abc"])
def test_what_a_platform_says_of_itself_is_listed_as_it_is(connected: Console, stored: Sessions, said: str) -> None:
    with writing(stored) as db:
        save_pending(db, replace(granted(), client_id=said), made_by_platform_id=None, now=NOW)

    answer = connected.lea("platform", "list")

    assert answer.exit_code == 0, answer.exception
    assert said in answer.output


def test_missing_options_are_named_all_at_once(connected: Console) -> None:
    answer = connected.lea("platform", "add", "--client-id", "abc")
    assert answer.exit_code == 2
    assert "--issuer, --deployment-id" in answer.output


def test_a_file_and_options_together_are_refused(connected: Console) -> None:
    answer = connected.lea("platform", "add", "--from", str(connected.platform_file), "--issuer", ISSUER)
    assert answer.exit_code == 2
    assert "Nothing was saved" in answer.output


def test_an_option_that_does_not_fit_is_named(connected: Console) -> None:
    words = (*BY_HAND, "--deployment-id", "1", "--key-set-url", "certs.php", "--no-token")
    answer = connected.lea(*words)
    assert answer.exit_code == 1
    assert "key_set_url: is not an https:// address" in answer.output


def test_a_token_left_for_later_keeps_the_saved_one(connected: Console, stored: Sessions) -> None:
    assert connected.lea("platform", "add", "--from", str(connected.platform_file), typed="\n").exit_code == 0
    with reading(stored) as db:
        assert [platform.has_token for platform in load_platforms(db)] == [True]


def test_a_site_without_a_token_is_connected_later(connected: Console) -> None:
    connected.lea(*BY_HAND, "--moodle-url", "http://127.0.0.1:9", "--deployment-id", "1", "--no-token")
    assert "missing" in connected.lea("platform", "list").output
    answer = connected.lea("sync")
    assert "lea platform connect --platform http://127.0.0.1:9" in answer.output.replace("\n", " ")
    assert answer.exit_code == 0


def test_a_sync_of_nothing_connected_names_the_next_step(connected: Console, stored: Sessions) -> None:
    connected.lea(*BY_HAND, "--deployment-id", "1", "--no-token")
    answer = connected.lea("sync", "--platform", ISSUER)
    assert answer.exit_code == 1
    assert "Next: lea platform connect" in answer.output


def connect(console: Console, token: str) -> Result:
    return console.lea("platform", "connect", "--token-file", "-", typed=token)


def test_a_token_is_tried_before_it_is_saved(connected: Console) -> None:
    answer = connect(connected, f"{connected.vle.token}\n")
    assert answer.exit_code == 0
    assert "Moodle answers: local_lea" in answer.output
    assert connected.vle.token not in answer.output


def test_a_token_that_moodle_does_not_know_is_not_saved(connected: Console) -> None:
    answer = connect(connected, "0" * 32)
    assert answer.exit_code == 1
    assert "Nothing was saved" in answer.output
    assert connected.lea("course", "list").exit_code == 0


def test_a_token_is_saved_while_moodle_has_another_trouble(connected: Console) -> None:
    connected.vle.faults.always(Fault.SERVICES_OFF)
    answer = connect(connected, connected.vle.token)
    assert answer.exit_code == 0
    assert "web services" in answer.output


@pytest.mark.parametrize("token", ["", "   \n", "two words"])
def test_what_is_no_token_is_not_saved(connected: Console, token: str) -> None:
    answer = connect(connected, token)
    assert answer.exit_code == 1
    assert "Nothing was saved" in answer.output


def test_a_registration_link_stands_alone_on_standard_output(connected: Console, stored: Sessions) -> None:
    links = [connected.lea("register").stdout for _ in range(2)]
    assert links[0] != links[1]
    for link in links:
        parts = urlsplit(link.strip())
        assert link == f"{connected.settings['LEA_PUBLIC_URL']}{parts.path}\n"
        with reading(stored) as db:
            assert find_link(db, parts.path.rpartition("/")[2]) is not None


def test_a_link_is_stored_as_a_hash_alone(connected: Console, stored: Sessions) -> None:
    token = connected.lea("register").stdout.strip().rpartition("/")[2]
    with reading(stored) as db:
        (row,) = db.scalars(select(RegistrationLink))
        assert token not in json.dumps([row.token_hash, str(row.made_by_platform_id)])


def test_what_waits_is_listed_and_works_once_it_is_approved(connected: Console, stored: Sessions) -> None:
    pending_id = wait_for_approval(stored, granted())
    listed = connected.lea("platform", "list").output
    assert ISSUER in listed
    assert "lea platform approve" in listed

    answer = connected.lea("platform", "approve", pending_id)

    assert answer.exit_code == 0, answer.output
    assert "lea platform connect" in answer.output
    with reading(stored) as db:
        assert len(find_registrations(db, ISSUER)) == 1
    assert "Waiting" not in connected.lea("platform", "list").output


def test_the_only_one_that_waits_need_not_be_named_and_is_asked_about(connected: Console, stored: Sessions) -> None:
    wait_for_approval(stored, granted())
    answer = connected.lea("platform", "approve", typed="y\n")
    assert f"{ISSUER}, client id waiting-client, deployment 7" in answer.output
    assert "Approved" in answer.output


def test_a_no_leaves_it_waiting(connected: Console, stored: Sessions) -> None:
    wait_for_approval(stored, granted())
    assert "Nothing was changed" in connected.lea("platform", "approve", typed="n\n").output
    with reading(stored) as db:
        assert len(load_pending(db)) == 1


@pytest.mark.parametrize(("count", "step"), [(0, "lea register"), (2, "lea platform list")])
def test_without_an_id_one_has_to_wait_alone(connected: Console, stored: Sessions, count: int, step: str) -> None:
    for number in range(count):
        wait_for_approval(stored, granted(f"https://moodle{number}.example.ac.uk"))
    answer = connected.lea("platform", "approve")
    assert answer.exit_code == 1
    assert step in answer.output


def test_a_token_or_an_approval_makes_a_running_worker_read_at_once(connected: Console, stored: Sessions) -> None:
    pending_id = wait_for_approval(stored, granted())
    with writing(stored) as db:
        take_sync_request(db, 1)
    connected.lea("platform", "connect", "--token-file", "-", typed=connected.vle.token)
    connected.lea("platform", "approve", pending_id)
    with reading(stored) as db:
        asked_for = [load_sync_request(db, platform.platform_id) is not None for platform in load_platforms(db)]
    assert asked_for == [True, True]


def test_an_approved_registration_without_a_deployment_says_so(connected: Console, stored: Sessions) -> None:
    pending_id = wait_for_approval(stored, granted(deployment_id=None))
    assert "--deployment-id" in connected.lea("platform", "approve", pending_id).output


def test_a_refused_registration_is_forgotten(connected: Console, stored: Sessions) -> None:
    pending_id = wait_for_approval(stored, granted())
    assert connected.lea("platform", "refuse", pending_id).exit_code == 0
    with reading(stored) as db:
        assert find_registrations(db, ISSUER) == ()
    assert connected.lea("platform", "approve", pending_id).exit_code == 1


@pytest.mark.parametrize("verb", ["approve", "refuse"])
def test_an_id_that_does_not_wait_changes_nothing(connected: Console, verb: str) -> None:
    answer = connected.lea("platform", verb, "99")
    assert answer.exit_code == 1
    assert "Nothing was changed" in answer.output


def test_removing_takes_every_door_away_and_keeps_what_was_measured(connected: Console, stored: Sessions) -> None:
    connected.publish_level()
    connected.lea("course", "on", "2")
    connected.lea("sync")
    weeks = count(stored, LearnerWeekRow)
    assert weeks > 0
    with writing(stored) as db:
        make_link(db, made_by_platform_id=1, now=NOW)
    wait_for_approval(stored, granted(), made_by=1)

    answer = connected.lea("platform", "remove", connected.vle.url, "--yes")

    assert answer.exit_code == 0, answer.output
    assert f"{weeks} measured weeks" in answer.output
    assert count(stored, LearnerWeekRow) == weeks
    gone = (Registration, Deployment, PlatformKeySet, RegistrationLink, LogEventRow)
    assert {table.__tablename__: count(stored, table) for table in gone} == {t.__tablename__: 0 for t in gone}
    assert "Waiting" not in connected.lea("platform", "list").output
    assert connected.lea("sync").exit_code == 1


def test_a_platform_that_comes_back_goes_on_where_it_was(connected: Console, stored: Sessions) -> None:
    connected.lea("course", "on", "2")
    connected.lea("sync")
    weeks = count(stored, LearnerWeekRow)
    connected.lea("platform", "remove", connected.vle.url, "--yes")
    connected.add_platform()
    answer = connected.lea("sync")
    assert answer.exit_code == 0, answer.output
    assert count(stored, LearnerWeekRow) == weeks


def test_removing_asks_back_and_a_no_changes_nothing(connected: Console, stored: Sessions) -> None:
    answer = connected.lea("platform", "remove", connected.vle.url, typed="n\n")
    assert answer.exit_code == 1
    assert "Nothing was changed" in answer.output
    assert count(stored, Registration) == 1


def test_removing_twice_says_that_nothing_is_left_to_do(connected: Console) -> None:
    assert connected.lea("platform", "remove", connected.vle.url, typed="y\n").exit_code == 0
    again = connected.lea("platform", "remove", connected.vle.url, "--yes")
    assert again.exit_code == 1
    assert "disconnected already" in again.output


def test_an_unknown_address_removes_nothing(connected: Console, stored: Sessions) -> None:
    answer = connected.lea("platform", "remove", "https://other.example", "--yes")
    assert answer.exit_code == 1
    assert "lea platform list" in answer.output
    assert count(stored, Registration) == 1


def test_a_platform_is_not_removed_while_a_worker_reads_from_it(connected: Console, stored: Sessions) -> None:
    take_lease(stored, "platform 1", "a worker", datetime.now(UTC))
    answer = connected.lea("platform", "remove", connected.vle.url, "--yes")
    assert answer.exit_code == 1
    assert "stop the worker" in answer.output
    assert count(stored, Registration) == 1


@pytest.fixture
def lea(tool: Tool, database_url: str) -> Callable[..., Result]:
    """Runs a command on the database of a tool that is being served."""
    settings = {
        "LEA_SECRET_KEY": SECRET_KEY,
        "LEA_PUBLIC_URL": tool.url,
        "LEA_DATABASE_URL": database_url,
        "LEA_ALLOW_INSECURE_PLATFORMS": "1",
        "LEA_LOG_LEVEL": "ERROR",
    }
    return lambda *words: CliRunner(env=settings).invoke(main, words, terminal_width=200)


def test_after_a_removal_launches_and_open_pages_are_refused_at_once(tool: Tool, lea: Callable[..., Result]) -> None:
    page_token = tool.open(TUTOR, OPEN)
    begun = tool.login(LEARNER, OPEN)
    id_token = tool.vle.authorise(LEARNER, begun.auth_url).fields["id_token"]
    waiting = tool.launch(LEARNER, OPEN, with_cookie=False)
    assert waiting.status_code == 200

    assert lea("platform", "remove", tool.vle.url, "--yes").exit_code == 0

    assert tool.post("/panel/tutor", page_token).status_code == 403
    assert tool.post_launch(begun, id_token).status_code == 400
    assert reason_of(tool.post_login(LEARNER, OPEN)) == "unknown-platform"
    for table in (ViewerSession, LtiLogin):
        assert count(tool.sessions, table) == 0


def test_a_check_where_all_is_right_ends_well_and_one_that_fails_does_not(
    tool: Tool, lea: Callable[..., Result]
) -> None:
    right = lea("platform", "check")
    assert right.exit_code == 0, right.output
    assert "Everything that has to be right is right" in right.output

    tool.vle.site.capabilities.remove("local/lea:readlog")
    wrong = lea("platform", "check")

    assert wrong.exit_code == 1
    assert "FAILS  Capability local/lea:readlog" in wrong.output
    assert "1 check fails" in wrong.output
    assert count(tool.sessions, ToolKey) == 1


def test_a_list_shows_what_the_handshake_said(connected: Console) -> None:
    before = connected.lea("platform", "list").output
    assert "not asked yet" in before
    connected.lea("sync")
    after = connected.lea("platform", "list").output
    assert "not asked yet" not in after
    assert f"{connected.vle.client_id}: {connected.vle.deployment_id}" in after
