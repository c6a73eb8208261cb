"""A past learner is followed as each Sunday knew them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from analytics.bulk.cohort import pack_histories
from analytics.engagement import measure_engagement
from analytics.history import LearnerHistory
from analytics.rules import CLOCK_ALONE_RULE, DEFAULT_RULE, PUBLISHED_RULES, ConcernRule, Condition, Fact, Reason
from analytics.worth.following import Standing, follow_cohort
from tests.analytics.builders import make_calendar, make_history, make_level, make_task
from tests.analytics.strategies import day_at

CALENDAR = make_calendar(12)
LEVEL = make_level()
LEVELS = dict.fromkeys(range(1, 9), LEVEL)
STOPS = make_history([(day, 10 + day) for day in range(0, 21, 2)], tasks=[make_task(18, 17), make_task(40, task_id=2)])


def follow(history: LearnerHistory = STOPS) -> dict[int, Standing]:
    """Follow through weeks 1 to 8 with the gaming check in week 5."""
    return follow_one(history, PUBLISHED_RULES, (5,))


def follow_one(
    history: LearnerHistory, rules: Sequence[ConcernRule], gaming_weeks: Collection[int] = ()
) -> dict[int, Standing]:
    """Follow through weeks 1 to 8, somebody else beside."""
    cohort = pack_histories([make_history([(3, 1)]), history])
    return follow_cohort(cohort, CALENDAR, LEVELS, rules, [date.max] * 2, gaming_weeks)[1]


def test_each_week_says_what_was_measured_on_its_sunday() -> None:
    for week, standing in follow_one(STOPS, PUBLISHED_RULES).items():
        measured = measure_engagement(STOPS, CALENDAR, LEVEL, CALENDAR.sunday_of(week))
        assert standing.e == (None if measured.e is None else float(measured.e))
        assert (standing.band, standing.clock_days) == (measured.band, measured.clock_days)


def test_nothing_after_a_week_enters_its_standing() -> None:
    known = follow()
    later = replace(STOPS, visits=STOPS.visits | {(day_at(60), 99)}, evidence_days=frozenset({day_at(59)}))
    assert follow(later) == known


def test_rules_are_asked_and_named_by_their_version() -> None:
    standings = follow_one(STOPS, PUBLISHED_RULES)
    assert standings[4].concerns == frozenset()
    assert CLOCK_ALONE_RULE.version in standings[5].concerns
    assert DEFAULT_RULE.version in standings[7].concerns
    assert standings[7].has_outstanding


def test_active_days_look_back_on_fourteen_days() -> None:
    standings = follow_one(STOPS, ())
    assert [standings[week].active_days for week in (1, 2, 3, 4, 5)] == [4, 7, 7, 4, 0]
    assert standings[4].days_since == (CALENDAR.sunday_of(4) - day_at(20)).days
    assert CALENDAR.sunday_of(4) - timedelta(days=7) == day_at(20)


def test_five_hundred_clicks_on_one_page_are_one_activity_more() -> None:
    standings = follow_one(STOPS, (), (5,))
    # One of 4 a week in 4 weeks, and Activity is one of two markers.
    assert standings[5].gain == pytest.approx(1 / 16 / 2)
    assert standings[6].gain is None


def test_weeks_that_closed_after_somebody_left_are_not_followed() -> None:
    cohort = pack_histories([STOPS, STOPS])
    gone_on = [CALENDAR.sunday_of(4), CALENDAR.sunday_of(4) + timedelta(days=1)]
    stays, leaves = (set(one) for one in follow_cohort(cohort, CALENDAR, LEVELS, (), gone_on)[::-1])
    assert (leaves, stays) == ({1, 2, 3}, {1, 2, 3, 4})


def test_a_rule_about_the_register_is_asked_with_what_each_missed() -> None:
    rule = ConcernRule("missed-2", (Reason("missed", (Condition(Fact.SESSIONS_MISSED, Fraction(2)),)),))
    missed = make_history(sessions=[(1, "absent"), (8, "absent"), (15, "attended")])
    assert {week for week, one in follow_one(missed, (rule,)).items() if one.concerns} == set(range(2, 9))
    assert not any(one.concerns for one in follow_one(STOPS, (rule,)).values())


def test_without_a_level_nobody_is_followed() -> None:
    assert follow_cohort(pack_histories([STOPS]), CALENDAR, {}, PUBLISHED_RULES, [date.max]) == [{}]
