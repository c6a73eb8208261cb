"""Concern rules as data, recovery, drops, notices about a module or a level."""

from dataclasses import replace
from fractions import Fraction

import pytest

from analytics.engagement import measure_engagement
from analytics.evaluation import evaluate_week, evaluate_weeks
from analytics.history import Session, SessionStatus
from analytics.levels import Marker
from analytics.rules import (
    CLOCK_ALONE_RULE,
    CLOCK_AND_TASK_RULE,
    DEFAULT_RULE,
    PUBLISHED_RULES,
    ConcernRule,
    Condition,
    Fact,
    Reason,
)
from analytics.signals import (
    NO_ABSENCE,
    Absence,
    LevelNotice,
    find_concern_reasons,
    has_dropped,
    is_level_met,
    is_module_dip,
    judge_level,
    measure_absence,
    measure_change,
    net_change,
)
from tests.analytics.builders import CORE_MARKERS, make_calendar, make_history, make_level, make_task
from tests.analytics.strategies import day_at


def rule(name: str, fact: Fact, threshold: int, review_weeks: frozenset[int] | None = None) -> ConcernRule:
    return ConcernRule(name, (Reason(name, (Condition(fact, Fraction(threshold)),)),), review_weeks)


THREE_MISSED = rule("3 seminars missed", Fact.SESSIONS_MISSED, 3)
TWO_WEEKS_MISSED = rule("2 weeks missed", Fact.WEEKS_MISSED_IN_A_ROW, 2)
TWO_IN_A_ROW = rule("2 sessions in a row", Fact.SESSIONS_MISSED_IN_A_ROW, 2)
REVIEWED = rule("reviewed", Fact.SESSIONS_MISSED, 1, frozenset({3, 5, 8, 10}))


def full_week(week: int) -> list[tuple[int, int]]:
    return [((week - 1) * 7 + day, cmid) for day in (0, 1) for cmid in (1, 2)]


def test_the_default_rule_needs_silence_and_a_low_score_together() -> None:
    calendar, level = make_calendar(), make_level()
    low_and_silent = make_history()
    high_and_silent = make_history(full_week(1), evidence=[6], tasks=[make_task(due=4, handed_in=4)])

    reasons = [
        find_concern_reasons(measure_engagement(history, calendar, level, day_at(20)))
        for history in (low_and_silent, high_and_silent)
    ]

    assert reasons == [("silent",), ()]


def test_silence_starts_at_ten_counted_days() -> None:
    calendar, level = make_calendar(), make_level()
    nine, ten = (make_history(evidence=[day]) for day in (11, 10))

    clocks = [measure_engagement(history, calendar, level, day_at(20)) for history in (nine, ten)]

    assert [(engagement.clock_days, find_concern_reasons(engagement)) for engagement in clocks] == [
        (9, ()),
        (10, ("silent",)),
    ]


def test_silence_at_exactly_forty_per_cent_is_no_concern() -> None:
    level = make_level(level=5, markers=[Marker.ACTIVITY])
    history = make_history([(0, 1), (0, 2), (1, 1), (1, 2)])

    engagement = measure_engagement(history, make_calendar(), level, day_at(13))

    assert (engagement.e, engagement.clock_days) == (Fraction(2, 5), 12)
    assert find_concern_reasons(engagement) == ()


def test_a_task_is_a_reason_from_seven_counted_days() -> None:
    calendar, level = make_calendar(), make_level()
    six, seven = (make_history(evidence=[20], tasks=[make_task(due=day)]) for day in (14, 13))

    reasons = [find_concern_reasons(measure_engagement(h, calendar, level, day_at(20))) for h in (six, seven)]

    assert reasons == [(), ("task",)]


def test_reasons_stand_through_a_break() -> None:
    calendar = make_calendar(breaks=[4, 5])
    history = make_history(tasks=[make_task(due=9)])

    evaluations = evaluate_weeks(history, calendar, make_level(), day_at(41))

    assert [evaluation.reasons for evaluation in evaluations[2:]] == [("silent", "task")] * 4


def test_another_published_rule_gives_its_own_reasons() -> None:
    history = make_history(full_week(1), tasks=[make_task(due=4)])
    engagement = measure_engagement(history, make_calendar(), make_level(), day_at(20))

    assert find_concern_reasons(engagement, CLOCK_ALONE_RULE) == ("silent",)
    assert find_concern_reasons(engagement, CLOCK_AND_TASK_RULE) == ("silent with a task overdue",)


def test_each_rule_on_offer_says_what_it_was_worth() -> None:
    worth = {rule.version: rule.worth for rule in PUBLISHED_RULES}

    assert all(worth.values())
    assert DEFAULT_RULE.worth is not None
    assert (DEFAULT_RULE.worth.weekly_concerns_per_hundred, DEFAULT_RULE.worth.precision) == (
        Fraction(4),
        Fraction(17, 25),
    )


@pytest.mark.parametrize(
    ("sessions", "absence"),
    [
        ([], Absence(0, 0, 0)),
        ([(1, "absent"), (3, "attended"), (8, "absent")], Absence(2, 1, 1)),
        ([(1, "absent"), (3, "absent"), (8, "excused"), (10, "absent")], Absence(3, 3, 2)),
        ([(1, "absent"), (8, "excused"), (15, "absent")], Absence(2, 2, 2)),
        ([(1, "absent"), (8, "absent"), (15, "attended")], Absence(2, 0, 0)),
        ([(15, "absent"), (1, "absent"), (22, "absent"), (29, "absent"), (99, "absent")], Absence(2, 2, 2)),
    ],
)
def test_absence_counts_missed_sessions_of_counted_weeks(sessions: list[tuple[int, str]], absence: Absence) -> None:
    calendar = make_calendar(breaks=[4])

    assert measure_absence(make_history(sessions=sessions), calendar, day_at(27)) == absence


