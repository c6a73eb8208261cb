"""Login initiation over HTTP: what a platform may send, and what the browser is sent on with."""

from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from sqlalchemy import select, update

from bridge.schema.launches import LtiLogin
from bridge.schema.platforms import Registration
from bridge.store.database import reading, writing
from tests.lti.served import Tool, reason_of, register
from tests.lti.small_world import LEARNER, OPEN


def initiation(tool: Tool, **changed: str | None) -> dict[str, str]:
    fields = {**tool.vle.initiation(LEARNER, OPEN).fields, **changed}
    return {name: value for name, value in fields.items() if value is not None}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_browser_is_sent_on_with_every_parameter_of_the_standard(tool: Tool, method: str) -> None:
    fields = initiation(tool)
    sent = {"params": fields} if method == "GET" else {"data": fields}

    answer = tool.request(method, "/lti/login", **sent)

    assert answer.status_code == 302
    target = urlsplit(answer.headers["Location"])
    query = dict(parse_qsl(target.query))
    assert f"{target.scheme}://{target.netloc}{target.path}" == f"{tool.vle.url}/mod/lti/auth.php"
    state, nonce = query.pop("state"), query.pop("nonce")
    assert query == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": tool.vle.client_id,
        "redirect_uri": f"{tool.url}/lti/launch",
        "login_hint": fields["login_hint"],
        "lti_message_hint": fields["lti_message_hint"],
    }
    assert state != nonce
    assert all(part.replace("-", "").replace("_", "").isalnum() for part in (state, nonce))
    assert all(len(part) >= 40 for part in (state, nonce))


def test_hints_are_echoed_unaltered_whatever_they_hold(tool: Tool) -> None:
    hint = '{"cmid":1,"x":"ä&=+ %20 <b>\u202e"}'

    answer = tool.request("POST", "/lti/login", data=initiation(tool, lti_message_hint=hint, login_hint="ß&a=b"))

    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (query["lti_message_hint"], query["login_hint"]) == ([hint], ["ß&a=b"])


def test_an_auth_address_that_has_a_query_keeps_it(tool: Tool) -> None:
    with writing(tool.sessions) as db:
        db.execute(update(Registration).values(auth_login_url="https://moodle.example/auth?theme=x"))

    target = urlsplit(tool.request("POST", "/lti/login", data=initiation(tool)).headers["Location"])

    query = parse_qs(target.query)
    assert f"{target.scheme}://{target.netloc}{target.path}" == "https://moodle.example/auth"
    assert (query["theme"], query["scope"]) == (["x"], ["openid"])


def test_the_cookie_binds_the_login_and_arrives_inside_a_frame(tool: Tool) -> None:
    answer = tool.request("POST", "/lti/login", data=initiation(tool))

    name, *attributes = (part.strip() for part in answer.headers["Set-Cookie"].split(";"))
    assert name.startswith("__Host-lea-")
    assert set(attributes) == {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Max-Age=600", "Path=/"} | {
        attribute for attribute in attributes if attribute.startswith("Expires=")
    }


def test_neither_state_nor_cookie_is_stored_in_clear(tool: Tool) -> None:
    login = tool.login(LEARNER, OPEN)

    with reading(tool.sessions) as db:
        row = db.scalars(select(LtiLogin)).one()
        assert login.state != row.state_hash
        assert login.cookie.split("=", 1)[1] != row.bind_hash
        assert row.nonce == login.nonce


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"iss": None}, "bad-login"),
        ({"login_hint": None}, "bad-login"),
        ({"target_link_uri": None}, "bad-login"),
        ({"iss": ""}, "bad-login"),
        ({"iss": "https://unknown.example"}, "unknown-platform"),
        ({"iss": "\x00"}, "unknown-platform"),
        ({"iss": "é" * 100}, "unknown-platform"),
        ({"iss": "x" * 9000}, "unknown-platform"),
        ({"client_id": "unknown"}, "unknown-platform"),
        ({"client_id": "\x00\u202e"}, "unknown-platform"),
        ({"lti_deployment_id": "99"}, "unknown-deployment"),
        ({"lti_deployment_id": "\x00"}, "unknown-deployment"),
        ({"target_link_uri": "https://evil.example/lti/launch"}, "foreign-target"),
        ({"target_link_uri": "javascript:alert(1)"}, "foreign-target"),
        ({"target_link_uri": "//evil.example"}, "foreign-target"),
        ({"target_link_uri": "http://[::1"}, "foreign-target"),
        ({"login_hint": "x" * 20_000}, "bad-login"),
    ],
)
def test_a_login_that_does_not_fit_gets_a_page_with_its_reason(
    tool: Tool, changed: dict[str, str | None], code: str
) -> None:
    answer = tool.request("POST", "/lti/login", data=initiation(tool, **changed))

    assert (answer.status_code, reason_of(answer)) == (400, code)
    assert "Set-Cookie" not in answer.headers


def test_a_target_that_only_begins_like_the_tools_address_is_foreign(tool: Tool) -> None:
    for target in (f"{tool.url}.evil.example/", f"{tool.url}@evil.example/", f"{tool.url}0/"):
        answer = tool.request("POST", "/lti/login", data=initiation(tool, target_link_uri=target))
        assert reason_of(answer) == "foreign-target", target


@pytest.mark.parametrize("name", ["iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id"])
def test_a_parameter_given_twice_is_refused(tool: Tool, name: str) -> None:
    fields = [*initiation(tool).items(), (name, "another")]

    answer = tool.request("POST", "/lti/login", data=fields)

    assert (answer.status_code, reason_of(answer)) == (400, "bad-login")


def test_several_client_ids_of_one_issuer_need_the_client_id(tool: Tool) -> None:
    with writing(tool.sessions) as db:
        register(db, tool.vle, tool.clock(), client_id="second")

    without = tool.request("POST", "/lti/login", data=initiation(tool, client_id=None))
    named = tool.request("POST", "/lti/login", data=initiation(tool, client_id="second"))

    assert reason_of(without) == "client-id-needed"
    assert parse_qs(urlsplit(named.headers["Location"]).query)["client_id"] == ["second"]


def test_a_single_registration_needs_no_client_id(tool: Tool) -> None:
    answer = tool.request("POST", "/lti/login", data=initiation(tool, client_id=None, lti_deployment_id=None))

    assert answer.status_code == 302


def test_logins_nobody_came_back_for_are_forgotten(tool: Tool) -> None:
    tool.login(LEARNER, OPEN)
    tool.clock.move(hours=2)
    tool.login(LEARNER, OPEN)

    with reading(tool.sessions) as db:
        assert len(db.scalars(select(LtiLogin)).all()) == 1
