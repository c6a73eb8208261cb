"""The chain of what people wrote down names what was changed, and says nothing of what was taken out."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analytics.policy.case_chain import ChainedEntry, chain_entry, commit_entry, find_entry_fault, is_emptied

KEY, AT = b"key", datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def make_chain(count: int = 3) -> list[ChainedEntry]:
    """Chain some entries of one case."""
    made: list[ChainedEntry] = []
    for number in range(1, count + 1):
        entry = ChainedEntry(
            number, 1, number, AT, "note", "adviser", 9, "Dr Ann Adviser", {"text": f"{number}"}, f"salt{number}"
        )
        entry = replace(entry, commitment=commit_entry(entry))
        made.append(replace(entry, digest=chain_entry(KEY, made[-1].digest if made else "", entry)))
    return made


def empty(entry: ChainedEntry) -> ChainedEntry:
    """Take out what an erasure takes."""
    return replace(entry, body={}, by_name="", by_moodle_user_id=0, salt="")


def test_entries_as_they_were_written_have_no_fault_nor_has_an_empty_chain() -> None:
    assert (find_entry_fault(KEY, make_chain()), find_entry_fault(KEY, [])) == (None, None)


def test_an_emptied_entry_is_no_fault_and_half_an_erasure_is_one() -> None:
    first, second, third = make_chain()

    assert find_entry_fault(KEY, [first, empty(second), third]) is None
    assert is_emptied(empty(second))
    left = replace(empty(second), by_name="Dr Ann Adviser")
    assert "entry 2 of case 1 was changed" in str(find_entry_fault(KEY, [first, left, third]))


@pytest.mark.parametrize(
    "changed",
    [{"body": {"text": "x"}}, {"by_name": "Dr B"}, {"by_moodle_user_id": 8}, {"kind": "closed"}, {"by_role": "lead"}],
)
def test_a_changed_entry_is_named(changed: dict[str, object]) -> None:
    first, second, third = make_chain()

    fault = find_entry_fault(KEY, [first, replace(second, **changed), third])  # type: ignore[arg-type]

    assert "entry 2 of case 1 was changed" in str(fault)


def test_an_emptied_entry_still_shows_a_change_of_what_stays_of_it() -> None:
    first, second, third = make_chain()

    fault = find_entry_fault(KEY, [first, replace(empty(second), kind="closed"), third])

    assert "entry 2 of case 1 does not follow" in str(fault)


def test_a_case_that_was_taken_out_whole_is_found_by_the_one_after_it() -> None:
    first, second, _ = make_chain()
    other = replace(second, case_id=2, position=1, entry_id=3)
    other = replace(other, commitment=commit_entry(other))
    other = replace(other, digest=chain_entry(KEY, first.digest, other))

    assert find_entry_fault(KEY, [first, other]) is None
    assert "entry 3 of case 2 does not follow" in str(find_entry_fault(KEY, [other]))


def test_a_chain_made_anew_without_the_key_does_not_fit() -> None:
    assert "another LEA_SECRET_KEY" in str(find_entry_fault(b"another", make_chain()))
