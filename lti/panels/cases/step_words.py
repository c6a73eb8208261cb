"""Say what a step of a case is called, what its form asks, and what was written down: what people did, plainly."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analytics.language import gettext, mark
from analytics.policy.casework import LADDER, MISSING_WORDS, Channel, Missing, Outcome, Step
from analytics.policy.relationships import Kind

CHANNELS: Mapping[Channel, str] = {
    Channel.UNIVERSITY_EMAIL: mark("university e-mail"),
    Channel.PERSONAL_EMAIL: mark("personal e-mail"),
    Channel.PHONE: mark("phone"),
    Channel.OTHER_EVIDENCE: mark("a look for other digital evidence"),
}
"""The ways of contact in words, in their order."""
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.SUPPORTED: mark("support was arranged"),
    Outcome.RECOVERED: mark("the learner engages again"),
    Outcome.NO_ACTION: mark("no action was needed"),
    Outcome.WRONG_FLAG: mark("the evidence was wrong or misleading"),
}
"""How a concern can end."""

ROLES: Mapping[str, str] = {
    Kind.ADVISER.value: mark("adviser"),
    Kind.SUPPORT_OFFICER.value: mark("support officer"),
    Kind.LEAD.value: mark("lead"),
}
"""In what part somebody writes a step down."""


@dataclass(frozen=True, slots=True)
class StepWords:
    """The words of one step."""

    done: str
    """As the history says it."""
    todo: str
    """As a heading and on the list of what to do first."""
    button: str
    text: str
    """The label of its text field; empty: none is asked for."""
    named: str = ""
    """The label of the field for a name; empty: none is asked for."""
    hint: str = ""
    asks_day: bool = False


STEPS: Mapping[Step, StepWords] = {
    Step.DISCUSSED: StepWords(
        mark("Discussed with a colleague"),
        mark("Talk to a colleague"),
        mark("Write the discussion down"),
        mark("What you agreed"),
        named=mark("The colleague’s name"),
        hint=mark("Such as somebody who teaches this learner. Nobody gets in touch before that."),
    ),
    Step.DECIDED: StepWords(
        mark("Decided"),
        mark("Decide whether to get in touch"),
        mark("Decide in my name"),
        mark("The reason"),
        hint=mark("You decide, not this tool. Not to get in touch is a decision, too, with its reason."),
    ),
    Step.ATTEMPT: StepWords(
        mark("Tried to get in touch"),
        mark("Get in touch"),
        mark("Write the attempt down"),
        mark("What happened"),
        hint=mark("Nothing is sent by this page. Write down what you did and what came of it."),
        asks_day=True,
    ),
    Step.RESPONSE: StepWords(
        mark("The learner answered"),
        mark("Write the learner’s answer down"),
        mark("Write the answer down"),
        mark("What they said, as far as it matters here"),
        hint=mark("An answer ends the attempts to get in touch."),
        asks_day=True,
    ),
    Step.EVIDENCE: StepWords(
        mark("Evidence of engagement was seen"),
        mark("Write down evidence of engagement"),
        mark("Write the evidence down"),
        mark("What shows it"),
        hint=mark("It ends the attempts to get in touch. Say what and when; never a trail of places."),
        asks_day=True,
    ),
    Step.MEETING: StepWords(
        mark("Meeting with the adviser"),
        mark("Write down a meeting with the adviser"),
        mark("Write the meeting down"),
        mark("What you agreed"),
        asks_day=True,
    ),
    Step.RESOURCE: StepWords(
        mark("A learning resource was pointed out"),
        mark("Write down a learning resource"),
        mark("Write the resource down"),
        mark("Which one, and what for"),
    ),
    Step.SUPPORT_PLAN: StepWords(
        mark("Support plan"),
        mark("Write down a support plan"),
        mark("Write the plan down"),
        mark("Who does what until when"),
    ),
    Step.REFERRAL: StepWords(
        mark("Referred to a service"),
        mark("Refer to a service"),
        mark("Write the referral down"),
        mark("What for, in the learner’s own wish"),
        named=mark("The service"),
    ),
    Step.PROPOSAL: StepWords(
        mark("Proposed under the Fitness to Study policy"),
        mark("Propose a look under the Fitness to Study policy"),
        mark("Write the proposal down"),
        mark("The reason"),
        named=mark("The person it is proposed to"),
        hint=mark("It is a proposal to a person, who decides. This tool starts nothing."),
    ),
    Step.NOTE: StepWords(mark("Note"), mark("Write a note"), mark("Write the note down"), mark("The note")),
    Step.CLOSED: StepWords(
        mark("Closed"), mark("Close the case"), mark("Close the case in my name"), mark("What came of it")
    ),
}
"""Every step in words, in the order in which they are offered; `words_of` says them."""


def words_of(step: Step) -> StepWords:
    """Say a step's words in the reader's language."""
    words = STEPS[step]
    return replace(
        words,
        done=gettext(words.done),
        todo=gettext(words.todo),
        button=gettext(words.button),
        text=_say(words.text),
        named=_say(words.named),
        hint=_say(words.hint),
    )


def say_channel(channel: Channel) -> str:
    """Name a way of contact."""
    return gettext(CHANNELS[channel])


def say_rung(channel: Channel) -> str:
    """Say which rung of the ladder a way of contact is: "2 of 4: personal e-mail"."""
    place = LADDER.index(channel) + 1
    return gettext("{place} of {all}: {channel}", place=place, all=len(LADDER), channel=say_channel(channel))


def say_outcome(outcome: Outcome) -> str:
    """Say how a concern ended, or can end."""
    return gettext(OUTCOMES[outcome])


def say_role(role: str) -> str:
    """Name the part in which somebody wrote a step down; a stored one that there is no longer comes back as it is."""
    return gettext(ROLES[role]) if role in ROLES else role.replace("-", " ")


def say_missing(missing: Missing) -> str:
    """Name what has to be written down before a step."""
    return gettext("Missing: {what}.", what=gettext(MISSING_WORDS[missing]))


def _say(text: str) -> str:
    # The empty message is the catalogue's own head.
    return gettext(text) if text else ""