def test_the_running_week_is_not_yet_a_week_missed() -> None:
    history = make_history(sessions=[(8, "absent"), (15, "absent")])

    absence = measure_absence(history, make_calendar(), day_at(16))

    assert absence == Absence(sessions_missed=2, sessions_missed_in_a_row=2, weeks_missed_in_a_row=1)


def test_rules_about_the_register_work_in_evaluations() -> None:
    sessions = [(1, "absent"), (8, "absent"), (15, "absent"), (22, "attended")]
    history = make_history(sessions=sessions)
    calendar, level = make_calendar(), make_level()

    reasons = {
        rule.version: [
            made.reasons for made in evaluate_weeks(history, calendar, replace(level, rule=rule), day_at(27))
        ]
        for rule in (THREE_MISSED, TWO_WEEKS_MISSED, TWO_IN_A_ROW, REVIEWED)
    }

    assert reasons == {
        "3 seminars missed": [(), (), ("3 seminars missed",), ("3 seminars missed",)],
        "2 weeks missed": [(), ("2 weeks missed",), ("2 weeks missed",), ()],
        "2 sessions in a row": [(), ("2 sessions in a row",), ("2 sessions in a row",), ()],
        "reviewed": [(), (), ("reviewed",), ()],
    }


def test_a_rule_about_the_register_says_nothing_while_the_register_is_behind() -> None:
    history = make_history(sessions=[(1, "absent"), (8, "absent"), (15, "absent")])
    made = evaluate_weeks(history, make_calendar(), replace(make_level(), rule=THREE_MISSED), day_at(20))[-1]

    behind = evaluate_week(replace(made.inputs, unused=frozenset({Marker.ATTENDANCE})))

    assert (made.reasons, behind.reasons) == (("3 seminars missed",), ())
    assert behind.engagement.shares.of(Marker.ATTENDANCE) is None


def test_missed_meetings_are_no_missed_sessions() -> None:
    meetings = tuple(Session(day_at(day), SessionStatus.ABSENT, Marker.MEETINGS) for day in (1, 8, 15))

    absence = measure_absence(replace(make_history(), sessions=meetings), make_calendar(), day_at(20))

    assert absence == NO_ABSENCE


@pytest.mark.parametrize(
    ("markers", "visits", "share", "is_met"),
    [
        (CORE_MARKERS, 4, None, True),
        (CORE_MARKERS, 3, Fraction(1), False),
        ([Marker.ATTENDANCE], 9, None, False),
        ([Marker.ATTENDANCE], 0, Fraction(70, 100), True),
        ([Marker.ATTENDANCE], 9, Fraction(69, 100), False),
    ],
)
def test_a_level_is_met_by_its_visits_and_without_activity_from_seventy_per_cent(
    markers: list[Marker], visits: int, share: Fraction | None, is_met: bool
) -> None:
    assert is_level_met(make_level(markers=markers), visits, share) is is_met


E = [Fraction(tenths, 10) for tenths in range(11)]


def test_a_change_is_against_the_median_of_the_previous_four() -> None:
    assert measure_change(E[2], [E[0], E[9], E[8], E[7], E[1]]) == E[2] - Fraction(75, 100)


@pytest.mark.parametrize(("e", "earlier"), [(None, E[:4]), (E[2], E[:3]), (E[2], [None, *E[:3]])])
def test_with_fewer_than_four_weeks_before_there_is_no_change_yet(
    e: Fraction | None, earlier: list[Fraction | None]
) -> None:
    change = measure_change(e, earlier)

    assert change is None
    assert not has_dropped(change, [])


def test_a_drop_is_net_of_the_cohorts_fall_but_not_of_its_rise() -> None:
    fall, rise = [-E[2]] * 5, [E[2]] * 5

    assert net_change(-E[4], fall) == -E[2]
    assert net_change(-E[4], rise) == net_change(-E[4], []) == -E[4]
    assert has_dropped(Fraction(-1, 4), rise)
    assert not has_dropped(Fraction(-24, 100), rise)
    assert not has_dropped(-E[4], fall)


def test_a_dip_of_the_whole_cohort_is_a_notice_about_the_module() -> None:
    assert is_module_dip([-E[3]] * 10)
    assert not is_module_dip([-E[3]] * 9)
    assert not is_module_dip([-E[2]] * 10)


@pytest.mark.parametrize(
    ("weeks_met", "weeks_counted", "teaching_weeks", "is_noticed"),
    [(3, 9, 3, True), (3, 9, 2, False), (6, 15, 3, False), (0, 0, 3, False)],
    ids=["a third", "two weeks", "forty per cent", "nobody"],
)
def test_a_level_met_too_seldom_is_a_notice_about_the_level_after_three_weeks(
    weeks_met: int, weeks_counted: int, teaching_weeks: int, is_noticed: bool
) -> None:
    notice = judge_level(weeks_met, weeks_counted, teaching_weeks)

    assert notice == (LevelNotice(weeks_met, weeks_counted) if is_noticed else None)
