"""A site of its own for each test, on each database."""

from pathlib import Path

import pytest

from bridge.store.database import Sessions
from tests.bridge.sources.site import Site, make_site


@pytest.fixture
def site(sessions: Sessions, tmp_path: Path) -> Site:
    """A platform that no plugin tells of."""
    return make_site(sessions, tmp_path)
