"""Other tools read views of frozen figures, suppressed as on the pages; no migration changes a released one."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

import migrations
from analytics.disclosure.openings import tell
from bridge.describe.views import VIEWS
from bridge.schema.engagement import FrozenFigure, FrozenOpening
from bridge.schema.platforms import Platform
from bridge.schema.records import Programme, School
from bridge.schema.teaching import Activity, Course
from bridge.store.database import Sessions, make_engine, writing
from bridge.store.migrations import downgrade, upgrade
from tests.databases import PostgresCluster

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SUNDAY = date(2026, 10, 4)
MIGRATIONS = Path(migrations.__file__).parent
History = list[tuple[str, Mapping[str, str]]]
RETIRED: Mapping[str, str] = {}
"""View → the revision that took it away, after its readers were told."""
RELEASED = {
    "bi_figures_v1": "5ad5c824652485c09b57bf5f32db7d383af9183cbd0692f58b099369b4c81f38",
    "bi_openings_v1": "a00cdb1be05c38dd8a1384b65c5b1994472c4c250fb275088480874f322091b1",
}
"""View → digest of what SQLite keeps of its definition: a migration that was released is not written anew either."""
ITEMS = {7: (9, 12), 8: (21, 40), 9: (-2, 31), 10: (10, 30), 11: (13, 27), 12: (15, 15)}


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


def save_world(sessions: Sessions) -> None:
    with writing(sessions) as db:
        db.add(Platform(id=1, name="Test", moodle_url="https://moodle.example", created_at=NOW))
        db.flush()
        db.add(School(id=4, platform_id=1, code="BIO", name="Biology"))
        db.flush()
        db.add(Programme(id=6, platform_id=1, school_id=4, code="B1", name="Botany"))
        for number, name in ((1, "Large"), (2, "Small")):
            course = Course(id=number, platform_id=1, moodle_course_id=number + 10, shortname=name[0], fullname=name)
            course.starts_on = date(2026, 9, 21)
            db.add(course)
        db.flush()
        for cmid in ITEMS:
            shown = {"is_visible": cmid != 9, "is_own": cmid == 12, "modname": "label" if cmid == 11 else "page"}
            db.add(Activity(course_id=1, cmid=cmid, name=f"Item {cmid}", **shown))
        figures = {"learners": 40, "places": 40, "meeting": None, "well_below": 0}
        for scope, scope_id, part in (("course", 1, "all"), ("course", 1, "programme:6"), ("school", 4, "all")):
            row = {"platform_id": 1, "as_of": SUNDAY, "scope": scope, "scope_id": scope_id, "part": part}
            db.add(FrozenFigure(**row, figures=figures, made_at=NOW))
        items = {str(cmid): list(counts) for cmid, counts in ITEMS.items()}
        for number, learners in ((1, 40), (2, 19)):
            row = {"course_id": number, "as_of": SUNDAY, "week_no": 2, "learners": learners, "items": items}
            db.add(FrozenOpening(**row, made_at=NOW))


def read(engine: Engine, statement: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(statement)).mappings()]


def read_views(engine: Engine) -> dict[str, str]:
    """Return each view with its definition as the database keeps it, types of its columns included."""
    if engine.dialect.name == "sqlite":
        rows = read(engine, "SELECT name, sql FROM sqlite_master WHERE type = 'view'")
        return {row["name"]: row["sql"] for row in rows}
    rows = read(engine, "SELECT viewname, definition FROM pg_views WHERE schemaname = current_schema()")
    types = {row["viewname"]: inspect(engine).get_columns(row["viewname"]) for row in rows}
    return {
        row["viewname"]: row["definition"] + str([(one["name"], str(one["type"])) for one in types[row["viewname"]]])
        for row in rows
    }


def find_broken(history: History, retired: Mapping[str, str]) -> list[str]:
    """Return what a migration did to a view that was released before: changed it, or took it away unsaid."""
    broken, known = [], dict[str, str]()
    for revision, views in history:
        changed = [name for name, was in known.items() if views.get(name, was) != was]
        gone = [name for name in known if name not in views and retired.get(name) != revision]
        broken += [f"{revision} changes {name}" for name in changed] + [f"{revision} drops {name}" for name in gone]
        known = dict(views)
    return broken


def test_no_migration_changes_a_released_view(empty_engine: Engine) -> None:
    revisions = [one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
    history: History = []
    for revision in revisions:
        upgrade(empty_engine, revision)
        history.append((revision, read_views(empty_engine)))
    assert find_broken(history, RETIRED) == []
    assert set(history[-1][1]) == {view.name for view in VIEWS}
    if empty_engine.dialect.name == "sqlite":
        digests = {name: hashlib.sha256(sql.encode()).hexdigest() for name, sql in history[-1][1].items()}
        assert digests == RELEASED


def test_a_change_without_a_new_version_would_be_found() -> None:
    history: History = [("1", {"a_v1": "x"}), ("2", {"a_v1": "y"}), ("3", {"b_v1": "z"}), ("4", {})]
    assert find_broken(history, {"b_v1": "4"}) == ["2 changes a_v1", "3 drops a_v1"]


def test_the_views_have_the_columns_that_are_written_down(engine: Engine) -> None:
    for view in VIEWS:
        assert [one["name"] for one in inspect(engine).get_columns(view.name)] == list(view.columns)


def test_figures_are_told_as_they_were_frozen(engine: Engine, sessions: Sessions) -> None:
    save_world(sessions)
    course, part, school = read(engine, "SELECT * FROM bi_figures_v1 ORDER BY scope, part_programme_code IS NOT NULL")
    assert (course["code"], course["name"], course["moodle_course_id"]) == ("L", "Large", 11)
    assert (part["code"], part["part_programme_code"]) == ("L", "B1")
    assert (school["code"], school["name"], school["moodle_course_id"]) == ("BIO", "Biology", None)
    assert (course["learners"], course["meeting"], course["well_below"], course["raised"]) == (40, None, 0, None)


def test_openings_are_told_as_the_page_tells_them_and_never_counted(engine: Engine, sessions: Sessions) -> None:
    save_world(sessions)
    rows = {row["cmid"]: row for row in read(engine, "SELECT * FROM bi_openings_v1")}
    # Neither a label nor the tool's own activity, and nothing of 19 learners.
    assert sorted(rows) == [7, 8, 9, 10]
    for cmid, row in rows.items():
        week, so_far = (tell(count, 40) for count in ITEMS[cmid])
        assert (row["told_in_week"], row["percent_in_week"]) == (week.share.value, week.percent)
        assert (row["told_so_far"], row["percent_so_far"]) == (so_far.share.value, so_far.percent)
        assert bool(row["is_shown"]) is (cmid != 9)


@pytest.mark.parametrize("learners", [20, 21, 33, 40, 97, 100, 233])
def test_every_count_is_told_as_the_page_tells_it(engine: Engine, sessions: Sessions, learners: int) -> None:
    save_world(sessions)
    counts = range(-3, learners + 4)
    with writing(sessions) as db:
        db.query(FrozenOpening).delete()
        db.query(Activity).delete()
        db.add_all(Activity(course_id=1, cmid=one + 9, name="x", modname="page", is_visible=True) for one in counts)
        frozen = FrozenOpening(course_id=1, as_of=SUNDAY, week_no=2, learners=learners, made_at=NOW)
        frozen.items = {str(one + 9): [one, one] for one in counts}
        db.add(frozen)
    rows = read(engine, "SELECT * FROM bi_openings_v1")
    assert len(rows) == len(counts)
    for row in rows:
        told = tell(row["cmid"] - 9, learners)
        assert (row["told_in_week"], row["percent_in_week"]) == (told.share.value, told.percent)
        assert (row["told_so_far"], row["percent_so_far"]) == (told.share.value, told.percent)


LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None


def upgrade() -> None:
    for table in ("course", "activity", "frozen_figure", "frozen_opening", "school", "programme", "platform"):
        with op.batch_alter_table(table, recreate="{recreate}") as batch:
            batch.add_column(sa.Column("something_new", sa.Integer()))


def downgrade() -> None:
    pass
"""


def test_a_later_migration_may_make_the_tables_below_anew(engine: Engine, sessions: Sessions, tmp_path: Path) -> None:
    save_world(sessions)
    before = read(engine, "SELECT * FROM bi_openings_v1 ORDER BY cmid")
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    recreate = "always" if engine.dialect.name == "sqlite" else "auto"
    (folder / "versions" / "9999_later.py").write_text(LATER.format(head=head, recreate=recreate))
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
    assert read(engine, "SELECT * FROM bi_openings_v1 ORDER BY cmid") == before
    assert "something_new" in {one["name"] for one in inspect(engine).get_columns("course")}


def test_the_views_go_and_come_back_with_rows_in_place(engine: Engine, sessions: Sessions) -> None:
    save_world(sessions)
    before = read(engine, "SELECT * FROM bi_figures_v1 ORDER BY scope, part_programme_code")
    downgrade(engine, "0017")
    assert read_views(engine) == {}
    upgrade(engine)
    assert read(engine, "SELECT * FROM bi_figures_v1 ORDER BY scope, part_programme_code") == before
