"""Read who looked at a learner's data, as the learner reads it (policy paragraph 23)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    ScalarSelect,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from analytics.policy.access import Action, Reason
from analytics.policy.actions import EXPORTS
from analytics.policy.relationships import Kind
from analytics.policy.sealing import NOBODY
from bridge.schema import access, people, records, teaching
from bridge.store import login_as
from bridge.store.access_log import AT_THE_SERVER
from bridge.store.database import Found, Statement, fetch
from bridge.store.panel_records import Look

CLASS_LIST = "course:view"
"""The action that shows a course's list of learners."""
STAFF_LISTS = frozenset({Action.PEOPLE_VIEW, *EXPORTS}) - {Action.COMPLAINT_EXPORT}
"""The actions that show the learners somebody works with, or give a list of them as a file: a row for each of them."""
LOOKS_SHOWN = 20
_PERSON_ID: BindParameter[int] = bindparam("person_id")


@dataclass(frozen=True, slots=True)
class LookedAt:
    """Whose data was looked at."""

    platform_id: int
    person_id: int
    zone: ZoneInfo
    """The institution's: an enrolment's days are local dates in it."""


@dataclass(frozen=True, slots=True)
class LookCounts:
    """How often somebody looked, by what was shown."""

    page_count: int
    """The page about the learner was opened."""
    list_count: int
    """A list was opened that the learner may have been on."""
    refused_count: int
    """Somebody was refused while logged in to Moodle as the learner."""
    command_count: int = 0
    """Something was done about the learner by a command."""

    @property
    def total(self) -> int:
        """All together."""
        return self.page_count + self.list_count + self.refused_count + self.command_count


def load_looks(
    db: Session, platform_id: int, person_id: int, moodle_course_ids: tuple[int, ...], limit: int = LOOKS_SHOWN
) -> tuple[Look, ...]:
    """Load who looked at a learner's data, the latest first, at most `limit`.

    Views of this learner's page in any course, and of the class lists of the given courses; never the learner's own.
    Also who was refused while logged in to Moodle as the learner.
    """
    asked = {"platform_id": platform_id, "person_id": person_id, "courses": list(moodle_course_ids), "limit": limit}
    return tuple(map(_make_look, fetch(db, _SELECT_LOOKS, **asked)))


def load_all_looks(db: Session, who: LookedAt, first: int, limit: int) -> tuple[Look, ...]:
    """Load who looked at a learner's data in any course, the latest first: at most `limit`, after leaving out `first`.

    As `load_looks`, with the class lists of each course that the learner is or was in, while they were in it.
    """
    looks = _select_looks(_is_about(_is_list_with(db, who))).offset(first).limit(limit)
    return tuple(map(_make_look, fetch(db, looks, **_values_of(who))))


def count_all_looks(db: Session, who: LookedAt) -> LookCounts:
    """Count what `load_all_looks` gives; zeros when nobody has looked."""
    row = access.AccessRow
    is_list = and_(row.is_allowed.is_(True), or_(row.subject_person_id.is_(None), row.action.in_(STAFF_LISTS)))
    is_command = row.viewer_moodle_user_id == AT_THE_SERVER
    kind = case((is_command, "command"), (row.is_allowed.is_(False), "refused"), (is_list, "list"), else_="page")
    counted = select(kind, func.count()).where(_is_about(_is_list_with(db, who))).group_by(kind)
    counts: dict[str, int] = dict(db.execute(counted, _values_of(who)).all())
    return LookCounts(*(counts.get(kind, 0) for kind in ("page", "list", "refused", "command")))


def _values_of(who: LookedAt) -> dict[str, object]:
    """Return the parameters of `_is_about` and `_select_looks`."""
    return {"platform_id": who.platform_id, "person_id": who.person_id}


def _is_about(is_their_list: ColumnElement[bool]) -> ColumnElement[bool]:
    row, viewer = access.AccessRow, people.Person
    own_id = select(viewer.moodle_user_id).where(viewer.id == _PERSON_ID).scalar_subquery()
    is_class_list = and_(row.subject_person_id.is_(None), is_their_list)
    return and_(
        row.platform_id == bindparam("platform_id"),
        row.viewer_moodle_user_id.not_in([own_id, NOBODY]),
        or_(row.subject_person_id == _PERSON_ID, is_class_list),
        or_(row.is_allowed.is_(True), row.reason == login_as.REASON),
    )


