"""Say page text in the reader's language: gettext's functions over the translations that were chosen for this work
(docs/languages.md). Without a choice everything is English, the language the code is written in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from gettext import NullTranslations

ENGLISH = "en_GB"
"""The locale of the source texts, as Unicode's CLDR names it."""


@dataclass(frozen=True, slots=True)
class Language:
    """A locale's name, its catalogue of messages, and how it writes what no message holds."""

    locale: str = ENGLISH
    translations: NullTranslations = field(default_factory=NullTranslations)
    calendar: str = "en"
    """The locale whose names of days and months are used: British English's own "Sept" is as good as "Sep" for a reader
    and a letter too long for a row of weeks."""
    thousands: str = ","
    """What stands between groups of three figures."""


_SOURCE = Language()
_spoken: ContextVar[Language] = ContextVar("language", default=_SOURCE)


def spoken() -> Language:
    """Return the language chosen for the work at hand."""
    return _spoken.get()


def speak(language: Language) -> None:
    """Choose the language for what follows in this thread or task."""
    _spoken.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Choose the language for the lines inside, and go back to the former one after them."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def mark(message: str) -> str:
    """Return a message as it is, for a table that is made at import; the catalogue's extraction finds it there."""
    return message


def mark_plural(singular: str, plural: str) -> tuple[str, str]:
    """Return a message by number as it is, for a table that is made at import; `ngettext` says it."""
    return singular, plural


def gettext(message: str, **values: object) -> str:
    """Say a message in the reader's language, with each ``{name}`` replaced by its value.

    Raises: KeyError when a value is missing.
    """
    return _fill(_spoken.get().translations.gettext(message), values)


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """Say a message in the form that the language has for this number; ``{number}`` is the number itself.

    Raises: KeyError when a value is missing.
    """
    said = _spoken.get().translations.ngettext(singular, plural, number)
    return _fill(said, {"number": numeral(number), **values})


def pgettext(context: str, message: str, **values: object) -> str:
    """Say a message whose English alone has two meanings; the context tells the translator which.

    Raises: KeyError when a value is missing.
    """
    return _fill(_spoken.get().translations.pgettext(context, message), values)


def npgettext(context: str, singular: str, plural: str, number: int, **values: object) -> str:
    """Say a message by number as `ngettext` does, with a context as `pgettext` has.

    Raises: KeyError when a value is missing.
    """
    said = _spoken.get().translations.npgettext(context, singular, plural, number)
    return _fill(said, {"number": numeral(number), **values})


def numeral(number: int) -> str:
    """Write a whole number in figures, as the language groups them: "1,043"."""
    return f"{number:,}".replace(",", _spoken.get().thousands)


def _fill(message: str, values: dict[str, object]) -> str:
    return message.format(**values) if values else message
