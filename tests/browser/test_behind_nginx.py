"""The tool behind the real nginx of docs/examples, over https: in Chromium inside Moodle's frame; and liars."""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3
from playwright.sync_api import BrowserContext, Frame, Request, Response

from tests.browser.chromium import Cookies
from tests.browser.conftest import NewBrowser, free_port
from tests.browser.frames import (
    LEARNER_COURSE,
    MY_WEEKS,
    SIGN_OUT,
    SIGNED_OUT,
    TUTOR_COURSE,
    click,
    enter,
    heading,
    next_page,
    token_of,
)
from tests.browser.nginx import HOST, Nginx, proxying
from tests.certificates import Authority, Certificate, make_authority
from tests.demo_vle.demo import Demo, running
from tests.demo_vle.site import TOKEN

ONCE = ("strict-transport-security", "content-security-policy", "referrer-policy", "x-content-type-options",
        "permissions-policy", "cache-control")  # fmt: skip
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Front:
    """A demo whose tool is reached by https alone."""

    demo: Demo
    nginx: Nginx
    authority: Authority
    certificate: Certificate

    @property
    def flags(self) -> tuple[str, str]:
        """What a browser must be told: where the host is, and to trust this one certificate."""
        return (
            f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
            f"--ignore-certificate-errors-spki-list={self.certificate.fingerprint}",
        )

    def ask(self, method: str, path: str, **choices: object) -> urllib3.BaseHTTPResponse:
        """Send one request by https, trusting the tests' authority."""
        pool = urllib3.HTTPSConnectionPool(
            "127.0.0.1",
            self.nginx.https_port,
            server_hostname=HOST,
            assert_hostname=HOST,
            ca_certs=str(self.authority.bundle),
            retries=False,
            timeout=20,
        )
        given = {"Host": HOST} | dict(choices.pop("headers", {}))  # type: ignore[call-overload] # a test's own mapping
        with pool:
            return pool.urlopen(method, path, headers=given, redirect=False, **choices)  # type: ignore[arg-type]  # passed on


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Demo VLE, tool and nginx, on free ports."""
    folder = tmp_path_factory.mktemp("front")
    authority = make_authority(folder)
    certificate = authority.issue(HOST)
    tool, https, http = free_port(), free_port(), free_port()
    demo = Demo(folder / "data", free_port(), tool, f"https://{HOST}:{https}", "DEBUG")
    with proxying(folder / "nginx", certificate, (https, http, tool)) as nginx, running(demo):
        yield Front(demo, nginx, authority, certificate)


def launched(
    front: Front, new_browser: NewBrowser, cookies: Cookies, path: str = LEARNER_COURSE
) -> tuple[BrowserContext, Frame, list[Response]]:
    """Open the tool in the course page's frame; return all answers of the tool, too."""
    browser = new_browser(cookies=cookies, flags=front.flags)
    answers: list[Response] = []
    browser.on(
        "response", lambda answer: answers.append(answer) if answer.url.startswith(front.demo.tool_url) else None
    )
    _, frame = enter(browser, front.demo, path)
    return browser, frame, answers


@pytest.mark.browser
@pytest.mark.parametrize("cookies", [Cookies.ALLOWED, Cookies.THIRD_PARTY_BLOCKED])
def test_a_launch_in_the_vles_frame_keeps_its_secure_partitioned_cookie(
    front: Front, new_browser: NewBrowser, cookies: Cookies
) -> None:
    browser, frame, answers = launched(front, new_browser, cookies)
    assert heading(frame) == MY_WEEKS
    by_path = {answer.url.split("?")[0].removeprefix(front.demo.tool_url): answer for answer in answers}
    set_cookie = str(by_path["/lti/login"].header_value("set-cookie"))
    attributes = {part.strip() for part in set_cookie.split(";")[1:]}
    assert set_cookie.startswith("__Host-")
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= attributes
    sent = by_path["/lti/launch"].request.all_headers().get("cookie", "")
    assert sent == set_cookie.split(";")[0]
    kept = [cookie for cookie in browser.cookies() if str(cookie.get("name")).startswith("__Host-")]
    assert all(cookie["secure"] for cookie in kept)


LEARNERS_PAGE, FIFTY_LEARNERS = 40_000, 60_000
"""Bytes on the wire: with style sheet and script, and the page alone."""


def weigh(answers: list[Response]) -> dict[str, int]:
    """Return how many bytes each answer's body took on the wire, by its path."""
    return {
        answer.url.split("?")[0].rpartition("/")[2]: answer.request.sizes()["responseBodySize"] for answer in answers
    }


@pytest.mark.browser
def test_a_learners_page_and_a_list_of_fifty_learners_are_light_on_the_wire(
    front: Front, new_browser: NewBrowser
) -> None:
    _, _, answers = launched(front, new_browser, Cookies.ALLOWED)
    own = weigh([answer for answer in answers if answer.status == 200])
    assert set(own) == {"launch", "panel.css", "panel.js"}
    assert 0 < sum(own.values()) <= LEARNERS_PAGE, own

    _, frame, answers = launched(front, new_browser, Cookies.ALLOWED, TUTOR_COURSE)
    frame.locator("#size").select_option("50")
    with next_page(frame):
        frame.locator(".filters button").click()
    assert frame.locator("#all tbody tr:not(.fold)").count() == 50
    assert 0 < weigh(answers)["tutor"] <= FIFTY_LEARNERS, weigh(answers)


