"""Tasks and each learner's dates; the first sighting of a hand-in is kept (tables task, learner_task)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, select, update
from sqlalchemy.orm import Session

from bridge.records import TaskRecord
from bridge.schema.people import Enrolment
from bridge.schema.teaching import Course, LearnerTask, Task
from bridge.store.database import Statement, fetch, upsert

PEOPLE_NAMED = 500
"""In one statement at most; of more people all rows of a course are read."""
TASK_COLUMNS = ("modname", "name", "due_at", "is_excused_known", "is_visible", "is_teamwork", "deleted_at")


@dataclass(frozen=True, slots=True)
class OwnDate:
    """One task as it stands for one learner, as saved."""

    task_id: int
    person_id: int
    due_at: datetime | None
    is_extended: bool
    is_excused: bool
    handed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class MeasuredTask:
    """One visible task of a course with what every learner's own row says."""

    task_id: int
    cmid: int
    due_at: datetime | None
    is_excused_known: bool
    is_teamwork: bool
    own: tuple[OwnDate, ...]


@dataclass(frozen=True, slots=True)
class TaskChange:
    """What replacing a course's tasks changed."""

    learner_count: int
    changed_person_ids: frozenset[int]
    have_all_changed: bool
    """A task came, went or got another date: every learner has to be measured again."""


def replace_tasks(
    db: Session,
    course_id: int,
    tasks: Sequence[TaskRecord],
    person_ids: dict[int, int],
    *,
    is_complete: bool,
    now: datetime,
) -> TaskChange:
    """Write a course's tasks over the last ones in a fixed number of statements; only changed learners' rows.

    `person_ids`: Moodle user id → person; learners who are not on the roster yet are left to the next sync. Tasks no
    longer there are marked deleted if `is_complete`.
    """
    before = _load_task_rows(db, course_id)
    _save_tasks(db, course_id, tasks)
    gone = set(before) - {task.cmid for task in tasks}
    if gone and is_complete:
        is_gone = (Task.course_id == course_id, Task.cmid.in_(gone), Task.deleted_at.is_(None))
        db.execute(update(Task).where(*is_gone).values(deleted_at=now))
    after = _load_task_rows(db, course_id)
    changed = _save_own_dates(db, course_id, tasks, {cmid: row[0] for cmid, row in after.items()}, person_ids)
    db.execute(update(Course).where(Course.id == course_id).values(tasks_synced_at=now))
    return TaskChange(
        learner_count=sum(len(task.learners) for task in tasks),
        changed_person_ids=frozenset(changed),
        have_all_changed=before != after,
    )


def _load_task_rows(db: Session, course_id: int) -> dict[int, tuple[object, ...]]:
    columns = (Task.id, Task.due_at, Task.is_excused_known, Task.is_visible, Task.is_teamwork, Task.deleted_at)
    rows = db.execute(select(Task.cmid, *columns).where(Task.course_id == course_id))
    return {row[0]: tuple(row[1:]) for row in rows}


def _save_tasks(db: Session, course_id: int, tasks: Sequence[TaskRecord]) -> None:
    rows = [
        {
            "course_id": course_id,
            "cmid": task.cmid,
            "modname": task.modname,
            "name": task.name,
            "due_at": task.due_at,
            "is_excused_known": task.is_excused_known,
            "is_visible": task.is_visible,
            "is_teamwork": task.is_teamwork,
            "deleted_at": None,
        }
        for task in tasks
    ]
    upsert(db, Task, rows, key=["course_id", "cmid"], update=TASK_COLUMNS)


def _save_own_dates(
    db: Session,
    course_id: int,
    tasks: Sequence[TaskRecord],
    task_ids: dict[int, object],
    person_ids: dict[int, int],
) -> set[int]:
    before = {(own.task_id, own.person_id): own for own in load_own_dates(db, course_id)}
    changed: list[OwnDate] = []
    for task in tasks:
        task_id = task_ids[task.cmid]
        assert isinstance(task_id, int)  # noqa: S101 (narrowing: the first column of a task row is its id)
        for learner in task.learners:
            person_id = person_ids.get(learner.moodle_user_id)
            if person_id is None:
                continue
            known = before.get((task_id, person_id))
            handed_in_at = earliest(known.handed_in_at if known else None, learner.handed_in_at)
            own = OwnDate(task_id, person_id, learner.due_at, learner.is_extended, learner.is_excused, handed_in_at)
            if own != known:
                changed.append(own)
    _upsert_own_dates(db, changed)
    return {own.person_id for own in changed}


def earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the earlier of two sightings; a sighting is earlier than none."""
    seen = [instant for instant in (one, other) if instant is not None]
    return min(seen, default=None)


def _upsert_own_dates(db: Session, rows: Sequence[OwnDate]) -> None:
    values = [{name: getattr(row, name) for name in OwnDate.__slots__} for row in rows]
    changed = ["due_at", "is_extended", "is_excused", "handed_in_at"]
    upsert(db, LearnerTask, values, key=["task_id", "person_id"], update=changed)


def save_missing_dates(db: Session, course_id: int) -> frozenset[int]:
    """Give each learner of a course a row for each task, dated as for everybody where they have no date of their own.

    For tasks that come by files: Moodle's own come with a row for each learner. Return whose rows changed.
    """
    is_one = (Task.course_id == course_id, Task.deleted_at.is_(None))
    dates = dict(db.execute(select(Task.id, Task.due_at).where(*is_one)).all())
    is_learner = (Enrolment.course_id == course_id, Enrolment.is_learner.is_(True))
    learners = db.scalars(select(Enrolment.person_id).where(*is_learner)).all()
    known = {(own.task_id, own.person_id): own for own in load_own_dates(db, course_id)}
    changed: list[OwnDate] = []
    for task_id, due_at in dates.items():
        for person_id in learners:
            before = known.get((task_id, person_id))
            if before is None:
                changed.append(OwnDate(task_id, person_id, due_at, False, False, None))
            elif not before.is_extended and before.due_at != due_at:
                changed.append(replace(before, due_at=due_at))
    _upsert_own_dates(db, changed)
    return frozenset(own.person_id for own in changed)


def save_own_dates(db: Session, rows: Sequence[OwnDate]) -> None:
    """Write learners' rows over the last ones. Empty: nothing happens."""
    _upsert_own_dates(db, rows)


def load_course_tasks(db: Session, course_id: int) -> dict[int, MeasuredTask]:
    """Return by cmid the tasks of a course that are not deleted, without anybody's rows."""
    columns = (Task.id, Task.cmid, Task.due_at, Task.is_excused_known, Task.is_teamwork)
    rows = db.execute(select(*columns).where(Task.course_id == course_id, Task.deleted_at.is_(None)))
    return {row.cmid: MeasuredTask(*row, ()) for row in rows}


def load_own_dates(db: Session, course_id: int, person_ids: Collection[int] | None = None) -> tuple[OwnDate, ...]:
    """Return what is saved for some learners (None: for all) and every task of a course, deleted tasks included.

    A few people are named in the statement; many are filtered here. Empty without tasks.
    """
    columns = tuple(getattr(LearnerTask, name) for name in OwnDate.__slots__)
    chosen = select(*columns).join(Task, Task.id == LearnerTask.task_id).where(Task.course_id == course_id)
    if person_ids is not None and len(person_ids) <= PEOPLE_NAMED:
        chosen = chosen.where(LearnerTask.person_id.in_(person_ids))
    own = (OwnDate(*row) for row in fetch(db, chosen))
    return tuple(one for one in own if person_ids is None or one.person_id in person_ids)


_MEASURED_TASKS: Statement = (
    select(Task.id, Task.cmid, Task.due_at, Task.is_excused_known, Task.is_teamwork)
    .where(Task.course_id == bindparam("course_id"), Task.is_visible.is_(True), Task.deleted_at.is_(None))
    .order_by(case((Task.due_at.is_(None), 1), else_=0), Task.due_at, Task.id)
)


def load_measured_tasks(
    db: Session, course_id: int, person_ids: Collection[int] | None = None
) -> tuple[MeasuredTask, ...]:
    """Return the visible tasks of a course, by date, with the rows of some learners (None: of all)."""
    own: dict[int, list[OwnDate]] = {}
    for date in load_own_dates(db, course_id, person_ids):
        own.setdefault(date.task_id, []).append(date)
    return tuple(
        MeasuredTask(row.id, row.cmid, row.due_at, row.is_excused_known, row.is_teamwork, tuple(own.get(row.id, ())))
        for row in fetch(db, _MEASURED_TASKS, course_id=course_id)
    )


def is_course_without_tasks() -> ColumnElement[bool]:
    """Give the clause, in a statement on `course`, for courses where Tasks is off.

    Of none of their tasks with a date does Moodle know who is excused. Where it knows of some, those make up Tasks and
    the others are left out (docs/engagement.md).
    """
    is_dated = (Task.is_visible.is_(True), Task.deleted_at.is_(None), Task.due_at.is_not(None))
    dated = exists().where(Task.course_id == Course.id, *is_dated)
    return and_(dated, ~dated.where(Task.is_excused_known.is_(True)))


_WITHOUT_TASKS: Statement = select(Course.id).where(
    Course.id.in_(bindparam("course_ids", expanding=True)), is_course_without_tasks()
)


def find_courses_without_tasks(db: Session, course_ids: Collection[int]) -> frozenset[int]:
    """Find the courses where Tasks is off."""
    return frozenset(row.id for row in fetch(db, _WITHOUT_TASKS, course_ids=list(course_ids)))
