"""What a school publishes before anything raises a concern in it: who decides, and when (policy paragraph 13)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analytics.language import gettext, numeral
from analytics.policy.casework import LADDER, Channel

LONGEST_NAME = 200
LONGEST_TEXT = 2_000
MAXIMUM_PERIOD_DAYS = 365
MAXIMUM_BUDGET = 10_000
MAXIMUM_HAND_OVER_DAYS = 60
MAXIMUM_RUNG_DAYS = 30
DEFAULT_HAND_OVER_DAYS = 5


class ProcessError(ValueError):
    """A process that cannot be published; `field_name` says which part of it."""

    def __init__(self, field_name: str, message: str) -> None:
        self.field_name = field_name
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Process:
    """How the people of a school look after learners below the published level."""

    who_decides: str
    """In the school's own words: a part, such as "the learner's adviser"."""
    period_days: int
    """Counted days without evidence before a Fitness to Study proposal may be written down."""
    weekly_budget: int
    """Concerns of one week that the school's people can look at; more stand in a digest."""
    proposal_to: str
    """The person to whom a proposal goes, by name."""
    hand_over_days: int = DEFAULT_HAND_OVER_DAYS
    """Days within which the school acknowledges another school's alert."""
    ladder: Mapping[Channel, str] = field(default_factory=dict)
    """What the school says of each way of contact; one without words stands by its name alone."""
    rung_days: int = 0
    """Days left for an answer between two ways of contact; 0: they may be tried on one day."""


def check_process(process: Process) -> None:
    """Do nothing if a process can be published.

    Raises: ProcessError naming the first part that is missing or out of its bounds.
    """
    mistakes = find_mistakes(process)
    if mistakes:
        raise ProcessError(*next(iter(mistakes.items())))


def find_mistakes(process: Process) -> dict[str, str]:
    """Say what is missing or out of its bounds, by the name of each part that is. Empty: it can be published."""
    names = (
        ("who_decides", process.who_decides, gettext("Say who decides: the process has to name it.")),
        ("proposal_to", process.proposal_to, gettext("Say a person: the process has to name it.")),
    )
    mistakes = {name: missing for name, value, missing in names if not value.strip()}
    mistakes |= {name: _say_too_long(LONGEST_NAME) for name, value, _ in names if len(value) > LONGEST_NAME}
    numbers = (
        ("period_days", process.period_days, 1, MAXIMUM_PERIOD_DAYS),
        ("weekly_budget", process.weekly_budget, 1, MAXIMUM_BUDGET),
        ("hand_over_days", process.hand_over_days, 1, MAXIMUM_HAND_OVER_DAYS),
        ("rung_days", process.rung_days, 0, MAXIMUM_RUNG_DAYS),
    )
    for name, number, least, most in numbers:
        if not least <= number <= most:
            mistakes[name] = gettext("This is a number from {least} to {most}.", least=least, most=numeral(most))
    rungs = {f"ladder_{channel}": text for channel, text in process.ladder.items()}
    return mistakes | {name: _say_too_long(LONGEST_TEXT) for name, text in rungs.items() if len(text) > LONGEST_TEXT}


def _say_too_long(most: int) -> str:
    return gettext("At most {most} characters are kept here.", most=numeral(most))


def process_to_json(process: Process) -> dict[str, Any]:
    """Return a process as the document that is stored and digested."""
    return {
        "who_decides": process.who_decides.strip(),
        "period_days": process.period_days,
        "weekly_budget": process.weekly_budget,
        "proposal_to": process.proposal_to.strip(),
        "hand_over_days": process.hand_over_days,
        "rung_days": process.rung_days,
        "ladder": {channel.value: process.ladder.get(channel, "").strip() for channel in LADDER},
    }


def process_from_json(document: Mapping[str, Any]) -> Process:
    """Return the process that a stored document says.

    Raises: KeyError, ValueError for a document that `process_to_json` did not write.
    """
    return Process(
        who_decides=str(document["who_decides"]),
        period_days=int(document["period_days"]),
        weekly_budget=int(document["weekly_budget"]),
        proposal_to=str(document["proposal_to"]),
        hand_over_days=int(document["hand_over_days"]),
        rung_days=int(document.get("rung_days", 0)),
        ladder={Channel(name): str(text) for name, text in document["ladder"].items()},
    )
