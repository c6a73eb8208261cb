"""Read a message to a learner for its tone: it names reason, support and ways back, and threatens nobody (policy § 14).

Nothing here judges what a person means. It finds words, says what they can do to a reader, and leaves the rest to the
person who sends the message.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analytics.language import gettext, mark


class Fault(StrEnum):
    """What is found in a message, or missing from it."""

    NO_REASON = "no-reason"
    NO_SUPPORT = "no-support"
    NO_WAY_BACK = "no-way-back"
    UNKNOWN_FIELD = "unknown-field"
    THREAT = "threat"
    BLAME = "blame"
    LABEL = "label"
    SHOUTING = "shouting"


REFUSED = frozenset({Fault.NO_REASON, Fault.NO_SUPPORT, Fault.NO_WAY_BACK, Fault.UNKNOWN_FIELD})
"""A message with one of these is not kept and not sent; the others warn."""
ADVICE: Mapping[Fault, str] = {
    Fault.NO_REASON: mark("Say why you write: what was seen, or not seen, and in which course."),
    Fault.NO_SUPPORT: mark("Say what support there is, and where."),
    Fault.NO_WAY_BACK: mark("Say how to come back: to reply, to meet, to catch up."),
    Fault.UNKNOWN_FIELD: mark("There is no such field to fill in."),
    Fault.THREAT: mark("This can be read as a threat. A first message asks and offers; it names no consequence."),
    Fault.BLAME: mark("This can be read as blame. Evidence can be missing for many good reasons: say what was seen."),
    Fault.LABEL: mark("This describes a person. Describe the evidence instead."),
    Fault.SHOUTING: mark("Capitals and exclamation marks can be read as shouting."),
}
FIELDS: Mapping[str, str] = {
    "name": mark("the learner’s name"),
    "reason": mark("what was seen, course by course"),
    "support": mark("the services of the directory that were chosen"),
    "ways_back": mark("how to get back to you"),
    "school": mark("the name of the school"),
    "sender": mark("your name"),
}
"""What a template can leave to be filled in → what it becomes."""
SAMPLE: Mapping[str, str] = {
    "name": "Alex",
    "reason": mark("This is what we have seen: less evidence of engagement than usual."),
    "support": mark("- Support services"),
    "ways_back": mark("Please reply to this message."),
    "school": mark("School of Examples"),
    "sender": mark("A colleague"),
}
"""Made-up facts, for a template that is written or looked at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a message."""

    fault: Fault
    words: str = ""
    """The words it was found by, as they stand there; empty: something is missing."""

    @property
    def advice(self) -> str:
        """Say what it can do to a reader, or what is missing."""
        return gettext(ADVICE[self.fault])

    @property
    def is_refused(self) -> bool:
        """Say whether such a message is neither kept nor sent."""
        return self.fault in REFUSED


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + r")\b", re.IGNORECASE)


_GONE = r"withdrawn|removed|expelled|excluded|suspended|de-?registered|terminated|dismissed|reported|penali[sz]ed"
# English first, then Welsh: a school writes in either, and a message may have both.
FOUND: Mapping[Fault, re.Pattern[str]] = {
    Fault.THREAT: _words(
        rf"(?:be|being|are|get) (?:automatically )?(?:{_GONE})",
        r"(?:will|may|might|could|can|shall|would) (?:fail|lose|face|jeopardi[sz]e|forfeit)",
        r"(?:result|end) in (?:your|a|the|an) (?:withdrawal|removal|exclusion|expulsion|suspension|failure|penalty)",
        r"(?:lead to|result in) (?:disciplinary|formal|further) (?:action|proceedings|measures)",
        r"disciplinar\w+",
        r"consequences?",
        r"final (?:warning|notice|chance|reminder)",
        r"last (?:warning|chance)",
        r"or else",
        r"(?:your|student) visa",
        r"home office|immigration|UKVI",
        r"failure to (?:respond|reply|comply|engage|attend)",
        r"if you (?:do not|don[’']t|fail to) (?:respond|reply|engage|attend|comply)[^.?!]{0,80}\b(?:will|shall|must)",
        r"you (?:must|are required to) (?:respond|reply|attend|contact|explain)",
        r"[cg]ael eich (?:diarddel|gwahardd|tynnu (?:yn ôl|oddi)|dileu)",
        r"(?:camau|proses|gweithdrefn(?:au)?) disgyblu|disgyblaethol",
        r"wynebu (?:canlyniadau|cosb)|(?:rhybudd|cyfle) (?:terfynol|olaf)",
        r"eich fisa|mewnfudo|y Swyddfa Gartref",
        r"[mf]ethiant i (?:ymateb|ateb|ymgysylltu|fynychu|gydymffurfio)",
        r"rhaid i chi (?:ymateb|ateb|fynychu|gysylltu|egluro|esbonio)",
    ),
    Fault.BLAME: _words(
        r"you (?:have )?(?:failed|neglected|refused|ignored)",
        r"(?:your )?(?:lack of|poor|unsatisfactory|insufficient) "
        r"(?:effort|commitment|motivation|attendance|engagement|attitude|performance)",
        r"unacceptable",
        r"disappoint(?:ed|ing|ment)",
        r"no excuse",
        r"you should have",
        r"your (?:own )?fault",
        r"laz(?:y|iness)",
        r"you (?:do not|don[’']t) (?:care|bother|try)",
        r"explain yourself|justify your(?:self)?",
        r"(?:rydych|ydych|rydech|dych)(?: chi)? wedi (?:methu|esgeuluso|gwrthod|anwybyddu)",
        r"diffyg (?:ymdrech|ymroddiad|ymrwymiad|cymhelliant|diddordeb)",
        r"annerbyniol|siomedig|siomi|dim esgus|dylech(?: chi)? fod wedi|eich bai(?: chi)?|diog(?:i)?",
    ),
    Fault.LABEL: _words(
        r"at[ -]risk",
        r"(?:weak|bad|poor|failing|struggling|problem|disengaged|unmotivated) (?:student|learner)s?",
        r"you are (?:disengaged|unmotivated|failing|falling behind|behind)",
        r"red[- ]flag(?:ged)?",
        r"(?:been|were|was|are) flagged",
        r"mewn perygl|(?:myfyriwr|dysgwr) (?:gwan|gwael|anodd|diog)",
        r"(?:rydych|ydych)(?: chi)? ar ei hôl hi",
    ),
}
SHOUTING = re.compile(r"!{2,}|(?:\b[A-Z]{4,}\b[ ,]+){2,}\b[A-Z]{2,}\b|\bURGENT\b")
NEEDED: Mapping[Fault, re.Pattern[str]] = {
    Fault.NO_REASON: _words(
        r"because",
        r"(?:we|I)(?: have|[’']ve)? (?:seen|noticed|saw|see|found)",
        r"(?:less|little|no|few|fewer|lower) (?:\w+ )?(?:evidence|activit(?:y|ies)|visits?|sessions?)",
        r"evidence (?:of|that)",
        r"(?:there is|there was|have seen) (?:no|little|less)",
        r"the reason (?:is|for|why)",
        r"oherwydd|gan fod|y rheswm|[td]ystiolaeth|gwel(?:som|ais|wyd)|sylw(?:om|ais)|wedi (?:gweld|sylwi)",
    ),
    Fault.NO_SUPPORT: _words(
        r"support",
        r"(?:help|talk|talking|listen|advice|advise|wellbeing|well-being|counselling|services?)",
        r"[cg]ymorth|chymorth|[cg]efnogaeth|g?wasanaeth(?:au)?|[cg]yngor|llesiant|siarad|gwrando",
    ),
    Fault.NO_WAY_BACK: _words(
        r"repl(?:y|ying)",
        r"get in touch|write (?:back|to (?:me|us))|(?:call|phone) (?:me|us)",
        r"let (?:me|us) know|come (?:and|to) see",
        r"book|arrange|make an appointment|drop in|office hours?",
        r"meet(?:ing)? (?:me|us|with|your)",
        r"catch(?:ing)? up|start again|pick (?:it|things) up|get back (?:into|on|to)",
        r"speak (?:to|with) (?:me|us|your)|talk (?:to|with) (?:me|us|your)",
        r"ateb(?:wch)?|[cg]ysylltu|cysylltwch|rhowch wybod|[cg]yfarfod|trefnwch|dewch i|dal i fyny|ailddechrau",
    ),
}


def check_tone(subject: str, body: str) -> tuple[Finding, ...]:
    """Return what is missing from a message as it would be sent, then what can hurt, in the order of the text.

    Empty: nothing was found; that is no proof of kindness. An empty message lacks all three parts.
    """
    # A line may end anywhere, also within the words that are looked for.
    missing = [Finding(fault) for fault, pattern in NEEDED.items() if not pattern.search(" ".join(body.split()))]
    return (*missing, *_find_hurting(" ".join(f"{subject} {body}".split())))


def check_template(subject: str, body: str) -> tuple[Finding, ...]:
    """Return what `check_tone` finds in a template with made-up facts filled in, and each field that there is not."""
    unknown = [Finding(Fault.UNKNOWN_FIELD, words) for words in _unknown_fields(f"{subject}\n{body}")]
    return (*unknown, *check_tone(fill_in(subject, SAMPLE), fill_in(body, SAMPLE)))


def fill_in(text: str, facts: Mapping[str, str]) -> str:
    """Return a template's text with its fields filled in: `{name}` and the other FIELDS; whatever else stands stays.

    A fact that is not given becomes nothing. No fact is read as a template again.
    """
    pattern = re.compile(r"\{(" + "|".join(FIELDS) + r")\}")
    return pattern.sub(lambda found: facts.get(found[1], ""), text)


def _find_hurting(text: str) -> list[Finding]:
    found = [(match.start(), fault, match[0]) for fault, pattern in FOUND.items() for match in pattern.finditer(text)]
    found += [(match.start(), Fault.SHOUTING, match[0].strip()) for match in SHOUTING.finditer(text)]
    return [Finding(fault, words) for _, fault, words in sorted(found)]


def _unknown_fields(text: str) -> list[str]:
    """Return what stands in braces and is no field, brace by brace where they do not match."""
    inner = re.findall(r"\{([^{}\n]{0,60})\}", text)
    unknown = [f"{{{name}}}" for name in inner if name not in FIELDS]
    left = re.sub(r"\{[^{}\n]{0,60}\}", "", text)
    return unknown + [brace for brace in "{}" if brace in left]
