"""What the nightly job lets go of: whoever visited leaves no more than the access log when the visit is over."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bridge.records import ViewerAccess
from bridge.schema.launches import ContinueCode, LtiLogin
from bridge.schema.viewing import ViewerAccess as ViewerAccessRow
from bridge.schema.viewing import ViewerSession
from bridge.store.database import reading, writing
from bridge.store.launches import LoginRecord, save_continue_code, save_login
from bridge.store.platforms import RegistrationDetails, save_registration
from bridge.store.viewer_sessions import NewSession, load_session, revoke_session, save_session
from bridge.store.viewers import save_viewer_access
from tests.bridge.sync.conftest import Bench

VISITS = (ViewerSession, ViewerAccessRow, ContinueCode, LtiLogin)
BIG_ID = 2**62
"""A Moodle id beyond 32 bits."""


def save_visit(
    db: Session, platform_id: int, user: int, course: int, now: datetime, *, mark: str = "", revoked: bool = False
) -> None:
    """Save all that a visit leaves: a login, a launch to be continued, a session, and Moodle's word on the viewer."""
    details = RegistrationDetails("https://m.example", "c", "https://m.example/a", "-", "-", ("1",))
    registration_id = save_registration(db, platform_id, details, now)
    launch = NewSession(registration_id, platform_id, "1", user, course, "Ada Lovelace", "en", "learner", False)
    name = f"{user}-{course}-{mark}"
    until = now + timedelta(minutes=10)
    save_login(db, LoginRecord(name, "nonce", registration_id, "1", "https://t.example/", "bind", until), now)
    save_continue_code(db, name, launch, now + timedelta(minutes=2), now)
    save_session(db, launch, page_token_hash=name, course_role="learner", now=now, ends_at=now + timedelta(hours=4))
    db.flush()
    if revoked and (session := load_session(db, name)) is not None:
        revoke_session(db, session.session_id, now)
    answer = ViewerAccess(user, course, True, False, False, True, True, (), (), 0, False)
    save_viewer_access(db, platform_id, answer, now)


def left(bench: Bench) -> dict[str, int]:
    """Count what is left of visits, by table."""
    with reading(bench.sessions) as db:
        return {table.__tablename__: db.scalar(select(func.count()).select_from(table)) or 0 for table in VISITS}


def test_the_nightly_job_forgets_visits_that_are_over(bench: Bench) -> None:
    with writing(bench.sessions) as db:
        save_visit(db, bench.platform_id, 7, 2, bench.clock())
    bench.clock.go_on(days=2)

    bench.nightly()

    assert left(bench) == {table.__tablename__: 0 for table in VISITS}


def test_the_nightly_job_leaves_visits_that_go_on(bench: Bench) -> None:
    with writing(bench.sessions) as db:
        save_visit(db, bench.platform_id, 7, 2, bench.clock())
        save_visit(db, bench.platform_id, 8, 2, bench.clock(), revoked=True)
    bench.clock.go_on(minutes=1)

    bench.nightly()

    assert left(bench) == {"viewer_session": 1, "viewer_access": 2, "continue_code": 2, "lti_login": 2}
