"""Say a stored sentence in the reader's language, from the numbers that it holds (docs/languages.md).

What is stored stays English, as it was made; a page says the same numbers in the reader's words.
"""

import re

from analytics.explain import SENTENCE, TOO_EARLY, SentenceError, read_shares
from analytics.language import gettext, mark, ngettext
from analytics.lists import listed, name_weeks
from analytics.marker_words import say_did
from analytics.weeks import WhyNot

REASONS: dict[str, str] = {
    WhyNot.NOT_ENROLLED: mark("before your first full week"),
    WhyNot.NO_TEACHING: mark("no teaching"),
    WhyNot.RECORDS_MISSING: mark("records missing"),
    WhyNot.EXEMPTION: mark("exemption"),
}
UNCOUNTED = re.compile(r"W(?P<weeks>eeks? [\d–, and]+) (?:was|were) not counted \((?P<reason>[a-z ]+)\)\.")
RUN = re.compile(r"(\d+)(?:–(\d+))?")


def retell(sentence: str) -> str:
    """Say a stored sentence in the reader's language; any other text is given back as it is."""
    if early := TOO_EARLY.fullmatch(sentence):
        return _retell_early(early)
    match = SENTENCE.fullmatch(sentence)
    if match is None:
        return sentence
    try:
        clauses = [clause for clause in (_say_weeks(match), _say_tasks(match), _say_percent(match)) if clause]
    except SentenceError:
        return sentence
    said = "; ".join(clauses)
    return f"{said[0].upper()}{said[1:]}.{_say_uncounted(match['uncounted'])}"


def say_week_reason(reason: str) -> str:
    """Say why a week is not counted, within a sentence: "no teaching"; an unknown reason as it was stored."""
    return gettext(REASONS[reason]) if reason in REASONS else reason


def _retell_early(match: re.Match[str]) -> str:
    if match["counted"]:
        return ngettext(
            "Too early to say: {number} week counted so far.",
            "Too early to say: {number} weeks counted so far.",
            int(match["counted"]),
        )
    if match["expecting"]:
        return ngettext(
            "Too early to say: nothing was expected in the {number} week counted so far.",
            "Too early to say: nothing was expected in the {number} weeks counted so far.",
            int(match["expecting"]),
        )
    return gettext("Too early to say: no week has been counted yet.")


def _say_weeks(match: re.Match[str]) -> str:
    if not match["parts"]:
        return ""
    parts = [say_did(share) for share in read_shares(match).measured]
    return gettext("in {weeks} you {parts}", weeks=name_weeks(_read_weeks(match["weeks"])), parts=listed(parts))


def _say_tasks(match: re.Match[str]) -> str:
    if not match["tasks"]:
        return ""
    said = ngettext(
        "of {number} task in {weeks} you handed in {handed_in}",
        "of {number} tasks in {weeks} you handed in {handed_in}",
        int(match["tasks"]),
        weeks=name_weeks(_read_weeks(match["task_weeks"])),
        handed_in=match["handed_in"],
    )
    if not match["late"]:
        return said
    return gettext("{handed_in}, {late} late (late counts half)", handed_in=said, late=match["late"])


def _say_percent(match: re.Match[str]) -> str:
    if match["weights"]:
        return gettext("weighted {weights} {percent} %", weights=match["weights"], percent=match["percent"])
    if match["weighting"]:
        return gettext("average {percent} %", percent=match["percent"])
    return gettext("{percent} %", percent=match["percent"])


def _say_uncounted(text: str) -> str:
    return "".join(f" {_say_one_uncounted(found)}" for found in UNCOUNTED.finditer(text))


def _say_one_uncounted(found: re.Match[str]) -> str:
    weeks = _read_weeks(found["weeks"])
    named = name_weeks(weeks)
    return ngettext(
        "{weeks} was not counted ({reason}).",
        "{weeks} were not counted ({reason}).",
        len(weeks),
        weeks=f"{named[0].upper()}{named[1:]}",
        reason=say_week_reason(found["reason"]),
    )


def _read_weeks(text: str) -> list[int]:
    runs = [(int(run[1]), int(run[2] or run[1])) for run in RUN.finditer(text)]
    return [week for first, last in runs for week in range(first, last + 1)]