def _is_list_with(db: Session, who: LookedAt) -> ColumnElement[bool]:
    """Say which class lists the learner may have been on: of their courses, from their first day there to the last."""
    row = access.AccessRow
    of_courses = [and_(row.moodle_course_id == course, *within) for course, within in _find_stays(db, who)]
    return and_(row.action == CLASS_LIST, or_(false(), *of_courses))


def _find_stays(db: Session, who: LookedAt) -> Iterator[tuple[int, list[ColumnElement[bool]]]]:
    rows = db.execute(
        select(teaching.Course.moodle_course_id, people.Enrolment.enrolled_on, people.Enrolment.ends_on)
        .join(teaching.Course, teaching.Course.id == people.Enrolment.course_id)
        .where(people.Enrolment.person_id == who.person_id, people.Enrolment.is_learner.is_(True))
    )
    for moodle_course_id, first, last in rows:
        within = [access.AccessRow.at >= _midnight(first, who.zone)]
        if last is not None:
            within.append(access.AccessRow.at < _midnight(last + timedelta(days=1), who.zone))
        yield moodle_course_id, within


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _select_looks(is_about: ColumnElement[bool]) -> Statement:
    row, viewer, course = access.AccessRow, people.Person, teaching.Course
    is_viewer = and_(viewer.platform_id == row.platform_id, viewer.moodle_user_id == row.viewer_moodle_user_id)
    is_course = and_(course.platform_id == row.platform_id, course.moodle_course_id == row.moodle_course_id)
    columns: list[Any] = [
        row.at,
        row.viewer_moodle_user_id,
        row.viewer_role,
        row.action,
        row.subject_person_id,
        row.is_allowed,
        row.reason,
        row.detail,
        viewer.full_name,
        course.fullname.label("course_name"),
        _select_held(records.Relationship.holder_name).label("holder_name"),
        _select_held(
            records.Relationship.reason,
            row.reason == Reason.BREAK_GLASS,
            records.Relationship.kind == Kind.BREAK_GLASS,
            records.Relationship.person_id == _PERSON_ID,
            records.Relationship.starts_at <= row.at,
            records.Relationship.ends_at > row.at,
        ).label("given_reason"),
    ]
    return (
        select(*columns)
        .outerjoin(viewer, is_viewer)
        .outerjoin(course, is_course)
        .where(is_about)
        .order_by(row.at.desc(), row.id.desc())
    )


def _select_held(column: InstrumentedAttribute[Any], *which: ColumnElement[bool]) -> ScalarSelect[Any]:
    """Say one thing of the viewer's latest stored relationship of those that are asked for."""
    row, held = access.AccessRow, records.Relationship
    viewer = row.viewer_moodle_user_id
    is_viewer = or_(held.holder_moodle_user_id == viewer, held.seen_moodle_user_id == viewer)
    is_theirs = (held.platform_id == row.platform_id, is_viewer)
    statement = select(column).where(*is_theirs, *which).order_by(held.id.desc()).limit(1)
    return statement.correlate(row).scalar_subquery()


_SELECT_LOOKS = _select_looks(
    _is_about(
        and_(
            access.AccessRow.action == CLASS_LIST,
            access.AccessRow.moodle_course_id.in_(bindparam("courses", expanding=True)),
        )
    )
).limit(bindparam("limit", type_=Integer))


def _make_look(found: Found) -> Look:
    has_words = found.viewer_moodle_user_id == AT_THE_SERVER or found.action in EXPORTS
    return Look(
        at=found.at,
        viewer_name=found.full_name or found.holder_name,
        viewer_role=found.viewer_role,
        action=found.action,
        course_name=found.course_name,
        is_class_list=found.subject_person_id is None or found.action in STAFF_LISTS,
        is_refused=not found.is_allowed,
        reason=found.reason,
        viewer_moodle_user_id=found.viewer_moodle_user_id,
        given_reason=found.given_reason or (found.detail or "" if has_words else ""),
    )
