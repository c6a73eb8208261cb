"""What the page about the use of data says of fields is what the wire types and the plugin let through."""

import re

import msgspec
import pytest

from bridge.moodle.fields import FIELD_WORDS, OTHER_KEYS, SOURCES, Source, list_fields
from bridge.moodle.functions import Function
from bridge.plugin_zip import PLUGIN_FOLDER

WITHOUT_PEOPLE = {Function.VERSION, Function.COURSES, Function.LOG_COUNTS, Function.SET_COURSES}
ALLOWED_KEY = re.compile(r"'(\w+)' => (?:self::(?:INT|BOOL)\b|\[)")


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.function.value)
def test_every_field_of_a_source_has_its_words(source: Source) -> None:
    fields = [field.encode_name for part in source.parts for field in msgspec.structs.fields(part)]

    assert [name for name, _ in list_fields(source)] == fields


def test_no_words_are_left_of_a_field_that_is_gone() -> None:
    parts = {part for source in SOURCES for part in source.parts}

    assert set(FIELD_WORDS) == parts
    for part, words in FIELD_WORDS.items():
        assert set(words) == {field.encode_name for field in msgspec.structs.fields(part)}


def test_every_function_is_a_source_or_says_nothing_about_people() -> None:
    assert {source.function for source in SOURCES} | WITHOUT_PEOPLE == set(Function)


def test_the_keys_of_other_are_those_that_the_plugin_lets_out() -> None:
    code = (PLUGIN_FOLDER / "classes" / "local" / "other_keys.php").read_text()
    lists = code[code.index("private const SUBMISSION") : code.index("public static function reduce")]

    assert set(ALLOWED_KEY.findall(lists)) == set(OTHER_KEYS)
