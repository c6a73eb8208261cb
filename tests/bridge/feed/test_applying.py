"""What a student-record file changes is known before it is stored, and storing it twice changes nothing more."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bridge.feed.differences import Change, Comparison, compare
from bridge.feed.reading import read_feed
from bridge.schema.records import Programme, Relationship, StudentRecord
from bridge.store.database import Sessions, reading, writing
from bridge.store.schools import save_school
from bridge.store.student_records import apply_feed, load_stored
from tests.bridge.feed.files import (
    CLEO,
    CLEO_ID,
    HEADER,
    LENA,
    LENA_ID,
    NOW,
    PLATFORM,
    add_person,
    add_site,
    write_feed,
)

LATER = NOW + timedelta(days=1)


@pytest.fixture
def site(sessions: Sessions) -> Sessions:
    """A platform with two learners and two schools."""
    with writing(sessions) as db:
        add_site(db)
        save_school(db, PLATFORM, "EMS", "Mathematics")
        save_school(db, PLATFORM, "HIS", "History")
    return sessions


def check(sessions: Sessions, path: Path) -> Comparison:
    """Compare a file with what is stored."""
    found = read_feed(path)
    with reading(sessions) as db:
        return compare(load_stored(db, PLATFORM), found.rows, found.rejected)


def apply(sessions: Sessions, path: Path, now: datetime = NOW, *, forget_missing: bool = False) -> None:
    """Apply a file."""
    comparison = check(sessions, path)
    with writing(sessions) as db:
        apply_feed(db, PLATFORM, comparison, now, forget_missing=forget_missing)


def changes(comparison: Comparison) -> list[tuple[int, Change, str, str]]:
    """Give the differences in short."""
    return [(one.line, one.change, one.before, one.after) for one in comparison.differences]


def test_a_first_file_gives_records_programmes_and_advisers(site: Sessions, tmp_path: Path) -> None:
    path = write_feed(tmp_path, LENA)
    assert changes(check(site, path)) == [
        (2, Change.NEW_PROGRAMME, "", "MATHS"),
        (2, Change.NEW, "", ""),
        (2, Change.ADVISER_BEGINS, "", "STAFF1"),
    ]
    apply(site, path)
    with reading(site) as db:
        record = db.get_one(StudentRecord, LENA_ID)
        assert (record.credits, record.is_part_time, record.is_research, record.status) == (120, False, False, "active")
        assert db.scalars(select(Programme.name)).all() == ["Mathematics BSc"]
        adviser = db.scalars(select(Relationship)).one()
        assert (adviser.kind, adviser.person_id, adviser.holder_idnumber) == ("adviser", LENA_ID, "STAFF1")
        assert (adviser.starts_at, adviser.ends_at, adviser.source) == (NOW, None, "feed")


def test_the_same_file_again_changes_nothing(site: Sessions, tmp_path: Path) -> None:
    path = write_feed(tmp_path, LENA, CLEO)
    apply(site, path)
    again = check(site, path)
    assert (again.differences, again.unchanged) == ((), 2)
    apply(site, path, LATER)
    with reading(site) as db:
        assert db.scalar(select(func.count()).select_from(Relationship)) == 2
        assert db.scalar(select(func.count()).select_from(StudentRecord)) == 2


@pytest.mark.parametrize(
    ("line", "difference"),
    [
        (LENA.replace(",EMS,MATHS,Mathematics BSc", ",HIS,,"), (Change.SCHOOL, "EMS", "HIS")),
        (LENA.replace("MATHS,Mathematics BSc", ","), (Change.PROGRAMME, "MATHS", "")),
        (LENA.replace(",120,", ",90,"), (Change.CREDITS, "120", "90")),
        (LENA.replace(",no,no,", ",yes,no,"), (Change.PART_TIME, "no", "yes")),
        (LENA.replace(",no,no,", ",no,yes,"), (Change.RESEARCH, "no", "yes")),
        (LENA.replace("active", "interrupted"), (Change.STATUS, "active", "interrupted")),
        (LENA.replace("STAFF1", "STAFF3"), (Change.ADVISER_CHANGES, "STAFF1", "STAFF3")),
        (LENA.replace("STAFF1,Anna Adviser", ","), (Change.ADVISER_ENDS, "STAFF1", "")),
        (LENA.replace("Anna", "Anne"), (Change.ADVISER_NAME, "Anna Adviser", "Anne Adviser")),
        (LENA.replace("BSc", "MSci"), (Change.PROGRAMME_NAME, "Mathematics BSc", "Mathematics MSci")),
    ],
)
def test_each_kind_of_change_is_shown_with_before_and_after_and_is_gone_once_it_is_applied(
    site: Sessions, tmp_path: Path, line: str, difference: tuple[Change, str, str]
) -> None:
    apply(site, write_feed(tmp_path, LENA))
    path = write_feed(tmp_path, line)
    assert (2, *difference) in changes(check(site, path))
    apply(site, path, LATER)
    assert check(site, path).differences == ()


def test_an_adviser_who_changes_ends_at_that_moment_and_stays_known(site: Sessions, tmp_path: Path) -> None:
    apply(site, write_feed(tmp_path, LENA))
    apply(site, write_feed(tmp_path, LENA.replace("STAFF1", "STAFF3")), LATER)
    with reading(site) as db:
        held = db.execute(
            select(Relationship.holder_idnumber, Relationship.starts_at, Relationship.ends_at).order_by(Relationship.id)
        ).all()
    assert [tuple(row) for row in held] == [("STAFF1", NOW, LATER), ("STAFF3", LATER, None)]


def test_an_adviser_given_by_command_is_nothing_that_a_file_ends(site: Sessions, tmp_path: Path) -> None:
    with writing(site) as db:
        by_command = {"kind": "adviser", "holder_idnumber": "STAFF9", "holder_name": "Cy", "source": "command"}
        db.add(Relationship(platform_id=PLATFORM, person_id=LENA_ID, starts_at=NOW, **by_command))
    apply(site, write_feed(tmp_path, LENA.replace("STAFF1,Anna Adviser", ",")), LATER)
    with reading(site) as db:
        assert db.scalars(select(Relationship)).one().ends_at is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (LENA.replace("EMS", "XXX"), "home_school: is not known; lea school add makes it known"),
        (LENA.replace("EMS", "HIS"), "programme: belongs to another school"),
        (LENA.replace("STAFF1", "260000001"), "adviser: is the learner"),
        (LENA.replace("260000001", "TWIN"), "student_number: several people in Moodle have it as their ID number"),
    ],
)
def test_a_row_that_contradicts_what_is_known_is_rejected_by_its_line(
    site: Sessions, tmp_path: Path, line: str, reason: str
) -> None:
    with writing(site) as db:
        add_person(db, 201, "TWIN")
        add_person(db, 202, "TWIN")
    apply(site, write_feed(tmp_path, CLEO))
    comparison = check(site, write_feed(tmp_path, CLEO, line))
    assert [(one.line, one.reason) for one in comparison.rejected] == [(3, reason)]
    assert comparison.unchanged == 1


def test_of_somebody_who_learns_in_no_synced_course_nothing_is_stored(site: Sessions, tmp_path: Path) -> None:
    path = write_feed(tmp_path, LENA.replace("260000001", "999"), LENA.replace("260000001", "STAFF1"))
    comparison = check(site, path)
    assert (comparison.not_in_moodle, comparison.differences) == (1, ())
    assert [one.reason for one in comparison.rejected] == ["adviser: is the learner"]
    apply(site, path)
    with reading(site) as db:
        assert db.scalar(select(func.count()).select_from(StudentRecord)) == 0
        assert db.scalar(select(func.count()).select_from(Relationship)) == 0


def test_who_is_not_in_the_file_is_counted_and_left_alone_unless_the_file_is_complete(
    site: Sessions, tmp_path: Path
) -> None:
    apply(site, write_feed(tmp_path, LENA, CLEO))
    half = write_feed(tmp_path, LENA)
    assert check(site, half).not_in_file == {CLEO_ID}
    apply(site, half, LATER)
    with reading(site) as db:
        assert db.get(StudentRecord, CLEO_ID) is not None
    apply(site, half, LATER, forget_missing=True)
    with reading(site) as db:
        assert db.get(StudentRecord, CLEO_ID) is None
        assert db.get(StudentRecord, LENA_ID) is not None
        ends = {row.person_id: row.ends_at for row in db.scalars(select(Relationship))}
    assert ends == {LENA_ID: None, CLEO_ID: LATER}


def test_while_a_line_does_not_fit_nobody_counts_as_missing(site: Sessions, tmp_path: Path) -> None:
    apply(site, write_feed(tmp_path, LENA, CLEO))
    assert check(site, write_feed(tmp_path, LENA, CLEO.replace(",60,", ",?,"))).not_in_file == frozenset()


def test_a_programme_that_two_lines_bring_is_new_once(site: Sessions, tmp_path: Path) -> None:
    comparison = check(site, write_feed(tmp_path, LENA, CLEO, header=HEADER))
    assert [one.line for one in comparison.differences if one.change is Change.NEW_PROGRAMME] == [2]
