"""Where the facts live in ClickHouse they are rebuilt there."""

from dataclasses import replace

from bridge.facts_moving import move_facts
from bridge.store.database import Sessions, make_sessions, reading
from bridge.store.fact_statements import PRESENCE
from bridge.store.facts import FactRow, load_fact_days, stream_day
from bridge.store.facts_elsewhere import put_facts_elsewhere
from tests.bridge.rebuild.conftest import AFTER_ALL, Site
from tests.clickhouse import EmbeddedClickHouse


def read(sessions: Sessions) -> list[FactRow]:
    with reading(sessions) as db:
        days = load_fact_days(db)
        spans = () if days is None else range(days[0], days[1] + 1)
        return [row for day in spans for part in stream_day(db, day, 5_000) for row in part]


def test_facts_that_live_in_clickhouse_come_back_there_and_nowhere_else(
    site: Site, clickhouse: EmbeddedClickHouse
) -> None:
    with clickhouse.new_facts() as engine:
        move_facts(site.sessions, engine, AFTER_ALL, lambda _day, _count: None)
        sessions = make_sessions(site.sessions.kw["bind"])
        put_facts_elsewhere(sessions, engine)
        elsewhere = replace(site, sessions=sessions)
        expected = read(sessions)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE TABLE {PRESENCE.name}")
        assert read(sessions) == []
        dry, _ = elsewhere.rebuild(is_dry=True)
        assert read(sessions) == []
        one, report = elsewhere.rebuild()
        assert report.failures == ()
        assert read(sessions) == expected != []
        assert dry.count.new == one.count.new == len(expected)
        assert site.count_facts() == 0
