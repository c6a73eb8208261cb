"""Read a level from the form that a school writes (YAML, or a page's fields), and write it again (docs/levels.md)."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import yaml
from marshmallow import ValidationError

from analytics.level_terms import LevelTerms, make_rule
from analytics.levels import Expectation, Form, LevelError, Marker, default_a_day
from analytics.rules import ConcernRule, Condition, Fact, Reason
from bridge.levels.errors import LevelFormError
from bridge.levels.form_schema import FACT_ENTRIES, NAMED_RULES, LevelForm
from bridge.levels.plain_yaml import read_plain_yaml
from bridge.store.levels import Proposal

_NAMES_OF_FACTS = {fact: name for name, fact in FACT_ENTRIES.items()}


def read_level_yaml(text: str) -> Proposal:
    """Read a form of YAML.

    Raises:
        LevelFormError: it does not fit; each problem with its line, its entry and what is meant.
    """
    found = read_plain_yaml(text)
    try:
        return read_level_form(found.value)
    except LevelFormError as error:
        raise LevelFormError(error.problems, found.lines) from error


def read_level_form(values: Any) -> Proposal:
    """Read a form of plain values, as YAML gives them.

    Raises:
        LevelFormError: it does not fit; each problem with its entry and what is meant.
    """
    try:
        form = LevelForm().load(values)
    except ValidationError as error:
        raise LevelFormError(dict(_flatten(error.messages_dict, ()))) from error
    expectations = _read_expectations(form["expects"])
    try:
        terms = LevelTerms(expectations, _read_rule(form["concern"]), tuple(form["who_intervenes"]))
    except LevelError as error:
        raise LevelFormError({"expects": str(error)}) from error
    start = form["effective_from"]
    if start is not None and start.weekday() != 0:
        raise LevelFormError({"effective_from": f"is a Monday; {start} is none"})
    return Proposal(terms, start, form["agreed_by"].strip(), form["agreed_on"])


def write_level_yaml(proposal: Proposal) -> str:
    """Write a proposal as YAML that `read_level_yaml` reads to the same."""
    return yaml.safe_dump(write_level_form(proposal), sort_keys=False, allow_unicode=True, width=100)


def write_level_form(proposal: Proposal) -> dict[str, Any]:
    """Give a proposal as the form's plain values; what is not decided yet is left out."""
    decided: dict[str, Any] = {
        "agreed_by": proposal.agreed_by,
        "agreed_on": proposal.agreed_on,
        "effective_from": proposal.effective_from,
    }
    terms = proposal.terms
    return {
        **{name: value for name, value in decided.items() if value},
        "expects": {expectation.marker.value: _write_expectation(expectation) for expectation in terms.expectations},
        "concern": _write_rule(terms.rule),
        "who_intervenes": list(terms.who_intervenes),
    }


def _flatten(messages: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            # A Dict field keeps its values' problems under "value", a schema its own under "_schema".
            is_step = name not in ("_schema", "value", "key")
            yield from _flatten(inner, (*path, str(name)) if is_step else path)
    else:
        yield ".".join(path), "; ".join(map(str, messages)) if isinstance(messages, list) else str(messages)


def _read_expectations(expects: Mapping[str, Mapping[str, int]]) -> tuple[Expectation, ...]:
    if not expects:
        raise LevelFormError({"expects": "names no marker. Name at least one, such as activity"})
    problems: dict[str, str] = {}
    expectations: list[Expectation] = []
    for name, entry in expects.items():
        try:
            expectations.append(_read_expectation(Marker(name), entry))
        except LevelFormError as error:
            problems |= error.problems
        except LevelError as error:
            problems[f"expects.{name}"] = str(error)
    if problems:
        raise LevelFormError(problems)
    return tuple(expectations)


def _read_expectation(marker: Marker, entry: Mapping[str, int]) -> Expectation:
    level, a_day = entry.get("a_week"), entry.get("a_day")
    if level is None and a_day is not None:
        raise LevelFormError({f"expects.{marker}.a_day": "needs a_week beside it: how many are expected in a week"})
    if marker in (Marker.TASKS, Marker.ATTENDANCE) and level is not None:
        there_were = "tasks" if marker is Marker.TASKS else "sessions"
        problem = f"has no place here: {marker} is measured against the {there_were} there were"
        raise LevelFormError({f"expects.{marker}.a_week": problem})
    if marker is Marker.ACTIVITY and level is None:
        raise LevelFormError({"expects.activity.a_week": "is missing: how many activities are expected in a week"})
    if level is not None and a_day is None:
        a_day = default_a_day(level)
    return Expectation(marker, entry["weight"], level, a_day)


def _read_rule(concern: Any) -> ConcernRule:
    if isinstance(concern, ConcernRule):
        return concern
    reasons: list[Reason] = []
    for name, asked in concern["reasons"].items():
        if not asked:
            raise LevelFormError({f"concern.reasons.{name}": "asks for nothing. Name at least one condition"})
        reasons.append(
            Reason(name.strip(), tuple(_read_condition(entry, asked) for entry in FACT_ENTRIES if entry in asked))
        )
    weeks = concern.get("review_weeks")
    return make_rule(reasons, None if weeks is None else frozenset(weeks))


def _read_condition(entry: str, asked: Mapping[str, int]) -> Condition:
    fact, number = FACT_ENTRIES[entry], asked[entry]
    return Condition(fact, Fraction(number, 100) if fact is Fact.E_BELOW else Fraction(number))


def _write_expectation(expectation: Expectation) -> dict[str, int]:
    written = {} if expectation.form is not Form.VISITS else {"a_week": expectation.level, "a_day": expectation.a_day}
    written |= {"weight": expectation.weight} if expectation.weight != 1 else {}
    return {name: value for name, value in written.items() if value is not None}


def _write_rule(rule: ConcernRule) -> str | dict[str, Any]:
    named = next((name for name, known in NAMED_RULES.items() if known == rule), None)
    if named is not None:
        return named
    reasons = {
        reason.name: {_NAMES_OF_FACTS[one.fact]: _write_threshold(one) for one in reason.conditions}
        for reason in rule.reasons
    }
    weeks = {} if rule.review_weeks is None else {"review_weeks": sorted(rule.review_weeks)}
    return {"reasons": reasons, **weeks}


def _write_threshold(condition: Condition) -> int:
    return int(condition.threshold * 100) if condition.fact is Fact.E_BELOW else int(condition.threshold)
