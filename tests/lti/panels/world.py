"""A made-up course in a real database, measured by the real measures: what the panels' tests look at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from analytics.calendar import DateRange, TeachingCalendar, day_number, local_date
from analytics.evaluation import evaluate_weeks
from analytics.evidence import Kind
from analytics.history import LearnerHistory
from analytics.history import LearnerTask as HistoryTask
from analytics.levels import Marker, PublishedLevel
from analytics.measures import measure_engagement, measure_weeks
from bridge.schema import access, engagement, log, people, platforms, teaching
from bridge.store.database import Sessions, insert_ignoring, writing

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 6, 14, 20, tzinfo=UTC)
"""Friday of week 6."""
FIRST_MONDAY = date(2026, 9, 28)
READING_WEEK = DateRange(date(2026, 11, 9), date(2026, 11, 15))
MOODLE_URL = "https://moodle.example.ac.uk"
LEVEL = PublishedLevel("3", 2, 4, (1, 1, 1), frozenset({Marker.ACTIVITY, Marker.TASKS}), FIRST_MONDAY)
GIVEN = ("Adam", "Ayesha", "Daniel", "Grace", "Fatima", "Joel", "Ana", "Emily", "Zoë", "Omar", "Mei-Ling", "Rhys")
FAMILY = ("Achebe", "Osei", "Adeyemi", "Ahmed", "Ali", "Andersen", "Bailey", "Begum", "Clarke", "Davies", "Yusuf")
TASKS = (
    (301, "quiz", "Quiz 1", datetime(2026, 10, 9, 16, 0, tzinfo=UTC)),
    (302, "assign", "Lab report 1", datetime(2026, 10, 23, 16, 0, tzinfo=UTC)),
    (303, "quiz", "Quiz 2", datetime(2026, 11, 6, 17, 0, tzinfo=UTC)),
    (304, "assign", "Problem sheet", datetime(2026, 11, 20, 17, 0, tzinfo=UTC)),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a made-up course differs from the usual one."""

    learner_count: int = 24
    now: datetime = NOW
    fresh_at: datetime | None = NOW - timedelta(minutes=35)
    is_excused_known: bool = True
    has_roster: bool = True
    has_level: bool = True
    names: Sequence[str] = ()
    """Full names for the first learners, in place of the made-up ones."""
    course_name: str = "Cell Biology"
    task_name: str = "Lab report 1"
    calendar_weeks: int = 12
    breaks: tuple[DateRange, ...] = (READING_WEEK,)
    activities: Sequence[str] = field(default=tuple(f"Worksheet {number}" for number in range(1, 41)))
    moodle_course_id: int = 2104


@dataclass(frozen=True, slots=True)
class World:
    """The keys of what was made."""

    platform_id: int
    course_id: int
    moodle_course_id: int
    learner_ids: tuple[int, ...]
    group_ids: tuple[int, ...]
    """Groups A, B and C; the nth learner is in the nth modulo 3."""
    tutor_id: int


def make_world(sessions: Sessions, shape: Shape | None = None) -> World:
    """Make a platform with one course, its learners and everything measured about them up to `now`."""
    shape = shape or Shape()
    with writing(sessions) as db:
        platform = platforms.Platform(name="Example University", moodle_url=MOODLE_URL, created_at=shape.now)
        db.add(platform)
        db.flush()
        db.add(
            log.LogCursor(platform_id=platform.id, read_to=9, settled_to=9, mark_id=9, fresh_at=shape.fresh_at, epoch=1)
        )
        db.add(
            log.SyncRun(
                platform_id=platform.id,
                job="sync",
                started_at=shape.now - timedelta(minutes=40),
                finished_at=shape.now - timedelta(minutes=35),
                outcome="succeeded",
            )
        )
        return add_course(db, platform.id, shape)


def add_course(db: Session, platform_id: int, shape: Shape, learner_ids: Sequence[int] = ()) -> World:
    """Add a course to a platform; `learner_ids` are people who learn in it already known from another course."""
    course = _add_course_rows(db, platform_id, shape)
    tutor = _find_or_add_person(db, platform_id, 9000, "Priya", "Nair", "Dr Priya Nair")
    groups = [
        people.CourseGroup(course_id=course.id, moodle_group_id=70 + n, name=f"Group {'ABC'[n]}") for n in range(3)
    ]
    db.add_all(groups)
    tasks = [_add_task(db, course.id, number, shape) for number in range(len(TASKS))]
    db.flush()
    ids = list(learner_ids) or [_add_learner(db, platform_id, shape, number) for number in range(shape.learner_count)]
    for number, person_id in enumerate(ids):
        db.add(
            people.Enrolment(
                course_id=course.id, person_id=person_id, is_learner=True, is_active=True, enrolled_on=FIRST_MONDAY
            )
        )
        db.add(people.GroupMember(group_id=groups[number % 3].id, person_id=person_id))
        _measure(db, course.id, person_id, number, [task.id for task in tasks], shape)
    return World(
        platform_id, course.id, course.moodle_course_id, tuple(ids), tuple(group.id for group in groups), tutor.id
    )


