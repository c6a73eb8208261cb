"""docs/policy.md names tests and files that exist, and leaves no paragraph and no promise without an answer."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`([a-z0-9_/]+\.py::[a-z0-9_]+)`", PAGE)))
PLACES = sorted(
    set(re.findall(r"`((?:analytics|bridge|lti|docs)/[a-z0-9_/.]+)`", PAGE)) - {t.split("::")[0] for t in TESTS}
)
ROWS = [row for row in re.findall(r"^\| (?!§|promise|-)(.+) \|$", PAGE, re.MULTILINE) if not row.startswith("---")]
PARAGRAPHS = range(1, 29)


def paragraphs_of(row: str) -> set[int]:
    """Read "1–2" or "13" at a row's beginning; a promise has none."""
    numbers = re.match(r"(\d+)(?:–(\d+))? \|", row)
    return set(range(int(numbers[1]), int(numbers[2] or numbers[1]) + 1)) if numbers else set()


@pytest.mark.parametrize("named", TESTS)
def test_a_named_test_exists(named: str) -> None:
    path, _, name = named.partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / "tests" / path).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("place", PLACES)
def test_a_named_place_exists(place: str) -> None:
    assert (ROOT / place).exists()


def test_every_paragraph_has_one_row() -> None:
    numbers = [number for row in ROWS for number in sorted(paragraphs_of(row))]
    assert numbers == list(PARAGRAPHS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[:40])
def test_a_row_names_a_test_or_says_that_it_is_not_built_yet(row: str) -> None:
    assert re.search(r"`[a-z0-9_/]+\.py::\w+`", row) or re.search(r"Not yet: issue \d", row)
