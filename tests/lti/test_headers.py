"""The security headers of every answer, and what an answer may be framed by."""

import pytest
from sqlalchemy import update

from bridge.schema.platforms import Registration
from bridge.store.database import writing
from lti.origins import origin_of
from tests.lti.served import Tool
from tests.lti.small_world import LEARNER, OFF, OPEN, TUTOR

PATHS = [
    ("GET", "/healthz"),
    ("GET", "/no/such/page"),
    ("GET", "/panel/tutor"),
    ("POST", "/panel/tutor"),
    ("GET", "/lti/login"),
    ("POST", "/lti/launch"),
    ("GET", "/lti/jwks.json"),
    ("GET", "/static/panel.css"),
    ("GET", "/static/panel.js"),
    ("GET", "/static/none.css"),
    ("PUT", "/lti/launch"),
]
SCRIPT_TYPES = ("text/javascript", "application/javascript")


def directives(policy: str) -> dict[str, str]:
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in policy.split(";"))}


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_every_answer_carries_the_headers(tool: Tool, method: str, path: str) -> None:
    headers = tool.request(method, path).headers

    policy = directives(headers["Content-Security-Policy"])
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["img-src"] == "'self' data:"
    assert {policy[name] for name in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Request-Id"]


def test_a_panel_may_be_framed_by_its_own_platform_alone(tool: Tool) -> None:
    with writing(tool.sessions) as db:
        from bridge.store.platforms import RegistrationDetails, save_registration

        other = "https://other.example"
        details = RegistrationDetails(other, "c", f"{other}/auth", f"{other}/token", f"{other}/jwks", ("1",))
        save_registration(db, tool.platform_id, details, tool.clock())

    panel = directives(tool.launch(LEARNER, OPEN).headers["Content-Security-Policy"])
    refused = directives(tool.launch(TUTOR, OFF).headers["Content-Security-Policy"])
    unknown = directives(tool.request("POST", "/lti/launch").headers["Content-Security-Policy"])

    assert panel["frame-ancestors"] == tool.vle.url
    assert panel["form-action"] == f"'self' {tool.vle.url}"
    assert refused["frame-ancestors"] == tool.vle.url
    assert set(unknown["frame-ancestors"].split()) == {tool.vle.url, other}


def test_pages_are_never_kept_and_style_sheet_and_script_are_asked_for_anew(tool: Tool) -> None:
    assert tool.launch(LEARNER, OPEN).headers["Cache-Control"] == "no-store"
    assert tool.request("GET", "/static/panel.css").headers["Cache-Control"] == "no-cache"
    assert tool.request("GET", "/static/panel.js").headers["Cache-Control"] == "no-cache"


def test_the_script_is_served_as_a_script_so_that_nosniff_lets_it_run(tool: Tool) -> None:
    assert tool.request("GET", "/static/panel.js").headers["Content-Type"].split(";")[0] in SCRIPT_TYPES


def test_a_page_of_its_own_window_is_set_apart_from_its_opener(tool: Tool) -> None:
    framed = tool.request("GET", "/healthz", headers={"Sec-Fetch-Dest": "iframe"})
    alone = tool.request("GET", "/healthz", headers={"Sec-Fetch-Dest": "document"})

    assert "Cross-Origin-Opener-Policy" not in framed.headers
    assert alone.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_an_issuer_cannot_write_into_the_policy(tool: Tool) -> None:
    with writing(tool.sessions) as db:
        db.execute(update(Registration).values(issuer="https://a; script-src *", auth_login_url="https://b'; x"))

    policy = tool.request("POST", "/lti/launch").headers["Content-Security-Policy"]

    assert directives(policy)["frame-ancestors"] == "'none'"
    assert "*" not in policy


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://moodle.example/sub/dir", "https://moodle.example"),
        ("https://moodle.example:443/", "https://moodle.example"),
        ("http://localhost:8090", "http://localhost:8090"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443"),
        ("HTTPS://Moodle.Example", "https://moodle.example"),
        ("javascript:alert(1)", None),
        ("//moodle.example", None),
        ("https://", None),
        ("https://a b/", None),
        ("https://a:999999/", None),
        ("null", None),
        ("", None),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin
