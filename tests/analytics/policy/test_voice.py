"""What follows when a learner answers: a pause of seven days, thirty to acknowledge, informally first."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.policy.voice import (
    PastComplaint,
    Stage,
    find_acknowledge_by,
    find_next_stage,
    find_pause_end,
    is_paused,
)

TODAY = date(2026, 11, 16)
BY = date(2026, 12, 16)


def past(stage: Stage, *, acknowledged: bool = False, answered: bool = False, by: date = BY) -> PastComplaint:
    return PastComplaint(stage, by, acknowledged or answered, answered)


def test_a_disputed_week_pauses_for_seven_days_and_no_longer() -> None:
    until = find_pause_end(TODAY)
    assert [is_paused(until, TODAY + timedelta(days=days)) for days in (0, 7, 8)] == [True, True, False]


def test_a_complaint_is_to_be_acknowledged_within_thirty_days() -> None:
    assert find_acknowledge_by(TODAY) == BY
    waiting = past(Stage.INFORMAL)
    assert [waiting.is_overdue(BY), waiting.is_overdue(BY + timedelta(days=1))] == [False, True]
    assert not past(Stage.INFORMAL, acknowledged=True).is_overdue(BY + timedelta(days=1))


@pytest.mark.parametrize(
    ("before", "today", "stage"),
    [
        ([], TODAY, Stage.INFORMAL),
        ([past(Stage.INFORMAL)], TODAY, None),
        ([past(Stage.INFORMAL, acknowledged=True)], BY + timedelta(days=1), None),
        ([past(Stage.INFORMAL)], BY + timedelta(days=1), Stage.FORMAL),
        ([past(Stage.INFORMAL, answered=True)], TODAY, Stage.FORMAL),
        ([past(Stage.INFORMAL, answered=True), past(Stage.FORMAL)], TODAY, None),
        ([past(Stage.INFORMAL, answered=True), past(Stage.FORMAL, answered=True)], TODAY, Stage.INFORMAL),
    ],
)
def test_informal_comes_first_and_formal_once_it_was_answered_or_nobody_acknowledged_it(
    before: list[PastComplaint], today: date, stage: Stage | None
) -> None:
    assert find_next_stage(before, today) is stage


@given(st.lists(st.builds(PastComplaint, st.sampled_from(Stage), st.dates(), st.booleans(), st.booleans())), st.dates())
def test_nothing_formal_follows_anything_but_an_informal_one(before: list[PastComplaint], today: date) -> None:
    if find_next_stage(before, today) is Stage.FORMAL:
        assert before[-1].stage is Stage.INFORMAL
