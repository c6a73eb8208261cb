"""Files are safe to open in a spreadsheet, are UTF-8, and keep every text."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest

from lti.panels.downloads import make_csv, make_json, neutralise


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("before", ["", " ", "\0", " \0 "])
def test_a_cell_that_begins_like_a_formula_is_made_text(start: str, before: str) -> None:
    cell = neutralise(f"{before}{start}cmd|' /C calc'!A0")

    assert cell == f"'{before}{start}cmd|' /C calc'!A0".replace("\0", "")


@pytest.mark.parametrize("cell", ["", "Cell Biology", "a=b", "Zoë, 12 May", "{}", "'quoted"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert neutralise(cell) == cell


def test_a_csv_file_is_marked_as_utf_8_and_reads_back_whole() -> None:
    rows = [("Zoë", 'says "no", and\nmore', "=1+1"), ("", "😀", "x")]

    content = make_csv(("Name", "-Words", "Third"), rows)

    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read == [["Name", "'-Words", "Third"], ["Zoë", 'says "no", and\nmore', "'=1+1"], ["", "😀", "x"]]


def test_half_a_character_breaks_no_file() -> None:
    assert b"?" in make_csv(("a",), [("\ud800",)])


def test_json_writes_days_and_instants_as_the_standard_does() -> None:
    content = make_json({"day": date(2026, 11, 6), "at": datetime(2026, 11, 6, 14, tzinfo=UTC)})

    assert json.loads(content) == {"day": "2026-11-06", "at": "2026-11-06T14:00:00+00:00"}


def test_json_refuses_what_it_has_no_form_for() -> None:
    with pytest.raises(TypeError, match="no plain form for object"):
        make_json({"what": object()})
