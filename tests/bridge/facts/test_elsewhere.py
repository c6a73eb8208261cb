"""Facts in ClickHouse beside a shared database: facts first, then the cursor; erased, kept and shown as in one."""

import time

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from bridge.facts_moving import bring_facts_back
from bridge.readiness import Unready, find_unready
from bridge.schema.log import LogCursor
from bridge.schema.people import Person
from bridge.store.cursor import load_cursor
from bridge.store.database import Sessions, reading, writing
from bridge.store.erasure import count_rows_about
from bridge.store.fact_statements import ADD, COUNT_OF_COURSES, FACT_COLUMNS
from bridge.store.facts import save_fact_rows
from bridge.store.facts_elsewhere import FactsElsewhere, make_facts_engine
from bridge.store.held import count_held, load_held, load_who
from bridge.store.held_tables import find_table
from tests.bridge.facts.conftest import FACTS, bench_on, beside, count_shared, read
from tests.bridge.sync.conftest import COURSES, SETTINGS, Bench, Clock
from tests.bridge.sync.test_retention import LATER, purge
from tests.demo_vle.platform import DemoVle
from tests.faults.oracle import find_differences, read_all


class Crash(Exception):
    """What a process does not survive."""


def count_stored(engine: Engine) -> int:
    """Count the rows in ClickHouse's files, what is there twice and what is only marked as removed included."""
    with engine.connect() as connection:
        stored = (
            "SELECT sum(rows) FROM system.parts WHERE active AND table = 'presence' AND database = currentDatabase()"
        )
        found: int = connection.exec_driver_sql(stored).scalar_one()
    return found


def test_a_crash_between_facts_and_cursor_loses_nothing_and_counts_nothing_twice(
    elsewhere: Sessions,
    shared: Sessions,
    facts_engine: Engine,
    vle: tuple[DemoVle, Clock],
    undisturbed: Bench,
) -> None:
    disturbed = bench_on(elsewhere, vle)
    disturbed.switch_on(*COURSES)
    pages: set[int] = set()

    def crash(db: Session) -> None:
        with reading(shared) as other:
            was_at, is_at = (one.scalar(select(LogCursor.read_to)) or 0 for one in (other, db))
        if is_at > was_at and is_at not in pages:
            pages.add(is_at)
            raise Crash

    event.listen(elsewhere, "before_commit", crash)  # after facts were written, before the shared database commits
    for _ in range(20):
        try:
            disturbed.sync()
        except (Crash, AssertionError):
            continue
        break
    event.remove(elsewhere, "before_commit", crash)
    disturbed.sync()

    assert len(pages) > 1
    with reading(elsewhere) as db:
        assert load_cursor(db, disturbed.platform_id).read_to > 0
    assert count_shared(elsewhere) == 0
    assert bring_facts_back(shared, facts_engine, lambda _day, _count: None) == len(read(undisturbed.sessions))
    assert find_differences(read_all(undisturbed.sessions), read_all(shared)) == []


def test_facts_are_there_before_the_transaction_commits_that_they_belong_to(elsewhere: Sessions) -> None:
    seen: list[int] = []
    event.listen(elsewhere, "before_commit", lambda _db: seen.append(len(read(elsewhere))))
    with writing(elsewhere) as db:
        save_fact_rows(db, FACTS)
        assert seen == []
    assert seen == [len(FACTS)]


def test_what_two_writers_both_bring_is_read_once(elsewhere: Sessions, facts_engine: Engine) -> None:
    named = [dict(zip(FACT_COLUMNS, row, strict=True)) for row in FACTS]
    for _ in range(2):
        with facts_engine.begin() as connection:
            connection.execute(ADD, named)
    assert count_stored(facts_engine) > len(FACTS)
    assert read(elsewhere) == sorted(FACTS)
    with reading(elsewhere) as db:
        assert FactsElsewhere(facts_engine).fetch(COUNT_OF_COURSES, course_ids=[1])[0][0] == len(FACTS)
        assert save_fact_rows(db, FACTS) == 0


def test_a_transaction_that_is_taken_back_leaves_no_fact(elsewhere: Sessions) -> None:
    def break_off() -> None:
        with writing(elsewhere) as db:
            save_fact_rows(db, FACTS)
            raise Crash

    with pytest.raises(Crash):
        break_off()
    with writing(elsewhere) as db:
        save_fact_rows(db, FACTS[:3])
        db.rollback()
    assert read(elsewhere) == []


def test_whoever_is_erased_is_in_clickhouse_no_more_and_in_none_of_its_files(
    elsewhere: Sessions, facts_engine: Engine, vle: tuple[DemoVle, Clock]
) -> None:
    bench = bench_on(elsewhere, vle)
    bench.switch_on(*COURSES)
    bench.sync()
    before = read(elsewhere)
    person_id = before[0][2]
    held = find_table("presence")
    assert held is not None
    with reading(elsewhere) as db:
        user = db.scalars(select(Person.moodle_user_id).where(Person.id == person_id)).one()
        who = load_who(db, bench.platform_id, person_id, SETTINGS.secret_key)
        assert who is not None
        own = [row for row in before if row[2] == person_id]
        assert count_held(db, who)["presence"] == len(own)
        assert {tuple(row.values.values()) for row in load_held(db, who, held)} == set(own)
        assert count_rows_about(db, bench.platform_id, user)["presence"] == len(own)

    bench.vle.world.delete("erasure", user)
    bench.clock.go_on(hours=1)
    bench.sync()

    assert [row for row in read(elsewhere) if row[2] == person_id] == []
    give_up_at = time.monotonic() + 30
    while count_stored(facts_engine) > len(read(elsewhere)) and time.monotonic() < give_up_at:
        time.sleep(0.2)
    assert count_stored(facts_engine) == len(read(elsewhere)) == len(before) - len(own)
    with facts_engine.connect() as connection:
        begun = connection.exec_driver_sql("SELECT command FROM system.mutations WHERE database = currentDatabase()")
        assert any("APPLY DELETED MASK" in command for (command,) in begun)


def test_evidence_that_was_kept_long_enough_goes_from_clickhouse_and_is_counted(
    elsewhere: Sessions, synced: Bench
) -> None:
    held = len(read(elsewhere))
    synced.clock.at += LATER
    proofs = purge(synced)
    assert held > 0
    assert {kind: (proof.removed, proof.left_over) for kind, proof in proofs.items() if kind == "evidence"} == {
        "evidence": (held, 0)
    }
    assert read(elsewhere) == []


def test_a_clickhouse_that_does_not_answer_keeps_the_tool_from_its_work(elsewhere: Sessions, shared: Sessions) -> None:
    away = make_facts_engine("clickhousedb://lea:secret-word@127.0.0.1:9/lea")
    assert find_unready(beside(shared, away), SETTINGS) is Unready.FACTS
    assert "secret-word" not in repr(away)
    assert find_unready(elsewhere, SETTINGS) is None
