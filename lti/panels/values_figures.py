"""Prepare the page of figures without names: three sentences, a chart over the weeks, one line for each group.

Groups stand by name and never by a figure: there is no ranking (policy paragraphs 17 and 20).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analytics.disclosure.figures import OVER
from analytics.language import gettext, mark, numeral
from bridge.store.figures_page import FigureGroup, FiguresRead, Numbers
from lti.panels.charts import BASE, GAP, TOP, Bar, Chart, Label
from lti.panels.values_tutor import Saying
from lti.panels.words import clean, full_date, percent, short_month, sort_key

WITHHELD, TOO_EARLY = mark("withheld"), mark("too early to say")
NEARLY_ALL = 95
NO_SHARE = "–"
OR_MORE = "\u207a"
"""A raised plus, as narrow as can be: on a phone the labels of two columns would touch."""
FEWEST_SLOTS, MOST_WEEKS = 12, 30
"""Weeks of the chart: the latest ones; of a young term the room for a whole one."""
COLUMNS = ("places", "share_meeting", "meeting", "below", "well_below", "too_early", "concerns")
WORK = (
    ("raised", mark("Places with a concern so far")),
    ("contacted", mark("Somebody tried to get in touch within seven days")),
    ("open_cases", mark("The case is open")),
    ("wrong_flags", mark("Closed as a wrong flag")),
)
"""What people did, each with its words."""
HEADS = (
    mark("Places"),
    mark("Share meeting"),
    mark("Meeting"),
    mark("Below"),
    mark("Well below"),
    mark("Too early"),
    mark("Concerns"),
)


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One group of the table."""

    name: str
    school_id: int | None
    """Set where the line leads to a school's page."""
    is_part: bool
    """It is a part of the line above it."""
    cells: tuple[tuple[str, str], ...]
    """Head and figure, in the order of HEADS."""


def make_figure_sayings(numbers: Numbers) -> tuple[Saying, Saying, Saying]:
    """Say the three figures that matter: the level, concerns, and whom all of it is about."""
    return _say_level(numbers), _say_concerns(numbers), _say_coverage(numbers)


def _say_level(numbers: Numbers) -> Saying:
    places, meeting, share = numbers["places"], numbers["meeting"], numbers["share_meeting"]
    small = gettext("meeting the level")
    if places is None:
        text = gettext("Too few learners to say how many met the published level.")
        return Saying(gettext("Withheld"), small, text)
    if _is_too_early(numbers):
        text = gettext("Too few weeks are closed to say whether the published level is met.")
        return Saying(gettext("Too early"), gettext("to say"), text)
    if numbers.get("meeting_over") is not None:
        text = gettext(
            "In nearly all of {places} places the published level was met. How many did not stays open: too few to be"
            " told.",
            places=numeral(places),
        )
        return Saying(say_over(), small, text)
    if meeting is None or share is None:
        text = gettext(
            "The number that met it, or the rest beside it, is too small to be told: often nearly all met it."
        )
        return Saying(gettext("Withheld"), small, text)
    text = gettext(
        "In about {meeting} of {places} places the published level was met.",
        meeting=numeral(meeting),
        places=numeral(places),
    )
    return Saying(percent(share), small, text)


def say_over() -> str:
    """Say that nearly all meet the level: "80 % or more"."""
    return gettext("{share} or more", share=percent(OVER))


def _say_concerns(numbers: Numbers) -> Saying:
    concerns, places = numbers["concerns"], numbers["places"]
    small = gettext("reasons for a concern")
    if concerns is None or places is None:
        text = gettext("Too few to be told without telling about somebody, or nearly all.")
        return Saying(gettext("Withheld"), small, text)
    text = gettext(
        "In about {concerns} of {places} places the published rule saw a reason to ask how things are.",
        concerns=numeral(concerns),
        places=numeral(places),
    )
    return Saying(numeral(concerns), small, text)


def _say_coverage(numbers: Numbers) -> Saying:
    learners, places, enrolled, coverage = (numbers[name] for name in ("learners", "places", "enrolled", "coverage"))
    if learners is None or places is None:
        text = gettext("Figures begin with ten evaluated learners of one course.")
        return Saying(gettext("Nobody yet"), gettext("in these figures"), text)
    text = gettext("They are counted in {places} places: a place is one learner in one course.", places=numeral(places))
    if enrolled is not None and coverage is not None:
        text += f" {_say_share_of_moodle(coverage, enrolled)}"
    return Saying(numeral(learners), gettext("learners at least"), text)


def _say_share_of_moodle(coverage: int, enrolled: int) -> str:
    if coverage >= NEARLY_ALL:
        return gettext("That is all or nearly all of about {enrolled} places in Moodle.", enrolled=numeral(enrolled))
    return gettext(
        "That is at least {share} of about {enrolled} places in Moodle.",
        share=percent(coverage),
        enrolled=numeral(enrolled),
    )


