"""Count once a week, with the figures, how many learners opened each item of a course (docs/figures.md)."""

from datetime import date

from sqlalchemy.orm import Session

from analytics.calendar import day_number
from analytics.disclosure.openings import CourseOpenings, count_openings
from bridge.store.figures import PoolChange
from bridge.store.openings import (
    OpeningsWeek,
    load_all_items,
    load_before,
    load_openings,
    load_week_no,
    monday_of,
)


def make_openings(db: Session, key: bytes, change: PoolChange, members: frozenset[int], as_of: date) -> OpeningsWeek:
    """Count a course's openings of a closed week among the members of its pools as the week leaves them.

    Without any pool nobody is counted, and no item.
    """
    course_id, run_no = change.course_id, change.run_no
    week = CourseOpenings(
        course_id=course_id,
        monday_no=day_number(monday_of(as_of)),
        items=load_all_items(db, course_id) if members else frozenset(),
        members=members,
        joined=frozenset(person_id for _, _, people in change.made for person_id in people),
        openings=load_openings(db, course_id, as_of, run_no) if members else {},
        before=load_before(db, course_id, as_of, run_no),
    )
    counts = count_openings(key, week)
    return OpeningsWeek(as_of, load_week_no(db, course_id, as_of), len(members), counts, run_no)
