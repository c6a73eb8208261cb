"""A file is held to its kind's columns, and each row to what its cells may hold; nothing of a cell is repeated."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bridge.sources.checking import open_reader
from bridge.sources.contract import Rows, Source
from bridge.sources.errors import SourceRefused
from bridge.sources.forbidden import WHY_FORBIDDEN
from bridge.sources.registry import SOURCES, find_source
from bridge.sources.tables import Rejected
from tests.bridge.sources.site import FILES

TODAY = date(2026, 11, 22)
TABLES = [source for source in SOURCES if source.open is None]


def read(folder: Path, kind: str, *lines: str) -> tuple[list[dict[str, object]], list[Rejected], Sequence[str]]:
    """Return rows, rejected lines and dropped columns of a file."""
    path = folder / "file.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    source = find_source(kind)
    assert source is not None
    reader = open_reader(path, source.columns, kind, TODAY)
    chunks: list[tuple[Rows, Sequence[Rejected]]] = list(reader.rows())
    rows = [record for found, _ in chunks for _, record in found.records()]
    return rows, [row for _, rejected in chunks for row in rejected], reader.dropped


@pytest.mark.parametrize("source", TABLES, ids=lambda source: source.kind)
def test_every_kind_takes_its_example_whole(source: Source, tmp_path: Path) -> None:
    rows, rejected, dropped = read(tmp_path, source.kind, *FILES[source.kind])
    assert (len(rows), rejected, list(dropped)) == (len(FILES[source.kind]) - 1, [], [])


@pytest.mark.parametrize("source", TABLES, ids=lambda source: source.kind)
def test_an_unknown_column_is_refused_and_a_forbidden_one_dropped(source: Source, tmp_path: Path) -> None:
    head, *lines = FILES[source.kind]
    with pytest.raises(SourceRefused, match="'shoe_size' is not known"):
        read(tmp_path, source.kind, f"{head},shoe_size", *(f"{line},44" for line in lines))
    rows, rejected, dropped = read(tmp_path, source.kind, f"{head},IP Address", *(f"{line},10.1.2.3" for line in lines))
    assert (len(rows), rejected, list(dropped)) == (len(lines), [], ["IP Address"])
    assert not any("10.1.2.3" in str(value) for row in rows for value in row.values())


@pytest.mark.parametrize("source", TABLES, ids=lambda source: source.kind)
def test_no_kind_asks_for_what_may_not_come_in(source: Source) -> None:
    assert {column.name for column in source.columns}.isdisjoint(WHY_FORBIDDEN)


@pytest.mark.parametrize("source", TABLES, ids=lambda source: source.kind)
def test_a_column_that_is_missing_or_twice_is_named(source: Source, tmp_path: Path) -> None:
    head = FILES[source.kind][0].split(",")
    needed = next(column.name for column in source.columns if column.is_needed)
    with pytest.raises(SourceRefused, match=f"The column {needed} is missing"):
        read(tmp_path, source.kind, ",".join(name for name in head if name != needed))
    with pytest.raises(SourceRefused, match=f"The column {needed} is there twice"):
        read(tmp_path, source.kind, ",".join([*head, needed]))


@pytest.mark.parametrize("head", ["course_id,day,cmid", "course_id,user_id,idnumber,day,cmid"])
def test_a_learner_is_named_by_one_number(tmp_path: Path, head: str) -> None:
    with pytest.raises(SourceRefused, match="one of the columns user_id and idnumber"):
        read(tmp_path, "visits", head)


@pytest.mark.parametrize(
    ("kind", "line", "reason"),
    [
        ("visits", "x,101,2026-10-01,7", "course_id: is no whole number from 1 on"),
        ("visits", "5,,2026-10-01,7", "user_id: is empty"),
        ("visits", "5,0,2026-10-01,7", "user_id: is no whole number from 1 on"),
        ("visits", "5,101,01/10/2026,7", "day: is no date as 2026-11-22"),
        ("visits", "5,101,2026-02-30,7", "day: is no date as 2026-11-22"),
        ("visits", "5,101,0026-02-03,7", "day: is not within the years 1990 to 2100"),
        ("visits", "5,101,2026-11-23,7", "day: is in the future"),
        ("visits", "5,101,2026-11-22,-7", "cmid: is no whole number from 0 on"),
        ("visits", "5,101,2026-11-22", "has fewer cells than the header"),
        ("visits", "x,101,2027-11-22,7", "course_id: is no whole number from 1 on; day: is in the future"),
        ("submissions", "5,A1,7,yesterday", "handed_in_at: is no date as 2026-11-22"),
        ("submissions", "5,A1,7,2026-10-01T25:00", "is neither a date as 2026-11-22 nor a time"),
        ("submissions", "5,A1,7,2026-11-23T00:00", "handed_in_at: is in the future"),
        ("attendance", "5,101,L1,2026-10-12,late", "status: is none of attended, absent, excused"),
        ("attendance", f"5,101,{'x' * 101},2026-10-12,absent", "session: has not 1 to 100 characters"),
        ("attendance", "5,101,L\x071,2026-10-12,absent", "session: has characters that cannot be shown"),
        ("extensions", "5,A1,7,,perhaps", "excused: is neither yes nor no"),
    ],
)
def test_a_row_that_does_not_fit_says_why(tmp_path: Path, kind: str, line: str, reason: str) -> None:
    head, good, *_ = FILES[kind]
    rows, rejected, _ = read(tmp_path, kind, head, good, line, good)
    assert len(rows) == 2
    assert [(row.line, reason in row.reason) for row in rejected] == [(3, True)]


def test_empty_lines_are_no_rows(tmp_path: Path) -> None:
    head, good, *_ = FILES["visits"]
    rows, rejected, _ = read(tmp_path, "visits", head, "", ",,,", good, "")
    assert (len(rows), rejected) == (1, [])
