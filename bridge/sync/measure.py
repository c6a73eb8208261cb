"""Facts of the database → `analytics.LearnerHistory` → weeks as known now (the step from "facts" to "scores")."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from analytics.calendar import DateRange, TeachingCalendar, date_of, day_number, local_date
from analytics.evidence import MARKER_OF_KIND, Kind
from analytics.history import LearnerHistory, LearnerTask, SessionStatus
from analytics.history import Session as Held
from analytics.levels import LevelError, Marker, PublishedLevel, find_level_in_force
from analytics.measures import WeekMark, measure_engagement, measure_weeks
from analytics.unused import find_unused
from bridge.store.calendars import load_yardstick
from bridge.store.engagement import State, load_exemptions
from bridge.store.facts import load_facts
from bridge.store.left_out import load_research_days
from bridge.store.registers import load_marks
from bridge.store.restrictions import load_paused_days
from bridge.store.tasks import MeasuredTask, OwnDate, find_courses_without_tasks, load_measured_tasks
from bridge.store.voice import load_declared_days

VISIT_KINDS = frozenset(int(kind) for kind in Kind if kind.is_visit)
MARKER_OF_NUMBER = {int(kind): marker for kind, marker in MARKER_OF_KIND.items()}


@dataclass(frozen=True, slots=True)
class Measure:
    """What the learners of one course are measured by."""

    calendar: TeachingCalendar
    levels: tuple[PublishedLevel, ...]
    """As published."""
    covers_to: Mapping[Marker, date] = field(default_factory=dict)
    """The last day of which each marker's source knows everything; without a day it was never read."""
    is_tasks_known: bool = True
    """Who is excused from tasks is known; else Tasks is not used (docs/engagement.md)."""

    def level_of(self, week: int) -> PublishedLevel | None:
        """Return the level in force in a week; None before the first one takes effect."""
        try:
            return find_level_in_force(self.levels, self.calendar.monday_of(week))
        except LevelError:
            return None

    def unused_in(self, week: int, level: PublishedLevel) -> frozenset[Marker]:
        """Return the markers of a level that a closed week is not measured by."""
        return find_unused(level, self.covers_to, self.calendar.sunday_of(week), is_tasks_known=self.is_tasks_known)

    def used_level_of(self, week: int, today: date) -> PublishedLevel | None:
        """Return the level in force in a week without what is not used in it; of the running week, up to its Monday.

        The whole level where nothing of it could be used: its markers then say nothing by themselves.
        """
        level = self.level_of(week)
        if level is None:
            return None
        is_closed = self.calendar.sunday_of(week) < today
        unused = self.unused_in(week if is_closed else week - 1, level)
        return (level.without(unused) or level) if unused else level

    def levels_by_week(self, today: date) -> dict[int, PublishedLevel]:
        """Return what each week up to the running one is measured by; weeks before any level are left out.

        Asked once for many learners: weeks by the same markers share one level.
        """
        last_week = min(self.calendar.week_count, self.calendar.week_of(today))
        by_week: dict[int, PublishedLevel] = {}
        shared: dict[PublishedLevel, PublishedLevel] = {}
        for week in range(1, last_week + 1):
            level = self.used_level_of(week, today)
            if level is not None:
                by_week[week] = shared.setdefault(level, level)
        return by_week

    @property
    def has_tasks(self) -> bool:
        """Whether any level asks for Tasks."""
        return self.is_tasks_known and any(Marker.TASKS in level.markers for level in self.levels)


def load_measure(db: Session, course_id: int) -> Measure | None:
    """Return what a course is measured by; None without a calendar or a published level."""
    yardstick = load_yardstick(db, course_id)
    if yardstick is None or not yardstick.levels:
        return None
    return Measure(
        calendar=yardstick.calendar,
        levels=yardstick.levels,
        covers_to=yardstick.covers_to,
        is_tasks_known=not find_courses_without_tasks(db, [course_id]),
    )


