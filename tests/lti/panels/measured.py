"""Give made-up learners a history, and measure it with the real measures."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from analytics.calendar import TeachingCalendar, day_number, local_date
from analytics.engagement import measure_engagement, measure_weeks
from analytics.evaluation import evaluate_weeks
from analytics.evidence import Kind
from analytics.history import LearnerHistory
from analytics.history import LearnerTask as HistoryTask
from analytics.replay import to_inputs
from bridge.schema import engagement, log, teaching
from bridge.store.database import insert_ignoring
from tests.lti.panels.shapes import FIRST_MONDAY, LEVEL, TASKS, ZONE, Shape


def visits_of(number: int, shape: Shape) -> frozenset[tuple[date, int]]:
    """Give the nth learner's visits: most are steady, every sixth fades after week 2, every ninth never comes."""
    today = local_date(shape.now, ZONE)
    visits = set()
    for offset in range(max(0, (today - FIRST_MONDAY).days + 1)):
        day, week = FIRST_MONDAY + timedelta(days=offset), offset // 7
        fades = number % 6 == 2 and week >= 2
        if number % 9 == 8 or fades or day.weekday() not in (1, 3) or (number + week) % 5 == 4:
            continue
        activities = 1 + (number + week) % 3
        visits |= {(day, 400 + (offset + step) % len(shape.activities)) for step in range(activities)}
    return frozenset(visits)


def measure_learner(
    db: Session, course_id: int, person_id: int, number: int, task_ids: list[int], shape: Shape
) -> None:
    """Save a learner's facts and everything that the real measures make of them."""
    today = local_date(shape.now, ZONE)
    history_tasks = [_add_own_task(db, person_id, number, position, task_ids, shape) for position in range(len(TASKS))]
    visits = visits_of(number, shape)
    facts = [
        {
            "day_no": day_number(day),
            "course_id": course_id,
            "person_id": person_id,
            "cmid": cmid,
            "kind": int(Kind.VISIT),
        }
        for day, cmid in visits
    ]
    insert_ignoring(db, log.Presence, facts)
    history = LearnerHistory(
        enrolled_on=FIRST_MONDAY, visits=visits, tasks=tuple(history_tasks) if shape.is_excused_known else ()
    )
    calendar = TeachingCalendar(FIRST_MONDAY, shape.calendar_weeks, shape.breaks)
    if not shape.has_level:
        return
    for mark in measure_weeks(history, calendar, LEVEL, today):
        db.add(
            engagement.LearnerWeekRow(
                course_id=course_id,
                person_id=person_id,
                week_no=mark.week,
                is_counted=mark.is_counted,
                why_not=mark.why_not,
                visits=mark.visits,
                mark_numerator=None if mark.share is None else mark.share.numerator,
                mark_denominator=None if mark.share is None else mark.share.denominator,
                measured_at=shape.now,
            )
        )
    evidence = [day for day, _ in visits] + [task.handed_in_on for task in history_tasks if task.handed_in_on]
    db.add(
        engagement.LearnerState(
            course_id=course_id,
            person_id=person_id,
            last_evidence_on=max(evidence, default=None),
            clock_days=measure_engagement(history, calendar, LEVEL, today).clock_days,
            measured_on=today,
            measured_at=shape.now,
        )
    )
    _add_evaluations(db, course_id, person_id, history, calendar, today, shape.now)


def _add_evaluations(
    db: Session,
    course_id: int,
    person_id: int,
    history: LearnerHistory,
    calendar: TeachingCalendar,
    today: date,
    now: datetime,
) -> None:
    for made in evaluate_weeks(history, calendar, LEVEL, today - timedelta(days=1)):
        e = made.engagement.e
        db.add(
            engagement.EvaluationRow(
                course_id=course_id,
                person_id=person_id,
                week_no=made.week,
                as_of=made.engagement.as_of,
                is_week_counted=made.mark.is_counted,
                e_numerator=None if e is None else e.numerator,
                e_denominator=None if e is None else e.denominator,
                percent=made.engagement.percent,
                band=made.engagement.band,
                shown_band=made.shown_text,
                clock_days=made.engagement.clock_days,
                concern_reasons=list(made.reasons),
                overdue_task_ids=list(made.engagement.overdue),
                sentence=made.sentence,
                inputs=to_inputs(made),
                level_version=LEVEL.version,
                calendar_version=calendar.version,
                code_version=made.code_version,
                made_at=now,
            )
        )


def _add_own_task(
    db: Session, person_id: int, number: int, position: int, task_ids: list[int], shape: Shape
) -> HistoryTask:
    due_at = TASKS[position][3]
    is_extended = number == 4 and position == 1
    own_due = due_at + timedelta(days=7) if is_extended else due_at
    handed_in_at = None if number % 6 == 2 or number % 9 == 8 else own_due - timedelta(days=1)
    if number % 4 == 3 and position == 1:
        handed_in_at = own_due + timedelta(days=3)
    if handed_in_at is not None and handed_in_at > shape.now - timedelta(days=2):
        handed_in_at = None
    db.add(
        teaching.LearnerTask(
            task_id=task_ids[position],
            person_id=person_id,
            due_at=own_due,
            is_extended=is_extended,
            is_excused=False,
            handed_in_at=handed_in_at,
        )
    )
    return HistoryTask(
        task_id=task_ids[position],
        due_on=local_date(due_at, ZONE),
        extended_to=local_date(own_due, ZONE) if is_extended else None,
        handed_in_on=None if handed_in_at is None else local_date(handed_in_at, ZONE),
    )
