"""Read the frozen figures that a page shows, with the names of schools, programmes and courses; nobody's name."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from bridge.schema.engagement import FrozenFigure
from bridge.schema.records import CourseSchool, Programme, School
from bridge.schema.teaching import Course

COURSE, SCHOOL, PROGRAMME, PLATFORM = "course", "school", "programme", "platform"
WHOLE = "all"
Numbers = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """One group of learners with its figures of one closed week."""

    name: str
    numbers: Numbers
    school_id: int | None = None
    """Set where the group is a whole school."""
    parts: tuple["FigureGroup", ...] = ()
    """A course's programmes."""


@dataclass(frozen=True, slots=True)
class FiguresRead:
    """What one page of figures shows: of the platform, or of one school."""

    school_name: str | None
    """None: the platform."""
    weeks: tuple[tuple[date, Numbers], ...]
    """The Sunday of each frozen week and the whole's figures, oldest first."""
    schools: tuple[FigureGroup, ...]
    programmes: tuple[FigureGroup, ...]
    courses: tuple[FigureGroup, ...]
    school_names: Mapping[int, str]
    """Of every school of the platform."""


def load_figures(db: Session, platform_id: int, school_id: int | None) -> FiguresRead | None:
    """Return the platform's figures and its schools', or a school's with its programmes and courses.

    The platform's page lists the courses of no school. Its groups are those of the last frozen week; before the first
    one there are no weeks. None: the platform has no such school.
    """
    schools = _load_names(db, select(School.id, School.name).where(School.platform_id == platform_id))
    if school_id is not None and school_id not in schools:
        return None
    scope, scope_id = (PLATFORM, 0) if school_id is None else (SCHOOL, school_id)
    weeks = _load_weeks(db, platform_id, scope, scope_id)
    is_its = CourseSchool.school_id.is_(None) if school_id is None else CourseSchool.school_id == school_id
    courses = _load_names(
        db,
        select(Course.id, Course.fullname)
        .outerjoin(CourseSchool, CourseSchool.course_id == Course.id)
        .where(Course.platform_id == platform_id, is_its),
    )
    programmes = {
        found.id: (found.name or found.code, found.school_id)
        for found in db.scalars(select(Programme).where(Programme.platform_id == platform_id))
    }
    own = {one: name for one, (name, of) in programmes.items() if of == school_id}
    its_schools = schools if school_id is None else {}
    rows = _load_groups(db, platform_id, weeks[-1][0], courses, own, its_schools) if weeks else ()
    return FiguresRead(
        school_name=None if school_id is None else schools[school_id],
        school_names=schools,
        weeks=weeks,
        schools=tuple(
            FigureGroup(schools[row.scope_id], row.figures, school_id=row.scope_id)
            for row in rows
            if row.scope == SCHOOL
        ),
        programmes=tuple(FigureGroup(own[row.scope_id], row.figures) for row in rows if row.scope == PROGRAMME),
        courses=tuple(
            FigureGroup(courses[row.scope_id], row.figures, parts=_find_parts(row, rows, programmes))
            for row in rows
            if row.scope == COURSE and row.part == WHOLE
        ),
    )


def _load_names(db: Session, statement: Select[int, str]) -> dict[int, str]:
    return dict(db.execute(statement).all())


def _load_weeks(db: Session, platform_id: int, scope: str, scope_id: int) -> tuple[tuple[date, Numbers], ...]:
    row = FrozenFigure
    is_whole = (row.platform_id == platform_id, row.scope == scope, row.scope_id == scope_id, row.part == WHOLE)
    found = db.execute(select(row.as_of, row.figures).where(*is_whole).order_by(row.as_of))
    return tuple((as_of, figures) for as_of, figures in found)


def _load_groups(
    db: Session,
    platform_id: int,
    as_of: date,
    courses: Collection[int],
    programmes: Collection[int],
    schools: Collection[int],
) -> Sequence[FrozenFigure]:
    row = FrozenFigure
    wanted: list[ColumnElement[bool]] = [
        and_(row.scope == scope, row.scope_id.in_(ids))
        for scope, ids in ((COURSE, courses), (PROGRAMME, programmes), (SCHOOL, schools))
    ]
    return db.scalars(select(row).where(row.platform_id == platform_id, row.as_of == as_of, or_(*wanted))).all()


def _find_parts(
    course: FrozenFigure, rows: Sequence[FrozenFigure], programmes: Mapping[int, tuple[str, int]]
) -> tuple[FigureGroup, ...]:
    parts = []
    for row in rows:
        _, _, programme_id = row.part.partition(":")
        if row.scope == COURSE and row.scope_id == course.scope_id and programme_id:
            name, _ = programmes.get(int(programme_id), ("a programme that is no longer there", 0))
            parts.append(FigureGroup(name, row.figures))
    return tuple(parts)


def load_course_figures(db: Session, course_ids: Collection[int]) -> tuple[date | None, Mapping[int, Numbers]]:
    """Return the last frozen week's Sunday and the figures of each of some courses as a whole; None: no week is."""
    row = FrozenFigure
    is_theirs = (row.scope == COURSE, row.scope_id.in_(course_ids), row.part == WHOLE)
    last = db.scalar(select(func.max(row.as_of)).where(*is_theirs))
    found = db.execute(select(row.scope_id, row.figures).where(*is_theirs, row.as_of == last)).all()
    return last, dict(found)
