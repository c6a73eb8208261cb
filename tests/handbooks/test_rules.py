"""Rules of real handbooks are published as they stand, and are asked for exactly what they say."""

from pathlib import Path

import pytest

from analytics.evaluation import evaluate_weeks
from analytics.history import LearnerHistory
from analytics.level_terms import LevelTerms
from bridge.levels.form import read_level_yaml, write_level_yaml
from tests.analytics.builders import make_calendar, make_history
from tests.analytics.strategies import FIRST_MONDAY, day_at

FOLDER = Path(__file__).parent
FIXTURES = sorted(FOLDER.glob("*.yaml"))
MISSED, CAME = "absent", "attended"


def terms_of(name: str) -> LevelTerms:
    """Read a handbook's level."""
    return read_level_yaml((FOLDER / f"{name}.yaml").read_text()).terms


def reasons_by_week(
    name: str, history: LearnerHistory, weeks: int = 12, breaks: tuple[int, ...] = ()
) -> dict[int, tuple[str, ...]]:
    """Give the weeks with a reason, evaluated as each closed."""
    level = terms_of(name).as_level("course-2-1", FIRST_MONDAY)
    made = evaluate_weeks(history, make_calendar(weeks, breaks), level, day_at(weeks * 7 - 1))
    return {evaluation.week: evaluation.reasons for evaluation in made if evaluation.reasons}


def test_all_five_are_there() -> None:
    assert len(FIXTURES) == 5


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: str(path.stem))
def test_each_says_who_intervenes_and_comes_back_as_it_was_written(fixture: Path) -> None:
    proposal = read_level_yaml(fixture.read_text())

    assert proposal.terms.who_intervenes
    assert read_level_yaml(write_level_yaml(proposal)) == proposal


def test_ten_days_without_evidence_are_a_reason_and_nine_are_none() -> None:
    steady = [(day, cmid) for week in range(12) for day in (week * 7, week * 7 + 2) for cmid in (1, 2)]
    nine, ten = 4 * 7 + 4, 4 * 7 + 3  # the last day with evidence, before the Sunday of week 6 (day 41)
    for last, expected in ((nine, {}), (ten, {6: ("silent",)})):
        seen = [(day, cmid) for day, cmid in steady if day < 28 or day > 41]
        history = make_history(visits=seen, evidence=[last])
        assert reasons_by_week("ten_days_without_evidence", history) == expected


def test_lectures_are_reviewed_at_the_end_of_four_weeks_alone() -> None:
    sessions = [(week * 7 + day, CAME if day == 0 else MISSED) for week in range(10) for day in (0, 2, 4)]
    history = make_history(sessions=sessions)

    assert reasons_by_week("three_lectures_a_week", history, 10) == dict.fromkeys((3, 5, 8, 10), ("lectures",))


def test_who_comes_to_three_lectures_a_week_is_asked_nothing() -> None:
    history = make_history(sessions=[(week * 7 + day, CAME) for week in range(10) for day in (0, 2, 4)])

    assert reasons_by_week("three_lectures_a_week", history, 10) == {}


def test_three_missed_seminars_are_one_step_and_five_are_two() -> None:
    history = make_history(sessions=[(week * 7 + 1, MISSED if week < 5 else CAME) for week in range(6)])

    first, second = "e-mail and adviser meeting", "last letter"
    found = reasons_by_week("missed_seminars", history, 6)

    assert found == {3: (first,), 4: (first,), 5: (first, second), 6: (first, second)}


def test_an_excused_seminar_is_not_missed() -> None:
    history = make_history(sessions=[(1, MISSED), (8, MISSED), (15, "excused")])

    assert reasons_by_week("missed_seminars", history, 4) == {}


def test_a_week_without_teaching_freezes_the_figure_and_the_clock() -> None:
    level = terms_of("week_7_without_teaching").as_level("course-2-1", FIRST_MONDAY)
    history = make_history(visits=[(week * 7, 1) for week in range(6)] + [(week * 7 + 3, 2) for week in range(6)])
    made = evaluate_weeks(history, make_calendar(12, (7,)), level, day_at(8 * 7 - 1))

    assert not made[6].mark.is_counted
    assert made[6].engagement.e == made[5].engagement.e == 1
    assert made[6].engagement.clock_days == made[5].engagement.clock_days
    assert made[7].engagement.clock_days == made[6].engagement.clock_days + 7
    assert made[6].sentence.endswith("Week 7 was not counted (no teaching).")


@pytest.mark.parametrize(
    ("missed", "expected"),
    [
        ((0, 3, 6), {}),
        ((0, 3, 6, 9), {10: ("sessions",), 11: ("sessions",), 12: ("sessions",)}),
        ((4, 5), {6: ("weeks",)}),
    ],
    ids=["three sessions", "four sessions", "two weeks in a row"],
)
def test_more_than_three_sessions_or_two_weeks_in_a_row(
    missed: tuple[int, ...], expected: dict[int, tuple[str, ...]]
) -> None:
    history = make_history(sessions=[(week * 7 + 2, MISSED if week in missed else CAME) for week in range(12)])

    assert reasons_by_week("more_than_three_sessions", history) == expected
