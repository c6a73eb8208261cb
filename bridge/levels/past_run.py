"""Suggest a level from a course's own past run, with the table behind it; the school decides."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from analytics.bulk.ledgers import Ledgers
from analytics.bulk.suggestion import suggest_from_cohort
from analytics.cohort import FEWEST_LEARNERS
from analytics.levels import CourseKind, LevelSuggestion
from bridge.store.calendars import load_last_run, load_yardstick
from bridge.store.level_reach import load_run_learners
from bridge.store.level_scopes import LevelRefused, LevelScope
from bridge.sync.cohorts import load_cohort


def suggest_from_run(db: Session, course: LevelScope, kind: CourseKind, today: date, zone: ZoneInfo) -> LevelSuggestion:
    """Suggest a level for a course from its last run, else from the closed counted weeks of the run now.

    Without 10 learners who have such a week, the level for a course of that kind without a past run, and no table.

    Raises:
        LevelRefused: the course has no teaching calendar.
    """
    yardstick = None if course.key is None else load_yardstick(db, course.key)
    if yardstick is None or course.key is None:
        raise LevelRefused("A suggestion needs a course with a teaching calendar. Next: lea calendar set")
    last = load_last_run(db, course.key)
    for run_no, calendar in (*([last] if last else ()), (yardstick.run_no, yardstick.calendar)):
        learners = load_run_learners(db, course.key, run_no)
        cohort = load_cohort(db, course.key, learners, calendar, today, zone)
        last_week = calendar.last_closed_week(today - timedelta(days=1))
        found = suggest_from_cohort(Ledgers(cohort, calendar), last_week, FEWEST_LEARNERS, kind)
        if found.rows:
            break
    return found
