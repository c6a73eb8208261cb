"""A case stands at the furthest stage that its people's steps have reached."""

import pytest

from analytics.policy.case_stage import CaseStage, find_stage
from analytics.policy.casework import Step


@pytest.mark.parametrize(
    ("steps", "stage"),
    [
        (set(), CaseStage.WAITING),
        ({Step.NOTE}, CaseStage.WAITING),
        ({Step.DISCUSSED}, CaseStage.DISCUSSED),
        ({Step.DISCUSSED, Step.DECIDED}, CaseStage.IN_CONTACT),
        ({Step.DISCUSSED, Step.DECIDED, Step.ATTEMPT, Step.RESPONSE}, CaseStage.IN_CONTACT),
        ({Step.DISCUSSED, Step.DECIDED, Step.REFERRAL}, CaseStage.SUPPORTED),
        ({Step.PROPOSAL}, CaseStage.SUPPORTED),
    ],
)
def test_the_furthest_step_tells_the_stage(steps: set[Step], stage: CaseStage) -> None:
    assert find_stage(steps) is stage
