"""Every statement that reads, adds or removes presence facts, each once: SQLite, PostgreSQL, DuckDB, ClickHouse.

Their parameters are bound by name. None joins another table, because facts may live in another database than people
(docs/scaling.md): the caller passes days, courses and people in. Days are named one by one and not as a stretch: the
key begins with the day, so that each is found by it together with its course.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    Integer,
    Select,
    SmallInteger,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
)

from bridge.schema.base import Base
from bridge.schema.log import Presence

PRESENCE: Table = Base.metadata.tables[Presence.__tablename__]
_FACT = PRESENCE.c
KEY = (_FACT.day_no, _FACT.course_id, _FACT.person_id, _FACT.cmid, _FACT.kind)
FACT_COLUMNS = tuple(column.name for column in KEY)


def _one(name: str) -> Any:
    return bindparam(name, type_=Integer() if name == "day_no" else SmallInteger() if name == "kind" else BigInteger())


def _some(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column.in_(bindparam(name, expanding=True))


def _select(*columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns)


_IS_COURSE, _IS_PERSON = _FACT.course_id == _one("course_id"), _FACT.person_id == _one("person_id")
_ARE_DAYS, _ARE_KINDS, _ARE_ITEMS = _some(_FACT.day_no, "days"), _some(_FACT.kind, "kinds"), _some(_FACT.cmid, "cmids")
_ARE_COURSES, _ARE_PEOPLE = _some(_FACT.course_id, "course_ids"), _some(_FACT.person_id, "person_ids")
_AFTER = tuple_(*(_one(f"after_{column.name}") for column in KEY[1:]))
_AT_MOST = bindparam("at_most", type_=Integer())

FIRST_DAY = _select(_FACT.day_no).order_by(_FACT.day_no).limit(1)
"""No row: there are no facts. `min` would be 0 on ClickHouse then."""
LAST_DAY = _select(_FACT.day_no).order_by(_FACT.day_no.desc()).limit(1)

OF_COURSE = _select(_FACT.person_id, _FACT.day_no, _FACT.cmid, _FACT.kind).where(_ARE_DAYS, _IS_COURSE)
"""A cohort's facts on some days."""
OF_LEARNERS = OF_COURSE.where(_ARE_PEOPLE)
"""Of a few of the cohort alone."""
OPENINGS = (
    _select(_FACT.person_id, _FACT.cmid, func.min(_FACT.day_no), func.max(_FACT.day_no))
    .where(_ARE_DAYS, _IS_COURSE, _ARE_KINDS)
    .group_by(_FACT.person_id, _FACT.cmid)
)
"""When each of a cohort first and last opened each item, on some days."""
SEEN = (
    _select(_FACT.day_no, _FACT.cmid, _FACT.kind)
    .where(_ARE_DAYS, _IS_COURSE, _IS_PERSON)
    .order_by(_FACT.day_no, _FACT.kind, _FACT.cmid)
)
"""One learner's facts in a course on some days."""
PAGE_OF_DAY = (
    _select(*KEY).where(_FACT.day_no == _one("day_no"), tuple_(*KEY[1:]) > _AFTER).order_by(*KEY[1:]).limit(_AT_MOST)
)
"""One day's facts in the order of their key, `at_most` of them after the one named by `after_…`."""
KNOWN = _select(*KEY).where(tuple_(*KEY).in_(bindparam("facts", expanding=True)))
"""Which of some facts are there."""

_HELD = (_IS_PERSON, _ARE_DAYS, _ARE_COURSES)
HELD = (
    _select(*KEY)
    .where(*_HELD)
    .order_by(_FACT.day_no.desc(), *KEY[1:])
    .limit(_AT_MOST)
    .offset(bindparam("offset", type_=Integer()))
)
"""A page of one person's facts, the latest first."""
COUNT_HELD = _select(func.count()).select_from(PRESENCE).where(*_HELD)
COUNT_OF_PEOPLE = _select(func.count()).select_from(PRESENCE).where(_ARE_PEOPLE)
COUNT_OF_COURSES = _select(func.count()).select_from(PRESENCE).where(_ARE_COURSES)
COUNT_ON_DAYS = COUNT_OF_COURSES.where(_ARE_DAYS)
"""Of some courses on some days."""
COUNT_OF_DAYS = _select(_FACT.day_no, func.count()).where(_ARE_DAYS).group_by(_FACT.day_no).order_by(_FACT.day_no)

PEOPLE = _select(_FACT.person_id).distinct()
COURSES = _select(_FACT.course_id).distinct()

ADD = insert(PRESENCE)
"""Of facts that are not there yet; on SQLite and PostgreSQL `bridge.store.bulk` leaves known ones out by itself."""
REMOVE_HELD: Delete = delete(PRESENCE).where(*_HELD)
REMOVE_PEOPLE: Delete = delete(PRESENCE).where(_ARE_PEOPLE)
REMOVE_COURSES: Delete = delete(PRESENCE).where(_ARE_COURSES)
REMOVE_ON_DAYS: Delete = delete(PRESENCE).where(_ARE_DAYS, _ARE_COURSES)
REMOVE_ITEMS: Delete = delete(PRESENCE).where(_ARE_DAYS, _IS_COURSE, _ARE_ITEMS, _ARE_KINDS)
