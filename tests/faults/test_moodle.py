"""Moodle fails in every way it knows, and in some of its own; once it is well, nothing tells that it was ill."""

import random
from datetime import datetime, timedelta

import pytest

from tests.demo_vle.faults import Fault
from tests.faults.conftest import EACH_STAGE, LONG, History, Survived, choose, rounds
from tests.faults.running import Transactions, opened, run_stage
from tests.faults.world import STAGES

CALLED = (
    "local_lea_get_version",
    "local_lea_set_courses",
    "local_lea_get_deletions",
    "local_lea_get_courses",
    "local_lea_get_roster",
    "local_lea_get_activities",
    "local_lea_get_tasks",
    "local_lea_get_attendance",
    "local_lea_get_log_events",
    "local_lea_get_log_counts",
)
COSTLY = frozenset({Fault.GZIP_BOMB, Fault.HUGE})
"""Many megabytes each: at most one of them in a plan."""
TRIES = 12
"""Runs in which a plan is used up, or the site is repaired."""


def make_plan(chance: random.Random) -> list[tuple[Fault, str, int]]:
    """Choose what goes wrong, at which function, and how many times in a row."""
    plan = [(chance.choice(list(Fault)), chance.choice(CALLED), chance.choice((1, 1, 2, 5))) for _ in range(5)]
    costly = [entry for entry in plan if entry[0] in COSTLY]
    return [entry for entry in plan if entry not in costly[1:]]


@LONG
@EACH_STAGE
def test_a_site_that_fails_again_and_again_costs_time_alone(
    history: History, number: int, chance: random.Random, survived: Survived
) -> None:
    for plan in (make_plan(chance) for _ in rounds(1)):
        with history.before(number) as place:
            for fault, function, times in plan:
                history.vle.faults.next(fault, 1 if fault in COSTLY else times, function=function, seconds=0.05)
            with opened(place) as (_, sessions):
                for _ in range(TRIES):
                    history.vle.site.token = history.vle.token  # an administrator made a new one
                    if not run_stage(place, STAGES[number], sessions).failures:
                        break
            left = {(one.fault, one.function) for one in history.vle.faults.waiting}
            history.vle.faults.clear()
            history.vle.site.token = history.vle.token
            history.finish(place, number)
            history.check(place, number, f"{STAGES[number].name} with {plan}")
        for fault, function, _ in plan:
            if (fault, function) not in left:
                survived(f"Moodle: {fault.value}")


@EACH_STAGE
def test_pages_that_are_shorter_than_asked_for_lose_nothing(history: History, number: int, survived: Survived) -> None:
    with history.before(number) as place:
        history.vle.faults.always(Fault.SHORT, function="local_lea_get_log_events")
        with opened(place) as (_, sessions):
            assert run_stage(place, STAGES[number], sessions).failures == ()
        # No further run: what a short page left out was read by the same one.
        history.check(place, number, f"short pages at {STAGES[number].name}")
    survived("Moodle: pages of the log that are short and valid")


JUMPS = pytest.mark.parametrize(
    ("number", "jump"), [(3, timedelta(days=400)), (2, timedelta(days=8)), (1, timedelta(hours=-2))]
)


@JUMPS
def test_a_clock_of_moodle_that_jumps_closes_no_week_and_lets_nothing_go(
    history: History, number: int, jump: timedelta, survived: Survived
) -> None:
    with history.before(number) as place:
        history.vle.site.now = lambda: STAGES[number].at + jump
        with opened(place) as (_, sessions):
            report = run_stage(place, STAGES[number], sessions)
        assert [failure.code for failure in report.failures] == ["moodle-clocks-apart"]
        history.show(number)
        history.finish(place, number)
        history.check(place, number, f"Moodle's clock {jump} wrong")
    survived("Moodle's clock jumped between two runs")


@LONG
@JUMPS
def test_a_clock_of_moodle_that_jumps_in_mid_run_changes_nothing(
    history: History, number: int, jump: timedelta, chance: random.Random, survived: Survived
) -> None:
    def wrong() -> datetime:
        return STAGES[number].at + jump

    for at in choose(chance, 25, 1):
        with history.before(number) as place:
            with opened(place) as (engine, _):
                run_stage(
                    place, STAGES[number], Transactions(engine, at, lambda: setattr(history.vle.site, "now", wrong))
                )
            history.show(number)
            history.finish(place, number)
            history.check(place, number, f"Moodle's clock {jump} wrong from transaction {at} on")
        survived("Moodle's clock jumped in mid-run")
