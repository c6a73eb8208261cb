"""Every night seals who looked at whom, and puts the seal where the database's owner does not reach."""

from sqlalchemy import update

from bridge.schema.access import AccessRow
from bridge.schema.casework import SupportCase
from bridge.schema.records import School
from bridge.store.access_log import AccessEntry, save_access
from bridge.store.case_chain import Author, append_entry, case_key, verify_cases
from bridge.store.database import reading, writing
from bridge.store.seals import load_last_seal, seal_key, verify_seals
from tests.bridge.sync.conftest import SETTINGS, Bench

KEY = seal_key(SETTINGS.secret_key)


def test_the_nightly_job_seals_new_rows_and_tells_the_log_the_seal(bench: Bench) -> None:
    now = bench.clock()
    with writing(bench.sessions) as db:
        row = AccessEntry(now, bench.platform_id, 7, "tutor", "course:view", 2, None, True, "teaches-course", "R")
        save_access(db, row)

    report = bench.nightly()

    with reading(bench.sessions) as db:
        seal = load_last_seal(db)
    assert seal is not None
    assert f"1 access rows were sealed; seal 1:{seal.digest}" in report.notes
    assert verify_seals(bench.sessions, KEY, now).fault is None
    with writing(bench.sessions) as db:
        db.execute(update(AccessRow).values(viewer_moodle_user_id=8))
    assert verify_seals(bench.sessions, KEY, now).fault is not None


def test_a_night_without_a_look_seals_nothing(bench: Bench) -> None:
    report = bench.nightly()

    assert not [note for note in report.notes if "sealed" in note]


def test_every_night_tells_the_log_where_the_chain_of_cases_ends(bench: Bench) -> None:
    assert not [note for note in bench.nightly().notes if "newest step" in note]
    key, now = case_key(SETTINGS.secret_key), bench.clock()
    with writing(bench.sessions) as db:
        school = School(platform_id=bench.platform_id, code="BIO", name="Biology")
        db.add(school)
        db.flush()
        case = SupportCase(platform_id=bench.platform_id, school_id=school.id, opened_at=now, opened_by="Dr A")
        db.add(case)
        db.flush()
        for text in ("First.", "Second."):
            append_entry(db, key, case.id, "note", {"text": text}, Author(1, "Dr A", "adviser"), now)

    nights = [bench.nightly().notes for _ in range(2)]

    head = verify_cases(bench.sessions, key).last
    assert head.startswith("2:")
    assert all(f"the newest step of all cases is {head}" in notes for notes in nights)
