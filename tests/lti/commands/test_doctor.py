"""`lea doctor` finds what is broken, names it first, and says what to do; it changes nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bridge.schema.platforms import Platform
from bridge.schema.rights import RetentionRun
from bridge.store.database import Sessions, make_engine, writing
from bridge.store.migrations import downgrade
from bridge.store.runs import SYNC, RunResult, finish_run, start_run
from tests.lti.commands.console import Console


def line(output: str, name: str) -> str:
    """What it says of one thing, with its next step."""
    lines = output.splitlines()
    (at,) = [n for n, text in enumerate(lines) if f"  {name}  " in f"{text} "]
    following = lines[at + 1] if at + 1 < len(lines) and "next:" in lines[at + 1] else ""
    return lines[at] + following


def test_a_tool_that_nobody_serves_and_that_never_read_is_told_so(connected: Console, database_url: str) -> None:
    answer = connected.lea("doctor")

    assert answer.exit_code == 1
    assert "FAILS" in line(answer.output, "Pages")
    assert "`lea worker` runs" in answer.output
    assert "good" in line(answer.output, "Clock")
    marks = line(answer.output, "File of erasures")
    is_kept = database_url.startswith("sqlite")
    assert ("good" in marks, "LEA_TOMBSTONE_FILE" in marks) == (is_kept, not is_kept)


def test_after_a_sync_the_sync_is_good(connected: Console) -> None:
    assert connected.lea("sync").exit_code == 0
    assert "good" in line(connected.lea("doctor").output, "Sync of platform 1")


def test_a_failing_sync_is_told_with_its_code(connected: Console, sessions: Sessions) -> None:
    with writing(sessions) as db:
        now = datetime.now(UTC)
        finish_run(db, start_run(db, 1, SYNC, now), RunResult(error_code="moodle-timeout"), now)
    assert "moodle-timeout" in line(connected.lea("doctor").output, "Sync of platform 1")


def test_removal_that_waits_is_told_with_what_to_do(connected: Console, sessions: Sessions) -> None:
    connected.lea("retention", "run")
    assert "good" in line(connected.lea("doctor").output, "Removal of platform 1")
    with writing(sessions) as db:
        db.execute(update(RetentionRun).values(at=datetime.now(UTC) - timedelta(days=4)))
    answer = connected.lea("doctor").output
    assert "FAILS" in line(answer, "Removal of platform 1")
    assert "lea platform remove" in line(answer, "Removal of platform 1")


@pytest.mark.parametrize("broken", ["migrations", "secret"])
def test_a_database_that_is_not_ready_is_the_first_thing_and_says_what_to_do(
    connected: Console, sessions: Sessions, database_url: str, broken: str
) -> None:
    if broken == "migrations":
        engine = make_engine(database_url)
        downgrade(engine, "0016")
        engine.dispose()
    else:
        with writing(sessions) as db:
            db.execute(update(Platform).values(moodle_token="another key's"))

    answer = connected.lea("doctor")

    assert answer.exit_code == 1
    assert {"migrations": "lea db upgrade", "secret": "lea keys rekey"}[broken] in line(answer.output, "Database")
    assert answer.output.splitlines()[1].split()[0] == "FAILS"
    assert "another key's" not in answer.output


def test_a_file_of_erasures_that_cannot_be_read_is_named(connected: Console, tmp_path: Path) -> None:
    (tmp_path / "marks").write_text("no mark")
    answer = connected.lea("doctor", LEA_TOMBSTONE_FILE=str(tmp_path / "marks"))
    assert "cannot be read" in line(answer.output, "File of erasures")
