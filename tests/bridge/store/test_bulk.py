"""Thousands of rows go in at once, known ones are left out, and every value comes back as it was."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bridge.schema.log import LogEventRow
from bridge.schema.platforms import Platform
from bridge.schema.teaching import Course
from bridge.store.bulk import array_literal, copy_or_insert_ignoring, insert_many_ignoring
from bridge.store.database import Sessions, reading, writing
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


def test_an_array_literal_quotes_texts_and_nothing_else() -> None:
    assert array_literal([1, None, -3]) == "{1,NULL,-3}"
    assert array_literal(["NULL", 'a"\\']) == '{"NULL","a\\"\\\\"}'
