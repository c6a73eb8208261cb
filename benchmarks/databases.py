"""Databases to measure on: empty ones, then the made-up university's people and courses, then its history."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, insert, make_url

from analytics.evidence import PARTICIPATING, Kind
from benchmarks.generator import EVENTS, FIRST_COURSE, FIRST_DAY, FIRST_USER, Events, Numbers, University
from bridge.config import Settings
from bridge.schema.people import Enrolment, Person
from bridge.schema.teaching import Course
from bridge.store.courses import load_synced_courses
from bridge.store.database import Sessions, make_engine, make_sessions, reading, writing
from bridge.store.facts import save_fact_rows
from bridge.store.migrations import upgrade
from bridge.store.platforms import save_platform
from bridge.sync.context import Sync
from bridge.sync.facts import Folder, make_folder
from bridge.sync.report import Silent
from tests.databases import PostgresCluster

NOW = datetime(2027, 1, 20, 12, tzinfo=UTC)
SETTINGS = Settings(secret_key="a secret of the benchmarks, long enough", public_url="http://localhost:8100")  # noqa: S106 (made up)
AT_ONCE = 250_000
"""Rows of history in one transaction."""
KINDS = np.array(
    [
        Kind.SUBMISSION if name.endswith("submitted") else Kind.VISIT if r"\mod_" in name else Kind.COURSE_PAGE
        for name, _, _ in EVENTS
    ]
)
IS_EVIDENCE = np.array([edulevel == PARTICIPATING for _, edulevel, _ in EVENTS])


@dataclass(frozen=True, slots=True)
class Place:
    """A migrated database with the university in it."""

    engine: Engine
    sessions: Sessions
    sync: Sync

    @property
    def platform_id(self) -> int:
        """The platform that everything belongs to."""
        return self.sync.platform_id

    def folder(self) -> Folder:
        """Return what a step of a sync folds pages with."""
        with reading(self.sessions) as db:
            return make_folder(db, self.platform_id, load_synced_courses(db, self.platform_id), SETTINGS)

    def connect(self) -> Any:
        """Return a bare connection of the driver, with the same settings; close it by its `close`."""
        return self.engine.raw_connection()


@contextmanager
def sqlite_place(folder: Path, name: str, university: University) -> Iterator[Place]:
    """Give an SQLite database in a file of its own."""
    with _opened(f"sqlite:///{folder / name}.sqlite3", university) as place:
        yield place


@contextmanager
def postgres_place(cluster: PostgresCluster, university: University) -> Iterator[Place]:
    """Give a PostgreSQL database, dropped at the end."""
    with cluster.new_database() as url, _opened(url, university) as place:
        yield place


@contextmanager
def _opened(url: str, university: University) -> Iterator[Place]:
    engine = make_engine(url)
    try:
        if make_url(url).get_backend_name() == "sqlite":
            upgrade(engine)
        sessions = make_sessions(engine)
        platform_id = _fill(sessions, university)
        yield Place(engine, sessions, Sync(sessions, None, platform_id, SETTINGS, lambda: NOW, Silent()))
    finally:
        engine.dispose()


def _fill(sessions: Sessions, university: University) -> int:
    """Write platform, courses, people and enrolments; learner n gets the id n + 1, course n too."""
    courses = [
        {"id": n + 1, "moodle_course_id": FIRST_COURSE + n, "shortname": f"C{n}", "fullname": f"Course {n}"}
        for n in range(university.courses)
    ]
    learners = [
        {"id": n + 1, "moodle_user_id": FIRST_USER + n, "family_name": str(n), "full_name": f"Learner {n}"}
        for n in range(university.learners)
    ]
    pairs = [{"course_id": course + 1, "person_id": learner + 1} for learner, course in university.pairs.tolist()]
    enrolled = {"is_learner": True, "is_active": True, "enrolled_on": FIRST_DAY}
    with writing(sessions) as db:
        platform_id = save_platform(
            db, name="Made up", moodle_url="https://made-up.example", encrypted_token=None, now=NOW
        )
        of_platform = {"platform_id": platform_id}
        switched_on = {"starts_on": FIRST_DAY, "switched_on_at": NOW, "backfill_until": 0}
        db.execute(insert(Course), [{**of_platform, **switched_on, **row} for row in courses])
        db.execute(insert(Person), [{**of_platform, "given_name": "Learner", **row} for row in learners])
        db.execute(insert(Enrolment), [{**enrolled, **row} for row in pairs])
    return platform_id


def add_history(place: Place, university: University, events: Events) -> int:
    """Write the presence facts of events, as `bridge.sync.facts` makes them, in the key's order; return how many.

    The raw window is left alone: it holds 35 days whatever the history.
    """
    facts = make_facts(university, events)
    for start in range(0, len(facts), AT_ONCE):
        rows = [tuple(row) for row in facts[start : start + AT_ONCE].tolist()]
        with writing(place.sessions) as db:
            save_fact_rows(db, rows)
    return len(facts)


def make_facts(university: University, events: Events) -> Numbers:
    """Return the facts of events in the key's order, each once: shape (n, 5), day, course, person, cmid, kind."""
    is_one = IS_EVIDENCE[events.kinds]
    people = university.pairs[events.pairs[is_one]] + 1
    columns = (events.days()[is_one], people[:, 1], people[:, 0], events.cmids[is_one], KINDS[events.kinds[is_one]])
    facts: Numbers = np.unique(np.stack(columns, axis=1), axis=0)
    return facts
