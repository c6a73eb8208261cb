"""One leader at a time, and a timetable that is data."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, text

from bridge.errors import LeaseLost
from bridge.schema.log import SyncRun
from bridge.secrets import encrypt
from bridge.store.database import Sessions, reading, writing
from bridge.store.platforms import save_platform
from bridge.store.runs import RunResult, finish_run, start_run
from bridge.sync.jobs import TIMETABLE, make_scheduler, run_due, run_everywhere, run_leased, run_left, run_tick
from bridge.sync.lease import LEASE_SECONDS, RenewingProgress, give_lease_back, renew_lease, take_lease
from bridge.sync.report import Silent, SyncReport
from bridge.sync.ticks import tick_of_interval, tick_of_night
from tests.bridge.sync.conftest import RECORDED_AT, SETTINGS, Bench, Clock
from tests.demo_vle.faults import Fault

SYNC_JOB, NIGHTLY_JOB = TIMETABLE


def connect(bench: Bench) -> None:
    """Save the served site's token."""
    token = encrypt(bench.vle.token, SETTINGS.secret_key)
    with writing(bench.sessions) as db:
        save_platform(db, name="Demo", moodle_url=bench.vle.url, encrypted_token=token, now=bench.clock())


def test_a_lease_has_one_holder_until_it_expires(sessions: Sessions) -> None:
    take_lease(sessions, "job", "one", RECORDED_AT, seconds=60)
    with pytest.raises(LeaseLost, match="one holds the lease"):
        take_lease(sessions, "job", "two", RECORDED_AT + timedelta(seconds=59))
    taken = take_lease(sessions, "job", "two", RECORDED_AT + timedelta(seconds=60))
    assert taken.holder == "two"


def test_a_lease_that_was_taken_over_cannot_be_renewed_nor_given_back(sessions: Sessions) -> None:
    held = take_lease(sessions, "job", "one", RECORDED_AT, seconds=60)
    held = renew_lease(sessions, held, RECORDED_AT + timedelta(seconds=50), seconds=60)
    later = RECORDED_AT + timedelta(seconds=111)
    take_lease(sessions, "job", "two", later)
    with pytest.raises(LeaseLost):
        renew_lease(sessions, held, later)
    give_lease_back(sessions, held, later)
    with pytest.raises(LeaseLost):
        take_lease(sessions, "job", "three", later)


def test_a_lease_given_back_is_free_at_once(sessions: Sessions) -> None:
    held = take_lease(sessions, "job", "one", RECORDED_AT)
    give_lease_back(sessions, held, RECORDED_AT)
    assert take_lease(sessions, "job", "two", RECORDED_AT).epoch == held.epoch + 1


def test_long_work_renews_its_lease_on_the_way(sessions: Sessions) -> None:
    clock = Clock()
    progress = RenewingProgress(Silent(), sessions, take_lease(sessions, "job", "one", clock()), clock)
    for _ in range(10):
        clock.go_on(seconds=120)
        progress.step("log", None)
        progress.advance()
    with pytest.raises(LeaseLost):
        take_lease(sessions, "job", "two", clock())


def test_a_run_that_loses_its_lease_stops_and_says_so(bench: Bench) -> None:
    bench.switch_on(2)

    def overtaken() -> datetime:
        bench.clock.go_on(seconds=200)
        if bench.clock() - RECORDED_AT == timedelta(seconds=1_000):
            take_lease(bench.sessions, f"platform {bench.platform_id}", "two", bench.clock() + timedelta(hours=1))
        return bench.clock()

    with pytest.raises(LeaseLost):
        run_leased(SYNC_JOB, bench.sessions, lambda: bench.client, bench.platform_id, SETTINGS, overtaken, "one")
    with reading(bench.sessions) as db:
        run = db.scalars(select(SyncRun)).one()
        assert (run.outcome, run.error_code) == ("failed", "lease-lost")


