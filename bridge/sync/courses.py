"""Step 4: names, starts and group modes of the switched-on courses."""

from bridge.moodle.functions import Function
from bridge.store.courses import save_course_details
from bridge.store.database import writing
from bridge.store.engagement import mark_course_stale
from bridge.store.quarantine import save_rejected
from bridge.sync.context import Sync
from bridge.sync.report import Tally


def sync_courses(sync: Sync, tally: Tally) -> None:
    """Write what Moodle calls the switched-on courses and when they start.

    A course that Moodle leaves out keeps what is known of it: only the feed of deletions says that it is gone.

    Raises:
        MoodleError: no sensible answer; nothing was written.
    """
    synced = {course.moodle_course_id: course for course in sync.courses_to_read()}
    if not synced:
        return
    answer = sync.client.courses(sorted(synced))
    with writing(sync.sessions) as db:
        starts = save_course_details(db, sync.platform_id, answer.courses, sync.settings.zone, sync.now())
        for course_id in starts.moved:
            mark_course_stale(db, course_id)
        save_rejected(db, sync.platform_id, Function.COURSES, answer.rejected, sync.now())
    tally.rows_read += len(answer.courses) + len(answer.rejected)
    tally.rows_quarantined += len(answer.rejected)
    if starts.kept:
        named = ", ".join(map(str, sorted(starts.kept)))
        tally.notes.append(
            f"The start of course {named} moved in Moodle. Weeks were evaluated, so week 1 stays. Next year's start "
            "is followed when they are over; before: lea course rollover"
        )
    tally.notes += [f"Course {course_id} is taught again: run {run_no}." for course_id, run_no in starts.begun.items()]
    missing = sorted(set(synced) - {course.moodle_course_id for course in answer.courses})
    if missing:
        tally.notes.append(f"Moodle did not name the courses {', '.join(map(str, missing))}. Switch off what is gone.")
