"""The data-protection contact is told by mail, once; what the mail server does not take stays on the list."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from bridge.config import Settings
from bridge.errors import LeaseLost
from bridge.mail import MailFailed, Security
from bridge.store.access_log import AT_THE_SERVER
from bridge.store.alerts import NewAlert, load_alerts, save_alert
from bridge.store.database import reading, writing
from bridge.store.platforms import save_platform
from bridge.sync.alerting import LEASE, OLDEST, mail_alerts
from bridge.sync.jobs import ALERTS, make_scheduler, run_alerts
from bridge.sync.lease import take_lease
from tests.bridge.sync.conftest import SETTINGS, Bench
from tests.smtp_server import Inbox, serve_mail

KIND = "too-many-views"


def settings_for(inbox: Inbox) -> Settings:
    return replace(
        SETTINGS,
        smtp_host="127.0.0.1",
        smtp_port=inbox.port,
        smtp_security=Security.NONE,
        alert_email="dpo@example.ac.uk",
    )


def alert(bench: Bench, viewer: int = 63, **ago: float) -> None:
    at = bench.clock() - timedelta(**ago)
    with writing(bench.sessions) as db:
        new = NewAlert(bench.platform_id, at, KIND, viewer, "Pages with learners’ names opened: 120.")
        assert save_alert(db, new, at - timedelta(seconds=1))


def waiting(bench: Bench) -> int:
    with reading(bench.sessions) as db:
        found = load_alerts(db, bench.clock() - timedelta(days=99))
    return sum(one.mailed_at is None for one in found)


def test_alerts_that_wait_are_told_of_in_one_message_and_once(bench: Bench) -> None:
    alert(bench)
    alert(bench, AT_THE_SERVER)
    with serve_mail() as inbox:
        sent = [mail_alerts(bench.sessions, settings_for(inbox), bench.clock, "one") for _ in range(2)]
    assert sent == [2, 0]
    (message,) = inbox.messages
    assert message["To"] == "dpo@example.ac.uk"
    assert message["Subject"] == "Engagement tool: 2 alerts"
    assert isinstance(message, EmailMessage)
    text = message.get_content()
    assert "by the person with Moodle's number 63 (too-many-views):" in text
    assert "by a command on the server" in text
    assert "Pages with learners’ names opened: 120." in text
    assert waiting(bench) == 0


def test_what_is_not_taken_stays_on_the_list_and_goes_with_the_next_message(bench: Bench) -> None:
    alert(bench)
    with serve_mail() as inbox:
        settings = settings_for(inbox)
        inbox.refuses = True
        with pytest.raises(MailFailed):
            mail_alerts(bench.sessions, settings, bench.clock, "one")
        run_alerts(bench.sessions, settings, bench.clock, "one")  # the worker goes on
        assert waiting(bench) == 1
        inbox.refuses = False
        run_alerts(bench.sessions, settings, bench.clock, "two")
    assert waiting(bench) == 0
    assert len(inbox.messages) == 1


def test_without_a_mail_server_alerts_stay_on_the_list(bench: Bench) -> None:
    alert(bench)
    assert mail_alerts(bench.sessions, SETTINGS, bench.clock, "one") == 0
    assert waiting(bench) == 1


def test_what_was_there_long_before_mail_was_set_up_is_not_sent(bench: Bench) -> None:
    alert(bench, days=OLDEST.days + 1)
    with serve_mail() as inbox:
        assert mail_alerts(bench.sessions, settings_for(inbox), bench.clock, "one") == 0
    assert inbox.messages == []


def test_two_workers_do_not_send_the_same(bench: Bench) -> None:
    alert(bench)
    take_lease(bench.sessions, LEASE, "another", bench.clock())
    with serve_mail() as inbox, pytest.raises(LeaseLost):
        mail_alerts(bench.sessions, settings_for(inbox), bench.clock, "one")
    assert inbox.messages == []


def test_alerts_of_all_platforms_go_and_the_worker_looks_by_itself(bench: Bench) -> None:
    with writing(bench.sessions) as db:
        other = save_platform(db, name="Other", moodle_url="https://o.example", encrypted_token=None, now=bench.clock())
        new = NewAlert(other, bench.clock(), KIND, 5, "Detail.")
        assert save_alert(db, new, bench.clock())
    with serve_mail() as inbox:
        assert mail_alerts(bench.sessions, settings_for(inbox), bench.clock, "one") == 1
    assert ALERTS in {job.id for job in make_scheduler(bench.sessions, SETTINGS, bench.clock).get_jobs()}
