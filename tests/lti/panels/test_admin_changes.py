"""What changes something in the administrator's panel: one-time forms, rights at that moment, and one row for each."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bridge.moodle.client import MoodleClient
from bridge.schema.log import SyncRequest
from bridge.schema.platforms import PendingRegistration, Registration, RegistrationLink
from bridge.store.database import reading, writing
from bridge.store.pending_registrations import Granted, load_pending, refuse, save_pending
from bridge.store.platforms import RegistrationDetails, save_handshake, save_platform, save_registration
from lti.session.form_tokens import make_form_token
from tests.demo_vle.faults import Fault
from tests.lti.panels.admin_browser import CHANGE_PATHS, AdminBrowser
from tests.lti.served import SECRET_KEY, Tool, reason_of
from tests.lti.small_world import ADMIN, LEARNER, MANAGER, OPEN, TUTOR

NOW = datetime(2026, 11, 6, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")


def add_pending(tool: Tool, platform_id: int | None, client_id: str = "trial") -> int:
    granted = Granted(
        name="Trial <b>Moodle</b>",
        issuer="https://trial.example.ac.uk",
        client_id=client_id,
        lti_deployment_id="9",
        auth_login_url="https://trial.example.ac.uk/mod/lti/auth.php",
        auth_token_url="https://trial.example.ac.uk/mod/lti/token.php",
        key_set_url="https://trial.example.ac.uk/mod/lti/certs.php",
        granted_scopes=(),
    )
    with writing(tool.sessions) as db:
        return save_pending(db, granted, made_by_platform_id=platform_id, now=NOW)


def add_other(db: Session, tool: Tool) -> int:
    site = "https://evil.example"
    granted = Granted("evil", site, "evil", "1", f"{site}/a", f"{site}/t", f"{site}/k", ())
    return save_pending(db, granted, made_by_platform_id=tool.platform_id, now=NOW)


def add_platform(tool: Tool) -> int:
    with writing(tool.sessions) as db:
        return save_platform(db, name="Other", moodle_url="https://other.example.ac.uk", encrypted_token=None, now=NOW)


def count_rows(tool: Tool, table: type[SyncRequest | RegistrationLink | PendingRegistration | Registration]) -> int:
    with reading(tool.sessions) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_a_sync_is_asked_for_once_and_one_row_says_so(tool: Tool) -> None:
    admin = AdminBrowser.enter(tool)

    answer = admin.do("sync")

    assert answer.status_code == 200
    assert "A sync was asked for." in admin.notice()
    assert count_rows(tool, SyncRequest) == 1
    (row,) = admin.changes()
    assert (row.viewer_moodle_user_id, row.is_allowed, row.detail) == (ADMIN, True, "sync asked for")
    assert row.subject_person_id is None


def test_a_form_that_is_sent_again_changes_nothing_and_leads_back(tool: Tool) -> None:
    admin = AdminBrowser.enter(tool)
    form = admin.form("link")
    admin.send("link", form)

    answer = admin.send("link", form)

    assert (answer.status_code, reason_of(answer)) == (409, "form-used")
    assert count_rows(tool, RegistrationLink) == 1
    assert [(row.is_allowed, row.reason) for row in admin.changes()] == [
        (True, "administers-tool"),
        (False, "form-used"),
    ]
    back = admin.soup.find("form", action="/panel/")
    assert back is not None
    assert tool.post("/panel/", admin.token).status_code == 200


def test_a_form_that_is_too_old_changes_nothing(tool: Tool) -> None:
    admin = AdminBrowser.enter(tool)
    form = admin.form("sync")
    tool.clock.move(minutes=20)
    admin.go("overview")
    tool.clock.move(minutes=11)

    answer = admin.send("sync", form)

    assert (answer.status_code, reason_of(answer)) == (409, "form-expired")
    assert count_rows(tool, SyncRequest) == 0


@pytest.mark.parametrize("once", ["", "x", "a.b.c", "a.9999999999.c", "é.1.2", "x" * 500])
def test_a_change_without_its_form_changes_nothing(tool: Tool, once: str) -> None:
    admin = AdminBrowser.enter(tool)

    answer = admin.send("sync", {"page_token": admin.token, "once": once})

    assert (answer.status_code, reason_of(answer)) == (409, "form-expired")
    assert count_rows(tool, SyncRequest) == 0


def test_a_form_of_another_action_object_or_session_changes_nothing(tool: Tool) -> None:
    first, second = add_pending(tool, tool.platform_id), add_pending(tool, tool.platform_id, "trial 2")
    admin, other = AdminBrowser.enter(tool), AdminBrowser.enter(tool)
    forms = [
        ("link", admin.form("sync")),
        ("sync", {**other.form("sync"), "page_token": admin.token}),
        ("refuse", admin.form("approve", pending=str(first))),
        ("approve", {**admin.form("approve", pending=str(first)), "pending": str(second)}),
        ("approve", {**admin.form("approve", pending=str(first)), "pending": ""}),
    ]

    answers = [admin.send(change, form) for change, form in forms]

    assert {(answer.status_code, reason_of(answer)) for answer in answers} == {(409, "form-expired")}
    assert count_rows(tool, SyncRequest) == count_rows(tool, RegistrationLink) == 0
    assert count_rows(tool, PendingRegistration) == 2


def test_of_eight_sent_at_once_exactly_one_succeeds(tool: Tool) -> None:
    admin = AdminBrowser.enter(tool)
    form = admin.form("link")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: tool.request("POST", CHANGE_PATHS["link"], data=form), range(8)))

    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    assert count_rows(tool, RegistrationLink) == 1
    assert sum(row.is_allowed for row in admin.changes()) == 1


def test_a_registration_link_is_shown_once_and_kept_as_a_hash(tool: Tool) -> None:
    admin = AdminBrowser.enter(tool)
    admin.do("link")
    field = admin.soup.find("input", id="link")
    assert field is not None
    address = str(field["value"])
    admin.go("overview")

    assert address.startswith(f"{tool.url}/lti/register/")
    assert address.rsplit("/", 1)[1] not in admin.answer.text
    assert admin.soup.find("input", id="link") is None
    assert address.rsplit("/", 1)[1] not in tool.log.getvalue()
    assert address.rsplit("/", 1)[1] not in str(admin.changes())


def test_an_approval_makes_the_waiting_registration_work_and_says_who_did_it(tool: Tool) -> None:
    pending_id = add_pending(tool, tool.platform_id)
    admin = AdminBrowser.enter(tool)
    assert "waits for you" in admin.text
    assert "<b>Moodle</b>" not in admin.answer.text

    admin.send("approve", admin.form("approve", pending=str(pending_id)))

    assert "is approved" in admin.notice()
    assert count_rows(tool, PendingRegistration) == 0
    assert count_rows(tool, Registration) == 2
    assert count_rows(tool, SyncRequest) == 1
    assert f"registration {pending_id} approved as platform" in str(admin.changes()[0].detail)


def test_the_addresses_that_an_approval_trusts_are_shown_before(tool: Tool) -> None:
    add_pending(tool, tool.platform_id)

    assert "Its keys come from https://trial.example.ac.uk/mod/lti/certs.php" in AdminBrowser.enter(tool).text


def test_an_approval_never_opens_the_platform_of_other_administrators(tool: Tool) -> None:
    pending_id = add_pending(tool, tool.platform_id)
    with writing(tool.sessions) as db:
        save_platform(db, name="Trial", moodle_url="https://trial.example.ac.uk", encrypted_token="sealed", now=NOW)
    admin = AdminBrowser.enter(tool)

    admin.send("approve", admin.form("approve", pending=str(pending_id)))

    assert "under its own administrators" in admin.notice()
    assert (count_rows(tool, PendingRegistration), count_rows(tool, Registration)) == (1, 1)
    assert admin.changes()[0].detail == f"registration {pending_id} not approved: another administrator's platform"


def test_nothing_is_approved_but_what_was_shown(tool: Tool) -> None:
    pending_id = add_pending(tool, tool.platform_id)
    admin = AdminBrowser.enter(tool)
    form = admin.form("approve", pending=str(pending_id))
    with writing(tool.sessions) as db:  # refused by somebody else; another one then gets its number
        refuse(db, pending_id)
    with writing(tool.sessions) as db:
        db.execute(
            update(PendingRegistration).values(id=pending_id).where(PendingRegistration.id == add_other(db, tool))
        )

    answer = admin.send("approve", form)

    assert answer.status_code == 404
    assert (count_rows(tool, PendingRegistration), count_rows(tool, Registration)) == (1, 1)


def test_a_refusal_forgets_the_waiting_registration(tool: Tool) -> None:
    pending_id = add_pending(tool, tool.platform_id)
    admin = AdminBrowser.enter(tool)

    admin.send("refuse", admin.form("refuse", pending=str(pending_id)))

    assert "is refused" in admin.notice()
    assert count_rows(tool, PendingRegistration) == 0
    assert count_rows(tool, Registration) == 1


def test_what_waits_for_others_is_not_shown_and_answers_like_what_does_not_exist(tool: Tool) -> None:
    foreign = add_pending(tool, add_platform(tool))
    by_command = add_pending(tool, None, "trial 2")
    own = add_pending(tool, tool.platform_id, "trial 3")
    admin = AdminBrowser.enter(tool)
    form = admin.form("approve", pending=str(own))
    assert [tag.text for tag in admin.soup.select(".tag")] == ["waits for you"]

    answers = [
        admin.send("approve", form, pending=str(pending_id)).text.replace(reference(admin), "")
        for pending_id in (foreign, by_command, 999_999, -1)
    ]

    assert len(set(answers)) == 1
    with reading(tool.sessions) as db:
        assert {one.pending_id for one in load_pending(db)} == {foreign, by_command, own}


def test_a_form_made_for_what_is_out_of_reach_would_not_reach_it_either(tool: Tool) -> None:
    foreign = add_pending(tool, add_platform(tool))
    admin = AdminBrowser.enter(tool)

    answers = []
    for pending_id in (foreign, 999_999):
        for change in ("approve", "refuse"):
            once = make_form_token(SECRET_KEY, admin.token, change, str(pending_id), tool.clock())
            form = {"page_token": admin.token, "once": once, "pending": str(pending_id)}
            answers.append(admin.send(change, form))

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert count_rows(tool, PendingRegistration) == 1


def reference(admin: AdminBrowser) -> str:
    return admin.answer.headers["X-Request-Id"]


def test_somebody_elses_approval_in_between_is_told_as_gone(tool: Tool) -> None:
    pending_id = add_pending(tool, tool.platform_id)
    first, second = AdminBrowser.enter(tool), AdminBrowser.enter(tool)
    first.send("approve", first.form("approve", pending=str(pending_id)))

    answer = second.send("approve", second.form("approve", pending=str(pending_id)))

    assert answer.status_code == 404
    assert [row.is_allowed for row in first.changes()] == [True, False]
    assert count_rows(tool, Registration) == 2


def test_what_was_registered_by_other_means_meanwhile_goes_on_waiting(tool: Tool) -> None:
    pending_id = add_pending(tool, tool.platform_id)
    admin = AdminBrowser.enter(tool)
    details = RegistrationDetails(
        "https://trial.example.ac.uk", "trial", "https://a.example", "https://b.example", "https://c.example", ()
    )
    with writing(tool.sessions) as db:
        save_registration(db, tool.platform_id, details, NOW)

    admin.send("approve", admin.form("approve", pending=str(pending_id)))

    assert "It was registered by other means meanwhile." in admin.notice()
    assert count_rows(tool, PendingRegistration) == 1
    assert admin.changes()[0].detail == f"registration {pending_id} not approved: there already"


@pytest.mark.parametrize("who", [MANAGER, TUTOR, LEARNER])
def test_who_does_not_run_the_tool_changes_nothing(tool: Tool, who: int) -> None:
    admin = AdminBrowser.enter(tool)
    forms = {change: admin.form(change) for change in ("sync", "link")}
    other = AdminBrowser.enter(tool, who)

    answers = [
        other.send(change, {**forms.get(change, {}), "page_token": other.token, "do": "all_off"})
        for change in CHANGE_PATHS
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert [row.is_allowed for row in other.changes()] == [False] * len(CHANGE_PATHS)
    assert count_rows(tool, SyncRequest) == count_rows(tool, RegistrationLink) == 0


def test_a_categorys_manager_sees_every_page_and_no_form_that_changes(tool: Tool) -> None:
    add_pending(tool, tool.platform_id)
    manager = AdminBrowser.enter(tool, MANAGER)

    for page in ("overview", "check", "connection", "courses"):
        assert manager.go(page).status_code == 200
        assert not [change for change in CHANGE_PATHS if manager.offers(change)]
        assert 'name="once"' not in manager.answer.text
        assert "local/lea:manage" in manager.text


def test_rights_that_end_in_mid_session_end_changes_and_the_session(tool: Tool) -> None:
    admin = AdminBrowser.enter(tool)
    tool.vle.world.users[ADMIN] = replace(tool.vle.world.users[ADMIN], is_admin=False)
    tool.clock.move(minutes=16)

    answer = admin.do("sync")

    assert (answer.status_code, reason_of(answer)) == (403, "rights-changed")
    assert count_rows(tool, SyncRequest) == 0
    assert [(row.is_allowed, row.reason) for row in admin.changes()] == [(False, "rights-changed")]
    assert reason_of(tool.post("/panel/admin", admin.token)) == "session-ended"


def test_an_administrators_launch_alone_opens_nothing_where_moodle_says_otherwise(tool: Tool) -> None:
    # Whoever holds mod/lti:admin in a single course launches as an administrator of the whole site.
    login = tool.login(MANAGER, OPEN)
    roles = ["http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"]
    token = tool.mint(login, MANAGER, OPEN, **{"https://purl.imsglobal.org/spec/lti/claim/roles": roles})
    answer = tool.post_launch(login, token)

    assert (answer.status_code, reason_of(answer)) == (403, "no-role")


def test_an_administrator_whom_moodle_never_spoke_of_can_act_while_it_is_down(tool: Tool) -> None:
    tool.vle.faults.always(Fault.SERVER_ERROR)
    admin = AdminBrowser.enter(tool)

    admin.do("sync")

    assert count_rows(tool, SyncRequest) == 1


def shake_hands(tool: Tool) -> None:
    found = MoodleClient(tool.vle.url, tool.vle.token, attempts=1).version()
    with writing(tool.sessions) as db:
        save_handshake(db, tool.platform_id, found, skew_seconds=0, now=tool.clock())


def test_an_outage_of_a_connected_moodle_makes_nobody_an_administrator_by_their_launch_alone(tool: Tool) -> None:
    shake_hands(tool)
    admin = AdminBrowser.enter(tool)  # Moodle's own word on this one is known
    tool.vle.faults.always(Fault.SERVER_ERROR)
    login = tool.login(MANAGER, OPEN)
    roles = ["http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"]
    token = tool.mint(login, MANAGER, OPEN, **{"https://purl.imsglobal.org/spec/lti/claim/roles": roles})

    answer = tool.post_launch(login, token)

    assert answer.status_code == 200
    assert 'name="once"' not in answer.text
    admin.do("sync")
    assert count_rows(tool, SyncRequest) == 1


def test_an_administrator_can_mend_a_connection_that_has_been_down_for_a_day(tool: Tool) -> None:
    shake_hands(tool)
    tool.clock.move(hours=25)
    tool.vle.faults.always(Fault.SERVER_ERROR)

    AdminBrowser.enter(tool).do("sync")

    assert count_rows(tool, SyncRequest) == 1


def test_a_change_sent_by_another_site_is_refused(tool: Tool) -> None:
    admin = AdminBrowser.enter(tool)

    answer = tool.request(
        "POST", CHANGE_PATHS["sync"], data=admin.form("sync"), headers={"Origin": "https://evil.example"}
    )

    assert (answer.status_code, reason_of(answer)) == (403, "wrong-origin")
    assert count_rows(tool, SyncRequest) == 0


@pytest.mark.parametrize("path", sorted(CHANGE_PATHS.values()))
def test_a_changes_address_answers_post_alone(tool: Tool, path: str) -> None:
    assert tool.request("GET", path).status_code == 405
