"""What the nightly job lets go of: whoever visited leaves no more than the access log when the visit is over."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bridge.records import ViewerAccess
from bridge.schema.launches import ContinueCode, LtiLogin
from bridge.schema.log import LogEventRow
from bridge.schema.viewing import UsedFormToken, ViewerSession
from bridge.schema.viewing import ViewerAccess as ViewerAccessRow
from bridge.store.database import reading, writing
from bridge.store.form_tokens import save_used_token
from bridge.store.launches import LoginRecord, save_continue_code, save_login
from bridge.store.platforms import RegistrationDetails, save_platform, save_registration
from bridge.store.registration_links import KEPT_FOR, claim_link, find_link, make_link
from bridge.store.runs import SYNC, RunResult, finish_run, load_runs, start_run
from bridge.store.viewer_sessions import NewSession, load_session, revoke_session, save_session
from bridge.store.viewers import save_viewer_access
from bridge.sync.course import run_nightly
from tests.bridge.sync.conftest import SETTINGS, Bench
from tests.demo_vle.faults import Fault

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


def test_the_nightly_job_forgets_forms_and_links_that_work_no_more(bench: Bench) -> None:
    now = bench.clock()
    with writing(bench.sessions) as db:
        save_used_token(db, "old", now + timedelta(minutes=30))
        used, unused = (make_link(db, made_by_platform_id=bench.platform_id, now=now) for _ in range(2))
        assert claim_link(db, used, now) is not None
    bench.clock.at += KEPT_FOR + timedelta(hours=2)
    with writing(bench.sessions) as db:
        save_used_token(db, "new", bench.clock() + timedelta(minutes=30))
        fresh = make_link(db, made_by_platform_id=None, now=bench.clock())

    bench.nightly()

    with reading(bench.sessions) as db:
        assert list(db.scalars(select(UsedFormToken.token_hash))) == ["new"]
        assert [find_link(db, token) is None for token in (used, unused, fresh)] == [True, True, False]


def test_the_nightly_job_keeps_four_hundred_days_of_runs_of_its_own_platform(bench: Bench) -> None:
    now = bench.clock()
    with writing(bench.sessions) as db:
        other = save_platform(db, name="Other", moodle_url="https://other.example", encrypted_token=None, now=now)
        for days in (401, 399):
            for platform_id in (bench.platform_id, other):
                run_id = start_run(db, platform_id, SYNC, now - timedelta(days=days))
                finish_run(db, run_id, RunResult(), now - timedelta(days=days))

    bench.nightly()

    with reading(bench.sessions) as db:
        assert [(now - run.started_at).days for run in load_runs(db, bench.platform_id)] == [0, 399]
        assert [(now - run.started_at).days for run in load_runs(db, other)] == [399, 401]


def night_without_moodle(bench: Bench) -> list[str]:
    """Run the nightly job while Moodle does not answer; return the codes of what failed."""
    bench.vle.faults.always(Fault.SERVER_ERROR)
    report = run_nightly(bench.sessions, bench.client, bench.platform_id, SETTINGS, bench.clock)
    bench.vle.faults.clear()
    return [failure.code for failure in report.failures]


def raw_rows(bench: Bench) -> int:
    with reading(bench.sessions) as db:
        return db.scalar(select(func.count()).select_from(LogEventRow)) or 0


def test_data_is_let_go_for_a_week_without_moodle_and_then_waits_for_its_clock(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    bench.clock.go_on(days=30)
    bench.nightly()
    before = raw_rows(bench)
    assert before > 0

    bench.clock.go_on(days=8)  # the window of 35 days is over, as this clock has it
    assert night_without_moodle(bench) == ["moodle-server-error", "clock-unconfirmed"]
    assert raw_rows(bench) == before

    bench.nightly()
    assert raw_rows(bench) == 0


def test_within_the_week_the_clock_is_believed(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    bench.clock.go_on(days=30)
    bench.nightly()
    bench.clock.go_on(days=6)
    assert night_without_moodle(bench) == ["moodle-server-error"]
    assert raw_rows(bench) == 0


@pytest.mark.parametrize("apart", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_clock_that_was_found_apart_is_not_believed_when_moodle_is_away(bench: Bench, apart: timedelta) -> None:
    bench.switch_on(2)
    bench.sync()
    bench.clock.go_on(days=36)
    right = bench.clock.at
    bench.vle.site.now = lambda: right + apart
    assert run_nightly(bench.sessions, bench.client, bench.platform_id, SETTINGS, bench.clock).failures
    assert night_without_moodle(bench) == ["moodle-server-error", "clock-unconfirmed"]
    assert raw_rows(bench) > 0


def test_a_platform_that_was_never_asked_lets_nothing_go_by_our_clock_alone(bench: Bench) -> None:
    assert night_without_moodle(bench) == ["moodle-server-error", "clock-unconfirmed"]
