"""`lea evaluate` shows and keeps the same suppressed report."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from tests.bridge.worth.past_site import PastSite, make_past_site
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.worlds.recorded import recorded
from tests.lti.commands.console import Console


@pytest.fixture
def past_site(tmp_path: Path, sqlite_template: Path) -> Iterator[PastSite]:
    """The commands alone are asked here: one database is enough."""
    with DemoVle(recorded()) as vle:
        yield make_past_site(Console(vle, tmp_path, f"sqlite:///{tmp_path}/lea.sqlite3"), tmp_path)


def test_it_shows_and_keeps_what_the_number_was_worth(past_site: PastSite, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    files = ["--outcomes", str(past_site.outcomes), "--groups", str(past_site.groups), "--out", str(report)]
    answer = past_site.console.lea("evaluate", *files, "--weeks", "5, 3,5")
    assert answer.exit_code == 0, answer.output
    assert "78 rows fit, 78 are about learners of courses here" in answer.output
    kept = json.loads(report.read_text(encoding="utf-8"))
    assert [(week["week"], week["auc"], week["learners"]) for week in kept["weeks"]] == [(3, 1.0, 80), (5, 1.0, 80)]
    assert kept["rule_weeks"] == [2, 5]
    assert {(row["grouping"], row["group"]) for row in kept["gaps"]} == {("gender", "F"), ("gender", "M")}
    assert kept["counts_as"] == ["fail", "withdrawn"]


def test_the_report_names_nobody_and_no_course(past_site: PastSite, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    files = ["--outcomes", str(past_site.outcomes), "--groups", str(past_site.groups), "--out", str(report)]
    answer = past_site.console.lea("evaluate", *files)
    for text in (answer.output.replace(str(tmp_path), ""), report.read_text(encoding="utf-8")):
        assert "XXX" not in text
        assert not any(
            str(number) in text for number in (101, 102, *range(1000, 1040), *range(2000, 2040)) if number != 2026
        )


def test_of_fewer_than_ten_learners_nothing_is_told(past_site: PastSite, tmp_path: Path) -> None:
    outcomes = pd.read_parquet(past_site.outcomes)
    few = outcomes[outcomes.course_id == 101].groupby(outcomes.outcome == "Pass").head(4)
    few.to_csv(tmp_path / "few.csv", index=False)
    report = tmp_path / "report.json"
    answer = past_site.console.lea("evaluate", "--outcomes", str(tmp_path / "few.csv"), "--out", str(report))
    assert answer.exit_code == 0, answer.output
    kept = json.loads(report.read_text(encoding="utf-8"))
    figures = [
        value
        for row in (*kept["weeks"], *kept["rules"], *(band for week in kept["weeks"] for band in week["bands"]))
        for name, value in row.items()
        if name not in ("week", "courses", "bands", "band", "name")
    ]
    assert set(figures) == {None}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--counts-as", "deferred"], "Say which words count with --counts-as."),
        (["--weeks", "three"], "is no list of teaching weeks"),
        (["--weeks", "0,3"], "is no list of teaching weeks"),
    ],
)
def test_what_cannot_be_asked_is_said_and_no_report_is_kept(
    past_site: PastSite, tmp_path: Path, words: list[str], said: str
) -> None:
    report = tmp_path / "report.json"
    answer = past_site.console.lea("evaluate", "--outcomes", str(past_site.outcomes), "--out", str(report), *words)
    assert answer.exit_code != 0
    assert said in answer.output
    assert not report.exists()


def test_an_outcomes_file_about_other_courses_is_refused_with_the_reason(past_site: PastSite, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("course_id,user_id,outcome\n77,1001,fail\n")
    answer = past_site.console.lea("evaluate", "--outcomes", str(path))
    assert answer.exit_code == 1
    assert "Course 77 is not switched on here." in answer.output


FORM = """
agreed_by: The school
agreed_on: 2013-01-28
expects:
  activity:
    a_week: 4
concern:
  reasons:
    quiet for a month:
      days_without_evidence: 28
who_intervenes:
  - Whoever teaches the course asks how they can help.
"""


def test_a_rule_is_asked_before_it_is_published_and_one_of_a_single_course_in_all(
    past_site: PastSite, tmp_path: Path
) -> None:
    form, report = tmp_path / "form.yaml", tmp_path / "report.json"
    form.write_text(FORM)
    words = ["evaluate", "--outcomes", str(past_site.outcomes), "--out", str(report)]
    assert past_site.console.lea(*words, "--form", str(form)).exit_code == 0
    rows = {row["name"]: row for row in json.loads(report.read_text(encoding="utf-8"))["rules"]}
    asked_by_form = rows["rule of the form"]
    assert asked_by_form["weekly_per_hundred"] > 0
    own = ["--course", "102", "--by", "Dr Marsh"]
    assert past_site.console.lea("level", "draft", str(form), *own).exit_code == 0
    published = past_site.console.lea("level", "publish", "--from", "2013-10-07", "--past-run", "over", "--yes", *own)
    assert published.exit_code == 0, published.output
    assert past_site.console.lea(*words).exit_code == 0
    rows = {row["name"]: row for row in json.loads(report.read_text(encoding="utf-8"))["rules"]}
    assert rows["published rule course-102-1"] == {**asked_by_form, "name": "published rule course-102-1"}
