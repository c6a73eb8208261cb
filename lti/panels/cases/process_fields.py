"""Turn the fields of the process form into a school's process, and a process into the fields again."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.language import gettext, mark, ngettext
from analytics.policy.casework import LADDER, Channel
from analytics.policy.process import (
    DEFAULT_HAND_OVER_DAYS,
    LONGEST_NAME,
    LONGEST_TEXT,
    Process,
    ProcessError,
    check_process,
    find_mistakes,
)
from lti.panels.cases.step_words import say_channel
from lti.panels.words import capital, clean, clean_whole

LABELS: Mapping[str, str] = {
    "who_decides": mark("Who decides whether to get in touch"),
    "period_days": mark("Counted days without evidence before a Fitness to Study proposal may be written down"),
    "proposal_to": mark("The person such a proposal goes to"),
    "weekly_budget": mark("Learners a week whom your people can turn to"),
    "rung_days": mark("Days left for an answer between two ways of contact; 0: they may be tried on one day"),
    "hand_over_days": mark("Days to acknowledge what another school tells you"),
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
        values={name: sent.get(name, "") for name in LABELS},
        rungs=tuple((_field_of(rung), capital(say_channel(rung)), sent.get(_field_of(rung), "")) for rung in LADDER),
    )


def read_process(sent: Mapping[str, str]) -> Process:
    """Read the posted fields.

    Raises: ProcessError naming the first field that is missing or out of its bounds.
    """
    process = _read_unchecked(sent)
    check_process(process)
    return process


def list_mistakes(sent: Mapping[str, str]) -> dict[str, str]:
    """Say what is wrong with the posted fields, by field. Empty: nothing is."""
    return find_mistakes(_read_unchecked(sent))


def _read_unchecked(sent: Mapping[str, str]) -> Process:
    numbers = {name: _read_number(sent.get(name, "")) for name in NUMBERS}
    return Process(
        who_decides=sent.get("who_decides", "").strip()[: LONGEST_NAME + 1],
        proposal_to=sent.get("proposal_to", "").strip()[: LONGEST_NAME + 1],
        ladder={rung: sent.get(_field_of(rung), "").strip()[: LONGEST_TEXT + 1] for rung in LADDER},
        **numbers,
    )


def say_labels() -> dict[str, str]:
    """Return the label of each field that is no way of contact."""
    return {name: gettext(label) for name, label in LABELS.items()}


def say_problem(error: ProcessError) -> str:
    """Say what keeps a process from being published, with the field's label."""
    return f"{say_label(error.field_name)}: {error}"


def say_label(name: str) -> str:
    """Return the label of a field; of a way of contact, its name."""
    if name in LABELS:
        return gettext(LABELS[name])
    return next((capital(say_channel(rung)) for rung in LADDER if _field_of(rung) == name), name)


def say_process(process: Process) -> tuple[tuple[str, str], ...]:
    """Put a process in words: (term, text), as colleagues read it."""
    rungs = [_say_rung(number, rung, process.ladder.get(rung, "")) for number, rung in enumerate(LADDER, 1)]
    before = gettext("Somebody discusses the concern with a colleague and writes it down.")
    return (
        (gettext("Before anything"), before),
        (gettext("Who decides"), clean(process.who_decides)),
        (gettext("How contact goes"), "; ".join(rungs)),
        (gettext("Time for an answer"), _say_rung_days(process.rung_days)),
        (gettext("Fitness to Study"), _say_proposal(process)),
        (gettext("A week’s budget"), _say_budget(process.weekly_budget)),
        (gettext("Other schools’ alerts"), _say_hand_over(process.hand_over_days)),
    )


def _say_proposal(process: Process) -> str:
    return ngettext(
        "After {number} counted day without evidence and every way of contact tried, a proposal may be written down to"
        " {person}, who decides.",
        "After {number} counted days without evidence and every way of contact tried, a proposal may be written down to"
        " {person}, who decides.",
        process.period_days,
        person=clean(process.proposal_to),
    )


def _say_budget(budget: int) -> str:
    return ngettext(
        "{number} concern; the others of the week stand in a digest.",
        "{number} concerns; the others of the week stand in a digest.",
        budget,
    )


def _say_hand_over(days: int) -> str:
    return ngettext("acknowledged within {number} day", "acknowledged within {number} days", days)


def _say_rung_days(days: int) -> str:
    if not days:
        return gettext("Several ways of contact may be tried on one day.")
    return ngettext(
        "{number} day or more lie between two ways of contact.",
        "{number} days or more lie between two ways of contact.",
        days,
    )


def _say_rung(number: int, rung: Channel, text: str) -> str:
    said = clean_whole(text).rstrip(".")
    return f"{number}. {say_channel(rung)}{f' ({said})' if said else ''}"


def _field_of(rung: str) -> str:
    return f"ladder_{rung}"


def _read_number(given: str) -> int:
    bare = given.strip()
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 9 else NO_NUMBER
