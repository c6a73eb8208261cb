"""Give a platform, a school or one course another teaching calendar (tables teaching_calendar, calendar_break)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from analytics.calendar import DateRange
from bridge.errors import BridgeError
from bridge.schema.records import School
from bridge.schema.teaching import CalendarBreak, Course, TeachingCalendar
from bridge.store.course_calendars import COURSE, PLATFORM, SCHOOL, load_first_mondays, load_pauses
from bridge.store.course_rollover import follow_first_mondays
from bridge.store.engagement import mark_course_stale
from bridge.store.panel_records import NamedBreak
from bridge.store.schools import find_school_id
from bridge.store.turns import take_turn

UTC_ZONE = ZoneInfo("UTC")


class CalendarRefused(BridgeError):
    """A calendar cannot be changed as asked; nothing was."""

    code = "calendar-refused"
    next_step = "See lea calendar show."


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose calendar is meant: one school's or one course's, or, with neither, the whole platform's."""

    school_code: str | None = None
    moodle_course_id: int | None = None


@dataclass(frozen=True, slots=True)
class CalendarPlan:
    """What a calendar says."""

    week_count: int
    pauses: tuple[NamedBreak, ...] = ()
    """Breaks, reading weeks and bank holidays."""
    first_monday: date | None = None
    """The term's first Monday; None: week 1 is the week of a course's own start."""


@dataclass(frozen=True, slots=True)
class CalendarRecord:
    """One version of a calendar with whose it is and how many courses are measured by it now."""

    version: str
    scope: str
    school_code: str | None
    plan: CalendarPlan
    made_at: datetime | None
    course_count: int


@dataclass(frozen=True, slots=True)
class Saved:
    """A calendar that was saved."""

    version: str
    begun: Mapping[int, int]
    """Moodle's id of each course that is taught again from its week 1 on → the number of the run that began."""


def save_calendar(
    db: Session,
    platform_id: int,
    whose: Whose,
    plan: CalendarPlan,
    now: datetime,
    zone: ZoneInfo = UTC_ZONE,
    *,
    is_rollover: bool = False,
) -> Saved:
    """Save a calendar as a new version.

    Learners' weeks are measured again at the next sync; evaluations keep the version they were made with. Another run
    of a course begins where week 1 moves behind all that was taught of it (`course_rollover.follow_first_mondays`);
    with `is_rollover` where it moves behind all that was evaluated. Courses that are switched off keep the calendar
    they had where week 1 would move, unless theirs is meant.

    Raises:
        CalendarRefused: no such course, week 1 would start on another day than Monday, or week 1 of a course with
            evaluations would move. SchoolRefused: no such school.
    """
    if plan.first_monday is not None and plan.first_monday.weekday() != 0:
        raise CalendarRefused(f"{plan.first_monday} is a {plan.first_monday:%A}; week 1 starts on a Monday.")
    take_turn(db)
    course = None if whose.moodle_course_id is None else _find_course(db, platform_id, whose.moodle_course_id)
    school_id = None if whose.school_code is None else find_school_id(db, platform_id, whose.school_code)
    before = _load_first_mondays(db, platform_id)
    scope = COURSE if course is not None else SCHOOL if school_id is not None else PLATFORM
    version = _next_version(db, platform_id, scope, whose)
    row = TeachingCalendar(platform_id=platform_id, version=version, scope=scope, school_id=school_id, made_at=now)
    calendar_id = _add_calendar(db, row, plan)
    if course is not None:
        course.calendar_id = calendar_id
    else:
        _keep_of_switched_off(db, platform_id, before)
    db.flush()
    return Saved(version, _follow(db, platform_id, before, now, zone, is_meant=is_rollover))


