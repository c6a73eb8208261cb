"""`lea keys rekey`: after it everything works under the new key alone, and nothing half-way is ever left behind."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from bridge.config import Settings
from bridge.errors import TombstoneFileError
from bridge.rekeying import rekey
from bridge.schema.access import AccessRow, AccessSeal
from bridge.schema.casework import CaseEntry, SupportCase
from bridge.schema.platforms import Platform, ToolKey
from bridge.schema.records import School
from bridge.schema.rights import ErasureDecision, Tombstone
from bridge.secrets import decrypt
from bridge.store.access_log import AccessEntry, save_access
from bridge.store.case_chain import Author, append_entry, case_key, verify_cases
from bridge.store.database import Sessions, reading, writing
from bridge.store.seals import seal_accesses, seal_key, verify_seals
from bridge.store.tombstones import load_erasures, load_tombstones, load_user_keys, save_tombstone
from bridge.tombstone_file import read_tombstones, write_tombstones
from tests.lti.commands.console import Console

OLD, NEW = "k" * 40, "n" * 40
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
ERASED = 431


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    return tmp_path / "marks"


@pytest.fixture
def held(connected: Console, sessions: Sessions, marks: Path) -> Console:
    """A console on a database with all that a key encrypts, seals, chains and hashes."""
    assert connected.lea("keys", "rotate").exit_code == 0
    for _ in range(2):
        with writing(sessions) as db:
            entry = AccessEntry(NOW, 1, 9000, "tutor", "course:view", 2, None, True, "teaches-course", "REQUEST")
            save_access(db, entry)
        seal_accesses(sessions, seal_key(OLD), NOW)
    with writing(sessions) as db:
        school = School(platform_id=1, code="BIO", name="Biology")
        db.add(school)
        db.flush()
        case = SupportCase(platform_id=1, school_id=school.id, person_id=None, opened_by="", opened_at=NOW)
        db.add(case)
        db.flush()
        for words in ("one", "two"):
            append_entry(db, case_key(OLD), case.id, "note", {"text": words}, Author(900, "Dr Ann", "adviser"), NOW)
        key = load_user_keys(db, 1, OLD).of(ERASED)
        save_tombstone(db, 1, key, 0, 77, NOW)
        told = {"asked_at": NOW, "decided_at": NOW, "decided_by": "DPO", "is_granted": True, "reason": "asked"}
        db.add(ErasureDecision(platform_id=1, user_key=key, **told))
    with reading(sessions) as db:
        write_tombstones(marks, load_tombstones(db))
    return connected


def change(console: Console, marks: Path, *words: str) -> str:
    keys = {"LEA_SECRET_KEY": NEW, "LEA_OLD_SECRET_KEY": OLD, "LEA_TOMBSTONE_FILE": str(marks)}
    return console.lea("keys", "rekey", "--highest-user", "1000", *words, **keys).output


def everything(sessions: Sessions) -> list[object]:
    with reading(sessions) as db:
        wanted = (Platform.moodle_token, ToolKey.private_key, AccessSeal.digest, CaseEntry.digest, Tombstone.user_key)
        return [db.scalars(select(column).order_by(column)).all() for column in wanted]


def test_everything_works_under_the_new_key_alone(held: Console, sessions: Sessions, marks: Path) -> None:
    said = change(held, marks)

    assert "2 secrets, 2 seals, 2 steps of cases, 2 marks of erasures" in said
    found = verify_seals(sessions, seal_key(NEW), LONG_AGO)
    cases = verify_cases(sessions, case_key(NEW))
    assert (found.fault, found.row_count, cases.fault, cases.entry_count) == (None, 2, None, 2)
    assert found.last_seal is not None
    assert f"{found.last_seal.seal_id}:{found.last_seal.digest}" in said
    assert cases.last in said
    with reading(sessions) as db:
        assert decrypt(db.scalars(select(Platform.moodle_token)).one() or "", NEW) == held.vle.token
        assert decrypt(db.scalars(select(ToolKey.private_key)).one(), NEW).startswith("-----BEGIN")
        keys = load_user_keys(db, 1, NEW)
        assert load_erasures(db, keys).find_time(ERASED, 2) == NOW
        assert db.scalars(select(ErasureDecision.user_key)).all() == [keys.of(ERASED)]
        assert read_tombstones(marks) == load_tombstones(db)
    assert held.lea("platform", "check").exit_code == 1  # the old key opens nothing
    assert held.lea("audit", "verify", LEA_SECRET_KEY=NEW).exit_code == 0


def test_doing_it_again_changes_nothing(held: Console, sessions: Sessions, marks: Path) -> None:
    change(held, marks)
    before = everything(sessions)
    assert "0 secrets, 0 seals, 0 steps of cases, 0 marks of erasures" in change(held, marks)
    assert everything(sessions) == before


@pytest.mark.parametrize("broken", ["seal", "step", "mark", "token"])
def test_what_the_old_key_did_not_make_stops_it_and_nothing_is_changed(
    held: Console, sessions: Sessions, marks: Path, broken: str
) -> None:
    with writing(sessions) as db:
        changes = {
            "seal": update(AccessRow).where(AccessRow.id == 1).values(viewer_moodle_user_id=1),
            "step": delete(CaseEntry).where(CaseEntry.position == 1),
            "mark": update(Tombstone).values(user_key="0" * 64),
            "token": update(Platform).values(moodle_token="no token"),
        }
        db.execute(changes[broken])
    before, in_file = everything(sessions), read_tombstones(marks)

    said = change(held, marks)

    assert said.startswith("Error:")
    assert (everything(sessions), read_tombstones(marks)) == (before, in_file)


def test_a_file_that_a_crash_left_behind_is_repaired_by_doing_it_again(
    held: Console, sessions: Sessions, marks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, _: object) -> None:
        raise TombstoneFileError(path, "cannot be written")

    settings = Settings(NEW, "http://localhost", old_secret_key=OLD, tombstone_file=str(marks))
    with monkeypatch.context() as patched:
        patched.setattr("bridge.rekeying.write_tombstones", fail)
        with pytest.raises(TombstoneFileError):
            rekey(sessions, settings, LONG_AGO, 1000)
    with reading(sessions) as db:
        assert read_tombstones(marks) != load_tombstones(db)
    change(held, marks)
    with reading(sessions) as db:
        assert read_tombstones(marks) == load_tombstones(db)
        assert len(load_tombstones(db)) == 1


def test_a_batch_sealed_by_the_new_key_before_is_kept(held: Console, sessions: Sessions, marks: Path) -> None:
    with writing(sessions) as db:
        save_access(db, AccessEntry(NOW, 1, 9000, "tutor", "course:view", 2, None, True, "teaches-course", "R"))
    seal_accesses(sessions, seal_key(NEW), NOW)
    change(held, marks)
    found = verify_seals(sessions, seal_key(NEW), LONG_AGO)
    assert (found.fault, found.row_count) == (None, 3)


def test_without_an_old_key_it_says_what_to_set(connected: Console) -> None:
    for keys in ({}, {"LEA_OLD_SECRET_KEY": OLD}):
        answer = connected.lea("keys", "rekey", **keys)
        assert answer.exit_code == 1
        assert "LEA_OLD_SECRET_KEY to the one before it" in answer.output
