"""A difference between two levels names every change, and nothing else."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from analytics.level_difference import LevelChange, describe_difference
from analytics.level_terms import LevelTerms, make_rule, suggested_terms, terms_from_json, terms_to_json
from analytics.levels import Expectation, LevelError, Marker
from analytics.rules import CLOCK_ALONE_RULE, DEFAULT_RULE, ConcernRule, Condition, Fact, Reason

BEFORE = suggested_terms(4)
MISSED = Reason("missed", (Condition(Fact.SESSIONS_MISSED, Fraction(3)),))


def with_activity(level: int = 4, weight: int = 1) -> LevelTerms:
    """BEFORE with another Activity."""
    activity, *others = BEFORE.expectations
    return replace(BEFORE, expectations=(replace(activity, level=level, weight=weight), *others))


def test_two_equal_levels_differ_in_nothing() -> None:
    assert describe_difference(BEFORE, suggested_terms(4)) == ()


def test_one_number_is_one_line() -> None:
    assert describe_difference(BEFORE, with_activity(level=3)) == (
        LevelChange(
            "Activity",
            "4 activities opened in a counted week; up to 2 a day count",
            "3 activities opened in a counted week; up to 2 a day count",
        ),
    )


def test_a_weight_is_a_line_of_its_own() -> None:
    assert describe_difference(BEFORE, with_activity(weight=3)) == (LevelChange("Activity: weight", "1", "3"),)


def test_a_marker_that_comes_and_one_that_goes_are_named() -> None:
    after = replace(BEFORE, expectations=(BEFORE.expectations[0], Expectation(Marker.ATTENDANCE, 2)))

    changes = {change.what: (change.before, change.after) for change in describe_difference(BEFORE, after)}

    assert set(changes) == {"Tasks", "Attendance", "Attendance: weight"}
    assert changes["Tasks"][1] == changes["Attendance"][0] == "not expected"
    assert changes["Attendance: weight"] == ("not expected", "2")


def test_each_reason_of_a_rule_and_its_weeks_are_compared() -> None:
    after = replace(BEFORE, rule=ConcernRule("own", (DEFAULT_RULE.reasons[1], MISSED), frozenset({3, 5})))

    changes = {change.what: (change.before, change.after) for change in describe_difference(BEFORE, after)}

    assert set(changes) == {"Concern: silent", "Concern: missed", "Concern: when"}
    assert changes["Concern: silent"][1] == "no reason"
    assert changes["Concern: missed"] == ("no reason", "3 or more sessions missed")


def test_who_intervenes_is_compared() -> None:
    (change,) = describe_difference(BEFORE, replace(BEFORE, who_intervenes=("Your adviser writes first.",)))

    assert (change.what, change.after) == ("Who intervenes", "Your adviser writes first.")


def test_a_first_level_is_all_new() -> None:
    said = describe_difference(None, BEFORE)

    assert {change.what for change in said} >= {"Activity", "Tasks", "Concern: silent", "Concern: when"}
    assert {change.before for change in said} == {"not expected", "no reason", "no rule", "nobody named"}


def test_a_rule_that_was_measured_keeps_its_worth_and_one_of_the_schools_own_takes_the_levels_name() -> None:
    measured = LevelTerms(BEFORE.expectations, make_rule(CLOCK_ALONE_RULE.reasons))
    own = LevelTerms(BEFORE.expectations, make_rule((MISSED,)))
    monday = date(2026, 9, 28)

    assert measured.as_level("site-2", monday).rule is CLOCK_ALONE_RULE
    assert own.as_level("site-2", monday).rule == ConcernRule("site-2", (MISSED,))


def test_terms_come_back_as_they_were_stored() -> None:
    terms = LevelTerms((Expectation(Marker.LIBRARY, 2, 3, 1),), make_rule((MISSED,), frozenset({3})), ("A", "B"))

    assert terms_from_json(terms_to_json(terms)) == terms


@pytest.mark.parametrize("rule", [ConcernRule("empty", ()), ConcernRule("bare", (Reason("nothing", ()),))])
def test_a_rule_without_a_reason_or_a_reason_without_a_condition_is_refused(rule: ConcernRule) -> None:
    with pytest.raises(LevelError, match="at least one reason"):
        LevelTerms(BEFORE.expectations, rule)
