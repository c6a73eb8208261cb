"""A past site on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bridge.worth.past_site import PastSite, make_past_site
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.worlds.recorded import recorded
from tests.lti.commands.console import Console


@pytest.fixture
def past_site(tmp_path: Path, database_url: str) -> Iterator[PastSite]:
    with DemoVle(recorded()) as vle:
        yield make_past_site(Console(vle, tmp_path, database_url), tmp_path)
