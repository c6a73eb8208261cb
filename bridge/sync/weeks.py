"""Step 11: measure again the weeks of the learners for whom something changed, or a new day began.

A day begins only once the log of the day before is known: while Moodle is away, nobody's clock goes on.
"""

from datetime import timedelta
from itertools import islice

from bridge.store.courses import SyncedCourse
from bridge.store.database import reading, writing
from bridge.store.engagement import load_stale, save_learner_weeks, save_states
from bridge.store.freshness import load_log_day
from bridge.sync.context import Sync
from bridge.sync.measure import find_state, load_histories, load_measure, mark_weeks
from bridge.sync.report import Tally

LEARNERS_AT_ONCE = 1_000
"""Keeps memory and transactions small in the largest course."""


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
    levels = measure.levels_by_week(today)
    with reading(sync.sessions) as db:
        stale = iter(load_stale(db, course.course_id, today).items())
    while learners := dict(islice(stale, LEARNERS_AT_ONCE)):
        with reading(sync.sessions) as db:
            histories = load_histories(db, course.course_id, learners, measure.calendar, today, zone)
        weeks = {
            person_id: mark_weeks(history, measure.calendar, levels, today) for person_id, history in histories.items()
        }
        states = [find_state(person_id, history, measure, today) for person_id, history in histories.items()]
        now = sync.now()
        with writing(sync.sessions) as db:
            save_learner_weeks(db, course.course_id, weeks, now)
            save_states(db, course.course_id, states, today, now)
