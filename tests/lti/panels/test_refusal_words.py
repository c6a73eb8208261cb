"""What the rooms below refuse in English is known to the pages as whole messages, so that it can be said in others."""

from datetime import date

import pytest

from bridge.levels.errors import LevelFormError
from bridge.levels.form import read_level_form
from lti.panels.refusal_words import PROBLEMS, REFUSALS, _pattern_of, say_problem, say_refusal


def is_known(text: str, messages: tuple[str, ...]) -> bool:
    """Tell whether one of the messages says a text."""
    return any(_pattern_of(message).fullmatch(text) for message in messages)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"expects": {}},
        {"expects": {"activity": {}}},
        {"expects": {"activity": {"a_week": 51}, "tasks": {"weight": "two"}, "library": {"a_day": 3}}},
        {"expects": {"tasks": {"a_week": 3}, "attendance": {"a_week": 3}}},
        {"expects": {"activity": {"a_week": 4, "a_day": 4}}},
        {"expects": {"activity": {"colour": 4}}},
        {"expects": {"colour": {}}},
        {"expects": {"tasks": 3}},
        {"expects": {"tasks": {}}, "concern": "none"},
        {"expects": {"tasks": {}}, "concern": {"reasons": {}}},
        {"expects": {"tasks": {}}, "concern": {"reasons": {"silent": {}}}},
        {"expects": {"tasks": {}}, "concern": {"reasons": {"silent": {"sessions_missed": 0}}, "review_weeks": []}},
        {"expects": {"tasks": {}}, "concern": {"reasons": {"x" * 61: {"sessions_missed": 1}}, "review_weeks": "x"}},
        {"expects": {"tasks": {}}, "effective_from": "soon", "agreed_by": "", "agreed_on": 3},
        {"expects": {"tasks": {}}, "effective_from": date(2026, 9, 29)},
        {"expects": {"tasks": {}}, "agreed_by": "a\nb", "who_intervenes": ["x"] * 21},
        {"expects": {"tasks": {}}, "who_intervenes": "me", "colour": "red"},
    ],
)
def test_each_problem_of_a_form_is_a_message_that_the_pages_know(form: dict[str, object]) -> None:
    with pytest.raises(LevelFormError) as refused:
        read_level_form(form)

    for text in refused.value.problems.values():
        parts = [text] if is_known(text, PROBLEMS) else text.split("; ")
        assert [part for part in parts if not is_known(part, PROBLEMS)] == []
        assert say_problem(text) == text  # in English nothing changes


@pytest.mark.parametrize(
    "text",
    [
        "The day of agreement, 2026-09-28, is still to come.",
        "A level takes effect from a Monday. 2026-09-29 is none.",
        "School of Maths would have no lead with a training date.",
    ],
)
def test_a_refusal_keeps_its_days_and_names(text: str) -> None:
    assert is_known(text, REFUSALS)
    assert say_refusal(text) == text


def test_what_is_not_known_is_said_as_it_is() -> None:
    assert say_refusal("Something else.") == "Something else."
    assert say_problem("is odd; is long") == "is odd; is long"
