"""A language nobody speaks, to tell text that goes through the catalogue from text that does not: its letters are
full-width, its days and months Greek, so that any word in plain Latin letters was never asked for."""

import re
from collections.abc import Iterable, Iterator
from gettext import NullTranslations

from bs4 import BeautifulSoup, Tag
from sqlalchemy import String, Text, select

from analytics.evidence import NO_EVIDENCE_COMPONENTS
from analytics.language import Language
from bridge.schema.base import Base
from bridge.store.database import Sessions, reading
from bridge.store.held_tables import HELD_TABLES

PLACE_OR_MARKUP = re.compile(r"(\{[^}]*\}|<[^>]*>|&\w+;)")
WORD = re.compile(r"[A-Za-z]{2,}")
NO_WORDS = re.compile(
    r"https?://\S+|\S+@\S+|\b[\w-]+\.(?:csv|json|txt|zip)\b|\b[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{2}\b|\b[A-Z]\w+/[A-Z]\w+"
    r"|Site administration(?: ?> [A-Z][\w ]*)+|\bMoodle\b|\bcli\b|\brestore\b"
)
"""Addresses, file names, references for the help desk, names of time zones, and what Moodle calls itself, its
settings' pages and its origins of events, are said in every language alike."""
SPOKEN = ("title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription", "summary", "label")
"""Attributes that a page says to somebody."""
UNSPOKEN = ("script", "style", "code", "template", "bdi")

NAMED = re.compile(r"name|title|programme|category|agreed_by|published_by|version|release|client_id|lti_deployment_id")
"""Columns that hold what somebody else wrote."""


def widen(text: str) -> str:
    """Write Latin letters full-width, outside places and markup."""
    parts = PLACE_OR_MARKUP.split(text)
    return "".join(
        part if place % 2 else "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in part)
        for place, part in enumerate(parts)
    )


class Pseudo(NullTranslations):
    """Each message in full-width letters; a date's pattern stays one."""

    def gettext(self, message: str) -> str:
        return widen(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return widen(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return message if context == "pattern of a date" else widen(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return widen(msgid1 if n == 1 else msgid2)


PSEUDO = Language("x-pseudo", Pseudo(), "el")


def strings_in(document: object) -> Iterator[str]:
    """Give the strings that a document holds, at any depth."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict | list):
        for one in document.values() if isinstance(document, dict) else document:
            yield from strings_in(one)


def find_data(sessions: Sessions) -> set[str]:
    """Return the names and titles that the database holds, what schools wrote, and the names that columns have."""
    found = {column.replace("_", " ") for held in HELD_TABLES for column in held.left_out} | NO_EVIDENCE_COMPONENTS
    with reading(sessions) as db:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if NAMED.search(column.name) and isinstance(column.type, String | Text):
                    found |= {str(value) for value in db.scalars(select(column).distinct()) if value}
                if column.name == "document":
                    found |= {text for value in db.scalars(select(column)) for text in strings_in(value) if text}
    return found


def find_untranslated(page: str, data: Iterable[str]) -> list[str]:
    """Return the texts of a page that no message said; `data` are names and titles, which are nobody's to translate.

    What is marked as data (``bdi``, ``translate="no"``), or as being of another language, is left out.
    """
    soup = BeautifulSoup(page, "html.parser")
    for tag in soup.find_all(_is_left_out):
        tag.decompose()
    texts = [text.strip() for text in soup.find_all(string=True) if type(text).__name__ == "NavigableString"]
    texts += [str(tag[name]) for tag in soup.find_all(True) for name in SPOKEN if tag.has_attr(name)]
    known = sorted(data, key=len, reverse=True)
    return [text for text in texts if WORD.search(_without(text, known))]


def _is_left_out(tag: Tag) -> bool:
    is_foreign = tag.name != "html" and tag.has_attr("lang")
    return tag.name in UNSPOKEN or tag.get("translate") == "no" or is_foreign


def _without(text: str, known: list[str]) -> str:
    text = NO_WORDS.sub(" ", text)
    for data in known:
        if data in text:
            text = text.replace(data, " ")
    return text
