"""Step 7: what is to be handed in, each learner's own dates, and when it was first seen to be handed in."""

from datetime import UTC, datetime

from analytics.calendar import day_number, local_date
from analytics.evidence import Kind
from bridge.moodle.functions import Function
from bridge.records import Tasks
from bridge.store.courses import SyncedCourse
from bridge.store.database import reading, writing
from bridge.store.engagement import mark_course_stale, mark_stale
from bridge.store.log_events import Fact, load_erasure_times, save_facts
from bridge.store.quarantine import save_rejected
from bridge.store.roster import load_learner_keys
from bridge.store.tasks import replace_tasks
from bridge.sync.context import Sync, going_on
from bridge.sync.report import Tally

NEVER = datetime.min.replace(tzinfo=UTC)


def sync_tasks(sync: Sync, tally: Tally) -> None:
    """Replace the tasks of every switched-on course; a course that fails keeps its last ones.

    Raises:
        PlatformError: Moodle as a whole does not answer.
    """
    for course in sync.courses_to_read():
        with going_on(tally, course.moodle_course_id):
            _sync_tasks(sync, tally, course)
        sync.progress.advance()


def _sync_tasks(sync: Sync, tally: Tally, course: SyncedCourse) -> None:
    answer = sync.client.tasks(course.moodle_course_id)
    now = sync.now()
    with reading(sync.sessions) as db:
        keys = load_learner_keys(db, [course.course_id])
        erased = load_erasure_times(db, sync.platform_id, course.moodle_course_id)
    person_ids = {moodle_user_id: person_id for (_, moodle_user_id), person_id in keys.items()}
    facts = _hand_ins(sync, course, answer, person_ids, erased)
    with writing(sync.sessions) as db:
        change = replace_tasks(db, course.course_id, answer.tasks, person_ids, is_complete=not answer.rejected, now=now)
        save_facts(db, facts)
        mark_stale(db, course.course_id, change.changed_person_ids)
        if change.have_all_changed:
            mark_course_stale(db, course.course_id)
        save_rejected(db, sync.platform_id, Function.TASKS, answer.rejected, now, f"course {course.moodle_course_id} ")
    tally.rows_read += change.learner_count + len(answer.rejected)
    tally.rows_quarantined += len(answer.rejected)


def _hand_ins(
    sync: Sync, course: SyncedCourse, answer: Tasks, person_ids: dict[int, int], erased: dict[int, datetime]
) -> set[Fact]:
    """Return the hand-ins as evidence: a submission stops the clock, also where its log row never came.

    Not those of teams: a team-mate's act is no evidence of this learner's. The log has it for whoever handed in.
    Not those before an erasure (`erased`: Moodle user id → when): Moodle still tells them, and they were taken away.
    """
    return {
        Fact(
            day_number(local_date(learner.handed_in_at, sync.settings.zone)),
            course.course_id,
            person_ids[learner.moodle_user_id],
            task.cmid,
            int(Kind.SUBMISSION),
        )
        for task in answer.tasks
        if not task.is_teamwork
        for learner in task.learners
        if learner.handed_in_at is not None
        and learner.moodle_user_id in person_ids
        and learner.handed_in_at > erased.get(learner.moodle_user_id, NEVER)
    }
