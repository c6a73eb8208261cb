"""Say what a file with learners' names may be for, and what it is never for (the FAQ's "used only for support").

A purpose is chosen from a list, kept with the access row of each learner in the file, and read by that learner. Uses
that policy or promise rule out are named, so that whoever has one of them in mind reads that it is refused, and why.
"""

from enum import StrEnum


class Purpose(StrEnum):
    """What a file with learners' names may be for."""

    SUPPORT = "plan-support"
    MEETING = "support-meeting"
    CHECKING = "check-evidence"
    OTHER_FORM = "other-form"


class ForbiddenUse(StrEnum):
    """What it is never for; asking for it leaves an access row and no file."""

    ASSESSMENT = "assessment"
    PREVENT = "prevent"
    IMMIGRATION = "immigration"
    DISCIPLINE = "discipline"
    STAFF = "judging-staff"
    RANKING = "ranking"


PURPOSE_WORDS: dict[Purpose, str] = {
    Purpose.SUPPORT: "to plan whom to talk to and what support to offer",
    Purpose.MEETING: "for a meeting of colleagues who support these learners",
    Purpose.CHECKING: "to compare it with a register or records of one’s own and correct what is wrong",
    Purpose.OTHER_FORM: "to read it in another form, such as large print or with a screen reader",
}
"""Each purpose as the end of a sentence."""
FORBIDDEN_WORDS: dict[ForbiddenUse, str] = {
    ForbiddenUse.ASSESSMENT: "marks, assessment or progression",
    ForbiddenUse.PREVENT: "the Prevent duty",
    ForbiddenUse.IMMIGRATION: "visas and immigration",
    ForbiddenUse.DISCIPLINE: "discipline",
    ForbiddenUse.STAFF: "judging or employing staff",
    ForbiddenUse.RANKING: "ranking learners or courses",
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
        return PURPOSE_WORDS[chosen]
    return given if chosen is None else FORBIDDEN_WORDS[chosen]
