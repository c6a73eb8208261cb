"""`lea audit`: one command says whether the record of who looked at whom is as it was written."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from bridge.schema.access import AccessRow, AccessSeal
from bridge.schema.casework import CaseEntry, SupportCase
from bridge.schema.people import Person
from bridge.schema.records import School
from bridge.store.access_log import AccessEntry, purge_accesses, save_access
from bridge.store.alerts import NewAlert, save_alert
from bridge.store.case_chain import Author, append_entry, case_key
from bridge.store.database import Sessions, writing
from bridge.store.seals import seal_accesses, seal_key
from tests.lti.commands.console import Console

NOW = datetime.now(UTC)
TUTOR, COURSE = 9000, 2
PERIOD = timedelta(days=730)


def look(sessions: Sessions, at: datetime = NOW) -> None:
    """Let a tutor open a class list."""
    entry = AccessEntry(at, 1, TUTOR, "tutor", "course:view", COURSE, None, True, "teaches-course", "REQUEST")
    with writing(sessions) as db:
        save_access(db, entry)


def last_seal(output: str) -> str:
    return output.split("to be kept elsewhere: ")[1].strip()


def test_without_a_row_there_is_nothing_to_check(connected: Console) -> None:
    result = connected.lea("audit", "verify")

    assert (result.exit_code, "nothing to check" in result.output) == (0, True)


def test_rows_are_sealed_and_then_checked(connected: Console, sessions: Sessions) -> None:
    look(sessions)
    first = connected.lea("audit", "verify")
    look(sessions)
    second = connected.lea("audit", "verify")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "All 1 sealed rows are as they were sealed (1 of them just now)." in first.output
    assert "All 2 sealed rows are as they were sealed (1 of them just now)." in second.output


def test_a_changed_row_ends_with_1_and_is_named(connected: Console, sessions: Sessions) -> None:
    look(sessions)
    look(sessions)
    assert connected.lea("audit", "verify").exit_code == 0
    with writing(sessions) as db:
        db.execute(update(AccessRow).where(AccessRow.id == 2).values(viewer_moodle_user_id=TUTOR + 1))

    result = connected.lea("audit", "verify")

    assert result.exit_code == 1
    assert "batch 1 (rows 1 to 2): row 2 was changed after it was sealed" in result.output


def test_another_secret_key_does_not_make_the_seals(connected: Console, sessions: Sessions) -> None:
    look(sessions)
    assert connected.lea("audit", "verify").exit_code == 0

    assert connected.lea("audit", "verify", LEA_SECRET_KEY="other" * 8).exit_code == 1


def test_a_seal_that_was_kept_shows_that_the_newest_rows_were_taken_out(connected: Console, sessions: Sessions) -> None:
    for _ in range(2):
        look(sessions)
        kept = last_seal(connected.lea("audit", "verify").output)
    assert "Seal 2 is the one you kept." in connected.lea("audit", "verify", "--seal", kept).output
    with writing(sessions) as db:
        db.execute(delete(AccessSeal).where(AccessSeal.id == 2))
        db.execute(delete(AccessRow).where(AccessRow.id == 2))

    assert connected.lea("audit", "verify").exit_code == 0
    result = connected.lea("audit", "verify", "--seal", kept)

    assert result.exit_code == 1
    assert "seal 2 is missing" in result.output


def test_a_kept_seal_shows_that_the_chain_was_made_anew_with_the_key(connected: Console, sessions: Sessions) -> None:
    look(sessions)
    kept = last_seal(connected.lea("audit", "verify").output)
    with writing(sessions) as db:
        db.execute(delete(AccessSeal))
        db.execute(update(AccessRow).values(salt=None, commitment=None, viewer_moodle_user_id=5))

    assert connected.lea("audit", "verify").exit_code == 0
    result = connected.lea("audit", "verify", "--seal", kept)

    assert result.exit_code == 1
    assert "the access log fits its seals, but seal 1 is" in result.output.lower()


@pytest.mark.parametrize("kept", ["1", "1:abc", "x:" + "a" * 64, ":" + "a" * 64, "²:" + "a" * 64])
def test_what_is_no_seal_is_not_compared(connected: Console, kept: str) -> None:
    assert connected.lea("audit", "verify", "--seal", kept).exit_code == 2


def test_rows_whose_period_is_over_may_be_gone_and_younger_ones_may_not(connected: Console, sessions: Sessions) -> None:
    key = seal_key(connected.settings["LEA_SECRET_KEY"])
    old = NOW - PERIOD - timedelta(days=2)
    look(sessions, old)
    seal_accesses(sessions, key, old)
    look(sessions)
    seal_accesses(sessions, key, NOW - timedelta(minutes=1))
    look(sessions)
    with writing(sessions) as db:
        assert purge_accesses(db, NOW - PERIOD) == 1

    result = connected.lea("audit", "verify")

    assert "1 older rows are gone because their period is over." in result.output
    assert result.exit_code == 0
    with writing(sessions) as db:
        db.execute(delete(AccessRow).where(AccessRow.id == 2))
    assert "row 2 is missing" in connected.lea("audit", "verify").output


def test_alerts_are_listed_with_who_and_without_a_learner(connected: Console, sessions: Sessions) -> None:
    assert "No alert in the last 30 days." in connected.lea("audit", "alerts").output
    with writing(sessions) as db:
        names = {"given_name": "Priya", "family_name": "Nair", "full_name": "Dr Priya Nair"}
        db.add(Person(platform_id=1, moodle_user_id=TUTOR, **names))
        save_alert(db, NewAlert(1, NOW, "too-many-views", TUTOR, "Many pages."), NOW - timedelta(hours=1))
        save_alert(db, NewAlert(1, NOW, "too-many-views", 77, "Many pages."), NOW - timedelta(hours=1))
        old = NOW - timedelta(days=40)
        save_alert(db, NewAlert(1, old, "too-many-views", 78, "Many pages."), old)

    output = connected.lea("audit", "alerts").output

    assert "Dr Priya Nair (Moodle user 9000)" in output
    assert "not in a roster (Moodle user 77)" in output
    assert "Moodle user 78" not in output
    assert "Moodle user 78" in connected.lea("audit", "alerts", "--days", "50").output


def write_steps(console: Console, sessions: Sessions, *texts: str) -> None:
    """Let an adviser write steps of one new case down."""
    with writing(sessions) as db:
        school = School(platform_id=1, code="BIO", name="Biology")
        db.add(school)
        db.flush()
        case = SupportCase(platform_id=1, person_id=None, school_id=school.id, opened_at=NOW, opened_by="Dr A")
        db.add(case)
        db.flush()
        key = case_key(console.settings["LEA_SECRET_KEY"])
        for text in texts:
            append_entry(db, key, case.id, "note", {"text": text}, Author(1, "Dr A", "adviser"), NOW)


def test_the_steps_of_cases_are_checked_too(connected: Console, sessions: Sessions) -> None:
    look(sessions)
    write_steps(connected, sessions, "A note.")
    whole = connected.lea("audit", "verify")
    with writing(sessions) as db:
        db.execute(update(CaseEntry).values(by_name="Dr B"))
    changed = connected.lea("audit", "verify")

    assert (whole.exit_code, changed.exit_code) == (0, 1)
    assert "All 1 steps of cases are as they were written down." in whole.output
    assert "entry 1 of case 1 was changed after it was written" in changed.output


def last_step(output: str) -> str:
    return output.split("to be kept elsewhere, too: ")[1].split()[0]


@pytest.mark.parametrize("left", [1, 0])
def test_a_kept_step_shows_that_the_newest_steps_were_cut_off(
    connected: Console, sessions: Sessions, left: int
) -> None:
    write_steps(connected, sessions, "First.", "Second.")
    kept = last_step(connected.lea("audit", "verify").output)
    assert "Step 2 of cases is the one you kept." in connected.lea("audit", "verify", "--head", kept).output
    with writing(sessions) as db:
        db.execute(delete(CaseEntry).where(CaseEntry.id > left))

    assert connected.lea("audit", "verify").exit_code == 0
    result = connected.lea("audit", "verify", "--head", kept)

    assert result.exit_code == 1
    assert "step 2 is missing: the end of the chain was cut off" in result.output


def test_a_kept_step_shows_that_others_stand_in_its_place(connected: Console, sessions: Sessions) -> None:
    write_steps(connected, sessions, "First.", "Second.")
    kept = last_step(connected.lea("audit", "verify").output)
    with writing(sessions) as db:
        db.execute(delete(CaseEntry).where(CaseEntry.id == 2))
        key = case_key(connected.settings["LEA_SECRET_KEY"])
        append_entry(db, key, 1, "note", {"text": "Something else."}, Author(1, "Dr A", "adviser"), NOW)

    assert connected.lea("audit", "verify").exit_code == 0
    result = connected.lea("audit", "verify", "--head", kept)

    assert result.exit_code == 1
    # SQLite gives the number out again, PostgreSQL does not.
    assert "step 2 is another one now" in result.output or "step 2 is missing" in result.output


def test_what_is_no_step_is_not_compared(connected: Console) -> None:
    assert connected.lea("audit", "verify", "--head", "2:short").exit_code == 2
