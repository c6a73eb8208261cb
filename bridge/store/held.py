"""Read every stored row about one person, with the names a reader needs to understand it (policy paragraph 23)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from analytics.evidence import MARKER_OF_KIND
from bridge.schema import log, people, records, sources, teaching
from bridge.store.facts import count_facts_held, load_facts_held
from bridge.store.held_tables import HELD_TABLES, HeldTable, Who
from bridge.store.tombstones import load_user_keys

ITEM_KINDS = frozenset(map(int, MARKER_OF_KIND))
"""Kinds of facts whose `cmid` is a source's item and no activity."""
FACTS = log.Presence.__tablename__
PEOPLE_IN_OTHER = ("relateduserid", "submitterid")
"""What of a log row's `other` can name somebody."""


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One stored row: its columns as they are, and the names of what its numbers stand for."""

    table: str
    values: Mapping[str, Any]
    """Column → value. A column that names somebody else is None."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of the course, activity, task, group, school, programme and viewer; none for what is no longer there."""


@dataclass(frozen=True, slots=True)
class _Names:
    courses: Mapping[int, str]
    moodle_courses: Mapping[int, str]
    activities: Mapping[tuple[int, int], str]
    tasks: Mapping[int, tuple[str, int]]
    groups: Mapping[int, tuple[str, int]]
    schools: Mapping[int, str]
    programmes: Mapping[int, str]
    viewers: Mapping[int, str]
    items: Mapping[int, str]
    """What is no Moodle activity, such as a recording, by the number that stands in a fact's `cmid`."""
    sessions: Mapping[int, tuple[str, str, int]]
    """Session of a register → (its day as ISO text, its marker, its course)."""


def load_who(db: Session, platform_id: int, person_id: int, secret_key: str) -> Who | None:
    """Return by what the rows of a person are found; None when there is no such person on the platform."""
    person = db.get(people.Person, person_id)
    if person is None or person.platform_id != platform_id:
        return None
    user_key = load_user_keys(db, platform_id, secret_key).of(person.moodle_user_id)
    return Who(platform_id, person_id, person.moodle_user_id, person.idnumber or None, user_key)


def count_held(db: Session, who: Who) -> dict[str, int]:
    """Return how many rows each table of the registry holds about a person, in the registry's order."""
    return {held.name: _count(db, who, held) for held in HELD_TABLES}


def _count(db: Session, who: Who, held: HeldTable) -> int:
    if held.name == FACTS:
        return count_facts_held(db, who.person_id, _load_own_courses(db, who))
    return db.scalar(select(func.count()).select_from(held.table).where(held.is_about(who))) or 0


def load_held(
    db: Session, who: Who, held: HeldTable, *, limit: int | None = None, offset: int = 0
) -> tuple[HeldRow, ...]:
    """Return a table's rows about a person, the latest first, in at most twelve queries. Empty: there are none."""
    kept = [column.name for column in held.table.c if column.name not in held.left_out]
    rows = [dict(zip(kept, row, strict=True)) for row in _load_page(db, who, held, limit, offset)]
    known = _load_names(db, who, rows)
    return tuple(HeldRow(held.name, _hide(held, who, row), _name(known, row)) for row in rows)


def _load_page(db: Session, who: Who, held: HeldTable, limit: int | None, offset: int) -> Sequence[Sequence[Any]]:
    if held.name == FACTS:
        return load_facts_held(db, who.person_id, _load_own_courses(db, who), limit, offset)
    table = held.table
    columns = [column for column in table.c if column.name not in held.left_out]
    order = [table.c[name].desc().nulls_last() for name in held.latest_first]
    statement = select(*columns).where(held.is_about(who)).order_by(*order, *table.primary_key.columns)
    return db.execute(statement.limit(limit).offset(offset)).all()


def _load_own_courses(db: Session, who: Who) -> Sequence[int]:
    """Return every course that can have facts of somebody, with whose help they are found.

    Facts are made of people in a roster alone, and an enrolment that ended keeps its row.
    """
    return db.scalars(select(people.Enrolment.course_id).where(people.Enrolment.person_id == who.person_id)).all()


def _name(known: _Names, row: Mapping[str, Any]) -> dict[str, str]:
    task, task_course = known.tasks.get(row.get("task_id", 0), ("", 0))
    group, group_course = known.groups.get(row.get("group_id", 0), ("", 0))
    held_on, marker, session_course = known.sessions.get(row.get("session_id", 0), ("", "", 0))
    course_id = row.get("course_id") or task_course or group_course or session_course
    named = {
        "course": known.courses.get(course_id) or known.moodle_courses.get(row.get("moodle_course_id", 0)),
        "activity": _name_item(known, row, course_id),
        "task": task,
        "group": group,
        "held_on": held_on,
        "marker": marker,
        "school": known.schools.get(row.get("school_id", 0)),
        "from_school": known.schools.get(row.get("from_school_id", 0)),
        "to_school": known.schools.get(row.get("to_school_id", 0)),
        "programme": known.programmes.get(row.get("programme_id", 0)),
        # Who was refused is not told: they saw nothing.
        "viewer": known.viewers.get(row["viewer_moodle_user_id"]) if row.get("is_allowed") else None,
    }
    return {name: text for name, text in named.items() if text}


