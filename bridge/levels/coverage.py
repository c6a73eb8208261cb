"""Where the published levels say too little: courses by name, learners by counts alone (policy paragraph 10)."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.cohort import FEWEST_LEARNERS
from analytics.coverage import CoverOfCourse, Gap, find_gap, is_thin
from analytics.levels import LevelError, Marker, find_level_in_force
from analytics.unused import find_unused
from bridge.schema.people import Enrolment, Person
from bridge.schema.records import CourseSchool, StudentRecord
from bridge.schema.teaching import Course
from bridge.store.left_out import is_measured
from bridge.store.panel_course import is_switched_on, load_course_heads
from bridge.store.panel_records import CourseHead


@dataclass(frozen=True, slots=True)
class CourseGap:
    """One course that lacks something."""

    moodle_course_id: int
    fullname: str
    gap: Gap
    markers: frozenset[Marker]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where levels say too little."""

    course_count: int
    gaps: tuple[CourseGap, ...]
    """Core courses without a level first, then by name."""
    learner_count: int
    thin_count: int | None
    """Learners with less than half of their credits measured, or fewer than two kinds of evidence over all their
    courses; None for 1 to 9 of them, and for all but 1 to 9: hidden."""


def find_coverage(db: Session, platform_id: int, today: date, school_id: int | None = None) -> Coverage:
    """Find what the switched-on courses measure today: all, or with a school's id its courses and its own learners.

    A marker without a source is as good as not chosen.
    """
    covers, heads = _load_covers(db, platform_id, today)
    owned = select(CourseSchool.course_id).where(CourseSchool.school_id == school_id)
    own = set(covers) if school_id is None else set(db.scalars(owned)) & set(covers)
    gaps = [
        CourseGap(heads[course_id].moodle_course_id, heads[course_id].fullname, gap, covers[course_id].markers)
        for course_id in own
        if (gap := find_gap(covers[course_id])) is not None
    ]
    kinds = list(Gap)
    learners = _load_learners(db, covers, school_id)
    thin = sum(is_thin(courses, credits_taken) for courses, credits_taken in learners)
    return Coverage(
        course_count=len(own),
        gaps=tuple(sorted(gaps, key=lambda gap: (kinds.index(gap.gap), gap.fullname.casefold(), gap.moodle_course_id))),
        learner_count=len(learners),
        thin_count=None if _is_small(thin) or _is_small(len(learners) - thin) else thin,
    )


def _is_small(count: int) -> bool:
    return 0 < count < FEWEST_LEARNERS


def _load_covers(db: Session, platform_id: int, today: date) -> tuple[dict[int, CoverOfCourse], dict[int, CourseHead]]:
    is_on = (Course.platform_id == platform_id, Course.deleted_at.is_(None), is_switched_on())
    course_ids = list(db.scalars(select(Course.id).where(*is_on)))
    weights = {row.course_id: row for row in db.scalars(select(CourseSchool))}
    heads = {head.course_id: head for head in load_course_heads(db, course_ids)}
    sunday = today - timedelta(days=today.weekday() + 1)
    return {
        course_id: CoverOfCourse(
            course_id=course_id,
            credits=None if course_id not in weights else weights[course_id].credits,
            is_core=course_id in weights and weights[course_id].is_core,
            markers=_find_markers(head, today, sunday),
        )
        for course_id, head in heads.items()
    }, heads


def _find_markers(head: CourseHead, today: date, sunday: date) -> frozenset[Marker]:
    try:
        level = find_level_in_force((agreed.level for agreed in head.levels), today)
    except LevelError:
        return frozenset()
    return level.markers - find_unused(level, head.covers_to, sunday, is_tasks_known=head.is_tasks_offered)


def _load_learners(
    db: Session, covers: dict[int, CoverOfCourse], school_id: int | None
) -> list[tuple[list[CoverOfCourse], int | None]]:
    """Give each learner's courses and credits taken."""
    # A lead's page waits for it: learners of other schools are not read.
    are_own = () if school_id is None else (StudentRecord.school_id == school_id,)
    rows = db.execute(
        select(Enrolment.person_id, Enrolment.course_id, StudentRecord.credits)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(StudentRecord, StudentRecord.person_id == Enrolment.person_id)
        .where(is_measured(), *are_own)
    )
    found: dict[int, tuple[list[CoverOfCourse], int | None]] = {}
    for person_id, course_id, credits_taken in rows:
        if course_id in covers:
            found.setdefault(person_id, ([], credits_taken))[0].append(covers[course_id])
    return list(found.values())