def load_histories(
    db: Session, course_id: int, learners: Mapping[int, date], calendar: TeachingCalendar, today: date, zone: ZoneInfo
) -> dict[int, LearnerHistory]:
    """Return the history of each learner (person id → enrolled on) from week 1 to today, in eight statements."""
    person_ids = set(learners)
    first = day_number(calendar.first_monday)
    facts = load_facts(db, course_id, first, day_number(today), person_ids)
    tasks = _own_tasks(load_measured_tasks(db, course_id, person_ids), zone)
    sessions = _load_sessions(db, course_id, person_ids, today)
    exemptions = load_exemptions(db, person_ids)
    declared = load_declared_days(db, course_id, person_ids)
    off = load_paused_days(db, person_ids, zone, today)
    for person_id, days in load_research_days(db, person_ids, zone, calendar.first_monday).items():
        off.setdefault(person_id, []).append(days)
    return {
        person_id: LearnerHistory(
            enrolled_on=enrolled_on,
            exemptions=tuple(DateRange(*days) for days in (*exemptions.get(person_id, ()), *off.get(person_id, ()))),
            visits=frozenset((date_of(day_no), cmid) for day_no, cmid, kind in own if _is_visit(cmid, kind)),
            evidence_days=frozenset(date_of(day_no) for day_no, cmid, kind in own if _is_day(cmid, kind))
            | declared.get(person_id, set()),
            tasks=tuple(tasks.get(person_id, ())),
            sessions=tuple(sessions.get(person_id, ())),
            items=frozenset(
                (MARKER_OF_NUMBER[kind], date_of(day_no), item)
                for day_no, item, kind in own
                if kind in MARKER_OF_NUMBER
            ),
        )
        for person_id, enrolled_on in learners.items()
        for own in [facts.get(person_id, [])]
    }


def _is_visit(cmid: int, kind: int) -> bool:
    return cmid > 0 and kind in VISIT_KINDS


def _is_day(cmid: int, kind: int) -> bool:
    return not _is_visit(cmid, kind) and kind not in MARKER_OF_NUMBER


def _load_sessions(db: Session, course_id: int, person_ids: Collection[int], today: date) -> dict[int, list[Held]]:
    """Return by learner the sessions up to today that they were expected at."""
    found: dict[int, list[Held]] = {}
    for mark in load_marks(db, course_id, person_ids):
        if mark.held_on <= today:
            held = Held(mark.held_on, SessionStatus(mark.status), Marker(mark.marker))
            found.setdefault(mark.person_id, []).append(held)
    return found


def _own_tasks(tasks: Collection[MeasuredTask], zone: ZoneInfo) -> dict[int, list[LearnerTask]]:
    found: dict[int, list[LearnerTask]] = {}
    for task in tasks:
        for own in task.own:
            learner_task = _own_task(task, own, zone)
            if learner_task is not None:
                found.setdefault(own.person_id, []).append(learner_task)
    return found


def _own_task(task: MeasuredTask, own: OwnDate, zone: ZoneInfo) -> LearnerTask | None:
    """Return the task as it stands for a learner; None where it cannot enter Tasks.

    That is without a date, which nobody can be late for, and where Moodle cannot say who is excused from it.
    """
    if own.due_at is None or not task.is_excused_known:
        return None
    own_day = local_date(own.due_at, zone)
    due_on = own_day if task.due_at is None else local_date(task.due_at, zone)
    return LearnerTask(
        task_id=task.task_id,
        due_on=due_on,
        extended_to=own_day if own_day != due_on else None,
        excused=own.is_excused,
        handed_in_on=None if own.handed_in_at is None else local_date(own.handed_in_at, zone),
        is_teamwork=task.is_teamwork,
    )


def mark_weeks(
    history: LearnerHistory, calendar: TeachingCalendar, levels: Mapping[int, PublishedLevel], today: date
) -> list[WeekMark]:
    """Return the mark of each week by its level, as `Measure.levels_by_week` gives them; today counts so far."""
    distinct = {id(level): level for level in levels.values()}
    marks = {
        key: {mark.week: mark for mark in measure_weeks(history, calendar, level, today)}
        for key, level in distinct.items()
    }
    return [marks[id(level)][week] for week, level in levels.items()]


def find_state(person_id: int, history: LearnerHistory, measure: Measure, today: date) -> State:
    """Return the last day with evidence and the clock as of yesterday; evidence of today stops it at once."""
    last = last_evidence_on(history, today)
    clock_days = 0
    if last != today and measure.levels:
        yesterday = today - timedelta(days=1)
        clock_days = measure_engagement(history, measure.calendar, measure.levels[0], yesterday).clock_days
    return State(person_id, last, clock_days)


def last_evidence_on(history: LearnerHistory, today: date) -> date | None:
    """Return the last day with any evidence up to today, own hand-ins included; None when there was none."""
    days = {day for day, _ in history.visits} | history.evidence_days | {day for _, day, _ in history.items}
    days |= {session.held_on for session in history.sessions if session.status is SessionStatus.ATTENDED}
    days |= {task.own_hand_in_on for task in history.tasks if task.own_hand_in_on is not None}
    return max((day for day in days if day <= today), default=None)
