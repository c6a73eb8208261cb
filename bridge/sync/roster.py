"""Step 5: who is in each course, as what, since when, in which groups."""

from bridge.moodle.functions import Function
from bridge.store.courses import SyncedCourse
from bridge.store.database import writing
from bridge.store.engagement import mark_stale
from bridge.store.erasure import set_apart_deleted
from bridge.store.quarantine import save_rejected
from bridge.store.roster import replace_roster
from bridge.store.tombstones import load_erasures, load_user_keys
from bridge.sync.context import Sync, going_on
from bridge.sync.facts import refold_learners
from bridge.sync.report import Tally


def sync_rosters(sync: Sync, tally: Tally) -> None:
    """Replace the roster of every switched-on course; a course that fails keeps its last one.

    Raises:
        PlatformError: Moodle as a whole does not answer.
    """
    for course in sync.courses_to_read():
        with going_on(tally, course.moodle_course_id):
            _sync_roster(sync, tally, course)
        sync.progress.advance()


def _sync_roster(sync: Sync, tally: Tally, course: SyncedCourse) -> None:
    roster = sync.client.roster(course.moodle_course_id)
    now = sync.now()
    with writing(sync.sessions) as db:
        keys = load_user_keys(db, sync.platform_id, sync.settings.secret_key)
        set_apart_deleted(db, keys, [user.moodle_user_id for user in roster.users])
        erasures = load_erasures(db, keys)
        change = replace_roster(
            db, sync.platform_id, course.course_id, roster, zone=sync.settings.zone, now=now, erasures=erasures
        )
        if change.new_learner_ids:
            refold_learners(db, sync.platform_id, course, change.new_learner_ids)
        mark_stale(db, course.course_id, change.changed_learner_ids)
        place = f"course {course.moodle_course_id} "
        save_rejected(db, sync.platform_id, Function.ROSTER, roster.rejected, now, place)
    tally.rows_read += len(roster.users) + len(roster.rejected)
    tally.rows_quarantined += len(roster.rejected)
