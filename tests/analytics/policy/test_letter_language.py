"""A letter's language is told by its small words, whoever reads the page."""

import pytest

from analytics.policy.letter_language import find_letter_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Dear {name}, how are you getting on? {reason} There is support: {support}", "en"),
        ("Annwyl {name}, sut mae pethau’n mynd gyda chi? {reason} Mae cymorth ar gael: {support}", "cy"),
        ("{name} {reason} {support} {ways_back} {the} {you}", "en"),
        ("", "en"),
        (
            "Annwyl {name}. Sut mae eich astudiaethau? How is it going, and is there anything you need?",
            "en",
        ),
    ],
    ids=["english", "welsh", "fields-alone", "nothing", "both-with-more-english"],
)
def test_a_letters_language_is_the_one_with_more_of_its_small_words(text: str, language: str) -> None:
    assert find_letter_language(text) == language
