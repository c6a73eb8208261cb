"""Facts in a ClickHouse behind a network, by the client that is used there; the network is cut."""

import itertools
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bridge.facts_moving import bring_facts_back, move_facts, remove_unknown_facts
from bridge.readiness import Unready, find_unready
from bridge.store.database import Sessions, writing
from bridge.store.fact_statements import COUNT_OF_COURSES
from bridge.store.facts import FactRow, remove_facts_of, save_fact_rows
from bridge.store.facts_elsewhere import FactsElsewhere, make_facts_engine, make_facts_table
from tests.bridge.facts.conftest import FACTS, bench_on, beside, read
from tests.bridge.sync.conftest import COURSES, RECORDED_AT, SETTINGS, Bench, Clock
from tests.certificates import make_authority
from tests.clickhouse import EmbeddedClickHouse
from tests.clickhouse_server import PASSWORD, ClickHouseServer, clickhouse_server
from tests.demo_vle.platform import DemoVle
from tests.faults.oracle import find_differences, read_all


@pytest.fixture
def server(clickhouse: EmbeddedClickHouse) -> Iterator[ClickHouseServer]:
    with clickhouse_server(clickhouse) as served:
        yield served


@pytest.fixture
def facts_engine(server: ClickHouseServer) -> Iterator[Engine]:
    """In the place of the engine that is in this process."""
    engine = make_facts_engine(server.url)
    yield engine
    engine.dispose()


def test_a_connection_that_is_cut_before_an_insert_is_answered_loses_nothing_and_counts_nothing_twice(
    elsewhere: Sessions,
    shared: Sessions,
    facts_engine: Engine,
    server: ClickHouseServer,
    vle: tuple[DemoVle, Clock],
    undisturbed: Bench,
) -> None:
    # Each twice, because the client itself tries once more.
    server.cuts = itertools.chain((True, True, False, False) * 8, itertools.repeat(False))
    disturbed = bench_on(elsewhere, vle)
    disturbed.switch_on(*COURSES)
    broken = 0
    while True:
        try:
            disturbed.sync()
        except OperationalError:
            broken += 1
            continue
        break
    assert broken == 8
    assert bring_facts_back(shared, facts_engine, lambda _day, _count: None) == len(read(undisturbed.sessions)) > 0
    assert find_differences(read_all(undisturbed.sessions), read_all(shared)) == []


def test_nothing_is_asked_that_the_documented_rights_do_not_allow(
    shared: Sessions, facts_engine: Engine, server: ClickHouseServer, vle: tuple[DemoVle, Clock]
) -> None:
    move_facts(shared, facts_engine, RECORDED_AT, lambda _day, _count: None)
    bench = bench_on(beside(shared, facts_engine), vle)
    bench.switch_on(*COURSES)
    bench.sync()
    with writing(bench.sessions) as db:
        remove_facts_of(db, [read(bench.sessions)[0][2]])
    remove_unknown_facts(bench.sessions)
    bring_facts_back(shared, facts_engine, lambda _day, _count: None)

    page = (Path(__file__).parents[3] / "docs" / "scaling.md").read_text(encoding="utf-8")
    granted = re.search(r"GRANT ([A-Z, ]+) ON lea", page)
    assert granted is not None
    needs = {"DELETE": "ALTER", "DESCRIBE": "SELECT", "CREATE": "CREATE TABLE"}
    asked = {statement.split()[0] for statement in server.statements}
    assert asked == {"SELECT", "INSERT", "DELETE", "ALTER", "CREATE", "DESCRIBE", "TRUNCATE"}
    assert {needs.get(word, word) for word in asked} == set(granted[1].split(", "))


def test_a_password_that_is_refused_is_told_and_not_repeated(server: ClickHouseServer, elsewhere: Sessions) -> None:
    wrong = make_facts_engine(server.url.replace(PASSWORD, "another-word"))
    with pytest.raises(SQLAlchemyError) as refused:
        FactsElsewhere(wrong).bring(FACTS)
    assert "another-word" not in str(refused.value)
    assert find_unready(beside(elsewhere, wrong), SETTINGS) is Unready.FACTS
    assert find_unready(elsewhere, SETTINGS) is None


def test_two_threads_of_a_program_read_and_write_side_by_side(elsewhere: Sessions) -> None:
    parts = [FACTS[number::4] for number in range(4)]

    def write(rows: list[FactRow]) -> list[FactRow]:
        with writing(elsewhere) as db:
            save_fact_rows(db, sorted(rows))
        return read(elsewhere)

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(write, parts))
    assert all(set(part) <= set(found) for part, found in zip(parts, seen, strict=True))
    assert read(elsewhere) == sorted(FACTS)


def test_a_server_of_the_institutions_own_authority_is_trusted_where_its_bundle_is_set_and_else_not(
    clickhouse: EmbeddedClickHouse, tmp_path: Path
) -> None:
    authority = make_authority(tmp_path)
    with clickhouse_server(clickhouse, authority.issue("127.0.0.1")) as server:
        engine = make_facts_engine(server.url, str(authority.bundle))
        make_facts_table(engine)
        FactsElsewhere(engine).bring(FACTS)
        assert FactsElsewhere(engine).fetch(COUNT_OF_COURSES, course_ids=[1])[0][0] == len(FACTS)
        engine.dispose()
        with pytest.raises(SQLAlchemyError, match="CERTIFICATE_VERIFY_FAILED"):
            FactsElsewhere(make_facts_engine(server.url)).bring(FACTS)
