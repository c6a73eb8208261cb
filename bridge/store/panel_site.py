"""Read what an administrator sees of a platform: courses, runs and freshness, and no named data."""

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from bridge.schema import engagement, log, people, platforms, teaching
from bridge.store.panel_course import is_switched_on, load_last_run
from bridge.store.panel_records import Freshness, LastRun, SiteOverview, SyncedCourse


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
    run_at, is_failing = load_last_run(db, platform_id)
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
        runs=_load_last_runs(db, platform_id),
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


def _load_last_runs(db: Session, platform_id: int) -> tuple[LastRun, ...]:
    run = log.SyncRun
    last = (
        select(run.job, func.max(run.id).label("id")).where(run.platform_id == platform_id).group_by(run.job).subquery()
    )
    rows = db.scalars(select(run).join(last, and_(last.c.id == run.id)).order_by(run.job))
    return tuple(
        LastRun(
            job=row.job,
            started_at=row.started_at,
            finished_at=row.finished_at,
            outcome=row.outcome,
            error_code=row.error_code,
            error_message=row.error_message,
            rows_new=row.rows_new,
        )
        for row in rows
    )
