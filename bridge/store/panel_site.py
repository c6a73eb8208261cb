"""Read what an administrator sees of a platform: courses, runs and freshness, and no named data."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bridge.schema import engagement, log, people, platforms, teaching
from bridge.store.panel_course import is_switched_on
from bridge.store.panel_records import Freshness, SiteOverview, SyncedCourse
from bridge.store.runs import load_last_runs, load_last_success


def load_site_overview(db: Session, platform_id: int) -> SiteOverview:
    """Load a platform's switched-on courses, the last run of each job, and how much was set aside.

    Raises:
        NoResultFound: there is no such platform.
    """
    platform, fresh_at = db.execute(
        select(platforms.Platform, log.LogCursor.fresh_at)
        .outerjoin(log.LogCursor, log.LogCursor.platform_id == platforms.Platform.id)
        .where(platforms.Platform.id == platform_id)
    ).one()
    run_at, is_failing = load_last_success(db, platform_id)
    courses = _load_synced_courses(db, platform_id)
    quarantined = db.scalar(
        select(func.count()).select_from(log.Quarantine).where(log.Quarantine.platform_id == platform_id)
    )
    roster_times = [course.roster_at for course in courses if course.roster_at is not None]
    return SiteOverview(
        name=platform.name,
        moodle_url=platform.moodle_url,
        plugin_release=platform.plugin_release,
        clock_skew_seconds=platform.clock_skew_seconds,
        freshness=Freshness(fresh_at, min(roster_times, default=None), run_at, is_failing),
        courses=courses,
        runs=load_last_runs(db, platform_id),
        quarantined=quarantined or 0,
    )


def _load_synced_courses(db: Session, platform_id: int) -> tuple[SyncedCourse, ...]:
    course = teaching.Course
    learners = (
        select(func.count())
        .select_from(people.Enrolment)
        .where(
            people.Enrolment.course_id == course.id,
            people.Enrolment.is_learner.is_(True),
            people.Enrolment.is_active.is_(True),
        )
        .scalar_subquery()
    )
    last_week = (
        select(func.max(engagement.EvaluationRow.week_no))
        .where(engagement.EvaluationRow.course_id == course.id)
        .scalar_subquery()
    )
    rows = db.execute(
        select(course.shortname, course.fullname, learners, course.roster_synced_at, last_week)
        .where(
            course.platform_id == platform_id,
            is_switched_on(),
            course.deleted_at.is_(None),
        )
        .order_by(course.shortname, course.id)
    )
    return tuple(SyncedCourse(*row) for row in rows)
