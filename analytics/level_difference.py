"""Describe what differs between two levels, line by line, so that nobody agrees to a change unseen (paragraph 21)."""

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.language import gettext, mark
from analytics.level_terms import LevelTerms
from analytics.level_words import MARKER_NAMES, say_expectation, say_reason, say_review
from analytics.levels import MARKER_ORDER, Expectation
from analytics.rules import ConcernRule, Reason

NOTHING = mark("not expected")
NO_REASON = mark("no reason")
NOBODY = mark("nobody named")
NO_RULE = mark("no rule")


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One line of a difference."""

    what: str
    """What it is about, such as "Activity" or "Concern: silent"."""
    before: str
    after: str


def describe_difference(before: LevelTerms | None, after: LevelTerms) -> tuple[LevelChange, ...]:
    """Describe each thing that two levels say differently; against None, everything that the level says.

    Markers come first, in their order, then the concern rule, then who intervenes. Empty when both say the same.
    """
    lines = (*_compare_markers(before, after), *_compare_rules(before, after), *_compare_people(before, after))
    return tuple(line for line in lines if line.before != line.after)


def _compare_markers(before: LevelTerms | None, after: LevelTerms) -> Iterator[LevelChange]:
    for marker in MARKER_ORDER:
        old, new = (None if terms is None else _find(terms, marker) for terms in (before, after))
        name = gettext(MARKER_NAMES[marker])
        weight = gettext("{marker}: weight", marker=name)
        yield LevelChange(name, _say(old), _say(new))
        if old is not None and new is not None:
            yield LevelChange(weight, str(old.weight), str(new.weight))
        elif new is not None and new.weight != 1:
            yield LevelChange(weight, gettext(NOTHING), str(new.weight))


def _find(terms: LevelTerms, marker: object) -> Expectation | None:
    return next((expectation for expectation in terms.expectations if expectation.marker is marker), None)


def _say(expectation: Expectation | None) -> str:
    return gettext(NOTHING) if expectation is None else say_expectation(expectation)


def _compare_rules(before: LevelTerms | None, after: LevelTerms) -> Iterator[LevelChange]:
    old = () if before is None else before.rule.reasons
    names = list(dict.fromkeys(reason.name for reason in (*old, *after.rule.reasons)))
    for name in names:
        what = gettext("Concern: {name}", name=name)
        yield LevelChange(what, _say_reasons(old, name), _say_reasons(after.rule.reasons, name))
    old_rule = None if before is None else before.rule
    yield LevelChange(gettext("Concern: when"), _say_review(old_rule), _say_review(after.rule))


def _say_reasons(reasons: tuple[Reason, ...], name: str) -> str:
    said = ""
    for reason in reasons:
        if reason.name == name:
            one = say_reason(reason)
            said = gettext("{first}; or {second}", first=said, second=one) if said else one
    return said or gettext(NO_REASON)


def _say_review(rule: ConcernRule | None) -> str:
    return gettext(NO_RULE) if rule is None else say_review(rule)


def _compare_people(before: LevelTerms | None, after: LevelTerms) -> Iterator[LevelChange]:
    old = () if before is None else before.who_intervenes
    nobody = gettext(NOBODY)
    yield LevelChange(gettext("Who intervenes"), " ".join(old) or nobody, " ".join(after.who_intervenes) or nobody)
