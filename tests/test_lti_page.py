"""docs/lti.md names places and tests that exist, and leaves no check out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "lti.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`([a-z0-9_/]+\.py::\w+)`", PAGE)))
ROWS = {int(number): row for row, number in re.findall(r"^(\| (\d+) \|.*)$", PAGE, re.MULTILINE)}
PLACES = sorted({place for row in ROWS.values() for place in re.findall(r"`([a-z_/]+\.py)`", row)})


@pytest.mark.parametrize("named", TESTS)
def test_a_named_test_exists(named: str) -> None:
    path, _, name = named.partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / "tests" / path).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("place", PLACES)
def test_a_named_place_exists(place: str) -> None:
    assert (ROOT / place).is_file()


def test_every_check_has_its_row() -> None:
    assert sorted(ROWS) == list(range(1, 21))


@pytest.mark.parametrize("number", ROWS)
def test_a_row_names_a_place_and_a_test(number: int) -> None:
    assert re.search(r"`(?:lti|bridge)/[a-z_/]+\.py`", ROWS[number])
    assert re.search(r"`[a-z0-9_/]+\.py::\w+`", ROWS[number])


def test_whatever_looks_like_a_tests_name_is_read_as_one() -> None:
    assert PAGE.count("::") == len(re.findall(r"`[a-z0-9_/]+\.py::\w+`", PAGE)) + 1  # file::test


def test_every_choice_of_deep_linking_is_told() -> None:
    from lti.launch.deep_linking import CHOICES

    told = set(re.findall(r"^\| [^|]+ \| `([a-z]+)` \|", PAGE, re.MULTILINE))
    assert told == {choice.panel for choice in CHOICES}
