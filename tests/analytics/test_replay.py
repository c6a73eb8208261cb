"""An evaluation's stored inputs give the same numbers again."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from analytics.engagement import ENGAGEMENT_CODE_VERSION
from analytics.evaluation import evaluate_week, evaluate_weeks
from analytics.levels import Marker
from analytics.replay import ReplayError, from_inputs, replay, to_inputs
from analytics.rules import CLOCK_AND_TASK_RULE, ConcernRule, Condition, Fact, Reason
from tests.analytics.builders import make_calendar, make_history, make_level, make_task
from tests.analytics.strategies import Situation, day_at, situations

FIRST_CODE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "stored_by_engagement_1.json").read_text(encoding="utf-8")
)
"""Week 9 of eight golden learners, as the first version of the measuring code stored it, with what it made of it."""

HISTORY = make_history(
    visits=[(0, 1), (40, 2), (60, 3)],
    evidence=[3, 33],
    tasks=[make_task(due=9, handed_in=50)],
    sessions=[(1, "attended"), (50, "attended")],
)


def stored_for(week: int) -> dict[str, Any]:
    evaluations = evaluate_weeks(HISTORY, make_calendar(), replace(make_level(), rule=CLOCK_AND_TASK_RULE), day_at(69))
    stored: dict[str, Any] = json.loads(json.dumps(to_inputs(evaluations[week - 1])))
    return stored


@settings(max_examples=40)
@given(situations())
def test_replaying_the_stored_inputs_gives_an_equal_evaluation(situation: Situation) -> None:
    for evaluation in evaluate_weeks(*situation):
        stored = json.loads(json.dumps(to_inputs(evaluation)))

        assert replay(stored) == evaluation


@settings(max_examples=40)
@given(situations())
def test_an_evaluation_made_alone_equals_the_one_made_in_a_row(situation: Situation) -> None:
    for evaluation in evaluate_weeks(*situation):
        assert evaluate_week(evaluation.inputs) == evaluation


def test_stored_inputs_name_the_versions_they_were_made_with() -> None:
    stored = stored_for(5)

    assert stored["code_version"] == ENGAGEMENT_CODE_VERSION
    assert (stored["level"]["version"], stored["calendar"]["version"]) == ("test-1", "1")
    assert from_inputs(stored).level.rule == CLOCK_AND_TASK_RULE


def test_stored_inputs_hold_nothing_that_does_not_enter_and_nothing_later() -> None:
    history = stored_for(5)["history"]

    assert history["visits"] == {}
    assert history["evidence_days"] == [day_at(33).isoformat()]
    assert history["tasks"][0][4] is None
    assert history["sessions"] == []


def test_the_whole_register_is_stored_only_where_the_rule_asks_it() -> None:
    missed = ConcernRule("missed-1", (Reason("3 missed", (Condition(Fact.SESSIONS_MISSED, Fraction(3)),)),))
    made = evaluate_weeks(HISTORY, make_calendar(), replace(make_level(), rule=missed), day_at(34))[-1]

    assert [day for day, *_ in to_inputs(made)["history"]["sessions"]] == [day_at(1).isoformat()]
    unused = evaluate_week(replace(made.inputs, unused=frozenset({Marker.ATTENDANCE})))
    assert to_inputs(unused)["history"]["sessions"] == []


def test_a_changed_input_changes_the_replay() -> None:
    stored = stored_for(8)
    evaluation = replay(stored)
    stored["level"]["expectations"][0]["level"] = 8

    assert replay(stored) != evaluation
    assert replay(stored).engagement.shares.of(Marker.ACTIVITY) == (1, 32)


def test_inputs_of_another_version_of_the_code_are_refused() -> None:
    with pytest.raises(ReplayError, match="engagement-0"):
        replay({**stored_for(5), "code_version": "engagement-0"})


@pytest.mark.parametrize("kept", FIRST_CODE, ids=[kept["name"] for kept in FIRST_CODE])
def test_an_evaluation_of_the_first_code_replays_to_its_own_numbers_and_says_who_made_it(kept: dict[str, Any]) -> None:
    made = replay(kept["inputs"])

    assert kept["result"] == {
        "e": None if made.engagement.e is None else str(made.engagement.e),
        "shown": made.shown,
        "clock_days": made.engagement.clock_days,
        "reasons": list(made.reasons),
        "sentence": made.sentence,
        "rule_version": made.rule_version,
        "code_version": "engagement-1",
    }
    assert made.code_version == "engagement-1"


@pytest.mark.parametrize(
    "damage", [{"history": {}}, {"previous": [[1]]}, {"rule": None}, {"level": {"weights": [1]}}, {"unused": ["sleep"]}]
)
def test_damaged_inputs_are_refused(damage: dict[str, Any]) -> None:
    with pytest.raises(ReplayError, match="damaged"):
        replay({**stored_for(5), **damage})


def test_an_evaluation_of_a_week_outside_the_calendar_is_refused() -> None:
    inputs = evaluate_weeks(HISTORY, make_calendar(), make_level(), day_at(20))[-1].inputs

    with pytest.raises(ValueError, match="weeks 1 to 12"):
        evaluate_week(replace(inputs, week=13))
