"""Hold the rules by which a concern is raised, as data that a school can read and publish with its level.

docs/engagement.md "concern"; policy paragraph 3. What a rule finds is asked in ``analytics.signals``.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from analytics.bands import WELL_BELOW_CEILING


class Fact(StrEnum):
    """What a condition of a rule can ask for."""

    CLOCK_DAYS = "counted days without evidence"
    E_BELOW = "share of the published level met"
    OVERDUE_DAYS = "counted days a task is past the learner's own date"
    SESSIONS_MISSED = "sessions missed"
    SESSIONS_MISSED_IN_A_ROW = "sessions missed in a row"
    WEEKS_MISSED_IN_A_ROW = "counted weeks in a row with every session missed"


REGISTER_FACTS = frozenset({Fact.SESSIONS_MISSED, Fact.SESSIONS_MISSED_IN_A_ROW, Fact.WEEKS_MISSED_IN_A_ROW})
"""What only a register of sessions can tell."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One fact against its threshold: "at least" for counts, "less than" for E."""

    fact: Fact
    threshold: Fraction


@dataclass(frozen=True, slots=True)
class Reason:
    """A named reason for a concern: all its conditions hold."""

    name: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Worth:
    """What a rule was worth on OULAD's nine presentations of 2013, as docs/engagement.md has it."""

    weekly_concerns_per_hundred: Fraction
    """Concerns a week per 100 learners."""
    precision: Fraction
    """The share of them that went on to fail or withdraw."""


@dataclass(frozen=True, slots=True)
class ConcernRule:
    """A school's published rule: any of its reasons is a concern."""

    version: str
    reasons: tuple[Reason, ...]
    review_weeks: frozenset[int] | None = None
    """The teaching weeks at whose end it is asked; None for every week."""
    worth: Worth | None = None
    """None where it was not measured."""

    @property
    def asks_register(self) -> bool:
        """Whether any of its conditions is about sessions."""
        return any(condition.fact in REGISTER_FACTS for reason in self.reasons for condition in reason.conditions)


def _at(fact: Fact, threshold: int | Fraction) -> Condition:
    return Condition(fact, Fraction(threshold))


DEFAULT_RULE = ConcernRule(
    version="default-1",
    reasons=(
        Reason("silent", (_at(Fact.CLOCK_DAYS, 10), _at(Fact.E_BELOW, WELL_BELOW_CEILING))),
        Reason("task", (_at(Fact.OVERDUE_DAYS, 7),)),
    ),
    worth=Worth(Fraction(40, 10), Fraction(68, 100)),
)
"""The rule a course has until its school publishes another."""

CLOCK_ALONE_RULE = ConcernRule(
    version="clock-alone-1",
    reasons=(Reason("silent", (_at(Fact.CLOCK_DAYS, 10),)),),
    worth=Worth(Fraction(74, 10), Fraction(54, 100)),
)
"""Ten counted days without evidence, whatever E says."""

CLOCK_AND_TASK_RULE = ConcernRule(
    version="clock-and-task-1",
    reasons=(Reason("silent with a task overdue", (_at(Fact.CLOCK_DAYS, 14), _at(Fact.OVERDUE_DAYS, 7))),),
    worth=Worth(Fraction(16, 10), Fraction(92, 100)),
)
"""Fourteen counted days without evidence and a task overdue: few and precise."""

PUBLISHED_RULES = (DEFAULT_RULE, CLOCK_ALONE_RULE, CLOCK_AND_TASK_RULE)
"""The rules that come with their measured worth."""
