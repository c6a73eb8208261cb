"""Step 6: the activities of each course, and which of them are this tool's own."""

from bridge.moodle.functions import Function
from bridge.store.activities import replace_activities
from bridge.store.courses import SyncedCourse
from bridge.store.database import writing
from bridge.store.engagement import mark_course_stale
from bridge.store.quarantine import save_rejected
from bridge.sync.context import Sync, going_on
from bridge.sync.report import Tally


def sync_activities(sync: Sync, tally: Tally) -> None:
    """Replace the activities of every switched-on course; a course that fails keeps its last ones.

    Raises:
        PlatformError: Moodle as a whole does not answer.
    """
    for course in sync.courses_to_read():
        with going_on(tally, course.moodle_course_id):
            _sync_activities(sync, tally, course)
        sync.progress.advance()


def _sync_activities(sync: Sync, tally: Tally, course: SyncedCourse) -> None:
    answer = sync.client.activities(course.moodle_course_id)
    now = sync.now()
    with writing(sync.sessions) as db:
        was_taken_back = replace_activities(
            db, course.course_id, answer.activities, is_complete=not answer.rejected, now=now
        )
        if was_taken_back:
            mark_course_stale(db, course.course_id)
        save_rejected(
            db, sync.platform_id, Function.ACTIVITIES, answer.rejected, now, f"course {course.moodle_course_id} "
        )
    tally.rows_read += len(answer.activities) + len(answer.rejected)
    tally.rows_quarantined += len(answer.rejected)
