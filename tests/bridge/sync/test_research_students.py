"""Postgraduate research students take no part unless their programme is switched on (policy paragraph 6)."""

from datetime import timedelta

from sqlalchemy import select

from bridge.schema.engagement import EvaluationRow, LearnerState
from bridge.schema.records import Programme, School, StudentRecord
from bridge.store.database import reading, writing
from bridge.store.engagement import load_active_learners
from bridge.store.left_out import load_left_out_ids, load_research_days, load_why_left_out
from bridge.store.schools import switch_research
from tests.bridge.sync.conftest import COURSES, SETTINGS, Bench
from tests.bridge.sync.test_restrictions import be_busy, busiest, measured

PROGRAMME = "PHD"


def let_do_research(bench: Bench, person_id: int) -> None:
    """Let the student record call somebody a research student of a programme that is not switched on."""
    now = bench.clock()
    with writing(bench.sessions) as db:
        db.add(School(id=1, platform_id=bench.platform_id, code="S", name="School", switched_on_at=now))
        db.flush()
        db.add(
            Programme(id=1, platform_id=bench.platform_id, school_id=1, code=PROGRAMME, name="", research_on_at=None)
        )
        db.flush()
        told = {"is_part_time": False, "is_research": True, "status": "active", "fed_at": now}
        db.add(StudentRecord(person_id=person_id, school_id=1, programme_id=1, **told))


def test_a_research_student_is_not_measured_and_everybody_else_is(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    person_id = busiest(bench)
    let_do_research(bench, person_id)
    before = measured(bench, person_id)
    bench.clock.go_on(days=9)
    be_busy(bench, person_id)
    bench.sync()

    with reading(bench.sessions) as db:
        assert load_left_out_ids(db, bench.platform_id) == {person_id}
        assert load_why_left_out(db, person_id).does_research
        course_ids = set(db.scalars(select(LearnerState.course_id).where(LearnerState.person_id == person_id)))
        assert all(person_id not in load_active_learners(db, course_id) for course_id in course_ids)
        assert db.scalars(select(EvaluationRow.person_id).where(EvaluationRow.person_id != person_id)).first()
    assert measured(bench, person_id) == before


def test_once_the_programme_is_on_they_are_measured_and_the_time_before_never_counts(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    person_id = busiest(bench)
    let_do_research(bench, person_id)
    bench.clock.go_on(days=20)
    bench.sync()
    before = measured(bench, person_id)
    with writing(bench.sessions) as db:
        switch_research(db, bench.platform_id, PROGRAMME, bench.clock())
    bench.sync()

    today = bench.clock().astimezone(SETTINGS.zone).date()
    first = today - timedelta(days=60)
    with reading(bench.sessions) as db:
        clocks = set(db.scalars(select(LearnerState.clock_days).where(LearnerState.person_id == person_id)))
        days = load_research_days(db, [person_id], SETTINGS.zone, first)
        assert load_left_out_ids(db, bench.platform_id) == frozenset()
        assert not load_why_left_out(db, person_id).does_research
    assert measured(bench, person_id)[-1] > before[-1]
    assert max(clocks) <= 1
    assert days == {person_id: (first, today - timedelta(days=1))}
