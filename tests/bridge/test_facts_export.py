"""The facts as files are the facts of the database, week by week, for nobody else to read, and in flat memory."""

import os
import stat
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import delete

from analytics.calendar import date_of, day_number
from analytics.evidence import Kind
from bridge.errors import ExportRefused
from bridge.facts_export import ExportedWeek, export_facts
from bridge.schema.log import Presence
from bridge.schema.people import Person
from bridge.schema.platforms import Platform
from bridge.store.bulk import insert_many_ignoring
from bridge.store.database import Sessions, writing
from bridge.store.restrictions import RestrictionKind, start_restriction

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
MONDAY = day_number(date(2026, 9, 28))
COLUMNS = ("day_no", "course_id", "person_id", "cmid", "kind")
Row = tuple[int, int, int, int, int]


@pytest.fixture
def world(sessions: Sessions) -> Sessions:
    """Two platforms; of the first, person 1 and 2 are learners, 3 is paused, 4 was deleted; 5 is the second's."""
    with writing(sessions) as db:
        for number in (1, 2):
            db.add(Platform(id=number, name="Test", moodle_url=f"https://{number}.example", created_at=NOW))
        db.flush()
        for number in range(1, 6):
            names = {"given_name": "A", "family_name": "B", "full_name": "A B"}
            db.add(Person(id=number, platform_id=2 if number == 5 else 1, moodle_user_id=number + 10, **names))
        db.flush()
        start_restriction(db, 3, RestrictionKind.OBJECTION, "Dana", NOW)
        db.get_one(Person, 4).deleted_at = NOW
    return sessions


def save(sessions: Sessions, facts: list[Row]) -> None:
    with writing(sessions) as db:
        insert_many_ignoring(db, Presence, COLUMNS, facts)


def read(folder: Path) -> dict[str, list[Row]]:
    tables = {path.name: pq.read_table(path) for path in sorted(folder.iterdir())}
    return {
        name: list(zip(*(table.column(column).to_pylist() for column in COLUMNS), strict=True))
        for name, table in tables.items()
    }


def test_every_fact_is_in_its_weeks_file_once_and_in_order(world: Sessions, tmp_path: Path) -> None:
    days = (MONDAY - 1, MONDAY, MONDAY + 3, MONDAY + 6, MONDAY + 7, MONDAY + 30)
    facts = [
        (day, course, person, 7, kind) for day in days for course in (2, 1) for person in (2, 1) for kind in (2, 0)
    ]
    save(world, facts)
    told: list[ExportedWeek] = []
    assert export_facts(world, 1, tmp_path / "new", told.append, at_once=3) == len(facts)
    found = read(tmp_path / "new")
    assert [one for week in found.values() for one in week] == sorted(facts)
    mondays = ["2026-09-21", "2026-09-28", "2026-10-05", "2026-10-26"]
    assert list(found) == [f"facts-{monday}.parquet" for monday in mondays]
    for week, (name, its) in zip(told, found.items(), strict=True):
        assert (week.path.name, week.facts) == (name, len(its))
        assert {(date_of(day) - week.monday).days // 7 for day, *_ in its} == {0}


def test_who_is_not_processed_was_deleted_or_is_anothers_is_not_in_it(world: Sessions, tmp_path: Path) -> None:
    save(world, [(MONDAY, 1, person, 7, 1) for person in range(1, 6)])
    assert export_facts(world, 1, tmp_path / "new", lambda _: None) == 2
    ((week,), other) = read(tmp_path / "new").values(), tmp_path / "other"
    assert {person for _, _, person, _, _ in week} == {1, 2}
    assert export_facts(world, 2, other, lambda _: None) == 1


def test_the_files_are_for_their_writer_alone_and_say_what_a_kind_is(world: Sessions, tmp_path: Path) -> None:
    save(world, [(MONDAY, 1, 1, 7, Kind.SUBMISSION)])
    folder = tmp_path / "deep" / "new"
    export_facts(world, 1, folder, lambda _: None)
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert b'"2": "SUBMISSION"' in pq.read_schema(path).metadata[b"kinds"]


def test_without_facts_there_is_no_file(world: Sessions, tmp_path: Path) -> None:
    assert export_facts(world, 1, tmp_path / "new", lambda _: None) == 0
    assert list((tmp_path / "new").iterdir()) == []


def test_a_folder_with_files_is_refused_and_left_as_it_is(world: Sessions, tmp_path: Path) -> None:
    save(world, [(MONDAY, 1, 1, 7, 1)])
    (tmp_path / "facts-2026-09-28.parquet").write_text("of before")
    with pytest.raises(ExportRefused, match="has files already"):
        export_facts(world, 1, tmp_path, lambda _: None)
    assert [path.read_text() for path in tmp_path.glob("facts*")] == ["of before"]


def test_a_week_that_breaks_off_leaves_no_half_file(world: Sessions, tmp_path: Path) -> None:
    save(world, [(MONDAY, 1, 1, 7, 1), (MONDAY + 7, 1, 1, 7, 1)])

    def stop(_: ExportedWeek) -> None:
        with writing(world) as db:
            db.execute(delete(Presence))
        (tmp_path / "new" / "facts-2026-10-05.part").symlink_to(os.devnull)

    with pytest.raises(ExportRefused, match="cannot be written"):
        export_facts(world, 1, tmp_path / "new", stop)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["facts-2026-09-28.parquet"]


def find_peak(sessions: Sessions, folder: Path) -> int:
    tracemalloc.start()
    export_facts(sessions, 1, folder, lambda _: None, at_once=2_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_six_times_the_facts_take_no_more_memory(world: Sessions, tmp_path: Path) -> None:
    save(world, [(MONDAY, 1, 1, cmid, 1) for cmid in range(10_000)])
    export_facts(world, 1, tmp_path / "warm", lambda _: None)
    few = find_peak(world, tmp_path / "few")
    save(world, [(MONDAY, 1, 2, cmid, 1) for cmid in range(50_000)])
    assert find_peak(world, tmp_path / "many") < 1.5 * few
