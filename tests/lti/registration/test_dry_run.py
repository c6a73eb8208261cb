"""The page that a registration link opens: it tells everything, sends nothing, stores nothing."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from bridge.store.database import reading
from tests.lti.registration.opening import Opened, new_link, opened, title
from tests.lti.served import Tool, reason_of
from tests.lti.test_headers import directives

TABLES = ("registration", "pending_registration", "platform", "access_log", "lti_login")


def counts(tool: Tool) -> Mapping[str, int]:
    with reading(tool.sessions) as db:
        return {name: db.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in TABLES}


def test_it_names_who_asks_and_all_that_is_asked_for_and_what_is_not(tool: Tool) -> None:
    page = BeautifulSoup(opened(tool).look().text, "html.parser")

    said = " ".join(page.get_text(" ").split())
    assert tool.vle.issuer in said
    assert "moodle 4.5.6" in said
    for asked in ("moodle_user_id=$User.id", "LtiResourceLinkRequest", "LtiDeepLinkingRequest", "name"):
        assert asked in said
    for address in ("/lti/login", "/lti/launch", "/lti/jwks.json"):
        assert tool.url + address in said
    heading = page.find("h2", string="What it will not be asked for")
    assert heading is not None
    assert heading.parent is not None
    not_asked = heading.parent.get_text(" ")
    assert "never used for marks" in not_asked
    assert "E-mail" in not_asked


def test_the_membership_service_is_off_until_it_is_ticked(tool: Tool) -> None:
    page = BeautifulSoup(opened(tool).look().text, "html.parser")

    box = page.find("input", {"type": "checkbox"})
    assert box is not None
    assert not box.has_attr("checked")
    assert "member list of every course of the site" in page.get_text(" ")


def test_looking_sends_nothing_to_the_platform_and_stores_nothing(tool: Tool) -> None:
    before = counts(tool)
    link = opened(tool)

    for _ in range(3):
        assert link.look().status_code == 200

    assert counts(tool) == before
    assert tool.vle.registrations.asked == []


def test_only_the_asking_platform_may_frame_it_and_the_panels_script_stays_out(tool: Tool) -> None:
    answer = opened(tool).look()

    assert directives(answer.headers["Content-Security-Policy"])["frame-ancestors"] == tool.vle.url
    assert answer.headers["Cache-Control"] == "no-store"
    assert "panel.js" not in answer.text


def test_the_platforms_token_travels_in_a_hidden_field_and_not_in_an_address(tool: Tool) -> None:
    link = opened(tool)
    page = BeautifulSoup(link.look().text, "html.parser")

    token = link.query["registration_token"]
    assert page.find("input", {"name": "registration_token"})["value"] == token  # type: ignore[index]
    form = page.find("form")
    assert form is not None
    assert form["action"] == link.path
    assert str(page).count(token) == 1


@pytest.mark.parametrize("token", ["nonsense", "x" * 43, "%00", "%ED%A0%80", "a" * 2000])
def test_an_unknown_link_is_refused(tool: Tool, token: str) -> None:
    answer = Opened(tool, token, tool.vle.registrations.start()).look()

    assert (answer.status_code, reason_of(answer)) == (404, "link-unknown")


def test_an_expired_link_says_so(tool: Tool) -> None:
    link = opened(tool)
    tool.clock.ahead += timedelta(hours=1)

    looked, pressed = link.look(), link.post()

    assert [(answer.status_code, reason_of(answer)) for answer in (looked, pressed)] == [(410, "link-expired")] * 2


def test_a_used_link_says_so(tool: Tool) -> None:
    link = opened(tool)
    assert title(link.press()).startswith("Registered")

    looked, pressed = link.look(), link.post()

    assert [(answer.status_code, reason_of(answer)) for answer in (looked, pressed)] == [(410, "link-used")] * 2


def test_a_refusal_can_be_read_in_the_platforms_frame(tool: Tool) -> None:
    answer = Opened(tool, "nonsense", tool.vle.registrations.start()).look()

    assert directives(answer.headers["Content-Security-Policy"])["frame-ancestors"] == tool.vle.url


BAD = "bad-registration"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", BAD),
        ("openid_configuration=", BAD),
        ("registration_token=abc", BAD),
        ("openid_configuration={c}&openid_configuration={c}", BAD),
        ("openid_configuration={c}&registration_token=a&registration_token=b", BAD),
        ("openid_configuration={c}&registration_token=a%0D%0AHost:%20evil", BAD),
        ("openid_configuration={c}&registration_token=%C3%A4", BAD),
        ("openid_configuration=javascript:alert(1)", "configuration-bad"),
        ("openid_configuration=https://good.example%5C@evil.example/c", "configuration-bad"),
        ("openid_configuration=https://user:secret@moodle.example/c", "configuration-bad"),
        ("openid_configuration=https://moodle.example/c%00", "configuration-bad"),
        ("openid_configuration=//moodle.example/c", "configuration-bad"),
        ("openid_configuration=https://moodle.example:99999/c", "configuration-bad"),
    ],
)
def test_what_is_no_registration_request_is_refused_before_anything_is_fetched(
    tool: Tool, query: str, reason: str
) -> None:
    path = Opened(tool, new_link(tool)).path
    configuration = tool.vle.registrations.start()["openid_configuration"]

    answer = tool.request("GET", f"{path}?{query.format(c=configuration)}")

    assert (answer.status_code, reason_of(answer)) == (400, reason)


@pytest.mark.parametrize("host", ["a; script-src *; x", "a\x0chttps://*", "a\x0bb*"])
def test_a_policy_cannot_be_written_by_the_configurations_address(tool: Tool, host: str) -> None:
    link = Opened(tool, new_link(tool), {"openid_configuration": f"https://{host}/"})

    answer = link.look()
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == 400

    assert "*" not in policy
    assert directives(policy)["script-src"] == "'self'"
