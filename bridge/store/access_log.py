"""Write and read who looked at whom (table access_log)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bridge.schema.access import AccessRow


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One named view that was served, or one that was refused."""

    at: datetime
    platform_id: int
    viewer_moodle_user_id: int
    viewer_role: str
    action: str
    moodle_course_id: int
    subject_person_id: int | None
    """None: a whole class list, or nobody in particular."""
    is_allowed: bool
    reason: str
    request_id: str
    detail: str | None = None
    """What an administrator changed, at most 200 characters; nothing about a person."""


def save_access(db: Session, entry: AccessEntry) -> None:
    """Add one row; the caller commits it before the page leaves."""
    db.add(
        AccessRow(
            at=entry.at,
            platform_id=entry.platform_id,
            viewer_moodle_user_id=entry.viewer_moodle_user_id,
            viewer_role=entry.viewer_role,
            action=entry.action,
            moodle_course_id=entry.moodle_course_id,
            subject_person_id=entry.subject_person_id,
            is_allowed=entry.is_allowed,
            reason=entry.reason,
            detail=entry.detail,
            request_id=entry.request_id,
        )
    )


def load_accesses(db: Session, platform_id: int) -> tuple[AccessEntry, ...]:
    """Return a platform's access rows, oldest first. Empty: nobody looked."""
    rows = db.scalars(select(AccessRow).where(AccessRow.platform_id == platform_id).order_by(AccessRow.id))
    return tuple(
        AccessEntry(
            at=row.at,
            platform_id=row.platform_id,
            viewer_moodle_user_id=row.viewer_moodle_user_id,
            viewer_role=row.viewer_role,
            action=row.action,
            moodle_course_id=row.moodle_course_id,
            subject_person_id=row.subject_person_id,
            is_allowed=row.is_allowed,
            reason=row.reason,
            request_id=row.request_id,
            detail=row.detail,
        )
        for row in rows
    )
