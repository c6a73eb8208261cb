"""The statements behind a course's panels, each put together once and kept; `bridge.store.panels` runs them.

Their parameters are bound by name: `values_of` gives those of a viewer's reach, the others are a statement's own.
"""

from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, case, exists, func, or_, select

from analytics.bands import MEETING_FLOOR
from bridge.schema import engagement, people, teaching
from bridge.store.course_runs import is_before_run_now, is_of_run_now, run_now
from bridge.store.database import Statement
from bridge.store.left_out import is_left_out
from bridge.store.panel_records import Reach

COURSE_ID: BindParameter[int] = bindparam("course_id")
PERSON_ID: BindParameter[int] = bindparam("person_id")
COURSE_IDS: BindParameter[int] = bindparam("course_ids", expanding=True)
PERSON_IDS: BindParameter[int] = bindparam("person_ids", expanding=True)
GROUP_IDS: BindParameter[int] = bindparam("group_ids", expanding=True)


def values_of(reach: Reach) -> dict[str, object]:
    """Return the parameters of `learners_within`."""
    if reach.group_ids is None:
        return {"course_id": reach.course_id}
    return {"course_id": reach.course_id, "group_ids": list(reach.group_ids)}


@cache
def learners_within(*, in_groups: bool) -> tuple[ColumnElement[bool], ...]:
    """Give the clauses, on enrolment joined with person, that keep a statement within a viewer's reach.

    `in_groups`: learners of the viewer's groups alone.
    """
    clauses = (
        people.Enrolment.course_id == COURSE_ID,
        people.Enrolment.is_learner.is_(True),
        people.Enrolment.is_active.is_(True),
        people.Person.deleted_at.is_(None),
        ~is_left_out(people.Person.id),
    )
    return (*clauses, _is_in_groups()) if in_groups else clauses


def _is_in_groups() -> ColumnElement[bool]:
    is_member = (
        people.GroupMember.person_id == people.Enrolment.person_id,
        people.GroupMember.group_id.in_(GROUP_IDS),
        people.CourseGroup.id == people.GroupMember.group_id,
        people.CourseGroup.course_id == COURSE_ID,
    )
    return exists().where(*is_member).correlate(people.Enrolment)


def standing_columns() -> tuple[Any, ...]:
    """Give the columns of an evaluation that `make_standing` reads."""
    row = engagement.EvaluationRow
    return (
        row.week_no,
        row.as_of,
        row.percent,
        row.band,
        row.shown_band,
        row.clock_days,
        row.concern_reasons,
        row.overdue_task_ids,
        row.sentence,
        row.level_version,
        row.is_week_counted,
        row.unused_markers,
    )


@cache
def select_learners(*, in_groups: bool, is_one: bool) -> Statement:
    """Learners with their last evaluation and what is known now; `is_one`: the one with `person_id`."""
    evaluation, state = engagement.EvaluationRow, engagement.LearnerState
    is_of_now = and_(evaluation.course_id == COURSE_ID, evaluation.run_no == run_now(COURSE_ID))
    last_week = select(func.max(evaluation.week_no)).where(is_of_now).scalar_subquery()
    is_last = and_(
        is_of_now,
        evaluation.person_id == people.Enrolment.person_id,
        evaluation.week_no == last_week,
    )
    is_state = and_(state.course_id == COURSE_ID, state.person_id == people.Enrolment.person_id)
    return (
        select(
            people.Person.id.label("person_id"),
            people.Person.given_name,
            people.Person.family_name,
            people.Person.full_name,
            people.Enrolment.enrolled_on,
            state.last_evidence_on,
            state.clock_days.label("clock_now"),
            *standing_columns(),
        )
        .join(people.Enrolment, people.Enrolment.person_id == people.Person.id)
        .outerjoin(state, is_state)
        .outerjoin(evaluation, is_last)
        .where(*learners_within(in_groups=in_groups), *([people.Person.id == PERSON_ID] if is_one else ()))
    )


@cache
def select_groups(*, in_groups: bool, is_one: bool) -> Statement:
    """A course's groups with the members of each, by name; `is_one`: those of the one with `person_id`."""
    group, member = people.CourseGroup, people.GroupMember
    which = [group.course_id == COURSE_ID]
    if in_groups:
        which.append(group.id.in_(GROUP_IDS))
    if is_one:
        which.append(member.person_id == PERSON_ID)
    return (
        select(group.id, group.name, member.person_id)
        .outerjoin(member, member.group_id == group.id)
        .where(*which)
        .order_by(group.name, group.id)
    )


