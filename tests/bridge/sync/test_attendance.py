"""Registers of the Attendance activity: the latest word of the register stands, of learners of the course alone."""

from datetime import UTC, date, datetime

from sqlalchemy import func, select

from analytics.history import SessionStatus
from analytics.levels import Marker
from bridge.schema.engagement import StaleLearner
from bridge.schema.people import Person
from bridge.schema.sources import RegisterMark, RegisterSession, SourceFreshness
from bridge.store.database import reading, writing
from bridge.store.registers import load_marks
from tests.bridge.sync.conftest import Bench
from tests.bridge.sync.test_restrictions import pause
from tests.demo_vle.worlds.model import Session

LEARNER, OTHER, EDITOR = 10, 7, 66
REGISTER = 900
TUESDAY = datetime(2026, 11, 17, 10, tzinfo=UTC)
LATE_SUNDAY = datetime(2026, 10, 11, 23, 30, tzinfo=UTC)
"""Half past midnight on Monday, where the institution is."""


def hold(bench: Bench, number: int, marks: dict[int, str], at: datetime = TUESDAY) -> None:
    """Add a session to course 2, or put another in its place."""
    sessions = bench.vle.world.courses[2].sessions
    sessions[:] = [session for session in sessions if session.id != number]
    sessions.append(Session(number, REGISTER, int(at.timestamp()), marks))


def marks_of(bench: Bench, course_id: int) -> dict[tuple[int, date], str]:
    """Return what is stored: (Moodle user id, day) → status."""
    with reading(bench.sessions) as db:
        people = {row.id: row.moodle_user_id for row in db.scalars(select(Person))}
        return {(people[mark.person_id], mark.held_on): mark.status for mark in load_marks(db, course_id, set(people))}


def count(bench: Bench, table: type) -> int:
    with reading(bench.sessions) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_a_sync_stores_who_was_at_which_session_on_its_local_day(bench: Bench) -> None:
    hold(bench, 1, {LEARNER: "attended", OTHER: "absent"})
    hold(bench, 2, {LEARNER: "excused"}, at=LATE_SUNDAY)
    [course_id] = bench.switch_on(2)
    bench.sync()
    assert marks_of(bench, course_id) == {
        (LEARNER, date(2026, 11, 17)): SessionStatus.ATTENDED,
        (OTHER, date(2026, 11, 17)): SessionStatus.ABSENT,
        (LEARNER, date(2026, 10, 12)): SessionStatus.EXCUSED,
    }


def test_only_learners_of_the_course_are_kept(bench: Bench) -> None:
    hold(bench, 1, {LEARNER: "attended", EDITOR: "attended", 4711: "attended"})
    [course_id] = bench.switch_on(2)
    bench.sync()
    assert {user for user, _ in marks_of(bench, course_id)} == {LEARNER}


def test_a_corrected_register_replaces_its_old_word_and_a_deleted_session_goes(bench: Bench) -> None:
    hold(bench, 1, {LEARNER: "absent", OTHER: "attended"})
    hold(bench, 2, {LEARNER: "attended"})
    [course_id] = bench.switch_on(2)
    bench.sync()
    hold(bench, 1, {LEARNER: "attended"})
    bench.vle.world.courses[2].sessions[:] = [one for one in bench.vle.world.courses[2].sessions if one.id == 1]
    bench.clock.go_on(minutes=15)
    bench.sync()
    assert marks_of(bench, course_id) == {(LEARNER, date(2026, 11, 17)): SessionStatus.ATTENDED}
    assert (count(bench, RegisterSession), count(bench, RegisterMark)) == (1, 1)


def test_a_second_sync_changes_nothing_and_makes_nobody_stale(bench: Bench) -> None:
    hold(bench, 1, {LEARNER: "attended", OTHER: "absent"})
    [course_id] = bench.switch_on(2)
    bench.sync()
    before = marks_of(bench, course_id)
    bench.clock.go_on(minutes=15)
    report = bench.sync()
    assert marks_of(bench, course_id) == before
    assert count(bench, StaleLearner) == 0
    assert [tally.rows_read for tally in report.tallies if tally.step == "attendance"] == [2]


def test_a_moved_session_is_on_its_new_day(bench: Bench) -> None:
    hold(bench, 1, {LEARNER: "attended"})
    [course_id] = bench.switch_on(2)
    bench.sync()
    hold(bench, 1, {LEARNER: "attended"}, at=datetime(2026, 11, 19, 10, tzinfo=UTC))
    bench.sync()
    assert marks_of(bench, course_id) == {(LEARNER, date(2026, 11, 19)): SessionStatus.ATTENDED}


def test_registers_are_complete_up_to_yesterday_and_a_course_without_one_says_nothing(bench: Bench) -> None:
    hold(bench, 1, {LEARNER: "attended"})
    with_register, _ = bench.switch_on(2, 3)
    bench.sync()
    with reading(bench.sessions) as db:
        columns = (SourceFreshness.course_id, SourceFreshness.kind, SourceFreshness.covers_to)
        covers = [tuple(row) for row in db.execute(select(*columns))]
    assert covers == [(with_register, Marker.ATTENDANCE.value, date(2026, 11, 20))]


def test_a_register_that_was_not_taken_yet_expects_nobody(bench: Bench) -> None:
    hold(bench, 1, {})
    [course_id] = bench.switch_on(2)
    bench.sync()
    assert marks_of(bench, course_id) == {}
    assert count(bench, RegisterSession) == 0


def test_marks_of_other_sources_stay(bench: Bench) -> None:
    hold(bench, 1, {LEARNER: "attended"})
    [course_id] = bench.switch_on(2)
    bench.sync()
    with writing(bench.sessions) as db:
        other = RegisterSession(
            course_id=course_id, marker="attendance", source="file", session_key="1", held_on=date(2026, 11, 2)
        )
        db.add(other)
        db.flush()
        person_id = db.scalars(select(Person.id).where(Person.moodle_user_id == LEARNER)).one()
        db.add(RegisterMark(session_id=other.id, person_id=person_id, status="absent"))
    bench.vle.world.courses[2].sessions.clear()
    bench.sync()
    assert marks_of(bench, course_id) == {(LEARNER, date(2026, 11, 2)): SessionStatus.ABSENT}


def test_marks_of_before_an_erasure_do_not_come_back_and_later_ones_do(bench: Bench) -> None:
    hold(bench, 1, {LEARNER: "attended"})
    [course_id] = bench.switch_on(2)
    bench.sync()
    bench.vle.world.delete("erasure", LEARNER, course_id=2)
    for _ in range(2):
        bench.clock.go_on(days=1)
        bench.sync()
        assert marks_of(bench, course_id) == {}
    hold(bench, 2, {LEARNER: "attended"}, at=bench.clock())
    bench.sync()
    assert marks_of(bench, course_id) == {(LEARNER, bench.clock().date()): SessionStatus.ATTENDED}


def test_nothing_is_added_of_somebody_whose_data_is_paused_and_nothing_taken_away(bench: Bench) -> None:
    hold(bench, 1, {LEARNER: "attended"})
    [course_id] = bench.switch_on(2)
    bench.sync()
    before = marks_of(bench, course_id)
    with reading(bench.sessions) as db:
        person_id = db.scalars(select(Person.id).where(Person.moodle_user_id == LEARNER)).one()
    pause(bench, person_id)
    bench.clock.go_on(days=1)
    hold(bench, 1, {LEARNER: "absent"})
    hold(bench, 2, {LEARNER: "attended"}, at=bench.clock())
    bench.sync()
    assert marks_of(bench, course_id) == before
