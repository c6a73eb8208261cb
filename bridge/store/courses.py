"""Courses: which are switched on, what Moodle calls them, and how far their log was backfilled (table course)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from analytics.calendar import local_date
from bridge.records import CourseRecord
from bridge.schema.teaching import Course
from bridge.store.course_calendars import load_first_mondays
from bridge.store.course_rollover import follow_first_mondays
from bridge.store.database import upsert
from bridge.store.new_numbers import can_have_facts, check_new_courses
from bridge.store.turns import take_turn

COURSES_AT_ONCE = 1_000
"""In one statement."""


@dataclass(frozen=True, slots=True)
class SyncedCourse:
    """One switched-on course, as the sync needs it."""

    course_id: int
    moodle_course_id: int
    shortname: str
    backfilled_to: int
    backfill_until: int | None

    @property
    def is_backfilled(self) -> bool:
        """Whether the log from before it was switched on has been read."""
        return self.backfill_until is not None and self.backfilled_to >= self.backfill_until


def load_synced_courses(db: Session, platform_id: int) -> tuple[SyncedCourse, ...]:
    """Return the switched-on courses of a platform, by id; empty when none is."""
    is_synced = and_(
        Course.platform_id == platform_id,
        Course.switched_on_at.is_not(None),
        Course.switched_off_at.is_(None),
        Course.deleted_at.is_(None),
    )
    rows = db.execute(
        select(Course.id, Course.moodle_course_id, Course.shortname, Course.backfilled_to, Course.backfill_until)
        .where(is_synced)
        .order_by(Course.id)
    )
    return tuple(SyncedCourse(*row) for row in rows)


def switch_on(db: Session, platform_id: int, moodle_course_ids: Collection[int], now: datetime, today: date) -> None:
    """Switch courses on; those that are on stay as they are. Empty: nothing happens.

    An unknown course gets a row without names, which the next sync fills in. A course that was switched off is read
    again from where it had got to.

    Raises:
        FactsOfOthers: a new one would get a number that has facts; roll back.
    """
    rows = [
        {
            "platform_id": platform_id,
            "moodle_course_id": moodle_course_id,
            "shortname": "",
            "fullname": f"Course {moodle_course_id}",
            "starts_on": today,
            "backfilled_to": 0,
        }
        for moodle_course_id in sorted(set(moodle_course_ids))
    ]
    key = ["platform_id", "moodle_course_id"]
    known = _load_ids(db, platform_id) if can_have_facts(db) else None
    upsert(db, Course, rows, key=key, update=key)
    if known is not None:
        check_new_courses(db, _load_ids(db, platform_id) - known)
    for some in _in_parts(moodle_course_ids):
        is_one = and_(Course.platform_id == platform_id, Course.moodle_course_id.in_(some))
        is_off = Course.switched_on_at.is_(None) | Course.switched_off_at.is_not(None)
        db.execute(
            update(Course)
            .where(is_one, is_off)
            .values(switched_on_at=now, switched_off_at=None, deleted_at=None, backfill_until=None)
        )


def switch_off(db: Session, platform_id: int, moodle_course_ids: Collection[int], now: datetime, read_to: int) -> None:
    """Switch courses off; their numbers stay. `read_to` is where the platform's log was read to. Empty: nothing."""
    for some in _in_parts(moodle_course_ids):
        is_on = and_(
            Course.platform_id == platform_id,
            Course.moodle_course_id.in_(some),
            Course.switched_on_at.is_not(None),
            Course.switched_off_at.is_(None),
        )
        is_backfilled = Course.backfilled_to >= Course.backfill_until
        db.execute(update(Course).where(is_on, is_backfilled).values(backfilled_to=read_to))
        db.execute(update(Course).where(is_on).values(switched_off_at=now))


def load_course_id(db: Session, platform_id: int, moodle_course_id: int) -> int | None:
    """Return this tool's id of a course, on or off; None when it was never listed."""
    is_this = (Course.platform_id == platform_id, Course.moodle_course_id == moodle_course_id)
    return db.scalar(select(Course.id).where(*is_this))


def _load_ids(db: Session, platform_id: int) -> frozenset[int]:
    return frozenset(db.scalars(select(Course.id).where(Course.platform_id == platform_id)))


