"""Whom a level would measure: the courses a scope's level reaches, and the learners of a run."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bridge.schema.people import Enrolment
from bridge.schema.records import CourseSchool
from bridge.schema.teaching import Course, PublishedLevel
from bridge.store.course_runs import learnt_in
from bridge.store.left_out import is_left_out
from bridge.store.level_scopes import LevelScope, ScopeKind, load_course_ids
from bridge.store.panel_course import is_switched_on


def find_reached_courses(db: Session, scope: LevelScope, start: date) -> tuple[int, ...]:
    """Return the switched-on courses that a scope's level would measure from `start` on. Empty: none.

    Those with a narrower level in force by then are not: of their programme, of their school, or their own.
    """
    on = set(db.scalars(select(Course.id).where(Course.platform_id == scope.platform_id, is_switched_on())))
    course_ids = [course_id for course_id in load_course_ids(db, scope) if course_id in on]
    rows = db.scalars(
        select(PublishedLevel).where(
            PublishedLevel.platform_id == scope.platform_id, PublishedLevel.effective_from <= start
        )
    )
    taken = {key for row in rows for key in _narrower_than(scope.kind, row)}
    belonging = db.execute(select(CourseSchool.course_id, CourseSchool.school_id, CourseSchool.programme_id))
    owners = {
        course_id: {(ScopeKind.SCHOOL, school_id), (ScopeKind.PROGRAMME, programme_id)}
        for course_id, school_id, programme_id in belonging
    }
    return tuple(
        course_id
        for course_id in course_ids
        if not taken & {(ScopeKind.COURSE, course_id), *owners.get(course_id, set())}
    )


def _narrower_than(kind: ScopeKind, row: PublishedLevel) -> list[tuple[ScopeKind, int]]:
    """Give whose level a row is, where that is narrower than a kind of scope."""
    owners = ((ScopeKind.SCHOOL, row.school_id), (ScopeKind.PROGRAMME, row.programme_id))
    kinds = list(ScopeKind)
    return [
        (owner, key)
        for owner, key in (*owners, (ScopeKind.COURSE, row.course_id))
        if key is not None and kinds.index(owner) > kinds.index(kind)
    ]


def load_run_learners(db: Session, course_id: int, run_no: int) -> dict[int, date]:
    """Return everybody who learnt in a run of a course, gone ones included, with the day each was enrolled on.

    Nobody whose data is not processed.
    """
    rows = db.execute(
        select(Enrolment.person_id, Enrolment.enrolled_on).where(
            learnt_in(db, course_id, run_no), Enrolment.is_learner.is_(True), ~is_left_out(Enrolment.person_id)
        )
    )
    return dict(rows.all())
