"""Read what stands behind one learner's figure (policy paragraph 23)."""

from datetime import date

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from analytics.calendar import date_of, day_number
from analytics.evidence import MARKER_OF_KIND
from bridge.schema import engagement, log, people, sources, teaching
from bridge.store.panel_course import is_switched_on, load_course_heads
from bridge.store.panel_records import DayItem, LearnerInCourse, MyCourse, Reach
from bridge.store.panels import load_learner_details, load_listed_learner, load_own_tasks, load_weeks, make_standing


def load_learner_in_course(db: Session, reach: Reach, person_id: int) -> LearnerInCourse | None:
    """Load one learner with weeks, evaluations and tasks; None for anybody out of reach, existing or not."""
    listed = load_listed_learner(db, reach, person_id)
    if listed is None:
        return None
    details = load_learner_details(db, reach.course_id, [person_id])
    row = engagement.EvaluationRow
    evaluations = db.scalars(
        select(row).where(row.course_id == reach.course_id, row.person_id == person_id).order_by(row.week_no)
    )
    return LearnerInCourse(
        learner=listed,
        weeks=details.weeks[person_id],
        standings=tuple(map(make_standing, evaluations)),
        tasks=details.tasks[person_id],
    )


def load_day_items(db: Session, course_id: int, person_id: int, first: date, last: date) -> tuple[DayItem, ...]:
    """Load what was seen of a learner from one day to another, both included, by day; empty when nothing was."""
    fact, activity, item = log.Presence, teaching.Activity, sources.SourceItem
    is_item = fact.kind.in_([int(kind) for kind in MARKER_OF_KIND])
    # A recording or a book has a number of its own, which may be some activity's, too.
    name = case((is_item, func.coalesce(func.nullif(item.name, ""), item.item_key)), else_=activity.name)
    rows = db.execute(
        select(fact.day_no, fact.cmid, fact.kind, name.label("name"), activity.modname)
        .outerjoin(activity, and_(activity.course_id == fact.course_id, activity.cmid == fact.cmid, ~is_item))
        .outerjoin(item, and_(item.id == fact.cmid, is_item))
        .where(
            fact.day_no.between(day_number(first), day_number(last)),
            fact.course_id == course_id,
            fact.person_id == person_id,
        )
        .order_by(fact.day_no, fact.kind, fact.cmid)
    )
    return tuple(DayItem(date_of(row.day_no), row.cmid, row.kind, row.name, row.modname) for row in rows)


def load_my_courses(db: Session, person_id: int) -> tuple[MyCourse, ...]:
    """Load the switched-on courses that a person learns in now, by name, in ten queries; empty for none."""
    rows = db.execute(
        select(people.Enrolment.course_id, people.Enrolment.enrolled_on)
        .join(teaching.Course, teaching.Course.id == people.Enrolment.course_id)
        .join(people.Person, people.Person.id == people.Enrolment.person_id)
        .where(
            people.Enrolment.person_id == person_id,
            people.Enrolment.is_learner.is_(True),
            people.Enrolment.is_active.is_(True),
            people.Person.deleted_at.is_(None),
            is_switched_on(),
        )
    )
    enrolled = {row.course_id: row.enrolled_on for row in rows}
    weeks = load_weeks(db, enrolled, [person_id])
    row = engagement.EvaluationRow
    evaluations = db.scalars(
        select(row).where(row.person_id == person_id, row.course_id.in_(enrolled)).order_by(row.week_no)
    )
    last = {found.course_id: make_standing(found) for found in evaluations}
    tasks = load_own_tasks(db, enrolled, [person_id])
    return tuple(
        MyCourse(
            head=head,
            weeks=tuple(weeks.get((head.course_id, person_id), ())),
            standing=last.get(head.course_id),
            enrolled_on=enrolled[head.course_id],
            tasks=tuple(own for own in tasks if own.task.course_id == head.course_id),
        )
        for head in load_course_heads(db, enrolled)
    )
