"""The download is read in every form Moodle writes; anything else is refused with what to do."""

import json
from pathlib import Path

import pytest

from bridge.sources.errors import SourceRefused
from bridge.sources.moodle_log.events import find_event, load_event_table
from bridge.sources.moodle_log.rows import HEADINGS, read_rows
from tests.bridge.sources.moodle_log.files import CSV_OF_COURSE_2, VIEWED, unpack, write_log


def test_no_row_keeps_the_address(tmp_path: Path) -> None:
    rows = list(read_rows(unpack(CSV_OF_COURSE_2, tmp_path)))
    assert any(row.had_address for row in rows)
    assert not any("127.0.0.1" in repr(row) for row in rows)


def test_a_file_without_the_address_column_is_taken(tmp_path: Path) -> None:
    headings = tuple(name for name in HEADINGS.values() if name != "IP address")
    [row] = read_rows(write_log(tmp_path / "log.csv", VIEWED, headings=headings))
    assert not row.had_address


def test_the_order_of_the_columns_does_not_matter(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", VIEWED, headings=tuple(reversed(HEADINGS.values())))
    [row] = read_rows(path)
    assert (row.event_name, row.origin) == ("Course module viewed", "web")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_marks_at_the_start_and_other_separators_are_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "log.csv"
    lines = [delimiter.join(f'"{cell}"' for cell in cells) for cells in (HEADINGS.values(), VIEWED.values())]
    path.write_text("\r\n".join(lines), encoding=encoding)
    [row] = read_rows(path)
    assert row.description == VIEWED["Description"]


def test_a_file_with_headings_alone_has_no_rows(tmp_path: Path) -> None:
    assert list(read_rows(write_log(tmp_path / "log.csv"))) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "missing columns"),
        (b"PK\x03\x04spreadsheet", "spreadsheet"),
        ("Zeit,Vollständiger Name,Betroffen\n1,2,3\n".encode(), "English"),
        (",".join([*HEADINGS.values(), "Ethnicity"]).encode(), "'Ethnicity'"),
        (",".join([*HEADINGS.values(), "Time"]).encode(), "twice"),
        (b"Time,User full name\n", "missing columns: Affected user"),
        (",".join(HEADINGS.values()).encode() + b"\n\xff\xfe\xfa", "UTF-8"),
        (b'[[{"time": "1"', "too early"),
        (b"[[]]", "no rows"),
        (b'[[{"time": "1", "mark": 2}]]', "'mark'"),
    ],
)
def test_another_file_is_refused_with_what_to_do(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    with pytest.raises(SourceRefused, match=said):
        list(read_rows(path))


def test_the_table_of_events_names_each_event_once_and_knows_those_of_core() -> None:
    table = load_event_table()
    assert len(table) > 580
    assert {event.edulevel for event in table.values()} == {0, 1, 2}
    found = find_event("Quiz", "Quiz attempt submitted", "")
    assert found is not None
    assert (found.name, found.edulevel) == (r"\mod_quiz\event\attempt_submitted", 2)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("x" * 200_000 + ",b\n", "is broken"),
        ('"' + "x" * 200_000, "is broken"),
        ("[[" + '{"a":' * 20_000, "lies too deep"),
        ('[[{"time":' + "[" * 20_000, "lies too deep"),
    ],
)
def test_a_file_that_breaks_a_reader_is_refused_in_words(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "log"
    path.write_text(content)
    with pytest.raises(SourceRefused, match=said):
        list(read_rows(path))


def test_text_that_cannot_be_stored_or_shown_is_cleaned(tmp_path: Path) -> None:
    changed = VIEWED | {"Event context": "Quiz: a\0b", "Component": "\x1b[31mX"}
    (row,) = read_rows(write_log(tmp_path / "log.csv", changed))
    assert (row.context, row.component) == ("Quiz: ab", "[31mX")
    names = {heading: name for name, heading in HEADINGS.items()}
    path = tmp_path / "log.json"
    path.write_text(json.dumps([[{names[key]: f"{value}\ud800" for key, value in VIEWED.items()}]]))
    (row,) = read_rows(path)
    row.context.encode()
