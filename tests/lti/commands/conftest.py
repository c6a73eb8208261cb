"""A console for each test. Commands set up the whole process's logs; what they change is put back."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.demo_vle.platform import DemoVle
from tests.demo_vle.worlds.recorded import recorded
from tests.lti.commands.console import Console

QUIETENED = ("", "urllib3", "apscheduler")


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Put handlers and levels back."""
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in QUIETENED}
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def console(tmp_path: Path, database_url: str) -> Iterator[Console]:
    with DemoVle(recorded()) as vle:
        yield Console(vle, tmp_path, database_url)


@pytest.fixture
def connected(console: Console) -> Console:
    """A console on an up-to-date database with the platform added."""
    assert console.add_platform().exit_code == 0
    return console
