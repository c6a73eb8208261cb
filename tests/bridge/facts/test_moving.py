"""Facts are moved into ClickHouse and back; what broke off is no harm."""

import pytest
from sqlalchemy import Engine

from bridge.errors import FactsMisplaced, FactsNotMoved
from bridge.facts_moving import bring_facts_back, move_facts
from bridge.readiness import Unready, find_unready
from bridge.store.database import Sessions, writing
from bridge.store.facts import save_fact_rows
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


def test_facts_are_not_let_go_of_where_the_other_database_has_others(shared: Sessions, facts_engine: Engine) -> None:
    with writing(shared) as db:
        save_fact_rows(db, sorted(FACTS))
    stranger = FactsElsewhere(facts_engine)
    stranger.put([(20_701, 9, 9, 9, 1)])
    stranger.commit()
    with pytest.raises(FactsNotMoved):
        move_facts(shared, facts_engine, RECORDED_AT, lambda *day: None)
    assert read(shared) == sorted(FACTS)
    check_facts_place(shared)
