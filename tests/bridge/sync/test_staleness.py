"""Who runs the tool is told by mail that a source has nothing new: once for each outage, and not while it is set up."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from bridge.config import Settings
from bridge.schema.platforms import Platform
from bridge.store.database import writing
from bridge.store.sources import save_covers
from bridge.sync.jobs import run_alerts
from bridge.sync.staleness import note_stale_sources
from tests.bridge.sync.conftest import SETTINGS, Bench
from tests.bridge.sync.test_alerting import alert, settings_for
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