def test_both_jobs_run_for_a_connected_platform_and_give_their_lease_back(bench: Bench) -> None:
    connect(bench)
    bench.switch_on(2)
    for job in TIMETABLE:
        run_everywhere(job, bench.sessions, SETTINGS, bench.clock, "one")
    with reading(bench.sessions) as db:
        runs = db.execute(select(SyncRun.job, SyncRun.outcome).order_by(SyncRun.id)).all()
    assert [tuple(run) for run in runs] == [("sync", "succeeded"), ("nightly", "succeeded")]
    take_lease(bench.sessions, f"platform {bench.platform_id}", "two", bench.clock())


def test_a_platform_that_fails_does_not_keep_the_others_from_it(bench: Bench) -> None:
    token = encrypt(bench.vle.token, SETTINGS.secret_key)
    with writing(bench.sessions) as db:
        for url in ("http://127.0.0.1:9", bench.vle.url):
            save_platform(db, name="Demo", moodle_url=url, encrypted_token=token, now=bench.clock())
    bench.vle.faults.next(Fault.INVALID_TOKEN)
    calls: list[int] = []

    def note(sessions: object, client: object, platform_id: int, *_: object) -> SyncReport:
        calls.append(platform_id)
        if len(calls) == 1:
            raise LeaseLost("somebody else has it")
        return SyncReport(platform_id, bench.clock(), bench.clock(), ())

    run_everywhere(replace(SYNC_JOB, run=note), bench.sessions, SETTINGS, bench.clock, "one")
    assert len(calls) == 2


