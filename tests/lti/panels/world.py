"""A made-up course in a real database, measured by the real measures: what the panels' tests look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from analytics.level_document import digest_of, expectations_to_json, rule_to_json
from bridge.schema import access, log, people, platforms, teaching
from bridge.store.database import Sessions, writing
from bridge.store.level_scopes import LevelScope, ScopeKind
from tests.lti.panels.measured import measure_learner
from tests.lti.panels.shapes import FAMILY, FIRST_MONDAY, GIVEN, LEVEL, MOODLE_URL, NOW, TASKS, Shape

__all__ = ["MOODLE_URL", "NOW", "Shape", "World", "add_course", "add_look", "make_world", "scope_of"]


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
        measure_learner(db, course.id, person_id, number, [task.id for task in tasks], shape)
    return World(
        platform_id, course.id, course.moodle_course_id, tuple(ids), tuple(group.id for group in groups), tutor.id
    )


def scope_of(world: World) -> LevelScope:
    """Give the course as what a level is published for."""
    course = str(world.moodle_course_id)
    return LevelScope(world.platform_id, ScopeKind.COURSE, world.course_id, course, "Cell Biology", None)


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
        document = {"expectations": expectations_to_json(LEVEL.expectations), "rule": rule_to_json(LEVEL.rule)}
        db.add(
            teaching.PublishedLevel(
                platform_id=platform_id,
                course_id=course.id,
                version=f"{LEVEL.version}-{shape.moodle_course_id}",
                document=document,
                digest=digest_of(document),
                effective_from=FIRST_MONDAY,
                agreed_by="Dr Helen Marsh",
                agreed_on=date(2026, 9, 14),
                published_by="Dr Helen Marsh",
                published_at=datetime(2026, 9, 14, 9, tzinfo=UTC),
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