@cache
def count_bands(*, in_groups: bool) -> Statement:
    """Learners by week and band that was shown."""
    row = engagement.EvaluationRow
    is_enrolled = and_(people.Enrolment.course_id == row.course_id, people.Enrolment.person_id == row.person_id)
    return (
        select(row.week_no, row.shown_band, func.count().label("learner_count"))
        .join(people.Enrolment, is_enrolled)
        .join(people.Person, people.Person.id == people.Enrolment.person_id)
        .where(row.course_id == COURSE_ID, row.run_no == run_now(COURSE_ID), *learners_within(in_groups=in_groups))
        .group_by(row.week_no, row.shown_band)
        .order_by(row.week_no, row.shown_band)
    )


@cache
def count_weeks_met(*, in_groups: bool, by_visits: bool) -> Statement:
    """Counted learner-weeks from `first_week` to `last_week`, and those that met the level: `level` visits or more.

    Without `by_visits`: a week mark that meets the published level.
    """
    week = engagement.LearnerWeekRow
    has_met = week.visits >= bindparam("level")
    if not by_visits:
        has_met = MEETING_FLOOR.denominator * week.mark_numerator >= MEETING_FLOOR.numerator * week.mark_denominator
    is_enrolled = and_(people.Enrolment.course_id == week.course_id, people.Enrolment.person_id == week.person_id)
    return (
        select(week.week_no, func.count(), func.sum(case((has_met, 1), else_=0)))
        .join(people.Enrolment, is_enrolled)
        .join(people.Person, people.Person.id == people.Enrolment.person_id)
        .where(
            week.course_id == COURSE_ID,
            week.is_counted.is_(True),
            week.week_no.between(bindparam("first_week"), bindparam("last_week")),
            *learners_within(in_groups=in_groups),
        )
        .group_by(week.week_no)
        .order_by(week.week_no)
    )


def _select_weeks() -> Statement:
    week = engagement.LearnerWeekRow
    return (
        select(
            week.course_id,
            week.person_id,
            week.week_no,
            week.is_counted,
            week.why_not,
            week.visits,
            week.mark_numerator,
            week.mark_denominator,
        )
        .where(week.course_id.in_(COURSE_IDS), week.person_id.in_(PERSON_IDS))
        .order_by(week.week_no)
    )


def _task_columns() -> tuple[Any, ...]:
    task = teaching.Task
    return (task.id, task.course_id, task.cmid, task.modname, task.name, task.due_at, task.is_excused_known)


_IS_LAST_YEARS = is_before_run_now(teaching.Task.course_id, teaching.Task.due_at)
IS_CURRENT_TASK = and_(
    teaching.Task.is_visible.is_(True),
    teaching.Task.deleted_at.is_(None),
    or_(teaching.Task.due_at.is_(None), ~_IS_LAST_YEARS),
)
"""One whose date Moodle did not move when its course was taught again is none of this year's."""
SELECT_WEEKS = _select_weeks()
SELECT_TASKS = (
    select(*_task_columns())
    .where(teaching.Task.course_id.in_(COURSE_IDS), IS_CURRENT_TASK)
    .order_by(teaching.Task.due_at.is_(None), teaching.Task.due_at, teaching.Task.id)
)
_OF_OWN_TASK = (
    teaching.LearnerTask.task_id,
    teaching.LearnerTask.person_id,
    teaching.LearnerTask.due_at.label("own_due_at"),
    teaching.LearnerTask.is_extended,
    teaching.LearnerTask.is_excused,
    teaching.LearnerTask.handed_in_at,
)
_BY_OWN_DATE = (teaching.LearnerTask.due_at.is_(None), teaching.LearnerTask.due_at, teaching.LearnerTask.task_id)
SELECT_OWN_DATES: Statement = (
    select(*_OF_OWN_TASK)
    .where(
        teaching.LearnerTask.task_id.in_(bindparam("task_ids", expanding=True)),
        teaching.LearnerTask.person_id.in_(PERSON_IDS),
    )
    .order_by(*_BY_OWN_DATE)
)
SELECT_OWN_TASKS: Statement = (
    select(*_task_columns(), *_OF_OWN_TASK)
    .join(teaching.LearnerTask, teaching.LearnerTask.task_id == teaching.Task.id)
    .where(teaching.Task.course_id.in_(COURSE_IDS), teaching.LearnerTask.person_id.in_(PERSON_IDS), IS_CURRENT_TASK)
    .order_by(*_BY_OWN_DATE)
)
SELECT_STANDINGS = (
    select(engagement.EvaluationRow.course_id, *standing_columns())
    .where(
        engagement.EvaluationRow.course_id.in_(COURSE_IDS),
        engagement.EvaluationRow.person_id == PERSON_ID,
        is_of_run_now(engagement.EvaluationRow),
    )
    .order_by(engagement.EvaluationRow.week_no)
)
"""Every evaluation of one learner in some courses' runs now, oldest first."""
