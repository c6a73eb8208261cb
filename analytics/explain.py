"""Say a learner's engagement in a sentence of whole numbers and read E back (docs/engagement.md "Sentence").

The sentence is a record: English, whatever the reader speaks, and stored with the figure. `analytics.retell` says it in
the reader's language.
"""

import re
from collections.abc import Sequence
from fractions import Fraction

from analytics.bands import percent_of
from analytics.engagement import FEWEST_COUNTED_WEEKS, Engagement
from analytics.levels import MARKER_ORDER, Form, Marker
from analytics.lists import name_runs
from analytics.markers import MarkerShare, Shares, average_shares, find_applying
from analytics.phrases import PHRASES, phrase_of


class SentenceError(ValueError):
    """A text that is no sentence of this module, or whose numbers do not agree with each other."""


def sentence(engagement: Engagement, subject: str = "you") -> str:
    """Say E and what it is made of in one or more sentences; the text alone gives E exactly (``parse_sentence``).

    ``subject`` is "you" on the learner's page; "they" on a tutor's.
    """
    count = engagement.counted_week_count
    if count < FEWEST_COUNTED_WEEKS:
        if count == 0:
            return "Too early to say: no week has been counted yet."
        return f"Too early to say: {count} week counted so far."
    if engagement.percent is None:
        return f"Too early to say: nothing was expected in the {count} weeks counted so far."
    clauses = [clause for clause in (_week_clause(engagement, subject), _task_clause(engagement, subject)) if clause]
    text = "; ".join([*clauses, f"{_weighting(engagement)}{engagement.percent} %"])
    return f"{text[0].upper()}{text[1:]}.{_uncounted_sentences(engagement)}"


def parse_sentence(text: str) -> Fraction | None:
    """Read E from the text alone, exactly; None for "too early to say".

    Raises: SentenceError for other text, more met than expected, or a percentage that is not that of its numbers.
    """
    if TOO_EARLY.fullmatch(text):
        return None
    match = SENTENCE.fullmatch(text)
    if match is None:
        raise SentenceError(f"This is no engagement sentence: {text!r}. Pass the whole text as it was made.")
    shares = read_shares(match)
    e = average_shares(shares, _read_weights(match["weights"], shares))
    if e is None or not 0 <= e <= 1 or percent_of(e) != int(match["percent"]):
        raise SentenceError(f"The numbers of this sentence do not agree with each other: {text!r}.")
    return e


def read_shares(match: re.Match[str]) -> Shares:
    """Read the whole numbers of a sentence that `SENTENCE` matched.

    Raises: SentenceError when more was met than expected, or a marker is named twice or out of its order.
    """
    measured = _read_parts(match["parts"] or "")
    late = int(match["late"] or 0)
    tasks = (int(match["handed_in"]) - late, late, int(match["tasks"])) if match["tasks"] else (0, 0, 0)
    is_sound = all(share.met <= share.expected and share.expected for share in measured)
    if not is_sound or not 0 <= tasks[0] <= tasks[2] - tasks[1]:
        raise SentenceError(f"More was met than expected in: {match.string!r}.")
    return Shares(measured, tasks)


def _name_weeks(weeks: Sequence[int]) -> str:
    return f"{'week' if len(weeks) == 1 else 'weeks'} {_join(name_runs(weeks))}"


def _week_clause(engagement: Engagement, subject: str) -> str:
    parts = []
    for share in engagement.shares.measured:
        phrase = phrase_of(share.marker, share.a_day)
        cap = "" if share.a_day is None else f" (up to {share.a_day} a day {'counts' if share.a_day == 1 else 'count'})"
        parts.append(f"{phrase.verb} {share.met} of {phrase.count(share.expected)}{cap}")
    return f"in {_name_weeks(engagement.weeks)} {subject} {_join(parts)}" if parts else ""


