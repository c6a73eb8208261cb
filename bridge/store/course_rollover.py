"""Begin another run of a Moodle course when its week 1 moves beyond what was taught (tables course, course_run)."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from analytics.calendar import local_date
from analytics.policy.access import Action, Reason
from bridge.schema.casework import Concern
from bridge.schema.engagement import EvaluationRow, LearnerState, LearnerWeekRow
from bridge.schema.teaching import Course, CourseRun, LearnerTask, Task, TeachingCalendar
from bridge.store.access_log import AT_THE_SERVER, AccessEntry, save_access
from bridge.store.course_calendars import COURSE, load_first_mondays
from bridge.store.course_runs import is_of_run_now, run_now
from bridge.store.engagement import mark_course_stale
from bridge.store.facts import count_facts_until

CLOSED_BY = "Learner Engagement Analytics"
CLOSING_REASON = "The course began another run, and nobody had closed this concern in the run it was about."
ROLE = "operator"
LAST_WEEK_WAITS = timedelta(weeks=1)
"""How long after its last Sunday a run whose last week is not evaluated yet still goes on by itself."""
Mondays = Mapping[int, tuple[int, date]]
"""By course: its calendar and the Monday of its week 1 (`course_calendars.load_first_mondays`)."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of courses whose week 1 moved."""

    begun: Mapping[int, int] = field(default_factory=dict)
    """By course: the number of the run that began."""
    refused: frozenset[int] = frozenset()
    """Week 1 would have moved under weeks that were evaluated."""


@dataclass(frozen=True, slots=True)
class _Move:
    """One course whose week 1 moves."""

    course_id: int
    calendar_id: int
    before: date
    after: date
    last_sunday: date
    """Of the calendar's last week as it was."""
    evaluated_to: date | None
    """The last evaluated Sunday of any run."""
    is_evaluated: bool
    """The run now has evaluations."""

    def is_over(self, today: date) -> bool:
        """Whether all weeks of the calendar as it was are behind: a start that somebody mistypes ends no term."""
        is_last_evaluated = self.evaluated_to is not None and self.evaluated_to >= self.last_sunday
        return is_last_evaluated or today > self.last_sunday + LAST_WEEK_WAITS


def follow_first_mondays(
    db: Session, before: Mondays, after: Mondays, now: datetime, zone: ZoneInfo, *, is_meant: bool = False
) -> Followed:
    """Begin another run of each course whose week 1 moved beyond the one that was taught; name those where it may not.

    By itself only behind the last week that the calendar had, once that is over; where it is meant, behind the last
    evaluated one. A course of which nothing was evaluated, or seen, in its run keeps the run with another week 1. What
    is refused is the caller's to undo, and to take a turn before it reads `before` (`turns.take_turn`): two at once
    would begin a run twice. Each run that begins leaves an access row.
    """
    moved = {one for one, found in after.items() if one in before and before[one][1] != found[1]}
    begun: dict[int, int] = {}
    refused: set[int] = set()
    today = local_date(now, zone)
    for move in _load_moves(db, {one: (before[one], after[one][1]) for one in sorted(moved)}):
        is_behind = move.evaluated_to is None or move.after > move.evaluated_to
        is_clear = is_meant or (move.after > move.last_sunday and move.is_over(today))
        if not is_behind or (move.is_evaluated and not is_clear):
            refused.add(move.course_id)
        elif move.is_evaluated or (is_clear and _was_seen(db, move)):
            begun[move.course_id] = _begin(db, move, now, zone)
        else:
            _move_start(db, move, zone)
    return Followed(begun, frozenset(refused))


def let_go_of_kept_calendars(
    db: Session, platform_id: int, moodle_course_ids: Collection[int], now: datetime, zone: ZoneInfo
) -> None:
    """Measure courses that are switched on again by the common calendar of now: while off they kept an older one.

    A course with a calendar of its own keeps that; so does one whose week 1 would move under weeks that were evaluated.
    """
    is_common = TeachingCalendar.scope != COURSE
    kept = select(Course).join(TeachingCalendar, TeachingCalendar.id == Course.calendar_id)
    found = db.scalars(kept.where(Course.platform_id == platform_id, is_common)).all()
    courses = {one.id: one for one in found if one.moodle_course_id in moodle_course_ids}
    before, old = load_first_mondays(db, courses), {one.id: one.calendar_id for one in courses.values()}
    for course in courses.values():
        course.calendar_id = None
    db.flush()
    followed = follow_first_mondays(db, before, load_first_mondays(db, courses), now, zone)
    for course_id, course in courses.items():
        if course_id in followed.refused:
            course.calendar_id = old[course_id]
        mark_course_stale(db, course_id)
    db.flush()


