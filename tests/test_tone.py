"""Every text that a page shows describes evidence, never a person: no threat, no blame, no label, nobody "at risk"."""

import re
from pathlib import Path

import pytest

from analytics.policy.tone import FOUND, SHOUTING, Fault
from lti.panels.messages.words import EXAMPLE_BODY, EXAMPLE_SUBJECT
from tests.lti.test_translations import CATALOGUES, find_said, messages_of, strings_of

ROOT = Path(__file__).parents[1]
HARSH = re.compile(
    r"\b(at[ -]risk|risk\w*|fail\w*|poor\w*|weak\w*|bad(?:ly)?|laz\w+|blam\w+|fault\w*|punish\w*|penal\w+|warn\w*"
    r"|inactive|disengag\w+|struggl\w+|underperform\w*|delinquent\w*|suspicious|suspect\w*|surveil\w*|truan\w+"
    r"|absentee\w*|drop-?outs?|flagged|rank\w*|worst|unsatisfactory|unacceptable|disappoint\w*|offend\w*|cheat\w*"
    r"|gaming|naughty|careless|neglect\w*|excuses?|should have done|too low|not good enough)\b",
    re.IGNORECASE,
)
HARSH_WELSH = re.compile(
    r"\b(perygl\w*|risg\w*|methiant\w*|fethiant\w*|fethodd|methodd|gwael\w*|diog|ddiog|diogi|cosb\w*|gosb\w*"
    r"|euog\w*|siom\w*|anfoddhaol|twyll\w*|dwyll\w*)\b",
    re.IGNORECASE,
)
"""The same in Welsh, as far as words alone can tell; "methu" also says "cannot", so it is not among them."""
OF_MACHINES = re.compile(r"\b(?:sync|server|checks?|launches|task|what) fail(?:s|ed)?\b", re.IGNORECASE)
"""What fails here is a machine's work."""
OF_ONE_RUN = (
    "failed",
    "{failed} of {number} failed",
    "{when}, failed. {error}",
    "The number and the fault of a record that could not be read. Never its content.",
)
"""The same in columns and lines about runs, checks and records, which have no room for the word before."""
OF_TEXTS = (
    "This can be read as a threat. A first message asks and offers; it names no consequence.",
    "This can be read as blame. Evidence can be missing for many good reasons: say what was seen.",
    "The tone check warns of something. Change it, or tick that you send it as it stands.",
    "The tone check warns of something. Leave it out, or tick that you send it as it stands.",
)
"""The tone check's own advice about a message."""
REFUSED_USES = (
    "Engagement is looked at to support learners, and this was promised to them: never for marks or assessment, the"
    " Prevent duty, immigration, discipline, judging staff, or ranking anybody.",
    "visas and immigration",
    "ranking learners or courses",
)
"""What these pages are never used for."""
ALLOWED = frozenset((*OF_ONE_RUN, *OF_TEXTS, *REFUSED_USES))


def texts_of_the_pages() -> set[str]:
    """Give every text that the code says on a page, plurals one by one."""
    return {text for _, said in find_said() for text in ((said,) if isinstance(said, str) else said)}


def find_harsh(text: str) -> list[str]:
    """Return the words of a text that threaten, blame, label or shout, or that belong to none of our pages."""
    patterns = (*FOUND.values(), SHOUTING, HARSH)
    told = OF_MACHINES.sub("", text)
    return [match[0] for pattern in patterns for match in pattern.finditer(told)]


def test_no_text_of_a_page_threatens_blames_or_labels_anybody() -> None:
    found = {text: words for text in texts_of_the_pages() - ALLOWED if (words := find_harsh(text))}
    assert found == {}


def test_what_is_let_through_is_still_said_and_would_be_found() -> None:
    said = texts_of_the_pages()
    assert {text for text in ALLOWED if text not in said} == set()
    assert [text for text in ALLOWED if not find_harsh(text)] == []


@pytest.mark.parametrize("locale", CATALOGUES)
def test_no_translation_says_it_harder(locale: str) -> None:
    found = {
        text: words
        for message in messages_of(locale)
        for text in strings_of(message)
        if (words := HARSH_WELSH.findall(text))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "Lena is at risk.",
        "Learners at-risk this week",
        "You have failed to attend.",
        "Poor engagement in week 3",
        "This learner is disengaged.",
        "Flagged learners",
        "Learners who failed, by task",
        "A warning to learners",
        "You will be withdrawn if you do not reply.",
        "URGENT: reply NOW!!",
    ],
)
def test_what_must_never_be_said_is_found(text: str) -> None:
    assert find_harsh(text)


def test_the_welsh_words_are_found_as_well() -> None:
    assert HARSH_WELSH.findall("Mae’r dysgwr mewn perygl; mae’n ddiog.") == ["perygl", "ddiog"]
    assert HARSH_WELSH.findall("diogelu data, rhybudd, yn ddiogel") == []


def test_the_plugin_and_the_first_template_keep_the_tone_too() -> None:
    strings = (ROOT / "moodle_plugin_stub/local_lea/lang/en/local_lea.php").read_text(encoding="utf-8")
    texts = re.findall(r"^\$string\['[^']+'\] = '(.*)';$", strings, re.MULTILINE)
    assert len(texts) > 100
    hurting = {fault: FOUND[fault] for fault in (Fault.THREAT, Fault.BLAME, Fault.LABEL)}
    found = [match[0] for text in texts for pattern in hurting.values() for match in pattern.finditer(text)]
    assert found == []
    assert find_harsh(f"{EXAMPLE_SUBJECT} {EXAMPLE_BODY}") == []


@pytest.mark.parametrize("name", ["for-learners.md", "for-tutors.md", "for-leads.md"])
def test_the_pages_for_people_call_nobody_at_risk_or_to_blame(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    told = re.sub(r"warns of what can be read as a threat or as blame", "", " ".join(text.split()))
    assert [word for word in find_harsh(told) if word.lower() not in ("ranking",)] == []
