"""Make the report of `lea evaluate`: suppressed before anything is shown or kept (docs/worth.md)."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from analytics.cohort import FEWEST_LEARNERS
from analytics.engagement import ENGAGEMENT_CODE_VERSION
from analytics.level_terms import UNPUBLISHED
from analytics.rules import CLOCK_ALONE_RULE, CLOCK_AND_TASK_RULE, DEFAULT_RULE
from analytics.worth.groups import GapRow, describe_gaps
from analytics.worth.report import RuleRow, WeekWorth, describe_rules, describe_week
from bridge.worth.errors import WorthRefused
from bridge.worth.files import Groups
from bridge.worth.gather import Gathered, Question

FIRST_RULE_WEEK = 2
"""The first week in which anything can be said."""
RULE_WORDS = {
    DEFAULT_RULE.version: "default rule",
    CLOCK_ALONE_RULE.version: "10 counted days without evidence, alone",
    CLOCK_AND_TASK_RULE.version: "14 counted days without evidence and a task overdue",
    UNPUBLISHED: "rule of the form",
}


@dataclass(frozen=True, slots=True)
class WorthReport:
    """All that is shown and kept: no figure in it is about fewer than k distinct learners."""

    made_on: date
    code_version: str
    fewest_learners: int
    counts_as: tuple[str, ...]
    weeks: tuple[WeekWorth, ...]
    rule_weeks: tuple[int, int]
    rules: tuple[RuleRow, ...]
    gaps: tuple[GapRow, ...]

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON; None where something is hidden or could not be measured."""
        return {**asdict(self), "made_on": self.made_on.isoformat()}


def make_report(gathered: Gathered, question: Question, groups: Groups | None, made_on: date) -> WorthReport:
    """Make the report of what was gathered.

    Raises:
        WorthRefused: no learner with an outcome was found, or nobody has or everybody has the one looked for.
    """
    if not gathered.followed:
        notes = " ".join(gathered.notes)
        raise WorthRefused(f"No learner with an outcome was found in a course that can be measured. {notes}".strip())
    if len({learner.has_outcome for learner in gathered.followed}) < 2:
        raise WorthRefused(
            f"Either nobody or everybody has one of the outcomes {', '.join(sorted(question.counts_as))}, so there is"
            " nothing to tell apart. Say which words count with --counts-as."
        )
    groupings = {
        name: {gathered.people[learner]: group for learner, group in values.items() if learner in gathered.people}
        for name, values in (groups.by_column if groups else {}).items()
    }
    return WorthReport(
        made_on=made_on,
        code_version=ENGAGEMENT_CODE_VERSION,
        fewest_learners=FEWEST_LEARNERS,
        counts_as=tuple(sorted(question.counts_as)),
        weeks=tuple(describe_week(gathered.followed, week) for week in question.weeks),
        rule_weeks=(FIRST_RULE_WEEK, question.rules_to),
        rules=describe_rules(gathered.followed, _name_rules(gathered), FIRST_RULE_WEEK, question.rules_to),
        gaps=tuple(row for week in question.weeks for row in describe_gaps(gathered.followed, groupings, week)),
    )


def _name_rules(gathered: Gathered) -> dict[str, str]:
    return {version: RULE_WORDS.get(version, f"published rule {version}") for version in gathered.rules}
