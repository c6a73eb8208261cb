"""CSV and Parquet files are taken apart alike, in chunks, and every row keeps its line."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from bridge.sources import tables
from bridge.sources.errors import SourceRefused
from bridge.sources.tables import Chunk, Rejected, open_table


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path, *wanted: str) -> list[Chunk]:
    return list(open_table(path).chunks(wanted))


def rows_of(chunks: list[Chunk], name: str) -> list[tuple[int, str]]:
    return [
        (line, chunk.columns[name].values[code])
        for chunk in chunks
        for line, code in zip(chunk.lines.tolist(), chunk.columns[name].codes.tolist(), strict=True)
    ]


def rejected_of(chunks: list[Chunk]) -> list[Rejected]:
    return [row for chunk in chunks for row in chunk.rejected]


def test_cells_keep_their_line_whatever_stands_before_them(tmp_path: Path) -> None:
    chunks = read(write(tmp_path, "\ufeffa, b\n1,x\n2\n3,y,z\n\n5,é\n"), "a", "b")
    assert [row for row in rows_of(chunks, "a") if row[1]] == [(2, "1"), (6, "5")]
    assert rows_of(chunks, "b")[-1] == (6, "é")
    assert rejected_of(chunks) == [
        Rejected(3, "has fewer cells than the header"),
        Rejected(4, "has more cells than the header"),
    ]


def test_lines_are_right_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "CSV_BLOCK", 64)
    lines = [f"{number}" if number % 7 == 0 else f"{number},x" for number in range(2, 202)]
    chunks = read(write(tmp_path, "\n".join(["a,b", *lines, "202", ""])), "a")
    assert len(chunks) > 5
    assert [(line, str(line)) for line in range(2, 202) if line % 7] == rows_of(chunks, "a")
    assert [row.line for row in rejected_of(chunks)] == [*range(7, 202, 7), 202]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = 'a,b\n1,"x\ny"\n2,x\n"3\n"\n4,x\n5\n6,x\n'
    for block in (20, 1_000):
        monkeypatch.setattr(tables, "CSV_BLOCK", block)
        chunks = read(write(tmp_path, content), "a", "b")
        assert rows_of(chunks, "a") == [(2, "1"), (4, "2"), (7, "4"), (9, "6")]
        assert [row.line for row in rejected_of(chunks)] == [5, 8]


def test_a_cell_may_hold_commas_and_quotation_marks(tmp_path: Path) -> None:
    chunks = read(write(tmp_path, 'a,b\n"x, ""y""",2\n'), "a")
    assert rows_of(chunks, "a") == [(2, 'x, "y"')]


def test_a_file_with_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert rows_of(read(write(tmp_path, "a,b\n"), "a"), "a") == []


def test_columns_that_are_not_wanted_are_not_read(tmp_path: Path) -> None:
    (chunk, _) = read(write(tmp_path, "a,b\n1,2\n"), "b")
    assert set(chunk.columns) == {"b"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ('a,b\n"1,2\n3,4\n', "a quotation mark is open"),
        ("a;b\n1;2\n", "separated by semicolons"),
        (b"a,b\n\xff,2\n", "not UTF-8"),
        (b"a\xff,b\n1,2\n", "not UTF-8"),
        (b"PAR1 but not really", "damaged"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(SourceRefused, match=said):
        read(write(tmp_path, content), "a")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="cannot be read"):
        open_table(tmp_path / "nothing.csv")


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (pa.array([[1], [2]]), "no table"),
        (pa.array([{"x": 1}]), "no table"),
        (pa.array([2**30], pa.date32()), "no table"),
        (pa.array([2**62], pa.duration("s")), "no table"),
        (pa.array([b"\xff\xfe"]).view(pa.string()), "not UTF-8"),
        (pa.array([b"\xff\xfe"]), "not UTF-8"),
    ],
)
def test_a_parquet_column_that_holds_no_plain_cells_is_refused(tmp_path: Path, column: Any, said: str) -> None:
    path = tmp_path / "file.parquet"
    pyarrow.parquet.write_table(pa.table({"a": column}), path)
    with pytest.raises(SourceRefused, match=said):
        read(path, "a")


def test_parquet_text_without_its_mark_is_text(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    pyarrow.parquet.write_table(pa.table({"a": ["é".encode()]}), path)
    assert rows_of(read(path, "a"), "a") == [(2, "é")]


def test_a_small_parquet_file_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "LARGEST_PIECE", 1_000_000)
    path = tmp_path / "file.parquet"
    pyarrow.parquet.write_table(pa.table({"a": ["x" * 2_000_000]}), path, compression="zstd")
    assert path.stat().st_size < 10_000
    with pytest.raises(SourceRefused, match="Nothing was read"):
        open_table(path)


def test_a_long_text_that_many_parquet_rows_share_is_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    long = pa.table({"a": ["x" * 30_000] * 5_000})
    pyarrow.parquet.write_table(long, path, compression="zstd", store_schema=False)
    del long
    before = pa.total_allocated_bytes()
    for chunk in open_table(path).chunks(["a"]):
        assert len(chunk.lines) == 5_000
        assert pa.total_allocated_bytes() - before < 20_000_000


def test_parquet_gives_the_same_text_as_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PARQUET_ROWS", 2)
    path = tmp_path / "file.parquet"
    frame = pd.DataFrame(
        {
            "number": [1, 2, 3],
            "with_gaps": [1.0, None, 3.0],
            "day": [date(2026, 10, 1), date(2026, 10, 2), None],
            "at": [datetime(2026, 10, 1), datetime(2026, 10, 2, 14, 30), pd.NaT],  # noqa: DTZ001 (as files have it)
            "yes": [True, False, True],
            "kind": pd.Categorical(["x", "y", "x"]),
        }
    )
    frame.to_parquet(path, index=False)
    chunks = read(path, *frame.columns)
    assert len(chunks) == 2
    assert {name: [text for _, text in rows_of(chunks, name)] for name in frame.columns} == {
        "number": ["1", "2", "3"],
        "with_gaps": ["1", "", "3"],
        "day": ["2026-10-01", "2026-10-02", ""],
        "at": ["2026-10-01", "2026-10-02T14:30:00", ""],
        "yes": ["yes", "no", "yes"],
        "kind": ["x", "y", "x"],
    }
    assert [line for line, _ in rows_of(chunks, "kind")] == [2, 3, 4]
