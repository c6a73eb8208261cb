"""Sessions, transactions and bulk writes behave alike on SQLite and PostgreSQL."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, bindparam, func, select, update

from bridge.schema.log import Presence
from bridge.schema.platforms import Platform
from bridge.store.database import Sessions, fetch, insert_ignoring, make_engine, reading, run, upsert, writing

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def presence_rows(days: Sequence[int]) -> list[dict[str, int]]:
    return [{"day_no": day, "course_id": 1, "person_id": 1, "cmid": 7, "kind": 1} for day in days]


def count_presence(sessions: Sessions) -> int:
    with reading(sessions) as db:
        return db.scalars(select(func.count()).select_from(Presence)).one()


def test_inserting_the_same_rows_again_changes_nothing(sessions: Sessions) -> None:
    for _ in range(2):
        with writing(sessions) as db:
            insert_ignoring(db, Presence, presence_rows([1, 2, 2, 3]))
    assert count_presence(sessions) == 3


def test_what_waits_in_a_session_is_written_before_a_kept_statement_runs(sessions: Sessions) -> None:
    names = select(Platform.name).where(Platform.id == bindparam("platform_id"))
    rename = update(Platform).where(Platform.id == bindparam("platform_id")).values(name=bindparam("new"))
    with writing(sessions) as db:
        db.add(Platform(id=1, name="Old", moodle_url="https://moodle.example", created_at=NOW))
        assert fetch(db, names, platform_id=1) == [("Old",)]
        db.add(Platform(id=2, name="Other", moodle_url="https://other.example", created_at=NOW))
        run(db, rename, platform_id=2, new="New")
    with reading(sessions) as db:
        assert fetch(db, names, platform_id=2) == [("New",)]


def test_an_upsert_writes_only_the_named_columns(sessions: Sessions) -> None:
    first = {"id": 1, "name": "Old", "moodle_url": "https://moodle.example", "created_at": NOW}
    for name, release in (("Old", "1"), ("New", "2")):
        with writing(sessions) as db:
            row = first | {"name": name, "plugin_release": release}
            upsert(db, Platform, [row], key=["moodle_url"], update=["name"])
    with reading(sessions) as db:
        platform = db.scalars(select(Platform)).one()
        assert (platform.name, platform.plugin_release) == ("New", "1")


def test_no_rows_at_all_are_no_error(sessions: Sessions) -> None:
    with writing(sessions) as db:
        insert_ignoring(db, Presence, [])
        upsert(db, Presence, [], key=["day_no"], update=["kind"])
    assert count_presence(sessions) == 0


def test_an_exception_rolls_the_whole_transaction_back(sessions: Sessions) -> None:
    def fail_half_way() -> None:
        with writing(sessions) as db:
            insert_ignoring(db, Presence, presence_rows([1]))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way()
    assert count_presence(sessions) == 0


def test_reading_never_writes(sessions: Sessions) -> None:
    with reading(sessions) as db:
        insert_ignoring(db, Presence, presence_rows([1]))
    assert count_presence(sessions) == 0


def test_writers_side_by_side_wait_for_each_other_instead_of_failing(sessions: Sessions) -> None:
    def read_then_write(day: int) -> None:
        with writing(sessions) as db:
            db.scalars(select(func.count()).select_from(Presence)).one()
            insert_ignoring(db, Presence, presence_rows([day]))

    threads = [threading.Thread(target=read_then_write, args=(day,)) for day in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count_presence(sessions) == 8


def test_the_password_of_the_database_is_not_in_the_engines_repr() -> None:
    assert "hunter2" not in repr(make_engine("postgresql+psycopg://lea:hunter2@localhost/lea"))


def test_bound_values_are_not_repeated_in_database_errors(engine: Engine) -> None:
    assert engine.hide_parameters
