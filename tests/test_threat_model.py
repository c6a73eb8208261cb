"""docs/threat-model.md names tests that exist, and leaves no row of abuse out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([a-z0-9_/]+\.py::[a-z0-9_]*)`", PAGE)))
ROWS = {number: row for row, number in re.findall(r"^(\| (A?\d+) \|.*)$", PAGE, re.MULTILINE)}


@pytest.mark.parametrize("named", NAMED)
def test_a_named_test_exists(named: str) -> None:
    path, _, name = named.partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / "tests" / path).read_text(encoding="utf-8"), re.MULTILINE)


def test_every_row_of_abuse_is_answered() -> None:
    assert [int(number) for number in ROWS if number.isdecimal()] == list(range(1, 35))


@pytest.mark.parametrize("number", ROWS)
def test_a_row_names_a_test_or_says_that_it_is_not_built_yet(number: str) -> None:
    assert re.search(r"`[a-z0-9_/]+\.py::\w+`", ROWS[number]) or re.search(r"Not yet: issue \d", ROWS[number])


def test_whatever_looks_like_a_tests_name_is_read_as_one() -> None:
    assert len(re.findall(r"::", PAGE)) == len(re.findall(r"`[a-z0-9_/]+\.py::[a-z0-9_]+`", PAGE)) + 1  # file::test
