"""Prepare the page of figures without names: three sentences, a chart over the weeks, one line for each group.

Groups stand by name and never by a figure: there is no ranking (policy paragraphs 17 and 20).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bridge.store.figures_page import FigureGroup, FiguresRead, Numbers
from lti.panels.charts import BASE, GAP, TOP, Bar, Chart, Label
from lti.panels.values_tutor import Saying
from lti.panels.words import clean, full_date, percent, sort_key

WITHHELD, TOO_EARLY = "withheld", "too early to say"
NEARLY_ALL = 95
FEWEST_SLOTS, MOST_WEEKS = 12, 30
"""Weeks of the chart: the latest ones; of a young term the room for a whole one."""
COLUMNS = ("places", "share_meeting", "meeting", "below", "well_below", "too_early", "concerns")
WORK = (
    ("raised", "Places with a concern so far"),
    ("contacted", "Somebody tried to get in touch within seven days"),
    ("open_cases", "The case is open"),
    ("wrong_flags", "Closed as a wrong flag"),
)
"""What people did, each with its words."""
HEADS = ("Places", "Share meeting", "Meeting", "Below", "Well below", "Too early", "Concerns")


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
    if places is None:
        return Saying("Withheld", "meeting the level", "Too few learners to say how many met the published level.")
    if _is_too_early(numbers):
        return Saying("Too early", "to say", "Too few weeks are closed to say whether the published level is met.")
    if meeting is None or share is None:
        text = "The number that met it, or the rest beside it, is too small to be told: often nearly all met it."
        return Saying("Withheld", "meeting the level", text)
    text = f"In about {meeting:,} of {places:,} places the published level was met."
    return Saying(percent(share), "meeting the level", text)


def _say_concerns(numbers: Numbers) -> Saying:
    concerns, places = numbers["concerns"], numbers["places"]
    if concerns is None:
        text = "Too few to be told without telling about somebody, or nearly all."
        return Saying("Withheld", "reasons for a concern", text)
    text = f"In about {concerns:,} of {places:,} places the published rule saw a reason to ask how things are."
    return Saying(f"{concerns:,}", "reasons for a concern", text)


def _say_coverage(numbers: Numbers) -> Saying:
    learners, places, enrolled, coverage = (numbers[name] for name in ("learners", "places", "enrolled", "coverage"))
    if learners is None:
        return Saying("Nobody yet", "in these figures", "Figures begin with ten evaluated learners of one course.")
    text = f"They are counted in {places:,} places: a place is one learner in one course."
    if enrolled is not None and coverage is not None:
        share = "all or nearly all" if coverage >= NEARLY_ALL else f"at least {percent(coverage)}"
        text += f" That is {share} of about {enrolled:,} places in Moodle."
    return Saying(f"{learners:,}", "learners at least", text)


def list_casework(numbers: Numbers) -> tuple[tuple[str, str], ...]:
    """Put the counts of people's work in words: (what, how many). A week that was frozen before there were any: ()."""
    if "raised" not in numbers:
        return ()
    return tuple((words, WITHHELD if numbers[name] is None else _say_part(name, numbers)) for name, words in WORK)


def _say_part(name: str, numbers: Numbers) -> str:
    number, raised = numbers[name] or 0, numbers["raised"] or 0
    return f"about {number:,}" if name == "raised" else f"about {number:,} of these, {percent(100 * number // raised)}"


def make_figure_lines(read: FiguresRead) -> tuple[tuple[str, tuple[FigureLine, ...]], ...]:
    """Make the tables of a page, each with its caption: schools, programmes, courses with their programmes."""
    tables = (("Schools", read.schools), ("Programmes", read.programmes), ("Courses", read.courses))
    return tuple((caption, _make_lines(groups)) for caption, groups in tables if groups)


def _make_lines(groups: Sequence[FigureGroup], *, is_part: bool = False) -> tuple[FigureLine, ...]:
    lines: list[FigureLine] = []
    for group in sorted(groups, key=lambda one: sort_key(one.name)):
        lines.append(FigureLine(clean(group.name), group.school_id, is_part, _make_cells(group.numbers)))
        lines += _make_lines(group.parts, is_part=True)
    return tuple(lines)


def _make_cells(numbers: Numbers) -> tuple[tuple[str, str], ...]:
    return tuple((head, _write(name, numbers)) for head, name in zip(HEADS, COLUMNS, strict=True))


def _write(name: str, numbers: Numbers) -> str:
    number = numbers[name]
    if number is None:
        return WITHHELD
    if name == "share_meeting":
        return TOO_EARLY if _is_too_early(numbers) else percent(number)
    return f"{number:,}"


def _is_too_early(numbers: Numbers) -> bool:
    """Say whether there is a band in no place yet: none of them meeting the level is no share of nought."""
    return numbers["places"] is not None and numbers["too_early"] == numbers["places"]


def draw_shares(weeks: Sequence[tuple[date, Numbers]]) -> Chart:
    """Draw the share of places that met the level after each frozen week, the latest ones; at least one week.

    A withheld one, or one that is too early to say, is written as a dash and never drawn as a zero. Under the columns
    stand days of the month, the month below its first: that fits a phone.
    """
    shown = weeks[-MOST_WEEKS:]
    slot = 100 / max(len(shown), FEWEST_SLOTS)
    step = -(-len(shown) // FEWEST_SLOTS)
    bars, labels = [], []
    month = ""
    for number, (as_of, numbers) in enumerate(shown):
        share = None if _is_too_early(numbers) else numbers["share_meeting"]
        centre = round((number + 0.5) * slot, 2)
        height = max((BASE - TOP) * (share or 0) / 100 - GAP, 1.0)
        if share is not None:
            x, width = round(number * slot + slot * 0.1, 2), round(slot * 0.8, 2)
            bars.append(Bar("met", x, round(BASE - height, 2), width, round(height, 2)))
        text = "–" if share is None else str(share)
        labels.append(Label(text, centre, round(BASE - height - 5, 2) if share is not None else BASE - 5, "v"))
        if number % step == 0:
            labels.append(Label(str(as_of.day), centre, 196, "mu"))
            if month != (month := f"{as_of:%b}"):
                labels.append(Label(month, centre, 210, "mu"))
    rows = tuple((full_date(as_of), _write("share_meeting", numbers)) for as_of, numbers in shown)
    return Chart(
        title="Per cent of places in which the published level was met, by the Sunday that closed the week",
        description="; ".join(f"{day}: {said}" for day, said in rows) + ".",
        bars=tuple(bars),
        labels=tuple(labels),
        symbols=(),
        lines=(),
        points=(),
        head=("Week closed on", "Meeting the level"),
        rows=rows,
    )
