"""Whose rows become facts, and which of them stay out: learners, erasures, pauses, this tool's own activities."""

import hashlib
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pyarrow as pa
from sqlalchemy.orm import Session

from analytics.calendar import day_number
from analytics.policy.retention import find_rule
from bridge.config import Settings
from bridge.schema.log import Presence
from bridge.sources.roll import Nobody, load_roll
from bridge.store.activities import load_own_cmids
from bridge.store.retention_of_runs import is_of_runs_over, load_ends_of_runs
from bridge.store.tombstones import Erasures, load_erasures, load_user_keys

LEARNER_COLUMNS = ("moodle_course_id", "user_id", "course_id", "person_id", "first_day")
ERASED_COLUMNS = ("user_id", "moodle_course_id", "log_to", "until")
EVER = day_number(date.min)
OFF_COLUMNS = ("person_id", "first_day", "last_day")


@dataclass(frozen=True, slots=True)
class People:
    """The learners of the switched-on courses, and what of theirs stays out."""

    learners: Sequence[tuple[int, int, int, int, int]]
    """LEARNER_COLUMNS; nobody whose data is not processed now, and no deleted account.

    What is older than `first_day` (a day_no) is of a run of the course whose period is over: it went, or goes tonight.
    """
    erased: Sequence[tuple[int, int, int, int]]
    """ERASED_COLUMNS: up to which log id and Unix second; course 0 is every course."""
    off_days: Sequence[tuple[int, int, int]]
    """OFF_COLUMNS: days on which nothing of a person was to be read, both included."""
    own_cmids: frozenset[int]
    erasures: Erasures

    def tables(self) -> Iterator[tuple[str, pa.Table]]:
        """Give the four tables that a statement joins, by name."""
        yield "learner", _table(LEARNER_COLUMNS, self.learners)
        yield "erased", _table(ERASED_COLUMNS, self.erased)
        yield "off", _table(OFF_COLUMNS, self.off_days)
        yield "own", _table(("cmid",), [(cmid,) for cmid in sorted(self.own_cmids)])

    def digest(self) -> str:
        """Return what changes whenever any of them does."""
        parts = (self.learners, self.off_days, sorted(self.own_cmids), sorted(map(str, self.erasures.marks.items())))
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def without(self, user_ids: Collection[int]) -> "People":
        """Return them with the erasures of some Moodle users, all that a source names, in `erased`."""
        keys = {key for key, _ in self.erasures.marks}
        found: list[tuple[int, int, int, int]] = []
        for user_id in sorted(user_ids) if keys else ():
            key = self.erasures.keys.of(user_id)
            if key in keys:
                of_user = ((course, mark) for (whose, course), mark in self.erasures.marks.items() if whose == key)
                found += [(user_id, course, log_to, math.floor(at.timestamp())) for course, (log_to, at) in of_user]
        return replace(self, erased=found)


def load_people(db: Session, platform_id: int, settings: Settings, today: date) -> People:
    """Return whose rows become facts on a platform now, in a fixed number of statements; `erased` is still empty."""
    roll = load_roll(db, platform_id, settings, today)
    moodle_ids = {course_id: moodle_id for moodle_id, course_id in roll.course_ids.items()}
    first_days = _load_first_days(db, platform_id, settings, today)
    learners = [
        (moodle_ids[course_id], who, course_id, person, first_days.get(course_id, EVER))
        for (course_id, who), person in roll.people.items()
        if isinstance(who, int) and not isinstance(person, Nobody) and person not in roll.left_out
    ]
    off_days = [
        (person, day_number(first), day_number(last))
        for person, days in sorted(roll.off_days.items())
        for first, last in days
    ]
    return People(
        learners=sorted(learners),
        erased=(),
        off_days=off_days,
        own_cmids=load_own_cmids(db, platform_id),
        erasures=load_erasures(db, load_user_keys(db, platform_id, settings.secret_key)),
    )


def _load_first_days(db: Session, platform_id: int, settings: Settings, today: date) -> dict[int, int]:
    """Return by course the day_no from which on facts are kept. Courses that were not taught again are left out."""
    rule = find_rule(settings.retention, Presence.__tablename__)
    assert rule is not None  # noqa: S101 (narrowing for the type checker: each table about people has a rule)
    is_over = is_of_runs_over(platform_id, today - timedelta(days=rule.days or 0))
    return {course_id: day_number(began) for course_id, began in load_ends_of_runs(db, is_over).items()}


def _table(names: Sequence[str], rows: Sequence[tuple[int, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [() for _ in names]
    return pa.Table.from_arrays([pa.array(list(column), pa.int64()) for column in columns], names=list(names))
