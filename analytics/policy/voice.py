"""Say what follows when a learner answers: a pause, a timer, and which stage comes next (policy paragraphs 18 and 27).

Nothing here enters a figure. What a learner declared stops the clock, as any evidence does, and that is all.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from analytics.rules import ConcernRule, Fact

PAUSE_DAYS = 7
"""So long nobody is flagged again whose week is disputed (the FAQ's "doesn't accurately reflect your engagement")."""
ACKNOWLEDGE_DAYS = 30
"""Within them somebody acknowledges a query or complaint (policy paragraph 27; DPA 2018, section 164A)."""
TEXT_LIMIT = 2000
"""Characters of what a learner writes, and of an answer."""
HIGHEST_GOAL = 50
"""Activities a week that somebody may set as their own goal, at most."""


class Stage(StrEnum):
    """How a learner complains: informally first, then formally."""

    INFORMAL = "informal"
    FORMAL = "formal"


@dataclass(frozen=True, slots=True)
class PastComplaint:
    """One query or complaint that was made."""

    stage: Stage
    acknowledge_by: date
    is_acknowledged: bool
    is_answered: bool

    def is_overdue(self, today: date) -> bool:
        """Tell whether its day has passed and nobody acknowledged it."""
        return not self.is_acknowledged and today > self.acknowledge_by


def find_pause_end(made_on: date) -> date:
    """Return the last day on which a learner is left alone who disputed a week on `made_on`."""
    return made_on + timedelta(days=PAUSE_DAYS)


def is_paused(paused_until: date, today: date) -> bool:
    """Tell whether a dispute still keeps a learner from being flagged."""
    return today <= paused_until


def drop_answered_reasons(
    reasons: Sequence[str], rule: ConcernRule, clock_days: int, as_of: date, declared: Collection[date]
) -> tuple[str, ...]:
    """Return the reasons that still speak after what a learner declared since the week's evaluation.

    An activity within the days without evidence, or after them, ends the silence: reasons that ask for it fall. Days
    that the evaluation knew lie before its silence and change nothing. Empty: no reason is left, nobody is asked.
    """
    begins = as_of - timedelta(days=clock_days)
    if not any(day > begins for day in declared):
        return tuple(reasons)
    of_silence = {
        reason.name
        for reason in rule.reasons
        if any(condition.fact is Fact.CLOCK_DAYS for condition in reason.conditions)
    }
    return tuple(name for name in reasons if name not in of_silence)


def find_acknowledge_by(made_on: date) -> date:
    """Return the day by which a query or complaint of `made_on` is acknowledged."""
    return made_on + timedelta(days=ACKNOWLEDGE_DAYS)


def find_next_stage(past: Sequence[PastComplaint], today: date) -> Stage | None:
    """Return the stage of what a learner may write next; None while the latest still waits within its days.

    `past` is oldest first; empty: informal. Formal once the informal one was answered, or nobody acknowledged it in
    time. After a formal one that was answered a new matter begins informally.
    """
    if not past:
        return Stage.INFORMAL
    last = past[-1]
    if last.stage is Stage.INFORMAL:
        return Stage.FORMAL if last.is_answered or last.is_overdue(today) else None
    return Stage.INFORMAL if last.is_answered else None
