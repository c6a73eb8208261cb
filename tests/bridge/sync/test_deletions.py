"""An erasure takes what a person's own visits left, and does not let Moodle's old hand-ins bring evidence back."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bridge.schema.launches import ContinueCode
from bridge.schema.log import LogEventRow, Presence
from bridge.schema.people import Person
from bridge.schema.viewing import ViewerAccess, ViewerSession
from bridge.store.database import reading, writing
from bridge.store.erasure import erase_person, mark_person_deleted
from bridge.store.tombstones import load_user_keys
from tests.bridge.sync.conftest import SETTINGS, Bench
from tests.bridge.sync.counting import saved_facts
from tests.bridge.sync.test_expiry import BIG_ID, save_visit
from tests.demo_vle.faults import Fault


def visitors(bench: Bench) -> list[set[tuple[int, int]]]:
    """Return (user, course) of all sessions, answers about viewers, and launches to be continued."""
    with reading(bench.sessions) as db:
        kept = [
            {(user, course) for user, course in db.execute(select(table.moodle_user_id, table.moodle_course_id))}
            for table in (ViewerSession, ViewerAccess)
        ]
        codes = db.scalars(select(ContinueCode.launch))
        return [*kept, {(code["moodle_user_id"], code["moodle_course_id"]) for code in codes}]


def save_visits(bench: Bench) -> None:
    """Save visits of two people, some sessions of which were ended already."""
    with writing(bench.sessions) as db:
        for user, course in ((BIG_ID, 2), (BIG_ID, 3), (7, 2)):
            save_visit(db, bench.platform_id, user, course, bench.clock())
            save_visit(db, bench.platform_id, user, course, bench.clock(), mark="ended", revoked=True)


@pytest.mark.parametrize(("course", "kept"), [(0, {(7, 2)}), (2, {(7, 2), (BIG_ID, 3)})])
def test_an_erasure_takes_the_persons_visits_ended_ones_too(
    bench: Bench, course: int, kept: set[tuple[int, int]]
) -> None:
    save_visits(bench)

    with writing(bench.sessions) as db:
        keys = load_user_keys(db, bench.platform_id, SETTINGS.secret_key)
        erase_person(db, keys, BIG_ID, course, 0, bench.clock())

    assert visitors(bench) == [kept, kept, kept]


def test_a_deleted_user_has_no_session_and_no_launch_to_continue(bench: Bench) -> None:
    save_visits(bench)

    with writing(bench.sessions) as db:
        mark_person_deleted(db, bench.platform_id, BIG_ID, bench.clock())

    assert visitors(bench) == [{(7, 2)}] * 3


def test_a_hand_in_from_before_an_erasure_is_no_evidence_again_and_a_later_one_is(bench: Bench) -> None:
    task = next(iter(bench.vle.world.courses[2].tasks.values()))
    learner = next(iter(task.learners))
    handed_in = int(bench.clock().timestamp()) - 86_400
    task.learners[learner] = replace(task.learners[learner], timesubmitted=handed_in)
    bench.switch_on(2)
    bench.sync()
    bench.vle.world.delete("erasure", learner, course_id=2)
    bench.clock.go_on(hours=1)
    bench.sync()

    after_erasure = {fact for fact in saved_facts(bench.sessions) if fact[2] == learner}
    task.learners[learner] = replace(task.learners[learner], timesubmitted=int(bench.clock().timestamp()) + 60)
    bench.clock.go_on(hours=1)
    bench.sync()

    assert after_erasure == set()
    assert task.cmid in {fact[3] for fact in saved_facts(bench.sessions) if fact[2] == learner}


def test_an_id_that_moodle_uses_again_is_a_person_of_its_own(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    world = bench.vle.world
    learner = next(iter(fact[2] for fact in saved_facts(bench.sessions)))
    member = world.courses[2].members.pop(learner)
    world.delete("user", learner)
    bench.clock.go_on(hours=1)
    bench.sync()
    with reading(bench.sessions) as db:
        earlier = db.scalars(select(Person).where(Person.moodle_user_id == learner)).one().id
        held = len(db.scalars(select(Presence.day_no).where(Presence.person_id == earlier)).all())
    world.courses[2].members[learner] = member
    for task in world.courses[2].tasks.values():
        task.learners.pop(learner, None)
    bench.clock.go_on(hours=1)
    seen = next(row for row in world.log if row.userid == learner and row.eventname.endswith("course_module_viewed"))
    world.log.append(seen._replace(timecreated=int(bench.clock().timestamp()) - 60))
    for _ in range(3):
        bench.sync()
        bench.nightly()
        bench.clock.go_on(minutes=15)

    with reading(bench.sessions) as db:
        is_new = Person.moodle_user_id == learner
        person_id, deleted_at = db.execute(select(Person.id, Person.deleted_at).where(is_new)).one()
        theirs = db.scalars(select(Presence.cmid).where(Presence.person_id == person_id)).all()
        kept = db.scalars(select(Presence.day_no).where(Presence.person_id == earlier)).all()
        raw = db.scalars(select(LogEventRow.log_id).where(LogEventRow.moodle_user_id == learner)).all()
    assert person_id != earlier
    assert deleted_at is None
    assert theirs == [seen.cmid]
    assert len(kept) == held > 1
    assert len(raw) == 1


@pytest.mark.parametrize("fault", [Fault.HUGE, Fault.SERVER_ERROR, Fault.WRONG_JSON])
def test_nothing_is_read_about_anybody_before_it_is_known_whose_data_is_to_be_erased(
    bench: Bench, fault: Fault
) -> None:
    bench.switch_on(2)
    bench.vle.faults.always(fault, function="local_lea_get_deletions")
    report = bench.try_to_sync()
    assert [failure.step for failure in report.failures] == ["deletions"]
    with reading(bench.sessions) as db:
        assert not db.scalars(select(Person.id)).all()
        assert not db.scalars(select(LogEventRow.log_id)).all()
    bench.vle.faults.clear()
    bench.sync()
    assert saved_facts(bench.sessions)
