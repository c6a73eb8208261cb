"""What the number is worth on the Open University Learning Analytics data set (CC BY 4.0; docs/worth.md).

    python benchmarks/oulad.py FOLDER

FOLDER holds its tables as Parquet or CSV. They become files of the import format, day 0 of each presentation a Monday,
go through the ordinary sources into a database of their own, and are evaluated by `lea evaluate`.

Kuzilek, J., Hlosta, M., Zdrahal, Z. (2017). Open University Learning Analytics dataset. Scientific Data 4, 170171.
"""

import argparse
import json
import os
import secrets
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from lti.cli import main as lea

SITE = "https://oulad.example"
FIRST_COURSE_ID = 101
EPOCH = date(1970, 1, 1)
WEEKS = (3, 5, 8, 12)
"""At whose ends the number is asked: days 21, 35, 56, 84."""
RULE_WEEKS = 18
GROUPS = ("gender", "disability", "age_band", "imd_band", "highest_education")
KEY = ["code_module", "code_presentation"]


@dataclass(frozen=True, slots=True)
class Presentation:
    """One run of a module."""

    course_id: int
    name: str
    day_0: date
    weeks: int


def read_table(folder: Path, name: str, columns: Sequence[str]) -> pd.DataFrame:
    """Read some columns of one of the data set's tables, from Parquet or, as it is published, from CSV."""
    parquet = folder / f"{name}.parquet"
    if parquet.exists():
        table = pa.parquet.read_table(parquet, columns=list(columns))
    else:
        options = pa.csv.ConvertOptions(include_columns=list(columns), null_values=["", "?"], strings_can_be_null=True)
        table = pa.csv.read_csv(folder / f"{name}.csv", convert_options=options)
    frame: pd.DataFrame = table.to_pandas()
    for column in frame.columns.intersection(KEY):
        frame[column] = frame[column].astype(str)
    return frame


def find_day_0(presentation: str) -> date:
    """Find day 0 of a presentation such as 2013J: the first Monday of its month (B: February, J: October)."""
    first = date(int(presentation[:4]), ord(presentation[4]) - ord("A") + 1, 1)
    return first + timedelta(days=-first.weekday() % 7)