def test_whatever_a_database_refuses_of_one_platform_keeps_no_other_from_it(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    token = encrypt(bench.vle.token, SETTINGS.secret_key)
    with writing(bench.sessions) as db:
        for url in ("http://127.0.0.1:9", bench.vle.url):
            save_platform(db, name="Demo", moodle_url=url, encrypted_token=token, now=bench.clock())
    calls: list[int] = []

    def note(sessions: Sessions, client: object, platform_id: int, *_: object) -> SyncReport:
        calls.append(platform_id)
        if len(calls) == 1:
            with writing(sessions) as db:
                db.execute(text("INSERT INTO person (full_name) VALUES ('Ada Lovelace')"))
        return SyncReport(platform_id, bench.clock(), bench.clock(), ())

    run_everywhere(replace(SYNC_JOB, run=note), bench.sessions, SETTINGS, bench.clock, "one")
    assert len(calls) == 2
    assert "Lovelace" not in "".join(capsys.readouterr())


def test_the_scheduler_coalesces_missed_ticks_and_runs_a_job_once_at_a_time(sessions: Sessions) -> None:
    scheduler = make_scheduler(sessions, SETTINGS, Clock())
    jobs = {job.id: job for job in scheduler.get_jobs()}
    assert set(jobs) == {"due", "start", "left", "requests", "alerts"}
    assert all(job.coalesce and job.max_instances == 1 for job in jobs.values())
    assert jobs["start"].trigger.run_date == RECORDED_AT
    assert jobs["due"].trigger.interval == timedelta(minutes=1)


def test_the_ticks_of_all_workers_are_the_same_instants() -> None:
    at = RECORDED_AT + timedelta(minutes=7, seconds=3)
    assert tick_of_interval(at, 15) == RECORDED_AT
    assert tick_of_interval(RECORDED_AT, 15) == RECORDED_AT
    following = RECORDED_AT + timedelta(minutes=SETTINGS.sync_minutes)
    assert SYNC_JOB.tick(SETTINGS, following) == following


@pytest.mark.parametrize(
    ("now", "began"),
    [
        ("2026-06-10T02:20:00+00:00", "2026-06-10T02:20:00+00:00"),
        ("2026-06-10T02:19:59+00:00", "2026-06-09T02:20:00+00:00"),
        ("2026-12-10T03:21:00+00:00", "2026-12-10T03:20:00+00:00"),
    ],
)
def test_a_night_begins_at_twenty_past_three_where_the_institution_is(now: str, began: str) -> None:
    assert tick_of_night(datetime.fromisoformat(now), SETTINGS.zone) == datetime.fromisoformat(began)
    assert NIGHTLY_JOB.tick(SETTINGS, datetime.fromisoformat(now)) == datetime.fromisoformat(began)


def runs(bench: Bench) -> list[tuple[str, str]]:
    with reading(bench.sessions) as db:
        return [(run.job, run.outcome) for run in db.scalars(select(SyncRun).order_by(SyncRun.id))]


def test_of_several_workers_one_runs_a_tick_and_the_next_tick_is_run_again(bench: Bench) -> None:
    connect(bench)
    bench.switch_on(2)
    for holder in ("one", "two", "three"):
        run_tick(SYNC_JOB, bench.sessions, SETTINGS, bench.clock, holder)
        bench.clock.go_on(seconds=20)
    assert runs(bench) == [("sync", "succeeded")]
    bench.clock.go_on(minutes=SETTINGS.sync_minutes)
    run_tick(SYNC_JOB, bench.sessions, SETTINGS, bench.clock, "two")
    run_tick(NIGHTLY_JOB, bench.sessions, SETTINGS, bench.clock, "two")
    run_tick(NIGHTLY_JOB, bench.sessions, SETTINGS, bench.clock, "one")
    assert runs(bench) == [("sync", "succeeded")] * 2 + [("nightly", "succeeded")]


def test_a_run_by_a_clock_that_ran_ahead_keeps_no_tick_from_being_run(bench: Bench) -> None:
    connect(bench)
    bench.clock.go_on(days=400)
    run_tick(SYNC_JOB, bench.sessions, SETTINGS, bench.clock, "ahead")
    bench.clock.at = RECORDED_AT
    run_tick(SYNC_JOB, bench.sessions, SETTINGS, bench.clock, "right")
    assert len(runs(bench)) == 2


def test_what_a_worker_that_died_left_is_taken_up_when_its_lease_has_run_out_and_once(bench: Bench) -> None:
    connect(bench)
    bench.switch_on(2)
    take_lease(bench.sessions, f"platform {bench.platform_id}", "dead", bench.clock())
    with writing(bench.sessions) as db:
        start_run(db, bench.platform_id, "sync", bench.clock())

    run_left(bench.sessions, SETTINGS, bench.clock, "two")
    assert runs(bench) == [("sync", "running")]

    bench.clock.go_on(seconds=LEASE_SECONDS)
    run_left(bench.sessions, SETTINGS, bench.clock, "two")
    run_left(bench.sessions, SETTINGS, bench.clock, "three")
    assert runs(bench) == [("sync", "failed"), ("sync", "succeeded")]


def test_a_night_that_a_worker_died_in_is_taken_up_too(bench: Bench) -> None:
    connect(bench)
    take_lease(bench.sessions, f"platform {bench.platform_id}", "dead", bench.clock())
    with writing(bench.sessions) as db:
        start_run(db, bench.platform_id, "nightly", bench.clock())
    bench.clock.go_on(seconds=LEASE_SECONDS)
    run_left(bench.sessions, SETTINGS, bench.clock, "two")
    assert runs(bench) == [("nightly", "failed"), ("nightly", "succeeded")]


def test_a_dead_worker_that_had_begun_nothing_or_held_another_lease_leaves_nothing(bench: Bench) -> None:
    connect(bench)
    take_lease(bench.sessions, f"platform {bench.platform_id}", "dead", bench.clock())
    take_lease(bench.sessions, "alerts", "dead", bench.clock())
    bench.clock.go_on(seconds=LEASE_SECONDS)
    run_left(bench.sessions, SETTINGS, bench.clock, "two")
    assert runs(bench) == []


def test_what_a_dead_worker_left_of_a_platform_that_is_run_no_more_is_closed_once(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    take_lease(bench.sessions, f"platform {bench.platform_id}", "dead", bench.clock())
    with writing(bench.sessions) as db:
        start_run(db, bench.platform_id, "sync", bench.clock())
    bench.clock.go_on(seconds=LEASE_SECONDS)
    run_left(bench.sessions, SETTINGS, bench.clock, "two")
    assert runs(bench) == [("sync", "failed")]
    assert "left_runs_closed" in capsys.readouterr().out
    run_left(bench.sessions, SETTINGS, bench.clock, "two")
    assert capsys.readouterr().out == ""


def test_a_night_whose_lease_another_holds_is_run_when_it_is_free_again(bench: Bench) -> None:
    connect(bench)
    bench.clock.at = bench.vle.site.now().replace(hour=3, minute=20) + timedelta(days=1)
    held = take_lease(bench.sessions, f"platform {bench.platform_id}", "host:rebuild", bench.clock())
    for _ in range(3):
        run_due(bench.sessions, SETTINGS, bench.clock, "one")
        bench.clock.go_on(minutes=1)
    assert runs(bench) == []
    give_lease_back(bench.sessions, held, bench.clock())
    for _ in range(3):
        bench.clock.go_on(minutes=1)
        run_due(bench.sessions, SETTINGS, bench.clock, "one")
    assert runs(bench) == [("sync", "succeeded"), ("nightly", "succeeded")]


def test_a_night_that_lost_its_lease_in_the_middle_is_run_again(bench: Bench) -> None:
    connect(bench)

    def lose(*_: object) -> SyncReport:
        with writing(bench.sessions) as db:
            result = RunResult(error_code=LeaseLost.code, error_message="Another worker took the lease.")
            finish_run(db, start_run(db, bench.platform_id, "nightly", bench.clock()), result, bench.clock())
        raise LeaseLost("Another worker took the lease.")

    run_tick(replace(NIGHTLY_JOB, run=lose), bench.sessions, SETTINGS, bench.clock, "one")
    run_tick(NIGHTLY_JOB, bench.sessions, SETTINGS, bench.clock, "one")
    assert runs(bench) == [("nightly", "failed"), ("nightly", "succeeded")]


def test_a_token_that_does_not_open_is_a_run_that_failed_and_is_tried_once_a_tick(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    token = encrypt(bench.vle.token, "another key, by which the token was saved once")
    with writing(bench.sessions) as db:
        save_platform(db, name="Demo", moodle_url=bench.vle.url, encrypted_token=token, now=bench.clock())
    for _ in range(3):
        run_due(bench.sessions, SETTINGS, bench.clock, "one")
        bench.clock.go_on(minutes=1)
    assert runs(bench) == [("sync", "failed"), ("nightly", "failed")]
    assert capsys.readouterr().out.count("job_failed") == 2


@pytest.mark.parametrize("ahead", [timedelta(minutes=50), timedelta(days=3653)])
def test_after_a_clock_that_jumped_ahead_and_back_the_worker_looks_on(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, ahead: timedelta
) -> None:
    looked: list[datetime] = []
    monkeypatch.setattr("bridge.sync.jobs.run_requested", lambda *_: looked.append(datetime.now(UTC)))
    monkeypatch.setattr("bridge.sync.jobs.REQUEST_SECONDS", 1)
    scheduler = make_scheduler(sessions, SETTINGS, lambda: datetime.now(UTC))
    worker = threading.Thread(target=scheduler.start)

    def looks_on() -> bool:
        before, until = len(looked), time.monotonic() + 4
        while len(looked) < before + 2 and time.monotonic() < until:
            time.sleep(0.05)
        return len(looked) >= before + 2

    worker.start()
    try:
        assert looks_on()
        with time_machine.travel(datetime.now(UTC) + ahead):
            assert looks_on()
            assert looked[-1] > datetime.now(UTC) - timedelta(minutes=1)
        assert looks_on()
        assert all(job.next_run_time < datetime.now(UTC) + timedelta(minutes=6) for job in scheduler.get_jobs())
    finally:
        scheduler.shutdown()
        worker.join()
