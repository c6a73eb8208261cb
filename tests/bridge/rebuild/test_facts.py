"""Row by row, DuckDB makes the facts that a sync's page makes: the same kinds, days, people and erasures."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.evidence import CONSEQUENCES, HAND_INS, NO_ACT_ORIGINS
from bridge.log_records import LogRow
from bridge.rebuild.archive import open_archive
from bridge.rebuild.engine import Limits, load_tables, make_facts, opened
from bridge.rebuild.people import People
from bridge.rebuild.rules import find_outcomes, kind_sql
from bridge.store.tombstones import Erasures
from bridge.sync.facts import Folder
from bridge.user_keys import make_user_keys
from tests.bridge.rebuild.archives import write_archive
from tests.demo_vle.worlds.model import LogRow as WrittenRow

LONDON = ZoneInfo("Europe/London")
CLOCKS_BACK = datetime(2026, 10, 25, 1, tzinfo=UTC)
NOW = CLOCKS_BACK + timedelta(days=30)
LEARNERS = {(course, user): 100 * course + user for course in (21, 22) for user in (5, 6, 7)}
COURSES = {1: 21, 2: 22}
OWN_CMIDS = frozenset({77})
ERASED, ERASED_IN_ONE = 6, 7
KEYS = make_user_keys(1, "https://moodle.example", "s" * 40)
ERASURES = Erasures(
    KEYS,
    {
        (KEYS.of(ERASED), 0): (400, CLOCKS_BACK - timedelta(days=3)),
        (KEYS.of(ERASED_IN_ONE), 1): (0, CLOCKS_BACK + timedelta(days=1)),
    },
)
EVENTS = (
    r"\core\event\course_viewed",
    r"\mod_page\event\course_module_viewed",
    r"\local_lea\event\page_viewed",
    r"\\local_lea\event\page_viewed",
    r"\tool_usertours\event\tour_started",
    "no_component",
    *sorted(CONSEQUENCES)[:2],
    *sorted(HAND_INS),
)
WEEKS_AROUND = int(timedelta(days=16).total_seconds())

rows_of_the_log = st.builds(
    LogRow,
    log_id=st.integers(1, 900),
    event_name=st.sampled_from(EVENTS),
    edulevel=st.sampled_from((0, 1, 2, 2, 2)),
    moodle_user_id=st.sampled_from((5, 5, 6, 7, 8)),
    related_id=st.sampled_from((0, 0, 5, 6, 7, 8)),
    moodle_course_id=st.sampled_from((1, 2, 3)),
    cmid=st.sampled_from((0, 40, 41, 77)),
    occurred=st.one_of(
        st.integers(-WEEKS_AROUND, WEEKS_AROUND), st.sampled_from((-7_201, -7_200, -3_600, -1, 0, 82_799, 82_800))
    ).map(lambda offset: int(CLOCKS_BACK.timestamp()) + offset),
    origin=st.sampled_from(("web", "web", "ws", "", *sorted(NO_ACT_ORIGINS))),
    real_id=st.sampled_from((0, 0, 0, 9)),
    other=st.just(""),
)


def make_folder(erasures: Erasures) -> Folder:
    return Folder(1, LONDON, dict(COURSES), dict(LEARNERS), OWN_CMIDS, erasures, to_instant=lambda at: at)


def make_people(erasures: Erasures) -> People:
    moodle_ids = {course_id: moodle_id for moodle_id, course_id in COURSES.items()}
    learners = [(moodle_ids[course], user, course, person, 0) for (course, user), person in sorted(LEARNERS.items())]
    return People(learners, (), (), OWN_CMIDS, erasures)


def written(row: LogRow, anonymous: int = 0) -> WrittenRow:
    return WrittenRow(
        row.log_id,
        row.event_name,
        row.edulevel,
        row.moodle_user_id,
        row.related_id,
        row.moodle_course_id,
        row.cmid,
        row.occurred,
        row.origin,
        row.real_id,
        row.other,
        anonymous,
    )


def rebuilt(folder: Path, rows: Sequence[WrittenRow], people: People) -> list[tuple[int, ...]]:
    """Return the facts that are made of an archive, in the order in which they come."""
    archive = open_archive([write_archive(folder, rows)], LONDON, int(NOW.timestamp()))
    with opened(Limits(memory_mb=256), archive.paths) as engine:
        survey = archive.survey(engine)
        people = people.without(archive.people(engine))
        load_tables(engine, people)
        return [
            fact
            for week in survey.weeks
            for batch in make_facts(engine, archive, survey, week, people)
            for fact in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]


@settings(max_examples=60)
@given(st.lists(rows_of_the_log, max_size=60), st.booleans())
def test_facts_of_any_rows_are_those_that_a_page_of_the_log_becomes(rows: list[LogRow], has_erasures: bool) -> None:
    erasures = ERASURES if has_erasures else Erasures(KEYS, {})
    _, facts = make_folder(erasures).fold(rows, NOW)
    with TemporaryDirectory() as folder:
        found = rebuilt(Path(folder), [written(row) for row in rows], make_people(erasures))
    assert found == sorted(tuple(fact) for fact in facts)


def test_anonymous_rows_and_rows_from_the_future_become_nothing(tmp_path: Path) -> None:
    row = LogRow(1, EVENTS[0], 2, 5, 0, 1, 0, int(CLOCKS_BACK.timestamp()), "web", 0, "")
    later = LogRow(2, EVENTS[0], 2, 5, 0, 1, 0, int(NOW.timestamp()) + 1, "web", 0, "")
    people = make_people(Erasures(KEYS, {}))
    assert rebuilt(tmp_path / "anonymous", [written(row, anonymous=1), written(later)], people) == []
    assert len(rebuilt(tmp_path / "open", [written(row)], people)) == 1


@pytest.mark.parametrize("off", [(0, 30_000), (20_751, 20_751)])
def test_days_that_stay_out_become_nothing(tmp_path: Path, off: tuple[int, int]) -> None:
    row = LogRow(1, EVENTS[0], 2, 5, 0, 1, 0, int(CLOCKS_BACK.timestamp()), "web", 0, "")
    people = make_people(Erasures(KEYS, {}))
    ((day, *_),) = rebuilt(tmp_path / "in", [written(row)], people)
    assert day == 20_751
    paused = People(people.learners, (), [(2_105, *off)], people.own_cmids, people.erasures)
    assert rebuilt(tmp_path / "out", [written(row)], paused) == []


def test_the_kind_of_each_combination_is_what_analytics_says_of_it() -> None:
    names = [(name, origin) for name in (*EVENTS, "an event's") for origin in ("web", "", *NO_ACT_ORIGINS, "a'b")]
    outcomes = find_outcomes(names)
    assert {len(outcome) for outcome in outcomes.values()} == {8}
    combinations = [
        (name, origin, *numbers, outcome[place])
        for (name, origin), outcome in outcomes.items()
        for place, numbers in enumerate(product((0, 9), (0, 40), (6, 5)))
    ]
    engine = duckdb.connect()
    engine.execute(
        "CREATE TABLE e (event_name VARCHAR, origin VARCHAR, real_id INT, cmid INT, related_id INT, kind INT,"
        " user_id INT DEFAULT 5)"
    )
    engine.executemany("INSERT INTO e VALUES (?, ?, ?, ?, ?, ?, 5)", combinations)
    wrong = engine.execute(f"SELECT * FROM e WHERE ({kind_sql(outcomes)}) IS DISTINCT FROM kind").fetchall()
    engine.close()
    assert wrong == []
    assert {kind for *_, kind in combinations} == {None, 0, 1, 2}


def test_without_any_name_nothing_is_evidence() -> None:
    assert kind_sql({}) == "NULL"
