"""Join the items of a list as a sentence does, and name weeks, in the reader's language (docs/languages.md)."""

import re
from collections.abc import Sequence

from analytics.language import gettext, ngettext, pgettext, spoken

WELSH_VOWEL = re.compile(r"[aeiouwyâêîôûŵŷáéíóúäëïöü]|1(?!0)|8", re.IGNORECASE)
"""What "ac" stands before: a vowel, and a figure whose name begins with one (1 is "un", 11 "un deg un", 8 "wyth")."""
WELSH_ASPIRATE = re.compile(r"[pct](?!h)")
"""What becomes "ph", "ch" and "th" after "a"; not a capital, which begins a name, and names stay as they are."""


def name_runs(numbers: Sequence[int]) -> list[str]:
    """Write rising numbers with each run as one: ["5–6", "8"]; empty for none."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]


def name_weeks(weeks: Sequence[int]) -> str:
    """Name weeks in words: "week 7", "weeks 5–6, 8 and 10". Weeks rise; at least one."""
    return ngettext("week {weeks}", "weeks {weeks}", len(weeks), weeks=listed(name_runs(weeks)))


def listed(items: Sequence[str]) -> str:
    """Join items as a sentence does: "a, b and c"; empty for none."""
    if len(items) < 2:
        return "".join(items)
    first = gettext(", ").join(items[:-1])
    if spoken().locale == "cy":
        return f"{first} {_join_welsh(items[-1])}"
    return pgettext("the end of a list", "{items} and {last}", items=first, last=items[-1])


def _join_welsh(last: str) -> str:
    """Put Welsh "a" or "ac" before an item: which of them, and what it does to the item, hangs on its first sound."""
    if WELSH_VOWEL.match(last):
        return f"ac {last}"
    return f"a {last[0]}h{last[1:]}" if WELSH_ASPIRATE.match(last) else f"a {last}"
