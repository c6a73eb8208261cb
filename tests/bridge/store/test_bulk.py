"""Thousands of rows go in at once, known ones are left out, and every value comes back as it was."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bridge.schema.log import LogEventRow, Presence
from bridge.schema.platforms import Platform
from bridge.schema.teaching import Course
from bridge.store.bulk import ROWS_AT_ONCE, array_literal, copy_or_insert_ignoring, insert_many_ignoring, upsert_many
from bridge.store.database import Sessions, reading, writing
from bridge.store.fact_statements import FACT_COLUMNS
from bridge.store.log_events import RAW_COLUMNS, instant_maker

AT = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
AWKWARD = ['a"b', "back\\slash", "comma,{brace}", "NULL", "", " space ", "line\nbreak\ttab", "ü😀", "null", "'; --"]


@pytest.fixture
def course_id(sessions: Sessions) -> int:
    """A course to hang rows on."""
    with writing(sessions) as db:
        db.add(Platform(id=1, name="", moodle_url="https://moodle.example", created_at=AT))
        db.flush()
        db.add(Course(id=5, platform_id=1, moodle_course_id=2, shortname="", fullname="", starts_on=AT.date()))
    return 5


def make_rows(course_id: int, to_instant: Any) -> list[tuple[Any, ...]]:
    """Make one row for each awkward text."""
    arrived = to_instant(AT)
    times = [to_instant(AT + timedelta(days=log_id)) for log_id in range(len(AWKWARD) + 1)]
    return [
        (1, log_id, course_id, 3, None, None, 0, text, 2, "web", text, times[log_id], 7, arrived)
        for log_id, text in enumerate(AWKWARD, start=1)
    ]


@pytest.mark.parametrize("insert", [insert_many_ignoring, copy_or_insert_ignoring])
def test_every_value_comes_back_as_it_was(insert: Any, sessions: Sessions, course_id: int) -> None:
    with writing(sessions) as db:
        assert insert(db, LogEventRow, RAW_COLUMNS, make_rows(course_id, instant_maker(db))) == len(AWKWARD)
    with reading(sessions) as db:
        rows = db.scalars(select(LogEventRow).order_by(LogEventRow.log_id)).all()
        assert [(row.event_name, row.other) for row in rows] == [(text, text) for text in AWKWARD]
        assert [row.occurred_at for row in rows] == [AT + timedelta(days=row.log_id) for row in rows]
        assert {(row.related_moodle_user_id, row.arrived_at) for row in rows} == {(None, AT)}


@pytest.mark.parametrize("insert", [insert_many_ignoring, copy_or_insert_ignoring])
def test_known_rows_and_twins_are_left_out_and_the_transaction_goes_on(
    insert: Any, sessions: Sessions, course_id: int
) -> None:
    with writing(sessions) as db:
        rows = make_rows(course_id, instant_maker(db))
        insert(db, LogEventRow, RAW_COLUMNS, rows[:4])
    with writing(sessions) as db:
        assert insert(db, LogEventRow, RAW_COLUMNS, [*rows, rows[-1]]) == len(rows) - 4
        assert insert(db, LogEventRow, RAW_COLUMNS, []) == 0
    with reading(sessions) as db:
        assert len(db.scalars(select(LogEventRow.log_id)).all()) == len(rows)


@pytest.mark.parametrize("insert", [insert_many_ignoring, copy_or_insert_ignoring])
@pytest.mark.parametrize("count", [1, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, 2 * ROWS_AT_ONCE + 7])
def test_each_of_many_rows_is_put_in_and_counted_once(
    insert: Any, count: int, sessions: Sessions, course_id: int
) -> None:
    facts = [(day, course_id, 3, day % 7, 1) for day in range(count)]
    with writing(sessions) as db:
        assert insert(db, Presence, FACT_COLUMNS, facts[::5]) == len(facts[::5])
        assert insert(db, Presence, FACT_COLUMNS, [*facts, *facts]) == len(facts) - len(facts[::5])
        assert sorted(map(tuple, db.execute(select(*Presence.__table__.columns)))) == facts


def test_many_rows_change_those_that_are_there(sessions: Sessions, course_id: int) -> None:
    with writing(sessions) as db:
        rows = [(1, log_id, course_id, 3, 0, "a", 2, "web", "", AT, 7, AT) for log_id in range(2 * ROWS_AT_ONCE + 7)]
        to_instant = instant_maker(db)
        columns = tuple(name for name in RAW_COLUMNS if name not in ("related_moodle_user_id", "real_moodle_user_id"))
        rows = [(*row[:9], to_instant(AT), 7, to_instant(AT)) for row in rows]
        insert_many_ignoring(db, LogEventRow, columns, rows[::3])
        changed = [(*row[:5], "b", *row[6:]) for row in rows]
        upsert_many(db, LogEventRow, columns, changed, key=("platform_id", "log_id"))
        found = db.execute(select(LogEventRow.log_id, LogEventRow.event_name).order_by(LogEventRow.log_id))
        assert list(map(tuple, found)) == [(log_id, "b") for log_id in range(len(rows))]


def test_an_array_literal_quotes_texts_and_nothing_else() -> None:
    assert array_literal([1, None, -3]) == "{1,NULL,-3}"
    assert array_literal(["NULL", 'a"\\']) == '{"NULL","a\\"\\\\"}'
