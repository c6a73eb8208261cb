"""The report holds what is asked for, and nothing about fewer than ten learners."""

from analytics.rules import CLOCK_ALONE_RULE, DEFAULT_RULE
from analytics.worth.report import describe_rules, describe_week
from tests.analytics.worth.people import SILENT, WEEK, make_course, make_followed, make_standing

NAMES = {DEFAULT_RULE.version: "default rule", CLOCK_ALONE_RULE.version: "clock alone"}


def test_a_week_tells_the_plain_mean_over_courses() -> None:
    right = make_course([0.2] * 10, [0.8] * 30)
    wrong = make_course([0.8] * 10, [0.2] * 10, course_id=2, first_id=100)
    week = describe_week([*right, *wrong], WEEK)
    assert (week.auc, week.courses, week.learners, week.base_rate) == (0.5, 2, 60, 0.38)


def test_a_course_with_few_of_one_kind_is_not_asked() -> None:
    right = make_course([0.2] * 10, [0.8] * 10)
    small = make_course([0.8] * 9, [0.2] * 50, course_id=2, first_id=100)
    week = describe_week([*right, *small], WEEK)
    assert (week.auc, week.courses) == (1.0, 1)


def test_nothing_is_told_about_fewer_than_ten_learners_of_either_kind() -> None:
    week = describe_week(make_course([0.2] * 9, [0.8] * 9), WEEK)
    assert (week.auc, week.base_rate, week.lowest_precision, week.gaming_gain) == (None, None, None, None)
    assert {(row.learners, row.share) for row in week.bands} == {(None, None)}


def test_one_person_in_ten_courses_is_one_person() -> None:
    learners = [
        make_followed(person, has_outcome, make_standing(0.5), course_id)
        for course_id in range(10)
        for person, has_outcome in ((1, True), (2, False))
    ]
    week = describe_week(learners, WEEK)
    assert week.learners is None
    assert {row.share for row in week.bands} == {None}


def test_the_bands_are_held_against_what_became_of_their_learners() -> None:
    learners = make_course([0.1] * 30 + [0.5] * 10 + [0.9] * 10, [0.1] * 10 + [0.5] * 10 + [0.9] * 30)
    shares = {row.band.split(" the ")[0]: (row.learners, row.share) for row in describe_week(learners, WEEK).bands}
    assert shares == {"meeting": (40, 0.25), "below": (20, 0.5), "well below": (40, 0.75)}


def test_a_band_whose_learners_nearly_all_fared_alike_is_not_told() -> None:
    learners = make_course([0.1] * 30 + [0.9] * 9, [0.1] * 9 + [0.9] * 30)
    assert {row.share for row in describe_week(learners, WEEK).bands} == {None}


def test_learners_for_whom_it_is_too_early_do_not_enter() -> None:
    early = [make_followed(person, True, make_standing(None)) for person in range(500, 530)]
    course = make_course([0.2] * 10, [0.8] * 10)
    assert describe_week([*course, *early], WEEK) == describe_week(course, WEEK)


def test_the_gaming_check_asks_the_tenth_with_the_fewest_active_days() -> None:
    learners = [
        make_followed(
            person, person % 2 == 0, make_standing(active_days=9 - person // 10, gain=0.03 if person >= 90 else 0.5)
        )
        for person in range(100)
    ]
    assert describe_week(learners, WEEK).gaming_gain == 0.03
    assert describe_week(learners[10:], WEEK).gaming_gain is None


def test_rules_tell_their_rate_and_their_precision_with_the_quiet_ones_apart() -> None:
    learners = [
        make_followed(person, person < 15, {WEEK: make_standing(0.9, concerns=SILENT if person < 30 else ())})
        for person in range(100)
    ]
    rows = {row.name: (row.weekly_per_hundred, row.precision) for row in describe_rules(learners, NAMES, 2, WEEK)}
    assert rows["default rule"] == rows["clock alone"] == (30.0, 0.5)
    assert rows["of those, E of 40 % or more and nothing outstanding"] == (30.0, 0.5)


def test_a_rule_that_raised_few_concerns_is_not_told() -> None:
    learners = [
        make_followed(person, person < 5, {WEEK: make_standing(concerns=SILENT if person < 9 else ())})
        for person in range(100)
    ]
    for row in describe_rules(learners, NAMES, 2, WEEK):
        assert (row.weekly_per_hundred, row.precision) == (None, None)