def _add_course_rows(db: Session, platform_id: int, shape: Shape) -> teaching.Course:
    calendar = teaching.TeachingCalendar(
        platform_id=platform_id, name="Autumn", week_count=shape.calendar_weeks, version="1"
    )
    db.add(calendar)
    db.flush()
    for days in shape.breaks:
        db.add(
            teaching.CalendarBreak(
                calendar_id=calendar.id, name="Reading week", starts_on=days.first, ends_on=days.last
            )
        )
    course = teaching.Course(
        platform_id=platform_id,
        moodle_course_id=shape.moodle_course_id,
        shortname=f"SBB{shape.moodle_course_id}",
        fullname=shape.course_name,
        starts_on=FIRST_MONDAY,
        group_mode=1,
        calendar_id=calendar.id,
        switched_on_at=shape.now,
        roster_synced_at=shape.fresh_at if shape.has_roster else None,
    )
    db.add(course)
    db.flush()
    if shape.has_level:
        db.add(
            teaching.PublishedLevel(
                platform_id=platform_id,
                course_id=course.id,
                version=f"{LEVEL.version}-{shape.moodle_course_id}",
                level=LEVEL.level,
                a_day=LEVEL.a_day,
                markers=["activity", "tasks"],
                weights={"activity": 1, "tasks": 1, "attendance": 1},
                effective_from=FIRST_MONDAY,
                agreed_by="Dr Helen Marsh",
                agreed_on=date(2026, 9, 14),
            )
        )
    for number, name in enumerate(shape.activities):
        db.add(teaching.Activity(course_id=course.id, cmid=400 + number, modname="page", name=name, is_visible=True))
    return course


def _add_task(db: Session, course_id: int, number: int, shape: Shape) -> teaching.Task:
    cmid, modname, name, due_at = TASKS[number]
    task = teaching.Task(
        course_id=course_id,
        cmid=cmid,
        modname=modname,
        name=shape.task_name if name == "Lab report 1" else name,
        due_at=due_at,
        is_excused_known=shape.is_excused_known,
        is_visible=True,
    )
    db.add(task)
    return task


def _find_or_add_person(
    db: Session, platform_id: int, moodle_user_id: int, given: str, family: str, full: str
) -> people.Person:
    found = db.query(people.Person).filter_by(platform_id=platform_id, moodle_user_id=moodle_user_id).one_or_none()
    if found is not None:
        return found
    person = people.Person(
        platform_id=platform_id,
        moodle_user_id=moodle_user_id,
        given_name=given,
        family_name=family,
        full_name=full,
    )
    db.add(person)
    db.flush()
    return person


def _add_learner(db: Session, platform_id: int, shape: Shape, number: int) -> int:
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number % len(FAMILY)]
    full = f"{given} {family}"
    if number < len(shape.names):
        given, family, full = "", shape.names[number], shape.names[number]
    return _find_or_add_person(db, platform_id, 100 + number, given, family, full).id


def visits_of(number: int, shape: Shape) -> frozenset[tuple[date, int]]:
    """Give the nth learner's visits: most are steady, every sixth fades after week 2, every ninth never comes."""
    today = local_date(shape.now, ZONE)
    visits = set()
    for offset in range(max(0, (today - FIRST_MONDAY).days + 1)):
        day, week = FIRST_MONDAY + timedelta(days=offset), offset // 7
        fades = number % 6 == 2 and week >= 2
        if number % 9 == 8 or fades or day.weekday() not in (1, 3) or (number + week) % 5 == 4:
            continue
        activities = 1 + (number + week) % 3
        visits |= {(day, 400 + (offset + step) % len(shape.activities)) for step in range(activities)}
    return frozenset(visits)