@pytest.mark.browser
def test_every_answer_has_each_security_header_once_and_pages_go_on_working(
    front: Front, new_browser: NewBrowser
) -> None:
    browser, frame, answers = launched(front, new_browser, Cookies.THIRD_PARTY_BLOCKED)
    asked: list[Request] = []
    browser.on("request", lambda request: asked.append(request))
    token = token_of(frame)
    click(frame, "All my courses")
    click(frame, SIGN_OUT)
    assert heading(frame) == SIGNED_OUT
    assert len(answers) >= 6
    for answer in answers:
        names = [header["name"].lower() for header in answer.headers_array()]
        assert {name: names.count(name) for name in ONCE} == dict.fromkeys(ONCE, 1), answer.url
        assert answer.header_value("strict-transport-security") == "max-age=31536000"
    assert [answer.url for answer in answers if answer.status >= 400] == []
    assert not [request.url for request in asked if token in request.url]
    logged = front.nginx.logs() + (front.demo.folder / "tool.log").read_text()
    assert not [secret for secret in (token, "?", "login_hint", TOKEN) if secret in front.nginx.logs()]
    assert "/panel/learner/courses" in front.nginx.logs()
    assert token not in logged


@pytest.mark.parametrize(
    "spoofed",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Proto": "http"},
        {"X-Forwarded-For": "10.0.0.1"},
        {"X-Forwarded-Prefix": "/evil"},
        {"Forwarded": "for=10.0.0.1;host=evil.example;proto=http"},
        {"X-Original-URL": "/panel/admin"},
        {"X-Rewrite-URL": "/panel/admin"},
        {"X-Accel-Redirect": "/_not-answering"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_spoofed_headers_change_nothing(front: Front, spoofed: dict[str, str]) -> None:
    plain, told = (front.ask("GET", "/panel/tutor", headers=headers) for headers in ({}, spoofed))
    assert (plain.status, without_number(plain)) == (told.status, without_number(told))
    assert b"evil" not in told.data


def without_number(answer: urllib3.BaseHTTPResponse) -> tuple[bytes, dict[str, str]]:
    number = answer.headers["X-Request-Id"]
    kept = {name: value for name, value in answer.headers.items() if name not in ("Date", "X-Request-Id")}
    return answer.data.replace(number.encode(), b""), kept


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", f"{HOST}.evil.example"])
def test_another_host_in_the_request_reaches_nobody(front: Front, host: str) -> None:
    answer = front.ask("GET", "/healthz", headers={"Host": host})
    assert (answer.status, b"ok" in answer.data) == (421, False)


def test_another_host_in_the_handshake_gets_no_certificate(front: Front) -> None:
    context = ssl.create_default_context(cafile=str(front.authority.bundle))
    with (
        socket.create_connection(("127.0.0.1", front.nginx.https_port), timeout=10) as raw,
        pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"),
    ):
        context.wrap_socket(raw, server_hostname="evil.example")


def test_plain_http_leads_to_https_without_its_path(front: Front) -> None:
    pool = urllib3.HTTPConnectionPool("127.0.0.1", front.nginx.http_port, retries=False, timeout=10)
    answer = pool.urlopen("GET", "/lti/register/secret-token?registration_token=x", redirect=False)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/")
    pool.close()


def test_logs_hold_neither_registration_links_nor_query_strings(front: Front) -> None:
    for path in ("/lti/register/secret-one", "/lti//register/secret-two", "/lti/%72egister/secret-three"):
        front.ask("GET", f"{path}?registration_token=secret-four")
    front.ask("GET", "/lti/login?login_hint=secret-five&iss=secret-six")
    logged = front.nginx.logs()
    assert "/lti/register/(left-out)" in logged
    assert "/lti/login 4" in logged
    assert "secret-" not in logged + (front.demo.folder / "tool.log").read_text()


def test_a_body_that_is_too_large_is_refused_with_a_page(front: Front) -> None:
    answer = front.ask("POST", "/lti/launch", body=b"a" * 1_100_000)
    assert answer.status == 413
    assert b"Nothing was changed" in answer.data
    assert answer.headers["Cache-Control"] == "no-store"


def test_dripping_clients_do_not_reach_the_tool(front: Front) -> None:
    context = ssl.create_default_context(cafile=str(front.authority.bundle))
    head = f"POST /lti/launch HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 5000\r\n\r\n".encode()
    with ExitStack() as stack:
        for _ in range(40):
            raw = stack.enter_context(socket.create_connection(("127.0.0.1", front.nginx.https_port), timeout=10))
            client = stack.enter_context(context.wrap_socket(raw, server_hostname=HOST))
            client.sendall(head + b"id_token=")
        began = time.monotonic()
        assert front.ask("GET", "/healthz").data == b"ok\n"
        assert time.monotonic() - began < PATIENCE


def test_a_tool_that_does_not_answer_gets_a_page_that_says_so(front: Front, tmp_path: Path) -> None:
    ports = free_port(), free_port(), free_port()
    with proxying(tmp_path / "nginx", front.certificate, ports) as nginx:
        wait_until_listening(nginx.https_port)
        answer = Front(front.demo, nginx, front.authority, front.certificate).ask("GET", "/lti/login?iss=secret-seven")
        assert answer.status == 503
        assert b"What was saved is safe" in answer.data
        assert "secret-" not in nginx.logs()


def wait_until_listening(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("nginx does not listen")
