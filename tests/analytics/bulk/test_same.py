"""The measures of many learners at once are those of one learner, number by number."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.bands import BandStep
from analytics.bulk.cohort import NEVER, pack_histories, unpack_histories
from analytics.bulk.evaluation import Plan, evaluate_cohort
from analytics.bulk.ledgers import CODES, Ledgers, last_evidence_by
from analytics.bulk.shares import average
from analytics.bulk.suggestion import suggest_from_cohort
from analytics.bulk.tallies import Tallies
from analytics.calendar import DateRange, TeachingCalendar
from analytics.engagement import WeekMark, measure_engagement, measure_weeks
from analytics.evaluation import Evaluation, EvaluationInputs, evaluate_week, needed_steps
from analytics.history import LearnerHistory
from analytics.levels import Expectation, Marker, PublishedLevel
from analytics.replay import InputsWriter, to_inputs, trim_history
from analytics.rules import PUBLISHED_RULES, ConcernRule, Condition, Fact, Reason
from tests.analytics.builders import make_calendar, make_history, make_level
from tests.analytics.plain_suggestion import daily_activities, suggest_level
from tests.analytics.strategies import FIRST_MONDAY, calendars, day_at, histories, levels
from tests.analytics.test_golden import CASES, calendar_of, history_of, level_of, load_case

REGISTER_RULE = ConcernRule(
    "register-1",
    tuple(
        Reason(fact.value, (Condition(fact, Fraction(2)),))
        for fact in (Fact.SESSIONS_MISSED, Fact.SESSIONS_MISSED_IN_A_ROW, Fact.WEEKS_MISSED_IN_A_ROW)
    ),
)


class Course(NamedTuple):
    """Several learners of one course, what they are measured by, and a day, a Sunday or not."""

    histories: list[LearnerHistory]
    calendar: TeachingCalendar
    level: PublishedLevel
    unused: frozenset[Marker]
    as_of: date


@st.composite
def courses(draw: st.DrawFn) -> Course:
    calendar = draw(calendars())
    learners = [draw(histories(calendar.week_count)) for _ in range(draw(st.integers(0, 4)))]
    level = replace(draw(levels()), rule=draw(st.sampled_from([*PUBLISHED_RULES, REGISTER_RULE])))
    unused = draw(st.one_of(st.just(frozenset[Marker]()), st.frozensets(st.sampled_from(sorted(level.markers)))))
    return Course(learners, calendar, level, unused, day_at(draw(st.integers(-9, calendar.week_count * 7 + 9))))


def evaluate_one_by_one(
    learners: Sequence[LearnerHistory], calendar: TeachingCalendar, plan: Plan
) -> list[tuple[int, Evaluation]]:
    made: list[list[Evaluation]] = []
    for history in learners:
        steps: list[BandStep] = []
        made.append([])
        for week, (level, unused) in plan.items():
            made[-1].append(
                evaluate_week(EvaluationInputs(history, calendar, level, week, needed_steps(steps), unused))
            )
            steps.append(made[-1][-1].step)
    return [(place, own[number]) for number in range(len(plan)) for place, own in enumerate(made)]


def as_marks(course: Course) -> list[list[tuple[object, ...]]]:
    ledgers = Ledgers(pack_histories(course.histories), course.calendar)
    marks = Tallies(ledgers, course.level, course.as_of.toordinal(), course.unused).mark_weeks()
    shape = marks.codes.shape
    shares = np.array([*marks.shares.as_list(), None], dtype=object)[:-1].reshape(shape)
    return [
        [(CODES[marks.codes[place, week]], marks.visits[place, week], shares[place, week]) for week in range(shape[1])]
        for place in range(shape[0])
    ]


def of_mark(mark: WeekMark) -> tuple[object, ...]:
    return mark.why_not, mark.visits, mark.share


@given(courses())
def test_week_marks_are_those_of_each_learner_alone(course: Course) -> None:
    used = course.level.without(course.unused)
    if used is None:
        return
    alone = [
        list(map(of_mark, measure_weeks(history, course.calendar, used, course.as_of))) for history in course.histories
    ]
    assert as_marks(course) == alone


@given(courses())
def test_evaluations_are_those_of_each_learner_alone(course: Course) -> None:
    weeks = range(1, course.calendar.last_closed_week(course.as_of) + 1)
    plan = dict.fromkeys(weeks, (course.level, course.unused))
    together = list(evaluate_cohort(pack_histories(course.histories), course.calendar, plan))
    alone = evaluate_one_by_one(course.histories, course.calendar, plan)
    assert together == alone
    writer = InputsWriter()
    kept = [replace(one.inputs, history=trim_history(one.inputs)) for _, one in alone]
    assert [one.inputs for _, one in together] == kept
    assert [writer.write(one, is_trimmed=True) for _, one in together] == [to_inputs(one) for _, one in alone]


@settings(max_examples=50)
@given(courses(), levels())
def test_another_level_from_some_week_on_is_measured_alike(course: Course, later: PublishedLevel) -> None:
    change = course.calendar.week_count // 2
    weeks = range(1, course.calendar.week_count + 1)
    plan = {week: (course.level if week < change else later, frozenset[Marker]()) for week in weeks}
    together = list(evaluate_cohort(pack_histories(course.histories), course.calendar, plan))
    assert together == evaluate_one_by_one(course.histories, course.calendar, plan)


@settings(max_examples=50)
@given(courses())
def test_the_clock_of_any_day_is_that_of_each_learner_alone(course: Course) -> None:
    days = [day_at(number) for number in range(-9, course.calendar.week_count * 7 + 9, 2)]
    ledgers = Ledgers(pack_histories(course.histories), course.calendar)
    alone = [
        [measure_engagement(history, course.calendar, course.level, day).clock_days for history in course.histories]
        for day in days
    ]
    assert ledgers.clock_by([day.toordinal() for day in days]).tolist() == alone


def test_a_bank_holiday_in_a_silence_does_not_count() -> None:
    calendar = replace(make_calendar(), bank_holidays=(DateRange(day_at(9), day_at(9)),))
    seen, unseen = make_history([(7, 1)]), make_history()
    ledgers = Ledgers(pack_histories([seen, unseen]), calendar)
    assert ledgers.clock_by([day_at(number).toordinal() for number in (8, 9, 12)]).tolist() == [[1, 9], [1, 9], [4, 12]]


@settings(max_examples=50)
@given(courses())
def test_a_suggested_level_is_that_of_the_same_weeks_one_by_one(course: Course) -> None:
    last_week = course.calendar.last_closed_week(course.as_of)
    known = [
        replace(history, visits=frozenset(visit for visit in history.visits if visit[0] <= course.as_of))
        for history in course.histories
    ]
    calendar = replace(course.calendar, week_count=max(1, last_week))
    run = [weeks for history in known if (weeks := daily_activities(history, calendar) if last_week else ())]
    ledgers = Ledgers(pack_histories(course.histories), course.calendar)
    assert suggest_from_cohort(ledgers, last_week, 1) == suggest_level(run)


@settings(max_examples=25)
@given(courses())
def test_histories_come_back_from_their_columns(course: Course) -> None:
    assert unpack_histories(pack_histories(course.histories)) == course.histories


@pytest.mark.parametrize("name", CASES)
def test_a_golden_learner_among_others_is_evaluated_as_defined(name: str) -> None:
    case = load_case(name)
    calendar, level = calendar_of(case), level_of(case)
    golden = history_of(case)
    others = [make_history(), replace(golden, enrolled_on=day_at(9)), make_history([(0, 1), (8, 2)], exempt=[2])]
    plan = {week: (level, frozenset[Marker]()) for week in range(1, calendar.week_count + 1)}
    together = list(evaluate_cohort(pack_histories([others[0], golden, *others[1:]]), calendar, plan))
    assert [one for place, one in together if place == 1] == [
        one for _, one in evaluate_one_by_one([golden], calendar, plan)
    ]
    assert [as_text(one.engagement.e) for place, one in together if place == 1] == [
        week["E"] for week in case["expected"]
    ]


def as_text(share: Fraction | None) -> str | None:
    return None if share is None else f"{share.numerator}/{share.denominator}"


def test_each_learner_is_evaluated_from_their_own_first_week_upon_what_was_shown() -> None:
    calendar, level = make_calendar(weeks=4), make_level()
    learners = [make_history([(day, 1) for day in range(0, 28, 2)]), make_history()]
    plan = {week: (level, frozenset[Marker]()) for week in (3, 4)}
    earlier = evaluate_one_by_one(learners, calendar, {2: plan[3]})
    steps = [[one.step] for _, one in earlier]
    made = list(evaluate_cohort(pack_histories(learners), calendar, plan, steps, [4, 3]))
    assert [(place, one.week) for place, one in made] == [(1, 3), (0, 4), (1, 4)]
    assert made[0][1].inputs.previous == (earlier[1][1].step,)
    assert made[2][1].inputs.previous == (made[0][1].step,)


def test_a_week_outside_the_calendar_is_refused() -> None:
    plan = {13: (make_level(), frozenset[Marker]())}
    with pytest.raises(ValueError, match="weeks 1 to 12, not 13"):
        list(evaluate_cohort(pack_histories([make_history()]), make_calendar(), plan))


def test_levels_whose_products_leave_64_bits_stay_exact() -> None:
    markers = (Marker.ACTIVITY, Marker.LECTURE_CAPTURE, Marker.LIBRARY, Marker.MEETINGS)
    numbers = (999_983, 999_979, 999_961, 999_959)
    level = PublishedLevel(
        "large",
        FIRST_MONDAY,
        tuple(Expectation(marker, 3, number, 2) for marker, number in zip(markers, numbers, strict=True)),
    )
    history = make_history([(0, 1), (3, 2)], items=[(marker, 1, 1) for marker in markers[1:]])
    calendar = make_calendar(weeks=3)
    (mark, *_) = measure_weeks(history, calendar, level, day_at(20))
    assert mark.share is not None
    assert mark.share.denominator > 2**62
    marks = Tallies(Ledgers(pack_histories([history]), calendar), level, day_at(20).toordinal()).mark_weeks()
    assert marks.shares.as_list()[0] == mark.share
    reduced = marks.shares.reduced()
    assert (reduced.numerators[0, 0], reduced.denominators[0, 0]) == mark.share.as_integer_ratio()


def test_fractions_in_lowest_terms_and_none_where_nothing_is_expected() -> None:
    numbers = np.array
    both = average([(1, numbers([2, 0]), numbers([4, 0])), (2, numbers([3, 0]), numbers([6, 0]))], (2,))
    assert both.as_list() == [Fraction(1, 2), None]
    assert both.is_there.tolist() == [True, False]
    assert both.reduced().numerators.tolist() == [1, 0]
    assert both.reduced().denominators.tolist() == [2, 0]


def test_nobody_has_no_weeks_and_no_evidence_no_day() -> None:
    assert list(evaluate_cohort(pack_histories([]), make_calendar(), {1: (make_level(), frozenset())})) == []
    assert last_evidence_by(pack_histories([make_history()]), [740_000]).tolist() == [[NEVER]]
