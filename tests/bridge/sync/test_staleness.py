"""Who runs the tool is told by mail that a source has nothing new: once for each outage, and not while it is set up."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bridge.config import Settings
from bridge.schema.platforms import Platform
from bridge.secrets import encrypt
from bridge.store.database import reading, writing
from bridge.store.disconnecting import disconnect_platform
from bridge.store.metrics import load_removal_times
from bridge.store.sources import save_covers
from bridge.sync.expiry import purge_platform
from bridge.sync.jobs import run_alerts, run_due
from bridge.sync.staleness import note_stale_sources, note_waiting_removal
from tests.bridge.sync.conftest import SETTINGS, Bench
from tests.bridge.sync.test_alerting import alert, settings_for
from tests.demo_vle.faults import Fault
from tests.smtp_server import serve_mail

HOURS = replace(SETTINGS, stale_hours=6, stale_file_days=0)
DAYS = replace(SETTINGS, stale_hours=0, stale_file_days=14)


@pytest.fixture(autouse=True)
def connected(bench: Bench) -> None:
    """A platform without a saved token or a course that is on is not read, so it is never stale."""
    bench.switch_on(2)
    with writing(bench.sessions) as db:
        db.execute(update(Platform).values(moodle_token="encrypted"))


def look(bench: Bench, settings: Settings = HOURS) -> int:
    return note_stale_sources(bench.sessions, settings, bench.clock())


def test_one_outage_of_moodle_gives_one_alert_and_the_next_one_another(bench: Bench) -> None:
    bench.sync()
    bench.clock.go_on(hours=5)
    assert look(bench) == 0
    bench.clock.go_on(hours=2)
    assert [look(bench), look(bench)] == [1, 0]
    bench.clock.go_on(days=3)
    assert look(bench) == 0
    bench.sync()
    assert look(bench) == 0
    bench.clock.go_on(hours=7)
    assert look(bench) == 1


def test_a_site_that_is_being_set_up_is_no_outage(bench: Bench) -> None:
    bench.clock.go_on(days=9)
    assert look(bench) == 0
    bench.sync()
    bench.clock.go_on(days=9)
    bench.switch_off(2)
    assert look(bench) == 0


def test_a_file_that_came_before_and_comes_no_more_is_told_by_its_kind(bench: Bench) -> None:
    with writing(bench.sessions) as db:
        save_covers(db, bench.platform_id, "library", {0: date(2026, 10, 1)}, bench.clock())
    bench.clock.go_on(days=13)
    assert look(bench, DAYS) == 0
    bench.clock.go_on(days=2)
    assert [look(bench, DAYS), look(bench, DAYS)] == [1, 0]


def test_nought_switches_it_off(bench: Bench) -> None:
    bench.sync()
    bench.clock.go_on(days=99)
    assert look(bench, replace(SETTINGS, stale_hours=0, stale_file_days=0)) == 0


def remove(bench: Bench) -> None:
    """Remove what is due, as a night does."""
    purge_platform(bench.sessions, bench.platform_id, SETTINGS, bench.clock, lambda error: None)


def test_a_platform_of_which_nothing_is_removed_is_told_once_each_time_that_it_waits(bench: Bench) -> None:
    bench.clock.go_on(days=9)
    assert note_waiting_removal(bench.sessions, bench.clock()) == 0  # it had no night yet
    for _ in range(2):
        remove(bench)
        bench.clock.go_on(days=3)
        assert note_waiting_removal(bench.sessions, bench.clock()) == 0
        bench.clock.go_on(hours=1)
        assert note_waiting_removal(bench.sessions, bench.clock()) == 1
        bench.clock.go_on(days=99)
        assert note_waiting_removal(bench.sessions, bench.clock()) == 0


def test_an_alert_by_a_clock_that_ran_ahead_keeps_none_from_being_left(bench: Bench) -> None:
    remove(bench)
    ahead = bench.clock() + timedelta(days=400)
    assert note_waiting_removal(bench.sessions, ahead) == 1
    bench.clock.go_on(days=4)
    assert note_waiting_removal(bench.sessions, bench.clock()) == 1


def test_a_moodle_that_is_gone_for_good_is_told_to_the_contact_and_goes_on_after_it_is_removed(bench: Bench) -> None:
    bench.sync()
    remove(bench)
    with writing(bench.sessions) as db:
        token = encrypt(bench.vle.token, SETTINGS.secret_key)
        db.execute(update(Platform).values(moodle_token=token))
    bench.vle.faults.always(Fault.INVALID_TOKEN)  # refused at once: what does not answer is tried again for a while
    with serve_mail() as inbox:
        settings = replace(settings_for(inbox), stale_hours=0, operations_email="ops@example.ac.uk")
        for days in (6, 2, 2):
            bench.clock.go_on(days=days)
            run_due(bench.sessions, settings, bench.clock, "one")
            run_alerts(bench.sessions, settings, bench.clock, "one")
        (message,) = inbox.messages
        assert message["To"] == "dpo@example.ac.uk"
        text = bytes(message.get_payload(decode=True)).decode()
        assert "noticed by the tool (retention-waits):" in text
        assert "Nothing of this platform was removed by its period since 2026-11-27 20:00 UTC" in text

        with writing(bench.sessions) as db:
            disconnect_platform(db, bench.platform_id, bench.clock())
        bench.clock.go_on(days=1)
        run_due(bench.sessions, settings, bench.clock, "one")
        with reading(bench.sessions) as db:
            assert load_removal_times(db) == {bench.platform_id: bench.clock()}


@pytest.mark.parametrize("operations", ["", "ops@example.ac.uk"])
def test_the_worker_mails_it_to_whoever_runs_the_tool_and_people_to_the_contact(bench: Bench, operations: str) -> None:
    bench.sync()
    bench.clock.go_on(hours=7)
    alert(bench)
    with serve_mail() as inbox:
        settings = replace(settings_for(inbox), operations_email=operations, stale_file_days=0)
        for _ in range(2):
            run_alerts(bench.sessions, settings, bench.clock, "one")
    told = {str(message["To"]): message.get_payload(decode=True) for message in inbox.messages}
    assert len(inbox.messages) == 2 or operations == ""
    about = bytes(told[operations or "dpo@example.ac.uk"]).decode()
    assert "noticed by the tool (source-stale-moodle):" in about
    assert "does `lea worker` run?" in about
