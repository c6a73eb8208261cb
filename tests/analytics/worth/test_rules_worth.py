"""A concern counts once, in the week in which it is new."""

from analytics.rules import CLOCK_ALONE_RULE, DEFAULT_RULE
from analytics.worth.following import Standing
from analytics.worth.rules_worth import asks_rule, is_quiet_only, measure_rule
from tests.analytics.worth.people import SILENT, make_followed, make_standing

IS_SILENT = asks_rule(DEFAULT_RULE.version)


def weeks(*raised: int, last: int = 6) -> dict[int, Standing]:
    """Give standings of weeks 1 to last, with a concern in some."""
    return {week: make_standing(week=week, concerns=SILENT if week in raised else ()) for week in range(1, last + 1)}


def test_a_concern_that_goes_on_is_counted_once_and_a_second_one_again() -> None:
    learner = make_followed(1, True, weeks(3, 4, 6))
    worth = measure_rule([learner], "default", IS_SILENT, 2, 6)
    assert (worth.concerns, worth.with_outcome, worth.learner_weeks, worth.people) == (2, 2, 5, 1)


def test_a_concern_from_before_the_first_week_is_not_new() -> None:
    learner = make_followed(1, True, weeks(1, 2, 3))
    assert measure_rule([learner], "default", IS_SILENT, 2, 6).concerns == 0


def test_weeks_after_a_learner_left_are_not_counted() -> None:
    learner = make_followed(1, True, weeks(2, last=3))
    worth = measure_rule([learner], "default", IS_SILENT, 2, 6)
    assert worth.learner_weeks == 2
    assert worth.weekly_per_hundred == 50


def test_the_precision_is_the_share_of_concerns_about_learners_with_the_outcome() -> None:
    learners = [make_followed(1, True, weeks(3)), make_followed(2, False, weeks(3, 5))]
    assert measure_rule(learners, "default", IS_SILENT, 2, 6).precision == 1 / 3
    assert measure_rule([], "default", IS_SILENT, 2, 6).precision == 0


def test_quiet_alone_needs_a_fair_e_and_nothing_outstanding() -> None:
    quiet = (CLOCK_ALONE_RULE.version,)
    assert is_quiet_only(make_standing(0.4, concerns=quiet))
    assert not is_quiet_only(make_standing(0.39, concerns=quiet))
    assert not is_quiet_only(make_standing(0.9, concerns=quiet, has_outstanding=True))
    assert not is_quiet_only(make_standing(0.9))
