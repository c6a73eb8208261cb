"""Fixtures that every test may ask for: one real database at a time, SQLite or PostgreSQL."""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from flask import Flask
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine

from analytics.language import Language, speak
from bridge.store.database import Sessions, make_engine, make_sessions
from bridge.store.migrations import upgrade
from tests.clickhouse import EmbeddedClickHouse
from tests.databases import PostgresCluster
from tests.remembering import STATEMENTS, Templates

hypothesis_settings.register_profile("steady", derandomize=True, deadline=None, print_blob=True)
hypothesis_settings.load_profile("steady")
Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Templates()}

QUIETENED = ("", "urllib3", "apscheduler", "alembic")
"""Loggers whose levels a command sets."""


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Put handlers and levels back: commands set up the whole process's logs, and the next test may listen to them."""
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in QUIETENED}
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def english_as_before() -> Iterator[None]:
    """Speak English again after a test that chose a language: the choice holds for the whole thread."""
    yield
    speak(Language())


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    """One PostgreSQL server for the whole run: LEA_TEST_POSTGRESQL_URL's, or the embedded one."""
    with PostgresCluster.start(os.environ.get("LEA_TEST_POSTGRESQL_URL")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedClickHouse]:
    """One embedded ClickHouse for the whole run."""
    server = EmbeddedClickHouse(tmp_path_factory.mktemp("clickhouse"))
    yield server
    server.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An up-to-date SQLite database without a row: a copy of it is made faster than its tables."""
    path = tmp_path_factory.mktemp("template") / "lea.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an up-to-date database without a row; every test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "lea.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    with cluster.new_database() as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an up-to-date database."""
    engine = make_engine(database_url)
    engine.update_execution_options(compiled_cache=STATEMENTS[engine.dialect.name])
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    """The session factory of `engine`."""
    return make_sessions(engine)
