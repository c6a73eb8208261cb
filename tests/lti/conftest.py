"""The tool and its platform, served over HTTP for each test, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from bridge.store.database import Sessions
from tests.demo_vle.platform import DemoVle
from tests.lti.served import Clock, Tool, serve_tool
from tests.lti.small_world import small_world


@pytest.fixture
def clock() -> Clock:
    """The clock of the tool and of the platform."""
    return Clock()


@pytest.fixture
def vle(clock: Clock) -> Iterator[DemoVle]:
    """A small Moodle site."""
    with DemoVle(small_world(), now=clock) as served:
        yield served


@pytest.fixture
def tool(sessions: Sessions, vle: DemoVle, clock: Clock) -> Iterator[Tool]:
    """The tool, registered at the site, with two courses synced."""
    with serve_tool(sessions, vle, clock) as served:
        yield served
