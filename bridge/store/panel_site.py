"""Read what an administrator sees of a platform: connection, runs, freshness and courses; counts, and no named data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from bridge.schema import engagement, log, people, platforms, teaching, viewing
from bridge.store.course_runs import is_of_run_now
from bridge.store.levels_in_force import load_levels
from bridge.store.panel_course import is_switched_on
from bridge.store.panel_records import Freshness
from bridge.store.pending_registrations import PendingRecord, load_pending
from bridge.store.platforms import PlatformRecord, load_platform
from bridge.store.runs import SYNC, RunRecord, load_last_runs, load_last_success, load_runs_since
from bridge.store.sync_requests import load_sync_request

HISTORY = timedelta(hours=24)
"""How far back the runs of the sync are shown."""
WAITS_FOR_CRON = "queued"
"""The plugin's code for an activity that nothing is wrong with: Moodle's cron makes it."""


@dataclass(frozen=True, slots=True)
class RegisteredAs:
    """One registration of this tool at the platform."""

    issuer: str
    client_id: str
    deployment_count: int


@dataclass(frozen=True, slots=True)
class CourseCounts:
    """How the platform's switched-on courses stand."""

    on: int
    with_roster: int
    with_activity: int
    """The tool's activity is there."""
    with_problem: int
    """Moodle said why it is not; one that only waits for Moodle's cron is left out."""
    tasks_at: datetime | None
    """The oldest time at which a course's tasks were read; None before the first."""
    roster_at: datetime | None
    """The same for lists of learners."""
    with_level: int
    """A level is published for them, in force already or from a later Monday."""


@dataclass(frozen=True, slots=True)
class SiteOverview:
    """A platform as its administrator sees it."""

    platform: PlatformRecord
    registrations: tuple[RegisteredAs, ...]
    launched_at: datetime | None
    """When somebody last came in; None when nobody has in the sessions that are kept."""
    pending: tuple[PendingRecord, ...]
    """What came by this platform's registration links and waits for approval."""
    freshness: Freshness
    courses: CourseCounts
    runs: tuple[RunRecord, ...]
    """The sync's runs of the last 24 hours, the oldest first."""
    last_runs: tuple[RunRecord, ...]
    """The last run of each job."""
    quarantined: int
    sync_requested_at: datetime | None


@dataclass(frozen=True, slots=True)
class CourseState:
    """One course that the tool knows: what was decided about it, and what became of its activity in Moodle."""

    course_id: int
    moodle_course_id: int
    shortname: str
    fullname: str
    starts_on: date
    is_on: bool
    roster_at: datetime | None
    tool_cmid: int | None
    tool_problem: str | None


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What is held about one course, in numbers."""

    learner_count: int
    last_week_evaluated: int | None


def load_site_overview(db: Session, platform_id: int, now: datetime) -> SiteOverview:
    """Load a platform's state; the number of statements does not depend on how many courses there are.

    Raises:
        LookupError: there is no such platform.
    """
    platform = load_platform(db, platform_id)
    log_at = db.scalar(select(log.LogCursor.fresh_at).where(log.LogCursor.platform_id == platform_id))
    if platform is None:
        raise LookupError(f"There is no platform {platform_id}.")
    run_at, is_failing = load_last_success(db, platform_id)
    courses = _count_courses(db, platform_id)
    quarantined = db.scalar(
        select(func.count()).select_from(log.Quarantine).where(log.Quarantine.platform_id == platform_id)
    )
    launched_at = db.scalar(
        select(func.max(viewing.ViewerSession.started_at)).where(viewing.ViewerSession.platform_id == platform_id)
    )
    return SiteOverview(
        platform=platform,
        registrations=_load_registrations(db, platform_id),
        launched_at=launched_at,
        pending=load_pending(db, platform_id),
        freshness=Freshness(log_at, courses.roster_at, run_at, is_failing),
        courses=courses,
        runs=load_runs_since(db, platform_id, SYNC, now - HISTORY),
        last_runs=load_last_runs(db, platform_id),
        quarantined=quarantined or 0,
        sync_requested_at=load_sync_request(db, platform_id),
    )


def load_course_states(db: Session, platform_id: int) -> Mapping[int, CourseState]:
    """Load every course that the tool knows of a platform, by Moodle's id. Empty: none was ever switched on."""
    course = teaching.Course
    rows = db.execute(
        select(
            course.id,
            course.moodle_course_id,
            course.shortname,
            course.fullname,
            course.starts_on,
            is_switched_on(),
            course.roster_synced_at,
            course.tool_cmid,
            course.tool_problem,
        ).where(course.platform_id == platform_id, course.deleted_at.is_(None))
    )
    states = (CourseState(*row) for row in rows)
    return {state.moodle_course_id: state for state in states}


def load_course_facts(db: Session, course_ids: Collection[int]) -> Mapping[int, CourseFacts]:
    """Load the numbers of some courses, by this tool's id. Empty: nothing is asked."""
    if not course_ids:
        return {}
    learners = _by_course(
        select(people.Enrolment.course_id, func.count())
        .where(
            people.Enrolment.course_id.in_(course_ids),
            people.Enrolment.is_learner.is_(True),
            people.Enrolment.is_active.is_(True),
        )
        .group_by(people.Enrolment.course_id),
        db,
    )
    row = engagement.EvaluationRow
    weeks = _by_course(
        select(row.course_id, func.max(row.week_no))
        .where(row.course_id.in_(course_ids), is_of_run_now(row))
        .group_by(row.course_id),
        db,
    )
    return {course_id: CourseFacts(learners.get(course_id, 0), weeks.get(course_id)) for course_id in course_ids}


def _by_course(statement: Select[int, int], db: Session) -> dict[int, int]:
    return {row[0]: row[1] for row in db.execute(statement)}


def _count_courses(db: Session, platform_id: int) -> CourseCounts:
    course = teaching.Course
    is_counted = (course.platform_id == platform_id, is_switched_on(), course.deleted_at.is_(None))
    row = db.execute(
        select(
            func.count(),
            func.count(course.roster_synced_at),
            func.count(course.tool_cmid),
            func.count(case((course.tool_cmid.is_(None), func.nullif(course.tool_problem, WAITS_FOR_CRON)))),
            func.min(course.tasks_synced_at),
            func.min(course.roster_synced_at),
        ).where(*is_counted)
    ).one()
    levels = load_levels(db, platform_id, list(db.scalars(select(course.id).where(*is_counted))))
    return CourseCounts(*row, with_level=sum(map(bool, levels.values())))


def _load_registrations(db: Session, platform_id: int) -> tuple[RegisteredAs, ...]:
    registration = platforms.Registration
    rows = db.execute(
        select(registration.issuer, registration.client_id, func.count(platforms.Deployment.id))
        .outerjoin(platforms.Deployment, platforms.Deployment.registration_id == registration.id)
        .where(registration.platform_id == platform_id)
        .group_by(registration.id, registration.issuer, registration.client_id)
        .order_by(registration.id)
    )
    return tuple(RegisteredAs(*row) for row in rows)
