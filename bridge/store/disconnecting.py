"""Disconnect a platform: everything that opens a door or is about a visit goes, what was measured stays."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, delete, func, or_, select, update
from sqlalchemy.orm import Session

from bridge.schema.base import Base
from bridge.schema.engagement import EvaluationRow, LearnerWeekRow
from bridge.schema.launches import ContinueCode, LtiLogin
from bridge.schema.log import SyncRequest
from bridge.schema.platforms import (
    Deployment,
    PendingRegistration,
    Platform,
    PlatformKeySet,
    Registration,
    RegistrationLink,
)
from bridge.schema.teaching import Course
from bridge.schema.viewing import ViewerAccess, ViewerSession
from bridge.store.cursor import load_cursor, move_cursor
from bridge.store.log_events import purge_raw_rows
from bridge.store.quarantine import purge_rejected

OF_THE_CONNECTION = (
    "moodle_token",
    "plugin_release",
    "plugin_version",
    "moodle_release",
    "clock_skew_seconds",
    "handshake_at",
)
A_MOMENT = timedelta(days=1)
"""Added to now, so that what arrived this very moment is older."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """What a disconnection took away, and what stays."""

    registrations: int
    pending: int
    sessions: int
    raw_rows: int
    course_count: int
    """Courses whose measured weeks stay."""
    week_count: int
    """Measured weeks of learners that stay."""
    evaluation_count: int


def disconnect_platform(db: Session, platform_id: int, now: datetime) -> Disconnected:
    """Take away a platform's registrations, token, sessions and everything else that could open a page or ask Moodle.

    Launches are refused from the commit on. Measured weeks, evaluations, rosters, the access log and the calendar stay,
    and saving the platform again under the same address takes them up; nights let go of them by their periods. Raw log
    rows go at once: nothing more is made of them.

    Raises:
        CursorMoved: a sync committed meanwhile; nothing was changed.
    """
    # Locked, so that no launch under way adds a session to a registration that is about to go.
    its = select(Registration.id).where(Registration.platform_id == platform_id).with_for_update()
    registration_ids = list(db.scalars(its))
    pending = _delete(db, PendingRegistration, _is_its_pending(platform_id))
    _delete(db, RegistrationLink, RegistrationLink.made_by_platform_id == platform_id)
    for table in (LtiLogin, Deployment, PlatformKeySet):
        _delete(db, table, table.registration_id.in_(registration_ids))
    sessions = _delete(db, ViewerSession, ViewerSession.platform_id == platform_id)
    # Numeric of 20 digits: a JSON number cast to integer has 32 bits on PostgreSQL.
    _delete(db, ContinueCode, ContinueCode.launch["platform_id"].as_numeric(20, 0) == platform_id)
    _delete(db, ViewerAccess, ViewerAccess.platform_id == platform_id)
    _delete(db, SyncRequest, SyncRequest.platform_id == platform_id)
    _delete(db, Registration, Registration.id.in_(registration_ids))
    db.execute(update(Platform).where(Platform.id == platform_id).values(dict.fromkeys(OF_THE_CONNECTION)))
    courses, weeks, evaluations = _count_measured(db, platform_id)
    raw_rows = _let_raw_rows_go(db, platform_id, now)
    return Disconnected(len(registration_ids), pending, sessions, raw_rows, courses, weeks, evaluations)


def _is_its_pending(platform_id: int) -> ColumnElement[bool]:
    """Choose what came by this platform's links, and what comes from the site itself by whatever link."""
    issuers = select(Registration.issuer).where(Registration.platform_id == platform_id)
    address = select(Platform.moodle_url).where(Platform.id == platform_id)
    return or_(
        PendingRegistration.made_by_platform_id == platform_id,
        PendingRegistration.issuer.in_(issuers),
        PendingRegistration.issuer.in_(address),
    )


def _let_raw_rows_go(db: Session, platform_id: int, now: datetime) -> int:
    cursor = load_cursor(db, platform_id)
    count, largest = purge_raw_rows(db, platform_id, now + A_MOMENT)
    purge_rejected(db, platform_id, now + A_MOMENT)
    if largest > cursor.purged_to:
        move_cursor(db, cursor, purged_to=largest)
    return count


def _count_measured(db: Session, platform_id: int) -> tuple[int, int, int]:
    course_ids = select(Course.id).where(Course.platform_id == platform_id)
    counts = []
    for table in (LearnerWeekRow, EvaluationRow):
        counts.append(db.scalar(select(func.count()).select_from(table).where(table.course_id.in_(course_ids))) or 0)
    measured = select(func.count(LearnerWeekRow.course_id.distinct())).where(LearnerWeekRow.course_id.in_(course_ids))
    return db.scalar(measured) or 0, counts[0], counts[1]


def _delete(db: Session, table: type[Base], which: ColumnElement[bool]) -> int:
    result = db.execute(delete(table).where(which))
    assert isinstance(result, CursorResult)  # noqa: S101 (narrowing for the type checker)
    return result.rowcount
