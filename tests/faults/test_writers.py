"""Several writers at once: a worker is overtaken, a leader killed, a clock jumps, somebody else writes in mid-run."""

import functools
import random
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from analytics.calendar import day_number
from bridge.errors import BridgeError
from bridge.schema.log import Presence
from bridge.schema.people import Enrolment
from bridge.store.database import Sessions, make_sessions, reading, writing
from bridge.store.engagement import mark_stale
from bridge.store.facts import Fact, save_facts
from bridge.sync.lease import take_lease
from tests.demo_vle.faults import Fault
from tests.faults.conftest import EACH_STAGE, LONG, History, Survived, choose
from tests.faults.oracle import find_differences, read_all
from tests.faults.running import Place, Transactions, opened, run_stage
from tests.faults.world import STAGES


def overtake(place: Place, number: int) -> None:
    """Do the whole stage as another worker does."""
    with opened(place) as (_, sessions):
        run_stage(place, STAGES[number], sessions)


@LONG
@EACH_STAGE
def test_a_worker_that_was_overtaken_and_goes_on_does_no_harm(
    history: History, number: int, chance: random.Random, survived: Survived
) -> None:
    for at in choose(chance, 25, 1):
        with history.before(number) as place:
            with opened(place) as (engine, _), suppress(BridgeError):
                sessions = Transactions(engine, at, functools.partial(overtake, place, number))
                run_stage(place, STAGES[number], sessions)
            history.finish(place, number)
            history.check(place, number, f"overtaken before transaction {at} of {STAGES[number].name}")
        survived("worker overtaken in mid-run, going on afterwards")


def save_visit(sessions: Sessions, at: datetime) -> None:
    """Save what another writer brings: evidence of today, and the mark that tells of it, in one transaction."""
    with writing(sessions) as db:
        course_id, person_id = db.execute(
            select(Enrolment.course_id, Enrolment.person_id).where(Enrolment.is_learner, Enrolment.is_active)
        ).first() or (0, 0)
        save_facts(db, {Fact(day_number(at.date()), course_id, person_id, 12, 1)})
        mark_stale(db, course_id, [person_id])


def bring(place: Place, at: datetime) -> None:
    """Save a visit by a connection of one's own."""
    with opened(place) as (_, sessions):
        save_visit(sessions, at)


@LONG
def test_what_another_writer_brings_in_mid_run_is_measured(
    history: History, chance: random.Random, survived: Survived
) -> None:
    number = 2
    stage = STAGES[number]
    with history.before(number) as place, opened(place) as (_, sessions):
        save_visit(sessions, stage.at)
        run_stage(place, stage, sessions)
        expected = read_all(sessions)
    for at in choose(chance, 40, 3):
        with history.before(number) as place:
            with opened(place) as (engine, _):
                transactions = Transactions(engine, at, functools.partial(bring, place, stage.at))
                run_stage(place, stage, transactions)
            if transactions.count < at:
                bring(place, stage.at)
            history.finish(place, number)
            with opened(place) as (_, sessions):
                differences = find_differences(expected, read_all(sessions))
            assert not differences, f"before transaction {at}:\n" + "\n".join(differences[:10])
        survived("somebody else wrote in mid-run")


@pytest.mark.parametrize(
    ("number", "jump"), [(3, timedelta(days=400)), (2, timedelta(days=8)), (1, timedelta(hours=-2))]
)
def test_a_clock_that_jumps_closes_no_week_and_lets_nothing_go(
    history: History, number: int, jump: timedelta, survived: Survived
) -> None:
    with history.before(number) as place:
        wrong = STAGES[number].at + jump
        with opened(place) as (_, sessions):
            report = run_stage(place, STAGES[number], sessions, now=wrong)
            assert [failure.code for failure in report.failures] == ["moodle-clocks-apart"]
        history.finish(place, number)
        history.check(place, number, f"a clock that was {jump} wrong")
    survived("this server's clock jumped")


def test_a_clock_that_jumps_while_moodle_is_away_lets_nothing_go(history: History, survived: Survived) -> None:
    number = 3
    with history.before(number) as place:
        history.vle.faults.always(Fault.SERVER_ERROR)
        with opened(place) as (_, sessions):
            report = run_stage(place, STAGES[number], sessions, now=STAGES[number].at + timedelta(days=400))
        assert report.failures[-1].code == "clock-unconfirmed"
        history.vle.faults.clear()
        history.finish(place, number)
        history.check(place, number, "a clock that jumped while Moodle was away")
    survived("this server's clock jumped while Moodle was away")


def test_a_lease_from_a_clock_that_ran_ahead_is_taken_over(history: History, survived: Survived) -> None:
    at = STAGES[0].at
    with history.before(0) as place, opened(place) as (engine, _):
        sessions = make_sessions(engine)
        take_lease(sessions, "platform 1", "ahead", at + timedelta(days=400))
        take_lease(sessions, "platform 1", "right", at)
        with reading(sessions) as db:
            assert db.scalars(select(Presence)).all() == []
    survived("a lease taken by a clock that ran ahead")
