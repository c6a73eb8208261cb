"""Activities of a course; this tool's own ones are never evidence (table activity)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from analytics.evidence import Kind
from bridge.records import ActivityRecord
from bridge.schema.teaching import Activity, Course, Task
from bridge.store.database import upsert
from bridge.store.facts import remove_item_facts

MOODLES_KINDS = tuple(int(kind) for kind in Kind if kind.marker is None)
"""Kinds of evidence whose item is one of Moodle's activities; of others it is an item of its source."""
COLUMNS = ("modname", "name", "is_visible", "is_own", "section", "deleted_at")


def replace_activities(
    db: Session, course_id: int, activities: Sequence[ActivityRecord], *, is_complete: bool, now: datetime
) -> bool:
    """Write a course's activities over the last ones; those no longer there are marked deleted if `is_complete`.

    Return whether evidence was taken back: an activity turned out to be this tool's own.
    """
    known = dict(db.execute(select(Activity.cmid, Activity.is_own).where(Activity.course_id == course_id)).all())
    rows = [
        {
            "course_id": course_id,
            "cmid": activity.cmid,
            "modname": activity.modname,
            "name": activity.name,
            "is_visible": activity.is_visible,
            "is_own": activity.is_own,
            "section": activity.section,
            "deleted_at": None,
        }
        for activity in activities
    ]
    upsert(db, Activity, rows, key=["course_id", "cmid"], update=COLUMNS)
    gone = set(known) - {activity.cmid for activity in activities}
    if gone and is_complete:
        is_gone = and_(Activity.course_id == course_id, Activity.cmid.in_(gone), Activity.deleted_at.is_(None))
        db.execute(update(Activity).where(is_gone).values(deleted_at=now))
    newly_own = {activity.cmid for activity in activities if activity.is_own and not known.get(activity.cmid)}
    if newly_own:
        remove_item_facts(db, course_id, newly_own, MOODLES_KINDS)
    db.execute(update(Course).where(Course.id == course_id).values(activities_synced_at=now))
    return bool(newly_own)


def load_activity_words(db: Session, course_id: int) -> dict[int, tuple[str, str]]:
    """Return kind and name of a course's activities by cmid; empty where none is known."""
    rows = db.execute(select(Activity.cmid, Activity.modname, Activity.name).where(Activity.course_id == course_id))
    return {cmid: (modname, name) for cmid, modname, name in rows}


def load_activity_courses(db: Session, platform_id: int) -> dict[int, int]:
    """Return Moodle's course id of each activity of a platform by cmid; empty where none is known."""
    rows = db.execute(
        select(Activity.cmid, Course.moodle_course_id)
        .join(Course, Course.id == Activity.course_id)
        .where(Course.platform_id == platform_id)
    )
    return dict(rows.all())


def load_own_cmids(db: Session, platform_id: int) -> frozenset[int]:
    """Return the cmids of this tool's own activities on a platform, deleted ones included."""
    return frozenset(
        db.scalars(
            select(Activity.cmid)
            .join(Course, Course.id == Activity.course_id)
            .where(Course.platform_id == platform_id, Activity.is_own.is_(True))
        )
    )


def mark_activities_deleted(db: Session, platform_id: int, cmids: Collection[int], now: datetime) -> frozenset[int]:
    """Note that Moodle deleted activities, their tasks with them; return the ids of the courses concerned."""
    if not cmids:
        return frozenset()
    of_platform = select(Course.id).where(Course.platform_id == platform_id)
    course_ids: set[int] = set()
    for table in (Activity, Task):
        is_one = (table.course_id.in_(of_platform), table.cmid.in_(cmids), table.deleted_at.is_(None))
        course_ids.update(db.scalars(select(table.course_id).where(*is_one)))
        db.execute(update(table).where(*is_one).values(deleted_at=now))
    return frozenset(course_ids)
