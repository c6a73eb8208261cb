"""Stretch the recorded log over ten weeks, deterministically: same ids, people, courses and activities, other times."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate

from tests.demo_vle.worlds.model import Course, Enrolment, LearnerTask, Log, LogRow, Member, Task, World
from tests.demo_vle.worlds.recorded import first_hand_ins, recorded, shaped_rows

STARTS_AT = datetime(2026, 9, 27, 23, 0, tzinfo=UTC)
"""Monday 28 September 2026, 00:00 in Europe/London; summer time ends within the ten weeks."""
DAYS = 70
DAY_SECONDS = 86_400
JITTER_SECONDS = 3 * DAY_SECONDS
"""How far a row may lie off the even spread: event times run backwards at places, as in a real log."""
_SPREAD = 2_654_435_761
_SPREAD_BITS = 32


def stretched_rows(rows: Sequence[LogRow]) -> list[LogRow]:
    """Give the rows new times within the ten weeks from STARTS_AT.

    Those of the set-up (`cli`) come at the start, the others evenly, with a jitter that hangs on the id alone.
    """
    start = int(STARTS_AT.timestamp())
    last = DAYS * DAY_SECONDS - 1
    places = list(accumulate(row.origin != "cli" for row in rows))
    total = max(places[-1], 1) if places else 1
    stretched = []
    for row, place in zip(rows, places, strict=True):
        if row.origin == "cli":
            stretched.append(row._replace(timecreated=start))
            continue
        offset = place * last // total + _jitter(row.id)
        stretched.append(row._replace(timecreated=start + min(max(offset, 0), last)))
    return stretched


def stretched() -> World:
    """Build the recorded site with its log stretched over ten weeks; enrolments begin before them."""
    world = recorded()
    rows = stretched_rows(shaped_rows())
    handed_in = first_hand_ins(rows)
    world.name = "stretched"
    world.log = Log(rows)
    world.courses = {number: _moved(course, handed_in) for number, course in world.courses.items()}
    return world


def _jitter(log_id: int) -> int:
    scattered = (log_id * _SPREAD) % (1 << _SPREAD_BITS)
    return (scattered * 2 * JITTER_SECONDS >> _SPREAD_BITS) - JITTER_SECONDS


def _moved(course: Course, handed_in: dict[tuple[int, int], int]) -> Course:
    members = {number: _enrolled_before(member, course.startdate) for number, member in course.members.items()}
    tasks = {cmid: _handed_in(task, handed_in) for cmid, task in course.tasks.items()}
    return replace(course, members=members, tasks=tasks)


def _enrolled_before(member: Member, at: int) -> Member:
    enrolments: tuple[Enrolment, ...] = tuple(replace(one, timestart=at, timecreated=at) for one in member.enrolments)
    return replace(member, enrolments=enrolments)


def _handed_in(task: Task, handed_in: dict[tuple[int, int], int]) -> Task:
    learners: dict[int, LearnerTask] = {
        user_id: replace(own, timesubmitted=handed_in.get((user_id, task.cmid), 0))
        for user_id, own in task.learners.items()
    }
    return replace(task, learners=learners)
