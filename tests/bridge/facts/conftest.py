"""A shared database, a ClickHouse of its own beside it, and the recorded site to sync from."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bridge.facts_moving import move_facts
from bridge.schema.log import Presence
from bridge.store.database import Sessions, make_engine, make_sessions, reading
from bridge.store.facts import FactRow, load_fact_days, stream_day
from bridge.store.facts_elsewhere import put_facts_elsewhere
from tests.bridge.sync.conftest import COURSES, RECORDED_AT, Bench, Clock, make_platform
from tests.clickhouse import EmbeddedClickHouse
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.worlds.recorded import recorded

FACTS: list[FactRow] = [(20_700 + n % 3, 1, 1 + n % 5, n, 1) for n in range(40)]


@pytest.fixture
def facts_engine(clickhouse: EmbeddedClickHouse) -> Iterator[Engine]:
    with clickhouse.new_facts() as engine:
        yield engine


@pytest.fixture
def shared(sqlite_template: Path, tmp_path: Path) -> Iterator[Sessions]:
    """The shared database by itself."""
    path = tmp_path / "shared.sqlite3"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    yield make_sessions(engine)
    engine.dispose()


def beside(shared: Sessions, facts_engine: Engine) -> Sessions:
    """Sessions on the same database whose facts are in ClickHouse."""
    sessions = make_sessions(shared.kw["bind"])
    put_facts_elsewhere(sessions, facts_engine)
    return sessions


@pytest.fixture
def elsewhere(shared: Sessions, facts_engine: Engine) -> Sessions:
    move_facts(shared, facts_engine, RECORDED_AT, lambda _day, _count: None)
    return beside(shared, facts_engine)


@pytest.fixture
def vle() -> Iterator[tuple[DemoVle, Clock]]:
    clock = Clock()
    with DemoVle(recorded(), now=clock) as served:
        yield served, clock


def bench_on(sessions: Sessions, vle: tuple[DemoVle, Clock]) -> Bench:
    return Bench(sessions, *vle, make_platform(sessions, vle[0].url, RECORDED_AT))


@pytest.fixture
def synced(elsewhere: Sessions, vle: tuple[DemoVle, Clock]) -> Bench:
    """A site that was synced, whose facts are in ClickHouse."""
    bench = bench_on(elsewhere, vle)
    bench.switch_on(*COURSES)
    bench.sync()
    return bench


@pytest.fixture
def undisturbed(sqlite_template: Path, tmp_path: Path, vle: tuple[DemoVle, Clock]) -> Iterator[Bench]:
    """The same site, synced into a shared database alone."""
    path = tmp_path / "undisturbed.sqlite3"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    bench = bench_on(make_sessions(engine), vle)
    bench.switch_on(*COURSES)
    bench.sync()
    yield bench
    engine.dispose()


def read(sessions: Sessions) -> list[FactRow]:
    with reading(sessions) as db:
        days = load_fact_days(db)
        spans = () if days is None else range(days[0], days[1] + 1)
        return [row for day in spans for part in stream_day(db, day, 5_000) for row in part]


def count_shared(sessions: Sessions) -> int:
    with reading(sessions) as db:
        return len(db.scalars(select(Presence.day_no)).all())
