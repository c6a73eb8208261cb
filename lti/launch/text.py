"""Make text from outside safe to store and to show."""

import unicodedata

LONGEST_NAME = 200
UNWANTED = frozenset({"Cc", "Cs", "Co", "Cn"})
"""Unicode categories: controls (NUL too), surrogates, private use, unassigned."""
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u2028\u2029")
"""Marks that can turn the order of a page's text around, and line separators."""


def clean_text(text: str, longest: int = LONGEST_NAME) -> str:
    """Return `text` on one line without control and bidi characters, cut to `longest` characters. Empty stays empty."""
    kept = (
        " " if character in "\t\r\n" else character
        for character in text[: 4 * longest]
        if character in "\t\r\n" or (unicodedata.category(character) not in UNWANTED and character not in BIDI_CONTROLS)
    )
    return " ".join("".join(kept).split())[:longest].rstrip()
