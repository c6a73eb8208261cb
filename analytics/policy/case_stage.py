"""Say how far the people of a case have come, from the steps they wrote down (policy paragraphs 11, 15 and 16)."""

from collections.abc import Collection
from enum import StrEnum

from analytics.policy.casework import INTERVENTIONS, Step


class CaseStage(StrEnum):
    """How far somebody with an open concern or case has been looked after, from the first to the last."""

    WAITING = "waiting"
    """Nobody has talked about it with a colleague yet."""
    DISCUSSED = "discussed"
    """Discussed, and to be decided."""
    IN_CONTACT = "in-contact"
    """Decided: people get in touch, or have reached the learner."""
    SUPPORTED = "supported"
    """With a meeting, a resource, a plan, a referral or a proposal."""


_SUPPORT = INTERVENTIONS | {Step.PROPOSAL}
_CONTACT = frozenset({Step.DECIDED, Step.ATTEMPT, Step.RESPONSE, Step.EVIDENCE})


def find_stage(steps: Collection[Step]) -> CaseStage:
    """Find the furthest stage that the steps of an open case have reached; WAITING without any."""
    if not _SUPPORT.isdisjoint(steps):
        return CaseStage.SUPPORTED
    if not _CONTACT.isdisjoint(steps):
        return CaseStage.IN_CONTACT
    return CaseStage.DISCUSSED if Step.DISCUSSED in steps else CaseStage.WAITING
