"""Step 7: what is to be handed in, each learner's own dates, and when it was first seen to be handed in."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from analytics.calendar import day_number, local_date
from analytics.evidence import Kind
from bridge.moodle.functions import Function
from bridge.records import LearnerTaskRecord, TaskRecord
from bridge.store.course_runs import load_run_start, lock_run
from bridge.store.courses import SyncedCourse
from bridge.store.database import reading, writing
from bridge.store.engagement import mark_course_stale, mark_stale
from bridge.store.facts import Fact, put_facts
from bridge.store.left_out import load_left_out_ids
from bridge.store.quarantine import save_rejected
from bridge.store.roster import load_learner_keys
from bridge.store.tasks import replace_tasks
from bridge.store.tombstones import Erasures, load_erasures, load_user_keys
from bridge.sync.context import Sync, going_on
from bridge.sync.report import Tally


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
        erasures = load_erasures(db, load_user_keys(db, sync.platform_id, sync.settings.secret_key))
        left_out = load_left_out_ids(db, sync.platform_id)
    person_ids = {moodle_user_id: person_id for (_, moodle_user_id), person_id in keys.items()}
    told = [_leave_out_erased(task, erasures, course.moodle_course_id) for task in answer.tasks]
    seen = {user_id: person_id for user_id, person_id in person_ids.items() if person_id not in left_out}
    with writing(sync.sessions) as db:
        lock_run(db, course.course_id)
        start = load_run_start(db, course.course_id)
        tasks = told if start is None else [_forget_earlier(task, start, sync.settings.zone) for task in told]
        facts = _hand_ins(sync, course, tasks, seen)
        change = replace_tasks(db, course.course_id, tasks, person_ids, is_complete=not answer.rejected, now=now)
        put_facts(db, facts)
        mark_stale(db, course.course_id, change.changed_person_ids)
        if change.have_all_changed:
            mark_course_stale(db, course.course_id)
        save_rejected(db, sync.platform_id, Function.TASKS, answer.rejected, now, f"course {course.moodle_course_id} ")
    tally.rows_read += change.learner_count + len(answer.rejected)
    tally.rows_quarantined += len(answer.rejected)


def _leave_out_erased(task: TaskRecord, erasures: Erasures, moodle_course_id: int) -> TaskRecord:
    """Leave out who handed in before their erasure: Moodle still tells it, and it was taken away."""

    def is_new(learner: LearnerTaskRecord) -> bool:
        erased_at = erasures.find_time(learner.moodle_user_id, moodle_course_id)
        return erased_at is None or learner.handed_in_at is None or learner.handed_in_at > erased_at

    return replace(task, learners=tuple(filter(is_new, task.learners)))


def _forget_earlier(task: TaskRecord, start: date, zone: ZoneInfo) -> TaskRecord:
    """Leave out what was handed in before the run now began: Moodle keeps the work of a course that is taught again."""

    def forget(learner: LearnerTaskRecord) -> LearnerTaskRecord:
        at = learner.handed_in_at
        return learner if at is None or local_date(at, zone) >= start else replace(learner, handed_in_at=None)

    return replace(task, learners=tuple(map(forget, task.learners)))


def _hand_ins(sync: Sync, course: SyncedCourse, tasks: list[TaskRecord], person_ids: dict[int, int]) -> set[Fact]:
    """Return the hand-ins as evidence: a submission stops the clock, also where its log row never came.

    Not those of teams: a team-mate's act is no evidence of this learner's. The log has it for whoever handed in.
    """
    return {
        Fact(
            day_number(local_date(learner.handed_in_at, sync.settings.zone)),
            course.course_id,
            person_ids[learner.moodle_user_id],
            task.cmid,
            int(Kind.SUBMISSION),
        )
        for task in tasks
        if not task.is_teamwork
        for learner in task.learners
        if learner.handed_in_at is not None and learner.moodle_user_id in person_ids
    }
