"""The words of a published level: every marker, condition and rule is said, and nothing twice alike."""

from fractions import Fraction

import pytest

from analytics.level_words import say_expectation, say_reason, say_review, say_weights, say_worth, split_expectation
from analytics.levels import Expectation, Form, Marker
from analytics.rules import CLOCK_ALONE_RULE, DEFAULT_RULE, ConcernRule, Condition, Fact, Reason

BY_ITEMS = [Expectation(m, 1, 3, 1) for m in Marker if m not in (Marker.TASKS, Marker.ATTENDANCE)]
BY_SESSIONS = [Expectation(m) for m in Marker if m is not Marker.ACTIVITY]


@pytest.mark.parametrize("expectation", [*BY_ITEMS, *BY_SESSIONS], ids=lambda one: f"{one.marker}-{one.form}")
def test_every_marker_is_said_with_how_it_counts(expectation: Expectation) -> None:
    what, how = split_expectation(expectation)

    assert what.startswith("3 " if expectation.form is Form.VISITS else "each ")
    assert ("1 a day counts" in how) is (expectation.form is Form.VISITS)
    assert say_expectation(expectation) == f"{what} {how}"


def test_no_two_markers_are_said_alike() -> None:
    said = [say_expectation(one) for one in (*BY_ITEMS, *BY_SESSIONS)]

    assert len(set(said)) == len(said)


def test_weights_are_named_only_where_they_differ() -> None:
    activity, tasks = Expectation(Marker.ACTIVITY, 3, 4, 2), Expectation(Marker.TASKS)

    assert say_weights([activity, tasks]) == "They weigh: Activity 3, Tasks 1."
    assert say_weights([tasks, Expectation(Marker.ATTENDANCE)]) == "All weigh the same."
    assert say_weights([tasks]) == ""


@pytest.mark.parametrize("fact", Fact, ids=lambda fact: fact.name)
@pytest.mark.parametrize("number", [1, 5])
def test_every_condition_is_said_with_its_threshold(fact: Fact, number: int) -> None:
    threshold = Fraction(number, 10) if fact is Fact.E_BELOW else Fraction(number)

    said = say_reason(Reason("r", (Condition(fact, threshold),)))

    expected = f"{number}0 %" if fact is Fact.E_BELOW else str(number) if number > 1 else ""
    assert expected in said
    assert "1 counted days" not in said


def test_review_weeks_are_named() -> None:
    reasons = DEFAULT_RULE.reasons

    assert say_review(DEFAULT_RULE) == "It is asked at the end of every week."
    assert say_review(ConcernRule("own", reasons, frozenset({5, 3}))) == "It is asked at the end of weeks 3 and 5."
    assert say_review(ConcernRule("own", reasons, frozenset({7}))) == "It is asked at the end of week 7."


def test_what_a_rule_was_worth_stands_beside_it_or_that_nobody_measured_it() -> None:
    assert "7.4 learners a week of each 100; 54 of 100" in say_worth(CLOCK_ALONE_RULE.worth)
    assert "not measured" in say_worth(None)
