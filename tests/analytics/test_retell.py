"""A stored sentence in the reader's words: the same numbers, and in English the same text."""

import pytest

from analytics.language import spoken
from analytics.retell import retell, say_week_reason

SENTENCES = [
    "Too early to say: no week has been counted yet.",
    "Too early to say: 1 week counted so far.",
    "Too early to say: nothing was expected in the 3 weeks counted so far.",
    "In weeks 1–2 you opened 3 of 8 expected activities (up to 2 a day count); 37 %.",
    "In week 7 you opened 1 of 1 expected activity (up to 1 a day counts) and attended 1 of 1 session; average 100 %.",
    "Of 2 tasks in weeks 1–2 you handed in 1, 1 late (late counts half); 25 %.",
    "In weeks 1–2 you opened 3 of 8 expected activities (up to 2 a day count), attended 1 of 1 session, watched 2"
    " of 6 expected recordings (up to 2 a day count), attended 1 of 2 meetings, used 1 of 2 expected library items"
    " (up to 1 a day counts) and joined 1 of 1 co-curricular activity; of 1 task in weeks 1–2 you handed in 1;"
    " weighted 3:2:1:1:1:1:2 67 %.",
    "In weeks 1, 3 and 8 you opened 0 of 12 expected activities (up to 2 a day count); 0 %."
    " Weeks 2 and 7 were not counted (no teaching). Week 4 was not counted (records missing)."
    " Weeks 5–6 were not counted (exemption).",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_english_is_said_as_it_was_stored(sentence: str) -> None:
    assert spoken().locale == "en_GB"
    assert retell(sentence) == sentence


@pytest.mark.parametrize(
    "text",
    ["", "You did well.", "In weeks 1–2 you opened 9 of 8 expected activities (up to 2 a day count); 112 %."],
)
def test_other_text_is_given_back_as_it_is(text: str) -> None:
    assert retell(text) == text


def test_an_unknown_reason_is_said_as_it_was_stored() -> None:
    assert say_week_reason("no teaching") == "no teaching"
    assert say_week_reason("a strike") == "a strike"
