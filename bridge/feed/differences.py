"""Compare a student-record file with what is stored: what would change, by kind and line, and what cannot be taken."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bridge.feed.reading import FeedRow
from bridge.sources.tables import Rejected


class Change(StrEnum):
    """What one line changes."""

    NEW = "new record"
    SCHOOL = "home school"
    PROGRAMME = "programme"
    CREDITS = "credits"
    PART_TIME = "part-time"
    RESEARCH = "research"
    STATUS = "status"
    ADVISER_BEGINS = "adviser begins"
    ADVISER_CHANGES = "adviser changes"
    ADVISER_ENDS = "adviser ends"
    ADVISER_NAME = "adviser's name"
    NEW_PROGRAMME = "new programme"
    PROGRAMME_NAME = "programme's name"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change that a line makes."""

    line: int
    change: Change
    before: str
    """Empty: nothing was known."""
    after: str


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """What is stored of one learner, as the file would write it."""

    home_school: str
    programme: str | None
    credits: int | None
    is_part_time: bool
    is_research: bool
    status: str


@dataclass(frozen=True, slots=True)
class StoredAdviser:
    """The adviser that the last file gave a learner."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class StoredProgramme:
    """One programme that is known."""

    school_code: str
    name: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of one platform, as far as a file is compared with it."""

    person_ids: Mapping[str, Sequence[int]]
    """By student number: the people of the rosters who have it. Two of them: nobody knows whom a line means."""
    records: Mapping[int, StoredRecord]
    """By person."""
    advisers: Mapping[int, StoredAdviser]
    """By person, those of the feed alone: an adviser given by command is nothing that a file ends."""
    school_codes: frozenset[str]
    programmes: Mapping[str, StoredProgramme]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What applying a file would do."""

    differences: tuple[Difference, ...]
    rejected: tuple[Rejected, ...]
    """Those of reading and those of comparing, by line."""
    taken: tuple[tuple[int, FeedRow], ...]
    """Person and row, unchanged ones included."""
    unchanged: int
    not_in_moodle: int
    """Rows about people of no synced roster: nothing of them is stored."""
    not_in_file: frozenset[int]
    """People with a record whom no line, not even a rejected one, can mean."""


def compare(stored: Stored, rows: Sequence[FeedRow], rejected: Sequence[Rejected]) -> Comparison:
    """Compare rows with what is stored. No rows: nothing changes."""
    programmes = dict(stored.programmes)
    differences: list[Difference] = []
    refused, taken, unchanged, absent = list(rejected), [], 0, 0
    for row in rows:
        people = stored.person_ids.get(row.student_number, ())
        reason = _find_reason(stored, programmes, row, people)
        if reason is not None:
            refused.append(Rejected(row.line, reason))
        elif not people:
            absent += 1
        else:
            found = [*_programme_changes(programmes, row), *_row_changes(stored, people[0], row)]
            differences += found
            unchanged += not found
            taken.append((people[0], row))
    # A rejected line may well be about any of those who are not taken: then nobody is said to be missing.
    missing = frozenset() if refused else frozenset(stored.records) - {person_id for person_id, _ in taken}
    refused.sort(key=lambda one: one.line)
    return Comparison(tuple(differences), tuple(refused), tuple(taken), unchanged, absent, missing)


def _find_reason(
    stored: Stored, programmes: Mapping[str, StoredProgramme], row: FeedRow, people: Sequence[int]
) -> str | None:
    """Say why a row is not taken; None when it is."""
    if len(people) > 1:
        return "student_number: several people in Moodle have it as their ID number"
    if row.home_school not in stored.school_codes:
        return "home_school: is not known; lea school add makes it known"
    known = programmes.get(row.programme or "")
    if known is not None and known.school_code != row.home_school:
        return "programme: belongs to another school"
    if row.adviser == row.student_number:
        return "adviser: is the learner"
    return None


def _programme_changes(programmes: dict[str, StoredProgramme], row: FeedRow) -> Iterator[Difference]:
    if row.programme is None:
        return
    known = programmes.get(row.programme)
    if known is None:
        yield Difference(row.line, Change.NEW_PROGRAMME, "", row.programme)
    elif row.programme_name and row.programme_name != known.name:
        yield Difference(row.line, Change.PROGRAMME_NAME, known.name, row.programme_name)
    name = row.programme_name or ("" if known is None else known.name)
    programmes[row.programme] = StoredProgramme(row.home_school, name)


def _row_changes(stored: Stored, person_id: int, row: FeedRow) -> Iterator[Difference]:
    record = stored.records.get(person_id)
    if record is None:
        yield Difference(row.line, Change.NEW, "", "")
    else:
        pairs = (
            (Change.SCHOOL, record.home_school, row.home_school),
            (Change.PROGRAMME, record.programme, row.programme),
            (Change.CREDITS, record.credits, row.credits),
            (Change.PART_TIME, _yes_no(record.is_part_time), _yes_no(row.is_part_time)),
            (Change.RESEARCH, _yes_no(record.is_research), _yes_no(row.is_research)),
            (Change.STATUS, record.status, row.status),
        )
        for change, before, after in pairs:
            if before != after:
                yield Difference(row.line, change, _word(before), _word(after))
    adviser = stored.advisers.get(person_id)
    number = None if adviser is None else adviser.number
    if number != row.adviser:
        yield Difference(row.line, _adviser_change(number, row.adviser), _word(number), _word(row.adviser))
    elif adviser is not None and row.adviser_name not in ("", adviser.name):
        yield Difference(row.line, Change.ADVISER_NAME, adviser.name, row.adviser_name)


def _adviser_change(before: str | None, after: str | None) -> Change:
    if before is None:
        return Change.ADVISER_BEGINS
    return Change.ADVISER_ENDS if after is None else Change.ADVISER_CHANGES


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


def _word(value: str | int | None) -> str:
    return "" if value is None else str(value)
