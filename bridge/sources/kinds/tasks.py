"""Tasks, what was handed in, and learners' own dates. Where Moodle tells of tasks and dates, its word stands."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from analytics.calendar import day_number
from analytics.evidence import Kind
from analytics.language import mark
from bridge.records import TaskRecord
from bridge.sources.cells import LONGEST_NAME, Moment, YesNo, text, whole_number
from bridge.sources.contract import COURSE, IDNUMBER, USER_ID, WHO, Column, Intake, LeftOut, Rows, Source
from bridge.sources.kinds.common import by_course, day_in, find_learner, instant_of, leave_to_moodle
from bridge.store.course_runs import load_run_start
from bridge.store.engagement import mark_course_stale, mark_stale
from bridge.store.facts import Fact, save_facts
from bridge.store.tasks import (
    MeasuredTask,
    OwnDate,
    load_course_tasks,
    load_own_dates,
    replace_tasks,
    save_missing_dates,
    save_own_dates,
)

END_OF_DAY = time(23, 59)
NOON = time(12)
"""Of a hand-in of which the day alone is known."""

Own = dict[tuple[int, int], OwnDate]


def _take_tasks(intake: Intake, rows: Rows) -> None:
    if leave_to_moodle(intake, rows):
        return
    for moodle_id, records in by_course(intake, rows).items():
        course_id = intake.roll.course_ids[moodle_id]
        before = load_course_tasks(intake.db, course_id)
        given = [_task(intake, record) for record in records]
        is_complete = not intake.tally.rejected
        change = replace_tasks(intake.db, course_id, given, {}, is_complete=is_complete, now=intake.now)
        mark_stale(intake.db, course_id, save_missing_dates(intake.db, course_id))
        if change.have_all_changed:
            mark_course_stale(intake.db, course_id)
        after = load_course_tasks(intake.db, course_id)
        intake.tally.new += sum(before.get(cmid) != task for cmid, task in after.items())


def _task(intake: Intake, record: dict[str, Any]) -> TaskRecord:
    due = record.get("due_at")
    return TaskRecord(
        cmid=record["cmid"],
        modname=record.get("modname") or "",
        name=record["name"],
        due_at=None if due is None else instant_of(intake, due, END_OF_DAY),
        is_excused_known=record["excused_known"],
        is_visible=True,
        is_teamwork=bool(record.get("teamwork")),
        learners=(),
    )


def _take_submissions(intake: Intake, rows: Rows) -> None:
    for moodle_id, records in by_course(intake, rows).items():
        course_id = intake.roll.course_ids[moodle_id]
        tasks, own = load_course_tasks(intake.db, course_id), _load_own(intake, course_id)
        start = load_run_start(intake.db, course_id) or date.min
        changed: Own = {}
        facts: set[Fact] = set()
        for record in records:
            _hand_in(intake, course_id, start, tasks.get(record["cmid"]), record, own, changed, facts)
        save_own_dates(intake.db, list(changed.values()))
        new_facts = save_facts(intake.db, facts)
        people = {person_id for _, person_id in changed} | ({fact.person_id for fact in facts} if new_facts else set())
        mark_stale(intake.db, course_id, people)
        intake.tally.new += len(changed)


def _hand_in(
    intake: Intake,
    course_id: int,
    start: date,
    task: MeasuredTask | None,
    record: dict[str, Any],
    own: Own,
    changed: Own,
    facts: set[Fact],
) -> None:
    day = day_in(intake, record["handed_in_at"])
    person_id = find_learner(intake, course_id, _who(record), day)
    if person_id is None:
        return
    if task is None:
        intake.tally.left_out[LeftOut.NO_TASK] += 1
        return
    key = (task.task_id, person_id)
    known = own.get(key) or OwnDate(*key, task.due_at, False, False, None)
    # By day: the hour that another source gives for the same hand-in is no other sighting.
    is_first = known.handed_in_at is None or day < day_in(intake, known.handed_in_at)
    if is_first and day >= start:  # before, the same task was handed in in an earlier run
        own[key] = changed[key] = replace(known, handed_in_at=instant_of(intake, record["handed_in_at"], NOON))
    if not task.is_teamwork:
        facts.add(Fact(day_number(day), course_id, person_id, task.cmid, int(Kind.SUBMISSION)))
    intake.tally.note_day(course_id, day)


def _take_extensions(intake: Intake, rows: Rows) -> None:
    if leave_to_moodle(intake, rows):
        return
    for moodle_id, records in by_course(intake, rows).items():
        course_id = intake.roll.course_ids[moodle_id]
        tasks, own = load_course_tasks(intake.db, course_id), _load_own(intake, course_id)
        changed: Own = {}
        for record in records:
            person_id = find_learner(intake, course_id, _who(record), None)
            task = tasks.get(record["cmid"])
            if person_id is None:
                continue
            if task is None:
                intake.tally.left_out[LeftOut.NO_TASK] += 1
                continue
            key = (task.task_id, person_id)
            known = own.get(key) or OwnDate(*key, task.due_at, False, False, None)
            given = _own_date(intake, task, known, record)
            if given != known:
                own[key] = changed[key] = given
        save_own_dates(intake.db, list(changed.values()))
        mark_stale(intake.db, course_id, {person_id for _, person_id in changed})
        intake.tally.new += len(changed)


def _own_date(intake: Intake, task: MeasuredTask, known: OwnDate, record: dict[str, Any]) -> OwnDate:
    due = record.get("due_at")
    due_at = task.due_at if due is None else instant_of(intake, due, END_OF_DAY)
    return replace(known, due_at=due_at, is_extended=due_at != task.due_at, is_excused=bool(record.get("excused")))


def _load_own(intake: Intake, course_id: int) -> Own:
    return {(own.task_id, own.person_id): own for own in load_own_dates(intake.db, course_id)}


def _who(record: dict[str, Any]) -> int | str:
    who: int | str = record[USER_ID] if USER_ID in record else record[IDNUMBER]
    return who


CMID = Column("cmid", mark("Moodle's number of the task's activity."), whole_number(1))
TASKS = Source(
    kind="tasks",
    title=mark("What is to be handed in"),
    words="A task. A file holds every task of each course that it names: what is missing is gone.",
    columns=(
        COURSE,
        CMID,
        Column("name", mark("Its name."), text(LONGEST_NAME, least=1)),
        Column(
            "due_at",
            mark("When it is due for everybody; empty: it has no date and nobody is late."),
            Moment(),
            True,
            True,
        ),
        Column(
            "excused_known",
            mark(
                "`yes` only where extensions and excused work come by files, too; else the task does not enter Tasks."
            ),
            YesNo(),
        ),
        Column("modname", mark("Its kind, such as `assign`."), text(50), False, True),
        Column("teamwork", mark("`yes` where one hands in for a team."), YesNo(), False, True),
    ),
    take=_take_tasks,
    is_whole=True,
)
SUBMISSIONS = Source(
    kind="submissions",
    title=mark("What was handed in"),
    words="That a learner handed in a task, and when. The first day that any source tells stands.",
    columns=(
        COURSE,
        *WHO,
        CMID,
        Column("handed_in_at", mark("The day, or the day and time."), Moment(), is_past=True),
    ),
    take=_take_submissions,
    has_days=True,
)
EXTENSIONS = Source(
    kind="extensions",
    title=mark("Learners' own dates"),
    words="A learner's own date for a task, or that they are excused from it. Never why.",
    columns=(
        COURSE,
        *WHO,
        CMID,
        Column("due_at", mark("When it is due for this learner; empty: as for everybody."), Moment(), True, True),
        Column("excused", mark("`yes` where the learner is excused from it."), YesNo(), False, True),
    ),
    take=_take_extensions,
)
