"""Read what the tutor's panel shows, in a number of queries that does not grow with the learners.

The filter of separate groups is in every statement here (docs/threat-model.md, row 34): a tutor of one group gets that
group's rows, counts and figures, and nothing says that there are others.
"""

from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session

from analytics.bands import MEETING_FLOOR
from analytics.levels import Marker
from bridge.schema import engagement, people, teaching
from bridge.store.left_out import is_left_out
from bridge.store.panel_records import (
    BandCount,
    CourseFigures,
    CourseTask,
    Group,
    LearnerDetails,
    ListedLearner,
    OwnTask,
    Reach,
    Standing,
    Week,
    WeekMet,
)


def load_course_figures(db: Session, reach: Reach) -> CourseFigures:
    """Load all learners within reach with their last evaluation, bands by week, groups and tasks: five queries.

    Names are neither filtered nor sorted here: databases differ in how they compare letters. Empty parts for a course
    without learners.
    """
    rows = db.execute(_select_learners(reach)).all()
    groups, members = _load_groups(db, reach)
    return CourseFigures(
        learners=tuple(_make_listed(row, members.get(row.person_id, ())) for row in rows),
        bands=_load_bands(db, reach),
        groups=groups,
        tasks=load_course_tasks(db, [reach.course_id]),
    )


def load_listed_learner(db: Session, reach: Reach, person_id: int) -> ListedLearner | None:
    """Load one learner within reach; None for anybody else, whether or not such a person exists."""
    row = db.execute(_select_learners(reach).where(people.Person.id == person_id)).one_or_none()
    if row is None:
        return None
    _, members = _load_groups(db, reach, [person_id])
    return _make_listed(row, members.get(person_id, ()))


def load_learner_details(db: Session, course_id: int, person_ids: Collection[int]) -> LearnerDetails:
    """Load weeks and tasks of some learners of a course in two queries. The caller has made sure they are in reach."""
    weeks: dict[int, list[Week]] = {person_id: [] for person_id in person_ids}
    for (_, person_id), listed in load_weeks(db, [course_id], person_ids).items():
        weeks[person_id] = listed
    tasks: dict[int, list[OwnTask]] = {person_id: [] for person_id in person_ids}
    for own in load_own_tasks(db, [course_id], person_ids):
        tasks[own.person_id].append(own)
    return LearnerDetails(
        weeks={person_id: tuple(listed) for person_id, listed in weeks.items()},
        tasks={person_id: tuple(listed) for person_id, listed in tasks.items()},
    )


def load_weeks(
    db: Session, course_ids: Collection[int], person_ids: Collection[int]
) -> dict[tuple[int, int], list[Week]]:
    """Load the weeks of some people in some courses, by (course, person), oldest first; no key for nobody's weeks."""
    rows = db.scalars(
        select(engagement.LearnerWeekRow)
        .where(
            engagement.LearnerWeekRow.course_id.in_(course_ids),
            engagement.LearnerWeekRow.person_id.in_(person_ids),
        )
        .order_by(engagement.LearnerWeekRow.week_no)
    )
    weeks: dict[tuple[int, int], list[Week]] = {}
    for row in rows:
        weeks.setdefault((row.course_id, row.person_id), []).append(_make_week(row))
    return weeks


def load_course_tasks(db: Session, course_ids: Collection[int]) -> tuple[CourseTask, ...]:
    """Load the visible tasks of some courses, by date, those without one last."""
    rows = db.scalars(
        select(teaching.Task)
        .where(teaching.Task.course_id.in_(course_ids), _is_current_task())
        .order_by(teaching.Task.due_at.is_(None), teaching.Task.due_at, teaching.Task.id)
    )
    return tuple(map(_make_task, rows))


def load_own_tasks(db: Session, course_ids: Collection[int], person_ids: Collection[int]) -> tuple[OwnTask, ...]:
    """Load the visible tasks of some courses as they stand for some learners, by each learner's own date."""
    rows = db.execute(
        select(teaching.LearnerTask, teaching.Task)
        .join(teaching.Task, teaching.Task.id == teaching.LearnerTask.task_id)
        .where(
            teaching.Task.course_id.in_(course_ids),
            teaching.LearnerTask.person_id.in_(person_ids),
            _is_current_task(),
        )
        .order_by(teaching.LearnerTask.due_at.is_(None), teaching.LearnerTask.due_at, teaching.Task.id)
    )
    return tuple(
        OwnTask(
            task=_make_task(row.Task),
            person_id=row.LearnerTask.person_id,
            due_at=row.LearnerTask.due_at,
            is_extended=row.LearnerTask.is_extended,
            is_excused=row.LearnerTask.is_excused,
            handed_in_at=row.LearnerTask.handed_in_at,
        )
        for row in rows
    )


def load_weeks_met(db: Session, reach: Reach, level: int | None, weeks: tuple[int, int]) -> tuple[WeekMet, ...]:
    """Count learner-weeks that counted, and those that met the level, from one week to another; one query.

    Met are `level` visits or more; None, where no visits are expected: a week mark that meets the published level.
    """
    week = engagement.LearnerWeekRow
    has_met = week.visits >= (level or 0)
    if level is None:
        has_met = MEETING_FLOOR.denominator * week.mark_numerator >= MEETING_FLOOR.numerator * week.mark_denominator
    is_met = case((has_met, 1), else_=0)
    counted = db.execute(
        select(week.week_no, func.count(), func.sum(is_met))
        .join(
            people.Enrolment,
            and_(people.Enrolment.course_id == week.course_id, people.Enrolment.person_id == week.person_id),
        )
        .join(people.Person, people.Person.id == people.Enrolment.person_id)
        .where(
            week.course_id == reach.course_id,
            week.is_counted.is_(True),
            week.week_no.between(*weeks),
            *learners_within(reach),
        )
        .group_by(week.week_no)
        .order_by(week.week_no)
    )
    return tuple(WeekMet(week_no, number, int(met)) for week_no, number, met in counted)


