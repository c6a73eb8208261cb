"""The presence facts, wherever they live: everything that reads, adds or removes them goes through here.

By default they are a table of the shared database, in one transaction with everything else. With LEA_FACTS_URL they are
in ClickHouse (`bridge.store.facts_elsewhere`): written before the transaction commits that they belong to.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Executable
from sqlalchemy.orm import Session

from analytics.calendar import day_number
from bridge.schema.log import Presence
from bridge.store import fact_statements as facts_sql
from bridge.store.bulk import insert_many_ignoring
from bridge.store.fact_statements import FACT_COLUMNS
from bridge.store.facts_elsewhere import find_facts_elsewhere

DAYS_AT_ONCE = 140
"""Named in one statement where rows of a course are read."""
DAYS_OF_A_PERSON = 5_000
"""Named in one statement about a single person. A database takes 32,766 values or more."""
IDS_AT_ONCE = 500
FactRow = tuple[int, ...]
"""As FACT_COLUMNS."""


class Fact(NamedTuple):
    """One presence fact; a tuple in the order of FACT_COLUMNS, because thousands are made at once."""

    day_no: int
    course_id: int
    person_id: int
    cmid: int
    kind: int


class Facts(Protocol):
    """Where the facts live, as one session sees them: what it added or removed itself, it reads so."""

    def fetch(self, statement: Executable, **values: object) -> Sequence[Any]:
        """Run a reading statement of `fact_statements`; return its rows."""
        ...

    def add(self, rows: Sequence[FactRow]) -> int:
        """Add facts to the set, in the order of their key and none twice; return how many are new. Empty: 0."""
        ...

    def put(self, rows: Sequence[FactRow]) -> None:
        """Do so without asking whether they are new, which costs less where they are not in this database."""
        ...

    def remove(self, statement: Executable, **values: object) -> None:
        """Run a removing statement of `fact_statements`."""
        ...


class SharedFacts:
    """The table of the shared database: one transaction with the cursor and all the rest."""

    def __init__(self, db: Session) -> None:
        self._db = db

    def fetch(self, statement: Executable, **values: object) -> Sequence[Any]:
        """Run a reading statement."""
        return self._db.connection().execute(statement, values).all()

    def add(self, rows: Sequence[FactRow]) -> int:
        """Add facts to the set; return how many are new."""
        return insert_many_ignoring(self._db, Presence, FACT_COLUMNS, rows)

    def put(self, rows: Sequence[FactRow]) -> None:
        """Add facts to the set."""
        self.add(rows)

    def remove(self, statement: Executable, **values: object) -> None:
        """Run a removing statement."""
        self._db.connection().execute(statement, values)


def facts_of(db: Session) -> Facts:
    """Return where a session's facts live."""
    return find_facts_elsewhere(db) or SharedFacts(db)


def put_facts(db: Session, facts: Collection[FactRow]) -> None:
    """Add presence facts to the set, in the order of its key."""
    facts_of(db).put(sorted(facts))


def save_facts(db: Session, facts: Collection[Fact]) -> int:
    """Add presence facts to the set, in the order of its key; return how many are new."""
    return facts_of(db).add(sorted(facts))


def save_fact_rows(db: Session, rows: Sequence[FactRow]) -> int:
    """Add presence facts, tuples as FACT_COLUMNS in the order of the key; return how many are new."""
    return facts_of(db).add(rows)


def load_fact_days(db: Session) -> tuple[int, int] | None:
    """Return the first and the last day number with a fact of any platform; None: there are no facts."""
    return load_days_of(facts_of(db))


def load_days_of(facts: Facts) -> tuple[int, int] | None:
    """Return the first and the last day number with a fact in one place; None: there are no facts."""
    first, last = facts.fetch(facts_sql.FIRST_DAY), facts.fetch(facts_sql.LAST_DAY)
    return (first[0].day_no, last[0].day_no) if first and last else None


def load_facts(
    db: Session, course_id: int, first_day_no: int, last_day_no: int, person_ids: Collection[int] | None = None
) -> dict[int, list[tuple[int, int, int]]]:
    """Return by person the facts (day_no, cmid, kind) of a course between two days, both included.

    None: of everybody.
    """
    found: dict[int, list[tuple[int, int, int]]] = {}
    for person_id, *fact in load_course_facts(db, course_id, first_day_no, last_day_no, person_ids):
        found.setdefault(person_id, []).append((fact[0], fact[1], fact[2]))
    return found


