"""Each language's catalogue holds every message of the code, whole, and says the same with the same numbers."""

import re
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po
from hypothesis import given, settings

from analytics.engagement import measure_engagement
from analytics.explain import sentence
from analytics.language import ENGLISH, speaking
from analytics.retell import retell
from lti.catalogues import compile_catalogue
from lti.language import LANGUAGES, TRANSLATIONS
from tests.analytics.strategies import Situation, situations
from tests.lti.spoken import load_language

ROOT = Path(__file__).parents[2]
CATALOGUES = sorted(set(LANGUAGES.values()) - {ENGLISH})
Key = tuple[str | None, str | tuple[str, ...]]


@cache
def read_catalogue(locale: str) -> Catalog:
    with (TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)


def messages_of(locale: str) -> Iterator[Message]:
    return (message for message in read_catalogue(locale) if message.id)


@cache
def find_said() -> frozenset[Key]:
    """Find what the code says, as `make messages` does."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    said_by = re.search(r"^SAID_BY := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert said_by is not None
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(said_by[1].replace("-k ", "").split())}
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    return frozenset(
        (context, said)
        for folder in ("analytics", "bridge", "lti")
        for _, _, said, _, context in extract_from_dir(ROOT / folder, methods, keywords=keywords)
    )


def strings_of(message: Message) -> tuple[str, ...]:
    return tuple(map(str, message.string if isinstance(message.string, tuple) else (message.string or "",)))


def ids_of(message: Message) -> tuple[str, ...]:
    return tuple(map(str, message.id if isinstance(message.id, tuple) else (message.id,)))


def fields_of(text: str) -> set[str]:
    """Find the places of a message; one that is written another way, such as ``{name!r}`` or ``{name:>9}``, is no
    place of its source."""
    parsed = string.Formatter().parse(text)
    return {f"{name}{way and ':'}{way}{how or ''}" for _, name, way, how in parsed if name is not None}


def tags_of(text: str) -> list[str]:
    """Find what a browser reads as markup, ended or not; "<10" is text to it."""
    return sorted(re.findall(r"<(?=[A-Za-z/!?])[^>]*>?|&(?=[#A-Za-z])\w*", text))


def is_nested(text: str) -> bool:
    """Tell whether each element ends within the one that it begins in."""
    is_open: list[str] = []
    for ends, name in re.findall(r"<(/?)([a-z][a-z0-9]*)", text):
        if not ends:
            is_open.append(name)
        elif not is_open or is_open.pop() != name:
            return False
    return not is_open


@pytest.mark.parametrize("locale", CATALOGUES)
def test_the_catalogue_has_each_message_of_the_code_and_no_other(locale: str) -> None:
    held = {(message.context, ids_of(message)[0]) for message in messages_of(locale)}
    said = {(context, said if isinstance(said, str) else said[0]) for context, said in find_said()}

    assert (said - held, held - said) == (set(), set()), "Run make messages."


@pytest.mark.parametrize("locale", CATALOGUES)
def test_each_message_is_translated_in_each_of_its_forms_and_none_is_a_guess(locale: str) -> None:
    catalogue = read_catalogue(locale)
    missing = [
        message.id
        for message in messages_of(locale)
        if not all(strings_of(message))
        or message.fuzzy
        or len(strings_of(message)) != (catalogue.num_plurals if message.pluralizable else 1)
    ]

    assert missing == []


@pytest.mark.parametrize("locale", CATALOGUES)
def test_a_translation_has_the_places_and_the_markup_of_its_message(locale: str) -> None:
    for message in messages_of(locale):
        singular, plural = ids_of(message)[0], ids_of(message)[-1]
        for said in filter(None, strings_of(message)):
            # One or none of a thing may be said without its figure: "no task", "the task".
            assert fields_of(said) <= fields_of(singular) | fields_of(plural), said
            assert fields_of(said) | {"number", "count"} >= fields_of(singular) & fields_of(plural), said
            assert tags_of(said) in (tags_of(singular), tags_of(plural)), said
            assert is_nested(said), said
        if not message.pluralizable:
            assert fields_of(strings_of(message)[0]) == fields_of(singular), singular


@pytest.mark.parametrize(
    "said",
    ["<b>{name}</b>", "{name}<img src=x onerror=x ", "{name}</strong><strong>", "{name!r}", "{name:>999}", "{name.x}",
     "&lt;{name}", "<!-- {name}", "{name}<script>"],
)  # fmt: skip
def test_markup_and_places_that_the_source_has_not_are_found(said: str) -> None:
    source = "<strong></strong>{name}" if "strong" in said else "{name}"

    assert fields_of(said) != fields_of(source) or tags_of(said) != tags_of(source) or not is_nested(said)


@pytest.mark.parametrize("locale", CATALOGUES)
def test_the_forms_of_several_hold_their_number(locale: str) -> None:
    catalogue = read_catalogue(locale)
    for message in messages_of(locale):
        if message.pluralizable:
            assert fields_of(strings_of(message)[-1]) == fields_of(ids_of(message)[1]), message.id
            assert catalogue.num_plurals == len(strings_of(message))


@pytest.mark.parametrize("locale", CATALOGUES)
def test_what_is_served_was_compiled_from_the_catalogue(locale: str) -> None:
    catalogue = TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"

    assert catalogue.with_suffix(".mo").read_bytes() == compile_catalogue(catalogue), "Run make messages."


def test_messages_name_their_places() -> None:
    for _, said in find_said():
        for text in (said,) if isinstance(said, str) else said:
            if text is not None:
                assert all(name.isidentifier() for name in fields_of(text)), text
                assert not re.search(r"%\(|%[sd]\b", text), text


@settings(max_examples=100, deadline=None)
@given(situations())
def test_the_sentence_has_the_same_numbers_in_each_language(situation: Situation) -> None:
    stored = sentence(measure_engagement(*situation))
    for locale in CATALOGUES:
        with speaking(load_language(locale)):
            said = retell(stored)

        assert said != stored
        assert sorted(re.findall(r"\d+", said)) == sorted(re.findall(r"\d+", stored))
