"""Pages taken in by the thousand become what their rows say one by one, and a bad row is set aside by its name."""

import json
import random
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from analytics.calendar import day_number, local_date
from analytics.evidence import Kind, evidence_kind
from analytics.records import LogEvent
from benchmarks.databases import NOW, SETTINGS, Place
from benchmarks.generator import (
    DAY,
    EVENTS,
    FIRST_COURSE,
    FIRST_USER,
    make_answer,
    make_events,
    make_rows,
    make_university,
)
from benchmarks.ingest import CALL
from bridge.log_records import LogRow
from bridge.moodle.payloads import decode_log_page
from bridge.schema.engagement import StaleLearner
from bridge.schema.log import LogEventRow, Presence, Quarantine
from bridge.schema.people import Enrolment
from bridge.store.bulk import ROWS_AT_ONCE
from bridge.store.database import reading, writing
from bridge.store.log_events import RAW_COLUMNS
from bridge.sync.log import save_page
from tests.benchmarks.test_statements import place_on
from tests.databases import PostgresCluster

COURSES, LEARNERS = 5, 200
"""As `place_on` makes them."""
ROWS = 2 * ROWS_AT_ONCE + 101
BAD: tuple[dict[str, Any], ...] = (
    {"edulevel": 77},
    {"userid": "7"},
    {"courseid": 0},
    {"timecreated": int(NOW.timestamp()) + 2 * DAY},
)
ODD: tuple[dict[str, Any], ...] = (
    {},
    {"origin": "cli"},
    {"edulevel": 1},
    {"relateduserid": FIRST_USER},
    {"realuserid": FIRST_USER + 2},
    {"courseid": FIRST_COURSE + COURSES},
    {"userid": FIRST_USER + LEARNERS},
    {"other": '{"groupid":5}'},
    {"eventname": "\\core\\event\\course_completed"},
)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path, postgres_cluster: PostgresCluster) -> Iterator[Place]:
    with place_on(request.param, tmp_path, postgres_cluster, COURSES) as made:
        yield made


def make_pages() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Make two pages of rows as they travel: odd ones, bad ones and twins; the second has half of the first again."""
    chance, university = random.Random(8), make_university(LEARNERS, COURSES)
    rows = json.loads(make_answer(university, make_events(university, 2 * ROWS, days=28)))["events"]
    rows = [{**row, **chance.choice(ODD), **(chance.choice(BAD) if n % 97 == 5 else {})} for n, row in enumerate(rows)]
    first, second = rows[:ROWS], rows[ROWS // 2 :]
    return [*first, *first[:3]], second


def take(place: Place, rows: list[dict[str, Any]]) -> int:
    """Take one page in; return how many of its rows were new."""
    page = decode_log_page(CALL, json.dumps({"maxid": rows[-1]["id"], "events": rows}).encode(), 0, NOW.timestamp())
    with writing(place.sessions) as db:
        return save_page(place.sync, db, page, place.folder()).new_rows


def is_good(row: dict[str, Any]) -> bool:
    return not any(row[name] == value for bad in BAD for name, value in bad.items())


def to_event(row: dict[str, Any]) -> LogEvent:
    names = zip(LogRow.__struct_fields__, LogRow.__struct_encode_fields__, strict=True)
    return LogRow(**{field: row[name] for field, name in names}).to_event()


def to_day(event: LogEvent) -> int:
    return day_number(local_date(event.occurred_at, SETTINGS.zone))


def find_facts(events: Collection[LogEvent], learners: Collection[tuple[int, ...]]) -> set[tuple[int, ...]]:
    """Find what is evidence, event by event; courses and people are numbered as in the benchmarks' databases."""
    facts: set[tuple[int, ...]] = set()
    for event in events:
        who = (event.moodle_course_id - FIRST_COURSE + 1, event.moodle_user_id - FIRST_USER + 1)
        kind = evidence_kind(event)
        if kind is not None and who in learners:
            facts.add((to_day(event), *who, event.cmid or 0, int(kind)))
    return facts


def load_all(place: Place, *columns: Any) -> set[tuple[Any, ...]]:
    """Load a table; no row of it is there twice."""
    with reading(place.sessions) as db:
        rows = list(map(tuple, db.execute(select(*columns))))
    assert len(rows) == len(set(rows))
    return set(rows)


def test_the_tables_hold_what_the_rows_say_one_by_one(place: Place) -> None:
    pages = make_pages()
    new = sum(take(place, rows) for rows in pages)
    rows = {row["id"]: row for page in pages for row in page}
    kept = [row for row in rows.values() if is_good(row) and row["courseid"] < FIRST_COURSE + COURSES]
    events = {row["id"]: to_event(row) for row in kept}
    learners = load_all(place, Enrolment.course_id, Enrolment.person_id)
    facts = find_facts(events.values(), learners)
    assert load_all(place, *(getattr(LogEventRow, name) for name in RAW_COLUMNS)) == {
        (
            place.platform_id, row["id"], row["courseid"] - FIRST_COURSE + 1, row["userid"],
            row["relateduserid"] or None, row["realuserid"] or None, row["cmid"], row["eventname"], row["edulevel"],
            row["origin"], row["other"], events[row["id"]].occurred_at, to_day(events[row["id"]]), NOW,
        )
        for row in kept
    }  # fmt: skip
    assert new == len(kept) > 3 * ROWS_AT_ONCE
    assert load_all(place, *Presence.__table__.columns) == facts
    assert len(facts) > ROWS_AT_ONCE
    assert load_all(place, *StaleLearner.__table__.columns) == {fact[1:3] for fact in facts}
    bad = {(str(row["id"]),) for row in rows.values() if not is_good(row)}
    assert load_all(place, Quarantine.source_key) == bad != set()


def test_what_kind_of_evidence_rows_are_is_asked_once_for_all_activities(
    tmp_path: Path, postgres_cluster: PostgresCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[LogEvent] = []

    def ask(event: LogEvent, own_cmids: Collection[int]) -> Kind | None:
        asked.append(event)
        return evidence_kind(event, own_cmids)

    monkeypatch.setattr("bridge.sync.facts.evidence_kind", ask)
    university = make_university(LEARNERS, COURSES)
    with place_on("sqlite", tmp_path, postgres_cluster, COURSES) as place:
        rows = make_rows(university, make_events(university, 2_000, days=1))
        _, facts = place.folder().fold(rows, NOW)
    assert len({fact[3] for fact in facts}) > 3 * len(EVENTS) >= 3 * len(asked) > 0
