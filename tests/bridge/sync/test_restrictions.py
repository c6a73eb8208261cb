"""While a learner's data is paused nothing new is made of it, and afterwards the pause never counts against them."""

from datetime import date

from sqlalchemy import func, select

from bridge.schema.engagement import EvaluationRow, LearnerState, LearnerWeekRow, StaleLearner
from bridge.schema.log import Presence
from bridge.schema.people import Person
from bridge.store.database import reading, writing
from bridge.store.left_out import load_left_out_ids
from bridge.store.restrictions import (
    RestrictionKind,
    end_restrictions,
    load_paused_days,
    load_restrictions,
    start_restriction,
)
from tests.bridge.sync.conftest import COURSES, SETTINGS, Bench

MEASURED = (Presence, LearnerWeekRow, EvaluationRow)


def busiest(bench: Bench) -> int:
    with reading(bench.sessions) as db:
        counted = select(Presence.person_id).group_by(Presence.person_id).order_by(func.count().desc())
        return db.scalars(counted).first() or 0


def measured(bench: Bench, person_id: int) -> list[int]:
    """Count facts, weeks and evaluations of a learner, and give the day of the last measurement."""
    with reading(bench.sessions) as db:
        counts = [
            db.scalar(select(func.count()).select_from(table).where(table.person_id == person_id)) or 0
            for table in MEASURED
        ]
        days = db.scalars(select(LearnerState.measured_on).where(LearnerState.person_id == person_id))
        return [*counts, max(day.toordinal() for day in days)]


def pause(bench: Bench, person_id: int, kind: RestrictionKind = RestrictionKind.OBJECTION) -> None:
    with writing(bench.sessions) as db:
        start_restriction(db, person_id, kind, "Dana Officer", bench.clock())


def be_busy(bench: Bench, person_id: int) -> None:
    """Let the learner open an activity in Moodle now."""
    with reading(bench.sessions) as db:
        user = db.get_one(Person, person_id).moodle_user_id
    world = bench.vle.world
    seen = next(row for row in world.log if row.userid == user and row.eventname.endswith("course_module_viewed"))
    world.log.append(seen._replace(timecreated=int(bench.clock().timestamp()) - 60))


def test_nothing_is_measured_in_the_pause_and_everybody_else_is(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    person_id = busiest(bench)
    pause(bench, person_id)
    before = measured(bench, person_id)
    bench.clock.go_on(days=9)
    be_busy(bench, person_id)
    bench.sync()

    with reading(bench.sessions) as db:
        others = set(db.scalars(select(EvaluationRow.person_id)))
    assert measured(bench, person_id) == before
    assert others
    assert person_id not in others


def test_after_the_pause_its_days_do_not_count_and_measuring_goes_on(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    person_id = busiest(bench)
    first = bench.clock().date()
    pause(bench, person_id)
    bench.clock.go_on(days=20)
    bench.sync()
    with writing(bench.sessions) as db:
        ended = end_restrictions(db, person_id, bench.clock())
        stale = set(db.scalars(select(StaleLearner.person_id)))
    bench.sync()

    with reading(bench.sessions) as db:
        days = load_paused_days(db, [person_id], SETTINGS.zone, bench.clock().date())
        clocks = db.scalars(select(LearnerState.clock_days).where(LearnerState.person_id == person_id)).all()
        others = db.scalars(select(LearnerState.clock_days).where(LearnerState.person_id != person_id)).all()
    assert (ended, stale) == (1, {person_id})
    assert days == {person_id: [(first, bench.clock().date())]}
    assert measured(bench, person_id)[-1] == bench.clock().date().toordinal()
    assert max(clocks) < max(others)


def test_a_pause_is_told_with_its_kind_and_who_decided_it_until_it_ends(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    person_id = busiest(bench)
    pause(bench, person_id, RestrictionKind.RESTRICTION)
    with reading(bench.sessions) as db:
        (running,) = load_restrictions(db, bench.platform_id)
        paused = load_left_out_ids(db, bench.platform_id)
    bench.clock.go_on(days=1)
    with writing(bench.sessions) as db:
        end_restrictions(db, person_id, bench.clock())
        again = end_restrictions(db, person_id, bench.clock())

    assert (running.kind, running.decided_by, running.ends_at) == (RestrictionKind.RESTRICTION, "Dana Officer", None)
    assert paused == {person_id}
    with reading(bench.sessions) as db:
        assert load_left_out_ids(db, bench.platform_id) == frozenset()
        (listed,) = load_restrictions(db, bench.platform_id)
    assert (again, listed.ends_at) == (0, bench.clock())


def test_a_new_pause_ends_the_one_that_runs(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    person_id = busiest(bench)
    pause(bench, person_id, RestrictionKind.RESTRICTION)
    bench.clock.go_on(days=1)
    pause(bench, person_id)

    with reading(bench.sessions) as db:
        kinds = [(one.kind, one.ends_at is None) for one in load_restrictions(db, bench.platform_id)]
        days = load_paused_days(db, [person_id], SETTINGS.zone, date(2026, 11, 25))
    assert kinds == [(RestrictionKind.OBJECTION, True), (RestrictionKind.RESTRICTION, False)]
    assert [(first.day, last.day) for first, last in days[person_id]] == [(21, 22), (22, 25)]
