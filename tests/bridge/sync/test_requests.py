"""A sync that somebody asked for: soon, once, and never beside another one."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bridge.schema.log import SyncRun
from bridge.secrets import encrypt
from bridge.store.database import make_engine, make_sessions, reading, writing
from bridge.store.platforms import save_platform
from bridge.store.runs import RunRecord, load_runs
from bridge.store.sync_requests import find_requested_platforms, load_sync_request, request_sync, take_sync_request
from bridge.sync.jobs import TIMETABLE, make_scheduler, run_everywhere, run_requested
from bridge.sync.lease import give_lease_back, take_lease
from tests.bridge.sync.conftest import SETTINGS, Bench
from tests.bridge.sync.test_jobs import connect
from tests.demo_vle.faults import Fault

SYNC_JOB = TIMETABLE[0]


def ask(bench: Bench) -> None:
    """Ask for a sync."""
    with writing(bench.sessions) as db:
        request_sync(db, bench.platform_id, bench.clock())


def is_asked(bench: Bench) -> bool:
    """Say whether a sync is still asked for."""
    with reading(bench.sessions) as db:
        return load_sync_request(db, bench.platform_id) is not None


def runs_of(bench: Bench) -> list[RunRecord]:
    """Read the runs, oldest first."""
    with reading(bench.sessions) as db:
        return list(reversed(load_runs(db, bench.platform_id, limit=50)))


def run_asked(bench: Bench, holder: str = "one") -> None:
    """Do what the worker does every few seconds."""
    run_requested(bench.sessions, SETTINGS, bench.clock, holder)


def utc_now() -> datetime:
    """Give the present instant."""
    return datetime.now(UTC)


def wait_until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is so; False when it is not after `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.05)
    return is_so()


def test_a_request_is_there_until_one_of_several_takes_it(bench: Bench) -> None:
    ask(bench)
    bench.clock.go_on(minutes=1)
    ask(bench)
    with writing(bench.sessions) as db:
        assert load_sync_request(db, bench.platform_id) == bench.clock() - timedelta(minutes=1)
        assert [take_sync_request(db, bench.platform_id) for _ in range(2)] == [True, False]
        assert load_sync_request(db, bench.platform_id) is None


def test_a_request_for_a_site_without_a_token_waits_for_the_token(bench: Bench) -> None:
    ask(bench)
    with reading(bench.sessions) as db:
        assert find_requested_platforms(db) == ()
    run_asked(bench)
    assert (runs_of(bench), is_asked(bench)) == ([], True)
    connect(bench)
    run_asked(bench)
    assert ([run.outcome for run in runs_of(bench)], is_asked(bench)) == (["succeeded"], False)


def test_without_a_request_the_look_leads_to_no_run(bench: Bench) -> None:
    connect(bench)
    run_asked(bench)
    assert runs_of(bench) == []
    assert bench.vle.served.calls.total() == 0


def test_a_scheduled_sync_does_what_was_asked_for(bench: Bench) -> None:
    connect(bench)
    ask(bench)
    run_everywhere(SYNC_JOB, bench.sessions, SETTINGS, bench.clock, "one")
    assert not is_asked(bench)


def test_a_request_waits_while_another_worker_reads(bench: Bench) -> None:
    connect(bench)
    ask(bench)
    held = take_lease(bench.sessions, f"platform {bench.platform_id}", "two", bench.clock())
    run_asked(bench)
    assert (runs_of(bench), is_asked(bench)) == ([], True)
    give_lease_back(bench.sessions, held, bench.clock())
    run_asked(bench)
    assert (len(runs_of(bench)), is_asked(bench)) == (1, False)


def test_a_failed_run_was_one_and_is_not_repeated_every_few_seconds(bench: Bench) -> None:
    connect(bench)
    ask(bench)
    bench.vle.faults.always(Fault.INVALID_TOKEN)
    for _ in range(3):
        run_asked(bench)
    assert [run.error_code for run in runs_of(bench)] == ["moodle-token-rejected"]


def test_a_token_that_does_not_open_ends_the_request_and_frees_the_lease(bench: Bench) -> None:
    token = encrypt(bench.vle.token, "another key, by which the token was saved once")
    with writing(bench.sessions) as db:
        save_platform(db, name="Demo", moodle_url=bench.vle.url, encrypted_token=token, now=bench.clock())
    ask(bench)
    run_asked(bench)
    assert not is_asked(bench)
    take_lease(bench.sessions, f"platform {bench.platform_id}", "two", bench.clock())


def test_a_look_while_the_database_is_away_is_left_out(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'no such folder' / 'lea.sqlite3'}")
    run_requested(make_sessions(engine), SETTINGS, utc_now, "one")
    with pytest.raises(OperationalError):
        run_everywhere(SYNC_JOB, make_sessions(engine), SETTINGS, utc_now, "one")
    engine.dispose()


def test_two_workers_run_one_at_a_time_and_a_request_during_a_run_leads_to_one_more(bench: Bench) -> None:
    connect(bench)
    bench.vle.site.now = utc_now
    bench.switch_on(2)
    bench.vle.faults.always(Fault.SILENCE, function="local_lea_get_version", seconds=0.5)
    done = threading.Event()

    def work(holder: str) -> None:
        while not done.wait(0.02):
            run_requested(bench.sessions, SETTINGS, utc_now, holder)

    workers = [threading.Thread(target=work, args=(holder,)) for holder in ("one", "two")]
    for worker in workers:
        worker.start()
    try:
        assert wait_until(lambda: bench.vle.served.calls["local_lea_get_version"] == 1, 10)
        for _ in range(3):
            ask(bench)
        assert wait_until(lambda: len(runs_of(bench)) == 2 and runs_of(bench)[1].finished_at is not None, 20)
        time.sleep(0.3)
    finally:
        done.set()
        for worker in workers:
            worker.join()
    first, second = runs_of(bench)
    assert [run.outcome for run in (first, second)] == ["succeeded", "succeeded"]
    assert first.finished_at is not None
    assert first.finished_at <= second.started_at
    assert not is_asked(bench)


@contextmanager
def two_workers(bench: Bench) -> Iterator[None]:
    """Let two workers run their whole timetable."""
    daily = replace(SETTINGS, sync_minutes=1440)  # no tick of its own comes in between
    schedulers = [make_scheduler(bench.sessions, daily, utc_now) for _ in range(2)]
    threads = [threading.Thread(target=scheduler.start) for scheduler in schedulers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for scheduler in schedulers:
            scheduler.shutdown(wait=True)
        for thread in threads:
            thread.join()


def test_running_workers_pick_a_request_up_within_ten_seconds(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    connect(bench)
    bench.vle.site.now = utc_now
    with two_workers(bench):
        assert wait_until(lambda: bool(runs_of(bench)) and runs_of(bench)[-1].finished_at is not None, 10)
        time.sleep(1)
        before = [run.job for run in runs_of(bench)].count("sync")
        ask(bench)
        asked = time.monotonic()
        assert wait_until(lambda: [run.job for run in runs_of(bench)].count("sync") > before, 10)
        assert time.monotonic() - asked < 10
        assert wait_until(lambda: all(run.finished_at is not None for run in runs_of(bench)), 10)
    assert [run.job for run in runs_of(bench)].count("sync") == before + 1
    with reading(bench.sessions) as db:
        assert set(db.scalars(select(SyncRun.outcome))) == {"succeeded"}
    assert "maximum number of running instances" not in caplog.text
