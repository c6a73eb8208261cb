"""Hold what a school agrees about a level before it has a version: expectations, rule, who intervenes (policy 22)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from analytics.language import gettext
from analytics.level_document import expectations_from_json, expectations_to_json, rule_from_json, rule_to_json
from analytics.levels import DEFAULT_LEVEL, Expectation, LevelError, Marker, PublishedLevel, default_a_day
from analytics.rules import DEFAULT_RULE, PUBLISHED_RULES, ConcernRule, Reason

UNPUBLISHED = "not published"
"""The version of a rule that came with no measured worth and has no level's version yet."""
_A_MONDAY = date(2001, 1, 1)


@dataclass(frozen=True, slots=True)
class LevelTerms:
    """What a level says, without version, start and agreement.

    Raises: LevelError for no marker, one marker twice, or a rule without a reason.
    """

    expectations: tuple[Expectation, ...]
    """One for each chosen marker, in MARKER_ORDER."""
    rule: ConcernRule = DEFAULT_RULE
    who_intervenes: tuple[str, ...] = ()
    """Who gets in touch, and how, in the school's own words; one line each."""

    def __post_init__(self) -> None:
        checked = PublishedLevel(UNPUBLISHED, _A_MONDAY, self.expectations, self.rule)
        object.__setattr__(self, "expectations", checked.expectations)
        if not self.rule.reasons or not all(reason.conditions for reason in self.rule.reasons):
            raise LevelError("The concern rule needs at least one reason, and each reason a condition.")

    @property
    def markers(self) -> frozenset[Marker]:
        """The chosen markers."""
        return frozenset(expectation.marker for expectation in self.expectations)

    def as_level(self, version: str, effective_from: date) -> PublishedLevel:
        """Give the level of a version; a rule of the school's own takes the level's version as its name.

        Raises: LevelError for a start that is no Monday.
        """
        rule = self.rule if self.rule in PUBLISHED_RULES else replace(self.rule, version=version, worth=None)
        return PublishedLevel(version, effective_from, self.expectations, rule)


def make_rule(reasons: Sequence[Reason], review_weeks: frozenset[int] | None = None) -> ConcernRule:
    """Make a rule of these reasons; where it is one that came with its measured worth, that very rule."""
    asked = ConcernRule(UNPUBLISHED, tuple(reasons), review_weeks)
    for known in PUBLISHED_RULES:
        if (known.reasons, known.review_weeks) == (asked.reasons, asked.review_weeks):
            return known
    return asked


def suggested_terms(level: int = DEFAULT_LEVEL) -> LevelTerms:
    """Give what a school can start from: Activity and Tasks, equal weights, the default rule."""
    return LevelTerms(
        (Expectation(Marker.ACTIVITY, level=level, a_day=default_a_day(level)), Expectation(Marker.TASKS)),
        who_intervenes=(gettext("Whoever teaches the course gets in touch first, with an offer of help."),),
    )


def terms_to_json(terms: LevelTerms) -> dict[str, Any]:
    """Give terms as plain JSON values."""
    return {
        "expectations": expectations_to_json(terms.expectations),
        "rule": rule_to_json(terms.rule),
        "who_intervenes": list(terms.who_intervenes),
    }


def terms_from_json(stored: Mapping[str, Any]) -> LevelTerms:
    """Read terms back; levels that were published before levels named who intervenes have nobody there.

    Raises: KeyError, TypeError or ValueError (LevelError) for what is none.
    """
    return LevelTerms(
        expectations_from_json(stored["expectations"]),
        rule_from_json(stored["rule"]),
        tuple(stored.get("who_intervenes", ())),
    )