def _load_moves(db: Session, moved: Mapping[int, tuple[tuple[int, date], date]]) -> list[_Move]:
    if not moved:
        return []
    weeks = dict(db.execute(select(TeachingCalendar.id, TeachingCalendar.week_count)).all())
    last = select(EvaluationRow.course_id, func.max(EvaluationRow.as_of)).group_by(EvaluationRow.course_id)
    chosen = last.where(EvaluationRow.course_id.in_(moved))
    evaluated = dict(db.execute(chosen).all())
    now = dict(db.execute(chosen.where(is_of_run_now(EvaluationRow))).all())
    return [
        _Move(
            course_id=course_id,
            calendar_id=calendar_id,
            before=before,
            after=after,
            last_sunday=before + timedelta(weeks=weeks[calendar_id], days=-1),
            evaluated_to=evaluated.get(course_id),
            is_evaluated=course_id in now,
        )
        for course_id, ((calendar_id, before), after) in moved.items()
    ]


def _was_seen(db: Session, move: _Move) -> bool:
    """Tell whether there is evidence of the weeks before: without a level nothing is evaluated of what is taught."""
    last = min(move.last_sunday, move.after - timedelta(days=1))
    return count_facts_until(db, [move.course_id], last, move.before) > 0


def _move_start(db: Session, move: _Move, zone: ZoneInfo) -> None:
    """Let the last run end before the new week 1 of a run that began and of which there is nothing yet."""
    is_last = (CourseRun.course_id == move.course_id, CourseRun.run_no == run_now(move.course_id) - 1)
    ending = {"ended_on": move.after, "ended_at": datetime.combine(move.after, time(), zone)}
    db.execute(update(CourseRun).where(*is_last, CourseRun.ended_on > move.after).values(**ending))


def _begin(db: Session, move: _Move, now: datetime, zone: ZoneInfo) -> int:
    course = db.get_one(Course, move.course_id, with_for_update=True)
    last_sunday = min(move.last_sunday, move.after - timedelta(days=1))
    ended_on = min(local_date(now, zone), move.after)
    ended_at = datetime.combine(ended_on, time(), zone)
    db.add(
        CourseRun(
            course_id=course.id,
            run_no=course.run_no,
            calendar_id=move.calendar_id,
            first_monday=move.before,
            last_sunday=last_sunday if move.evaluated_to is None else max(last_sunday, move.evaluated_to),
            ended_on=ended_on,
            ended_at=ended_at,
        )
    )
    course.run_no += 1
    db.flush()
    _leave_behind(db, course.id, ended_at, now)
    _note(db, course, move.after, now)
    return course.run_no


def _leave_behind(db: Session, course_id: int, until: datetime, now: datetime) -> None:
    """Take what is known now of the last run away, and close what nobody turned to in it."""
    # First: whoever measures some of them now has taken their marks, and is waited for here.
    mark_course_stale(db, course_id)
    for table in (LearnerWeekRow, LearnerState):
        db.execute(delete(table).where(table.course_id == course_id))
    its = LearnerTask.task_id.in_(select(Task.id).where(Task.course_id == course_id))
    db.execute(update(LearnerTask).where(its, LearnerTask.handed_in_at < until).values(handed_in_at=None))
    # A concern in a case ends with the case, by people.
    is_left = (Concern.course_id == course_id, Concern.closed_at.is_(None), Concern.case_id.is_(None))
    closing = {"closed_at": now, "closed_by": CLOSED_BY, "closing_reason": CLOSING_REASON}
    db.execute(update(Concern).where(*is_left).values(**closing))


def _note(db: Session, course: Course, first_monday: date, now: datetime) -> None:
    save_access(
        db,
        AccessEntry(
            at=now,
            platform_id=course.platform_id,
            viewer_moodle_user_id=AT_THE_SERVER,
            viewer_role=ROLE,
            action=Action.OPERATE.value,
            moodle_course_id=course.moodle_course_id,
            subject_person_id=None,
            is_allowed=True,
            reason=Reason.OPERATES_TOOL.value,
            request_id=f"run-begun-{uuid.uuid4().hex[:12]}",
            detail=f"run {course.run_no} of the course begun; its week 1 starts on {first_monday}",
        ),
    )
