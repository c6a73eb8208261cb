"""The file beside the database brings erasures to a restored backup, names nobody, and is refused when damaged."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.config import Settings
from bridge.errors import TombstoneFileError
from bridge.schema.people import Person
from bridge.store.database import Sessions, reading, writing
from bridge.store.platforms import save_platform
from bridge.store.tombstones import (
    TombstoneRecord,
    load_erasures,
    load_tombstones,
    load_user_keys,
    merge_tombstones,
    save_tombstone,
)
from bridge.tombstone_file import agree_with_file, find_tombstone_file, read_tombstones, write_tombstones
from bridge.user_keys import make_user_keys

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SECRET = "x" * 32
ERASED, OTHER = 31_415_926, 27_182_818
URL = "https://moodle.example"


def make_settings(tmp_path: Path) -> Settings:
    return Settings(secret_key=SECRET, public_url="http://localhost", tombstone_file=str(tmp_path / "marks"))


def save_people(sessions: Sessions) -> int:
    with writing(sessions) as db:
        platform_id = save_platform(db, name="M", moodle_url=URL, encrypted_token=None, now=NOW)
        for user in (ERASED, OTHER):
            names = {"given_name": "A", "family_name": "B", "full_name": "A B"}
            db.add(Person(platform_id=platform_id, moodle_user_id=user, **names))
    return platform_id


def people(sessions: Sessions) -> set[int]:
    with reading(sessions) as db:
        return {person.moodle_user_id for person in db.query(Person)}


def test_a_mark_in_the_file_alone_erases_whom_the_database_holds_again(sessions: Sessions, tmp_path: Path) -> None:
    settings, platform_id = make_settings(tmp_path), save_people(sessions)
    mark = TombstoneRecord(URL, make_user_keys(9, URL, SECRET).of(ERASED), 0, 77, NOW)
    write_tombstones(tmp_path / "marks", {mark})

    assert agree_with_file(sessions, settings) == 1
    assert agree_with_file(sessions, settings) == 0

    with reading(sessions) as db:
        erasures = load_erasures(db, load_user_keys(db, platform_id, SECRET))
        assert load_tombstones(db) == {mark}
    assert people(sessions) == {OTHER}
    before, after = int(NOW.timestamp()), int(NOW.timestamp()) + 1
    assert [erasures.covers(ERASED, 2, *row) for row in ((77, after), (78, before), (78, after))] == [True, True, False]
    assert (erasures.find_time(ERASED, 2), erasures.find_time(OTHER, 2)) == (NOW, None)
    assert not erasures.covers(OTHER, 2, 1, before)


def test_a_mark_in_the_database_alone_goes_into_the_file_which_names_nobody(sessions: Sessions, tmp_path: Path) -> None:
    settings, platform_id = make_settings(tmp_path), save_people(sessions)
    with writing(sessions) as db:
        keys = load_user_keys(db, platform_id, SECRET)
        save_tombstone(db, platform_id, keys.of(ERASED), 3, 5, NOW)

    assert agree_with_file(sessions, settings) == 0

    path = tmp_path / "marks"
    assert read_tombstones(path) == {TombstoneRecord(URL, keys.of(ERASED), 3, 5, NOW)}
    assert str(ERASED) not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith("marks")] == ["marks"]


def test_marks_of_a_platform_that_is_not_connected_stay_in_the_file(sessions: Sessions, tmp_path: Path) -> None:
    save_people(sessions)
    strange = TombstoneRecord("https://elsewhere.example", "a" * 64, 0, 1, NOW)
    write_tombstones(tmp_path / "marks", {strange})

    assert agree_with_file(sessions, make_settings(tmp_path)) == 0

    assert read_tombstones(tmp_path / "marks") == {strange}


@pytest.mark.parametrize("damage", ["{", '{"platform": "x"}', "[]", '{"erased_at": 3}', "\x00"])
def test_a_damaged_file_is_refused_and_nothing_is_erased(sessions: Sessions, tmp_path: Path, damage: str) -> None:
    save_people(sessions)
    (tmp_path / "marks").write_text(damage)

    with pytest.raises(TombstoneFileError, match=r"cannot be read.*LEA_TOMBSTONE_FILE"):
        agree_with_file(sessions, make_settings(tmp_path))

    assert people(sessions) == {ERASED, OTHER}


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(TombstoneFileError, match="cannot be written"):
        write_tombstones(tmp_path / "no such folder" / "marks", set())


def test_without_a_setting_sqlite_has_its_file_beside_it_and_postgresql_none(
    sessions: Sessions, database_url: str
) -> None:
    found = find_tombstone_file(Settings(secret_key=SECRET, public_url="http://localhost"), sessions)
    if database_url.startswith("sqlite"):
        assert str(found) == database_url.removeprefix("sqlite:///") + ".tombstones"
    else:
        assert found is None


def test_of_two_copies_of_a_mark_the_further_one_counts() -> None:
    later = datetime(2026, 11, 3, tzinfo=UTC)
    first, second = TombstoneRecord(URL, "k", 0, 9, NOW), TombstoneRecord(URL, "k", 0, 4, later)
    assert merge_tombstones([first], [second]) == {TombstoneRecord(URL, "k", 0, 9, later)}


def test_a_mark_never_moves_back(sessions: Sessions) -> None:
    platform_id = save_people(sessions)
    with writing(sessions) as db:
        save_tombstone(db, platform_id, "k" * 64, 0, 9, NOW)
        save_tombstone(db, platform_id, "k" * 64, 0, 4, datetime(2026, 11, 1, tzinfo=UTC))
    with reading(sessions) as db:
        assert load_tombstones(db) == {TombstoneRecord(URL, "k" * 64, 0, 9, NOW)}


def test_a_key_differs_by_user_platform_and_secret_and_shows_no_secret() -> None:
    keys = make_user_keys(1, URL, SECRET)
    others = (make_user_keys(1, URL + "x", SECRET).of(1), make_user_keys(1, URL, "y" * 32).of(1), keys.of(2))
    assert keys.of(1) not in others
    assert "secret" not in repr(keys)
    assert make_user_keys(8, URL, SECRET).of(1) == keys.of(1)
