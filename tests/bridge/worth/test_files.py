"""Files of outcomes and groups are read by name of column; what does not fit is named by line, never by value."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from bridge.sources.errors import SourceRefused
from bridge.worth.errors import WorthRefused
from bridge.worth.files import Learner, Outcome, read_groups, read_outcomes


def write(folder: Path, text: str) -> Path:
    """Write a file of lines."""
    path = folder / "file.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_outcomes_are_read_by_course_and_learner(tmp_path: Path) -> None:
    found = read_outcomes(write(tmp_path, "course_id,user_id,outcome,left_on\n2,7,Fail,\n2,8,withdrawn,2026-11-02\n"))
    assert found.by_learner == {
        (2, Learner("user_id", "7")): Outcome("fail", None),
        (2, Learner("user_id", "8")): Outcome("withdrawn", date(2026, 11, 2)),
    }
    assert found.rejected == ()


def test_parquet_tells_the_same_as_csv(tmp_path: Path) -> None:
    rows = {"course_id": [2, 2], "user_id": [7, 8], "outcome": ["fail", "pass"], "left_on": [date(2026, 11, 2), None]}
    pd.DataFrame(rows).to_parquet(tmp_path / "file.parquet")
    lines = "course_id,user_id,outcome,left_on\n2,7,fail,2026-11-02\n2,8,pass,\n"
    assert read_outcomes(tmp_path / "file.parquet") == read_outcomes(write(tmp_path, lines))


def test_lines_that_do_not_fit_are_left_out_by_line_and_column(tmp_path: Path) -> None:
    lines = ["course_id,idnumber,outcome,left_on", "2,A1,fail,", "two,A2,fail,", "2,,fail,", "2,A3,,", "2,A1,pass,"]
    found = read_outcomes(write(tmp_path, "\n".join([*lines, "2,A4,pass,2 Nov", "2,A5"]) + "\n"))
    assert [key[1].value for key in found.by_learner] == ["A1"]
    assert [reason.partition(":")[0] for reason in found.rejected] == [f"line {line}" for line in (3, 4, 5, 6, 7, 8)]
    assert "course_id is not a number" in found.rejected[0]
    assert "idnumber is empty" in found.rejected[1]
    assert not any(value in reason for reason in found.rejected for value in ("A2", "A3", "A4", "A5", "two", "2 Nov"))


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("course_id,user_id,idnumber,outcome", "not both"),
        ("course_id,outcome", "user_id or idnumber"),
        ("course_id,user_id", "outcome is missing"),
        ("course_id,user_id,outcome,grade", "'grade' is not known"),
        ("course_id,user_id,outcome,outcome", "outcome is there twice"),
    ],
)
def test_a_header_that_does_not_fit_refuses_the_file(tmp_path: Path, header: str, said: str) -> None:
    with pytest.raises(WorthRefused, match=said):
        read_outcomes(write(tmp_path, header + "\n"))


def test_a_file_that_is_not_there_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="cannot be read"):
        read_outcomes(tmp_path / "none.csv")


def test_groups_are_read_by_column_and_empty_cells_are_unknown(tmp_path: Path) -> None:
    groups = read_groups(write(tmp_path, "user_id,study,travel\n7,day,\n8,evening,far\n"))
    assert groups.by_column == {
        "study": {Learner("user_id", "7"): "day", Learner("user_id", "8"): "evening"},
        "travel": {Learner("user_id", "8"): "far"},
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user_id\n7\n", "0 columns of groups"),
        ("user_id," + ",".join(f"c{number}" for number in range(13)) + "\n", "13 columns"),
        ("user_id,study\n7,day\n7,evening\n", "Line 3 names no learner, or one who stands"),
        ("user_id,study\n,day\n", "Line 2 names no learner"),
        ("user_id,study\n7\n", "cannot be read"),
        ("user_id,mark\n" + "".join(f"{number},{number}\n" for number in range(1, 42)), "no grouping"),
        ("user_id,study,study\n7,day,day\n", "study is there twice"),
    ],
)
def test_a_file_that_is_no_grouping_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(WorthRefused, match=said):
        read_groups(write(tmp_path, text))
