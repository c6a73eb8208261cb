"""Order the human steps of a case, so that none can be skipped (policy paragraphs 11, 13, 15, 16, 24).

Nothing here acts: it says which steps people may write down next, and names what is missing before another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from analytics.language import mark


class Step(StrEnum):
    """What somebody can write down in a case."""

    DISCUSSED = "discussed"
    """With a colleague, by name."""
    DECIDED = "decided"
    """To get in touch, or not, with the reason."""
    ATTEMPT = "attempt"
    """One rung of the contact ladder, with its outcome."""
    RESPONSE = "response"
    """The learner answered."""
    EVIDENCE = "evidence"
    """Evidence of engagement was seen: it ends the ladder."""
    MEETING = "meeting"
    """A meeting with the adviser."""
    RESOURCE = "resource"
    """A learning resource was pointed out."""
    SUPPORT_PLAN = "support-plan"
    REFERRAL = "referral"
    """To a service of the directory."""
    PROPOSAL = "proposal"
    """A proposal under the Fitness to Study policy, to a named person: never more than a proposal."""
    NOTE = "note"
    CLOSED = "closed"


class Channel(StrEnum):
    """The rungs of the contact ladder, in their order (paragraph 15)."""

    UNIVERSITY_EMAIL = "university-email"
    PERSONAL_EMAIL = "personal-email"
    PHONE = "phone"
    OTHER_EVIDENCE = "other-evidence"
    """Whether other digital evidence was seen: yes or no and a date, never a trail of places."""


LADDER = tuple(Channel)
INTERVENTIONS = frozenset({Step.MEETING, Step.RESOURCE, Step.SUPPORT_PLAN, Step.REFERRAL})
"""Typed, as paragraph 11 asks."""
REACHED = frozenset({Step.RESPONSE, Step.EVIDENCE})
"""What ends the ladder."""


class Outcome(StrEnum):
    """How a concern ended."""

    RECOVERED = "recovered"
    SUPPORTED = "supported"
    NO_ACTION = "no-action"
    WRONG_FLAG = "wrong-flag"
    """The evidence was wrong or misleading: counted by rule and reviewed each semester."""


OUTCOMES_OF_A_CONCERN = frozenset({Outcome.RECOVERED, Outcome.WRONG_FLAG})
"""How a concern can end without a case; the others take a discussion and a decision."""


class Missing(StrEnum):
    """What is missing before a step may be written down: the code of the refusal."""

    OPEN_CASE = "case-closed"
    DISCUSSION = "discussion-missing"
    DECISION = "decision-missing"
    DECISION_TO_CONTACT = "no-decision-to-contact"
    EARLIER_RUNG = "earlier-rung-missing"
    RUNG_DAYS = "rung-too-early"
    NEW_DECISION = "ladder-ended"
    ATTEMPT = "attempt-missing"
    WHOLE_LADDER = "ladder-not-exhausted"
    PERIOD = "period-not-over"
    RESULT = "result-missing"
    COLLEAGUE = "colleague-missing"
    REASON = "reason-missing"
    NAMED_PERSON = "named-person-missing"
    CHANNEL = "channel-missing"


MISSING_WORDS = {
    Missing.OPEN_CASE: mark("the case is closed; a new concern opens another"),
    Missing.DISCUSSION: mark("a discussion with at least one colleague has to be written down first"),
    Missing.DECISION: mark("somebody has to decide first, and say so"),
    Missing.DECISION_TO_CONTACT: mark("the decision was not to get in touch; decide again first"),
    Missing.EARLIER_RUNG: mark("an earlier way of contact has to be tried first"),
    Missing.RUNG_DAYS: mark(
        "the days that the school leaves for an answer before the next way of contact are not over"
    ),
    Missing.NEW_DECISION: mark("the learner was reached or engaged again; decide again before another attempt"),
    Missing.ATTEMPT: mark("no attempt to get in touch is written down"),
    Missing.WHOLE_LADDER: mark("every way of contact has to be tried first, without an answer"),
    Missing.PERIOD: mark("the school’s period without evidence is not over"),
    Missing.RESULT: mark("an answer, evidence, support or the decision not to act has to be written down first"),
    Missing.COLLEAGUE: mark("name the colleague; a discussion with oneself is none"),
    Missing.REASON: mark("the reason has to be written down"),
    Missing.NAMED_PERSON: mark("name the person it is proposed to"),
    Missing.CHANNEL: mark("say by which way of contact"),
}


class StepRefused(ValueError):
    """A step that may not be written down yet; nothing was."""

    def __init__(self, step: Step, missing: Missing) -> None:
        self.step, self.missing = step, missing
        super().__init__(f"{step.value}: {MISSING_WORDS[missing]}.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One step as the order needs it."""

    step: Step
    by: int
    """Moodle user id of who wrote it."""
    channel: Channel | None = None
    is_to_contact: bool = False
    """For a decision: to get in touch."""
    text: str = ""
    """The reason, or the note."""
    named: str = ""
    """The colleague discussed with, or the person proposed to."""
    named_user: int | None = None
    """Their Moodle user id where it is known."""
    day: date | None = None
    """When it was, where that is asked for."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of the learner when a step is written down."""

    clock_days: int
    """Counted days without evidence now, over all courses: the least of them."""
    period_days: int
    """The school's published period before a proposal."""
    rung_days: int = 0
    """Days that the school leaves for an answer between two ways of contact; 0: they may be tried on one day."""


