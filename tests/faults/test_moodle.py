"""Moodle fails in every way it knows, and in some of its own; once it is well, nothing tells that it was ill."""

import random

from tests.demo_vle.faults import Fault
from tests.faults.conftest import EACH_STAGE, LONG, History, Survived, rounds
from tests.faults.running import opened, run_stage
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
    for plan in [make_plan(chance) for _ in range(rounds(1))]:
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