def learners_within(reach: Reach) -> list[ColumnElement[bool]]:
    """Give the clauses, on enrolment joined with person, that keep a statement within a viewer's reach."""
    clauses = [
        people.Enrolment.course_id == reach.course_id,
        people.Enrolment.is_learner.is_(True),
        people.Enrolment.is_active.is_(True),
        people.Person.deleted_at.is_(None),
        ~is_left_out(people.Person.id),
    ]
    if reach.group_ids is not None:
        clauses.append(
            exists()
            .where(
                people.GroupMember.person_id == people.Enrolment.person_id,
                people.GroupMember.group_id.in_(reach.group_ids),
                people.CourseGroup.id == people.GroupMember.group_id,
                people.CourseGroup.course_id == reach.course_id,
            )
            .correlate(people.Enrolment)
        )
    return clauses


def make_standing(row: engagement.EvaluationRow | Row[Any]) -> Standing:
    """Turn an evaluation's row, or one with its columns, into a record."""
    return Standing(
        week_no=row.week_no,
        as_of=row.as_of,
        percent=row.percent,
        band=row.band,
        shown_band=row.shown_band,
        clock_days=row.clock_days,
        reasons=tuple(map(str, row.concern_reasons)),
        overdue_task_ids=tuple(map(int, row.overdue_task_ids)),
        sentence=row.sentence,
        level_version=row.level_version,
        is_week_counted=row.is_week_counted,
        unused_markers=tuple(map(Marker, row.unused_markers)),
    )


def _select_learners(reach: Reach) -> Select[Any]:
    evaluation, state = engagement.EvaluationRow, engagement.LearnerState
    last_week = select(func.max(evaluation.week_no)).where(evaluation.course_id == reach.course_id).scalar_subquery()
    is_last = and_(
        evaluation.course_id == reach.course_id,
        evaluation.person_id == people.Enrolment.person_id,
        evaluation.week_no == last_week,
    )
    is_state = and_(state.course_id == reach.course_id, state.person_id == people.Enrolment.person_id)
    return (
        select(
            people.Person.id.label("person_id"),
            people.Person.given_name,
            people.Person.family_name,
            people.Person.full_name,
            people.Enrolment.enrolled_on,
            state.last_evidence_on,
            state.clock_days.label("clock_now"),
            *_standing_columns(),
        )
        .join(people.Enrolment, people.Enrolment.person_id == people.Person.id)
        .outerjoin(state, is_state)
        .outerjoin(evaluation, is_last)
        .where(*learners_within(reach))
    )


def _standing_columns() -> list[Any]:
    row = engagement.EvaluationRow
    return [
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
    ]


def _load_bands(db: Session, reach: Reach) -> tuple[BandCount, ...]:
    row = engagement.EvaluationRow
    counted = db.execute(
        select(row.week_no, row.shown_band, func.count().label("learner_count"))
        .join(
            people.Enrolment,
            and_(people.Enrolment.course_id == row.course_id, people.Enrolment.person_id == row.person_id),
        )
        .join(people.Person, people.Person.id == people.Enrolment.person_id)
        .where(row.course_id == reach.course_id, *learners_within(reach))
        .group_by(row.week_no, row.shown_band)
        .order_by(row.week_no, row.shown_band)
    )
    return tuple(BandCount(week_no, band, count) for week_no, band, count in counted)


def _load_groups(
    db: Session, reach: Reach, person_ids: Collection[int] | None = None
) -> tuple[tuple[Group, ...], dict[int, Sequence[Group]]]:
    """Load the groups within reach, by name, and the groups of each person; one query."""
    group, member = people.CourseGroup, people.GroupMember
    statement = select(group.id, group.name, member.person_id).outerjoin(member, member.group_id == group.id)
    statement = statement.where(group.course_id == reach.course_id)
    if reach.group_ids is not None:
        statement = statement.where(group.id.in_(reach.group_ids))
    if person_ids is not None:
        statement = statement.where(member.person_id.in_(person_ids))
    groups: dict[int, Group] = {}
    members: dict[int, Sequence[Group]] = {}
    for group_id, name, person_id in db.execute(statement.order_by(group.name, group.id)):
        known = groups.setdefault(group_id, Group(group_id, name))
        members[person_id] = (*members.get(person_id, ()), known)
    return tuple(groups.values()), members


def _is_current_task() -> ColumnElement[bool]:
    return and_(teaching.Task.is_visible.is_(True), teaching.Task.deleted_at.is_(None))


def _make_listed(row: Row[Any], groups: Sequence[Group]) -> ListedLearner:
    return ListedLearner(
        person_id=row.person_id,
        given_name=row.given_name,
        family_name=row.family_name,
        full_name=row.full_name,
        enrolled_on=row.enrolled_on,
        last_evidence_on=row.last_evidence_on,
        clock_days=row.clock_now,
        standing=None if row.week_no is None else make_standing(row),
        groups=tuple(groups),
    )


def _make_week(row: engagement.LearnerWeekRow) -> Week:
    has_mark = row.mark_numerator is not None and bool(row.mark_denominator)
    share = Fraction(row.mark_numerator or 0, row.mark_denominator or 1) if has_mark else None
    return Week(row.week_no, row.is_counted, row.why_not, row.visits, share)


def _make_task(row: teaching.Task) -> CourseTask:
    return CourseTask(row.id, row.course_id, row.cmid, row.modname, row.name, row.due_at, row.is_excused_known)