def load_course_facts(
    db: Session, course_id: int, first_day_no: int, last_day_no: int, person_ids: Collection[int] | None = None
) -> list[tuple[int, ...]]:
    """Return the facts (person_id, day_no, cmid, kind) of a course between two days, both included, in no order.

    None: of everybody. A few people are named in the statement; many are filtered here.
    """
    statement, values = facts_sql.OF_COURSE, {"course_id": course_id}
    few: dict[str, object] = {}
    if person_ids is not None and len(person_ids) <= IDS_AT_ONCE:
        statement, few = facts_sql.OF_LEARNERS, {"person_ids": list(person_ids)}
    rows: list[tuple[int, ...]] = []
    for days in name_days(first_day_no, last_day_no, DAYS_AT_ONCE):
        rows += facts_of(db).fetch(statement, days=days, **values, **few)
    return rows if person_ids is None or few else [row for row in rows if row[0] in person_ids]


def load_first_and_last(
    db: Session, course_id: int, first_day_no: int, last_day_no: int, kinds: Collection[int]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Return by person and cmid the first and the last day between two days, both included, with a fact of a kind."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for days in name_days(first_day_no, last_day_no, DAYS_AT_ONCE):
        values = {"days": days, "course_id": course_id, "kinds": list(kinds)}
        for person_id, cmid, first, last in facts_of(db).fetch(facts_sql.OPENINGS, **values):
            found[person_id, cmid] = (found.get((person_id, cmid), (first, 0))[0], last)
    return found


def load_own_facts(
    db: Session, course_id: int, person_id: int, first_day_no: int, last_day_no: int
) -> list[tuple[int, int, int]]:
    """Return one learner's facts (day_no, cmid, kind) in a course between two days, by day, kind and cmid."""
    values = {"course_id": course_id, "person_id": person_id}
    return [
        (day_no, cmid, kind)
        for days in name_days(first_day_no, last_day_no, DAYS_AT_ONCE)
        for day_no, cmid, kind in facts_of(db).fetch(facts_sql.SEEN, days=days, **values)
    ]


def stream_day(db: Session, day_no: int, at_once: int) -> Iterator[list[FactRow]]:
    """Give one day's facts of all platforms in the order of their key, in lists of at most `at_once`. None: no list."""
    return stream_day_of(facts_of(db), day_no, at_once)


def stream_day_of(facts: Facts, day_no: int, at_once: int) -> Iterator[list[FactRow]]:
    """Give one day's facts of one place, as `stream_day` does."""
    after: FactRow = (0, 0, -1, -1)
    while True:
        values = dict(zip((f"after_{name}" for name in FACT_COLUMNS[1:]), after, strict=True))
        rows = facts.fetch(facts_sql.PAGE_OF_DAY, day_no=day_no, at_most=at_once, **values)
        if rows:
            yield list(map(tuple, rows))
        if len(rows) < at_once:
            return
        after = tuple(rows[-1])[1:]


def count_facts_held(db: Session, person_id: int, course_ids: Collection[int]) -> int:
    """Return how many facts there are of a person in some courses."""
    return sum(_count_by_days(db, person_id, course_ids, list(_name_all_days(db))))


def load_facts_held(
    db: Session, person_id: int, course_ids: Collection[int], limit: int | None, offset: int
) -> list[FactRow]:
    """Return a page of a person's facts in some courses, tuples as FACT_COLUMNS, the latest day first; None: all."""
    pieces = list(_name_all_days(db))[::-1]
    counts = _count_by_days(db, person_id, course_ids, pieces)
    rows: list[FactRow] = []
    for days, count in zip(pieces, counts, strict=True):
        wanted = count if limit is None else min(limit - len(rows), count - offset)
        if wanted > 0:
            values = {"person_id": person_id, "course_ids": list(course_ids), "days": days}
            found = facts_of(db).fetch(facts_sql.HELD, at_most=wanted, offset=offset, **values)
            rows += map(tuple, found)
        offset = max(0, offset - count)
    return rows


def _count_by_days(
    db: Session, person_id: int, course_ids: Collection[int], pieces: Sequence[Sequence[int]]
) -> list[int]:
    values = {"person_id": person_id, "course_ids": list(course_ids)}
    return [facts_of(db).fetch(facts_sql.COUNT_HELD, days=days, **values)[0][0] for days in pieces]


def count_facts_of(db: Session, person_id: int) -> int:
    """Return how many facts there are of a person, whatever the course."""
    count: int = facts_of(db).fetch(facts_sql.COUNT_OF_PEOPLE, person_ids=[person_id])[0][0]
    return count


def count_course_facts(db: Session, course_ids: Collection[int]) -> int:
    """Return how many facts there are of some courses."""
    pieces = split_ids(course_ids)
    return sum(facts_of(db).fetch(facts_sql.COUNT_OF_COURSES, course_ids=ids)[0][0] for ids in pieces)


def load_fact_owners(db: Session) -> tuple[frozenset[int], frozenset[int]]:
    """Return every person and every course that there are facts of. The whole table is gone through."""
    people, courses = (facts_of(db).fetch(statement) for statement in (facts_sql.PEOPLE, facts_sql.COURSES))
    return frozenset(row[0] for row in people), frozenset(row[0] for row in courses)


def count_facts_until(db: Session, course_ids: Collection[int], last: date, first: date | None = None) -> int:
    """Return how many facts there are of some courses up to a day, or between two, both included."""
    pieces = [(ids, days) for ids in split_ids(course_ids) for days in _name_days_until(db, last, first)]
    return sum(facts_of(db).fetch(facts_sql.COUNT_ON_DAYS, course_ids=ids, days=days)[0][0] for ids, days in pieces)


def remove_facts_until(db: Session, course_ids: Collection[int], last: date) -> None:
    """Remove the facts of some courses up to a day. No course: nothing."""
    for ids in split_ids(course_ids):
        for days in _name_days_until(db, last):
            facts_of(db).remove(facts_sql.REMOVE_ON_DAYS, course_ids=ids, days=days)


def remove_facts_of(db: Session, person_ids: Collection[int]) -> None:
    """Remove every fact of some people, whatever the course. Nobody: nothing."""
    for ids in split_ids(person_ids):
        facts_of(db).remove(facts_sql.REMOVE_PEOPLE, person_ids=ids)


def remove_facts_in(db: Session, person_id: int, course_ids: Collection[int], last: date = date.max) -> None:
    """Remove the facts of a person in some courses, up to a day."""
    for ids in split_ids(course_ids):
        for days in _name_days_until(db, last, at_once=DAYS_OF_A_PERSON):
            facts_of(db).remove(facts_sql.REMOVE_HELD, person_id=person_id, course_ids=ids, days=days)


def remove_course_facts(db: Session, course_ids: Collection[int]) -> None:
    """Remove every fact of some courses. None: nothing."""
    for ids in split_ids(course_ids):
        facts_of(db).remove(facts_sql.REMOVE_COURSES, course_ids=ids)


def remove_item_facts(db: Session, course_id: int, cmids: Collection[int], kinds: Collection[int]) -> None:
    """Remove the facts of some items of a course that are of some kinds."""
    for days in _name_all_days(db):
        values = {"course_id": course_id, "cmids": list(cmids), "kinds": list(kinds), "days": days}
        facts_of(db).remove(facts_sql.REMOVE_ITEMS, **values)


def _name_all_days(db: Session) -> Iterator[list[int]]:
    days = load_fact_days(db)
    return iter(()) if days is None else name_days(*days, DAYS_OF_A_PERSON)


def _name_days_until(
    db: Session, last: date, first: date | None = None, at_once: int = DAYS_AT_ONCE
) -> Iterator[list[int]]:
    held = load_fact_days(db)
    if held is None:
        return iter(())
    return name_days(max(held[0], day_number(first or date.min)), min(held[1], day_number(last)), at_once)


def name_days(first: int, last: int, at_once: int) -> Iterator[list[int]]:
    """Give the day numbers from one to another, both included, in lists of at most `at_once`. Backwards: none."""
    for start in range(first, last + 1, at_once):
        yield list(range(start, min(start + at_once, last + 1)))


def split_ids(ids: Collection[int]) -> Iterator[list[int]]:
    """Give ids in order, in lists of at most IDS_AT_ONCE. None: no list."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), IDS_AT_ONCE):
        yield ordered[start : start + IDS_AT_ONCE]
