"""For whom a level can be published: the whole site, a school, a programme, a course (policy paragraphs 4 and 21)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bridge.errors import BridgeError
from bridge.schema.records import CourseSchool, Programme, School
from bridge.schema.teaching import Course, LevelDraft, PublishedLevel


class LevelRefused(BridgeError):
    """A level cannot be saved or published as asked; nothing was changed."""

    code = "level-refused"
    next_step = "Nothing was changed. docs/levels.md tells what a level needs."


class ScopeKind(StrEnum):
    """From the widest to the narrowest; the narrowest one with a level in force is what a course is measured by."""

    SITE = "site"
    SCHOOL = "school"
    PROGRAMME = "programme"
    COURSE = "course"


@dataclass(frozen=True, slots=True)
class LevelScope:
    """One thing that a level can be published for."""

    platform_id: int
    kind: ScopeKind
    key: int | None
    """The id of its row; None for the site."""
    code: str
    """A school's or programme's code, a course's id in Moodle; empty for the site."""
    name: str
    school_id: int | None
    """Whose lead publishes it; None for the site, and for a course without a school."""
    programme_id: int | None = None
    """The programme that owns a course; else None."""

    @property
    def label(self) -> str:
        """Give its part of a version's name, such as "school-SBBS"."""
        return "-".join(filter(None, (self.kind.value, self.code)))

    def with_kind(self, kind: ScopeKind, key: int | None) -> "LevelScope":
        """Give a wider scope by its kind and its row's id alone."""
        return LevelScope(self.platform_id, kind, key, "", "", None)

    def parents(self) -> "tuple[tuple[ScopeKind, int | None], ...]":
        """Give the wider scopes it takes a level from while it has none, nearest first."""
        wider: list[tuple[ScopeKind, int | None]] = []
        if self.kind is ScopeKind.COURSE and self.programme_id is not None:
            wider.append((ScopeKind.PROGRAMME, self.programme_id))
        if self.kind in (ScopeKind.COURSE, ScopeKind.PROGRAMME) and self.school_id is not None:
            wider.append((ScopeKind.SCHOOL, self.school_id))
        return (*wider, *(((ScopeKind.SITE, None),) if self.kind is not ScopeKind.SITE else ()))


def load_level_scopes(
    db: Session, platform_id: int, school_ids: Collection[int] | None = None
) -> tuple[LevelScope, ...]:
    """Return what levels can be published for: the site, then schools, programmes and courses, each by name.

    With `school_ids`, what is these schools' alone: no site, and no course without a school. Empty for no schools.
    """
    schools = select(School).where(School.platform_id == platform_id)
    programmes = select(Programme).where(Programme.platform_id == platform_id)
    courses = (
        select(Course, CourseSchool.school_id, CourseSchool.programme_id)
        .outerjoin(CourseSchool, CourseSchool.course_id == Course.id)
        .where(Course.platform_id == platform_id, Course.deleted_at.is_(None))
    )
    if school_ids is not None:
        schools = schools.where(School.id.in_(school_ids))
        programmes = programmes.where(Programme.school_id.in_(school_ids))
        courses = courses.where(CourseSchool.school_id.in_(school_ids))
    found = [] if school_ids is not None else [site_scope(platform_id)]
    found += [_of_school(row) for row in db.scalars(schools)]
    found += [_of_programme(row) for row in db.scalars(programmes)]
    found += [_of_course(row, school_id, programme_id) for row, school_id, programme_id in db.execute(courses)]
    kinds = list(ScopeKind)
    return tuple(sorted(found, key=lambda scope: (kinds.index(scope.kind), scope.name.casefold(), scope.key or 0)))


def find_level_scope(db: Session, platform_id: int, kind: ScopeKind, code: str = "") -> LevelScope:
    """Return the scope that a code names; the site needs none.

    Raises:
        LevelRefused: there is no such school, programme or course.
    """
    if kind is ScopeKind.SITE:
        return site_scope(platform_id)
    for scope in load_level_scopes(db, platform_id):
        if (scope.kind, scope.code) == (kind, code):
            return scope
    raise LevelRefused(f"No {kind} is known here by {code}. Nothing was changed.")


def site_scope(platform_id: int) -> LevelScope:
    """Give the scope of all courses of a platform."""
    return LevelScope(platform_id, ScopeKind.SITE, None, "", "The whole site", None)


def is_of(table: type[PublishedLevel] | type[LevelDraft], scope: LevelScope) -> ColumnElement[bool]:
    """Give the clause for a scope's own rows."""
    return _is_kind(table, scope.platform_id, scope.kind, scope.key)


def is_kind_of(platform_id: int, kind: ScopeKind, key: int | None) -> ColumnElement[bool]:
    """Give the clause for the published levels of a kind of scope and its row's id."""
    return _is_kind(PublishedLevel, platform_id, kind, key)


def columns_of(scope: LevelScope) -> dict[str, int | None]:
    """Give the values of the columns that say whose a row is."""
    return {
        "platform_id": scope.platform_id,
        "course_id": scope.key if scope.kind is ScopeKind.COURSE else None,
        "programme_id": scope.key if scope.kind is ScopeKind.PROGRAMME else None,
        "school_id": scope.key if scope.kind is ScopeKind.SCHOOL else None,
    }


def load_course_ids(db: Session, scope: LevelScope) -> tuple[int, ...]:
    """Return the courses that a scope covers, those with a level of their own included. Empty: none."""
    ids = select(Course.id).where(Course.platform_id == scope.platform_id, Course.deleted_at.is_(None))
    if scope.kind is ScopeKind.COURSE:
        ids = ids.where(Course.id == scope.key)
    elif scope.kind is not ScopeKind.SITE:
        owner = CourseSchool.school_id if scope.kind is ScopeKind.SCHOOL else CourseSchool.programme_id
        ids = ids.join(CourseSchool, CourseSchool.course_id == Course.id).where(owner == scope.key)
    return tuple(db.scalars(ids.order_by(Course.id)))


def _is_kind(
    table: type[PublishedLevel] | type[LevelDraft], platform_id: int, kind: ScopeKind, key: int | None
) -> ColumnElement[bool]:
    clause: ColumnElement[bool] = table.platform_id == platform_id
    columns = {
        ScopeKind.COURSE: table.course_id,
        ScopeKind.PROGRAMME: table.programme_id,
        ScopeKind.SCHOOL: table.school_id,
    }
    for one, column in columns.items():
        clause &= column == key if one is kind else column.is_(None)
    return clause


def _of_school(row: School) -> LevelScope:
    return LevelScope(row.platform_id, ScopeKind.SCHOOL, row.id, row.code, row.name, row.id)


def _of_programme(row: Programme) -> LevelScope:
    return LevelScope(row.platform_id, ScopeKind.PROGRAMME, row.id, row.code, row.name or row.code, row.school_id)


def _of_course(row: Course, school_id: int | None, programme_id: int | None) -> LevelScope:
    code = str(row.moodle_course_id)
    return LevelScope(row.platform_id, ScopeKind.COURSE, row.id, code, row.fullname, school_id, programme_id)
