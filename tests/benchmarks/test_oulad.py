"""The benchmark turns a folder of the data set's shape into files of the import format, and measures through them."""

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.oulad import Converter, find_day_0, main
from tests.benchmarks.small_oulad import BANKED, EXAM, HOME_PAGE, LATE, LEARNERS, LEFT, TASK, write_folder

FEBRUARY, OCTOBER = date(2013, 2, 4), date(2013, 10, 7)


@pytest.fixture(scope="module", params=[False, True], ids=["parquet", "csv"])
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """The converted files, by kind."""
    work = tmp_path_factory.mktemp("oulad")
    converter = Converter(write_folder(work / "folder", as_csv=request.param), work)
    paths = dict(converter.convert())
    paths["outcomes"], paths["groups"] = converter.write_outcomes()
    return {kind: pd.read_parquet(path) for kind, path in paths.items()}


@pytest.mark.parametrize(
    ("presentation", "day_0"), [("2013B", FEBRUARY), ("2013J", OCTOBER), ("2014J", date(2014, 10, 6))]
)
def test_day_0_is_the_first_monday_of_the_presentations_month(presentation: str, day_0: date) -> None:
    assert find_day_0(presentation) == day_0
    assert day_0.weekday() == 0


def test_courses_start_on_day_0(files: dict[str, pd.DataFrame]) -> None:
    assert list(files["courses"].starts_on) == [FEBRUARY, OCTOBER]
    assert list(files["courses"].shortname) == ["XXX 2013B", "YYY 2013J"]


def test_a_home_page_is_the_courses_own_page_and_no_activity(files: dict[str, pd.DataFrame]) -> None:
    visits = files["visits"]
    assert HOME_PAGE not in set(visits.cmid)
    assert (visits.cmid == 0).any()
    assert visits.day.min() == FEBRUARY


def test_examinations_are_no_tasks_and_banked_work_is_excused_and_never_handed_in(
    files: dict[str, pd.DataFrame],
) -> None:
    assert set(files["tasks"].cmid) == {TASK, TASK + 100}
    assert EXAM not in set(files["tasks"].cmid)
    assert set(files["extensions"].user_id) == {1000 + BANKED, 2000 + BANKED}
    assert not set(files["submissions"].user_id) & {1000 + BANKED, 2000 + BANKED}
    assert files["tasks"].due_at[0] == date(2013, 2, 20)


def test_only_those_registered_by_day_0_have_an_outcome_and_leaving_is_dated(files: dict[str, pd.DataFrame]) -> None:
    outcomes = files["outcomes"].set_index("user_id")
    assert len(outcomes) == 2 * (LEARNERS - 1)
    assert 1000 + LATE not in outcomes.index
    assert outcomes.left_on.dropna().to_dict() == {1000 + LEFT: date(2013, 3, 4), 2000 + LEFT: date(2013, 11, 4)}
    assert len(files["roster"]) == 2 * LEARNERS


def test_the_whole_way_gives_the_figures_of_the_made_up_learners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("LEA_SECRET_KEY", "LEA_PUBLIC_URL", "LEA_DATABASE_URL", "LEA_LOG_LEVEL"):
        monkeypatch.setenv(name, "set back afterwards")
    monkeypatch.setenv("COLUMNS", "150")
    out = tmp_path / "oulad.json"
    main([str(write_folder(tmp_path / "folder")), "--out", str(out)])
    figures = json.loads(out.read_text())
    # Whoever stops fails: the number tells them apart from the end of week 3 on.
    assert figures["auc"] == dict.fromkeys(("21", "35", "56", "84"), 1.0)
    # 19 pass and 20 fail in each; after day 28 one of the 20 has left: (20/39 + 20/39)/2, then 19/38.
    assert figures["base_rate"] == {"21": 0.51, "35": 0.5, "56": 0.5, "84": 0.5}
    assert figures["bands"]["35"]["meeting the published level"] is None, "all of them fared alike"
    assert "day 35: AUC 1.0" in capsys.readouterr().out
