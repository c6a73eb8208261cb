"""`lea feed` and `lea school` as the people use them who look after the student record."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bridge.schema.people import Person
from bridge.schema.records import Relationship, School, StudentRecord
from bridge.store.database import Sessions, make_engine, make_sessions, reading, writing
from tests.bridge.feed.files import CLEO, LENA, write_feed
from tests.lti.commands.console import Console


@pytest.fixture
def synced(connected: Console) -> Iterator[tuple[Console, Sessions]]:
    """A console whose database has two courses' rosters; two learners have student numbers."""
    assert connected.lea("course", "on", "2", "3").exit_code == 0
    assert connected.lea("sync").exit_code == 0
    engine = make_engine(connected.settings["LEA_DATABASE_URL"])
    sessions = make_sessions(engine)
    with writing(sessions) as db:
        for moodle_user_id, number in zip((3, 4), ("260000001", "260000002"), strict=True):
            db.execute(update(Person).where(Person.moodle_user_id == moodle_user_id).values(idnumber=number))
    assert connected.lea("school", "add", "EMS", "School [of] Mathematics").exit_code == 0
    yield connected, sessions
    engine.dispose()


def count_records(sessions: Sessions) -> int:
    """Count what is stored of learners."""
    with reading(sessions) as db:
        return db.scalar(select(func.count()).select_from(StudentRecord)) or 0


def test_a_check_shows_what_would_change_and_stores_nothing(synced: tuple[Console, Sessions], tmp_path: Path) -> None:
    console, sessions = synced
    path = write_feed(tmp_path, LENA, CLEO)
    answer = console.lea("feed", "check", str(path), "--lines")
    assert answer.exit_code == 0, answer.output
    assert "line 2: adviser begins: none → STAFF1" in answer.output
    assert "260000001" not in answer.output
    assert count_records(sessions) == 0


def test_an_apply_asks_and_stores_once_it_is_told_to(synced: tuple[Console, Sessions], tmp_path: Path) -> None:
    console, sessions = synced
    path = write_feed(tmp_path, LENA, CLEO)
    assert console.lea("feed", "apply", str(path), typed="n\n").exit_code == 1
    assert count_records(sessions) == 0
    assert console.lea("feed", "apply", str(path), typed="y\n").exit_code == 0
    assert count_records(sessions) == 2


def test_a_line_that_does_not_fit_stops_the_file_unless_it_may_be_skipped(
    synced: tuple[Console, Sessions], tmp_path: Path
) -> None:
    console, sessions = synced
    path = write_feed(tmp_path, LENA, CLEO.replace(",60,", ",lots,"))
    checked = console.lea("feed", "check", str(path))
    assert checked.exit_code == 1
    assert "line 3 does not fit: credits: is not a whole number" in checked.output
    refused = console.lea("feed", "apply", str(path), "--yes")
    assert refused.exit_code == 1
    assert "nothing was stored" in refused.output
    assert count_records(sessions) == 0
    assert console.lea("feed", "apply", str(path), "--yes", "--complete", "--skip-rejected").exit_code == 1
    assert console.lea("feed", "apply", str(path), "--yes", "--skip-rejected").exit_code == 0
    assert count_records(sessions) == 1


def test_a_complete_file_ends_what_it_no_longer_has(synced: tuple[Console, Sessions], tmp_path: Path) -> None:
    console, sessions = synced
    assert console.lea("feed", "apply", str(write_feed(tmp_path, LENA, CLEO)), "--yes").exit_code == 0
    answer = console.lea("feed", "apply", str(write_feed(tmp_path, LENA)), "--yes", "--complete")
    assert answer.exit_code == 0, answer.output
    assert count_records(sessions) == 1
    with reading(sessions) as db:
        ended = db.scalars(select(Relationship.holder_idnumber).where(Relationship.ends_at.is_not(None))).all()
    assert ended == ["STAFF2"]


def test_a_forbidden_column_is_one_clear_line(synced: tuple[Console, Sessions], tmp_path: Path) -> None:
    console, _ = synced
    path = write_feed(tmp_path, header="student_number,ethnicity")
    answer = console.lea("feed", "check", str(path))
    assert answer.exit_code == 1
    assert "The column ethnicity is refused" in answer.output


def test_a_school_without_a_trained_lead_stays_off(synced: tuple[Console, Sessions]) -> None:
    console, sessions = synced
    answer = console.lea("school", "on", "EMS")
    assert answer.exit_code == 1
    assert "no learner engagement lead with a training date" in answer.output
    with reading(sessions) as db:
        assert db.scalars(select(School.switched_on_at)).all() == [None]
    assert "School [of] Mathematics" in console.lea("school", "list").output


def test_courses_belong_to_one_school_and_unknown_ones_to_none(synced: tuple[Console, Sessions]) -> None:
    console, _ = synced
    assert console.lea("school", "add", "HIS", "History").exit_code == 0
    assert console.lea("school", "courses", "EMS", "2", "3").exit_code == 0
    assert console.lea("school", "courses", "HIS", "3").exit_code == 0
    listed = console.lea("school", "list").output
    assert ["1" in row.split("│")[6] for row in listed.splitlines() if "EMS" in row or "HIS" in row] == [True, True]
    refused = console.lea("school", "courses", "HIS", "2", "777")
    assert refused.exit_code == 1
    assert "Not known here: course 777" in refused.output


@pytest.mark.parametrize("words", [("on", "NONE"), ("off", "NONE"), ("courses", "NONE", "2")])
def test_a_school_that_is_not_known_is_named_with_the_next_step(
    synced: tuple[Console, Sessions], words: tuple[str, ...]
) -> None:
    answer = synced[0].lea("school", *words)
    assert answer.exit_code == 1
    assert "No school has the code NONE" in answer.output


def test_a_programmes_research_students_come_in_by_command(synced: tuple[Console, Sessions], tmp_path: Path) -> None:
    console, _ = synced
    assert "No programme has the code MATHS" in console.lea("school", "research", "MATHS", "--on").output
    assert console.lea("feed", "apply", str(write_feed(tmp_path, LENA)), "--yes").exit_code == 0
    assert "are shown" in console.lea("school", "research", "MATHS", "--on").output
    assert "are left out" in console.lea("school", "research", "MATHS", "--off").output


def test_a_school_has_one_mailbox_for_reminders_or_none(synced: tuple[Console, Sessions]) -> None:
    console, _ = synced
    mail = {"LEA_SMTP_HOST": "127.0.0.1", "LEA_ALERT_EMAIL": "dpo@example.ac.uk", "LEA_SMTP_SECURITY": "none"}
    assert (
        "Reminders go to office@example.ac.uk."
        in console.lea("school", "mailbox", "EMS", "office@example.ac.uk").output
    )
    assert "No mail server is set" in console.lea("school", "mailbox", "EMS").output
    assert "No mail server" not in console.lea("school", "mailbox", "EMS", **mail).output
    refused = console.lea("school", "mailbox", "EMS", "office")
    assert (refused.exit_code, "not one plain e-mail address" in refused.output) == (1, True)
    assert "office@example.ac.uk" in console.lea("school", "mailbox", "EMS").output
    assert "It has no mailbox" in console.lea("school", "mailbox", "EMS", "--none").output
