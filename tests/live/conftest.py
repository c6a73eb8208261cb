"""The real Moodle that the tests of this folder run against; without one they skip and say so."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine

from bridge.moodle.client import MoodleClient
from tests.recordings.cases import BARE, BOT, UNKNOWN, Subject
from tests.recordings.record import Site, find_subject


def read_variable(name: str, purpose: str) -> str:
    """Return an environment variable, or skip the test saying what it would be for."""
    value = os.environ.get(name, "")
    if not value:
        pytest.skip(f"{name} is not set: {purpose}")
    return value


@pytest.fixture(scope="session")
def site() -> Site:
    """The Moodle as the recorder knows it."""
    url = read_variable("LEA_LIVE_MOODLE_URL", "no real Moodle to test against")
    tokens = {BOT: read_variable("LEA_LIVE_MOODLE_TOKEN", "no token for the real Moodle"), UNKNOWN: "0" * 32}
    if os.environ.get("LEA_LIVE_BARE_TOKEN"):
        tokens[BARE] = os.environ["LEA_LIVE_BARE_TOKEN"]
    return Site(url.rstrip("/"), tokens)


@pytest.fixture(scope="session")
def subject(site: Site) -> Subject:
    """The course of that Moodle to look at."""
    return find_subject(site, os.environ)


@pytest.fixture
def client(site: Site) -> MoodleClient:
    """The project's own client of that Moodle."""
    return MoodleClient(site.url, site.tokens[BOT], allow_insecure=True)


@pytest.fixture(scope="session")
def moodle_database() -> Iterator[Connection]:
    """That Moodle's own database, to count in, read-only. PostgreSQL only: its time zones make the days."""
    url = read_variable("LEA_LIVE_DATABASE_URL", "nothing to compare with in the real Moodle's own database")
    engine = create_engine(url)
    if engine.dialect.name != "postgresql":
        pytest.skip("LEA_LIVE_DATABASE_URL is not PostgreSQL: the days are not compared")
    with engine.connect() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        yield connection
    engine.dispose()
