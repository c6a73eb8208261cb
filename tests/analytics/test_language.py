"""Page text in the reader's language."""

from gettext import NullTranslations

import pytest

from analytics.language import Language, gettext, ngettext, npgettext, pgettext, speak, speaking, spoken


class Shouted(NullTranslations):
    """A language of capitals, with one form for every number and a word for each context."""

    def gettext(self, message: str) -> str:
        return message.upper().replace("{NAME}", "{name}")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"{{number}}× {msgid1.split()[-1].upper()}"

    def pgettext(self, context: str, message: str) -> str:
        return f"{context}: {message.upper()}"


SHOUTED = Language("x-shouted", Shouted())


def test_without_a_choice_everything_is_english() -> None:
    assert spoken().locale == "en_GB"
    assert gettext("for {name}", name="Ada") == "for Ada"
    assert [ngettext("{number} day", "{number} days", number) for number in (0, 1, 1043)] == [
        "0 days",
        "1 day",
        "1,043 days",
    ]
    assert pgettext("a button", "Open") == "Open"
    assert npgettext("of a task", "{number} open", "{number} opened", 2) == "2 opened"


def test_a_message_is_said_in_the_language_chosen_and_its_values_are_left_alone() -> None:
    with speaking(SHOUTED):
        assert gettext("for {name}", name="Ada {x}") == "FOR Ada {x}"
        assert ngettext("{number} day", "{number} days", 2) == "2× DAY"
        assert pgettext("a button", "Open") == "a button: OPEN"
    assert gettext("for {name}", name="Ada") == "for Ada"


def test_a_choice_holds_until_the_next() -> None:
    with speaking(Language()):
        speak(SHOUTED)
        assert spoken() is SHOUTED
    assert spoken().locale == "en_GB"


def test_a_message_without_values_may_hold_braces() -> None:
    assert gettext("a {brace}") == "a {brace}"


def test_a_missing_value_is_a_defect_and_no_text() -> None:
    with pytest.raises(KeyError):
        gettext("for {name}", nobody="x")
