"""Turn dates, times, counts and names into page text in the reader's language, each number with its unit."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from analytics.calendar import DateRange, local_date
from analytics.language import gettext, mark, numeral, pgettext, spoken
from analytics.lists import listed

__all__ = ["listed"]

NBSP = "\u00a0"
DASH = "–"
BREAKABLE = re.compile(r"[^\S\u00a0\u202f]+")
"""Any run of spaces at which a line may end."""
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
SMALL_NUMBERS = (
    mark("no"),
    mark("one"),
    mark("two"),
    mark("three"),
    mark("four"),
    mark("five"),
    mark("six"),
    mark("seven"),
    mark("eight"),
    mark("nine"),
)
"""A language whose numbers have a gender, or change the word after them, says figures instead."""
NEAR_DAYS = {0: mark("today"), -1: mark("yesterday"), 1: mark("tomorrow")}
"""By how many days after today a day is."""
TEXT_LIMIT = 300
"""Characters of a name or title that are shown."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant a page is made, where the institution is."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """Give the local date."""
        return local_date(self.now, self.zone)

    def date_of(self, instant: datetime) -> date:
        """Give an instant's local date."""
        return local_date(instant, self.zone)


def clean(text: str) -> str:
    """Make a name or title safe to place: no control or direction characters, one line, a bounded length.

    Escaping is the templates' part. A text of nothing else becomes "(no name)".
    """
    line = " ".join(_keep_printable(text).split())
    return (line[: TEXT_LIMIT - 1] + "…" if len(line) > TEXT_LIMIT else line) or gettext("(no name)")


def clean_whole(text: str) -> str:
    """Make a text of any length safe to place: as `clean`, with nothing of it cut off; empty where nothing is left.

    A space that keeps a sign by its number stays one: "75 %" in a quoted sentence is never parted by the line's end.
    """
    return BREAKABLE.sub(" ", _keep_printable(text)).strip()


def _keep_printable(text: str) -> str:
    # Nearly every text is printable as it is; only another one is looked at sign by sign.
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(char) == "Cc" else char for char in text if _is_printable(char))


def _is_printable(char: str) -> bool:
    return char not in BIDI_CONTROLS and unicodedata.category(char) not in {"Cs", "Co", "Cn"}


def sort_key(text: str) -> str:
    """Give a text's key for sorting and searching: no case, no accents; the same on every database."""
    cleaned = clean(text)
    if cleaned.isascii():
        return cleaned.casefold()
    decomposed = unicodedata.normalize("NFKD", cleaned)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def percent(value: int) -> str:
    """Write a percentage with its sign kept on the line."""
    return f"{value}{NBSP}%"


def small(number: int) -> str:
    """Write a small number in words, a larger one in figures."""
    return gettext(SMALL_NUMBERS[number]) if 0 <= number < len(SMALL_NUMBERS) else numeral(number)


def capital(text: str) -> str:
    """Give a text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def halves(value: Fraction) -> str:
    """Write a number of halves: "1½", "½", "2"."""
    whole, rest = divmod(value, 1)
    return f"{whole or ''}½" if rest else str(whole)


def long_date(day: date) -> str:
    """Write "Friday 6 November"."""
    return _write(day, pgettext("pattern of a date", "EEEE d MMMM"))


def full_date(day: date) -> str:
    """Write "Friday 6 November 2026"."""
    return _write(day, pgettext("pattern of a date", "EEEE d MMMM y"))


def plain_date(day: date, today: date) -> str:
    """Write "6 November", with the year when it is another than today's."""
    if day.year == today.year:
        return _write(day, pgettext("pattern of a date", "d MMMM"))
    return _write(day, pgettext("pattern of a date", "d MMMM y"))


def short_date(day: date) -> str:
    """Write "Wed 4 Nov"."""
    return _write(day, pgettext("pattern of a date", "EEE d MMM"))


def near_date(day: date, today: date) -> str:
    """Write a date as people say it: "today", "yesterday", "tomorrow", else "Wed 4 Nov"."""
    named = NEAR_DAYS.get((day - today).days)
    if named:
        return gettext(named)
    if day.year == today.year:
        return short_date(day)
    return _write(day, pgettext("pattern of a date", "EEE d MMM y"))


def month_name(day: date) -> str:
    """Write a day's month: "November"."""
    return _write(day, "LLLL")


def short_month(day: date) -> str:
    """Write a day's month as a chart has room for: "Nov"."""
    return _write(day, "LLL")


def short_weekday(day: date) -> str:
    """Write a day's name as a chart has room for: "Fri"."""
    return _write(day, "EEE")


def _write(day: date, pattern: str) -> str:
    return _write_in(spoken().calendar, day, pattern)


@lru_cache(maxsize=4096)
def _write_in(calendar: str, day: date, pattern: str) -> str:
    written = format_date(day, pattern, locale=calendar)
    # Unicode's CLDR has Welsh days as they stand alone, "Dydd Gwener"; within a sentence they have no capital.
    return written.replace("Dydd", "dydd") if calendar == "cy" else written


def span(days: DateRange, today: date) -> str:
    """Write a run of days: "9–15 November", "28 December to 3 January 2027", or the one day."""
    if days.first == days.last:
        return plain_date(days.first, today)
    if (days.first.year, days.first.month) == (days.last.year, days.last.month):
        return f"{days.first.day}{DASH}{plain_date(days.last, today)}"
    return gettext("{first} to {last}", first=plain_date(days.first, today), last=plain_date(days.last, today))


def instant(at: datetime, moment: Moment) -> str:
    """Write an instant with its local time: "today, 13:45", "Tue 3 Nov, 18:12"."""
    return gettext("{date}, {time}", date=near_date(moment.date_of(at), moment.today), time=_clock(at, moment))


def due(at: datetime, moment: Moment) -> str:
    """Write when something is due: "today, 17:00"; a time just after midnight is the evening before it."""
    local = at.astimezone(moment.zone)
    clock = gettext("midnight") if local.hour == local.minute == 0 else _clock(at, moment)
    return gettext("{date}, {time}", date=near_date(due_day(at, moment), moment.today), time=clock)


def _clock(at: datetime, moment: Moment) -> str:
    return f"{at.astimezone(moment.zone):%H:%M}"


def due_day(at: datetime, moment: Moment) -> date:
    """Return the day something is due on, as people say it: midnight ends a day and begins none."""
    return (at.astimezone(moment.zone) - timedelta(minutes=1)).date()
