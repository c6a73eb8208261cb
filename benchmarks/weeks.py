"""What a sync does with the scores: facts out of the database, every week scored, the weeks into the database again.

The bare side reads the same facts by the driver, scores them by numpy written by hand, and writes the same rows by
executemany, one transaction for each course as ours has. It knows that nobody has breaks, exemptions, tasks or
registers; ours asks for each, measures clocks too, and takes marks away that say who is to be measured.
"""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
from sqlalchemy import insert, select

from benchmarks.databases import NOW, Place, add_history, sqlite_place
from benchmarks.generator import EPOCH, FIRST_DAY, make_events, make_university
from benchmarks.harness import Contest
from benchmarks.scores import A_DAY, LEVEL, WEEKS
from bridge.schema.log import LogCursor
from bridge.schema.teaching import Course
from bridge.store.calendar_changes import CalendarPlan, Whose, save_calendar
from bridge.store.database import reading, writing
from bridge.store.engagement import mark_course_stale
from bridge.sync.report import Tally
from bridge.sync.weeks import fold_weeks
from tests.levels import publish

EVENTS_EACH = 150
"""Rows of the log for each enrolment, over all weeks."""
LEARNERS_A_COURSE = 12
"""Learners of the university by course: with eight courses each, a hundred in a course."""
DAYS = [(FIRST_DAY - EPOCH).days + number for number in range(7 * WEEKS)]
LEARNERS = "SELECT person_id FROM enrolment WHERE course_id = ? ORDER BY person_id"
MARKS = ", ".join("?" * len(DAYS))
VISITS = f"""
    SELECT DISTINCT person_id, day_no, cmid FROM presence
    WHERE day_no IN ({MARKS}) AND course_id = ? AND cmid > 0 AND kind IN (1, 2)
"""  # noqa: S608 (marks alone)
WRITE = (
    "INSERT OR REPLACE INTO learner_week (course_id, person_id, week_no, is_counted, why_not, visits, mark_numerator,"
    " mark_denominator, measured_at) VALUES (?, ?, ?, 1, NULL, ?, ?, ?, ?)"
)
SHARES = "SELECT course_id, person_id, week_no, visits, 1.0 * mark_numerator / mark_denominator FROM learner_week"


@contextmanager
def weeks(folder: Path, enrolments: int) -> Iterator[Contest]:
    """Give the contest of measuring the weeks of about so many enrolments.

    Raises:
        AssertionError: the two do not come to the same weeks.
    """
    learners = max(2, enrolments // 8)
    university = make_university(learners, max(1, learners // LEARNERS_A_COURSE))
    with sqlite_place(folder, "bare", university) as bare, sqlite_place(folder, "ours", university) as ours:
        size = len(university.pairs)
        for place in (bare, ours):
            prepare(place)
            add_history(place, university, make_events(university, size * EVENTS_EACH, days=7 * WEEKS))
        with reading(ours.sessions) as db:
            course_ids = tuple(db.scalars(select(Course.id).order_by(Course.id)))
        _fold(ours, course_ids)
        _fold_bare(bare, course_ids)
        assert _read_shares(ours) == _read_shares(bare)
        yield Contest(
            f"{size * WEEKS:,} weeks of {size:,} enrolments, SQLite to SQLite",
            "sqlite3, numpy by hand",
            lambda _: _fold_bare(bare, course_ids),
            lambda _: _fold(ours, course_ids),
            most=None,
            amount=size * WEEKS,
            unit="weeks",
        )


def prepare(place: Place) -> None:
    """Publish a level and a calendar, and say that the whole log was read."""
    at = {"fresh_at": NOW, "read_to": 1, "settled_to": 1, "mark_id": 1, "epoch": 1}
    with writing(place.sessions) as db:
        publish(db, place.platform_id)
        save_calendar(db, place.platform_id, Whose(), CalendarPlan(WEEKS, (), FIRST_DAY), NOW)
        db.execute(insert(LogCursor).values(platform_id=place.platform_id, **at))


def _fold(place: Place, course_ids: tuple[int, ...]) -> float:
    """Measure every learner as a sync does; return seconds."""
    with writing(place.sessions) as db:
        for course_id in course_ids:
            mark_course_stale(db, course_id)
    started = time.perf_counter()
    fold_weeks(place.sync, Tally(step="weeks"))
    return time.perf_counter() - started


def _fold_bare(place: Place, course_ids: tuple[int, ...]) -> float:
    """Score the same weeks with nothing between driver and numpy; return seconds."""
    with closing(place.connect()) as connection:
        started = time.perf_counter()
        for course_id in course_ids:
            connection.execute("BEGIN IMMEDIATE")
            people = np.array([row[0] for row in connection.execute(LEARNERS, (course_id,))], dtype=np.int64)
            facts = np.array(connection.execute(VISITS, (*DAYS, course_id)).fetchall(), dtype=np.int64).reshape(-1, 3)
            who, days = np.searchsorted(people, facts[:, 0]), facts[:, 1] - DAYS[0]
            by_day = np.bincount(who * len(DAYS) + days, minlength=len(people) * len(DAYS))
            by_week = np.minimum(by_day, A_DAY).reshape(-1, WEEKS, 7).sum(axis=2)
            rows = [
                (course_id, person_id, week, visits, min(visits, LEVEL), LEVEL, NOW.isoformat())
                for person_id, own in zip(people.tolist(), by_week.tolist(), strict=True)
                for week, visits in enumerate(own, 1)
            ]
            connection.executemany(WRITE, rows)
            connection.execute("COMMIT")
        return time.perf_counter() - started


def _read_shares(place: Place) -> set[tuple[float, ...]]:
    with closing(place.connect()) as connection:
        return set(connection.execute(SHARES))
