"""Every difference between a stored evaluation and what is known today has its cause, and they explain the whole."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.bands import Band, BandStep
from analytics.calendar import DateRange
from analytics.evaluation import EvaluationInputs, evaluate_week, evaluate_weeks
from analytics.history import LearnerHistory, Session, SessionStatus
from analytics.levels import Marker
from analytics.replay import from_inputs, to_inputs
from analytics.revisions import Cause, find_differences, shown_by
from analytics.rules import CLOCK_ALONE_RULE
from tests.analytics.builders import make_calendar, make_history, make_level, make_task
from tests.analytics.strategies import Situation, day_at, situations, whole_weeks

HISTORY = make_history(
    visits=[(0, 1), (8, 1), (9, 2), (15, 1), (22, 3), (29, 1)],
    evidence=[30],
    tasks=[make_task(due=9, handed_in=12), make_task(due=20, task_id=2)],
    sessions=[(1, "attended"), (8, "absent"), (15, "absent")],
)
WEEK = 5


def inputs_for(history: LearnerHistory = HISTORY) -> EvaluationInputs:
    return evaluate_weeks(history, make_calendar(), make_level(), day_at(7 * WEEK - 1))[WEEK - 1].inputs


def store(inputs: EvaluationInputs) -> EvaluationInputs:
    return from_inputs(json.loads(json.dumps(to_inputs(evaluate_week(inputs)))))


def causes_of(now: EvaluationInputs) -> list[Cause]:
    then = store(inputs_for())
    differences, _ = find_differences(shown_by(evaluate_week(then)), then, now)
    return [difference.cause for difference in differences]


def with_history(change: Callable[[LearnerHistory], LearnerHistory]) -> EvaluationInputs:
    return replace(inputs_for(), history=change(HISTORY))


def with_task(number: int, **changes: object) -> EvaluationInputs:
    tasks = list(HISTORY.tasks)
    tasks[number] = replace(tasks[number], **changes)  # type: ignore[arg-type]
    return with_history(lambda history: replace(history, tasks=tuple(tasks)))


def with_session(number: int, status: SessionStatus) -> EvaluationInputs:
    sessions = list(HISTORY.sessions)
    sessions[number] = replace(sessions[number], status=status)
    return with_history(lambda history: replace(history, sessions=tuple(sessions)))


NOW = inputs_for()
LEVEL = NOW.level

ONE_CAUSE = {
    Cause.ENROLMENT: with_history(lambda history: replace(history, enrolled_on=day_at(15))),
    Cause.CALENDAR: replace(NOW, calendar=make_calendar(breaks=[3])),
    Cause.OUTAGE: replace(NOW, calendar=make_calendar(outages=[3])),
    Cause.EXEMPTION: with_history(lambda history: replace(history, exemptions=(whole_weeks(3, 1),))),
    Cause.LEVEL: replace(NOW, level=replace(make_level(level=8), version="test-2")),
    Cause.SOURCE: replace(NOW, unused=frozenset({Marker.ATTENDANCE})),
    Cause.LATE_EVENT: with_history(lambda history: replace(history, visits=history.visits | {(day_at(16), 5)})),
    Cause.EVIDENCE_GONE: with_history(lambda history: replace(history, visits=history.visits - {(day_at(15), 1)})),
    Cause.TASK: with_history(lambda history: replace(history, tasks=history.tasks[:1])),
    Cause.EXTENSION: with_task(1, extended_to=day_at(50)),
    Cause.EXCUSED: with_task(1, excused=True),
    Cause.REGISTER: with_session(2, SessionStatus.ATTENDED),
    Cause.LATE_SUBMISSION: with_task(1, handed_in_on=day_at(20)),
}


@pytest.mark.parametrize("cause", ONE_CAUSE)
def test_one_thing_that_came_since_is_named_as_the_only_cause(cause: Cause) -> None:
    assert causes_of(ONE_CAUSE[cause]) == [cause]


def test_a_session_excused_since_is_excused_and_no_correction_of_the_register() -> None:
    assert causes_of(with_session(2, SessionStatus.EXCUSED)) == [Cause.EXCUSED]


def test_a_bank_holiday_noted_since_changes_the_clock_by_the_calendar() -> None:
    calendar = replace(NOW.calendar, bank_holidays=(DateRange(day_at(33), day_at(33)),))

    then = store(NOW)
    differences, shown = find_differences(shown_by(evaluate_week(then)), then, replace(NOW, calendar=calendar))

    assert [difference.cause for difference in differences] == [Cause.CALENDAR]
    assert (differences[0].before.clock_days, shown.clock_days) == (4, 3)


def test_another_rule_is_another_level() -> None:
    quiet = replace(inputs_for(make_history()), level=replace(LEVEL, rule=CLOCK_ALONE_RULE))
    then = store(inputs_for(make_history()))
    before = replace(shown_by(evaluate_week(then)))

    differences, shown = find_differences(before, then, quiet)

    assert before.reasons == shown.reasons == ("silent",)
    assert differences == ()


def test_what_the_code_makes_otherwise_now_comes_first() -> None:
    then = store(NOW)
    as_shown = replace(shown_by(evaluate_week(then)), e=Fraction(1, 7))

    differences, shown = find_differences(as_shown, then, NOW)

    assert [difference.cause for difference in differences] == [Cause.CODE]
    assert (differences[0].before, differences[0].after) == (as_shown, shown)


def test_an_earlier_week_that_would_be_another_is_a_cause_of_its_own() -> None:
    then = store(replace(NOW, previous=(BandStep(True, Band.MEETING, Band.MEETING),)))
    now = replace(NOW, previous=(BandStep(True, Band.BELOW, Band.BELOW),))

    differences, shown = find_differences(shown_by(evaluate_week(then)), then, now)

    assert [difference.cause for difference in differences] == [Cause.EARLIER]
    assert (differences[0].before.band, shown.band) == (Band.MEETING, Band.BELOW)


def test_two_causes_are_told_apart_and_add_up() -> None:
    extended = replace(HISTORY.tasks[1], extended_to=day_at(50))
    now = replace(
        NOW,
        history=replace(HISTORY, visits=HISTORY.visits | {(day_at(16), 5)}, tasks=(HISTORY.tasks[0], extended)),
    )
    then = store(NOW)

    differences, shown = find_differences(shown_by(evaluate_week(then)), then, now)

    assert [difference.cause for difference in differences] == [Cause.LATE_EVENT, Cause.EXTENSION]
    assert [difference.before.e for difference in differences] == [Fraction(3, 16), Fraction(5, 24)]
    assert shown.e == Fraction(7, 24)


def test_a_calendar_that_brings_back_an_older_week_brings_no_late_events() -> None:
    """The stored inputs hold no visit of week 1; a week taken out moves it into the window."""
    assert causes_of(replace(NOW, calendar=make_calendar(breaks=[4]))) == [Cause.CALENDAR]


def test_what_came_after_the_sunday_is_no_difference() -> None:
    later = replace(
        HISTORY,
        visits=HISTORY.visits | {(day_at(40), 9)},
        evidence_days=HISTORY.evidence_days | {day_at(41)},
        tasks=(HISTORY.tasks[0], replace(HISTORY.tasks[1], handed_in_on=day_at(38))),
        sessions=(*HISTORY.sessions, Session(day_at(37), SessionStatus.ABSENT)),
        items=frozenset({(Marker.LIBRARY, day_at(36), 1)}),
    )

    assert causes_of(replace(NOW, history=later)) == []


def test_evaluations_of_two_sundays_are_not_compared() -> None:
    then = store(NOW)

    with pytest.raises(ValueError, match="the other of"):
        find_differences(shown_by(evaluate_week(then)), then, replace(NOW, week=WEEK + 1))


@st.composite
def two_states(draw: st.DrawFn) -> tuple[EvaluationInputs, EvaluationInputs]:
    """What was known of a week then, and what is now: some of it the same, some of it another."""
    then, other = draw(situations()), draw(situations())
    made = evaluate_weeks(*then)
    assume(made)
    week = len(made)

    def either(name: str) -> object:
        return getattr(draw(st.sampled_from([then, then, other])).history, name)

    names = ["enrolled_on", "exemptions", "visits", "evidence_days", "tasks", "sessions", "items"]
    history = LearnerHistory(**{name: either(name) for name in names})  # type: ignore[arg-type]
    calendar = draw(st.sampled_from([then.calendar, other.calendar]))
    assume(calendar.week_count >= week)
    level = draw(st.sampled_from([then.level, other.level]))
    before = Situation(history, calendar, level, calendar.sunday_of(week) - timedelta(weeks=1))
    steps = [evaluation.step for evaluation in evaluate_weeks(*before)]
    unused = draw(st.frozensets(st.sampled_from(sorted(level.markers))))
    return made[-1].inputs, EvaluationInputs(history, calendar, level, week, tuple(steps[-1:]), unused)


@settings(max_examples=150)
@given(two_states())
def test_the_causes_explain_the_whole(states: tuple[EvaluationInputs, EvaluationInputs]) -> None:
    then, now = store(states[0]), states[1]
    stored, today = shown_by(evaluate_week(then)), shown_by(evaluate_week(now))

    differences, shown = find_differences(stored, then, now)

    assert shown == today
    assert bool(differences) == (stored != today) or differences[0].before == differences[-1].after
    assert all(one.after == other.before for one, other in pairwise(differences))
    assert not differences or (differences[0].before, differences[-1].after) == (stored, today)
    assert Cause.CODE not in {difference.cause for difference in differences}


@settings(max_examples=60)
@given(situations())
def test_nothing_new_is_no_difference(situation: Situation) -> None:
    for evaluation in evaluate_weeks(*situation):
        then = store(evaluation.inputs)

        assert find_differences(shown_by(evaluation), then, evaluation.inputs) == ((), shown_by(evaluation))
