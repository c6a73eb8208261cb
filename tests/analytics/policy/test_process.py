"""A school's process is whole before it is published, and says the same after it was stored."""

from dataclasses import replace

import pytest

from analytics.policy.casework import Channel
from analytics.policy.process import (
    DEFAULT_HAND_OVER_DAYS,
    Process,
    ProcessError,
    check_process,
    process_from_json,
    process_to_json,
)

PROCESS = Process("the learner’s adviser", 21, 10, "Dr Helen Marsh", ladder={Channel.PHONE: "Between 9 and 5."})


def test_a_whole_process_can_be_published_and_alerts_have_five_days_by_default() -> None:
    check_process(PROCESS)
    assert PROCESS.hand_over_days == DEFAULT_HAND_OVER_DAYS == 5


@pytest.mark.parametrize(
    ("process", "field_name"),
    [
        (replace(PROCESS, who_decides=" "), "who_decides"),
        (replace(PROCESS, proposal_to=""), "proposal_to"),
        (replace(PROCESS, proposal_to="x" * 201), "proposal_to"),
        (replace(PROCESS, period_days=0), "period_days"),
        (replace(PROCESS, weekly_budget=0), "weekly_budget"),
        (replace(PROCESS, hand_over_days=61), "hand_over_days"),
        (replace(PROCESS, rung_days=-1), "rung_days"),
        (replace(PROCESS, rung_days=31), "rung_days"),
        (replace(PROCESS, ladder={Channel.PHONE: "x" * 2_001}), "ladder_phone"),
    ],
)
def test_what_is_missing_or_out_of_bounds_is_named(process: Process, field_name: str) -> None:
    with pytest.raises(ProcessError) as refused:
        check_process(process)
    assert refused.value.field_name == field_name


def test_a_stored_process_says_the_same() -> None:
    read = process_from_json(process_to_json(PROCESS))

    assert replace(read, ladder={}) == replace(PROCESS, ladder={})
    assert read.ladder[Channel.PHONE] == "Between 9 and 5."
    assert set(read.ladder) == set(Channel)


def test_a_process_of_before_it_could_leave_days_for_an_answer_leaves_none() -> None:
    document = process_to_json(replace(PROCESS, rung_days=3))
    assert process_from_json(document).rung_days == 3
    del document["rung_days"]
    assert process_from_json(document).rung_days == 0
