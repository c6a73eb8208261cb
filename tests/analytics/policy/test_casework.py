"""The order of a case's human steps: none can be skipped, and each refusal names what is missing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.policy.casework import (
    INTERVENTIONS,
    LADDER,
    MISSING_WORDS,
    REACHED,
    Channel,
    Entry,
    Missing,
    Situation,
    Step,
    StepRefused,
    check_step,
    find_missing,
    is_exhausted,
    next_rung,
    next_rung_day,
)

NOW = Situation(clock_days=30, period_days=28)
ME, COLLEAGUE = 7, 8
DISCUSSED = Entry(Step.DISCUSSED, ME, named="Dr Aisha Wood", named_user=COLLEAGUE)
TO_CONTACT = Entry(Step.DECIDED, ME, is_to_contact=True, text="Not seen for two weeks.")
TO_LEAVE = Entry(Step.DECIDED, ME, text="On a placement that we knew of.")
NOBODY_REACHED = [Entry(Step.ATTEMPT, ME, channel) for channel in LADDER]
PROPOSAL = Entry(Step.PROPOSAL, ME, text="Nobody reached.", named="Head of Student Services")
CLOSED = Entry(Step.CLOSED, ME, text="Back in seminars.")


def attempt(channel: Channel = Channel.UNIVERSITY_EMAIL) -> Entry:
    return Entry(Step.ATTEMPT, ME, channel)


@pytest.mark.parametrize(
    "step", [TO_CONTACT, attempt(), PROPOSAL, CLOSED, *(Entry(s, ME) for s in sorted(INTERVENTIONS))], ids=str
)
def test_nothing_is_decided_and_nobody_contacted_before_a_recorded_discussion(step: Entry) -> None:
    assert find_missing([], step, NOW) is Missing.DISCUSSION
    assert find_missing([Entry(Step.NOTE, ME, text="Seen.")], step, NOW) is Missing.DISCUSSION


def test_a_discussion_with_oneself_or_with_nobody_is_none() -> None:
    assert find_missing([], Entry(Step.DISCUSSED, ME, named="Me", named_user=ME), NOW) is Missing.COLLEAGUE
    assert find_missing([], Entry(Step.DISCUSSED, ME, named=" "), NOW) is Missing.COLLEAGUE
    assert find_missing([], DISCUSSED, NOW) is None


def test_contact_needs_a_decision_to_contact() -> None:
    assert find_missing([DISCUSSED], attempt(), NOW) is Missing.DECISION
    assert find_missing([DISCUSSED, TO_LEAVE], attempt(), NOW) is Missing.DECISION_TO_CONTACT
    assert find_missing([DISCUSSED, TO_CONTACT], attempt(), NOW) is None


def test_a_decision_has_its_reason() -> None:
    assert find_missing([DISCUSSED], Entry(Step.DECIDED, ME, is_to_contact=True), NOW) is Missing.REASON


def test_the_ladder_is_climbed_in_its_order_and_a_rung_may_be_tried_again() -> None:
    case = [DISCUSSED, TO_CONTACT]
    for position, channel in enumerate(LADDER):
        assert next_rung(case) is channel
        for later in LADDER[position + 1 :]:
            assert find_missing(case, attempt(later), NOW) is Missing.EARLIER_RUNG
        case.append(attempt(channel))
        assert find_missing(case, attempt(channel), NOW) is None
    assert next_rung(case) is None
    assert is_exhausted(case)


def test_where_a_school_leaves_days_for_an_answer_the_next_way_of_contact_waits_for_them() -> None:
    monday, waits = date(2026, 11, 2), Situation(30, 28, rung_days=2)
    case = [DISCUSSED, TO_CONTACT, Entry(Step.ATTEMPT, ME, LADDER[0], day=monday)]

    def on(day: date | None, channel: Channel = LADDER[1]) -> Missing | None:
        return find_missing(case, Entry(Step.ATTEMPT, ME, channel, day=day), waits)

    assert next_rung_day(case, 2) == monday + timedelta(2)
    assert next_rung_day(case[:2], 2) is None
    assert [on(monday), on(monday + timedelta(1)), on(None)] == [Missing.RUNG_DAYS] * 3
    assert on(monday + timedelta(2)) is None
    assert on(monday, LADDER[0]) is None  # the same way of contact again: somebody noted a second call
    assert find_missing(case, Entry(Step.ATTEMPT, ME, LADDER[1], day=monday), NOW) is None
    assert find_missing([*case, TO_CONTACT], Entry(Step.ATTEMPT, ME, LADDER[0], day=monday), waits) is None


@pytest.mark.parametrize("reached", sorted(REACHED))
def test_an_answer_or_evidence_ends_the_ladder_until_somebody_decides_again(reached: Step) -> None:
    case = [DISCUSSED, TO_CONTACT, attempt(), Entry(reached, ME, text="Wrote back.")]

    assert find_missing(case, attempt(Channel.PERSONAL_EMAIL), NOW) is Missing.NEW_DECISION
    assert not is_exhausted([*case[:2], *NOBODY_REACHED, case[-1]])
    assert find_missing([*case, TO_CONTACT], attempt(), NOW) is None


def test_a_proposal_needs_the_whole_ladder_the_period_a_named_person_and_a_reason() -> None:
    case = [DISCUSSED, TO_CONTACT, *NOBODY_REACHED]

    assert find_missing(case[:-1], PROPOSAL, NOW) is Missing.WHOLE_LADDER
    assert find_missing(case, PROPOSAL, Situation(27, 28)) is Missing.PERIOD
    assert find_missing(case, Entry(Step.PROPOSAL, ME, text="Nobody reached."), NOW) is Missing.NAMED_PERSON
    assert find_missing(case, Entry(Step.PROPOSAL, ME, named="Head"), NOW) is Missing.REASON
    assert find_missing(case, PROPOSAL, NOW) is None


def test_a_case_closes_with_a_result_or_a_decision_not_to_act_and_its_reason() -> None:
    assert find_missing([DISCUSSED], CLOSED, NOW) is Missing.DECISION
    assert find_missing([DISCUSSED, TO_CONTACT, attempt()], CLOSED, NOW) is Missing.RESULT
    assert find_missing([DISCUSSED, TO_LEAVE], CLOSED, NOW) is None
    assert find_missing([DISCUSSED, TO_LEAVE], Entry(Step.CLOSED, ME), NOW) is Missing.REASON
    for step in (*REACHED, *INTERVENTIONS):
        assert find_missing([DISCUSSED, TO_CONTACT, attempt(), Entry(step, ME, text="…")], CLOSED, NOW) is None


def test_a_closed_case_takes_nothing_more() -> None:
    case = [DISCUSSED, TO_LEAVE, CLOSED]
    for step in Step:
        with pytest.raises(StepRefused) as refused:
            check_step(case, Entry(step, ME, Channel.PHONE, True, "…", "Somebody", COLLEAGUE), NOW)
        assert refused.value.missing is Missing.OPEN_CASE


def test_every_refusal_has_its_words() -> None:
    assert set(MISSING_WORDS) == set(Missing)


STEPS = st.builds(
    Entry,
    st.sampled_from(Step),
    st.just(ME),
    st.sampled_from([None, *Channel]),
    st.booleans(),
    st.sampled_from(["", "Because."]),
    st.sampled_from(["", "Dr Aisha Wood"]),
    st.sampled_from([None, ME, COLLEAGUE]),
)


@given(st.lists(STEPS, max_size=40), st.integers(0, 60))
def test_however_steps_are_tried_no_case_holds_a_contact_without_discussion_and_decision(
    tried: list[Entry], clock_days: int
) -> None:
    case: list[Entry] = []
    situation = Situation(clock_days, 28)
    for step in tried:
        if find_missing(case, step, situation) is None:
            case.append(step)
    order = [entry.step for entry in case]
    for position, entry in enumerate(case):
        before = order[:position]
        if entry.step in {Step.ATTEMPT, Step.PROPOSAL, *INTERVENTIONS}:
            assert Step.DISCUSSED in before[: before.index(Step.DECIDED)]
        if entry.step is Step.PROPOSAL:
            assert {one.channel for one in case[:position] if one.step is Step.ATTEMPT} == set(LADDER)
            assert clock_days >= situation.period_days
        assert Step.CLOSED not in before