def list_casework(numbers: Numbers) -> tuple[tuple[str, str], ...]:
    """Put the counts of people's work in words: (what, how many). A week that was frozen before there were any: ()."""
    if "raised" not in numbers:
        return ()
    return tuple(
        (gettext(words), gettext(WITHHELD) if numbers[name] is None else _say_part(name, numbers))
        for name, words in WORK
    )


def _say_part(name: str, numbers: Numbers) -> str:
    number, raised = numbers[name] or 0, numbers["raised"] or 0
    if name == "raised":
        return gettext("about {number}", number=numeral(number))
    share = percent(100 * number // raised)
    return gettext("about {number} of these, {share}", number=numeral(number), share=share)


def make_figure_lines(read: FiguresRead) -> tuple[tuple[str, tuple[FigureLine, ...]], ...]:
    """Make the tables of a page, each with its caption: schools, programmes, courses with their programmes."""
    tables = (
        (gettext("Schools"), read.schools),
        (gettext("Programmes"), read.programmes),
        (gettext("Courses"), read.courses),
    )
    return tuple((caption, _make_lines(groups)) for caption, groups in tables if groups)


def _make_lines(groups: Sequence[FigureGroup], *, is_part: bool = False) -> tuple[FigureLine, ...]:
    lines: list[FigureLine] = []
    for group in sorted(groups, key=lambda one: sort_key(one.name)):
        lines.append(FigureLine(clean(group.name), group.school_id, is_part, _make_cells(group.numbers)))
        lines += _make_lines(group.parts, is_part=True)
    return tuple(lines)


def _make_cells(numbers: Numbers) -> tuple[tuple[str, str], ...]:
    return tuple((head, _write(name, numbers)) for head, name in zip(list_heads(), COLUMNS, strict=True))


def list_heads() -> tuple[str, ...]:
    """Give the heads of the tables' figures."""
    return tuple(map(gettext, HEADS))


def _write(name: str, numbers: Numbers) -> str:
    number = numbers[name]
    if number is None:
        is_over = name == "share_meeting" and numbers.get("meeting_over") is not None
        return say_over() if is_over else gettext(WITHHELD)
    if name == "share_meeting":
        return gettext(TOO_EARLY) if _is_too_early(numbers) else percent(number)
    return numeral(number)


def _is_too_early(numbers: Numbers) -> bool:
    """Say whether there is a band in no place yet: none of them meeting the level is no share of nought."""
    return numbers["places"] is not None and numbers["too_early"] == numbers["places"]


def draw_shares(weeks: Sequence[tuple[date, Numbers]]) -> Chart:
    """Draw the share of places that met the level after each frozen week, the latest ones; at least one week.

    A withheld one, or one that is too early to say, is written as a dash and never drawn as a zero; one of 80 % or
    more is drawn as high as that, and says so. Under the columns stand days of the month, the month below its first:
    that fits a phone.
    """
    shown = weeks[-MOST_WEEKS:]
    slot = 100 / max(len(shown), FEWEST_SLOTS)
    step = -(-len(shown) // FEWEST_SLOTS)
    bars, labels = [], []
    month = ""
    for number, (as_of, numbers) in enumerate(shown):
        share = None if _is_too_early(numbers) else numbers["share_meeting"]
        over = numbers.get("meeting_over")
        drawn = share if share is not None else over
        centre = round((number + 0.5) * slot, 2)
        height = max((BASE - TOP) * (drawn or 0) / 100 - GAP, 1.0)
        if drawn is not None:
            x, width = round(number * slot + slot * 0.1, 2), round(slot * 0.8, 2)
            bars.append(Bar("met", x, round(BASE - height, 2), width, round(height, 2)))
        text = str(share) if share is not None else NO_SHARE if over is None else f"{over}{OR_MORE}"
        labels.append(Label(text, centre, round(BASE - height - 5, 2) if drawn is not None else BASE - 5, "v"))
        if number % step == 0:
            labels.append(Label(str(as_of.day), centre, 196, "mu"))
            if month != (month := short_month(as_of)):
                labels.append(Label(month, centre, 210, "mu"))
    rows = tuple((full_date(as_of), _write("share_meeting", numbers)) for as_of, numbers in shown)
    return Chart(
        title=gettext("Per cent of places in which the published level was met, by the Sunday that closed the week"),
        description="; ".join(f"{day}: {said}" for day, said in rows) + ".",
        bars=tuple(bars),
        labels=tuple(labels),
        symbols=(),
        lines=(),
        points=(),
        head=(gettext("Week closed on"), gettext("Meeting the level")),
        rows=rows,
    )