def find_missing(entries: Sequence[Entry], new: Entry, situation: Situation) -> Missing | None:
    """Name what is missing before a step may follow the entries of a case; None: it may be written down."""
    if _has(entries, Step.CLOSED):
        return Missing.OPEN_CASE
    match new.step:
        case Step.NOTE | Step.EVIDENCE:
            return None if new.text.strip() else Missing.REASON
        case Step.DISCUSSED:
            is_alone = not new.named.strip() or new.named_user == new.by
            return Missing.COLLEAGUE if is_alone else None
        case Step.DECIDED:
            if not _has(entries, Step.DISCUSSED):
                return Missing.DISCUSSION
            return None if new.text.strip() else Missing.REASON
        case Step.ATTEMPT:
            return _missing_for_attempt(entries, new, situation.rung_days)
        case Step.RESPONSE:
            return None if _has(_since_decision(entries), Step.ATTEMPT) else Missing.ATTEMPT
        case Step.PROPOSAL:
            return _missing_for_proposal(entries, new, situation)
        case Step.CLOSED:
            return _missing_for_closing(entries, new)
    return _missing_for_contact(entries)


def check_step(entries: Sequence[Entry], new: Entry, situation: Situation) -> None:
    """Do nothing if a step may be written down.

    Raises: StepRefused naming what is missing.
    """
    missing = find_missing(entries, new, situation)
    if missing is not None:
        raise StepRefused(new.step, missing)


def check_outcome(outcome: Outcome) -> None:
    """Do nothing if a concern may end this way by itself: the learner recovered, or the flag was wrong.

    Raises: StepRefused for what takes a discussion and a decision in a case.
    """
    if outcome not in OUTCOMES_OF_A_CONCERN:
        raise StepRefused(Step.CLOSED, Missing.DISCUSSION)


def outcome_of(entries: Sequence[Entry]) -> Outcome:
    """Say how the concerns of a case end that is closed now: supported after a decision to get in touch."""
    decision = _last_decision(entries)
    return Outcome.SUPPORTED if decision is not None and decision.is_to_contact else Outcome.NO_ACTION


def next_rung(entries: Sequence[Entry]) -> Channel | None:
    """Give the next untried way of contact since the last decision; None when all were tried or the ladder ended."""
    recent = _since_decision(entries)
    if any(entry.step in REACHED for entry in recent):
        return None
    tried = {entry.channel for entry in recent if entry.step is Step.ATTEMPT}
    return next((channel for channel in LADDER if channel not in tried), None)


def next_rung_day(entries: Sequence[Entry], rung_days: int) -> date | None:
    """Give the first day of the next way of contact; None where none was tried, or the school leaves no days."""
    days = [one.day for one in _since_decision(entries) if one.step is Step.ATTEMPT and one.day is not None]
    return max(days) + timedelta(rung_days) if days and rung_days else None


def is_exhausted(entries: Sequence[Entry]) -> bool:
    """Tell whether every way of contact was tried since the last decision, and nobody was reached."""
    recent = _since_decision(entries)
    tried = {entry.channel for entry in recent if entry.step is Step.ATTEMPT}
    return tried >= set(LADDER) and not any(entry.step in REACHED for entry in recent)


def _missing_for_contact(entries: Sequence[Entry]) -> Missing | None:
    if not _has(entries, Step.DISCUSSED):
        return Missing.DISCUSSION
    decision = _last_decision(entries)
    if decision is None:
        return Missing.DECISION
    return None if decision.is_to_contact else Missing.DECISION_TO_CONTACT


def _missing_for_attempt(entries: Sequence[Entry], new: Entry, rung_days: int) -> Missing | None:
    missing = _missing_for_contact(entries)
    if missing is not None:
        return missing
    if new.channel is None:
        return Missing.CHANNEL
    recent = _since_decision(entries)
    if any(entry.step in REACHED for entry in recent):
        return Missing.NEW_DECISION
    tried = {entry.channel for entry in recent if entry.step is Step.ATTEMPT}
    if not tried >= set(LADDER[: LADDER.index(new.channel)]):
        return Missing.EARLIER_RUNG
    begins = None if new.channel in tried else next_rung_day(entries, rung_days)
    # An attempt without a day could be any day's, so it is no proof that the learner had time to answer.
    return Missing.RUNG_DAYS if begins is not None and (new.day is None or new.day < begins) else None


def _missing_for_proposal(entries: Sequence[Entry], new: Entry, situation: Situation) -> Missing | None:
    missing = _missing_for_contact(entries)
    if missing is not None:
        return missing
    if not is_exhausted(entries):
        return Missing.WHOLE_LADDER
    if situation.clock_days < situation.period_days:
        return Missing.PERIOD
    if not new.named.strip():
        return Missing.NAMED_PERSON
    return None if new.text.strip() else Missing.REASON


def _missing_for_closing(entries: Sequence[Entry], new: Entry) -> Missing | None:
    decision = _last_decision(entries)
    if decision is None:
        return Missing.DECISION if _has(entries, Step.DISCUSSED) else Missing.DISCUSSION
    results = REACHED | INTERVENTIONS | {Step.PROPOSAL}
    if decision.is_to_contact and not any(entry.step in results for entry in _since_decision(entries)):
        return Missing.RESULT
    return None if new.text.strip() else Missing.REASON


def _has(entries: Sequence[Entry], step: Step) -> bool:
    return any(entry.step is step for entry in entries)


def _last_decision(entries: Sequence[Entry]) -> Entry | None:
    return next((entry for entry in reversed(entries) if entry.step is Step.DECIDED), None)


def _since_decision(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Give the entries after the last decision; none before the first."""
    for position in range(len(entries) - 1, -1, -1):
        if entries[position].step is Step.DECIDED:
            return entries[position + 1 :]
    return ()
