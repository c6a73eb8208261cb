"""Step 11: measure again the weeks of the learners for whom something changed, or a new day began.

A day begins only once the log of the day before is known: while Moodle is away, nobody's clock goes on.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from analytics.bulk.ledgers import Ledgers
from bridge.store.courses import SyncedCourse
from bridge.store.database import reading, writing
from bridge.store.engagement import clear_stale, load_stale, save_learner_weeks, save_states
from bridge.store.freshness import load_log_day
from bridge.sync.cohorts import load_cohort
from bridge.sync.context import Sync
from bridge.sync.measure import find_states, load_measure, mark_weeks
from bridge.sync.report import Tally

LEARNERS_AT_ONCE = 250
"""Keeps transactions short in the largest course: on SQLite every other writer waits for them."""


def fold_weeks(sync: Sync, tally: Tally) -> None:
    """Bring `learner_week` and `learner_state` of every switched-on course up to date; untouched learners stay."""
    for course in sync.courses():
        _fold_course(sync, tally, course)
        sync.progress.advance()


def _fold_course(sync: Sync, tally: Tally, course: SyncedCourse) -> None:
    zone = sync.settings.zone
    with reading(sync.sessions) as db:
        measure = load_measure(db, course.course_id)
        log_day = load_log_day(db, sync.platform_id, course.course_id, zone)
    if measure is None:
        tally.notes.append(
            f"Course {course.moodle_course_id} has no teaching calendar or no published level yet. "
            "Next: lea calendar show, lea level show"
        )
        return
    if log_day is None:
        return
    today = min(sync.today, log_day + timedelta(days=1))
    with reading(sync.sessions) as db:
        stale = iter(load_stale(db, course.course_id, today).items())
    while learners := dict(islice(stale, LEARNERS_AT_ONCE)):
        with writing(sync.sessions) as db:
            _fold_learners(sync, db, course.course_id, learners, today)


def _fold_learners(sync: Sync, db: Session, course_id: int, learners: Mapping[int, date], today: date) -> None:
    """Measure some learners in one transaction, their marks taken away first.

    Whoever changes something meanwhile marks them again, in the transaction of the change, and waits for this one: so
    no change falls between what was read here and the mark that told of it.
    """
    clear_stale(db, course_id, learners)
    measure = load_measure(db, course_id)
    if measure is None:  # taken away since: the next run has nothing to measure by
        return
    cohort = load_cohort(db, course_id, learners, measure.calendar, today, sync.settings.zone)
    ledgers, people = Ledgers(cohort, measure.calendar), tuple(learners)
    weeks = mark_weeks(ledgers, measure.levels_by_week(today), people, today)
    save_learner_weeks(db, course_id, weeks, sync.now())
    save_states(db, course_id, find_states(ledgers, people, today), today, sync.now())
