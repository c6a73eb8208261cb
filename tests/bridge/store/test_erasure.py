"""An erasure reaches what somebody holds as staff, too; the end of a period leaves that alone."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from bridge.schema.access import AccessRow, Alert
from bridge.schema.casework import CaseEntry
from bridge.schema.log import Quarantine
from bridge.schema.people import Person
from bridge.schema.records import Relationship, School, StudentRecord, Training
from bridge.store.access_log import AccessEntry, save_access
from bridge.store.case_chain import Author, append_entry, empty_cases, verify_cases
from bridge.store.case_erasure import count_written_by
from bridge.store.cases import open_case
from bridge.store.database import Sessions, reading, writing
from bridge.store.erasure import count_rows_about, erase_person, remove_person
from bridge.store.platforms import save_platform
from bridge.store.tombstones import load_tombstones
from bridge.user_keys import UserKeys, make_user_keys
from tests.bridge.store.casework_world import KEY, make_casework

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
URL = "https://moodle.example"
ERASED, OTHER = 31_415, 27_182


def save_world(sessions: Sessions) -> UserKeys:
    """Save two people who learn, and who each look after the other."""
    with writing(sessions) as db:
        platform_id = save_platform(db, name="M", moodle_url=URL, encrypted_token=None, now=NOW)
        school = School(platform_id=platform_id, code="S", name="School")
        db.add(school)
        people = {}
        for user in (ERASED, OTHER):
            people[user] = Person(
                platform_id=platform_id,
                moodle_user_id=user,
                idnumber=f"N-{user}",
                given_name="A",
                family_name="B",
                full_name="A B",
            )
        db.add_all(people.values())
        db.flush()
        for user, subject in ((ERASED, OTHER), (OTHER, ERASED)):
            record = {"is_part_time": False, "is_research": False, "status": "active", "fed_at": NOW}
            db.add(StudentRecord(person_id=people[user].id, school_id=school.id, **record))
            held = {"kind": "adviser", "holder_name": "A B", "starts_at": NOW, "source": "command"}
            named = {"holder_idnumber": f"N-{user}", "person_id": people[subject].id}
            db.add(Relationship(platform_id=platform_id, **named, **held))
            trained = {"trained_on": date(2026, 9, 1), "recorded_at": NOW, "source": "command"}
            db.add(Training(platform_id=platform_id, holder_moodle_user_id=user, **trained))
            db.add(Alert(platform_id=platform_id, at=NOW, kind="k", viewer_moodle_user_id=user, detail="d"))
            rejected = {"source": "roster", "source_key": f"course 2 {user}", "reason": "r", "arrived_at": NOW}
            db.add(Quarantine(platform_id=platform_id, **rejected))
            entry = AccessEntry(NOW, platform_id, 5, "tutor", "learner:view", 2, people[user].id, True, "x", "r")
            save_access(db, entry)
    return make_user_keys(platform_id, URL, "s" * 40)


def holders(sessions: Sessions) -> tuple[set[str | None], set[int | None]]:
    with reading(sessions) as db:
        return set(db.scalars(select(Relationship.holder_idnumber))), set(
            db.scalars(select(Training.holder_moodle_user_id))
        )


def test_an_erasure_takes_what_they_hold_as_staff_and_leaves_alerts_and_looks_without_them(sessions: Sessions) -> None:
    keys = save_world(sessions)
    with reading(sessions) as db:
        before = count_rows_about(db, keys.platform_id, ERASED)

    with writing(sessions) as db:
        erase_person(db, keys, ERASED, 0, 9, NOW)

    assert before == {
        "access_log": 1,
        "person": 1,
        "quarantine": 1,
        "relationship": 2,
        "student_record": 1,
        "training": 1,
    }
    assert holders(sessions) == (set(), {OTHER})
    with reading(sessions) as db:
        assert count_rows_about(db, keys.platform_id, ERASED) == {}
        assert set(db.scalars(select(Alert.viewer_moodle_user_id))) == {None, OTHER}
        assert set(db.scalars(select(Quarantine.source_key))) == {f"course 2 {OTHER}"}
        other = db.scalars(select(Person.id)).one()
        assert set(db.scalars(select(AccessRow.subject_person_id))) == {None, other}


def test_the_end_of_a_learners_time_leaves_what_they_hold_as_staff_and_no_mark(sessions: Sessions) -> None:
    keys = save_world(sessions)

    with writing(sessions) as db:
        remove_person(db, keys.platform_id, ERASED)

    assert holders(sessions) == ({f"N-{ERASED}"}, {ERASED, OTHER})
    with reading(sessions) as db:
        assert list(db.scalars(select(Person.moodle_user_id))) == [OTHER]
        assert load_tombstones(db) == frozenset()


def test_what_staff_wrote_in_a_case_keeps_their_name_after_their_own_erasure_until_the_case_goes(
    sessions: Sessions,
) -> None:
    made = make_casework(sessions)
    writer = Author(9_999, "Dr Ann Adviser", "adviser")
    with writing(sessions) as db:
        case = open_case(db, made.learner, writer, NOW)
        append_entry(db, KEY, case.case_id, "note", {"text": "A note."}, writer, NOW)
        erase_person(db, make_user_keys(made.platform_id, URL, "s" * 40), 9_999, 0, 9, NOW)

    with writing(sessions) as db:
        assert count_written_by(db, made.platform_id, 9_999) == 1
        assert list(db.scalars(select(CaseEntry.by_name))) == ["Dr Ann Adviser"]
        assert verify_cases(sessions, KEY).fault is None
        empty_cases(db, [case.case_id])
    with reading(sessions) as db:
        assert count_written_by(db, made.platform_id, 9_999) == 0
        assert list(db.scalars(select(CaseEntry.by_name))) == [""]
    assert verify_cases(sessions, KEY).fault is None