def inherit_calendar(
    db: Session, platform_id: int, moodle_course_id: int, now: datetime, zone: ZoneInfo = UTC_ZONE
) -> Mapping[int, int]:
    """Let a course have its school's calendar, or the platform's, in place of its own; return `Saved.begun`.

    Raises:
        CalendarRefused: no such course, or its week 1 would move under weeks that were evaluated.
    """
    take_turn(db)
    before = _load_first_mondays(db, platform_id)
    _find_course(db, platform_id, moodle_course_id).calendar_id = None
    db.flush()
    return _follow(db, platform_id, before, now, zone)


def roll_over(
    db: Session, platform_id: int, moodle_course_id: int, first_monday: date, now: datetime, zone: ZoneInfo
) -> Saved:
    """Let a course be taught again from a Monday on: with a calendar of its own, as long as the one it has.

    Of the breaks those are taken along that lie in the new weeks.

    Raises:
        CalendarRefused: no such course, it has no calendar, its week 1 starts then already or was taught by then, or
            the day is no Monday.
    """
    take_turn(db)
    course = _find_course(db, platform_id, moodle_course_id)
    found = load_first_mondays(db, [course.id]).get(course.id)
    if found is None:
        raise CalendarRefused(f"Course {moodle_course_id} has no calendar. Nothing was changed. Next: lea calendar set")
    calendar_id, monday = found
    if monday == first_monday:
        raise CalendarRefused(f"Week 1 of course {moodle_course_id} starts on {monday} already. Nothing was changed.")
    pauses = load_pauses(db, platform_id).get(calendar_id, ())
    weeks = db.get_one(TeachingCalendar, calendar_id).week_count
    plan = CalendarPlan(weeks, tuple(one for one in pauses if one.days.last >= first_monday), first_monday)
    return save_calendar(db, platform_id, Whose(None, moodle_course_id), plan, now, zone, is_rollover=True)


def load_calendars(db: Session, platform_id: int) -> tuple[CalendarRecord, ...]:
    """Return every version of every calendar of a platform, the latest first; empty before the first."""
    used = [calendar_id for calendar_id, _ in _load_first_mondays(db, platform_id).values()]
    pauses = load_pauses(db, platform_id)
    rows = db.execute(
        select(TeachingCalendar, School.code)
        .outerjoin(School, School.id == TeachingCalendar.school_id)
        .where(TeachingCalendar.platform_id == platform_id)
        .order_by(TeachingCalendar.id.desc())
    )
    return tuple(
        CalendarRecord(
            version=row.version,
            scope=row.scope,
            school_code=code,
            plan=CalendarPlan(row.week_count, pauses.get(row.id, ()), row.first_monday),
            made_at=row.made_at,
            course_count=used.count(row.id),
        )
        for row, code in rows
    )


def find_calendar_version(db: Session, platform_id: int, school_code: str | None = None) -> str | None:
    """Return the newest version of a school's calendar, or of the platform's without one; None: there is none yet."""
    scope = PLATFORM if school_code is None else SCHOOL
    wanted = [TeachingCalendar.platform_id == platform_id, TeachingCalendar.scope == scope]
    if school_code is not None:
        wanted.append(School.code == school_code)
    statement = select(TeachingCalendar.version).outerjoin(School, School.id == TeachingCalendar.school_id)
    return db.scalar(statement.where(*wanted).order_by(TeachingCalendar.id.desc()).limit(1))


def seed_calendar(
    db: Session, platform_id: int, *, week_count: int = 12, breaks: Sequence[tuple[str, DateRange]] = ()
) -> None:
    """Save a first calendar for a platform unless it has one.

    `breaks`: name and days, both ends included. Week 1 of a course is the week of its own start.
    """
    is_platforms = (TeachingCalendar.platform_id == platform_id, TeachingCalendar.scope == PLATFORM)
    if db.scalar(select(exists().where(*is_platforms))):
        return
    row = TeachingCalendar(platform_id=platform_id, version="calendar-1")
    _add_calendar(db, row, CalendarPlan(week_count, tuple(NamedBreak(name, days) for name, days in breaks)))


