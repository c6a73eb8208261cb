"""Read and write viewer sessions (table viewer_session)."""

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from bridge.schema.viewing import ViewerSession as ViewerSessionRow
from bridge.store.database import Statement, fetch, run


@dataclass(frozen=True, slots=True)
class NewSession:
    """What a verified launch says about its session."""

    registration_id: int
    platform_id: int
    lti_deployment_id: str
    moodle_user_id: int
    moodle_course_id: int
    display_name: str
    locale: str
    lti_role: str
    """The principal context role: necessary, never sufficient."""
    is_platform_admin: bool
    memberships_url: str | None = None
    """Where the platform says who is a member of the course; None where it does not."""
    idnumber: str = field(default="", repr=False)
    """The institution's own number of the person; empty: the platform sent none."""
    theme: str = ""
    """light, dark or auto as the launch asks for; empty: it asks for none."""


@dataclass(frozen=True, slots=True)
class ViewerSession:
    """One session as it is stored; the page token itself is known to the page alone."""

    session_id: int
    launch: NewSession
    course_role: str | None
    """The part in the course when the session began."""
    started_at: datetime
    last_seen_at: datetime
    ends_at: datetime
    revoked_at: datetime | None


# Inline: nobody asks for the new row's id.
_INSERT = insert(ViewerSessionRow).inline()


def save_session(
    db: Session, launch: NewSession, *, page_token_hash: str, course_role: str | None, now: datetime, ends_at: datetime
) -> None:
    """Add a session that begins `now` and ends at `ends_at` at the latest."""
    begun = {"course_role": course_role, "started_at": now, "last_seen_at": now, "ends_at": ends_at, "revoked_at": None}
    run(db, _INSERT, **asdict(launch), page_token_hash=page_token_hash, **begun)


def _select_session() -> Statement:
    row = ViewerSessionRow
    of_launch = [getattr(row, told.name) for told in fields(NewSession)]
    of_session = (row.id, row.course_role, row.started_at, row.last_seen_at, row.ends_at, row.revoked_at)
    return select(*of_launch, *of_session).where(row.page_token_hash == bindparam("page_token_hash"))


_SELECT_SESSION = _select_session()
_TOUCH = (
    update(ViewerSessionRow).where(ViewerSessionRow.id == bindparam("session_id")).values(last_seen_at=bindparam("now"))
)


_COUNT_BEGUN = select(func.count()).where(
    ViewerSessionRow.platform_id == bindparam("platform_id"),
    ViewerSessionRow.moodle_user_id == bindparam("moodle_user_id"),
    ViewerSessionRow.started_at > bindparam("since"),
)


def load_session(db: Session, page_token_hash: str) -> ViewerSession | None:
    """Return the session of a page token, ended or not; None when there is none."""
    rows = fetch(db, _SELECT_SESSION, page_token_hash=page_token_hash)
    if not rows:
        return None
    row = rows[0]
    return ViewerSession(
        session_id=row.id,
        launch=NewSession(
            registration_id=row.registration_id,
            platform_id=row.platform_id,
            lti_deployment_id=row.lti_deployment_id,
            moodle_user_id=row.moodle_user_id,
            moodle_course_id=row.moodle_course_id,
            display_name=row.display_name,
            locale=row.locale,
            lti_role=row.lti_role,
            is_platform_admin=row.is_platform_admin,
            memberships_url=row.memberships_url,
            idnumber=row.idnumber,
            theme=row.theme,
        ),
        course_role=row.course_role,
        started_at=row.started_at,
        last_seen_at=row.last_seen_at,
        ends_at=row.ends_at,
        revoked_at=row.revoked_at,
    )


def count_sessions(db: Session, platform_id: int, moodle_user_id: int, since: datetime) -> int:
    """Count the sessions that one person began since then."""
    values = {"platform_id": platform_id, "moodle_user_id": moodle_user_id, "since": since}
    count: int = fetch(db, _COUNT_BEGUN, **values)[0][0]
    return count


def touch_session(db: Session, session_id: int, now: datetime) -> None:
    """Note that the session was used `now`, which puts off its idle end."""
    run(db, _TOUCH, session_id=session_id, now=now)


def revoke_session(db: Session, session_id: int, now: datetime) -> None:
    """End one session for good; ending it twice keeps the first time."""
    db.execute(
        update(ViewerSessionRow)
        .where(ViewerSessionRow.id == session_id, ViewerSessionRow.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def purge_sessions(db: Session, platform_id: int, now: datetime) -> None:
    """Delete the sessions of a platform that are over: each holds a name and when somebody was here."""
    is_over = or_(ViewerSessionRow.ends_at <= now, ViewerSessionRow.revoked_at.is_not(None))
    db.execute(delete(ViewerSessionRow).where(ViewerSessionRow.platform_id == platform_id, is_over))
