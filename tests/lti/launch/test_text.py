"""Names from outside: safe to store in any database and to show on any page."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.launch.text import LONGEST_NAME, clean_text

ANY_TEXT = st.text(st.characters(), max_size=400)


@pytest.mark.parametrize(
    ("given_text", "cleaned"),
    [
        ("Zoë O'Neill-Ångström", "Zoë O'Neill-Ångström"),
        ("  two   spaces \t and\nlines ", "two spaces and lines"),
        ("nul\x00 here", "nul here"),
        ("\u202egnp.exe", "gnp.exe"),
        ("half \ud800 pair", "half pair"),
        ("李小龍", "李小龍"),
        ("👩‍🎓", "👩‍🎓"),
        ("\x00\u2066", ""),
        ("", ""),
    ],
)
def test_controls_and_bidi_marks_go_and_names_stay(given_text: str, cleaned: str) -> None:
    assert clean_text(given_text) == cleaned


@given(ANY_TEXT)
def test_cleaned_text_is_short_one_line_and_encodable(given_text: str) -> None:
    cleaned = clean_text(given_text)

    assert len(cleaned) <= LONGEST_NAME
    assert cleaned.encode().decode() == cleaned
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in cleaned)
    assert clean_text(cleaned) == cleaned
