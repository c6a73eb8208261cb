"""Find whose figure fell net of their course, over all the courses of somebody's learners: a suggestion, no concern."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from analytics.drops import Drops, find_drops, has_fallen
from bridge.store.people_of_staff import StaffCourse
from bridge.store.scores import load_latest_scores

Falls = Mapping[int, Drops]
"""Course id → what its latest week says; courses in which none of the learners fell are left out."""


def load_falls(db: Session, courses: Mapping[int, Sequence[StaffCourse]]) -> Falls:
    """Return the drops of the courses in which a learner fell, in two statements; `courses` are those of each learner.

    A whole course is read only where one of the learners fell by themselves: nothing else can be a drop.
    """
    course_ids = {course.course_id for own in courses.values() for course in own}
    own = load_latest_scores(db, course_ids, set(courses)) if course_ids else {}
    fallen = {course_id for course_id, people in own.items() if any(map(has_fallen, people.values()))}
    found = load_latest_scores(db, fallen) if fallen else {}
    return {course_id: find_drops(scores) for course_id, scores in found.items()}