def _add_calendar(db: Session, row: TeachingCalendar, plan: CalendarPlan) -> int:
    """Add a calendar that has its version and scope, and return its id."""
    row.name, row.week_count, row.first_monday = f"Teaching year, {row.version}", plan.week_count, plan.first_monday
    db.add(row)
    db.flush()
    db.add_all(
        CalendarBreak(
            calendar_id=row.id,
            name=pause.name,
            kind=pause.kind.value,
            starts_on=pause.days.first,
            ends_on=pause.days.last,
        )
        for pause in plan.pauses
    )
    db.flush()
    return row.id


def _find_course(db: Session, platform_id: int, moodle_course_id: int) -> Course:
    is_this = (Course.platform_id == platform_id, Course.moodle_course_id == moodle_course_id)
    course = db.scalar(select(Course).where(*is_this))
    if course is None:
        raise CalendarRefused(
            f"Course {moodle_course_id} is not known here. Nothing was changed. Next: lea course on {moodle_course_id}"
        )
    return course


def _next_version(db: Session, platform_id: int, scope: str, whose: Whose) -> str:
    """Name the next version: calendar-2, calendar-SBBS-1, calendar-course-11-1. Numbers run through the platform."""
    count = select(func.count()).where(TeachingCalendar.platform_id == platform_id)
    parts = {PLATFORM: "", SCHOOL: f"{whose.school_code}-", COURSE: f"course-{whose.moodle_course_id}-"}
    named = count.where(TeachingCalendar.version.startswith(f"calendar-{parts[scope]}", autoescape=True))
    number = db.scalar(named if scope != PLATFORM else count.where(TeachingCalendar.scope == PLATFORM)) or 0
    return f"calendar-{parts[scope]}{number + 1}"


def _load_first_mondays(db: Session, platform_id: int) -> dict[int, tuple[int, date]]:
    return load_first_mondays(db, list(db.scalars(select(Course.id).where(Course.platform_id == platform_id))))


def _keep_of_switched_off(db: Session, platform_id: int, before: Mapping[int, tuple[int, date]]) -> None:
    """Let courses that are switched off keep the calendar they had: they are not taught by the new one."""
    db.flush()
    after = _load_first_mondays(db, platform_id)
    moved = [one for one, (_, monday) in before.items() if one in after and after[one][1] != monday]
    for course in db.scalars(select(Course).where(Course.id.in_(moved), Course.switched_off_at.is_not(None))):
        course.calendar_id = before[course.id][0]


def _follow(
    db: Session,
    platform_id: int,
    before: dict[int, tuple[int, date]],
    now: datetime,
    zone: ZoneInfo,
    *,
    is_meant: bool = False,
) -> dict[int, int]:
    """Refuse to move a week 1 that evaluations were numbered by; mark the courses whose calendar is another now.

    Return by Moodle's id which run began of courses whose week 1 moved behind what was taught.
    """
    after = _load_first_mondays(db, platform_id)
    followed = follow_first_mondays(db, before, after, now, zone, is_meant=is_meant)
    if followed.refused:
        numbers = _name(db, followed.refused)
        raise CalendarRefused(
            f"Week 1 would move in course {', '.join(map(str, numbers))}, whose weeks were evaluated and are named by "
            "their number. Nothing was changed. Give such courses a calendar of their own first: lea calendar set "
            "--course. Where they are taught again: publish it once their last week is over and evaluated, or before "
            "that lea course rollover, with a Monday after its last evaluated week"
        )
    for course_id in {one for one, found in after.items() if before.get(one) != found}:
        mark_course_stale(db, course_id)
    names = {course_id: moodle_id for moodle_id, course_id in _name(db, followed.begun).items()}
    return {names[course_id]: run_no for course_id, run_no in followed.begun.items()}


def _name(db: Session, course_ids: Collection[int]) -> dict[int, int]:
    """Return by Moodle's id, ascending, this tool's id of some courses."""
    columns = (Course.moodle_course_id, Course.id)
    return dict(db.execute(select(*columns).where(Course.id.in_(course_ids)).order_by(Course.moodle_course_id)).all())
