"""Sealed access rows: whatever is changed, taken out or added later is found, and an erasure breaks nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from analytics.policy.sealing import commit_row
from bridge.schema.access import AccessRow, AccessSeal
from bridge.schema.people import Person
from bridge.schema.platforms import Platform
from bridge.store import seals
from bridge.store.access_log import (
    AccessEntry,
    count_old_accesses,
    forget_subject,
    purge_accesses,
    save_access,
)
from bridge.store.database import Sessions, reading, writing
from bridge.store.seals import Verified, seal_accesses, verify_seals
from tests.bridge.store.reading import load_accesses

NOW = datetime(2026, 11, 2, 12, 0, 0, 123456, tzinfo=UTC)
KEY = b"a key of the tests"
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
TUTOR, LEARNER, OTHER = 9000, 2**40, 2**40 + 1
PERSON, OTHER_PERSON = 1, 2
Tamper = Callable[[Session], object]


@pytest.fixture(autouse=True)
def people(sessions: Sessions) -> None:
    with writing(sessions) as db:
        db.add(Platform(id=1, name="Test", moodle_url="https://moodle.example", created_at=NOW))
        db.flush()
        for person_id, user_id in ((PERSON, LEARNER), (OTHER_PERSON, OTHER)):
            names = {"given_name": "Ada", "family_name": "A", "full_name": "Ada A"}
            db.add(Person(id=person_id, platform_id=1, moodle_user_id=user_id, **names))


def entry(subject: int | None = PERSON, viewer: int = TUTOR, at: datetime = NOW, **changed: object) -> AccessEntry:
    told = {
        "at": at,
        "platform_id": 1,
        "viewer_moodle_user_id": viewer,
        "viewer_role": "tutor",
        "action": "course:view" if subject is None else "learner:view",
        "moodle_course_id": 2,
        "subject_person_id": subject,
        "is_allowed": True,
        "reason": "teaches-course",
        "request_id": "REQUEST",
    }
    return AccessEntry(**{**told, **changed})  # type: ignore[arg-type]


def save(sessions: Sessions, *entries: AccessEntry) -> None:
    with writing(sessions) as db:
        for one in entries:
            save_access(db, one)
            db.flush()


def check(sessions: Sessions, purged_before: datetime = NEVER, key: bytes = KEY) -> Verified:
    return verify_seals(sessions, key, purged_before)


def sealed(sessions: Sessions) -> None:
    """Save and seal two batches: rows 1 to 3 and 4 to 6."""
    for _ in range(2):
        save(sessions, entry(), entry(None), entry(OTHER_PERSON))
        assert seal_accesses(sessions, KEY, NOW) == 3


def test_nothing_logged_is_nothing_to_seal_and_nothing_wrong(sessions: Sessions) -> None:
    assert seal_accesses(sessions, KEY, NOW) == 0
    assert check(sessions) == Verified(None, None, 0, 0, 0, 0)


def test_every_row_is_sealed_once_and_what_comes_later_waits(sessions: Sessions) -> None:
    sealed(sessions)
    save(sessions, entry())

    found = check(sessions)

    assert (found.fault, found.row_count, found.unsealed_count) == (None, 6, 1)
    assert found.last_seal is not None
    assert (found.last_seal.first_id, found.last_seal.last_id, found.last_seal.row_count) == (4, 6, 3)
    assert seal_accesses(sessions, KEY, NOW) == 1
    assert seal_accesses(sessions, KEY, NOW) == 0


def test_many_rows_are_sealed_in_several_batches(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "BATCH", 2)
    save(sessions, *(entry() for _ in range(5)))

    assert seal_accesses(sessions, KEY, NOW) == 5

    with reading(sessions) as db:
        assert db.scalars(select(AccessSeal.row_count).order_by(AccessSeal.id)).all() == [2, 2, 1]
    assert check(sessions).fault is None


CHANGES: dict[str, object] = {
    "at": NOW + timedelta(microseconds=1),
    "platform_id": 1,
    "viewer_moodle_user_id": TUTOR + 1,
    "viewer_role": "admin",
    "action": "own:view",
    "moodle_course_id": 3,
    "subject_person_id": None,
    "is_allowed": False,
    "reason": "no-rule",
    "detail": "something else",
    "request_id": "ANOTHER",
    "salt": "x" * 32,
    "commitment": "x" * 64,
}


def test_each_column_of_a_row_is_sealed() -> None:
    assert {column.name for column in AccessRow.__table__.columns} - {"id"} == set(CHANGES)


@pytest.mark.parametrize("column", sorted(set(CHANGES) - {"platform_id"}))
def test_a_row_that_was_changed_is_named(sessions: Sessions, column: str) -> None:
    sealed(sessions)
    with writing(sessions) as db:
        db.execute(update(AccessRow).where(AccessRow.id == 4).values({column: CHANGES[column]}))

    assert check(sessions).fault == "batch 2 (rows 4 to 6): row 4 was changed after it was sealed"


def take_out(row_id: int) -> Tamper:
    return lambda db: db.execute(delete(AccessRow).where(AccessRow.id == row_id))


def blank(db: Session) -> None:
    db.execute(update(AccessRow).where(AccessRow.id == 2).values(salt=None, commitment=None))


def commit_anew(db: Session) -> None:
    """Change a row and give it a new salt and a commitment that fits, as somebody does who knows this code."""
    db.execute(update(AccessRow).where(AccessRow.id == 2).values(viewer_moodle_user_id=5))
    db.flush()
    (row,) = (row for row in seals._load_rows(db, 1, 2))
    salt = "A" * 32
    values = {"salt": salt, "commitment": commit_row(row, salt)}
    db.execute(update(AccessRow).where(AccessRow.id == 2).values(values))


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (take_out(1), "batch 1 (rows 1 to 3): row 1 is missing"),
        (take_out(2), "batch 1 (rows 1 to 3): a row is missing"),
        (take_out(6), "batch 2 (rows 4 to 6): row 6 is missing"),
        (
            lambda db: db.execute(delete(AccessRow).where(AccessRow.id <= 3)),
            "batch 1 (rows 1 to 3): 3 rows are missing, row 1 among them",
        ),
        (blank, "batch 1 (rows 1 to 3): row 2 was added after it was sealed"),
        (
            lambda db: db.execute(delete(AccessSeal).where(AccessSeal.id == 1)),
            "batch 2 (rows 4 to 6): row 1 was added after it was sealed",
        ),
        (
            lambda db: db.execute(delete(AccessSeal).where(AccessSeal.id == 2)),
            "row 4 was sealed, and its seal is missing",
        ),
        (
            commit_anew,
            "batch 1 (rows 1 to 3): the digest does not fit: a row or the seal was replaced, or another "
            "LEA_SECRET_KEY sealed it",
        ),
    ],
)
def test_rows_and_seals_that_are_taken_out_or_put_in_are_found(sessions: Sessions, tamper: Tamper, fault: str) -> None:
    sealed(sessions)
    with writing(sessions) as db:
        tamper(db)

    assert check(sessions).fault == fault


def test_a_row_put_in_the_place_of_a_sealed_one_is_named(sessions: Sessions) -> None:
    sealed(sessions)
    with writing(sessions) as db:
        db.execute(delete(AccessRow).where(AccessRow.id == 2))
    with writing(sessions) as db:
        db.add(AccessRow(id=2, **{name: CHANGES[name] for name in set(CHANGES) - {"salt", "commitment"}}))

    assert check(sessions).fault == "batch 1 (rows 1 to 3): row 2 was added after it was sealed"


def test_sealing_waits_for_rows_that_are_being_written(sessions: Sessions) -> None:
    with ThreadPoolExecutor(1) as pool:
        with writing(sessions) as db:
            save_access(db, entry())
            db.flush()
            if db.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time
                save(sessions, entry(OTHER_PERSON))
            begun = pool.submit(seal_accesses, sessions, KEY, NOW)
            assert not wait([begun], timeout=0.5).done
        count = begun.result(timeout=20)

    found = check(sessions)
    assert (found.fault, found.row_count, found.unsealed_count) == (None, count, 0)


def test_two_that_seal_at_once_seal_every_row_once(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "BATCH", 3)
    save(sessions, *(entry() for _ in range(12)))

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(lambda _: seal_accesses(sessions, KEY, NOW), range(2)))

    assert sum(counts) == 12
    found = check(sessions)
    assert (found.fault, found.row_count, found.unsealed_count) == (None, 12, 0)


def test_a_chain_made_anew_without_the_key_does_not_fit(sessions: Sessions) -> None:
    sealed(sessions)
    with writing(sessions) as db:
        db.execute(delete(AccessSeal))
        db.execute(update(AccessRow).values(salt=None, commitment=None))
        db.execute(update(AccessRow).where(AccessRow.id == 1).values(viewer_moodle_user_id=5))
    seal_accesses(sessions, b"a guess", NOW)

    assert "the digest does not fit" in (check(sessions).fault or "")


def test_an_erasure_takes_the_learner_out_and_the_chain_still_verifies(sessions: Sessions) -> None:
    own_refused = entry(PERSON, viewer=LEARNER, viewer_role="learner", is_allowed=False, reason="not-own")
    save(sessions, entry(), entry(OTHER_PERSON), own_refused, entry(None, viewer=LEARNER, is_allowed=False))
    seal_accesses(sessions, KEY, NOW)
    save(sessions, entry())

    with writing(sessions) as db:
        assert forget_subject(db, PERSON) == 4

    with reading(sessions) as db:
        rows = load_accesses(db, 1)
    assert [(row.viewer_moodle_user_id, row.subject_person_id) for row in rows] == [
        (TUTOR, None),
        (TUTOR, OTHER_PERSON),
        (0, None),
        (0, None),
        (TUTOR, None),
    ]
    found = check(sessions)
    assert (found.fault, found.forgotten_count) == (None, 3)
    assert seal_accesses(sessions, KEY, NOW) == 1
    assert check(sessions).fault is None


@pytest.mark.parametrize("column", ["viewer_moodle_user_id", "subject_person_id", "reason", "at", "is_allowed"])
def test_what_an_erasure_left_is_still_sealed(sessions: Sessions, column: str) -> None:
    sealed(sessions)
    with writing(sessions) as db:
        assert forget_subject(db, PERSON) == 2
    with writing(sessions) as db:
        value = OTHER_PERSON if column == "subject_person_id" else CHANGES[column]
        db.execute(update(AccessRow).where(AccessRow.id == 1).values({column: value}))

    assert check(sessions).fault == "batch 1 (rows 1 to 3): row 1 was changed after it was sealed"


def test_a_row_that_lost_both_names_is_still_sealed(sessions: Sessions) -> None:
    save(sessions, entry(PERSON, viewer=LEARNER, is_allowed=False))
    seal_accesses(sessions, KEY, NOW)
    with writing(sessions) as db:
        assert forget_subject(db, PERSON) == 1
    assert check(sessions).fault is None
    with writing(sessions) as db:
        db.execute(update(AccessRow).values(action="course:view"))

    assert "the digest does not fit" in (check(sessions).fault or "")


def test_named_pages_that_an_erased_person_was_shown_stay_for_the_learners_on_them(sessions: Sessions) -> None:
    save(sessions, entry(OTHER_PERSON, viewer=LEARNER))

    with writing(sessions) as db:
        assert forget_subject(db, PERSON) == 0

    with reading(sessions) as db:
        assert [row.viewer_moodle_user_id for row in load_accesses(db, 1)] == [LEARNER]


def test_the_end_of_their_period_takes_rows_out_and_the_chain_still_verifies(sessions: Sessions) -> None:
    sealed(sessions)
    later = NOW + timedelta(days=800)
    save(sessions, entry(at=later))
    seal_accesses(sessions, KEY, later)
    before = later - timedelta(days=730)

    with writing(sessions) as db:
        assert purge_accesses(db, before) == 6
    with reading(sessions) as db:
        assert count_old_accesses(db, before) == 0
        assert db.scalars(select(AccessRow.id)).all() == [7]

    found = check(sessions, before)
    assert (found.fault, found.purged_count, found.row_count) == (None, 6, 1)
    assert check(sessions, NEVER).fault == "batch 1 (rows 1 to 3): 3 rows are missing, row 1 among them"


def test_the_newest_batch_loses_its_names_and_keeps_its_rows_so_that_no_id_comes_again(sessions: Sessions) -> None:
    sealed(sessions)
    before = NOW + timedelta(days=1)

    with writing(sessions) as db:
        assert purge_accesses(db, before) == 6
        assert purge_accesses(db, before) == 0

    with reading(sessions) as db:
        rows = load_accesses(db, 1)
        assert {(row.viewer_moodle_user_id, row.subject_person_id) for row in rows} == {(0, None)}
        assert len(rows) == 3
    save(sessions, entry(at=before))
    seal_accesses(sessions, KEY, before)
    assert check(sessions, before).fault is None
    with reading(sessions) as db:
        assert db.scalar(select(func.max(AccessRow.id))) == 7


def test_rows_older_than_the_period_lose_their_names_within_a_batch_that_is_not(sessions: Sessions) -> None:
    save(sessions, entry(at=NOW), entry(at=NOW + timedelta(hours=10)))
    seal_accesses(sessions, KEY, NOW + timedelta(hours=12))
    before = NOW + timedelta(hours=5)

    with writing(sessions) as db:
        assert purge_accesses(db, before) == 1

    with reading(sessions) as db:
        assert [row.viewer_moodle_user_id for row in load_accesses(db, 1)] == [0, TUTOR]
    assert check(sessions, before).fault is None
