"""Find a marker whose weeks crowd at exactly the expected number since a level took effect (policy paragraph 18).

People who engage more move a whole distribution; people who work for a count stop at it. So what is looked at is how
much more often a week holds exactly the expected number than one fewer or one more, and whether that grew. It is a
question about the level, never about a learner: nothing here names one, or says which of them stop at the number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from analytics.cohort import FEWEST_LEARNERS

FEWEST_WEEKS = 2
"""Before and after, of each learner."""
LARGEST_GROWTH = Fraction(15, 100)
"""Of the crowding: more than this is asked about."""
RAREST = Fraction(1, 100)
"""How rarely chance may give as much growth."""
SHUFFLES = 999
SEED = 1
"""The same weeks give the same answer."""


@dataclass(frozen=True, slots=True)
class TwoParts:
    """One learner's counted closed weeks: how many items each held, a day's own limit kept."""

    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Crowding:
    """How weeks lie at the expected number, on average over the learners."""

    learner_count: int
    """With enough weeks in both parts; k at least."""
    share_before: Fraction
    """Of the weeks: exactly the expected number."""
    share_after: Fraction
    growth: Fraction
    """By how much weeks crowd more, their neighbours taken off; below 0: less."""
    chance: Fraction
    """How often chance gives as much growth."""

    @property
    def is_noticed(self) -> bool:
        """It grew by more than may be, and chance hardly gives that."""
        return self.growth > LARGEST_GROWTH and self.chance <= RAREST


def measure_crowding(learners: Sequence[TwoParts], expected: int) -> Crowding | None:
    """Measure whether weeks crowd more at the expected number after than before; None for fewer than ten learners.

    Chance: each learner's two parts are exchanged or not, at random, since one learner's weeks are alike.
    """
    used = [one for one in learners if min(len(one.before), len(one.after)) >= FEWEST_WEEKS]
    if len(used) < FEWEST_LEARNERS:
        return None
    changes = [float(_crowd(one.after, expected) - _crowd(one.before, expected)) for one in used]
    # Chance for a test of significance, the same each time; nothing is kept secret by it.
    observed, random = sum(changes), Random(SEED)  # noqa: S311
    as_much = sum(
        sum(change if random.random() < 0.5 else -change for change in changes) >= observed - 1e-9
        for _ in range(SHUFFLES)
    )
    return Crowding(
        learner_count=len(used),
        share_before=_mean([Fraction(one.before.count(expected), len(one.before)) for one in used]),
        share_after=_mean([Fraction(one.after.count(expected), len(one.after)) for one in used]),
        growth=_mean([_crowd(one.after, expected) - _crowd(one.before, expected) for one in used]),
        chance=Fraction(1 + as_much, 1 + SHUFFLES),
    )


def _crowd(weeks: Sequence[int], expected: int) -> Fraction:
    """Give the share of weeks at the number, less the mean of the shares beside it."""
    beside = weeks.count(expected - 1) + weeks.count(expected + 1)
    return Fraction(2 * weeks.count(expected) - beside, 2 * len(weeks))


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)
