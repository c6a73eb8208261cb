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
PROMISES = (
    "the listed kinds of data only",
    "contact details are not copied, and hidden from lecturers",
    'extenuating circumstances: dates and "excused" only',
    "statistics on protected characteristics stay apart",
    "used only for support; a purpose on every export",
    '"if your engagement has decreased"',
    '"most students aren\'t opening the resources"',
    "never for assessment, never for Prevent, no automatic decision",
    "only staff who work directly with you, and maintainers",
    "not identifiable when combined",
    "contact first, signpost",
    '"doesn\'t accurately reflect your engagement"',
    "a dashboard, not compulsory",
    "predictions later",
    "questions to your Adviser",
    "objection, restriction, erasure",
)
"""What the page for students promises, as the page lists it: a promise that is dropped from it fails here."""
TO_COME = {7}
"""Issues that may still be named as not built."""


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


def test_every_promise_has_one_row() -> None:
    assert tuple(row.split(" | ")[0] for row in ROWS if not paragraphs_of(row)) == PROMISES


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[:40])
def test_a_row_names_a_place_and_a_test_unless_all_of_it_is_still_to_come(row: str) -> None:
    where, shown_by = row.split(" | ")[-2:]
    is_to_come = bool(re.fullmatch(r"Not yet: issue \d", shown_by))
    assert is_to_come or re.search(r"`[a-z0-9_/]+\.py::\w+`", shown_by)
    assert is_to_come or re.search(r"`[a-z0-9_/]+(?:\.\w+)?`", where)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[:40])
def test_nothing_is_left_of_an_issue_that_is_done(row: str) -> None:
    assert {int(number) for number in re.findall(r"Not yet: issue (\d)", row)} <= TO_COME
