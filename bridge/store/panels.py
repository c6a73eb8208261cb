"""Read what the tutor's panel shows, in a number of queries that does not grow with the learners.

The filter of separate groups is in every statement here (docs/threat-model.md, row 34): a tutor of one group gets that
group's rows, counts and figures, and nothing says that there are others.
"""

from collections.abc import Collection, Sequence
from fractions import Fraction
from functools import lru_cache

from sqlalchemy.orm import Session

from analytics.levels import Marker
from bridge.schema import engagement
from bridge.store.database import Found, fetch
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
from bridge.store.panel_statements import (
    SELECT_OWN_DATES,
    SELECT_OWN_TASKS,
    SELECT_TASKS,
    SELECT_WEEKS,
    count_bands,
    count_weeks_met,
    select_groups,
    select_learners,
    values_of,
)


def load_course_figures(db: Session, reach: Reach) -> CourseFigures:
    """Load all learners within reach with their last evaluation, bands by week, groups and tasks: five queries.

    Names are neither filtered nor sorted here: databases differ in how they compare letters. Empty parts for a course
    without learners.
    """
    rows = fetch(db, select_learners(in_groups=reach.in_groups, is_one=False), **values_of(reach))
    groups, members = _load_groups(db, reach)
    return CourseFigures(
        learners=tuple(_make_listed(row, members.get(row.person_id, ())) for row in rows),
        bands=_load_bands(db, reach),
        groups=groups,
        tasks=load_course_tasks(db, [reach.course_id]),
    )


def load_listed_learner(db: Session, reach: Reach, person_id: int, *, with_groups: bool) -> ListedLearner | None:
    """Load one learner within reach; None for anybody else, whether or not such a person exists."""
    statement = select_learners(in_groups=reach.in_groups, is_one=True)
    rows = fetch(db, statement, person_id=person_id, **values_of(reach))
    if not rows:
        return None
    members = _load_groups(db, reach, person_id)[1] if with_groups else {}
    return _make_listed(rows[0], members.get(person_id, ()))


def load_learner_details(
    db: Session, course_id: int, person_ids: Collection[int], tasks: Collection[CourseTask]
) -> LearnerDetails:
    """Load weeks and tasks of some learners of a course in two queries. The caller has made sure they are in reach.

    `tasks` are the course's, as `load_course_tasks` gives them.
    """
    weeks: dict[int, list[Week]] = {person_id: [] for person_id in person_ids}
    for (_, person_id), listed in load_weeks(db, [course_id], person_ids).items():
        weeks[person_id] = listed
    of_course = {task.task_id: task for task in tasks}
    own: dict[int, list[OwnTask]] = {person_id: [] for person_id in person_ids}
    for task_id, *dates in fetch(db, SELECT_OWN_DATES, task_ids=list(of_course), person_ids=list(person_ids)):
        own[dates[0]].append(OwnTask(of_course[task_id], *dates))
    return LearnerDetails(
        weeks={person_id: tuple(listed) for person_id, listed in weeks.items()},
        tasks={person_id: tuple(listed) for person_id, listed in own.items()},
    )


def load_weeks(
    db: Session, course_ids: Collection[int], person_ids: Collection[int]
) -> dict[tuple[int, int], list[Week]]:
    """Load the weeks of some people in some courses, by (course, person), oldest first; no key for nobody's weeks."""
    weeks: dict[tuple[int, int], list[Week]] = {}
    rows = fetch(db, SELECT_WEEKS, course_ids=list(course_ids), person_ids=list(person_ids))
    for course_id, person_id, week_no, is_counted, why_not, visits, *mark in rows:
        week = Week(week_no, is_counted, why_not, visits, _share_of(*mark))
        weeks.setdefault((course_id, person_id), []).append(week)
    return weeks


def load_course_tasks(db: Session, course_ids: Collection[int]) -> tuple[CourseTask, ...]:
    """Load the visible tasks of some courses, by date, those without one last."""
    return tuple(map(_make_task, fetch(db, SELECT_TASKS, course_ids=list(course_ids))))


def load_own_tasks(db: Session, course_ids: Collection[int], person_ids: Collection[int]) -> tuple[OwnTask, ...]:
    """Load the visible tasks of some courses as they stand for some learners, by each learner's own date."""
    rows = fetch(db, SELECT_OWN_TASKS, course_ids=list(course_ids), person_ids=list(person_ids))
    return tuple(
        OwnTask(_make_task(row), row.person_id, row.own_due_at, row.is_extended, row.is_excused, row.handed_in_at)
        for row in rows
    )


def load_weeks_met(db: Session, reach: Reach, level: int | None, weeks: tuple[int, int]) -> tuple[WeekMet, ...]:
    """Count learner-weeks that counted, and those that met the level, from one week to another; one query.

    Met are `level` visits or more; None, where no visits are expected: a week mark that meets the published level.
    """
    statement = count_weeks_met(in_groups=reach.in_groups, by_visits=level is not None)
    asked = {"first_week": weeks[0], "last_week": weeks[1]} | ({} if level is None else {"level": level})
    counted = fetch(db, statement, **asked, **values_of(reach))
    return tuple(WeekMet(week_no, number, int(met)) for week_no, number, met in counted)


def make_standing(row: engagement.EvaluationRow | Found) -> Standing:
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


def _load_bands(db: Session, reach: Reach) -> tuple[BandCount, ...]:
    counted = fetch(db, count_bands(in_groups=reach.in_groups), **values_of(reach))
    return tuple(BandCount(week_no, band, count) for week_no, band, count in counted)


def _load_groups(
    db: Session, reach: Reach, person_id: int | None = None
) -> tuple[tuple[Group, ...], dict[int, Sequence[Group]]]:
    """Load the groups within reach, by name, and the groups of each person, or of one; one query."""
    statement = select_groups(in_groups=reach.in_groups, is_one=person_id is not None)
    one = {} if person_id is None else {"person_id": person_id}
    groups: dict[int, Group] = {}
    members: dict[int, Sequence[Group]] = {}
    for group_id, name, member_id in fetch(db, statement, **one, **values_of(reach)):
        if group_id not in groups:
            groups[group_id] = Group(group_id, name)
        members[member_id] = (*members.get(member_id, ()), groups[group_id])
    return tuple(groups.values()), members


def _make_listed(row: Found, groups: Sequence[Group]) -> ListedLearner:
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


@lru_cache(maxsize=4096)
def _share_of(numerator: int | None, denominator: int | None) -> Fraction | None:
    """Return a mark as a fraction: the same few are on every page, and reducing one costs more than reading its row."""
    return Fraction(numerator, denominator) if numerator is not None and denominator else None


def _make_task(row: Found) -> CourseTask:
    return CourseTask(row.id, row.course_id, row.cmid, row.modname, row.name, row.due_at, row.is_excused_known)
