"""Ask what a concern rule was worth: new concerns a week, and what became of the learners (docs/worth.md)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from analytics.bands import WELL_BELOW_CEILING
from analytics.rules import CLOCK_ALONE_RULE
from analytics.worth.following import Followed, Standing

Asks = Callable[[Standing], bool]


@dataclass(frozen=True, slots=True)
class RuleWorth:
    """New concerns by one rule over some weeks, as whole numbers."""

    name: str
    concerns: int
    """Raised: the rule holds in a week and did not in the week before."""
    with_outcome: int
    """Of them, about learners with the outcome."""
    learner_weeks: int
    people: int
    """Different learners with such a concern."""
    people_with_outcome: int

    @property
    def weekly_per_hundred(self) -> float:
        """Give the new concerns a week per 100 learners; 0 without a learner-week."""
        return 100 * self.concerns / self.learner_weeks if self.learner_weeks else 0.0

    @property
    def precision(self) -> float:
        """Give the share of concerns about learners with the outcome; 0 without a concern."""
        return self.with_outcome / self.concerns if self.concerns else 0.0


def measure_rule(followed: Iterable[Followed], name: str, holds: Asks, first_week: int, last_week: int) -> RuleWorth:
    """Count a rule's new concerns in weeks ``first_week`` to ``last_week``; all 0 without learners.

    A concern that already stood in the week before is not new; one that stood before the first week is not, either.
    """
    concerns = with_outcome = learner_weeks = 0
    people: set[int] = set()
    hit: set[int] = set()
    for learner in followed:
        for week in range(first_week, last_week + 1):
            standing = learner.standings.get(week)
            if standing is None:
                continue
            learner_weeks += 1
            before = learner.standings.get(week - 1)
            if holds(standing) and not (before is not None and holds(before)):
                concerns += 1
                with_outcome += learner.has_outcome
                people.add(learner.person_id)
                if learner.has_outcome:
                    hit.add(learner.person_id)
    return RuleWorth(name, concerns, with_outcome, learner_weeks, len(people), len(hit))


def asks_rule(version: str) -> Asks:
    """Give the question whether a rule holds in a week."""
    return lambda standing: version in standing.concerns


def is_quiet_only(standing: Standing) -> bool:
    """Tell whether the clock alone speaks: E of 40 % or more and nothing outstanding."""
    is_fine = standing.e is not None and standing.e >= WELL_BELOW_CEILING and not standing.has_outstanding
    return CLOCK_ALONE_RULE.version in standing.concerns and is_fine