def _name_item(known: _Names, row: Mapping[str, Any], course_id: int) -> str | None:
    if row.get("kind") in ITEM_KINDS:
        return known.items.get(row["cmid"])
    return known.activities.get((course_id, row.get("cmid", 0)))


def _hide(held: HeldTable, who: Who, row: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(row)
    for name, key in held.about.items():
        shown[name] = row[name] if row[name] == who.value_of(key) else None
    if shown.get("withheld_reason"):
        shown["body"] = {}  # about somebody else, too: the lead of the school said why
    if shown.get("other"):
        shown["other"] = _hide_others(shown["other"], who.moodle_user_id)
    return shown


def _hide_others(other: str, moodle_user_id: int) -> str:
    try:
        pairs = json.loads(other)
    except ValueError:
        return ""
    if not isinstance(pairs, dict):
        return ""
    kept = {name: value for name, value in pairs.items() if name not in PEOPLE_IN_OTHER or value == moodle_user_id}
    return json.dumps(kept) if kept else ""


def _load_names(db: Session, who: Who, rows: Sequence[Mapping[str, Any]]) -> _Names:
    tasks = _load_owned(db, teaching.Task, _ids(rows, "task_id"))
    groups = _load_owned(db, people.CourseGroup, _ids(rows, "group_id"))
    sessions = _load_sessions(db, _ids(rows, "session_id"))
    owners = {course_id for _, course_id in (*tasks.values(), *groups.values())}
    course_ids = _ids(rows, "course_id") | owners | {course_id for _, _, course_id in sessions.values()}
    course, moodle_ids = teaching.Course, _ids(rows, "moodle_course_id")
    is_moodles = and_(course.platform_id == who.platform_id, course.moodle_course_id.in_(moodle_ids))
    schools = set().union(*(_ids(rows, column) for column in ("school_id", "from_school_id", "to_school_id")))
    programmes = _ids(rows, "programme_id")
    school, programme = records.School, records.Programme
    by_moodle_id = select(course.moodle_course_id, course.fullname).where(is_moodles)
    return _Names(
        courses=_pairs(db, select(course.id, course.fullname).where(course.id.in_(course_ids)), course_ids),
        moodle_courses=_pairs(db, by_moodle_id, moodle_ids),
        activities=_load_activities(db, rows, course_ids),
        tasks=tasks,
        groups=groups,
        schools=_pairs(db, select(school.id, school.name).where(school.id.in_(schools)), schools),
        programmes=_pairs(db, select(programme.id, programme.name).where(programme.id.in_(programmes)), programmes),
        viewers=_load_viewers(db, who, rows),
        items=_load_items(db, {row["cmid"] for row in rows if row.get("kind") in ITEM_KINDS}),
        sessions=sessions,
    )


def _load_items(db: Session, ids: set[int]) -> dict[int, str]:
    item = sources.SourceItem
    found = db.execute(select(item.id, item.name, item.item_key).where(item.id.in_(ids))) if ids else ()
    return {row_id: name or key for row_id, name, key in found}


def _load_sessions(db: Session, ids: set[int]) -> dict[int, tuple[str, str, int]]:
    if not ids:
        return {}
    session = sources.RegisterSession
    columns = (session.id, session.held_on, session.marker, session.course_id)
    found = db.execute(select(*columns).where(session.id.in_(ids)))
    return {row_id: (held_on.isoformat(), marker, course_id) for row_id, held_on, marker, course_id in found}


def _load_owned(
    db: Session, table: type[teaching.Task] | type[people.CourseGroup], ids: set[int]
) -> dict[int, tuple[str, int]]:
    if not ids:
        return {}
    found = db.execute(select(table.id, table.name, table.course_id).where(table.id.in_(ids)))
    return {row_id: (name, course_id) for row_id, name, course_id in found}


def _load_activities(
    db: Session, rows: Sequence[Mapping[str, Any]], course_ids: set[int]
) -> dict[tuple[int, int], str]:
    if not any("cmid" in row for row in rows):
        return {}
    activity = teaching.Activity
    found = db.execute(
        select(activity.course_id, activity.cmid, activity.name).where(activity.course_id.in_(course_ids))
    )
    return {(course_id, cmid): name for course_id, cmid, name in found}


def _load_viewers(db: Session, who: Who, rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    person, ids = people.Person, _ids(rows, "viewer_moodle_user_id")
    is_one = and_(person.platform_id == who.platform_id, person.moodle_user_id.in_(ids))
    return _pairs(db, select(person.moodle_user_id, person.full_name).where(is_one), ids)


def _ids(rows: Iterable[Mapping[str, Any]], column: str) -> set[int]:
    return {row[column] for row in rows if row.get(column)}


def _pairs(db: Session, statement: Select[int, str], wanted: set[int]) -> dict[int, str]:
    return dict(db.execute(statement).all()) if wanted else {}
