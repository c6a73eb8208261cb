"""Read by what courses are measured: which published levels hold for each, and from when (table published_level)."""

import json
from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache

from sqlalchemy import Text, and_, bindparam, cast, or_, select
from sqlalchemy.orm import Session

from analytics.level_document import expectations_from_json, rule_from_json
from analytics.levels import PublishedLevel
from bridge.schema.records import CourseSchool
from bridge.schema.teaching import PublishedLevel as LevelRow
from bridge.store.database import Found, Statement, fetch
from bridge.store.panel_records import AgreedLevel

Owner = tuple[int | None, int | None, int | None]
"""Whose a level is: the course, programme and school of its row."""
Belonging = tuple[int | None, int | None]
"""The programme that owns a course, and its school."""
NOWHERE: Belonging = (None, None)


def _select_levels() -> Statement:
    row = LevelRow
    columns = (row.id, row.course_id, row.programme_id, row.school_id, row.version, row.effective_from)
    is_site = and_(row.course_id.is_(None), row.programme_id.is_(None), row.school_id.is_(None))
    is_theirs = or_(
        is_site,
        row.course_id.in_(bindparam("course_ids", expanding=True)),
        row.programme_id.in_(bindparam("programme_ids", expanding=True)),
        row.school_id.in_(bindparam("school_ids", expanding=True)),
    )
    return (
        # The document as text: what it says is read once for each text, not for each page.
        select(*columns, row.agreed_by, row.agreed_on, cast(row.document, Text).label("document"))
        .where(row.platform_id == bindparam("platform_id"), is_theirs)
        .order_by(row.effective_from, row.id)
    )


_SELECT_LEVELS = _select_levels()
_SELECT_BELONGING = select(CourseSchool.course_id, CourseSchool.programme_id, CourseSchool.school_id).where(
    CourseSchool.course_id.in_(bindparam("course_ids", expanding=True))
)


def load_levels(db: Session, platform_id: int, course_ids: Collection[int]) -> dict[int, tuple[AgreedLevel, ...]]:
    """Return by course what it is measured by, by the Monday each takes effect, in two queries.

    The narrowest of course, owning programme, school and site with a level in force wins, so a wider one's level holds
    until a narrower one's first takes effect. A course that nothing is published for has an empty tuple.
    """
    rows = fetch(db, _SELECT_BELONGING, course_ids=list(course_ids))
    owners: dict[int, Belonging] = {row.course_id: (row.programme_id, row.school_id) for row in rows}
    return load_levels_of(db, platform_id, {course_id: owners.get(course_id, NOWHERE) for course_id in course_ids})


def load_levels_of(
    db: Session, platform_id: int, courses: Mapping[int, Belonging]
) -> dict[int, tuple[AgreedLevel, ...]]:
    """Return what `load_levels` does, in one query, for courses of which it is known what they belong to."""
    asked = {
        "course_ids": list(courses),
        "programme_ids": list({programme_id for programme_id, _ in courses.values() if programme_id is not None}),
        "school_ids": list({school_id for _, school_id in courses.values() if school_id is not None}),
    }
    by_owner: dict[Owner, list[Found]] = {}
    for row in fetch(db, _SELECT_LEVELS, platform_id=platform_id, **asked):
        by_owner.setdefault((row.course_id, row.programme_id, row.school_id), []).append(row)
    return {
        course_id: _merge([by_owner.get(owner, []) for owner in _owners_of(course_id, *belonging)])
        for course_id, belonging in courses.items()
    }


def _owners_of(course_id: int, programme_id: int | None, school_id: int | None) -> tuple[Owner, ...]:
    """Give the keys of a course's scopes, narrowest first."""
    programme: tuple[Owner, ...] = () if programme_id is None else ((None, programme_id, None),)
    school: tuple[Owner, ...] = () if school_id is None else ((None, None, school_id),)
    return ((course_id, None, None), *programme, *school, (None, None, None))


def _merge(narrowest_first: list[list[Found]]) -> tuple[AgreedLevel, ...]:
    """Give the levels that are ever in force: a wider one's before the first Monday of every narrower one."""
    found: list[Found] = []
    until: date | None = None
    for rows in narrowest_first:
        found += [row for row in rows if until is None or row.effective_from < until]
        starts = [row.effective_from for row in rows] + ([] if until is None else [until])
        until = min(starts, default=None)
    return tuple(_make_level(row) for row in sorted(found, key=lambda row: (row.effective_from, row.id)))


def _make_level(row: Found) -> AgreedLevel:
    level, who_intervenes = _read_level(row.document, row.version, row.effective_from)
    return AgreedLevel(level, row.agreed_by, row.agreed_on, who_intervenes)


@lru_cache(maxsize=1024)
def _read_level(document: str, version: str, effective_from: date) -> tuple[PublishedLevel, tuple[str, ...]]:
    """Return a level with the lines about who intervenes; all that it depends on is what it is called with."""
    says = json.loads(document)
    level = PublishedLevel(
        version=version,
        effective_from=effective_from,
        expectations=expectations_from_json(says["expectations"]),
        rule=rule_from_json(says["rule"]),
    )
    return level, tuple(says.get("who_intervenes", ()))
