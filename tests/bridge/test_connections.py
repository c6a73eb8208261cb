"""The clients that pages ask Moodle by: each call has a session of its own, and all share the connections beneath."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest

from bridge.config import Settings
from bridge.connections import make_page_clients
from bridge.moodle.client import MoodleClient
from bridge.moodle.errors import MoodleError
from bridge.secrets import encrypt
from bridge.store.database import Sessions, writing
from bridge.store.platforms import save_platform
from tests.bridge.moodle.replaying import reply_of

SECRET_KEY = "a secret of the tests, long enough to be taken"
SETTINGS = Settings.from_environment({"LEA_SECRET_KEY": SECRET_KEY, "LEA_PUBLIC_URL": "https://lea.example.ac.uk"})
NOW = datetime(2026, 11, 9, 9, tzinfo=UTC)
BODY = reply_of("ws/get_version.json").body
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


@contextmanager
def keeping_server(answers: tuple[int, ...]) -> Iterator[tuple[str, list[socket.socket]]]:
    """Serve one connection after the other: each is answered so many times and closed when it asks once more."""
    taken: list[socket.socket] = []

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):  # the test is over
            for count in answers:
                connection, _ = listening.accept()
                taken.append(connection)
                with connection:
                    for _ in range(count):
                        _read_request(connection)
                        connection.sendall(ANSWER)
                    _read_request(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", taken
        listening.shutdown(socket.SHUT_RDWR)


def _read_request(connection: socket.socket) -> None:
    read = b""
    while b"moodlewsrestformat=json" not in read and (piece := connection.recv(65_536)):
        read += piece


@pytest.fixture
def connect(sessions: Sessions) -> Callable[[str], Callable[[], MoodleClient]]:
    """Save a platform's connection; gives what makes its clients, as each launch makes one."""

    def save(url: str) -> Callable[[], MoodleClient]:
        with writing(sessions) as db:
            token = encrypt("token", SECRET_KEY)
            platform_id = save_platform(db, name="Moodle", moodle_url=url, encrypted_token=token, now=NOW)
        client_for = make_page_clients(sessions, SETTINGS)
        return lambda: client_for(platform_id)

    return save


def test_a_connection_is_kept_from_call_to_call(connect: Callable[[str], Callable[[], MoodleClient]]) -> None:
    with keeping_server((3,)) as (url, taken):
        client = connect(url)

        for _ in range(3):
            client().version()

    assert len(taken) == 1


def test_one_that_moodle_closed_meanwhile_costs_no_answer(
    connect: Callable[[str], Callable[[], MoodleClient]],
) -> None:
    with keeping_server((1, 1)) as (url, taken):
        client = connect(url)
        client().version()

        client().version()

    assert len(taken) == 2


def test_a_moodle_that_never_answers_is_asked_twice_and_no_more(
    connect: Callable[[str], Callable[[], MoodleClient]],
) -> None:
    with keeping_server((0, 0, 1)) as (url, taken), pytest.raises(MoodleError) as refused:
        connect(url)().version()

    assert refused.value.is_temporary
    assert len(taken) == 2
