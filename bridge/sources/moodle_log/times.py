"""The times of a log download: every form Moodle writes, and no guess where day and month could change places.

Moodle writes times in the time zone and language of whoever downloads (langconfig strings `strftimedatetimeshort…`).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bridge.sources.errors import SourceRefused


class DateOrder(StrEnum):
    """In which order a date in numbers names day, month and year."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


PLACES = {DateOrder.DAY_FIRST: (2, 1, 0), DateOrder.MONTH_FIRST: (2, 0, 1), DateOrder.YEAR_FIRST: (0, 1, 2)}
"""Where year, month and day stand."""
CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?"
NUMBERS = re.compile(rf"(\d{{1,4}})[./-](\d{{1,2}})[./-](\d{{1,4}})\.?[,\sT]+{CLOCK}", re.IGNORECASE)
DAY_THEN_WORD = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{{1,2}})(?:\.|\s+de)?\s+(?P<word>[^\W\d]+)\.?,?(?:\s+de)?\s+(?P<year>\d{{4}})"
    rf"\D{{1,5}}{CLOCK}",
    re.IGNORECASE,
)
WORD_THEN_DAY = re.compile(
    rf"(?:[^\W\d]+\.?,\s+)?(?P<word>[^\W\d]+)\.?\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})\D{{1,5}}{CLOCK}",
    re.IGNORECASE,
)
CENTURY = 2000

MONTHS = (
    ("jan", "gen", "ene", "ion"),
    ("feb", "fev", "chw"),
    ("mar", "maa", "mrt", "maw"),
    ("apr", "avr", "abr", "ebr"),
    ("may", "mai", "mei", "mag", "maj"),
    ("jun", "juin", "giu", "meh"),
    ("jul", "juil", "lug", "gor"),
    ("aug", "aou", "ago", "aws"),
    ("sep", "set", "med"),
    ("oct", "okt", "ott", "out", "hyd"),
    ("nov", "tac"),
    ("dec", "dez", "dic", "rha"),
)
"""How each month's name begins, without accents: English, Welsh, French, German, Dutch, Spanish, Portuguese, Italian,
Swedish and Danish."""


@dataclass(frozen=True, slots=True)
class TimeReader:
    """Reads the times of one file; `order` None: the file holds no dates in numbers alone."""

    order: DateOrder | None
    zone: ZoneInfo
    _known: dict[str, datetime] = field(default_factory=dict)

    def read(self, text: str) -> datetime:
        """Return the instant in UTC.

        Raises:
            ValueError: no time in any known form.
        """
        minute = self._known.get(text)
        if minute is None:
            if len(self._known) > 100_000:
                self._known.clear()
            minute = self._known[text] = self._parse(text).replace(tzinfo=self.zone).astimezone(UTC)
        return minute

    def _parse(self, text: str) -> datetime:
        numbers = NUMBERS.fullmatch(text)
        if numbers is not None:
            parts = [int(part) for part in numbers.group(1, 2, 3)]
            order = DateOrder.YEAR_FIRST if len(numbers[1]) == 4 else self.order
            if order is None:
                raise ValueError("the date's order is not known")
            year, month, day = (parts[place] for place in PLACES[order])
            return _build(numbers, year if year > 99 else CENTURY + year, month, day)
        words = DAY_THEN_WORD.fullmatch(text) or WORD_THEN_DAY.fullmatch(text)
        if words is None:
            raise ValueError("no date and time that Moodle would write")
        return _build(words, int(words["year"]), month_of(words["word"]), int(words["day"]))


def month_of(word: str) -> int:
    """Return the number of a month by its name, whole or short.

    Raises:
        ValueError: no month in the languages known here.
    """
    plain = unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode()
    for number, beginnings in enumerate(MONTHS, start=1):
        if any(plain.startswith(beginning) for beginning in beginnings):
            return number
    raise ValueError("no month that is known here")


def find_order(texts: Iterable[str], asked: DateOrder | None = None) -> DateOrder | None:
    """Return the order of the dates in a file, by those that can be read one way only.

    `asked` is the order that somebody named; it stands unless the file contradicts it. None: no dates in numbers.

    Raises:
        SourceRefused: the file can be read in two ways, or in none.
    """
    possible = set(DateOrder)
    seen = False
    for text in texts:
        numbers = NUMBERS.fullmatch(text)
        if numbers is None or len(numbers[1]) == 4:
            continue
        seen = True
        possible &= _orders_of(*numbers.group(1, 2, 3))
        if not possible:
            break
    if not seen:
        return asked
    if asked is not None and asked in possible:
        return asked
    # Moodle writes a year of two digits last; a year first is believed only when it is said, or four digits long.
    possible -= {DateOrder.YEAR_FIRST}
    if asked is None and len(possible) == 1:
        return possible.pop()
    raise SourceRefused(_what_is_wrong(possible, asked))


def _orders_of(first: str, second: str, third: str) -> set[DateOrder]:
    parts = (first, second, third)
    return {order for order, places in PLACES.items() if _fits(*(parts[place] for place in places))}


def _fits(year: str, month: str, day: str) -> bool:
    return len(year) in (2, 4) and 1 <= int(month) <= 12 and 1 <= int(day) <= 31 and len(day) <= 2


def _what_is_wrong(possible: set[DateOrder], asked: DateOrder | None) -> str:
    if asked is not None:
        return (
            f"The file's dates cannot all be read as {asked}. Leave --date-format out, or name another; nothing was"
            " imported."
        )
    if possible:
        return (
            "Every date in the file could be day/month or month/day. Say which with --date-format dmy or --date-format"
            " mdy; nothing was imported."
        )
    return (
        "Some of the file's dates can only be day/month, others only month/day: a spreadsheet has changed them."
        " Download the log again and pass it on as it is; nothing was imported."
    )


def _build(match: re.Match[str], year: int, month: int, day: int) -> datetime:
    hour = int(match["hour"])
    half = (match["half"] or "").casefold()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("no hour of a clock of twelve")
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return datetime(year, month, day, hour, int(match["minute"]), int(match["second"] or 0))  # noqa: DTZ001 (local)
