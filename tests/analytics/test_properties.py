"""The properties of the definition (docs/engagement.md "Properties"), each under its own name."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.calendar import DateRange
from analytics.cohort import FEWEST_LEARNERS, find_quartile
from analytics.detail import WeekEvidence, find_figure_evidence, find_week_evidence
from analytics.engagement import Engagement, measure_engagement, measure_weeks
from analytics.evaluation import evaluate_week, evaluate_weeks
from analytics.evidence import split_presence
from analytics.explain import parse_sentence, sentence
from analytics.history import LearnerHistory, SessionStatus
from analytics.levels import Marker
from analytics.markers import TaskCount
from analytics.records import LogEvent
from analytics.replay import from_inputs, to_inputs
from analytics.retell import retell
from analytics.tallies import is_attended
from tests.analytics.presence import Presence, find_presence
from tests.analytics.strategies import BY_ITEMS_OR_SESSIONS, Situation, day_at, days, situations

LONDON = ZoneInfo("Europe/London")
ZERO = Fraction(0)

often = settings(max_examples=80)


def measure(situation: Situation, history: LearnerHistory | None = None) -> Engagement:
    return measure_engagement(history or situation.history, situation.calendar, situation.level, situation.as_of)


def never_lower(before: Engagement, after: Engagement) -> bool:
    """A number may appear or rise; where it was and is still, it has not fallen."""
    return before.e is None or (after.e is not None and after.e >= before.e)


@often
@given(situations())
def test_bounded_in_zero_to_one(situation: Situation) -> None:
    marks = measure_weeks(*situation)

    shares = [measure(situation).e, *(mark.share for mark in marks)]

    assert all(share is None or 0 <= share <= 1 for share in shares)


@often
@given(
    situations(),
    st.frozensets(st.tuples(days(14), st.integers(1, 9)), max_size=20),
    st.frozensets(st.tuples(st.sampled_from(BY_ITEMS_OR_SESSIONS), days(14), st.integers(1, 9)), max_size=20),
)
def test_more_activity_never_lowers_e(
    situation: Situation, more: frozenset[tuple[date, int]], more_items: frozenset[tuple[Marker, date, int]]
) -> None:
    history = situation.history
    busier = replace(history, visits=history.visits | more, items=history.items | more_items)

    before, after = measure(situation), measure(situation, busier)

    assert never_lower(before, after)
    assert after.clock_days <= before.clock_days


@st.composite
def log_events(draw: st.DrawFn, moodle_user_id: int = 7) -> LogEvent:
    moment = datetime.combine(draw(days(12)), time(draw(st.integers(0, 23)), 30), tzinfo=UTC)
    names = [
        r"\core\event\course_viewed",
        r"\mod_page\event\course_module_viewed",
        r"\mod_quiz\event\attempt_submitted",
    ]
    name = draw(st.sampled_from(names))
    return LogEvent(
        log_id=draw(st.integers(1, 10**6)),
        event_name=name,
        edulevel=2,
        moodle_user_id=moodle_user_id,
        related_moodle_user_id=None,
        moodle_course_id=2,
        cmid=None if name == names[0] else draw(st.integers(1, 5)),
        occurred_at=moment,
        origin="web",
        real_moodle_user_id=None,
    )


def history_from(situation: Situation, presence: frozenset[Presence]) -> LearnerHistory:
    own = split_presence((fact.day, fact.cmid, fact.kind) for fact in presence if fact.moodle_user_id == 7)
    return replace(situation.history, visits=own.visits, evidence_days=own.evidence_days)


@often
@given(situations(), st.lists(log_events(), max_size=40), st.randoms(use_true_random=False))
def test_clicks_on_the_same_activity_and_day_order_duplicates_and_replays_change_nothing(
    situation: Situation, events: list[LogEvent], chance: random.Random
) -> None:
    more_clicks = [replace(event, log_id=event.log_id + 10**7, occurred_at=event.occurred_at) for event in events]
    again = [*events, *chance.sample(events, len(events) // 2), *more_clicks]
    chance.shuffle(again)

    once = history_from(situation, find_presence(events, LONDON))
    shuffled = history_from(situation, find_presence(again, LONDON))

    assert measure(situation, once) == measure(situation, shuffled)


@often
@given(st.lists(log_events(), max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_batches_in_any_order_equal_one_batch(events: list[LogEvent], cut: int, overlap: int) -> None:
    late_batch, early_batch = events[cut:], events[: cut + overlap]

    in_batches = find_presence(late_batch, LONDON) | find_presence(early_batch, LONDON)

    assert in_batches == find_presence(events, LONDON)


@often
@given(situations(), st.lists(log_events(), max_size=20), st.lists(log_events(moodle_user_id=8), max_size=20))
def test_other_learners_never_enter(situation: Situation, mine: list[LogEvent], others: list[LogEvent]) -> None:
    alone = history_from(situation, find_presence(mine, LONDON))
    among_others = history_from(situation, find_presence([*others, *mine], LONDON))

    assert measure(situation, alone) == measure(situation, among_others)


@often
@given(situations())
def test_a_break_week_freezes_e(situation: Situation) -> None:
    evaluations = evaluate_weeks(*situation)

    for before, during in pairwise(evaluations):
        if not during.mark.is_counted:
            assert during.engagement.e == before.engagement.e
            assert during.engagement.shares == before.engagement.shares
            assert during.shown == before.shown


@often
@given(situations(), st.integers(1, 9))
def test_late_enrolment_equals_starting_then(situation: Situation, week: int) -> None:
    calendar = situation.calendar
    assume(week <= calendar.week_count)
    monday = calendar.monday_of(week)
    enrolled_late = replace(situation.history, enrolled_on=monday)
    started_then = replace(calendar, first_monday=monday, week_count=calendar.week_count - week + 1)

    late = measure(situation, enrolled_late)
    fresh = measure_engagement(enrolled_late, started_then, situation.level, situation.as_of)

    assert (late.e, late.clock_days, late.overdue) == (fresh.e, fresh.clock_days, fresh.overdue)
    assert late.shares == fresh.shares


@often
@given(situations(), st.data())
def test_excusing_any_task_or_session_never_lowers_e(situation: Situation, data: st.DataObject) -> None:
    history = situation.history
    tasks = tuple(replace(task, excused=task.excused or data.draw(st.booleans())) for task in history.tasks)
    sessions = tuple(
        replace(session, status=SessionStatus.EXCUSED)
        if session.status is SessionStatus.ABSENT and data.draw(st.booleans())
        else session
        for session in history.sessions
    )
    before, after = measure(situation), measure(situation, replace(history, tasks=tasks, sessions=sessions))

    assert before.e is None or after.e is None or after.e >= before.e
    assert after.e is not None or before.e in (None, ZERO)


@often
@given(situations(), st.integers(1, 40), st.data())
def test_an_extension_never_lowers_e_before_the_new_date(situation: Situation, by: int, data: st.DataObject) -> None:
    history = situation.history
    assume(history.tasks)
    number = data.draw(st.integers(0, len(history.tasks) - 1))
    task = history.tasks[number]
    new_date = max(task.dated_on, situation.as_of) + timedelta(days=by)
    extended = replace(task, extended_to=new_date)
    tasks = (*history.tasks[:number], extended, *history.tasks[number + 1 :])

    before, after = measure(situation), measure(situation, replace(history, tasks=tasks))

    assert before.e is None or after.e is None or after.e >= before.e
    assert after.e is not None or before.e in (None, ZERO)


@often
@given(situations(), st.data())
def test_handing_in_and_attending_never_lower_e(situation: Situation, data: st.DataObject) -> None:
    history = situation.history
    tasks = tuple(
        replace(task, handed_in_on=data.draw(days(14))) if task.handed_in_on is None else task for task in history.tasks
    )
    sessions = tuple(
        replace(session, status=SessionStatus.ATTENDED) if data.draw(st.booleans()) else session
        for session in history.sessions
    )
    before, after = measure(situation), measure(situation, replace(history, tasks=tasks, sessions=sessions))

    assert before.e is None or after.e is None or after.e >= before.e
    assert after.e is not None or before.e in (None, ZERO)


@often
@given(situations(), st.integers(0, 20), st.integers(1, 20), st.data())
def test_on_time_is_never_worse_than_late_while_in_the_window(
    situation: Situation, early_by: int, late_by: int, data: st.DataObject
) -> None:
    history, calendar = situation.history, situation.calendar
    assume(history.tasks)
    task = history.tasks[data.draw(st.integers(0, len(history.tasks) - 1))]
    others = tuple(other for other in history.tasks if other is not task)
    late_on, early_on = task.dated_on + timedelta(days=late_by), task.dated_on - timedelta(days=early_by)
    on_time = measure(situation, replace(history, tasks=(*others, replace(task, handed_in_on=early_on))))
    late = measure(situation, replace(history, tasks=(*others, replace(task, handed_in_on=late_on))))
    is_in_window = bool(on_time.task_weeks) and calendar.week_of(early_on) >= on_time.task_weeks[0]
    assume(is_in_window)

    assert never_lower(late, on_time)


@often
@given(situations(), st.integers(0, 98), st.frozensets(st.integers(1, 12), max_size=12))
def test_one_day_adds_at_most_a_over_l_times_the_weeks_to_activity(
    situation: Situation, offset: int, cmids: frozenset[int]
) -> None:
    expectation = situation.level.expectation_of(Marker.ACTIVITY)
    assume(expectation is not None)
    assert expectation is not None
    assert expectation.level is not None
    assert expectation.a_day is not None
    day = day_at(offset)
    visits = {(on, cmid) for on, cmid in situation.history.visits if on != day}
    without = measure(situation, replace(situation.history, visits=frozenset(visits))).shares.of(Marker.ACTIVITY)
    with_day = measure(
        situation, replace(situation.history, visits=frozenset(visits | {(day, cmid) for cmid in cmids}))
    ).shares.of(Marker.ACTIVITY)

    assert (without is None) == (with_day is None)
    if without is not None and with_day is not None:
        assert with_day[1] == without[1] == expectation.level * len(measure(situation).weeks)
        assert 0 <= with_day[0] - without[0] <= expectation.a_day


@often
@given(situations(equal_weights=True))
def test_with_a_task_due_none_handed_in_and_no_attendance_e_is_at_most_one_half(situation: Situation) -> None:
    history = replace(
        situation.history,
        tasks=tuple(replace(task, handed_in_on=None) for task in situation.history.tasks),
        sessions=tuple(
            replace(session, status=SessionStatus.ABSENT)
            for session in situation.history.sessions
            if session.status is not SessionStatus.EXCUSED
        ),
        items=frozenset(),
    )
    engagement = measure(situation, history)
    assume(engagement.shares.tasks[2])

    assert engagement.e is None or engagement.e <= Fraction(1, 2)


@often
@given(situations(), st.data())
def test_activity_in_uncounted_weeks_never_enters(situation: Situation, data: st.DataObject) -> None:
    marks = measure_weeks(*situation)
    uncounted = [mark.week for mark in marks if not mark.is_counted]
    assume(uncounted)
    some_days = st.sampled_from([day for week in uncounted for day in situation.calendar.week_dates(week)])
    visits = data.draw(st.frozensets(st.tuples(some_days, st.integers(1, 9)), min_size=1))
    items = data.draw(st.frozensets(st.tuples(st.sampled_from(BY_ITEMS_OR_SESSIONS), some_days, st.integers(1, 9))))
    history = situation.history

    before = measure(situation)
    after = measure(situation, replace(history, visits=history.visits | visits, items=history.items | items))

    assert (after.e, after.shares) == (before.e, before.shares)
    assert after.clock_days <= before.clock_days


def forget_after(history: LearnerHistory, as_of: date) -> LearnerHistory:
    return replace(
        history,
        visits=frozenset(visit for visit in history.visits if visit[0] <= as_of),
        evidence_days=frozenset(day for day in history.evidence_days if day <= as_of),
        tasks=tuple(
            replace(task, handed_in_on=None) if task.handed_in_on and task.handed_in_on > as_of else task
            for task in history.tasks
            if task.dated_on <= as_of or (task.handed_in_on and task.handed_in_on <= as_of)
        ),
        sessions=tuple(session for session in history.sessions if session.held_on <= as_of),
        items=frozenset(item for item in history.items if item[1] <= as_of),
    )


@often
@given(situations(), st.integers(0, 100))
def test_no_use_of_the_future(situation: Situation, offset: int) -> None:
    as_of = day_at(offset)
    whole = situation._replace(as_of=as_of)
    known = whole._replace(history=forget_after(situation.history, as_of))

    assert measure(whole) == measure(known)
    assert measure_weeks(*whole) == measure_weeks(*known)
    assert evaluate_weeks(*whole) == evaluate_weeks(*known)


@often
@given(situations(), st.integers(0, 30))
def test_earlier_evaluations_stay_when_later_weeks_are_added(situation: Situation, later: int) -> None:
    evaluations = evaluate_weeks(*situation)
    longer = evaluate_weeks(*situation._replace(as_of=situation.as_of + timedelta(days=later)))

    assert longer[: len(evaluations)] == evaluations


@settings(max_examples=250)
@given(situations(), st.sampled_from(["you", "they"]))
def test_the_sentence_gives_e_exactly(situation: Situation, subject: str) -> None:
    engagement = measure(situation)

    assert parse_sentence(sentence(engagement, subject)) == engagement.e


@often
@given(situations())
def test_english_retells_each_sentence_as_it_was_stored(situation: Situation) -> None:
    said = sentence(measure(situation))

    assert retell(said) == said


@often
@given(situations(), st.integers(0, 100))
def test_the_clock_is_never_negative_zero_after_evidence_and_stands_on_an_uncounted_day(
    situation: Situation, offset: int
) -> None:
    today, yesterday = day_at(offset), day_at(offset - 1)
    marks = measure_weeks(*situation._replace(as_of=today))
    is_counted = 1 <= situation.calendar.week_of(today) <= len(marks) and marks[-1].is_counted
    is_counted = is_counted and not any(today in off for off in situation.calendar.bank_holidays)
    clock_today = measure(situation._replace(as_of=today)).clock_days
    clock_before = measure(situation._replace(as_of=yesterday)).clock_days
    seen = replace(situation.history, evidence_days=frozenset({today}))

    assert 0 <= clock_today <= clock_before + is_counted
    assert measure(situation._replace(as_of=today), seen).clock_days == 0


scores = st.integers(0, 6).map(lambda sixths: Fraction(sixths, 6))


@often
@given(st.lists(scores, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_context_is_hidden_for_few_learners_and_independent_of_ids(
    values: list[Fraction], chance: random.Random
) -> None:
    shuffled = chance.sample(values, len(values))

    quartiles = [find_quartile(value, values) for value in values]

    assert quartiles == [find_quartile(value, shuffled) for value in values]
    is_hidden = len(values) < FEWEST_LEARNERS or len(set(values)) == 1
    assert all((quartile is None) == is_hidden for quartile in quartiles)


@often
@given(situations())
def test_what_stands_behind_a_figure_adds_up_to_it(situation: Situation) -> None:
    for evaluation in evaluate_weeks(*situation):
        behind = find_figure_evidence(from_inputs(to_inputs(evaluation)))

        assert behind.evaluation == evaluation
        shares = evaluation.engagement.shares
        for share in shares.measured:
            of_weeks = [one for week in behind.weeks for one in week.measured if one.marker is share.marker]
            assert sum(one.met for one in of_weeks) == share.met
            assert sum(one.expected for one in of_weeks) == share.expected
        counts = [count for _, count in behind.tasks]
        assert (counts.count(TaskCount.ON_TIME), counts.count(TaskCount.LATE), len(counts)) == shares.tasks


@often
@given(situations())
def test_the_drill_down_adds_up_to_the_week_mark(situation: Situation) -> None:
    for mark in measure_weeks(*situation):
        evidence = find_week_evidence(
            situation.history, situation.calendar, situation.level, mark.week, situation.as_of
        )
        assert (_count_items(evidence, Marker.ACTIVITY), evidence.why_not) == (mark.visits, mark.why_not)
        for share in mark.shares.measured:
            days_sessions = [session for day in evidence.days for session in day.sessions]
            attended = [one for one in days_sessions if one.marker is share.marker and is_attended(one)]
            items = min(_count_items(evidence, share.marker), share.expected)
            assert share.met == (len(attended) if share.a_day is None else items)


def _count_items(evidence: WeekEvidence, marker: Marker) -> int:
    return sum(len(day.items_of(marker).counted) for day in evidence.days)


@often
@given(situations(), st.data())
def test_a_bank_holiday_changes_no_share_and_never_lengthens_the_clock(
    situation: Situation, data: st.DataObject
) -> None:
    day = data.draw(days(situation.calendar.week_count))
    calendar = replace(situation.calendar, bank_holidays=(DateRange(day, day),))
    ordinary = replace(situation.calendar, bank_holidays=())

    before = measure(situation._replace(calendar=ordinary))
    after = measure(situation._replace(calendar=calendar))

    assert (after.e, after.shares, after.weeks) == (before.e, before.shares, before.weeks)
    assert 0 <= before.clock_days - after.clock_days <= 1
    by_task = {task.task_id: task.days_past for task in before.outstanding}
    assert all(0 <= by_task[task.task_id] - task.days_past <= 1 for task in after.outstanding)


@often
@given(situations(), st.data())
def test_a_marker_that_is_not_used_today_leaves_the_average_as_one_not_chosen(
    situation: Situation, data: st.DataObject
) -> None:
    markers = sorted(situation.level.markers)
    unused = data.draw(st.frozensets(st.sampled_from(markers), max_size=len(markers) - 1))
    left = situation.level.without(unused)
    assert left is not None
    made = evaluate_weeks(*situation)
    assume(made)

    without = evaluate_week(replace(made[-1].inputs, unused=unused))
    never_chosen = evaluate_week(replace(made[-1].inputs, level=left))

    assert (without.engagement.e, without.sentence) == (never_chosen.engagement.e, never_chosen.sentence)
    assert without.mark == never_chosen.mark
