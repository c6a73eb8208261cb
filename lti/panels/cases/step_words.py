"""Say what a step of a case is called, what its form asks, and what was written down: what people did, plainly."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.policy.casework import Channel, Outcome, Step

CHANNELS: Mapping[Channel, str] = {
    Channel.UNIVERSITY_EMAIL: "university e-mail",
    Channel.PERSONAL_EMAIL: "personal e-mail",
    Channel.PHONE: "phone",
    Channel.OTHER_EVIDENCE: "a look for other digital evidence",
}
"""The ways of contact in words, in their order."""
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.SUPPORTED: "support was arranged",
    Outcome.RECOVERED: "the learner engages again",
    Outcome.NO_ACTION: "no action was needed",
    Outcome.WRONG_FLAG: "the evidence was wrong or misleading",
}
"""How a concern can end."""


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
        "Discussed with a colleague",
        "Talk to a colleague",
        "Write the discussion down",
        "What you agreed",
        named="The colleague’s name",
        hint="Such as somebody who teaches this learner. Nobody gets in touch before that.",
    ),
    Step.DECIDED: StepWords(
        "Decided",
        "Decide whether to get in touch",
        "Decide in my name",
        "The reason",
        hint="You decide, not this tool. Not to get in touch is a decision, too, with its reason.",
    ),
    Step.ATTEMPT: StepWords(
        "Tried to get in touch",
        "Get in touch",
        "Write the attempt down",
        "What happened",
        hint="Nothing is sent by this page. Write down what you did and what came of it.",
        asks_day=True,
    ),
    Step.RESPONSE: StepWords(
        "The learner answered",
        "Write the learner’s answer down",
        "Write the answer down",
        "What they said, as far as it matters here",
        hint="An answer ends the attempts to get in touch.",
        asks_day=True,
    ),
    Step.EVIDENCE: StepWords(
        "Evidence of engagement was seen",
        "Write down evidence of engagement",
        "Write the evidence down",
        "What shows it",
        hint="It ends the attempts to get in touch. Say what and when; never a trail of places.",
        asks_day=True,
    ),
    Step.MEETING: StepWords(
        "Meeting with the adviser",
        "Write down a meeting with the adviser",
        "Write the meeting down",
        "What you agreed",
        asks_day=True,
    ),
    Step.RESOURCE: StepWords(
        "A learning resource was pointed out",
        "Write down a learning resource",
        "Write the resource down",
        "Which one, and what for",
    ),
    Step.SUPPORT_PLAN: StepWords(
        "Support plan", "Write down a support plan", "Write the plan down", "Who does what until when"
    ),
    Step.REFERRAL: StepWords(
        "Referred to a service",
        "Refer to a service",
        "Write the referral down",
        "What for, in the learner’s own wish",
        named="The service",
    ),
    Step.PROPOSAL: StepWords(
        "Proposed under the Fitness to Study policy",
        "Propose a look under the Fitness to Study policy",
        "Write the proposal down",
        "The reason",
        named="The person it is proposed to",
        hint="It is a proposal to a person, who decides. This tool starts nothing.",
    ),
    Step.NOTE: StepWords("Note", "Write a note", "Write the note down", "The note"),
    Step.CLOSED: StepWords("Closed", "Close the case", "Close the case in my name", "What came of it"),
}
"""Every step in words, in the order in which they are offered."""
