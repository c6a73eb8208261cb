"""Facts are moved into ClickHouse and back; what broke off is no harm."""

from functools import partial

import pytest
from sqlalchemy import Engine, delete

from bridge.errors import FactsMisplaced, FactsNotMoved
from bridge.facts_moving import bring_facts_back, move_facts
from bridge.readiness import Unready, find_unready
from bridge.schema.log import Presence
from bridge.store.database import Sessions, writing
from bridge.store.facts import FactRow, save_fact_rows
from bridge.store.facts_elsewhere import FactsElsewhere
from bridge.store.facts_place import check_facts_place
from tests.bridge.facts.conftest import FACTS, beside, count_shared, read
from tests.bridge.sync.conftest import RECORDED_AT, SETTINGS


def test_facts_are_moved_there_and_back_and_each_place_is_refused_while_they_are_in_the_other(
    shared: Sessions, facts_engine: Engine
) -> None:
    there, told = beside(shared, facts_engine), list[tuple[int, int]]()
    with writing(shared) as db:
        save_fact_rows(db, sorted(FACTS))
    check_facts_place(shared)
    with pytest.raises(FactsMisplaced, match="in the shared database, and LEA_FACTS_URL is set"):
        check_facts_place(there)

    assert move_facts(shared, facts_engine, RECORDED_AT, lambda *day: told.append(day)) == len(FACTS)
    assert (read(there), count_shared(shared), sum(count for _, count in told)) == (sorted(FACTS), 0, len(FACTS))
    assert move_facts(shared, facts_engine, RECORDED_AT, lambda *day: told.append(day)) == 0
    check_facts_place(there)
    with pytest.raises(FactsMisplaced, match="in ClickHouse, and LEA_FACTS_URL is not set"):
        check_facts_place(shared)
    assert find_unready(shared, SETTINGS) is Unready.FACTS
    assert find_unready(there, SETTINGS) is None

    assert bring_facts_back(shared, facts_engine, lambda *day: None) == len(FACTS)
    assert (read(shared), read(there)) == (sorted(FACTS), [])
    check_facts_place(shared)


def bring(facts_engine: Engine, rows: list[FactRow]) -> None:
    """Put facts into ClickHouse that are none of this database's."""
    FactsElsewhere(facts_engine).bring(rows)


def test_a_copy_that_was_made_while_facts_were_written_is_taken_away_again(
    shared: Sessions, facts_engine: Engine
) -> None:
    with writing(shared) as db:
        save_fact_rows(db, sorted(FACTS))

    def purge_meanwhile(day_no: int, _count: int) -> None:
        with writing(shared) as db:
            db.execute(delete(Presence).where(Presence.day_no == day_no, Presence.person_id == 1))

    with pytest.raises(FactsNotMoved, match="were written meanwhile, so the copy was taken away again"):
        move_facts(shared, facts_engine, RECORDED_AT, purge_meanwhile)
    kept = sorted(fact for fact in FACTS if fact[2] != 1)
    assert (read(shared), read(beside(shared, facts_engine))) == (kept, [])
    check_facts_place(shared)
    assert move_facts(shared, facts_engine, RECORDED_AT, lambda *day: None) == len(kept)


def test_facts_that_another_database_had_before_stay_until_somebody_says_that_they_go(
    shared: Sessions, facts_engine: Engine
) -> None:
    stranger = (20_701, 9, 9, 9, 1)
    bring(facts_engine, [stranger])
    with writing(shared) as db:
        save_fact_rows(db, sorted(FACTS))
    for put in (
        partial(move_facts, shared, facts_engine, RECORDED_AT),
        partial(bring_facts_back, shared, facts_engine),
    ):
        with pytest.raises(FactsNotMoved, match="lea facts move --anew"):
            put(lambda *day: None)
        assert (read(shared), read(beside(shared, facts_engine))) == (sorted(FACTS), [stranger])
        check_facts_place(shared)

    assert move_facts(shared, facts_engine, RECORDED_AT, lambda *day: None, is_anew=True) == len(FACTS)
    assert read(beside(shared, facts_engine)) == sorted(FACTS)


def test_what_a_move_left_that_was_killed_is_let_go_of_by_the_next(shared: Sessions, facts_engine: Engine) -> None:
    with writing(shared) as db:
        save_fact_rows(db, sorted(FACTS))
    bring(facts_engine, FACTS[:7])
    assert move_facts(shared, facts_engine, RECORDED_AT, lambda *day: None, is_anew=True) == len(FACTS)

    assert bring_facts_back(shared, facts_engine, lambda *day: None) == len(FACTS)
    bring(facts_engine, FACTS)  # as if it had been killed before ClickHouse let go of them
    assert bring_facts_back(shared, facts_engine, lambda *day: None) == 0
    assert (read(shared), read(beside(shared, facts_engine))) == (sorted(FACTS), [])
