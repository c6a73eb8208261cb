"""A page of the log costs the same statements however many courses it touches; a quiet course puts none together."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Select, event

from benchmarks.databases import Place, postgres_place, sqlite_place
from benchmarks.generator import make_university
from benchmarks.ingest import Pages, ingest
from benchmarks.weeks import prepare
from bridge.sync.report import Tally
from bridge.sync.weeks import fold_weeks
from tests.databases import PostgresCluster


@contextmanager
def place_on(database: str, folder: Path, cluster: PostgresCluster, courses: int) -> Iterator[Place]:
    university = make_university(200, courses)
    if database == "sqlite":
        with sqlite_place(folder, f"of-{courses}", university) as place:
            yield place
    else:
        with postgres_place(cluster, university) as place:
            yield place


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_page_that_touches_many_courses_costs_no_more_statements(
    database: str, tmp_path: Path, postgres_cluster: PostgresCluster
) -> None:
    counts = []
    for courses in (2, 60):
        with place_on(database, tmp_path, postgres_cluster, courses) as place:
            pages = Pages(make_university(200, courses), place.folder())
            ingest(place, pages.folder, pages[0])
            assert len({fact[1] for fact in pages[1].facts}) > courses / 2
            statements: list[str] = []
            event.listen(place.engine, "before_cursor_execute", lambda *told, seen=statements: seen.append(told[2]))
            ingest(place, pages.folder, pages[1])
            counts.append(len(statements))
    assert counts[0] == counts[1] > 0


def test_courses_where_nobody_changed_put_no_statement_together(
    tmp_path: Path, postgres_cluster: PostgresCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[object, ...]] = []
    make = Select.__init__

    def note(statement: Select[object], *columns: object, **options: object) -> None:
        made.append(columns)
        make(statement, *columns, **options)  # type: ignore[arg-type] # whatever select() passes on

    counts = []
    for courses in (2, 20):
        with place_on("sqlite", tmp_path, postgres_cluster, courses) as place:
            prepare(place)
            fold_weeks(place.sync, Tally("weeks"))
            monkeypatch.setattr(Select, "__init__", note)
            made.clear()
            fold_weeks(place.sync, Tally("weeks"))
            monkeypatch.undo()
            counts.append(len(made))
    assert counts[0] == counts[1] > 0
