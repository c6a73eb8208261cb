"""Step 9: the log from before a course was switched on, behind the platform's cursor, in pages that can be resumed."""

from bridge.store.courses import SyncedCourse, save_backfill
from bridge.store.database import reading, writing
from bridge.sync.context import Sync, going_on
from bridge.sync.facts import make_folder
from bridge.sync.log import save_page
from bridge.sync.report import Tally


def backfill_courses(sync: Sync, tally: Tally) -> None:
    """Read the earlier log of every course that has not got all of it; a course that fails goes on next time.

    Raises:
        PlatformError: Moodle as a whole does not answer; the pages before that stay.
    """
    for course in sync.courses_to_read():
        if not course.is_backfilled:
            with going_on(tally, course.moodle_course_id):
                _backfill(sync, tally, course)


def _backfill(sync: Sync, tally: Tally, course: SyncedCourse) -> None:
    until = course.backfill_until
    read_to = course.backfilled_to
    with reading(sync.sessions) as db:
        folder = make_folder(db, sync.platform_id, [course], sync.settings)
    while until is not None and read_to < until:
        page = sync.client.log_events(read_to, until, [course.moodle_course_id])
        with writing(sync.sessions) as db:
            saved = save_page(sync, db, page, folder)
            # A page that is not full proves nothing, see `bridge.sync.log`; one without rows does.
            read_to = max(saved.last_id, read_to + 1) if page.rows or page.rejected else until
            save_backfill(db, course.course_id, read_to)
        tally.count_page(page, saved.new_rows)
        sync.progress.advance(len(page.rows))
