"""Move the presence facts from the shared database into ClickHouse, or back: copied, counted by day, then let go of.

Where they are is written down in the last transaction; until then they are where they were, and a move that broke off
is begun again. What ClickHouse has that is not known to be a copy is left alone: it may be another installation's.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime

from sqlalchemy import Engine, delete, select, text
from sqlalchemy.orm import Session

from analytics.calendar import local_date
from bridge.config import Settings
from bridge.errors import FactsNotMoved
from bridge.schema.log import Presence
from bridge.schema.people import Person
from bridge.schema.teaching import Course
from bridge.store.database import Sessions, reading, writing
from bridge.store.fact_statements import COUNT_OF_DAYS, PRESENCE
from bridge.store.facts import (
    DAYS_OF_A_PERSON,
    FactRow,
    Facts,
    SharedFacts,
    load_days_of,
    load_fact_owners,
    name_days,
    remove_course_facts,
    remove_facts_in,
    remove_facts_of,
    stream_day_of,
)
from bridge.store.facts_elsewhere import FactsElsewhere, make_facts_table
from bridge.store.facts_place import forget_moved, load_has_moved, save_has_moved
from bridge.store.platforms import load_platforms
from bridge.store.tombstones import load_erasures, load_user_keys

AT_ONCE = 50_000
"""Facts in memory at a time."""
HAS_SOME = (
    "ClickHouse has facts already, of a move that broke off or of another installation. Those here were not touched. "
    "Where no other installation uses that database, `lea facts move --anew` takes away what it has, and begins."
)
WRITTEN = "Facts were written meanwhile, so the copy was taken away again."
Told = Callable[[int, int], None]
"""Hears of each day that was copied: its number, and how many facts it has."""


def move_facts(sessions: Sessions, engine: Engine, now: datetime, told: Told, *, is_anew: bool = False) -> int:
    """Move the facts of all platforms into ClickHouse and return how many; 0 where they are there already.

    `sessions` are of the shared database alone. `is_anew`: what ClickHouse has is taken away first.

    Raises:
        FactsNotMoved: ClickHouse has some already, or facts were written meanwhile, so that both sides differ; they
            stay in the shared database, and ClickHouse has what it had.
    """
    make_facts_table(engine)
    elsewhere = FactsElsewhere(engine)
    with reading(sessions) as db:
        if load_has_moved(db):
            return 0
        if is_anew:
            _empty(engine)
        if _days_of(elsewhere):
            raise FactsNotMoved(HAS_SOME)
        shared = SharedFacts(db)
        for rows in _stream(shared, told):
            elsewhere.put(rows)
            elsewhere.commit()
    with writing(sessions) as db:
        _lock(db)
        total = _compare(SharedFacts(db), elsewhere)
        if total is None:
            _empty(engine)
            raise FactsNotMoved(f"{WRITTEN} {FactsNotMoved.next_step}")
        db.execute(delete(Presence))
        save_has_moved(db, now)
    return total


def bring_facts_back(sessions: Sessions, engine: Engine, told: Told) -> int:
    """Move the facts back into the shared database and return how many; then ClickHouse has none.

    Where they are back already, what ClickHouse still has of them goes, where it is the same: 0.

    Raises:
        FactsNotMoved: facts were written meanwhile, so that both sides differ; they stay in ClickHouse. Or they are
            here already, and ClickHouse has others.
    """
    make_facts_table(engine)
    elsewhere = FactsElsewhere(engine)
    with reading(sessions) as db:
        has_moved = load_has_moved(db)
        is_copy = has_moved or not _days_of(elsewhere) or _compare(SharedFacts(db), elsewhere) is not None
    if not is_copy:
        raise FactsNotMoved(f"The facts are in the shared database. {HAS_SOME}")
    total = _copy_back(sessions, elsewhere, told) if has_moved else 0
    _empty(engine)
    return total


def _stream(source: Facts, told: Told) -> Iterator[list[FactRow]]:
    """Give the facts of one place day by day, AT_ONCE at most; `told` hears of each day once its rows were taken."""
    for day_no in _days_of(source):
        count = 0
        for rows in stream_day_of(source, day_no, AT_ONCE):
            yield rows
            count += len(rows)
        told(day_no, count)


def _copy_back(sessions: Sessions, elsewhere: FactsElsewhere, told: Told) -> int:
    with writing(sessions) as db:
        db.execute(delete(Presence))  # of a move back that broke off: nothing reads them
    for rows in _stream(elsewhere, told):
        with writing(sessions) as db:
            SharedFacts(db).put(rows)
    with writing(sessions) as db:
        _lock(db)
        total = _compare(SharedFacts(db), elsewhere)
        if total is None:
            raise FactsNotMoved(f"Facts were written meanwhile, so that the two differ. {FactsNotMoved.next_step}")
        forget_moved(db)
    return total


def _empty(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(f"TRUNCATE TABLE {PRESENCE.name}")


def remove_unknown_facts(sessions: Sessions) -> tuple[int, int]:
    """Remove the facts of people and courses that the shared database does not have; return how many of each.

    A restored backup gives numbers again that were given after it was made. Facts in another database were not restored
    with it, and would become somebody else's.
    """
    with writing(sessions) as db:
        people, courses = load_fact_owners(db)
        people -= frozenset(db.scalars(select(Person.id)))
        courses -= frozenset(db.scalars(select(Course.id)))
        remove_facts_of(db, people)
        remove_course_facts(db, courses)
    return len(people), len(courses)


def remove_erased_facts(sessions: Sessions, settings: Settings) -> int:
    """Remove what was erased of people who are here again, up to the day of it; return how many people that are.

    A ClickHouse that was restored has it again, and a mark that the shared database has is not carried out once more.
    """
    count = 0
    with reading(sessions) as db:
        platform_ids = [platform.platform_id for platform in load_platforms(db)]
    for platform_id in platform_ids:
        with writing(sessions) as db:
            erased = _find_erased(db, platform_id, settings)
            for (person_id, last), course_ids in erased.items():
                remove_facts_in(db, person_id, course_ids, last)
            count += len({person_id for person_id, _ in erased})
    return count


def _find_erased(db: Session, platform_id: int, settings: Settings) -> dict[tuple[int, date], list[int]]:
    """Return by person and day the courses in which everything up to that day was erased."""
    erasures = load_erasures(db, load_user_keys(db, platform_id, settings.secret_key))
    keys = {key for key, _ in erasures.marks}
    found: dict[tuple[int, date], list[int]] = {}
    if not keys:
        return found
    people = db.execute(select(Person.id, Person.moodle_user_id).where(Person.platform_id == platform_id))
    again = [(person_id, user) for person_id, user in people if erasures.keys.of(user) in keys]
    courses = db.execute(select(Course.id, Course.moodle_course_id).where(Course.platform_id == platform_id)).all()
    for person_id, user in again:
        for course_id, moodle_course_id in courses:
            at = erasures.find_time(user, moodle_course_id)
            if at is not None:
                found.setdefault((person_id, local_date(at, settings.zone)), []).append(course_id)
    return found


def _days_of(facts: Facts) -> range:
    days = load_days_of(facts)
    return range(0) if days is None else range(days[0], days[1] + 1)


def _lock(db: Session) -> None:
    if db.connection().dialect.name == "postgresql":  # SQLite lets one write at a time
        db.execute(text(f"LOCK TABLE {PRESENCE.name} IN EXCLUSIVE MODE"))


def _compare(one: Facts, other: Facts) -> int | None:
    """Return how many facts there are, which both sides agree upon day by day; None: they do not."""
    spans = [_days_of(one), _days_of(other)]
    total = 0
    for span in spans:
        total = 0
        for days in name_days(span.start, span.stop - 1, DAYS_OF_A_PERSON):
            counts, others = (dict(map(tuple, side.fetch(COUNT_OF_DAYS, days=days))) for side in (one, other))
            if counts != others:
                return None
            total += sum(counts.values())
    return total