def _measure(db: Session, course_id: int, person_id: int, number: int, task_ids: list[int], shape: Shape) -> None:
    today = local_date(shape.now, ZONE)
    history_tasks = [_add_own_task(db, person_id, number, position, task_ids, shape) for position in range(len(TASKS))]
    visits = visits_of(number, shape)
    facts = [
        {
            "day_no": day_number(day),
            "course_id": course_id,
            "person_id": person_id,
            "cmid": cmid,
            "kind": int(Kind.VISIT),
        }
        for day, cmid in visits
    ]
    insert_ignoring(db, log.Presence, facts)
    history = LearnerHistory(
        enrolled_on=FIRST_MONDAY, visits=visits, tasks=tuple(history_tasks) if shape.is_excused_known else ()
    )
    calendar = TeachingCalendar(FIRST_MONDAY, shape.calendar_weeks, shape.breaks)
    if not shape.has_level:
        return
    for mark in measure_weeks(history, calendar, LEVEL, today):
        db.add(
            engagement.LearnerWeekRow(
                course_id=course_id,
                person_id=person_id,
                week_no=mark.week,
                is_counted=mark.is_counted,
                why_not=mark.why_not,
                visits=mark.visits,
                mark_numerator=None if mark.share is None else mark.share.numerator,
                mark_denominator=None if mark.share is None else mark.share.denominator,
                measured_at=shape.now,
            )
        )
    evidence = [day for day, _ in visits] + [task.handed_in_on for task in history_tasks if task.handed_in_on]
    db.add(
        engagement.LearnerState(
            course_id=course_id,
            person_id=person_id,
            last_evidence_on=max(evidence, default=None),
            clock_days=measure_engagement(history, calendar, LEVEL, today).clock_days,
            measured_on=today,
            measured_at=shape.now,
        )
    )
    _add_evaluations(db, course_id, person_id, history, calendar, today, shape.now)


def _add_evaluations(
    db: Session,
    course_id: int,
    person_id: int,
    history: LearnerHistory,
    calendar: TeachingCalendar,
    today: date,
    now: datetime,
) -> None:
    for made in evaluate_weeks(history, calendar, LEVEL, today - timedelta(days=1)):
        e = made.engagement.e
        db.add(
            engagement.EvaluationRow(
                course_id=course_id,
                person_id=person_id,
                week_no=made.week,
                as_of=made.engagement.as_of,
                is_week_counted=made.mark.is_counted,
                e_numerator=None if e is None else e.numerator,
                e_denominator=None if e is None else e.denominator,
                percent=made.engagement.percent,
                band=made.engagement.band,
                shown_band=made.shown_text,
                clock_days=made.engagement.clock_days,
                concern_reasons=list(made.reasons),
                overdue_task_ids=list(made.engagement.overdue),
                sentence=made.sentence,
                inputs={},
                level_version=LEVEL.version,
                calendar_version=calendar.version,
                code_version=made.code_version,
                made_at=now,
            )
        )


def _add_own_task(
    db: Session, person_id: int, number: int, position: int, task_ids: list[int], shape: Shape
) -> HistoryTask:
    due_at = TASKS[position][3]
    is_extended = number == 4 and position == 1
    own_due = due_at + timedelta(days=7) if is_extended else due_at
    handed_in_at = None if number % 6 == 2 or number % 9 == 8 else own_due - timedelta(days=1)
    if number % 4 == 3 and position == 1:
        handed_in_at = own_due + timedelta(days=3)
    if handed_in_at is not None and handed_in_at > shape.now - timedelta(days=2):
        handed_in_at = None
    db.add(
        teaching.LearnerTask(
            task_id=task_ids[position],
            person_id=person_id,
            due_at=own_due,
            is_extended=is_extended,
            is_excused=False,
            handed_in_at=handed_in_at,
        )
    )
    return HistoryTask(
        task_id=task_ids[position],
        due_on=local_date(due_at, ZONE),
        extended_to=local_date(own_due, ZONE) if is_extended else None,
        handed_in_on=None if handed_in_at is None else local_date(handed_in_at, ZONE),
    )


def add_look(
    db: Session, world: World, subject: int | None, at: datetime, action: str = "learner:view", viewer: int = 9000
) -> None:
    """Add a row to the access log: the tutor looked at a learner, or (no subject) at the class list."""
    db.add(
        access.AccessRow(
            at=at,
            platform_id=world.platform_id,
            viewer_moodle_user_id=viewer,
            viewer_role="tutor",
            action=action,
            moodle_course_id=world.moodle_course_id,
            subject_person_id=subject,
            is_allowed=True,
            reason="teaches-course",
            request_id="TEST",
        )
    )
