"""`lea retention` and `lea restrict` as an administrator uses them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bridge.schema.access import Alert
from bridge.schema.people import Person
from bridge.store.database import Sessions, make_engine, make_sessions, reading, writing
from bridge.store.left_out import load_left_out_ids
from bridge.store.retention import load_last_proofs
from bridge.sync.lease import take_lease
from tests.lti.commands.console import Console

OLD = timedelta(days=731)


@pytest.fixture
def sessions(connected: Console) -> Iterator[Sessions]:
    engine = make_engine(connected.settings["LEA_DATABASE_URL"])
    yield make_sessions(engine)
    engine.dispose()


def add_old_alert(sessions: Sessions) -> None:
    with writing(sessions) as db:
        db.add(Alert(platform_id=1, at=datetime.now(UTC) - OLD, kind="k", detail="d"))


def cells(output: str, kind: str) -> list[str]:
    """Read one line of a table."""
    (line,) = [line for line in output.splitlines() if line.startswith(f"│ {kind} ")]
    return [cell.strip() for cell in line.strip("│").split("│")]


def test_status_tells_what_is_too_old_and_run_removes_it_with_a_proof(connected: Console, sessions: Sessions) -> None:
    add_old_alert(sessions)
    before = connected.lea("retention", "status").output

    ran = connected.lea("retention", "run")

    after = connected.lea("retention", "status").output
    assert cells(before, "alerts") == ["alerts", "730", "legal-obligation", "1", "never"]
    assert "alerts: 1 removed, 0 left over" in ran.output
    assert cells(after, "alerts")[3] == "0"
    assert cells(after, "alerts")[4].endswith("UTC: 1, 0")
    with reading(sessions) as db:
        assert not db.scalar(select(func.count()).select_from(Alert))
        assert load_last_proofs(db, 1)["alerts"].removed == 1


def test_an_institutions_periods_are_the_ones_shown_and_printed(connected: Console) -> None:
    own = {"LEA_RETENTION_DAYS": "alerts=30, runs=7", "LEA_LAWFUL_BASES": "alerts=legitimate-interests"}

    shown = connected.lea("retention", "status", **own).output
    printed = connected.lea("retention", "document", **own, LEA_DPIA_REFERENCE="DPIA 7").output

    assert cells(shown, "alerts")[1:3] == ["30", "legitimate-interests"]
    assert "for 30 days after the alert" in printed
    assert "DPIA 7" in printed


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("LEA_RETENTION_DAYS", "alert=3", "is not kind=days"),
        ("LEA_RETENTION_DAYS", "alerts=soon", "is not kind=days"),
        ("LEA_RETENTION_DAYS", "alerts=0", "1 to 3660 days"),
        ("LEA_RETENTION_DAYS", "people=3", "has no number of days"),
        ("LEA_RETENTION_DAYS", "log-rows=3", "LEA_RAW_WINDOW_DAYS"),
        ("LEA_RETENTION_DAYS", "membership=200", "at least as long as evidence (365 days)"),
        ("LEA_LAWFUL_BASES", "alerts=consent", "is not kind=basis"),
    ],
)
def test_a_setting_that_does_not_fit_is_told(connected: Console, name: str, value: str, told: str) -> None:
    answer = connected.lea("retention", "status", **{name: value})

    assert answer.exit_code == 1
    assert name in answer.output
    assert told in answer.output


def test_while_a_sync_reads_nothing_is_removed(connected: Console, sessions: Sessions) -> None:
    add_old_alert(sessions)
    take_lease(sessions, "platform 1", "somebody", datetime.now(UTC))

    answer = connected.lea("retention", "run")

    assert answer.exit_code == 1
    assert "A worker is reading" in answer.output
    with reading(sessions) as db:
        assert db.scalar(select(func.count()).select_from(Alert)) == 1


def test_a_learner_is_paused_listed_and_taken_up_again(connected: Console, sessions: Sessions) -> None:
    with writing(sessions) as db:
        person = Person(platform_id=1, moodle_user_id=77, given_name="Ada", family_name="L", full_name="Ada L")
        db.add(person)
        db.flush()
        person_id = person.id
    words = ("--user", "77")

    started = connected.lea("restrict", "start", *words, "--kind", "objection", "--decided-by", "Dana")
    with reading(sessions) as db:
        paused = load_left_out_ids(db, 1)
    listed = connected.lea("restrict", "list").output
    ended = connected.lea("restrict", "end", *words)
    again = connected.lea("restrict", "end", *words)

    assert (started.exit_code, paused) == (0, frozenset({person_id}))
    assert cells(listed, "77")[1] == "objection"
    assert cells(listed, "77")[3:] == ["runs", "Dana"]
    assert "Ada" not in listed
    assert (ended.exit_code, again.exit_code) == (0, 1)
    with reading(sessions) as db:
        assert load_left_out_ids(db, 1) == frozenset()


def test_somebody_whom_no_roster_holds_cannot_be_paused(connected: Console) -> None:
    answer = connected.lea("restrict", "start", "--user", "5", "--kind", "objection", "--decided-by", "Dana")

    assert answer.exit_code == 1
    assert "No roster holds user 5" in answer.output
    assert "Nobody is or was paused" in connected.lea("restrict", "list").output
