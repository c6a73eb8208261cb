"""The migrations give exactly the models' tables, forward and back, with rows in place."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, delete, inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from bridge.errors import DatabaseNotReady, SettingsError
from bridge.schema import Base
from bridge.schema.engagement import EvaluationRow
from bridge.schema.people import Person
from bridge.schema.platforms import Platform
from bridge.schema.teaching import Course, CourseRun
from bridge.store.database import Sessions, make_engine, make_sessions, reading, writing
from bridge.store.migrations import check_version, downgrade, upgrade
from bridge.store.tombstones import load_tombstones
from bridge.user_keys import make_user_keys
from tests.databases import PostgresCluster

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield engine
        engine.dispose()
        return
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    with cluster.new_database(empty=True) as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


def save_evaluation(sessions: Sessions) -> None:
    with writing(sessions) as db:
        db.add(Platform(id=1, name="Test", moodle_url="https://moodle.example", created_at=NOW))
        db.flush()
        db.add(Person(id=1, platform_id=1, moodle_user_id=3, given_name="Ada", family_name="A", full_name="Ada A"))
        db.add(
            Course(
                id=1, platform_id=1, moodle_course_id=2, shortname="C", fullname="Course", starts_on=date(2026, 9, 21)
            )
        )
        db.flush()
        db.add(
            EvaluationRow(
                course_id=1,
                person_id=1,
                week_no=2,
                as_of=date(2026, 10, 4),
                e_numerator=1,
                e_denominator=2,
                percent=50,
                band="below the published level",
                shown_band="below the published level",
                clock_days=0,
                concern_reasons=[],
                overdue_task_ids=[],
                sentence="…",
                inputs={},
                level_version="1",
                calendar_version="1",
                code_version="1",
                made_at=NOW,
            )
        )


def test_the_migrated_tables_are_the_models_tables(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    with empty_engine.connect() as connection:
        migrated = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(migrated, Base.metadata)
    assert differences == []


def test_going_back_to_the_start_leaves_no_table_and_forward_again_works(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    downgrade(empty_engine, "base")
    assert set(inspect(empty_engine).get_table_names()) <= {"alembic_version"}
    upgrade(empty_engine)
    check_version(empty_engine)


def test_rows_stay_in_place_while_the_last_migration_goes_back_and_forward(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    sessions = make_sessions(empty_engine)
    save_evaluation(sessions)
    downgrade(empty_engine, "-1")
    upgrade(empty_engine)
    with reading(sessions) as db:
        assert db.get_one(EvaluationRow, (1, 1, 1, 2)).percent == 50


OLD_ROWS = (
    "INSERT INTO platform (id, name, moodle_url, created_at)"
    " VALUES (1, 'Test', 'https://moodle.example', '2026-09-01')",
    "INSERT INTO teaching_calendar (id, platform_id, name, week_count, version) VALUES (1, 1, 'Term', 12, 'one')",
    "INSERT INTO calendar_break (id, calendar_id, name, starts_on, ends_on)"
    " VALUES (1, 1, 'Reading week', '2026-11-02', '2026-11-08')",
    "INSERT INTO course (id, platform_id, moodle_course_id, shortname, fullname, idnumber, starts_on, group_mode,"
    " calendar_id, backfilled_to) VALUES (1, 1, 2, 'C', 'Course', '', '2026-09-21', 0, 1, 0)",
)


def test_a_calendar_of_before_keeps_its_breaks_and_its_courses(empty_engine: Engine) -> None:
    upgrade(empty_engine, "0008")
    with empty_engine.begin() as connection:
        for statement in OLD_ROWS:
            connection.execute(text(statement))
    upgrade(empty_engine)
    with empty_engine.connect() as connection:
        assert connection.execute(text("SELECT name, kind FROM calendar_break")).all() == [("Reading week", "break")]
        assert connection.execute(text("SELECT scope, week_count FROM teaching_calendar")).all() == [("platform", 12)]
        # It is the platform's, so the course has none of its own.
        assert connection.execute(text("SELECT fullname, calendar_id FROM course")).all() == [("Course", None)]
    with pytest.raises(DatabaseError), empty_engine.begin() as connection:
        connection.execute(text("DELETE FROM platform"))


def test_an_empty_database_is_refused_with_the_next_step(empty_engine: Engine) -> None:
    with pytest.raises(DatabaseNotReady, match="lea db upgrade"):
        check_version(empty_engine)


def test_an_evaluation_cannot_be_changed_but_can_be_erased(sessions: Sessions) -> None:
    save_evaluation(sessions)
    with pytest.raises(DatabaseError, match="immutable"), writing(sessions) as db:
        db.execute(update(EvaluationRow).values(percent=99))
    with writing(sessions) as db:
        db.execute(delete(EvaluationRow))
    with reading(sessions) as db:
        assert db.get(EvaluationRow, (1, 1, 1, 2)) is None


def test_an_instant_comes_back_aware_and_a_naive_one_is_refused(sessions: Sessions) -> None:
    save_evaluation(sessions)
    with reading(sessions) as db:
        assert db.get_one(EvaluationRow, (1, 1, 1, 2)).made_at == NOW
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(Exception, match="timezone-aware"), writing(sessions) as db:
        db.add(Platform(name="Naive", moodle_url="https://naive.example", created_at=naive))


def save_erasure_before_keys(engine: Engine) -> None:
    upgrade(engine, "0006")
    with engine.begin() as connection:
        erased = {"platform": 1, "user": 31_415, "course": 0, "log": 77, "at": NOW.replace(tzinfo=None)}
        connection.execute(
            text("INSERT INTO platform (id, name, moodle_url, created_at) VALUES (1, 'T', 'https://m.example', :at)"),
            erased,
        )
        connection.execute(
            text(
                "INSERT INTO erasure (platform_id, moodle_user_id, moodle_course_id, log_to, erased_at)"
                " VALUES (:platform, :user, :course, :log, :at)"
            ),
            erased,
        )


def test_erasures_of_before_become_marks_that_name_nobody(
    empty_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_erasure_before_keys(empty_engine)
    monkeypatch.setenv("LEA_SECRET_KEY", "s" * 40)
    upgrade(empty_engine)

    with reading(make_sessions(empty_engine)) as db:
        (mark,) = load_tombstones(db)
    assert mark.user_key == make_user_keys(1, "https://m.example", "s" * 40).of(31_415)
    assert (mark.moodle_course_id, mark.log_to) == (0, 77)
    assert "erasure" not in inspect(empty_engine).get_table_names()


def test_erasures_of_before_are_not_lost_where_the_key_is_missing(
    empty_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_erasure_before_keys(empty_engine)
    monkeypatch.delenv("LEA_SECRET_KEY", raising=False)

    with pytest.raises(SettingsError, match="LEA_SECRET_KEY"):
        upgrade(empty_engine)

    with empty_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM erasure")).scalar() == 1


LAST_YEAR = (
    "INSERT INTO platform (id, name, moodle_url, created_at)"
    " VALUES (1, 'Test', 'https://moodle.example', '2026-09-01')",
    "INSERT INTO teaching_calendar (id, platform_id, name, week_count, version, scope)"
    " VALUES (1, 1, 'Term', 12, 'old', 'platform'), (2, 1, 'Term', 11, 'new', 'platform')",
    "INSERT INTO person (id, platform_id, moodle_user_id, idnumber, given_name, family_name, full_name, is_suspended)"
    " VALUES (1, 1, 3, '', 'Ada', 'A', 'Ada A', false)",
    *(
        "INSERT INTO course (id, platform_id, moodle_course_id, shortname, fullname, idnumber, starts_on, group_mode,"
        f" backfilled_to) VALUES ({number}, 1, {number + 1}, 'C', 'Course', '', '{start}', 0, 0)"
        for number, start in ((1, "2026-09-23"), (2, "2025-09-24"))
    ),
    "INSERT INTO school (id, platform_id, code, name) VALUES (1, 1, 'S', 'School')",
    "INSERT INTO school_process (id, platform_id, school_id, version, document, digest, published_by, published_at)"
    " VALUES (1, 1, 1, '1', '{}', 'd', 'Dr M', '2025-09-01')",
    *(
        "INSERT INTO evaluation (course_id, person_id, week_no, as_of, is_week_counted, shown_band, clock_days,"
        " concern_reasons, overdue_task_ids, sentence, inputs, unused_markers, level_version, calendar_version,"
        f" code_version, made_at) VALUES ({course}, 1, {week}, '{sunday}', true, 'b', 0, '[]', '[]', '', '{{}}', '[]',"
        f" '1', '{version}', '1', '2025-10-06')"
        for course, week, sunday, version in (
            (1, 1, "2025-09-28", "old"),
            (1, 2, "2025-10-05", "old"),
            (1, 3, "2026-10-11", "new"),
            (2, 1, "2025-09-28", "old"),
        )
    ),
    *(
        "INSERT INTO concern (id, platform_id, course_id, person_id, week_no, as_of, level_version, rule_version,"
        f" process_id, reasons, evidence, opened_at) VALUES ({week}, 1, 1, 1, {week}, '{sunday}', '1', '1', 1, '[]',"
        " '{}', '2026-10-12')"
        for week, sunday in ((2, "2025-10-05"), (3, "2026-10-11"))
    ),
    *(
        "INSERT INTO dispute (id, course_id, person_id, week_no, text, made_at, paused_until)"
        f" VALUES ({number}, 1, 1, {week}, 'No.', '{at}', '2026-10-12')"
        for number, week, at in ((1, 1, "2025-10-01"), (2, 2, "2026-09-24"), (3, 3, "2026-10-12"), (4, 4, "2026-10-13"))
    ),
    "INSERT INTO figure_pool (course_id, pool_no, size, made_as_of)"
    " VALUES (1, 1, 10, '2025-10-05'), (1, 2, 10, '2026-10-11')",
    "INSERT INTO figure_member (course_id, person_id, pool_no) VALUES (1, 1, 2)",
    *(
        "INSERT INTO frozen_opening (course_id, as_of, week_no, learners, items, made_at)"
        f" VALUES (1, '{sunday}', {week}, 20, '{{}}', '2026-10-12')"
        for week, sunday in ((2, "2025-10-05"), (3, "2026-10-11"))
    ),
)
RUNS = {
    "SELECT id, run_no FROM course ORDER BY id": [(1, 2), (2, 1)],
    "SELECT course_id, week_no, run_no FROM evaluation ORDER BY course_id, week_no": [
        (1, 1, 1),
        (1, 2, 1),
        (1, 3, 2),
        (2, 1, 1),
    ],
    "SELECT id, run_no FROM concern ORDER BY id": [(2, 1), (3, 2)],
    "SELECT id, run_no FROM dispute ORDER BY id": [(1, 1), (2, 1), (3, 2), (4, 2)],
    "SELECT pool_no, run_no FROM figure_pool ORDER BY pool_no": [(1, 1), (2, 2)],
    "SELECT run_no FROM figure_member": [(2,)],
    "SELECT week_no, run_no FROM frozen_opening ORDER BY week_no": [(2, 1), (3, 2)],
}


def read_rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_weeks_of_last_year_become_those_of_a_first_run_and_do_not_go_back(empty_engine: Engine) -> None:
    upgrade(empty_engine, "0019")
    with empty_engine.begin() as connection:
        for statement in LAST_YEAR:
            connection.exec_driver_sql(statement)

    upgrade(empty_engine)

    for query, wanted in RUNS.items():
        assert read_rows(empty_engine, query) == wanted
    with reading(make_sessions(empty_engine)) as db:
        run = db.scalars(select(CourseRun)).one()
        assert (run.course_id, run.run_no, run.calendar_id) == (1, 1, 1)
        days = (run.first_monday, run.last_sunday, run.ended_on)
        ended_at = run.ended_at
    assert days == (date(2025, 9, 22), date(2025, 10, 5), date(2026, 9, 21))
    assert ended_at == datetime(2026, 9, 20, 23, tzinfo=UTC)  # midnight in London's summer time
    for table in ("evaluation", "frozen_opening"):
        with pytest.raises(DatabaseError, match="immutable"), empty_engine.begin() as connection:
            connection.execute(text(f"UPDATE {table} SET week_no = 9"))
    with pytest.raises(RuntimeError, match="second run"):
        downgrade(empty_engine, "0019")
    upgrade(empty_engine)
    check_version(empty_engine)
    for query, wanted in RUNS.items():
        assert read_rows(empty_engine, query) == wanted


def test_rows_of_one_run_go_back_and_forward_and_stay_guarded(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    save_evaluation(make_sessions(empty_engine))
    query = "SELECT course_id, person_id, week_no, percent FROM evaluation"
    for move, revision in ((downgrade, "0019"), (upgrade, "head")):
        move(empty_engine, revision)
        assert read_rows(empty_engine, query) == [(1, 1, 2, 50)]
        with pytest.raises(DatabaseError, match="immutable"), empty_engine.begin() as connection:
            connection.execute(text("UPDATE evaluation SET percent = 9"))