def find_presentations(folder: Path) -> dict[tuple[str, str], Presentation]:
    """Give each presentation a course id, its day 0 and its weeks."""
    courses = read_table(folder, "courses", [*KEY, "module_presentation_length"]).sort_values(KEY)
    return {
        (module, run): Presentation(course_id, f"{module} {run}", find_day_0(run), -(-int(length) // 7))
        for course_id, (module, run, length) in enumerate(courses.itertuples(index=False), FIRST_COURSE_ID)
    }


class Converter:
    """Turns the tables of a folder into files of the import format."""

    def __init__(self, folder: Path, out: Path) -> None:
        self.folder, self.out = folder, out
        self.presentations = find_presentations(folder)

    def read(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        """Read a table that names presentations: their columns become `course_id` and `day_0` (days since 1970)."""
        frame = read_table(self.folder, name, [*KEY, *columns])
        courses = pd.DataFrame(
            [(*key, one.course_id, (one.day_0 - EPOCH).days) for key, one in self.presentations.items()],
            columns=[*KEY, "course_id", "day_0"],
        )
        return frame.merge(courses, on=KEY).drop(columns=KEY)

    def write(self, name: str, columns: Mapping[str, Any], dates: Sequence[str] = ()) -> Path:
        """Write a file of the import format; `dates` are columns of days since 1970, which may have gaps."""
        arrays = {
            column: pa.array(pd.Series(values).astype("Int32")).cast(pa.date32())
            if column in dates
            else pa.array(values)
            for column, values in columns.items()
        }
        path = self.out / f"{name}.parquet"
        pa.parquet.write_table(pa.table(arrays), path)
        return path

    def convert(self) -> dict[str, Path]:
        """Write all files; kind → file, in the order in which they are imported."""
        people = self._read_people()
        tasks, submitted = self._read_tasks()
        banked = submitted[submitted.is_banked == 1]
        handed_in = submitted[(submitted.is_banked == 0) & submitted.date_submitted.notna()]
        return {
            "courses": self._write_courses(),
            "roster": self._write_roster(people),
            "tasks": self._write_tasks(tasks),
            # Work of an earlier presentation counts there: whoever brought it along is excused from it here.
            "extensions": self.write(
                "extensions",
                {
                    **_who(banked),
                    "cmid": banked.id_assessment,
                    "due_at": [""] * len(banked),
                    "excused": ["yes"] * len(banked),
                },
            ),
            "visits": self._write_visits(),
            "submissions": self.write(
                "submissions",
                {
                    **_who(handed_in),
                    "cmid": handed_in.id_assessment,
                    "handed_in_at": handed_in.day_0 + handed_in.date_submitted,
                },
                ["handed_in_at"],
            ),
        }

    def _read_people(self) -> pd.DataFrame:
        dates = ["id_student", "date_registration", "date_unregistration"]
        people = self.read("studentRegistration", dates)
        return people[people.date_registration.notna()]

    def _read_tasks(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        tasks = self.read("assessments", ["id_assessment", "assessment_type", "date"])
        # An examination is nothing that is handed in, and many have no date.
        tasks = tasks[tasks.date.notna() & (tasks.assessment_type.astype(str) != "Exam")]
        submitted = read_table(
            self.folder, "studentAssessment", ["id_assessment", "id_student", "date_submitted", "is_banked"]
        )
        return tasks, submitted.merge(tasks[["id_assessment", "course_id", "day_0"]], on="id_assessment")

    def _write_courses(self) -> Path:
        courses = self.presentations.values()
        columns = {
            "course_id": [one.course_id for one in courses],
            "shortname": [one.name for one in courses],
            "starts_on": [one.day_0 for one in courses],
        }
        return self.write("courses", columns)

    def _write_roster(self, people: pd.DataFrame) -> Path:
        columns = {
            **_who(people),
            "enrolled_on": people.day_0 + people.date_registration,
            "ends_on": people.day_0 + people.date_unregistration,
        }
        return self.write("roster", columns, ["enrolled_on", "ends_on"])

    def _write_tasks(self, tasks: pd.DataFrame) -> Path:
        columns = {
            "course_id": tasks.course_id,
            "cmid": tasks.id_assessment,
            "name": tasks.assessment_type.astype(str) + " " + tasks.id_assessment.astype(str),
            "due_at": tasks.day_0 + tasks.date,
            "excused_known": ["yes"] * len(tasks),
        }
        return self.write("tasks", columns, ["due_at"])

    def _write_visits(self) -> Path:
        sites = read_table(self.folder, "vle", ["id_site", "activity_type"])
        home_pages = sites[sites.activity_type.astype(str) == "homepage"].id_site
        visits = self.read("studentVle", ["id_student", "id_site", "date"])
        # A home page is the course's own page: it stops the clock and is no activity.
        cmids = visits.id_site.where(~visits.id_site.isin(home_pages), 0)
        return self.write("visits", {**_who(visits), "day": visits.day_0 + visits.date, "cmid": cmids}, ["day"])

    def write_outcomes(self) -> tuple[Path, Path]:
        """Write what became of those registered by day 0, and their groups."""
        info = self.read("studentInfo", ["id_student", "final_result", *GROUPS])
        people = self._read_people()
        early = people[people.date_registration <= 0].drop(columns="day_0")
        info = info.merge(early, on=["course_id", "id_student"])
        columns = {
            **_who(info),
            "outcome": info.final_result.astype(str),
            "left_on": info.day_0 + info.date_unregistration,
        }
        outcomes = self.write("outcomes", columns, ["left_on"])
        person = info.drop_duplicates("id_student")
        named = {name: person[name].astype(object).where(person[name].notna(), None) for name in GROUPS}
        groups = self.write("groups", {"user_id": person.id_student, **named})
        return outcomes, groups


def _who(frame: pd.DataFrame) -> dict[str, Any]:
    return {"course_id": frame.course_id, "user_id": frame.id_student}


class Runs(Protocol):
    """Runs commands."""

    def lea(self, *words: object) -> None:
        """Run one command; one that fails raises."""


class Tool:
    """The `lea` command on a database of its own, in this process."""

    def __init__(self, database_url: str) -> None:
        os.environ["LEA_SECRET_KEY"] = secrets.token_urlsafe(40)
        os.environ["LEA_PUBLIC_URL"] = "http://localhost:8100"
        os.environ["LEA_DATABASE_URL"] = database_url
        os.environ["LEA_LOG_LEVEL"] = "WARNING"

    def lea(self, *words: object) -> None:
        """Run one command and tell how long it took; one that fails ends the benchmark."""
        began = time.monotonic()
        lea.main(args=[str(word) for word in words], prog_name="lea", standalone_mode=False)
        print(f"lea {' '.join(map(str, words[:2]))}: {time.monotonic() - began:.0f} s", flush=True)


def fill(tool: Runs, converter: Converter) -> None:
    """Import everything through the ordinary sources, with each course's calendar and a level of 4 a week."""
    tool.lea("db", "upgrade")
    presentations = converter.presentations.values()
    last_day = max(one.day_0 + timedelta(weeks=one.weeks) for one in presentations)
    for kind, path in converter.convert().items():
        site = ["--add-site"] if kind == "courses" else []
        covers = ["--covers-to", last_day.isoformat()] if kind in ("visits", "submissions") else []
        tool.lea("import", kind, path, "--platform", SITE, *site, *covers)
    for one in presentations:
        tool.lea("calendar", "set", "--weeks", one.weeks, "--course", one.course_id, "--first-monday", one.day_0)
    # What a new site starts with as a draft: Activity of 4 a week, 2 of a day count, and Tasks, with equal weights.
    start = min(one.day_0 for one in presentations)
    agreed = ["--agreed-by", "the benchmark", "--agreed-on", start, "--by", "the benchmark"]
    tool.lea("level", "publish", "--from", start, *agreed, "--past-run", "a data set of runs that are over", "--yes")
    tool.lea("level", "show")


def evaluate(tool: Runs, converter: Converter, report: Path) -> dict[str, Any]:
    """Ask what the number was worth, and give the figures of the report by day."""
    outcomes, groups = converter.write_outcomes()
    weeks = ",".join(map(str, WEEKS))
    files = ["--outcomes", outcomes, "--groups", groups, "--out", report]
    tool.lea("evaluate", *files, "--weeks", weeks, "--rules-to", RULE_WEEKS)
    found = json.loads(report.read_text(encoding="utf-8"))
    by_day = {str(7 * week["week"]): week for week in found["weeks"]}
    return {
        "auc": {day: week["auc"] for day, week in by_day.items()},
        "auc_active_days": {day: week["auc_active_days"] for day, week in by_day.items()},
        "auc_days_since": {day: week["auc_days_since"] for day, week in by_day.items()},
        "base_rate": {day: week["base_rate"] for day, week in by_day.items()},
        "lowest_precision": {day: week["lowest_precision"] for day, week in by_day.items()},
        "gaming_gain": {day: week["gaming_gain"] for day, week in by_day.items()},
        "bands": {day: {band["band"]: band["share"] for band in week["bands"]} for day, week in by_day.items()},
        "rules": {"weeks": found["rule_weeks"], "rows": found["rules"]},
    }


def main(words: Sequence[str] | None = None) -> None:
    """Run the benchmark; `words` are the command line's."""
    parser = argparse.ArgumentParser(description="What the number is worth on a folder of OULAD tables.")
    parser.add_argument("folder", type=Path, help="The folder with courses, studentVle, … as Parquet or CSV.")
    parser.add_argument("--out", type=Path, default=Path("oulad.json"), help="Where the figures go.")
    parser.add_argument("--database", help="A database to keep, as for LEA_DATABASE_URL; without it a passing one.")
    parser.add_argument("--measure", action="store_true", help="Store every week's evaluations, too. Takes long.")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as work:
        tool = Tool(given.database or f"sqlite:///{work}/oulad.sqlite3")
        converter = Converter(given.folder, Path(work))
        fill(tool, converter)
        if given.measure:
            tool.lea("measure")
        figures = evaluate(tool, converter, Path(work) / "report.json")
    given.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    for day, auc in figures["auc"].items():
        print(f"day {day}: AUC {auc}")
    print(f"The figures are in {given.out}.")


if __name__ == "__main__":
    main()
