"""Step 7b: who was at which session, by the registers that Moodle's Attendance activity keeps, where there is one."""

from datetime import date

from analytics.calendar import last_whole_day, local_date
from analytics.levels import Marker
from bridge.moodle.functions import Function
from bridge.records import Attendance
from bridge.sources.roll import Nobody, Roll, load_roll
from bridge.store.courses import SyncedCourse
from bridge.store.database import reading, writing
from bridge.store.engagement import mark_course_stale, mark_stale
from bridge.store.quarantine import save_rejected
from bridge.store.registers import MOODLE, remove_other_marks, save_marks, save_sessions
from bridge.store.sources import save_covers
from bridge.sync.context import Sync, going_on
from bridge.sync.report import Tally

Marks = dict[tuple[str, int], str]
"""(session's key, person) → status."""


def sync_attendance(sync: Sync, tally: Tally) -> None:
    """Write the registers of every switched-on course over the last ones; a course that fails keeps its last ones.

    Raises:
        PlatformError: Moodle as a whole does not answer.
    """
    courses = sync.courses_to_read()
    with reading(sync.sessions) as db:
        roll = load_roll(db, sync.platform_id, sync.settings, sync.today)
    for course in courses:
        with going_on(tally, course.moodle_course_id):
            _sync_attendance(sync, tally, course, roll)
        sync.progress.advance()


def _sync_attendance(sync: Sync, tally: Tally, course: SyncedCourse, roll: Roll) -> None:
    answer = sync.client.attendance(course.moodle_course_id)
    now, course_id = sync.now(), course.course_id
    held_on = {str(session.session_id): local_date(session.held_at, sync.settings.zone) for session in answer.sessions}
    marks = _choose(answer, held_on, course_id, roll)
    kept = {key: held_on[key] for key, _ in marks}
    with writing(sync.sessions) as db:
        ids, has_moved = save_sessions(db, course_id, Marker.ATTENDANCE, MOODLE, kept)
        by_id = {(ids[key], person_id): status for (key, person_id), status in marks.items()}
        changed = {person_id for _, person_id in save_marks(db, by_id)}
        if not answer.rejected:
            changed |= remove_other_marks(db, course_id, Marker.ATTENDANCE, MOODLE, by_id, spared=roll.left_out)
        mark_stale(db, course_id, changed)
        if has_moved:
            mark_course_stale(db, course_id)
        if answer.register_count:
            covers = {course_id: last_whole_day(now, sync.settings.zone)}
            save_covers(db, sync.platform_id, Marker.ATTENDANCE, covers, now)
        place = f"course {course.moodle_course_id} "
        save_rejected(db, sync.platform_id, Function.ATTENDANCE, answer.rejected, now, place)
    tally.rows_read += sum(len(session.marks) for session in answer.sessions) + len(answer.rejected)
    tally.rows_quarantined += len(answer.rejected)


def _choose(answer: Attendance, held_on: dict[str, date], course_id: int, roll: Roll) -> Marks:
    """Return the marks that may be stored: of learners of the course, outside of erasures and pauses."""
    marks: Marks = {}
    for session in answer.sessions:
        key = str(session.session_id)
        for moodle_user_id, status in session.marks:
            person_id = roll.find(course_id, moodle_user_id)
            if isinstance(person_id, Nobody) or roll.was_erased(course_id, person_id, held_on[key]):
                continue
            if not roll.is_off(person_id, held_on[key]):
                marks[key, person_id] = status
    return marks
