"""Say in the reader's language why a level or a relationship was refused; commands say the same in English.

The rooms below speak English alone. What they say is known here as whole messages, each with its places for names and
numbers; a text that none of them fits is said as it is.
"""

import re
from functools import cache

from analytics.language import gettext, mark

REFUSALS = (
    mark("Say who agreed the level for the school, on which day, and who publishes it."),
    mark("The day of agreement, {day}, is still to come."),
    mark("Say who intervenes: learners read it before anything is measured."),
    mark("A level takes effect from a Monday. {day} is none."),
    mark("A level takes effect from a Monday. Name one."),
    mark("{day} is over: learners must be able to read what is expected before it counts."),
    mark("A later version takes effect from {day}. Choose that Monday, or one after it."),
    mark("Who agreed it has more than {most} characters."),
    mark("A line about who intervenes has more than {most} characters."),
    mark("This relationship holds already."),
    mark("No relationship with this id holds."),
    mark("{school} would have no lead with a training date."),
    mark("Support officers and leads need a school, nobody else has one."),
    mark("An adviser needs a learner's number, nobody else has one."),
    mark("It ends before it begins."),
    mark("No one learner has this number in a synced course."),
)
"""Why a level is not kept or published, or a relationship not begun or ended."""
PROBLEMS = (
    mark("is missing"),
    mark("is missing: name at least one marker"),
    mark("is missing: how many activities are expected in a week"),
    mark("is a whole number from {least} to {most}"),
    mark("is a date such as 2026-09-28"),
    mark("is a Monday; {day} is none"),
    mark("is a line of 1 to {most} characters"),
    mark("has a character that cannot be shown, or a line break"),
    mark("is not known here. Known are: {names}"),
    mark("holds entries. Known are: {names}"),
    mark("holds 1 to {most} reasons, each with its name"),
    mark("holds reasons, each with its name"),
    mark("holds reasons"),
    mark("is a list of week numbers such as [3, 5, 8]"),
    mark("is a list of week numbers"),
    mark("is one of {names}, or holds reasons"),
    mark("is a rule's name, or holds reasons"),
    mark("is a list of at most {most} lines"),
    mark("is a list of lines, each beginning with a dash"),
    mark("is a list of lines"),
    mark("names no marker"),
    mark("names no marker. Name at least one, such as activity"),
    mark("needs a_week beside it: how many are expected in a week"),
    mark("has no place here: tasks is measured against the tasks there were"),
    mark("has no place here: attendance is measured against the sessions there were"),
    mark("asks for nothing. Name at least one condition"),
    mark(
        "A level of {level} a week with {a_day} a day lets one evening fill a week or is empty. Let {best} a day count."
    ),
    mark("The concern rule needs at least one reason, and each reason a condition."),
)
"""What is wrong with an entry of a level's form; the entry's name stands before it."""


def say_refusal(text: str) -> str:
    """Say why something was refused; a text that is not known here is said as it is."""
    return _say(text, REFUSALS)


def say_problem(text: str) -> str:
    """Say what is wrong with an entry; several, joined by "; ", each on its own."""
    said = _say(text, PROBLEMS)
    return said if said != text else "; ".join(_say(part, PROBLEMS) for part in text.split("; "))


def _say(text: str, known: tuple[str, ...]) -> str:
    for message in known:
        match = _pattern_of(message).fullmatch(text)
        if match is not None:
            return gettext(message, **match.groupdict())
    return text


@cache
def _pattern_of(message: str) -> re.Pattern[str]:
    """Turn a message into the pattern of what it says; each place holds any text."""
    parts = re.split(r"\{(\w+)\}", message)
    named = (f"(?P<{part}>.+)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
    return re.compile("".join(named))
