"""Turn a published level and its rule into plain JSON values and back: what is stored, and what an evaluation keeps."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from analytics.levels import Expectation, Marker, PublishedLevel
from analytics.rules import ConcernRule, Condition, Fact, Reason, Worth

Json = dict[str, Any]


def level_to_json(level: PublishedLevel) -> Json:
    """Give a level as plain JSON values, without its rule."""
    return {
        "version": level.version,
        "effective_from": level.effective_from.isoformat(),
        "expectations": expectations_to_json(level.expectations),
    }


def level_from_json(stored: Mapping[str, Any], rule: ConcernRule) -> PublishedLevel:
    """Read a level back; also what evaluations of code version engagement-1 kept.

    Raises: KeyError, TypeError or ValueError (LevelError) for what is no level.
    """
    kept = stored.get("expectations")
    return PublishedLevel(
        version=stored["version"],
        effective_from=date.fromisoformat(stored["effective_from"]),
        expectations=_first_expectations(stored) if kept is None else expectations_from_json(kept),
        rule=rule,
    )


def digest_of(document: Mapping[str, Any]) -> str:
    """Give the SHA-256 of a document of plain JSON values, whatever the order of its keys: 64 hexadecimal digits."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def expectations_to_json(expectations: tuple[Expectation, ...]) -> list[Json]:
    """Give expectations as plain JSON values, in their order."""
    return [
        {"marker": one.marker.value, "weight": one.weight, "level": one.level, "a_day": one.a_day}
        for one in expectations
    ]


def expectations_from_json(stored: list[Json]) -> tuple[Expectation, ...]:
    """Read expectations back.

    Raises: KeyError, TypeError or ValueError (LevelError) for what is none.
    """
    return tuple(Expectation(Marker(one["marker"]), one["weight"], one["level"], one["a_day"]) for one in stored)


def _first_expectations(stored: Mapping[str, Any]) -> tuple[Expectation, ...]:
    """Read the shape of engagement-1: one level and a_day, three weights, and the names of the markers."""
    weights = dict(zip((Marker.ACTIVITY, Marker.TASKS, Marker.ATTENDANCE), stored["weights"], strict=True))
    chosen = [Marker(name) for name in stored["markers"]]
    return tuple(
        Expectation(marker, weights[marker], stored["level"], stored["a_day"])
        if marker is Marker.ACTIVITY
        else Expectation(marker, weights[marker])
        for marker in chosen
    )


def rule_to_json(rule: ConcernRule) -> Json:
    """Give a rule as plain JSON values; thresholds as exact fractions in text."""
    return {
        "version": rule.version,
        "reasons": [
            [reason.name, [[condition.fact.name, str(condition.threshold)] for condition in reason.conditions]]
            for reason in rule.reasons
        ],
        "review_weeks": None if rule.review_weeks is None else sorted(rule.review_weeks),
        "worth": rule.worth and [str(rule.worth.weekly_concerns_per_hundred), str(rule.worth.precision)],
    }


def rule_from_json(stored: Mapping[str, Any]) -> ConcernRule:
    """Read a rule back.

    Raises: KeyError, TypeError or ValueError for what is no rule.
    """
    return ConcernRule(
        version=stored["version"],
        reasons=tuple(
            Reason(name, tuple(Condition(Fact[fact], Fraction(threshold)) for fact, threshold in conditions))
            for name, conditions in stored["reasons"]
        ),
        review_weeks=None if stored["review_weeks"] is None else frozenset(stored["review_weeks"]),
        worth=None if stored["worth"] is None else Worth(*map(Fraction, stored["worth"])),
    )
