"""Launches over HTTP: one login gives one launch, whoever tries, and a refused one never shows a panel."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from bridge.schema.launches import LtiLogin
from bridge.schema.viewing import ViewerSession
from bridge.store.database import reading, writing
from tests.demo_vle.keys import SigningKey
from tests.demo_vle.platform import DemoVle
from tests.lti.served import Tool, continue_code, page_token, reason_of, register
from tests.lti.small_world import LEARNER, OPEN, TUTOR, small_world

LTI = "https://purl.imsglobal.org/spec/lti/claim/"


def session_count(tool: Tool) -> int:
    with reading(tool.sessions) as db:
        return db.scalars(select(func.count()).select_from(ViewerSession)).one()


def test_of_eight_parallel_posts_of_one_launch_exactly_one_succeeds(tool: Tool) -> None:
    login = tool.login(LEARNER, OPEN)
    token = tool.mint(login, LEARNER, OPEN)
    together = threading.Barrier(8)

    def post(_: int) -> int:
        together.wait()
        return tool.post_launch(login, token).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(post, range(8)))

    assert statuses == [200, *[400] * 7]
    assert session_count(tool) == 1


def test_of_eight_parallel_continues_exactly_one_succeeds(tool: Tool) -> None:
    code = continue_code(tool.launch(LEARNER, OPEN, with_cookie=False))
    together = threading.Barrier(8)

    def post(_: int) -> int:
        together.wait()
        return tool.request("POST", "/lti/continue", data={"code": code}).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(post, range(8)))

    assert statuses == [200, *[400] * 7]
    assert session_count(tool) == 1


def test_a_second_post_of_the_same_launch_is_refused(tool: Tool) -> None:
    login = tool.login(LEARNER, OPEN)
    token = tool.mint(login, LEARNER, OPEN)
    tool.post_launch(login, token)

    again = tool.post_launch(login, token)

    assert (again.status_code, reason_of(again)) == (400, "state-unknown")
    assert "Lena" not in again.text


def test_a_login_is_used_up_also_when_a_later_check_fails(tool: Tool) -> None:
    login = tool.login(LEARNER, OPEN)
    bad = tool.post_launch(login, tool.mint(login, LEARNER, OPEN, iss="https://other.example"))

    good = tool.post_launch(login, tool.mint(login, LEARNER, OPEN))

    assert reason_of(bad) == "wrong-issuer"
    assert reason_of(good) == "state-unknown"


def test_another_logins_state_is_refused(tool: Tool) -> None:
    first, second = tool.login(LEARNER, OPEN), tool.login(LEARNER, OPEN)

    answer = tool.post_launch(second, tool.mint(first, LEARNER, OPEN))

    assert reason_of(answer) == "wrong-nonce"


def test_a_login_that_took_more_than_ten_minutes_is_refused(tool: Tool) -> None:
    login = tool.login(LEARNER, OPEN)
    tool.clock.move(minutes=10)

    answer = tool.post_launch(login, tool.mint(login, LEARNER, OPEN))

    assert (answer.status_code, reason_of(answer)) == (400, "state-expired")


def test_a_wrong_cookie_is_refused(tool: Tool) -> None:
    login = tool.login(LEARNER, OPEN)
    name = login.cookie.split("=")[0]

    answer = tool.request(
        "POST",
        "/lti/launch",
        data={"state": login.state, "id_token": tool.mint(login, LEARNER, OPEN)},
        headers={"Cookie": f"{name}=wrong"},
    )

    assert (answer.status_code, reason_of(answer)) == (400, "wrong-browser")


def test_two_tabs_do_not_disturb_each_other(tool: Tool) -> None:
    first, second = tool.login(LEARNER, OPEN), tool.login(LEARNER, OPEN)
    both = {"Cookie": f"{first.cookie}; {second.cookie}"}

    answers = [
        tool.request(
            "POST",
            "/lti/launch",
            data={"state": login.state, "id_token": tool.mint(login, LEARNER, OPEN)},
            headers=both,
        )
        for login in (first, second)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_without_a_cookie_the_person_is_asked_by_name_and_sees_no_panel_yet(tool: Tool) -> None:
    asked = tool.launch(TUTOR, OPEN, with_cookie=False)

    assert asked.status_code == 200
    assert "Open your engagement page as <bdi>Tess Tutor</bdi>?" in asked.text
    assert "Lena" not in asked.text
    assert session_count(tool) == 0
    answer = tool.request("POST", "/lti/continue", data={"code": continue_code(asked)})
    assert "Lena" in answer.text
    assert tool.post("/panel/tutor", page_token(answer)).status_code == 200


def test_the_continue_code_works_for_two_minutes(tool: Tool) -> None:
    code = continue_code(tool.launch(LEARNER, OPEN, with_cookie=False))
    tool.clock.move(minutes=2, seconds=1)

    answer = tool.request("POST", "/lti/continue", data={"code": code})

    assert (answer.status_code, reason_of(answer)) == (400, "code-unknown")


def test_a_continue_form_of_another_site_is_refused(tool: Tool) -> None:
    code = continue_code(tool.launch(LEARNER, OPEN, with_cookie=False))

    answer = tool.request("POST", "/lti/continue", data={"code": code}, headers={"Origin": "https://evil.example"})

    assert (answer.status_code, reason_of(answer)) == (403, "wrong-origin")


def test_whoever_says_this_is_not_me_ends_the_launch(tool: Tool) -> None:
    code = continue_code(tool.launch(LEARNER, OPEN, with_cookie=False))

    said = tool.request("POST", "/lti/not-me", data={"code": code})

    assert "Nothing was opened" in said.text
    assert reason_of(tool.request("POST", "/lti/continue", data={"code": code})) == "code-unknown"


def test_a_name_with_markup_or_bidi_marks_is_only_a_name(tool: Tool) -> None:
    login = tool.login(LEARNER, OPEN)
    token = tool.mint(login, LEARNER, OPEN, name="<script>\u202eevil\x00</script>")

    answer = tool.post_launch(login, token, with_cookie=False)

    assert "&lt;script&gt;evil&lt;/script&gt;" in answer.text
    own_script = '<script src="/static/panel.js" defer></script>'
    assert "<script" not in answer.text.replace(own_script, "")
    assert answer.text.count(own_script) == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ([], "bad-launch"),
        ([("state", "unknown"), ("id_token", "x")], "state-unknown"),
        ([("state", "\x00"), ("id_token", "x")], "state-unknown"),
        ([("state", "x" * 5000), ("id_token", "x")], "state-unknown"),
        ([("id_token", "x")], "bad-launch"),
    ],
)
def test_a_launch_without_a_login_is_refused(tool: Tool, fields: list[tuple[str, str]], code: str) -> None:
    answer = tool.request("POST", "/lti/launch", data=fields)

    assert (answer.status_code, reason_of(answer)) == (400, code)


@pytest.mark.parametrize("name", ["state", "id_token"])
def test_one_state_and_one_token_only(tool: Tool, name: str) -> None:
    login = tool.login(LEARNER, OPEN)
    token = tool.mint(login, LEARNER, OPEN)
    fields = [("state", login.state), ("id_token", token), (name, login.state if name == "state" else token)]

    answer = tool.request("POST", "/lti/launch", data=fields, headers={"Cookie": login.cookie})

    assert (answer.status_code, reason_of(answer)) == (400, "bad-launch")


def test_a_launch_is_posted_never_fetched(tool: Tool) -> None:
    answer = tool.request("GET", "/lti/launch", params={"state": "x", "id_token": "y"})

    assert (answer.status_code, reason_of(answer)) == (405, "open-again")


def test_more_than_a_megabyte_is_refused(tool: Tool) -> None:
    answer = tool.request("POST", "/lti/launch", data={"state": "x", "id_token": "y" * 1_100_000})

    assert (answer.status_code, reason_of(answer)) == (413, "too-large")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("access_denied", "platform-denied"),
        ("login_required", "platform-login"),
        ("unauthorized_client", "platform-set-up"),
        ("invalid_request", "platform-set-up"),
        ("temporarily_unavailable", "platform-busy"),
        ("another_error", "platform-error"),
        ("<b>\x00", "platform-error"),
        ("x" * 2000, "platform-error"),
    ],
)
def test_an_error_of_the_platform_gets_a_page_and_uses_up_the_login(tool: Tool, error: str, code: str) -> None:
    login = tool.login(LEARNER, OPEN)

    answer = tool.request("POST", "/lti/launch", data={"error": error, "error_description": "x", "state": login.state})

    assert (answer.status_code, reason_of(answer)) == (400, code)
    assert answer.headers["Cache-Control"] == "no-store"
    assert error[:3] not in answer.text or error.isascii()
    with reading(tool.sessions) as db:
        assert db.scalar(select(func.count()).select_from(LtiLogin)) == 0


def test_a_token_of_another_registered_platform_is_refused(tool: Tool) -> None:
    with DemoVle(small_world(), now=tool.clock) as other:
        with writing(tool.sessions) as db:
            register(db, other, tool.clock())
        login = tool.login(LEARNER, OPEN)
        claims = {**other.claims(LEARNER, OPEN, login.nonce), f"{LTI}target_link_uri": f"{tool.url}/lti/launch"}

        own_keys = tool.post_launch(login, other.mint(claims))
        login = tool.login(LEARNER, OPEN)
        copied_kid = tool.post_launch(
            login,
            other.mint({**claims, "nonce": login.nonce, "iss": tool.vle.issuer}, {"kid": tool.vle.keys.keys[0].kid}),
        )

    assert reason_of(own_keys) == "unknown-key"
    assert reason_of(copied_kid) == "bad-signature"


def test_a_token_for_the_second_client_id_of_the_issuer_is_refused(tool: Tool) -> None:
    with writing(tool.sessions) as db:
        register(db, tool.vle, tool.clock(), client_id="second")
    login = tool.login(LEARNER, OPEN)

    answer = tool.post_launch(login, tool.mint(login, LEARNER, OPEN, aud="second"))

    assert reason_of(answer) == "wrong-audience"


def test_a_token_signed_with_a_key_the_platform_does_not_publish_is_refused(tool: Tool) -> None:
    login = tool.login(LEARNER, OPEN)
    foreign = SigningKey.foreign()

    answer = tool.post_launch(login, tool.vle.mint(tool.vle.claims(LEARNER, OPEN, login.nonce), key=foreign))

    assert reason_of(answer) == "unknown-key"


def test_nothing_of_a_refused_launch_looks_like_a_panel_or_a_defect(tool: Tool) -> None:
    login = tool.login(TUTOR, OPEN)

    answer = tool.post_launch(login, tool.mint(login, TUTOR, OPEN, nonce="wrong"))

    assert answer.status_code == 400
    assert "Traceback" not in answer.text
    assert "page_token" not in answer.text
    assert "Lena" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-Id"] in answer.text


def test_the_log_of_a_launch_holds_no_token_no_state_and_no_name(tool: Tool) -> None:
    login = tool.login(LEARNER, OPEN)
    token = tool.mint(login, LEARNER, OPEN)
    tool.post_launch(login, token)
    tool.post_launch(login, token)

    written = tool.log.getvalue()

    assert '"code": "state-unknown"' in written
    for secret in (login.state, login.nonce, token, token.split(".")[2], "sesskey", "Lena", "lti_message_hint"):
        assert secret not in written
