"""A server that answers what a test says, and a client of it that never really sleeps."""

from collections.abc import Iterator

import pytest

from bridge.moodle.client import MoodleClient
from tests.bridge.moodle.replaying import Replaying, replaying

TOKEN = "5f0c2b7d9e1a4c3b8d6e7f0a1b2c3d4e"


@pytest.fixture
def moodle() -> Iterator[Replaying]:
    """A server on loopback."""
    with replaying() as server:
        yield server


@pytest.fixture
def pauses() -> list[float]:
    """The pauses that the client made instead of sleeping, in seconds."""
    return []


@pytest.fixture
def client(moodle: Replaying, pauses: list[float]) -> MoodleClient:
    """A client of the server."""
    return MoodleClient(moodle.url, TOKEN, timeout=(1, 1), sleep=pauses.append)
