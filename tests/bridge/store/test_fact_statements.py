"""Facts and cohort statements: identical rows on SQLite, PostgreSQL, DuckDB and ClickHouse, as Python counts them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from analytics.calendar import date_of
from analytics.evidence import VISIT_KINDS
from benchmarks.databases import make_facts
from benchmarks.generator import FIRST_CMID, make_events, make_university
from bridge.store.database import Sessions, make_engine, make_sessions
from bridge.store.fact_statements import COUNT_OF_DAYS, PRESENCE
from bridge.store.facts import (
    FactRow,
    count_course_facts,
    count_facts_held,
    count_facts_of,
    count_facts_until,
    facts_of,
    load_fact_days,
    load_fact_owners,
    load_facts,
    load_facts_held,
    load_first_and_last,
    load_own_facts,
    remove_course_facts,
    remove_facts_in,
    remove_facts_of,
    remove_facts_until,
    remove_item_facts,
    save_fact_rows,
    stream_day,
)
from bridge.store.facts_elsewhere import put_facts_elsewhere
from tests.clickhouse import EmbeddedClickHouse
from tests.databases import PostgresCluster

COURSE, LEARNER = 2, 7
KINDS = [int(kind) for kind in VISIT_KINDS]


def made_up() -> list[FactRow]:
    """Facts of a small university over some weeks, in the order of their key."""
    university = make_university(30, 5)
    events = make_events(university, 3_000, days=24)
    return [tuple(row) for row in make_facts(university, events).tolist()]


ALL = made_up()
FIRST, LAST = ALL[0][0], ALL[-1][0]
MIDDLE = (FIRST + LAST) // 2


@contextmanager
def duckdb_facts(folder: Path) -> Iterator[Engine]:
    """Give DuckDB in a file with the table of facts in it."""
    engine = create_engine(f"duckdb:///{folder / 'facts.duckdb'}")
    PRESENCE.create(engine, checkfirst=False)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql", "duckdb", "clickhouse"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sessions]:
    """Sessions whose facts are in each of the four, none yet."""
    if request.param == "postgresql":
        cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
        with cluster.new_database() as url:
            yield from opened(url)
        return
    path = tmp_path / "lea.sqlite3"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    for sessions in opened(f"sqlite:///{path}"):
        if request.param == "sqlite":
            yield sessions
            continue
        clickhouse: EmbeddedClickHouse = request.getfixturevalue("clickhouse")
        with clickhouse.new_facts() if request.param == "clickhouse" else duckdb_facts(tmp_path) as engine:
            put_facts_elsewhere(sessions, engine)
            yield sessions


def opened(url: str) -> Iterator[Sessions]:
    """Give sessions and dispose of their engine."""
    engine = make_engine(url)
    yield make_sessions(engine)
    engine.dispose()


@pytest.fixture
def db(empty: Sessions) -> Iterator[Session]:
    """A session on all the facts, half of which came twice."""
    half = len(ALL) // 2
    with empty() as session:
        assert save_fact_rows(session, ALL[: half + 100]) == half + 100
        session.commit()
        assert save_fact_rows(session, ALL[half:]) == len(ALL) - half - 100
        session.commit()
        yield session
        session.rollback()


def read_all(db: Session) -> list[FactRow]:
    """Read every fact, day by day, in the order of the key."""
    days = load_fact_days(db)
    return (
        []
        if days is None
        else [row for day in range(days[0], days[1] + 1) for part in stream_day(db, day, 1_000) for row in part]
    )


def test_a_set_gives_back_what_it_was_given_once_and_in_order(db: Session) -> None:
    assert len(ALL) > 1_500
    assert read_all(db) == ALL
    days, counts = np.unique([row[0] for row in ALL], return_counts=True)
    counted = facts_of(db).fetch(COUNT_OF_DAYS, days=list(range(FIRST, LAST + 1)))
    assert list(map(tuple, counted)) == list(zip(days.tolist(), counts.tolist(), strict=True))


def test_a_cohort_is_given_between_days_whole_or_some_of_it(db: Session) -> None:
    for people in (None, {LEARNER, 8}, set(range(1, 600))):
        expected: dict[int, list[tuple[int, int, int]]] = {}
        for day, course, person, cmid, kind in ALL:
            if course == COURSE and FIRST + 3 <= day <= LAST - 3 and (people is None or person in people):
                expected.setdefault(person, []).append((day, cmid, kind))
        found = load_facts(db, COURSE, FIRST + 3, LAST - 3, people)
        assert {person: sorted(rows) for person, rows in found.items()} == expected
        assert expected


def test_a_day_is_given_in_parts_none_of_which_is_too_long(db: Session) -> None:
    parts = list(stream_day(db, MIDDLE, 10))
    assert {len(part) for part in parts[:-1]} == {10}
    assert [row for part in parts for row in part] == [row for row in ALL if row[0] == MIDDLE]


def test_a_cohort_opened_each_item_first_and_last(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.store.facts.DAYS_AT_ONCE", 9)
    expected: dict[tuple[int, int], tuple[int, int]] = {}
    for day, course, person, cmid, kind in ALL:
        if course == COURSE and kind in KINDS:
            expected[person, cmid] = (expected.get((person, cmid), (day, 0))[0], day)
    assert load_first_and_last(db, COURSE, FIRST - 5, LAST, KINDS) == expected
    assert any(first + 9 < last for first, last in expected.values())


def test_a_learner_is_given_by_day_kind_and_item(db: Session) -> None:
    expected = sorted((d, k, c) for d, course, p, c, k in ALL if course == COURSE and p == LEARNER and d <= MIDDLE)
    assert load_own_facts(db, COURSE, LEARNER, FIRST, MIDDLE) == [(day, cmid, kind) for day, kind, cmid in expected]


@pytest.mark.parametrize("days_at_once", [5_000, 10])
def test_a_person_is_given_page_by_page_the_latest_first(
    db: Session, days_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.store.facts.DAYS_OF_A_PERSON", days_at_once)
    courses = sorted({row[1] for row in ALL if row[2] == LEARNER})
    own = sorted((row for row in ALL if row[2] == LEARNER), key=lambda row: (-row[0], row))
    assert count_facts_held(db, LEARNER, courses) == count_facts_of(db, LEARNER) == len(own)
    assert load_facts_held(db, LEARNER, courses, None, 0) == own
    pages = [load_facts_held(db, LEARNER, courses, 23, start) for start in range(0, len(own) + 23, 23)]
    assert [row for page in pages for row in page] == own
    assert load_facts_held(db, LEARNER, courses[:1], None, 0) == [row for row in own if row[1] == courses[0]]
    assert load_facts_held(db, LEARNER, [], None, 0) == []


def test_everybody_and_every_course_with_facts_is_given(db: Session) -> None:
    people, courses = load_fact_owners(db)
    assert people == {row[2] for row in ALL}
    assert courses == {row[1] for row in ALL}


def test_without_facts_nothing_is_given(empty: Sessions) -> None:
    with empty() as db:
        assert load_fact_days(db) is None
        assert read_all(db) == []
        assert load_facts(db, COURSE, FIRST, LAST) == {}
        assert (count_facts_held(db, LEARNER, [COURSE]), count_course_facts(db, [COURSE])) == (0, 0)
        assert save_fact_rows(db, []) == 0
        remove_facts_in(db, LEARNER, [COURSE])
        remove_course_facts(db, [])


def test_a_person_is_removed_everywhere_or_in_a_course(db: Session) -> None:
    remove_facts_of(db, [LEARNER])
    assert read_all(db) == [row for row in ALL if row[2] != LEARNER]
    assert count_facts_of(db, LEARNER) == 0
    remove_facts_in(db, 8, [COURSE])
    assert read_all(db) == [row for row in ALL if row[2] != LEARNER and (row[1], row[2]) != (COURSE, 8)]


def test_courses_and_items_are_removed(db: Session) -> None:
    assert count_course_facts(db, [COURSE, 3]) == sum(row[1] in {COURSE, 3} for row in ALL)
    remove_course_facts(db, [COURSE, 3])
    left = [row for row in ALL if row[1] not in {COURSE, 3}]
    assert read_all(db) == left
    item = next(row[3] for row in left if row[1] == 1 and row[3] >= FIRST_CMID)
    remove_item_facts(db, 1, {item}, KINDS[:1])
    assert read_all(db) == [row for row in left if not (row[1] == 1 and row[3] == item and row[4] in KINDS[:1])]


def test_facts_of_courses_are_counted_and_removed_up_to_a_day(db: Session) -> None:
    last, first, courses = date_of(MIDDLE), date_of(FIRST + 2), [COURSE, 3]
    theirs = [row for row in ALL if row[1] in courses and row[0] <= MIDDLE]
    assert count_facts_until(db, courses, last) == len(theirs) > 0
    assert count_facts_until(db, courses, last, first) == sum(row[0] >= FIRST + 2 for row in theirs)
    assert count_facts_until(db, courses, date_of(FIRST - 1)) == count_facts_until(db, [], last) == 0
    remove_facts_until(db, courses, last)
    assert read_all(db) == [row for row in ALL if row not in set(theirs)]


def test_what_was_removed_can_come_again(db: Session) -> None:
    again = [row for row in ALL if row[2] == LEARNER]
    remove_facts_of(db, [LEARNER])
    assert save_fact_rows(db, again) == len(again)
    assert read_all(db) == ALL


def test_what_was_added_and_not_committed_is_read_by_its_own_session_and_counted_once(empty: Sessions) -> None:
    with empty() as db:
        assert save_fact_rows(db, ALL[:10]) == 10
        assert save_fact_rows(db, ALL[5:15]) == 5
        assert read_all(db) == ALL[:15]


def test_what_was_taken_back_before_it_was_read_is_nowhere(empty: Sessions) -> None:
    with empty() as db:
        save_fact_rows(db, ALL[:10])
        db.rollback()
        db.commit()
    with empty() as db:
        assert read_all(db) == []
