"""Read what stands behind one learner's figure, and who looked at it (policy paragraph 23)."""

from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from analytics.calendar import date_of, day_number
from bridge.schema import access, engagement, log, people, teaching
from bridge.store import login_as
from bridge.store.panel_course import is_switched_on, load_course_heads
from bridge.store.panel_records import DayItem, LearnerInCourse, Look, MyCourse, Reach
from bridge.store.panels import load_learner_details, load_listed_learner, load_own_tasks, load_weeks, make_standing

CLASS_LIST = "course:view"
"""The action that shows a course's list of learners."""
LOOKS_SHOWN = 20


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
    fact = log.Presence
    rows = db.execute(
        select(fact.day_no, fact.cmid, fact.kind, teaching.Activity.name, teaching.Activity.modname)
        .outerjoin(
            teaching.Activity,
            and_(teaching.Activity.course_id == fact.course_id, teaching.Activity.cmid == fact.cmid),
        )
        .where(
            fact.day_no.between(day_number(first), day_number(last)),
            fact.course_id == course_id,
            fact.person_id == person_id,
        )
        .order_by(fact.day_no, fact.kind, fact.cmid)
    )
    return tuple(DayItem(date_of(row.day_no), row.cmid, row.kind, row.name, row.modname) for row in rows)


def load_looks(
    db: Session, platform_id: int, person_id: int, moodle_course_ids: tuple[int, ...], limit: int = LOOKS_SHOWN
) -> tuple[Look, ...]:
    """Load who looked at a learner's data, the latest first, at most `limit`.

    Views of this learner's page in any course, and of the class lists of the given courses; never the learner's own.
    Also who was refused while logged in to Moodle as the learner.
    """
    row, viewer, course = access.AccessRow, people.Person, teaching.Course
    own_id = select(viewer.moodle_user_id).where(viewer.id == person_id).scalar_subquery()
    is_class_list = and_(
        row.subject_person_id.is_(None), row.action == CLASS_LIST, row.moodle_course_id.in_(moodle_course_ids)
    )
    rows = db.execute(
        select(row, viewer.full_name, course.fullname.label("course_name"))
        .outerjoin(
            viewer,
            and_(viewer.platform_id == row.platform_id, viewer.moodle_user_id == row.viewer_moodle_user_id),
        )
        .outerjoin(course, and_(course.platform_id == row.platform_id, course.moodle_course_id == row.moodle_course_id))
        .where(
            row.platform_id == platform_id,
            row.viewer_moodle_user_id != own_id,
            or_(row.subject_person_id == person_id, is_class_list),
            or_(row.is_allowed.is_(True), row.reason == login_as.REASON),
        )
        .order_by(row.at.desc(), row.id.desc())
        .limit(limit)
    )
    return tuple(
        Look(
            at=found.AccessRow.at,
            viewer_name=found.full_name,
            viewer_role=found.AccessRow.viewer_role,
            action=found.AccessRow.action,
            course_name=found.course_name,
            is_class_list=found.AccessRow.subject_person_id is None,
            is_refused=not found.AccessRow.is_allowed,
        )
        for found in rows
    )


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
