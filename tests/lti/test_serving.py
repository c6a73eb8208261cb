"""`lea serve` against clients that are slow, greedy or lying: the real gunicorn, asked over raw sockets."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from bridge.store.database import make_engine
from bridge.store.migrations import upgrade
from lti.serving import LONGEST_HEADER, LONGEST_REQUEST_LINE, THREADS, gunicorn_command
from tests.browser.conftest import free_port
from tests.demo_vle.demo import started, wait_for

PATIENCE = 2.0
ROOT = Path(__file__).parents[2]
IMPATIENT = f"""
import sys
import lti.serving
from gunicorn.app.wsgiapp import run
lti.serving.REQUEST_SECONDS = {PATIENCE}
run()
"""
HEADER = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = (
    b"POST /lti/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 5000\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Served:
    """The running tool."""

    port: int
    log: Path

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def send(self, request: bytes) -> bytes:
        """Send bytes; return all that is answered until the connection closes."""
        with self.connect() as client:
            client.sendall(request)
            return read_all(client)

    def get(self, path: str, **headers: str) -> requests.Response:
        """Ask for a page as any client does."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.get(f"http://127.0.0.1:{self.port}{path}", headers=named, timeout=20, allow_redirects=False)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One worker with its own command line, its patience cut to two seconds."""
    folder = tmp_path_factory.mktemp("served")
    url = f"sqlite:///{folder / 'lea.sqlite3'}"
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    port = free_port()
    environment = os.environ | {
        "LEA_SECRET_KEY": "a secret of the tests, long enough to be taken",
        "LEA_PUBLIC_URL": "https://engagement.example.ac.uk",
        "LEA_DATABASE_URL": url,
    }
    words = gunicorn_command("127.0.0.1", port, 1)
    command = [sys.executable, "-c", IMPATIENT, *words[words.index("gunicorn") + 1 :]]
    with started(command, environment, folder / "log") as part:
        wait_for(f"http://127.0.0.1:{port}/healthz", part, folder / "log")
        yield Served(port, folder / "log")


def read_all(client: socket.socket) -> bytes:
    answered = b""
    try:
        while piece := client.recv(65_536):
            answered += piece
    except ConnectionResetError:
        pass
    return answered


@pytest.mark.parametrize("beginning", [HEADER, BODY], ids=["in its headers", "in its body"])
def test_more_dripping_clients_than_threads_do_not_keep_others_waiting(served: Served, beginning: bytes) -> None:
    began = time.monotonic()
    with ExitStack() as stack:
        clients = [stack.enter_context(served.connect()) for _ in range(THREADS + 4)]
        for client in clients:
            client.sendall(beginning)
        time.sleep(0.3)  # every thread has a dripping client now
        for client in clients:
            client.sendall(b"a")
        assert served.get("/healthz").text == "ok\n"
        assert time.monotonic() - began < 2.5 * PATIENCE


def test_a_client_that_drips_for_ever_is_let_go(served: Served) -> None:
    with served.connect() as client:
        client.sendall(HEADER)
        assert dripped_for(client) < 2 * PATIENCE


def dripped_for(client: socket.socket) -> float:
    """Send a byte now and then until the other side has had enough; return after how many seconds that was."""
    began = time.monotonic()
    try:
        while time.monotonic() - began < 4 * PATIENCE:
            client.sendall(b"a")
            time.sleep(0.1)
    except OSError:
        pass
    return time.monotonic() - began


def test_what_comes_after_the_time_is_up_is_not_taken_for_another_request(served: Served) -> None:
    with served.connect() as client:
        client.sendall(BODY + b"iss=")
        time.sleep(PATIENCE + 0.5)
        try:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answered = read_all(client)
        except OSError:
            answered = b""
    assert b"ok\n" not in answered
    assert not answered or answered.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /" + b"a" * LONGEST_REQUEST_LINE + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nX-Long: " + b"a" * (LONGEST_HEADER + 1) + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(80)) + b"\r\n", b"431"),
        (b"GET /secret-in-the-path SPDY/9\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: rot13\r\n\r\n", b"501"),
        (b"POST /lti/launch HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\nConnection: close\r\n\r\n", b"413"),
    ],
    ids=["request line", "one header", "many headers", "no HTTP", "encoding", "body"],
)
def test_a_request_beyond_the_limits_is_refused(served: Served, request_bytes: bytes, status: bytes) -> None:
    assert served.send(request_bytes).startswith(b"HTTP/1.1 " + status)
    assert "secret-in-the-path" not in served.log.read_text()


def test_a_registration_link_with_moodles_longest_query_fits(served: Served) -> None:
    assert served.get("/healthz?registration_token=" + "a" * 6000).text == "ok\n"


@pytest.mark.parametrize(
    "spoofed",
    [
        {"Host": "evil.example"},
        {"X_Forwarded_Host": "evil.example"},
        {"X_Forwarded_Proto": "https"},
        {"X_Forwarded_For": "10.0.0.1"},
        {"X_Forwarded_Prefix": "/evil"},
        {"Forwarded": "for=10.0.0.1;host=evil.example;proto=https"},
        {"X_Original_URL": "/panel/admin"},
        {"X_HTTP_Method_Override": "POST"},
    ],
    ids=lambda headers: str(next(iter(headers))),
)
def test_headers_about_who_asked_and_how_change_nothing(served: Served, spoofed: dict[str, str]) -> None:
    plain, told = (served.get("/panel/tutor", **headers) for headers in ({}, spoofed))
    assert plain.status_code == told.status_code
    assert without_number(plain) == without_number(told)
    assert "evil" not in told.text + str(told.headers)


@pytest.mark.parametrize("name", [b"SCRIPT_NAME", b"PATH_INFO", b"REMOTE_USER"])
def test_a_header_cannot_move_the_tool_to_another_path(served: Served, name: bytes) -> None:
    head = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%b: /static\r\n\r\n" % name
    assert served.send(head).endswith(b"ok\n")


def without_number(answer: requests.Response) -> tuple[str, dict[str, str]]:
    """Return text and headers without what differs for each request."""
    number = answer.headers["X-Request-Id"]
    headers = {name: value for name, value in answer.headers.items() if name not in ("Date", "X-Request-Id")}
    return answer.text.replace(number, ""), headers


def test_lea_serve_runs_the_worker_with_the_limits() -> None:
    done = subprocess.run(
        [*gunicorn_command("127.0.0.1", 8100, 2)[:-1], "--print-config", "lti.serving:REQUEST_SECONDS"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    shown = dict(line.split("=", 1) for line in done.stdout.replace(" ", "").splitlines() if "=" in line)
    assert shown["limit_request_line"] == str(LONGEST_REQUEST_LINE)
    assert shown["forwarded_allow_ips"] == shown["forwarder_headers"] == "[]"
