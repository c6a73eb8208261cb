"""Who was refused while logged in as a learner is shown to the learner, once, and is no evidence of anything."""

import pytest
from sqlalchemy import select

from bridge.schema.access import AccessRow
from bridge.schema.people import Person
from bridge.schema.teaching import Course
from bridge.store.cursor import load_cursor, move_cursor
from bridge.store.database import reading, writing
from bridge.store.login_as import EVENT_NAME
from bridge.store.looks import load_looks
from bridge.store.panel_records import Look
from tests.bridge.sync.conftest import Bench
from tests.bridge.sync.counting import measured, saved_facts
from tests.demo_vle.worlds.model import LogRow

ADMIN, LEARNER, TUTOR = 2, 7, 63


def refuse(bench: Bench, user: int, *, course: int = 2, real: int = ADMIN, edulevel: int = 0) -> LogRow:
    """Let somebody who is logged in as `user` be refused now."""
    at = int(bench.clock().timestamp())
    return bench.vle.world.log.append(LogRow(0, EVENT_NAME, edulevel, user, 0, course, 0, at, "web", real, ""))


def rows_of(bench: Bench) -> list[AccessRow]:
    """Read the access log, oldest first."""
    with reading(bench.sessions) as db:
        rows = list(db.scalars(select(AccessRow).order_by(AccessRow.at, AccessRow.id)))
        db.expunge_all()
    return rows


def person_of(bench: Bench, user: int) -> int:
    """Return the person's id of a Moodle user."""
    with reading(bench.sessions) as db:
        return db.scalars(select(Person.id).where(Person.moodle_user_id == user)).one()


def looks_of(bench: Bench, user: int) -> tuple[Look, ...]:
    """Read what a learner is told about who looked."""
    with reading(bench.sessions) as db:
        return load_looks(db, bench.platform_id, person_of(bench, user), (2,))


def test_a_refusal_is_one_access_row_that_the_learner_sees(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    bench.clock.go_on(minutes=5)
    refuse(bench, LEARNER)
    at = bench.clock()
    bench.clock.go_on(minutes=15)
    bench.sync()
    (row,) = rows_of(bench)
    assert (row.at, row.viewer_moodle_user_id, row.subject_person_id) == (at, ADMIN, person_of(bench, LEARNER))
    assert (row.is_allowed, row.reason, row.moodle_course_id) == (False, "logged-in-as", 2)
    (look,) = looks_of(bench, LEARNER)
    with reading(bench.sessions) as db:
        course_name = db.scalars(select(Course.fullname).where(Course.moodle_course_id == 2)).one()
    assert (look.at, look.is_refused, look.is_class_list, look.course_name) == (at, True, False, course_name)
    assert looks_of(bench, LEARNER + 1) == ()


def test_reading_the_same_rows_again_adds_nothing(bench: Bench) -> None:
    bench.switch_on(2)
    refuse(bench, LEARNER)
    refuse(bench, LEARNER)
    refuse(bench, TUTOR)
    bench.sync()
    before = [(row.id, row.request_id) for row in rows_of(bench)]
    assert len(before) == 3
    with writing(bench.sessions) as db:
        move_cursor(db, load_cursor(db, bench.platform_id), read_to=0, settled_to=0, mark_id=0, mark_at=None)
    bench.clock.go_on(days=40)
    bench.nightly()
    bench.sync()
    assert [(row.id, row.request_id) for row in rows_of(bench)] == before


def test_a_refusal_that_becomes_visible_late_is_found(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    late = refuse(bench, LEARNER)
    bench.vle.world.log.hide([late.id])
    refuse(bench, TUTOR)
    for minutes in (15, 15):
        bench.sync()
        bench.vle.world.log.show()
        bench.clock.go_on(minutes=minutes)
    bench.sync()
    assert {row.subject_person_id for row in rows_of(bench)} == {person_of(bench, LEARNER), person_of(bench, TUTOR)}


def test_a_refusal_before_the_course_was_switched_on_is_in_the_backfill(bench: Bench) -> None:
    refuse(bench, LEARNER)
    refuse(bench, LEARNER, course=3)
    bench.sync()
    bench.switch_on(2)
    bench.sync()
    assert [row.moodle_course_id for row in rows_of(bench)] == [2]


@pytest.mark.parametrize("edulevel", [0, 2])
def test_a_refusal_is_never_evidence_whatever_its_level(bench: Bench, edulevel: int) -> None:
    bench.switch_on(2)
    bench.sync()
    before = (saved_facts(bench.sessions), measured(bench.sessions)["weeks"])
    refuse(bench, LEARNER, edulevel=edulevel)
    bench.clock.go_on(minutes=15)
    bench.sync()
    assert (saved_facts(bench.sessions), measured(bench.sessions)["weeks"]) == before
    assert len(rows_of(bench)) == 1


def test_an_event_by_the_person_themselves_is_no_refusal(bench: Bench) -> None:
    bench.switch_on(2)
    refuse(bench, LEARNER, real=0)
    bench.sync()
    assert rows_of(bench) == []


def test_what_was_erased_stays_erased(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    late = refuse(bench, LEARNER)
    bench.vle.world.log.hide([late.id])
    refuse(bench, TUTOR)
    bench.sync()
    bench.vle.world.delete("erasure", LEARNER, at=int(bench.clock().timestamp()))
    bench.vle.world.log.show()
    for _ in range(3):
        bench.clock.go_on(minutes=15)
        bench.sync()
    assert {row.viewer_moodle_user_id for row in rows_of(bench)} == {ADMIN}
    assert len(rows_of(bench)) == 1
