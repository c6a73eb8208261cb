"""Decide the mark of each week of a strip and say the strip in words; shapes carry the meaning, colour repeats it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from markupsafe import Markup

from analytics.bands import Band, find_band
from analytics.calendar import TeachingCalendar
from analytics.engagement import FEWEST_COUNTED_WEEKS
from analytics.language import Language, gettext, mark, spoken
from bridge.store.panel_records import Week
from lti.panels.words import capital

PITCH = 16
SIZE = 14


class Mark(StrEnum):
    """What a week's mark says; the value is the id of its symbol."""

    MET = "m"
    BELOW = "b"
    WELL_BELOW = "w"
    UNCOUNTED = "o"
    EARLY = "e"
    RUNNING = "n"
    TO_COME = "x"


SPOKEN = {
    Mark.MET: mark("meeting the published level"),
    Mark.BELOW: mark("below the published level"),
    Mark.WELL_BELOW: mark("well below the published level"),
    Mark.UNCOUNTED: mark("not counted"),
    Mark.EARLY: mark("too early to say"),
    Mark.RUNNING: mark("not finished"),
    Mark.TO_COME: mark("still to come"),
}
KEY = (
    (Mark.MET, mark("meeting the published level")),
    (Mark.BELOW, mark("below it")),
    (Mark.WELL_BELOW, mark("well below it")),
    (Mark.UNCOUNTED, mark("not counted")),
    (Mark.EARLY, mark("too early to say")),
    (Mark.RUNNING, mark("this week, not finished")),
    (Mark.TO_COME, mark("to come")),
)
BAND_MARKS = {Band.MEETING: Mark.MET, Band.BELOW: Mark.BELOW, Band.WELL_BELOW: Mark.WELL_BELOW}


@dataclass(frozen=True, slots=True)
class Strip:
    """A week strip: symbols side by side and the sentence that says them."""

    width: int
    title: str
    symbols: Markup
    """Drawn: a list has dozens of strips of a dozen weeks, and many are alike."""


@dataclass(frozen=True, slots=True)
class Pips:
    """A few dots, full, half or open, with the figure beside them."""

    width: int
    dots: tuple[tuple[int, str], ...]
    """(x of the centre, full | half | open)."""
    text: str


def say_key() -> tuple[tuple[str, str], ...]:
    """Say what each symbol of a strip means: (symbol, words)."""
    return tuple((one.value, gettext(words)) for one, words in KEY)


def find_marks(
    weeks: Sequence[Week], calendar: TeachingCalendar, closed_week: int, today: date, last_week: int
) -> tuple[Mark, ...]:
    """Decide the marks of weeks 1 to last_week; until the second counted week has closed each is too early to say.

    `closed_week` is the last week that was evaluated: 0 before the first.
    """
    known = {week.week_no: week for week in weeks}
    counted = [week for week in weeks if week.is_counted and week.week_no <= closed_week]
    is_early = len(counted) < FEWEST_COUNTED_WEEKS
    current = calendar.week_of(today)
    breaks = _find_break_weeks(calendar, last_week)
    return tuple(
        _find_mark(known.get(week_no), week_no, closed_week, current, is_early, breaks)
        for week_no in range(1, last_week + 1)
    )


def _find_mark(
    week: Week | None, week_no: int, closed_week: int, current: int, is_early: bool, breaks: Collection[int]
) -> Mark:
    is_open = week_no > closed_week
    if is_open and week_no in breaks:
        return Mark.UNCOUNTED
    if week_no > current:
        return Mark.TO_COME
    if week is None and is_open:
        return Mark.RUNNING if week_no == current else Mark.EARLY
    if week is None:
        return Mark.UNCOUNTED
    if not week.is_counted:
        return Mark.UNCOUNTED
    if is_open:
        return Mark.RUNNING
    return Mark.EARLY if is_early else mark_of(week.share)


def mark_of(share: Fraction | None) -> Mark:
    """Give the mark of a week's own share; a week in which nothing was expected says nothing."""
    band = find_band(share)
    return Mark.EARLY if band is None else BAND_MARKS[band]


def is_break_week(calendar: TeachingCalendar, week_no: int) -> bool:
    """Tell whether a break touches a week: then it is not counted for anybody."""
    return any(day in days for days in calendar.breaks for day in calendar.week_dates(week_no))


@lru_cache(maxsize=256)
def _find_break_weeks(calendar: TeachingCalendar, last_week: int) -> frozenset[int]:
    return frozenset(week_no for week_no in range(1, last_week + 1) if is_break_week(calendar, week_no))


def make_strip(marks: Sequence[Mark], whose: str = "") -> Strip:
    """Place marks side by side; `whose` opens the spoken sentence."""
    said = say_marks(marks)
    lowered = f"{said[:1].lower()}{said[1:]}"
    title = gettext("{name}: {weeks}", name=whose, weeks=lowered) if whose else said
    return Strip(max(PITCH * len(marks) - (PITCH - SIZE), 0), title, _draw(tuple(marks)))


@lru_cache(maxsize=1024)
def _draw(marks: tuple[Mark, ...]) -> Markup:
    one = Markup('<use href="#{}" x="{}"/>')
    return Markup().join(one.format(symbol.value, PITCH * position) for position, symbol in enumerate(marks))


def say_marks(marks: Sequence[Mark]) -> str:
    """Say marks in runs: "Weeks 1–3 meeting the published level, week 4 not counted"; empty for none."""
    return _say_marks_in(spoken(), tuple(marks))


@lru_cache(maxsize=1024)
def _say_marks_in(_language: Language, marks: tuple[Mark, ...]) -> str:
    """Say marks in the language that is spoken, which it is called with for the sake of what is kept of its answers."""
    runs: list[tuple[int, int, Mark]] = []
    for week_no, one in enumerate(marks, 1):
        if runs and runs[-1][2] is one:
            runs[-1] = (runs[-1][0], week_no, one)
        else:
            runs.append((week_no, week_no, one))
    return capital(", ".join(_say_run(first, last, gettext(SPOKEN[one])) for first, last, one in runs))


def _say_run(first: int, last: int, words: str) -> str:
    if first == last:
        return gettext("week {week} {words}", week=first, words=words)
    return gettext("weeks {first}–{last} {words}", first=first, last=last, words=words)


def make_pips(shares: Sequence[Fraction], text: str) -> Pips:
    """Draw one dot for each share: 1 full, ½ half, 0 open."""
    kinds = ["full" if share == 1 else "half" if share else "open" for share in shares]
    dots = tuple((5 + 11 * position, kind) for position, kind in enumerate(kinds))
    return Pips(max(11 * len(dots) - 1, 0), dots, text)


def count_pips(reached: int, expected: int) -> Pips:
    """Draw `expected` dots, `reached` of them full, with "3 of 4" beside them."""
    full = min(reached, expected)
    return make_pips(
        [Fraction(position < full) for position in range(expected)],
        gettext("{part} of {whole}", part=full, whole=expected),
    )
