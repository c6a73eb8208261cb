"""A school that did not acknowledge something in time is reminded by mail, once, and no learner is named."""

from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import update

from analytics.policy.voice import Stage
from bridge.config import Settings
from bridge.mail import Security
from bridge.schema.casework import Complaint, HandOver
from bridge.store.complaints import acknowledge_complaint, save_complaint
from bridge.store.database import Sessions, writing
from bridge.store.schools import SchoolRefused, save_mailbox
from bridge.sync.course import run_nightly
from bridge.sync.report import SyncReport
from tests.bridge.store.casework_world import NOW, Casework, make_casework
from tests.bridge.sync.conftest import SETTINGS
from tests.smtp_server import Inbox, serve_mail

LATE = NOW + timedelta(days=31)
OFFICE = "school-office@example.ac.uk"


@pytest.fixture
def world(sessions: Sessions) -> Casework:
    """A query of a learner of BIO, and an alert that HIS raised to BIO; both are to be acknowledged within 30 days."""
    made = make_casework(sessions)
    with writing(sessions) as db:
        save_complaint(db, made.platform_id, made.learner, Stage.INFORMAL, "My week 3 is wrong.", NOW, NOW.date())
        db.add(
            HandOver(
                platform_id=made.platform_id,
                person_id=made.learner,
                from_school_id=made.other,
                to_school_id=made.home,
                evidence={},
                note="Please look.",
                raised_by="Dr H",
                raised_at=NOW,
                due_on=NOW.date() + timedelta(days=5),
            )
        )
    return made


def settings_for(inbox: Inbox) -> Settings:
    return replace(
        SETTINGS,
        smtp_host="127.0.0.1",
        smtp_port=inbox.port,
        smtp_security=Security.NONE,
        alert_email="dpo@example.ac.uk",
    )


def night(sessions: Sessions, world: Casework, settings: Settings, **later: float) -> SyncReport:
    return run_nightly(sessions, None, world.platform_id, settings, lambda: LATE + timedelta(**later))


def test_one_message_tells_a_school_of_all_that_is_overdue_and_no_second_follows(
    sessions: Sessions, world: Casework
) -> None:
    with writing(sessions) as db:
        save_mailbox(db, world.platform_id, "BIO", OFFICE)
    with serve_mail() as inbox:
        reports = [night(sessions, world, settings_for(inbox), days=days) for days in (0, 1)]

    (message,) = inbox.messages
    assert isinstance(message, EmailMessage)
    text = message.get_content()
    assert (message["To"], message["Subject"]) == (OFFICE, "Engagement tool: 2 matters wait in School BIO")
    assert "- 1 query or complaint of a learner, due by " in text
    assert "- 1 alert from another school, due by " in text
    assert "week 3" not in text
    assert "Lena" not in text
    assert [len([note for note in one.notes if "reminded" in note]) for one in reports] == [1, 0]


def test_nothing_is_sent_before_the_day_has_passed_or_once_somebody_acknowledged(
    sessions: Sessions, world: Casework
) -> None:
    with writing(sessions) as db:
        db.execute(update(HandOver).values(acknowledged_at=NOW, acknowledged_by="Dr A"))
    with serve_mail() as inbox:
        night(sessions, world, settings_for(inbox), days=-1)
        assert inbox.messages == []
        with writing(sessions) as db:
            acknowledge_complaint(db, 1, by="Dr Lead", now=NOW)
        night(sessions, world, settings_for(inbox))
    assert inbox.messages == []


def test_a_school_without_a_mailbox_is_told_of_to_the_data_protection_contact(
    sessions: Sessions, world: Casework
) -> None:
    with serve_mail() as inbox:
        night(sessions, world, settings_for(inbox))
    assert [message["To"] for message in inbox.messages] == ["dpo@example.ac.uk"]


def test_what_the_mail_server_does_not_take_is_tried_again_the_next_night(sessions: Sessions, world: Casework) -> None:
    with serve_mail() as inbox:
        inbox.refuses = True
        refused = night(sessions, world, settings_for(inbox))
        inbox.refuses = False
        night(sessions, world, settings_for(inbox), days=1)
    assert [failure.code for failure in refused.failures] == ["mail-failed"]
    assert len(inbox.messages) == 1


def test_without_a_mail_server_nothing_is_marked_so_that_it_is_sent_once_there_is_one(
    sessions: Sessions, world: Casework
) -> None:
    assert night(sessions, world, SETTINGS).has_succeeded
    with serve_mail() as inbox:
        night(sessions, world, settings_for(inbox))
    assert len(inbox.messages) == 1


def test_several_are_counted_and_the_oldest_day_is_named(sessions: Sessions, world: Casework) -> None:
    with writing(sessions) as db:
        db.execute(update(Complaint).values(acknowledge_by=date(2026, 3, 2)))
        later = NOW + timedelta(days=1)
        save_complaint(db, world.platform_id, world.classmate, Stage.INFORMAL, "Another.", later, later.date())
    with serve_mail() as inbox:
        night(sessions, world, settings_for(inbox), days=5)
    (message,) = inbox.messages
    assert isinstance(message, EmailMessage)
    assert "- 2 queries and complaints of learners, the first due by 02 March 2026." in message.get_content()


@pytest.mark.parametrize("address", ["", "office", "a@b.example, c@d.example", "Office <a@b.example>"])
def test_a_mailbox_is_one_plain_address(sessions: Sessions, world: Casework, address: str) -> None:
    with writing(sessions) as db, pytest.raises(SchoolRefused):
        save_mailbox(db, world.platform_id, "BIO", address)
