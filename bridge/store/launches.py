"""Write and consume logins under way and Continue codes (tables lti_login, continue_code)."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from bridge.schema.launches import ContinueCode, LtiLogin
from bridge.store.viewer_sessions import NewSession

KEPT_FOR = timedelta(hours=1)
"""How long an expired login is kept, so that coming late gets its own explanation."""
WISH = "wished_panel"
"""Beside the fields of the session to be, in the same JSON object."""


@dataclass(frozen=True, slots=True)
class LoginRecord:
    """One login that was initiated: what its launch must fit."""

    state_hash: str
    nonce: str = field(repr=False)
    registration_id: int
    lti_deployment_id: str | None
    """As the platform sent it with the login; None where it sent none."""
    target_link_uri: str
    bind_hash: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingLaunch:
    """A verified launch that waits for the person's own click."""

    launch: NewSession
    wished_panel: str
    """What the activity was placed for: a wish, rights decide; empty for none."""


_CONSUME_LOGIN = (
    delete(LtiLogin)
    .where(LtiLogin.state_hash == bindparam("state_hash"))
    .returning(
        LtiLogin.state_hash,
        LtiLogin.nonce,
        LtiLogin.registration_id,
        LtiLogin.lti_deployment_id,
        LtiLogin.target_link_uri,
        LtiLogin.bind_hash,
        LtiLogin.expires_at,
    )
)


def save_login(db: Session, login: LoginRecord, now: datetime) -> None:
    """Add a login, and forget those that nobody came back for within an hour of their end."""
    purge_logins(db, now)
    db.add(LtiLogin(**asdict(login)))


def purge_logins(db: Session, now: datetime) -> None:
    """Forget logins that ended more than an hour ago."""
    db.execute(delete(LtiLogin).where(LtiLogin.expires_at < now - KEPT_FOR))


def consume_login(db: Session, state_hash: str) -> LoginRecord | None:
    """Take a login out of the table: of several callers exactly one gets it. None: unknown or used already.

    The caller commits at once, whatever later checks say, and looks at `expires_at` itself.
    """
    row = db.connection().execute(_CONSUME_LOGIN, {"state_hash": state_hash}).one_or_none()
    return None if row is None else LoginRecord(*row)


def save_continue_code(
    db: Session, code_hash: str, launch: NewSession, expires_at: datetime, now: datetime, *, wished_panel: str = ""
) -> None:
    """Keep a verified launch until the person continues, and forget those that nobody continued."""
    purge_continue_codes(db, now)
    kept = {**asdict(launch), WISH: wished_panel}
    db.add(ContinueCode(code_hash=code_hash, launch=kept, expires_at=expires_at))


def purge_continue_codes(db: Session, now: datetime) -> None:
    """Forget launches that nobody continued in time."""
    db.execute(delete(ContinueCode).where(ContinueCode.expires_at < now))


def forget_continue_codes(db: Session, platform_id: int, moodle_user_id: int, moodle_course_id: int | None) -> None:
    """Delete the launches of one person that wait to be continued, in one course or in all (None)."""
    wanted = {"platform_id": platform_id, "moodle_user_id": moodle_user_id}
    if moodle_course_id is not None:
        wanted["moodle_course_id"] = moodle_course_id
    # Numeric of 20 digits: a Moodle id has up to 63 bits, and a JSON number cast to integer has 32 on PostgreSQL.
    is_theirs = [ContinueCode.launch[name].as_numeric(20, 0) == value for name, value in wanted.items()]
    db.execute(delete(ContinueCode).where(*is_theirs))


def consume_continue_code(db: Session, code_hash: str, now: datetime) -> WaitingLaunch | None:
    """Take a launch out of the table: of several callers exactly one gets it. None: unknown, used or too late."""
    row = db.execute(
        delete(ContinueCode)
        .where(ContinueCode.code_hash == code_hash)
        .returning(ContinueCode.launch, ContinueCode.expires_at)
    ).one_or_none()
    if row is None or row.expires_at < now:
        return None
    kept = dict(row.launch)
    wished_panel = kept.pop(WISH, "")
    return WaitingLaunch(NewSession(**kept), wished_panel)
