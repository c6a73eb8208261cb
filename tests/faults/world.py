"""A small site that goes through five stages: two courses of the recorded one, a term in pictures."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests.demo_vle.worlds.model import Course, Enrolment, LearnerTask, Log, LogRow, Member, World
from tests.demo_vle.worlds.stretched import STARTS_AT, stretched

COURSES = (2, 4)
LEARNERS = (3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25)
NEWCOMER, ERASED, DELETED = 27, 9, 11
KEEP_EVERY = 2
"""Each second row of the log is left out: ids have holes."""
YEARS_SECONDS = 700 * 86_400
PARTICIPATING = 2
FIRST_AT = STARTS_AT + timedelta(weeks=3, hours=2)
SECOND_AT = FIRST_AT + timedelta(minutes=15)
THIRD_AT = FIRST_AT + timedelta(days=8)
NIGHT_AT = FIRST_AT + timedelta(days=36)
"""The raw window is 35 days: what came first has left it then."""
LAST_AT = NIGHT_AT + timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class Stage:
    """One run of the worker: when, which job, and what the site looks like by then."""

    name: str
    at: datetime
    is_nightly: bool
    make_world: Callable[[], World]


def _first() -> World:
    """Three weeks in: rows that are not visible yet, and one learner who is not here yet."""
    world = _site(FIRST_AT)
    del world.courses[2].members[NEWCOMER]
    world.log.hide([row.id for row in world.log if row.courseid == 2][-40::9])
    return world


def _second() -> World:
    """The hidden rows are visible; somebody came, one is to be erased, one account is deleted, a date was moved."""
    return _changed(SECOND_AT)


def _third() -> World:
    """Another week has closed; a course was restored into the site, with log rows that are years old."""
    return _changed(THIRD_AT)


def _night() -> World:
    """Five weeks after the first run."""
    return _changed(NIGHT_AT)


def _last() -> World:
    """After the raw window let go: rows that are years old were restored once more."""
    return _changed(LAST_AT)


STAGES = (
    Stage("first sync", FIRST_AT, False, _first),
    Stage("second sync", SECOND_AT, False, _second),
    Stage("third sync", THIRD_AT, False, _third),
    Stage("night", NIGHT_AT, True, _night),
    Stage("last sync", LAST_AT, False, _last),
)


def _changed(at: datetime) -> World:
    world = _site(at)
    world.delete("erasure", ERASED, at=int(SECOND_AT.timestamp()))
    world.delete("user", DELETED, at=int(SECOND_AT.timestamp()))
    task = next(iter(world.courses[2].tasks.values()))
    own = task.learners[LEARNERS[0]]
    task.learners[LEARNERS[0]] = LearnerTask(own.duedate + 7 * 86_400, own.excused, own.timesubmitted)
    return world


def _site(at: datetime) -> World:
    world = stretched()
    world.log = Log(row for inserted, row in _history() if inserted <= at.timestamp())
    world.courses = {number: _smaller(world.courses[number], at) for number in COURSES}
    return world


@functools.cache
def _history() -> tuple[tuple[int, LogRow], ...]:
    """Give the whole log, each row with the time it was written at, by ids that rise with it and have holes."""
    world = stretched()
    rows = [row for row in world.log if row.courseid in (0, *COURSES)]
    rows = [row for row in rows if row.userid in (*LEARNERS, NEWCOMER) or row.userid not in range(3, 63)]
    written = [(row.timecreated, row) for row in rows[::KEEP_EVERY]]
    own = [row for _, row in written if row.courseid == 2 and row.edulevel == PARTICIPATING]
    for at in (FIRST_AT, SECOND_AT, THIRD_AT, LAST_AT):
        seconds = int(at.timestamp()) - 300
        written += [(seconds, row._replace(timecreated=seconds)) for row in own[::60]]
    for at, origin in ((THIRD_AT, "web"), (LAST_AT, "web"), (LAST_AT, "restore")):
        old = [row._replace(origin=origin, timecreated=row.timecreated - YEARS_SECONDS) for row in own[:30]]
        written += [(int(at.timestamp()) - 200, row) for row in old]
    written.sort(key=lambda entry: entry[0])
    return tuple((at, row._replace(id=1_000 + 3 * place + place % 2)) for place, (at, row) in enumerate(written))


def _smaller(course: Course, at: datetime) -> Course:
    kept = (*LEARNERS, NEWCOMER)
    members = {
        number: member for number, member in course.members.items() if number in kept or "student" not in member.roles
    }
    if course.id == 2:
        members[NEWCOMER] = Member(("student",), (Enrolment(timestart=course.startdate, timecreated=course.startdate),))
    tasks = {
        cmid: replace(
            task,
            learners={
                one: own if own.timesubmitted <= at.timestamp() else replace(own, timesubmitted=0)
                for one, own in task.learners.items()
                if one in members
            },
        )
        for cmid, task in course.tasks.items()
    }
    return replace(course, members=members, tasks=tasks)