def _in_parts(moodle_course_ids: Collection[int]) -> Iterator[tuple[int, ...]]:
    """Give the ids in parts that any database takes as bound values of one statement."""
    ids = iter(sorted(set(moodle_course_ids)))
    while some := tuple(islice(ids, COURSES_AT_ONCE)):
        yield some


@dataclass(frozen=True, slots=True)
class Starts:
    """What became of starts that the source of the courses moved."""

    moved: frozenset[int]
    """Ids of the courses whose start is another now."""
    kept: frozenset[int]
    """Moodle's ids of those that keep theirs: week 1 would have moved under weeks that were evaluated."""
    begun: Mapping[int, int] = field(default_factory=dict)
    """Moodle's id → number of the run that began with the new start."""


def save_course_details(
    db: Session, platform_id: int, courses: Sequence[CourseRecord], zone: ZoneInfo, now: datetime
) -> Starts:
    """Write names, start (the local date in `zone`) and group mode of known courses; others are left out.

    A course without a start keeps its own. So does one whose week 1 would move under weeks that were evaluated: they
    are named by their number. With a start behind all that was taught another run begins
    (`course_rollover.follow_first_mondays`). Whoever moves one at the same time, an administrator, too, is waited for.
    """
    take_turn(db)
    known = {row.moodle_course_id: row for row in db.scalars(select(Course).where(Course.platform_id == platform_id))}
    starts: dict[int, tuple[Course, date]] = {}
    for course in courses:
        row = known.get(course.moodle_course_id)
        if row is None:
            continue
        row.shortname, row.fullname, row.idnumber = course.shortname, course.fullname, course.idnumber
        row.group_mode = course.group_mode
        starts_on = row.starts_on if course.starts_at is None else local_date(course.starts_at, zone)
        if starts_on != row.starts_on:
            starts[row.id] = row, starts_on
    db.flush()
    return _move_starts(db, starts, zone, now)


def _move_starts(db: Session, starts: Mapping[int, tuple[Course, date]], zone: ZoneInfo, now: datetime) -> Starts:
    """Give courses, by id, another start; week 1 of evaluated ones stays, or is of another run."""
    before, old = load_first_mondays(db, starts), {course_id: row.starts_on for course_id, (row, _) in starts.items()}
    for row, starts_on in starts.values():
        row.starts_on = starts_on
    db.flush()
    followed = follow_first_mondays(db, before, load_first_mondays(db, starts), now, zone)
    for course_id in followed.refused:
        starts[course_id][0].starts_on = old[course_id]
    db.flush()
    return Starts(
        moved=frozenset(starts) - followed.refused,
        kept=frozenset(starts[course_id][0].moodle_course_id for course_id in followed.refused),
        begun={starts[course_id][0].moodle_course_id: run_no for course_id, run_no in followed.begun.items()},
    )


def begin_backfills(db: Session, course_ids: Collection[int], read_to: int) -> None:
    """Note for those of some courses that are newly on that the log up to `read_to` went by without them."""
    is_new = and_(Course.id.in_(course_ids), Course.backfill_until.is_(None))
    db.execute(update(Course).where(is_new).values(backfill_until=read_to))


def save_backfill(db: Session, course_id: int, backfilled_to: int) -> None:
    """Note how far a course's earlier log was read."""
    db.execute(update(Course).where(Course.id == course_id).values(backfilled_to=backfilled_to))


def skip_backfill(db: Session, course_id: int) -> None:
    """Note that a course has no earlier log to be read: it comes by files."""
    db.execute(update(Course).where(Course.id == course_id).values(backfilled_to=0, backfill_until=0))


def mark_course_deleted(db: Session, platform_id: int, moodle_course_id: int, now: datetime) -> None:
    """Note that Moodle deleted a course: it is synced and shown no more."""
    is_this = and_(Course.platform_id == platform_id, Course.moodle_course_id == moodle_course_id)
    db.execute(update(Course).where(is_this, Course.deleted_at.is_(None)).values(deleted_at=now))


def load_sync_times(db: Session, course_id: int) -> tuple[datetime | None, datetime | None, datetime | None]:
    """Return when a course's roster, activities and tasks were last read; None where they never were."""
    columns = (Course.roster_synced_at, Course.activities_synced_at, Course.tasks_synced_at)
    row = db.execute(select(*columns).where(Course.id == course_id)).one()
    return row.roster_synced_at, row.activities_synced_at, row.tasks_synced_at
