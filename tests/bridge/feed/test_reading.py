"""A student-record file is read by an allow-list of columns, and each row that does not fit is named by its line."""

from pathlib import Path

import pytest

from bridge.feed.columns import COLUMNS, NAMES_COLUMNS
from bridge.feed.errors import FeedRefused
from bridge.feed.reading import FeedRow, read_feed
from bridge.sources.forbidden import FORBIDDEN
from tests.bridge.feed.files import CLEO, HEADER, LENA, write_feed

ROOT = Path(__file__).parents[3]


def test_a_row_is_read_as_typed_values(tmp_path: Path) -> None:
    found = read_feed(write_feed(tmp_path, LENA))
    assert found.rejected == ()
    assert found.rows == (
        FeedRow(
            line=2,
            student_number="260000001",
            home_school="EMS",
            programme="MATHS",
            programme_name="Mathematics BSc",
            credits=120,
            is_part_time=False,
            is_research=False,
            adviser="STAFF1",
            adviser_name="Anna Adviser",
            status="active",
        ),
    )


def test_columns_may_stand_in_any_order_with_a_byte_order_mark_and_the_names_left_out(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    header = "status,adviser,research,part_time,credits,programme,home_school,student_number"
    path.write_text(f"{header}\nactive,,yes,no,,,EMS, 007 \n", encoding="utf-8-sig")
    (row,) = read_feed(path).rows
    assert (row.student_number, row.programme, row.credits, row.adviser) == ("007", None, None, None)
    assert row.is_research
    assert (row.programme_name, row.adviser_name) == ("", "")


@pytest.mark.parametrize("column", sorted({name for names in FORBIDDEN.values() for name in names}))
def test_a_forbidden_column_is_refused_by_name_with_the_reason(tmp_path: Path, column: str) -> None:
    with pytest.raises(FeedRefused, match=f"The column {column} is refused: "):
        read_feed(write_feed(tmp_path, f"{LENA},secret-value", header=f"{HEADER},{column}"))


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (f"{HEADER},favourite_colour", "'favourite_colour' is not known"),
        (HEADER.replace("credits", "status"), "The column status is there twice"),
        (HEADER.replace(",credits", ""), "The column credits is missing"),
        (HEADER.upper(), "'STUDENT_NUMBER' is not known"),
    ],
)
def test_any_other_header_is_refused_and_nothing_is_read(tmp_path: Path, header: str, said: str) -> None:
    with pytest.raises(FeedRefused, match=said):
        read_feed(write_feed(tmp_path, LENA, header=header))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (LENA.replace("260000001", ""), "student_number: has not 1 to 255 characters"),
        (LENA.replace("260000001", "26\x000001"), "student_number: has characters that cannot be shown"),
        (LENA.replace("EMS", ""), "home_school: has not 1 to 50 characters"),
        (LENA.replace(",120,", ",lots,"), "credits: is not a whole number"),
        (LENA.replace(",120,", ",361,"), "credits: is not within 0 to 360"),
        (LENA.replace(",no,no,", ",perhaps,no,"), "part_time: is neither yes nor no"),
        (LENA.replace(",no,no,", ",no,,"), "research: is neither yes nor no"),
        (LENA.replace("active", "expelled"), "status: is none of active, interrupted, withdrawn, completed"),
        ("260000001,EMS", "has fewer cells than the header"),
        (f"{LENA},one-too-many", "has more cells than the header"),
        (LENA.replace("Mathematics BSc", '"Two\nlines"'), "has a line break inside a cell"),
    ],
)
def test_a_row_that_does_not_fit_is_named_by_line_and_reason_and_the_others_are_read(
    tmp_path: Path, line: str, reason: str
) -> None:
    found = read_feed(write_feed(tmp_path, CLEO, line))
    assert [(one.line, one.reason) for one in found.rejected] == [(3, reason)]
    assert [row.line for row in found.rows] == [2]


def test_a_student_number_stands_once_in_a_file(tmp_path: Path) -> None:
    found = read_feed(write_feed(tmp_path, LENA, "", LENA))
    assert [row.line for row in found.rows] == [2]
    assert [(one.line, one.reason) for one in found.rejected] == [(4, "student_number: stands in line 2 already")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        ("Schüler\n".encode("latin-1"), "is not UTF-8"),
        (f'{HEADER}\n"{LENA}\n'.encode(), "a quotation mark is open"),
    ],
)
def test_what_is_no_table_is_refused_without_repeating_it(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "feed.csv"
    path.write_bytes(content)
    with pytest.raises(FeedRefused, match=said) as refused:
        read_feed(path)
    assert "260000001" not in str(refused.value)


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    folded = LENA.replace("Mathematics BSc", '"Two\nlines"')
    found = read_feed(write_feed(tmp_path, folded, CLEO))
    assert [one.line for one in found.rejected] == [2]
    assert [row.line for row in found.rows] == [4]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedRefused, match="No such file"):
        read_feed(tmp_path / "none.csv")


def test_a_header_alone_gives_no_row(tmp_path: Path) -> None:
    found = read_feed(write_feed(tmp_path))
    assert (found.rows, found.rejected) == ((), ())


def test_the_documented_schema_is_the_one_that_is_read() -> None:
    page = (ROOT / "docs" / "student-record-feed.md").read_text(encoding="utf-8")
    for name, meaning in {**COLUMNS, **NAMES_COLUMNS}.items():
        assert f"| `{name}` | {meaning} |" in page
    for why, names in FORBIDDEN.items():
        assert f"- {', '.join(f'`{name}`' for name in names)}: {why}." in page
