"""Where the facts live in ClickHouse they are rebuilt there."""

from dataclasses import replace

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from analytics.calendar import day_number
from bridge.facts_moving import move_facts
from bridge.schema.log import RebuildRow
from bridge.store.database import Sessions, make_sessions, reading
from bridge.store.fact_statements import PRESENCE
from bridge.store.facts import FactRow, load_fact_days, stream_day
from bridge.store.facts_elsewhere import put_facts_elsewhere
from tests.bridge.rebuild.conftest import AFTER_ALL, Site
from tests.clickhouse import EmbeddedClickHouse


class Crash(Exception):
    """What a process does not survive."""


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


def test_facts_of_a_week_do_not_wait_in_memory_and_a_crash_before_its_mark_counts_nothing_twice(
    site: Site, clickhouse: EmbeddedClickHouse
) -> None:
    with clickhouse.new_facts() as engine:
        move_facts(site.sessions, engine, AFTER_ALL, lambda _day, _count: None)
        sessions = make_sessions(site.sessions.kw["bind"])
        there: list[int] = []

        def crash(db: Session) -> None:
            done_to = db.scalar(select(RebuildRow.done_to))
            if done_to is not None and day_number(done_to) >= expected[0][0]:  # the first week with facts is done
                there.append(len(read(sessions)))
                raise Crash

        event.listen(sessions, "before_commit", crash)  # heard of before those who write what waits
        put_facts_elsewhere(sessions, engine)
        elsewhere, expected = replace(site, sessions=sessions), read(sessions)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE TABLE {PRESENCE.name}")
        with pytest.raises(Crash):
            elsewhere.rebuild()
        assert 0 < there[0] < len(expected)
        event.remove(sessions, "before_commit", crash)

        one, report = elsewhere.rebuild()
        assert report.failures == ()
        assert one.count.facts == one.count.new == len(expected)
        assert read(sessions) == expected
