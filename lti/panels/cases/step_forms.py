"""Find which steps a case offers now, what each form asks, and what is missing before the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analytics.language import gettext
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
    find_missing,
    is_exhausted,
    next_rung,
    next_rung_day,
)
from analytics.policy.process import Process
from lti.panels.cases.step_words import OUTCOMES, STEPS, StepWords, say_outcome, say_rung, words_of
from lti.panels.words import capital, clean, clean_whole


@dataclass(frozen=True, slots=True)
class StepForm:
    """One form of the case page."""

    step: str
    words: StepWords
    is_first: bool
    """It is what comes next; the page shows it open."""
    channel: str
    """The way of contact that is next; empty: none is asked for."""
    channel_words: str
    is_look: bool
    """The way of contact is a look for other evidence: yes or no, and a day."""
    is_decision: bool
    named: str
    """What stands in the field for a name to begin with."""
    school_says: str
    """What the school's process says of the way of contact; empty: nothing."""
    outcomes: tuple[tuple[str, str], ...]
    """(value, words) where the form asks how it ended; empty: it does not."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """What is missing, and the steps that may not be written down before."""

    why: str
    todo: str


def find_first(entries: Sequence[Entry], situation: Situation, today: date) -> Step:
    """Find what comes next in a case that is open: the human step that the policy's order asks for.

    While the school leaves days for an answer, the answer comes first, not the next way of contact.
    """
    decided = next((at for at in range(len(entries) - 1, -1, -1) if entries[at].step is Step.DECIDED), None)
    if decided is None:
        return Step.DECIDED if any(one.step is Step.DISCUSSED for one in entries) else Step.DISCUSSED
    if not entries[decided].is_to_contact:
        return Step.CLOSED
    since = {one.step for one in entries[decided + 1 :]}
    if since & (INTERVENTIONS | {Step.PROPOSAL, Step.EVIDENCE}):
        return Step.CLOSED
    if since & REACHED:
        return Step.MEETING
    if not is_exhausted(entries):
        return Step.ATTEMPT if find_wait(entries, situation, today) is None else Step.RESPONSE
    return Step.PROPOSAL if situation.clock_days >= situation.period_days else Step.RESPONSE


def find_wait(entries: Sequence[Entry], situation: Situation, today: date) -> date | None:
    """Find the day before which the next way of contact is not tried; None: it can be tried today."""
    begins = next_rung_day(entries, situation.rung_days)
    return begins if begins is not None and begins > today else None


def list_step_forms(
    entries: Sequence[Entry], situation: Situation, by: int, process: Process | None, today: date
) -> tuple[StepForm, ...]:
    """Give the forms of the steps that may be written down now, what comes next first; `process` is the school's."""
    first = find_first(entries, situation, today)
    allowed = [step for step in STEPS if _is_offered(entries, step, situation, by, today)]
    ordered = [step for step in allowed if step is first] + [step for step in allowed if step is not first]
    return tuple(_make_form(step, entries, process, is_first=step is first) for step in ordered)


def list_not_yet(entries: Sequence[Entry], situation: Situation, by: int, today: date) -> tuple[NotYet, ...]:
    """Give what is missing with the steps that wait for it. Empty: all are offered."""
    found: dict[Missing, list[str]] = {}
    for step in STEPS:
        missing = find_missing(entries, _probe(entries, step, by, today), situation)
        if missing is not None and missing is not Missing.OPEN_CASE:
            found.setdefault(missing, []).append(words_of(step).todo)
    return tuple(NotYet(capital(gettext(MISSING_WORDS[missing])), "; ".join(steps)) for missing, steps in found.items())


def _is_offered(entries: Sequence[Entry], step: Step, situation: Situation, by: int, today: date) -> bool:
    if step is Step.ATTEMPT and next_rung(entries) is None:
        return False
    return find_missing(entries, _probe(entries, step, by, today), situation) is None


def _probe(entries: Sequence[Entry], step: Step, by: int, today: date) -> Entry:
    """Give a step that is filled in as far as a form can be, to ask what is missing before it."""
    channel = (next_rung(entries) or LADDER[0]) if step is Step.ATTEMPT else None
    return Entry(step, by, channel=channel, is_to_contact=True, text="filled in", named="filled in", day=today)


def _make_form(step: Step, entries: Sequence[Entry], process: Process | None, *, is_first: bool) -> StepForm:
    channel = next_rung(entries) if step is Step.ATTEMPT else None
    told = "" if process is None or channel is None else process.ladder.get(channel, "")
    return StepForm(
        step=step.value,
        words=words_of(step),
        is_first=is_first,
        channel="" if channel is None else channel.value,
        channel_words="" if channel is None else say_rung(channel),
        is_look=channel is Channel.OTHER_EVIDENCE,
        is_decision=step is Step.DECIDED,
        named=clean(process.proposal_to) if process is not None and step is Step.PROPOSAL else "",
        school_says=clean_whole(told),
        outcomes=tuple((one.value, say_outcome(one)) for one in OUTCOMES) if step is Step.CLOSED else (),
    )
