"""A Moodle course that is taught a second time with the same people: what the site then looks like."""

from dataclasses import replace
from datetime import timedelta

from tests.bridge.sync.conftest import Bench
from tests.demo_vle.worlds.model import LearnerTask, Task

YEAR = timedelta(weeks=52)
SECONDS = int(YEAR.total_seconds())


def move_start(bench: Bench, moodle_course_id: int, by: timedelta = YEAR) -> None:
    """Let Moodle say that a course, and what is to be handed in there, is a year later; work handed in is kept."""
    course, seconds = bench.vle.world.courses[moodle_course_id], int(by.total_seconds())
    tasks = {cmid: _move_task(task, seconds) for cmid, task in course.tasks.items()}
    bench.vle.world.courses[moodle_course_id] = replace(course, startdate=course.startdate + seconds, tasks=tasks)


def _move_task(task: Task, seconds: int) -> Task:
    own: dict[int, LearnerTask] = {
        user_id: replace(one, duedate=one.duedate + seconds if one.duedate else 0)
        for user_id, one in task.learners.items()
    }
    return replace(task, duedate=task.duedate + seconds if task.duedate else 0, learners=own)


def learn_again(bench: Bench, moodle_course_id: int, weeks: int) -> None:
    """Let everybody do in the first weeks of the second year what they did in those of the first."""
    rows = [row for row in bench.vle.world.log if row.courseid == moodle_course_id and row.origin != "cli"]
    until = min(row.timecreated for row in rows) + weeks * 7 * 86_400
    for row in sorted(rows, key=lambda row: row.timecreated):
        if row.timecreated < until:
            bench.vle.world.log.append(row._replace(timecreated=row.timecreated + SECONDS))
