"""Turn the fields of the process form into a school's process, and a process into the fields again."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.policy.casework import LADDER, Channel
from analytics.policy.process import (
    DEFAULT_HAND_OVER_DAYS,
    LONGEST_NAME,
    LONGEST_TEXT,
    Process,
    ProcessError,
    check_process,
)
from lti.panels.cases.step_words import CHANNELS
from lti.panels.words import capital, clean, clean_whole, count

LABELS: Mapping[str, str] = {
    "who_decides": "Who decides whether to get in touch",
    "period_days": "Counted days without evidence before a Fitness to Study proposal may be written down",
    "proposal_to": "The person such a proposal goes to",
    "weekly_budget": "Learners a week whom your people can turn to",
    "rung_days": "Days left for an answer between two ways of contact; 0: they may be tried on one day",
    "hand_over_days": "Days to acknowledge what another school tells you",
}
NUMBERS = ("period_days", "weekly_budget", "rung_days", "hand_over_days")
SUGGESTED_RUNG_DAYS = 2
"""Where a first process begins; the lead changes it."""
NO_NUMBER = -1
"""What a field without a number is read as: out of every bound, so the check names it."""


@dataclass(frozen=True, slots=True)
class ProcessFields:
    """The whole form as the page shows it."""

    values: Mapping[str, str]
    """Field name → what stands in it."""
    rungs: tuple[tuple[str, str, str], ...]
    """(field name, label, text) of each way of contact, in their order."""


def write_fields(process: Process | None) -> ProcessFields:
    """Give a process's fields; before the first one, empty ones with the default days of a hand-over."""
    if process is None:
        return echo_fields({"hand_over_days": str(DEFAULT_HAND_OVER_DAYS), "rung_days": str(SUGGESTED_RUNG_DAYS)})
    values = {name: str(getattr(process, name)) for name in LABELS}
    return echo_fields(values | {_field_of(rung): process.ladder.get(rung, "") for rung in LADDER})


def echo_fields(sent: Mapping[str, str]) -> ProcessFields:
    """Give the fields as they were sent, so that nobody writes a form twice for one mistake in it."""
    return ProcessFields(
        values={name: sent.get(name, "")[:LONGEST_TEXT] for name in LABELS},
        rungs=tuple(
            (_field_of(rung), capital(CHANNELS[rung]), sent.get(_field_of(rung), "")[:LONGEST_TEXT]) for rung in LADDER
        ),
    )


def read_process(sent: Mapping[str, str]) -> Process:
    """Read the posted fields.

    Raises: ProcessError naming the first field that is missing or out of its bounds.
    """
    numbers = {name: _read_number(sent.get(name, "")) for name in NUMBERS}
    process = Process(
        who_decides=sent.get("who_decides", "").strip()[: LONGEST_NAME + 1],
        proposal_to=sent.get("proposal_to", "").strip()[: LONGEST_NAME + 1],
        ladder={rung: sent.get(_field_of(rung), "").strip()[: LONGEST_TEXT + 1] for rung in LADDER},
        **numbers,
    )
    check_process(process)
    return process


def say_problem(error: ProcessError) -> str:
    """Say what keeps a process from being published, with the field's label."""
    label = LABELS.get(error.field_name)
    return f"{label}: {error}" if label else str(error)


def say_process(process: Process) -> tuple[tuple[str, str], ...]:
    """Put a process in words: (term, text), as colleagues read it."""
    rungs = [_say_rung(number, rung, process.ladder.get(rung, "")) for number, rung in enumerate(LADDER, 1)]
    return (
        ("Before anything", "Somebody discusses the concern with a colleague and writes it down."),
        ("Who decides", clean(process.who_decides)),
        ("How contact goes", "; ".join(rungs)),
        ("Time for an answer", _say_rung_days(process.rung_days)),
        (
            "Fitness to Study",
            f"After {count(process.period_days, 'counted day')} without evidence and every way of contact tried, a"
            f" proposal may be written down to {clean(process.proposal_to)}, who decides.",
        ),
        (
            "A week’s budget",
            f"{count(process.weekly_budget, 'concern')}; the others of the week stand in a digest.",
        ),
        ("Other schools’ alerts", f"acknowledged within {count(process.hand_over_days, 'day')}"),
    )


def _say_rung_days(days: int) -> str:
    if not days:
        return "Several ways of contact may be tried on one day."
    return f"{count(days, 'day')} or more lie between two ways of contact."


def _say_rung(number: int, rung: Channel, text: str) -> str:
    said = clean_whole(text).rstrip(".")
    return f"{number}. {CHANNELS[rung]}{f' ({said})' if said else ''}"


def _field_of(rung: str) -> str:
    return f"ladder_{rung}"


def _read_number(given: str) -> int:
    bare = given.strip()
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 9 else NO_NUMBER
