"""Until which day what is known is complete: the log, and every other source (tables log_cursor, source_freshness)."""

from collections.abc import Collection, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from analytics.calendar import last_whole_day
from analytics.levels import Marker
from bridge.schema.sources import SourceFreshness
from bridge.store.courses import load_sync_times
from bridge.store.cursor import load_cursor
from bridge.store.database import fetch

EVERY_COURSE = 0
VISITS, SUBMISSIONS = "visits", "submissions"
"""The kinds that stand for Moodle's log and hand-ins where these come by files."""
_SELECT_COVERS = select(SourceFreshness.course_id, SourceFreshness.kind, SourceFreshness.covers_to).where(
    SourceFreshness.platform_id == bindparam("platform_id"),
    SourceFreshness.course_id.in_(bindparam("course_ids", expanding=True)),
)


def load_covers(db: Session, platform_id: int, course_ids: Collection[int]) -> dict[int, dict[str, date]]:
    """Return by course and kind of source the last day of which it knows everything; one statement.

    What a source says of the whole platform holds for each course. Courses and kinds that were never read are left out.
    """
    rows = fetch(db, _SELECT_COVERS, platform_id=platform_id, course_ids=[EVERY_COURSE, *course_ids])
    covers: dict[int, dict[str, date]] = {}
    for row in rows:
        for course_id in course_ids if row.course_id == EVERY_COURSE else (row.course_id,):
            known = covers.setdefault(course_id, {})
            known[row.kind] = max(row.covers_to, known.get(row.kind, row.covers_to))
    return covers


def covers_by_marker(covers: Mapping[str, date], *, has_log: bool) -> dict[Marker, date]:
    """Return the last complete day of each marker's source; markers whose source was never read are left out.

    Tasks have a day only where hand-ins come by files: Moodle's are read in one with its log.
    """
    known = {kind.replace("-", "_"): day for kind, day in covers.items()}
    by_marker = {marker: known[marker.value] for marker in Marker if marker.value in known}
    by_marker.pop(Marker.TASKS, None)
    if not has_log:
        by_marker[Marker.TASKS] = covers.get(SUBMISSIONS, date.min)
    return by_marker


def load_log_day(db: Session, platform_id: int, course_id: int, zone: ZoneInfo) -> date | None:
    """Return the last whole day of which a course's log is known: Moodle's, else what files bring; None: none is."""
    fresh_at = load_cursor(db, platform_id).fresh_at
    if fresh_at is not None:
        return last_whole_day(fresh_at, zone)
    return load_covers(db, platform_id, [course_id]).get(course_id, {}).get(VISITS)


def load_known_day(db: Session, platform_id: int, course_id: int, zone: ZoneInfo) -> date | None:
    """Return the last whole day of which a course's log, roster, activities and tasks are known; None: not all are.

    Where no Moodle is read, it is the last day that the files of visits cover: who brings them brings the others.
    None, too, while activities or tasks are older than the roster: of somebody who came since, no task would be known,
    and of activities that came since, not which are the tool's own.
    """
    fresh_at = load_cursor(db, platform_id).fresh_at
    if fresh_at is None:
        return load_log_day(db, platform_id, course_id, zone)
    roster_at, *others = load_sync_times(db, course_id)
    if roster_at is None or any(read_at is None or read_at < roster_at for read_at in others):
        return None
    return last_whole_day(min(fresh_at, roster_at), zone)
