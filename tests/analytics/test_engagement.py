"""What the golden cases leave open: the running week, partial weeks, hand-ins in breaks, markers not chosen."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings

from analytics.calendar import DateRange
from analytics.clock import Outstanding
from analytics.engagement import measure_engagement, measure_weeks
from analytics.evaluation import evaluate_weeks
from analytics.levels import Marker
from analytics.weeks import WhyNot
from tests.analytics.builders import make_calendar, make_history, make_level, make_task
from tests.analytics.plain_reading import Reading, read_plainly
from tests.analytics.strategies import Situation, day_at, situations

FULL_WEEK = [(0, 1), (0, 2), (1, 1), (1, 2)]


@settings(max_examples=300)
@given(situations())
def test_every_number_equals_the_plain_reading_of_the_definition(situation: Situation) -> None:
    engagement = measure_engagement(*situation)

    assert Reading(engagement.e, engagement.clock_days, list(engagement.overdue)) == read_plainly(*situation)


def test_the_running_week_is_so_far_and_not_in_e() -> None:
    history = make_history(visits=[*FULL_WEEK, *((day + 7, cmid) for day, cmid in FULL_WEEK), (14, 1)])
    wednesday = day_at(16)

    engagement = measure_engagement(history, make_calendar(), make_level(), wednesday)
    marks = measure_weeks(history, make_calendar(), make_level(), wednesday)

    assert (engagement.week, engagement.e, engagement.clock_days) == (2, Fraction(1), 2)
    assert [mark.is_closed for mark in marks] == [True, True, False]
    assert (marks[2].shares.of(Marker.ACTIVITY), marks[2].share) == ((1, 4), Fraction(1, 4))


def test_a_task_later_in_the_running_week_is_not_missing_yet() -> None:
    history = make_history(tasks=[make_task(due=18)])

    before = measure_weeks(history, make_calendar(), make_level(), day_at(17))[-1]
    after = measure_weeks(history, make_calendar(), make_level(), day_at(18))[-1]

    assert before.shares.tasks == (0, 0, 0)
    assert after.shares.tasks == (0, 0, 1)


def test_an_evaluation_is_made_for_each_week_that_has_closed_and_no_other() -> None:
    saturday, sunday = day_at(12), day_at(13)

    assert len(evaluate_weeks(make_history(), make_calendar(), make_level(), saturday)) == 1
    assert len(evaluate_weeks(make_history(), make_calendar(), make_level(), sunday)) == 2
    assert evaluate_weeks(make_history(), make_calendar(), make_level(), day_at(-1)) == ()


def test_before_week_one_there_is_nothing_to_measure() -> None:
    assert measure_weeks(make_history(), make_calendar(), make_level(), day_at(-1)) == ()
    engagement = measure_engagement(make_history(), make_calendar(), make_level(), day_at(-30))
    assert (engagement.e, engagement.clock_days, engagement.week) == (None, 0, 0)


def test_after_the_last_week_no_week_is_made_up_and_no_day_counts() -> None:
    calendar = make_calendar(weeks=3)

    marks = measure_weeks(make_history(), calendar, make_level(), day_at(60))
    engagement = measure_engagement(make_history(), calendar, make_level(), day_at(60))

    assert [mark.week for mark in marks] == [1, 2, 3]
    assert (engagement.week, engagement.clock_days, engagement.e) == (3, 21, Fraction(0))


def test_one_day_off_uncounts_its_week_in_the_learners_favour() -> None:
    calendar = make_calendar(weeks=3)
    history = make_history()
    wednesday_off = DateRange(day_at(9), day_at(9))

    marks = measure_weeks(history, calendar, make_level(), day_at(20))
    for_one = measure_weeks(make_history(exempt=[2]), calendar, make_level(), day_at(20))
    for_all = measure_weeks(history, replace(calendar, breaks=(wednesday_off,)), make_level(), day_at(20))

    assert [mark.why_not for mark in marks] == [None, None, None]
    assert [mark.why_not for mark in for_one] == [None, WhyNot.EXEMPTION, None]
    assert [mark.why_not for mark in for_all] == [None, WhyNot.NO_TEACHING, None]


def test_where_several_reasons_hold_the_first_is_named() -> None:
    calendar = make_calendar(weeks=4, breaks=[1, 2], outages=[2, 3])
    history = make_history(exempt=[3, 4], enrolled=2)

    marks = measure_weeks(history, calendar, make_level(), day_at(27))

    assert [mark.why_not for mark in marks] == [
        WhyNot.NOT_ENROLLED,
        WhyNot.NO_TEACHING,
        WhyNot.RECORDS_MISSING,
        WhyNot.EXEMPTION,
    ]


def test_a_hand_in_in_a_break_enters_with_the_next_counted_week_but_ends_being_overdue_at_once() -> None:
    calendar = make_calendar(breaks=[4])
    history = make_history(tasks=[make_task(due=10, handed_in=23)])
    level = make_level(markers=[Marker.TASKS])

    week_3, in_break, week_5 = (measure_engagement(history, calendar, level, day_at(day)) for day in (20, 27, 34))

    assert (week_3.e, week_3.overdue) == (Fraction(0), (1,))
    assert (in_break.e, in_break.overdue, in_break.clock_days) == (Fraction(0), (), 0)
    assert (week_5.e, week_5.overdue) == (Fraction(1, 2), ())


def test_a_task_is_outstanding_from_the_day_after_its_date() -> None:
    history = make_history(tasks=[make_task(due=13)])

    on_the_day = measure_engagement(history, make_calendar(), make_level(), day_at(13))
    the_day_after = measure_engagement(history, make_calendar(), make_level(), day_at(14))

    assert on_the_day.outstanding == ()
    assert the_day_after.outstanding == (Outstanding(task_id=1, days_past=1),)


def test_a_task_dated_in_the_learners_exemption_is_excused_until_an_extension_takes_it_out() -> None:
    calendar, level = make_calendar(), make_level(markers=[Marker.TASKS])
    inside = make_history(tasks=[make_task(due=10)], exempt=[2])
    extended_out = make_history(tasks=[make_task(due=10, extended=16)], exempt=[2])
    extended_in = make_history(tasks=[make_task(due=4, extended=10)], exempt=[2])

    totals = [
        measure_engagement(h, calendar, level, day_at(27)).shares.tasks for h in (inside, extended_out, extended_in)
    ]

    assert totals == [(0, 0, 0), (0, 0, 1), (0, 0, 0)]


def test_a_task_dated_before_the_first_counted_week_is_left_out_even_when_handed_in() -> None:
    history = make_history(tasks=[make_task(due=4, handed_in=9)], enrolled=2)

    engagement = measure_engagement(history, make_calendar(), make_level(), day_at(27))

    assert (engagement.shares.tasks, engagement.outstanding) == ((0, 0, 0), ())


def test_a_task_after_the_last_counted_week_never_enters() -> None:
    history = make_history(tasks=[make_task(due=40, handed_in=41)])

    assert measure_engagement(history, make_calendar(weeks=4), make_level(), day_at(60)).shares.tasks == (0, 0, 0)


def test_a_marker_that_is_not_chosen_neither_counts_nor_weighs() -> None:
    history = make_history(FULL_WEEK, tasks=[make_task(due=3)], sessions=[(1, "absent")])
    only_activity = make_level(markers=[Marker.ACTIVITY], weights=(1, 9, 9))

    engagement = measure_engagement(history, make_calendar(), only_activity, day_at(13))

    assert engagement.e == Fraction(1, 2)
    assert (engagement.shares.tasks, engagement.shares.of(Marker.ATTENDANCE), engagement.outstanding) == (
        (0, 0, 0),
        None,
        (),
    )
    assert engagement.weights == ((Marker.ACTIVITY, 1),)


def test_attendance_with_every_session_excused_does_not_apply() -> None:
    history = make_history(sessions=[(1, "excused"), (8, "excused")])

    engagement = measure_engagement(history, make_calendar(), make_level(), day_at(13))

    assert engagement.shares.of(Marker.ATTENDANCE) is None


def test_an_attended_session_in_an_outage_stops_the_clock() -> None:
    calendar = make_calendar(outages=[2])
    history = make_history(sessions=[(9, "attended")])

    clocks = [measure_engagement(history, calendar, make_level(), day_at(day)).clock_days for day in (6, 13, 20)]

    assert clocks == [7, 0, 7]


def test_the_week_strip_shows_what_is_known_now_the_line_what_was_known_then() -> None:
    history = make_history(tasks=[make_task(due=4, handed_in=9)])
    level = make_level(markers=[Marker.TASKS])

    first_week_then = evaluate_weeks(history, make_calendar(), level, day_at(13))[0].mark
    first_week_now = measure_weeks(history, make_calendar(), level, day_at(13))[0]

    assert (first_week_then.share, first_week_now.share) == (Fraction(0), Fraction(1, 2))


def test_a_teams_hand_in_counts_for_tasks_and_stops_no_clock() -> None:
    own = make_task(due=20, handed_in=18)
    teams = replace(own, is_teamwork=True)

    by_oneself = measure_engagement(make_history(tasks=[own]), make_calendar(), make_level(), day_at(27))
    by_the_team = measure_engagement(make_history(tasks=[teams]), make_calendar(), make_level(), day_at(27))

    assert by_the_team.shares.tasks == by_oneself.shares.tasks
    assert by_oneself.clock_days == 9
    assert by_the_team.clock_days == 28
