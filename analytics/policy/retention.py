"""Say for each kind of data why it may be held, for how long, and where it lies (policy paragraph 28; UK GDPR art. 5).

The defaults are data here; `LEA_RETENTION_DAYS` and `LEA_LAWFUL_BASES` change them. docs/dpia.md is generated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from analytics.policy.retention_rule import BASIS_WORDS, DataKind, LawfulBasis, RetentionRule
from analytics.policy.retention_table import RULES

__all__ = ["BASIS_WORDS", "RULES", "DataKind", "LawfulBasis", "RetentionRule", "find_rule", "rules_with"]

MINIMUM_DAYS, MAXIMUM_DAYS = 1, 3_660


def rules_with(
    days: Mapping[DataKind, int], bases: Mapping[DataKind, LawfulBasis], rules: Iterable[RetentionRule] = RULES
) -> tuple[RetentionRule, ...]:
    """Return the rules with an institution's own periods and bases; a kind without a period keeps none.

    Raises:
        ValueError: a period is outside 1 to 3,660 days, its kind is not kept by days, or somebody's part in a course
            would go before the evidence of it, which is found by that alone.
    """
    changed = []
    for rule in rules:
        if rule.kind in days and rule.days is None:
            raise ValueError(f"{rule.kind} is kept {rule.counted_from}, so it has no number of days")
        if rule.kind in days and not MINIMUM_DAYS <= days[rule.kind] <= MAXIMUM_DAYS:
            raise ValueError(f"{rule.kind} must be kept {MINIMUM_DAYS} to {MAXIMUM_DAYS} days")
        changed.append(replace(rule, days=days.get(rule.kind, rule.days), basis=bases.get(rule.kind, rule.basis)))
    kept = {rule.kind: rule.days or 0 for rule in changed}
    if kept.get(DataKind.MEMBERSHIP, 0) < kept.get(DataKind.EVIDENCE, 0):
        raise ValueError(
            f"{DataKind.MEMBERSHIP} ({kept[DataKind.MEMBERSHIP]} days) must be kept at least as long as "
            f"{DataKind.EVIDENCE} ({kept[DataKind.EVIDENCE]} days): whose part in a course is gone cannot be shown, "
            "or given, the evidence that is still held"
        )
    return tuple(changed)


def find_rule(rules: Iterable[RetentionRule], table: str) -> RetentionRule | None:
    """Return the rule that a table's rows are kept by; None: the table holds nothing that is kept by a rule."""
    return next((rule for rule in rules if table in rule.tables), None)