def _task_clause(engagement: Engagement, subject: str) -> str:
    on_time, late, total = engagement.shares.tasks
    if not total:
        return ""
    weeks = _name_weeks(engagement.task_weeks)
    return f"of {_count(total, 'task')} in {weeks} {subject} handed in {on_time + late}{_late(late)}"


def _late(late: int) -> str:
    return f", {late} late (late counts half)" if late else ""


def _weighting(engagement: Engagement) -> str:
    weights = [weight for _, weight in engagement.weights]
    if len(weights) == 1:
        return ""
    return "average " if len(set(weights)) == 1 else f"weighted {':'.join(map(str, weights))} "


def _uncounted_sentences(engagement: Engagement) -> str:
    return "".join(
        f" {_name_weeks(weeks).capitalize()} {'was' if len(weeks) == 1 else 'were'} not counted ({reason})."
        for reason, weeks in engagement.uncounted
    )


def _join(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _count(count: int, singular: str, plural: str = "") -> str:
    return f"{count} {singular if count == 1 else plural or singular + 's'}"


_WEEKS = r"weeks? [\d–, and]+?"
_TASK_WEEKS = rf"(?P<task_weeks>{_WEEKS})"
_SUBJECT = r"[a-z]+"
_CAP = r" \(up to (?P<a_day>\d+) a day counts?\)"
_PARTS = {
    (marker, form): rf"{phrase.verb} (?P<met>\d+) of (?P<expected>\d+) (?:{phrase.singular}|{phrase.plural})"
    rf"{_CAP if form is Form.VISITS else ''}"
    for (marker, form), phrase in PHRASES.items()
}
_PART = "|".join(re.sub(r"\?P<\w+>", "?:", part) for part in _PARTS.values())
_TASKS = (
    rf"[Oo]f (?P<tasks>\d+) tasks? in {_TASK_WEEKS} {_SUBJECT} handed in (?P<handed_in>\d+)"
    r"(?:, (?P<late>\d+) late \(late counts half\))?"
)
_WEEK_CLAUSE = rf"In (?P<weeks>{_WEEKS}) {_SUBJECT} (?P<parts>(?:{_PART})(?:, (?:{_PART}))*(?: and (?:{_PART}))?); "
_UNCOUNTED = rf"(?P<uncounted>(?: W{_WEEKS[1:]} (?:was|were) not counted \([a-z ]+\)\.)*)"
SENTENCE = re.compile(
    rf"(?:{_WEEK_CLAUSE})?(?:{_TASKS}; )?"
    rf"(?P<weighting>average |weighted (?P<weights>\d+(?::\d+)+) )?(?P<percent>\d+) %\.{_UNCOUNTED}"
)
TOO_EARLY = re.compile(
    r"Too early to say: (?:no week has been counted yet|(?P<counted>1) week counted so far"
    r"|nothing was expected in the (?P<expecting>\d+) weeks counted so far)\."
)


def _read_parts(text: str) -> tuple[MarkerShare, ...]:
    """Read the parts of the week clause, which come once each and in MARKER_ORDER."""
    found = []
    for part in re.finditer(_PART, text):
        for (marker, _), pattern in _PARTS.items():
            if match := re.fullmatch(pattern, part[0]):
                numbers = match.groupdict()
                a_day = int(numbers["a_day"]) if "a_day" in numbers else None
                found.append(MarkerShare(marker, int(numbers["met"]), int(numbers["expected"]), a_day))
    places = [MARKER_ORDER.index(share.marker) for share in found]
    if places != sorted(set(places)):
        raise SentenceError(f"A marker is named twice or out of its order in: {text!r}.")
    return tuple(found)


def _read_weights(text: str | None, shares: Shares) -> list[tuple[Marker, int]]:
    """Give each marker that applies its weight: equal, or as the text has them, in their order."""
    applying = find_applying(shares)
    weights = [1] * len(applying) if text is None else [int(weight) for weight in text.split(":")]
    if len(weights) != len(applying):
        raise SentenceError(f"There are {len(weights)} weights for {len(applying)} markers.")
    return list(zip(applying, weights, strict=True))
