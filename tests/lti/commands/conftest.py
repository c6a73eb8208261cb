"""A console for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo_vle.platform import DemoVle
from tests.demo_vle.worlds.recorded import recorded
from tests.lti.commands.console import Console


@pytest.fixture
def console(tmp_path: Path, database_url: str) -> Iterator[Console]:
    with DemoVle(recorded()) as vle:
        yield Console(vle, tmp_path, database_url)


@pytest.fixture
def connected(console: Console) -> Console:
    """A console on an up-to-date database with the platform added."""
    assert console.add_platform().exit_code == 0
    return console
