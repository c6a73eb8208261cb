"""A small made-up folder of the shape of the Open University's data set: two presentations, forty learners each."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

RUNS = (("XXX", "2013B"), ("YYY", "2013J"))
LEARNERS = 40
PAGE, HOME_PAGE, TASK, EXAM = 7001, 7000, 31, 32
LENGTH = 90
"""Days: 13 weeks."""
LATE, LEFT, BANKED = 38, 39, 0
"""Places of the learner who registered late, the one who left in week 4, and the one with banked work."""


def passes(place: int) -> bool:
    """Say whether the learner at this place passes: the ones who go on."""
    return place % 2 == 0


def write_folder(folder: Path, *, as_csv: bool = False) -> Path:
    """Write the seven tables. Every second learner stops after day 8; the others open two activities on two days."""
    folder.mkdir()
    tables = {
        "courses": _frame(["module_presentation_length"], [(*run, LENGTH) for run in RUNS]),
        "studentInfo": _frame(
            ["id_student", "final_result", "gender", "disability", "age_band", "imd_band", "highest_education"],
            [(*run, *_info(number, place)) for run, number, place in _everybody()],
        ),
        "studentRegistration": _frame(
            ["id_student", "date_registration", "date_unregistration"],
            [(*run, number, *_stay(place)) for run, number, place in _everybody()],
        ),
        "assessments": _frame(
            ["id_assessment", "assessment_type", "date"],
            [row for at, run in enumerate(RUNS) for row in _assessments(at, run)],
        ),
        "vle": pd.DataFrame(
            [(PAGE + 10 * day + run, "resource") for day in range(20) for run in (0, 1)] + [(HOME_PAGE, "homepage")],
            columns=["id_site", "activity_type"],
        ),
        "studentVle": _frame(
            ["id_student", "id_site", "date"],
            [(*run, number, site, day) for run, number, place in _everybody() for day, site in _visits(place)],
        ),
        "studentAssessment": pd.DataFrame(
            [(TASK + 100 * _at(run), number, *_hand_in(place)) for run, number, place in _everybody() if passes(place)],
            columns=["id_assessment", "id_student", "date_submitted", "is_banked"],
        ),
    }
    for name, table in tables.items():
        if as_csv:
            table.to_csv(folder / f"{name}.csv", index=False, na_rep="?")
        else:
            table.to_parquet(folder / f"{name}.parquet")
    return folder


def _frame(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["code_module", "code_presentation", *columns])


def _at(run: tuple[str, str]) -> int:
    return RUNS.index(run)


def _everybody() -> list[tuple[tuple[str, str], int, int]]:
    return [(run, 1000 * (at + 1) + place, place) for at, run in enumerate(RUNS) for place in range(LEARNERS)]


def _info(number: int, place: int) -> tuple[object, ...]:
    result = "Pass" if passes(place) else "Withdrawn" if place == LEFT else "Fail"
    return number, result, "M" if place % 4 < 2 else "F", "N", "0-35", None, "A Level or Equivalent"


def _stay(place: int) -> tuple[int, int | None]:
    return (3 if place == LATE else -20), (28 if place == LEFT else None)


def _assessments(at: int, run: tuple[str, str]) -> list[tuple[object, ...]]:
    return [(*run, TASK + 100 * at, "TMA", 16), (*run, EXAM + 100 * at, "Exam", None)]


def _visits(place: int) -> list[tuple[int, int]]:
    last = LENGTH if passes(place) else 9
    days = [day for day in range(last) if day % 7 in (1, 4)]
    pages = [(day, PAGE + 10 * (day % 20) + 1) for day in days] + [(day, PAGE + 10 * (day % 20)) for day in days]
    return [*pages, *((day, HOME_PAGE) for day in range(last))]


def _hand_in(place: int) -> tuple[int, int]:
    return (-1, 1) if place == BANKED else (15, 0)
