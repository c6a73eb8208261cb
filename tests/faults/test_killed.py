"""A worker is killed between any two statements; the next one leaves the tables as if nothing had been."""

import random

from tests.faults.conftest import EACH_STAGE, LONG, History, Survived, choose
from tests.faults.running import kill_between
from tests.faults.world import STAGES

KILLS = 1
"""In each stage, in the short plan."""


@LONG
@EACH_STAGE
def test_a_worker_killed_between_two_statements_loses_and_doubles_nothing(
    history: History, number: int, chance: random.Random, survived: Survived
) -> None:
    for at in choose(chance, history.expected[number].points, KILLS):
        with history.before(number) as place:
            assert kill_between(place, number, at)
            history.finish(place, number)
            history.check(place, number, f"killed before point {at} of {STAGES[number].name}")
        survived("SIGKILL between two statements")
