"""Say what a file with learners' names may be for, and what it is never for (the FAQ's "used only for support").

A purpose is chosen from a list, kept with the access row of each learner in the file, and read by that learner. Uses
that policy or promise rule out are named, so that whoever has one of them in mind reads that it is refused, and why.
"""

from enum import StrEnum

from analytics.language import gettext, mark


class Purpose(StrEnum):
    """What a file with learners' names may be for."""

    SUPPORT = "plan-support"
    MEETING = "support-meeting"
    CHECKING = "check-evidence"
    OTHER_FORM = "other-form"
    COMPLAINT = "answer-complaint"
    """Of the evidence behind one complaint alone: no list offers it."""


class ForbiddenUse(StrEnum):
    """What it is never for; asking for it leaves an access row and no file."""

    ASSESSMENT = "assessment"
    PREVENT = "prevent"
    IMMIGRATION = "immigration"
    DISCIPLINE = "discipline"
    STAFF = "judging-staff"
    RANKING = "ranking"


PURPOSE_WORDS: dict[Purpose, str] = {
    Purpose.SUPPORT: mark("to plan whom to talk to and what support to offer"),
    Purpose.MEETING: mark("for a meeting of colleagues who support these learners"),
    Purpose.CHECKING: mark("to compare it with a register or records of one’s own and correct what is wrong"),
    Purpose.OTHER_FORM: mark("to read it in another form, such as large print or with a screen reader"),
    Purpose.COMPLAINT: mark("to answer a query or complaint"),
}
"""Each purpose as the end of a sentence."""
FORBIDDEN_WORDS: dict[ForbiddenUse, str] = {
    ForbiddenUse.ASSESSMENT: mark("marks, assessment or progression"),
    ForbiddenUse.PREVENT: mark("the Prevent duty"),
    ForbiddenUse.IMMIGRATION: mark("visas and immigration"),
    ForbiddenUse.DISCIPLINE: mark("discipline"),
    ForbiddenUse.STAFF: mark("judging or employing staff"),
    ForbiddenUse.RANKING: mark("ranking learners or courses"),
}
"""Each forbidden use as a noun phrase."""


def read_purpose(given: str) -> Purpose | ForbiddenUse | None:
    """Return what was chosen; None for nothing, and for whatever is on neither list."""
    if given in set(Purpose):
        return Purpose(given)
    return ForbiddenUse(given) if given in set(ForbiddenUse) else None


def say_purpose(given: str) -> str:
    """Put a stored purpose or forbidden use in words; what is on neither list comes back as it is."""
    chosen = read_purpose(given)
    if isinstance(chosen, Purpose):
        return gettext(PURPOSE_WORDS[chosen])
    return given if chosen is None else gettext(FORBIDDEN_WORDS[chosen])
