"""Read the form of one step: what was filled in, what is missing or out of its bounds, and what is kept beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from analytics.language import gettext, numeral
from analytics.policy.casework import Channel, Entry, Outcome, Step
from lti.panels.cases.step_words import STEPS
from lti.panels.words import sort_key

T = TypeVar("T", bound=StrEnum)
TEXT_LIMIT = 4_000
"""Characters of a text; the store keeps no more."""
NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class GivenStep:
    """One step as the form says it."""

    entry: Entry
    more: Mapping[str, Any] = field(repr=False)
    """What is kept beside it: whether other evidence was seen."""
    outcome: Outcome | None
    problem: str
    """What keeps it from being written down; empty: nothing so far."""


def read_step(sent: Mapping[str, str], by: int, own_name: str, today: date) -> GivenStep | None:
    """Read a step of somebody; None where the form names no step.

    The order of the steps is not looked at here: `analytics.policy.casework` refuses what is too early.
    """
    step = _choose(Step, sent.get("step", ""))
    if step is None:
        return None
    named = sent.get("named", "").strip()[:NAME_LIMIT]
    is_self = bool(named) and sort_key(named) == sort_key(own_name)
    channel = _choose(Channel, sent.get("channel", "")) if step is Step.ATTEMPT else None
    seen = sent.get("seen", "") if channel is Channel.OTHER_EVIDENCE else ""
    day = _read_day(sent.get("day", "")) if STEPS[step].asks_day else None
    entry = Entry(
        step,
        by,
        channel=channel,
        is_to_contact=sent.get("to_contact") == "yes",
        # A look for other evidence keeps yes or no and a day: a text could tell where somebody was (paragraph 15).
        text="" if channel is Channel.OTHER_EVIDENCE else sent.get("text", "").strip()[: TEXT_LIMIT + 1],
        named=named if STEPS[step].named else "",
        named_user=by if is_self else None,
        day=day,
    )
    more = {"seen": seen} if seen in ("yes", "no") else {}
    outcome = _choose(Outcome, sent.get("outcome", "")) if step is Step.CLOSED else None
    return GivenStep(entry, more, outcome, _find_problem(sent, entry, seen, today))


def _find_problem(sent: Mapping[str, str], entry: Entry, seen: str, today: date) -> str:
    words = STEPS[entry.step]
    if len(entry.text) > TEXT_LIMIT:
        return gettext("The text is longer than {most} characters.", most=numeral(TEXT_LIMIT))
    if entry.step is Step.DECIDED and sent.get("to_contact") not in ("yes", "no"):
        return gettext("Choose whether to get in touch.")
    if entry.channel is Channel.OTHER_EVIDENCE and seen not in ("yes", "no"):
        return gettext("Say whether other evidence was seen: yes or no.")
    if words.asks_day and (entry.day is None or entry.day > today):
        return gettext("The day is missing, or still to come.")
    if words.named and not entry.named and entry.step is Step.REFERRAL:
        return gettext("Name the service.")
    return ""


def _choose(kind: type[T], given: str) -> T | None:
    return next((one for one in kind if one.value == given), None)


def _read_day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
