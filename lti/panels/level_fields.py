"""Turn the fields of the level's page into the plain values of a level's form, and a proposal into the fields again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.language import gettext, mark
from analytics.level_words import MARKER_NAMES
from analytics.levels import Expectation, Form, Marker
from bridge.levels.form import write_level_form
from bridge.levels.form_schema import FACT_ENTRIES, NAMED_RULES
from bridge.store.levels import Proposal

OWN_RULE = "own"
REASONS = 3
"""How many reasons of an own rule the page offers; a file (`lea level draft`) may have more."""
LONGEST_FIELD = 5_000
FACT_WORDS: Mapping[str, str] = {
    "days_without_evidence": mark("counted days without evidence, at least"),
    "below_percent": mark("less than this per cent of the published level met"),
    "task_overdue_days": mark("counted days a task is past the learner’s own date, at least"),
    "sessions_missed": mark("sessions missed, at least"),
    "sessions_missed_in_a_row": mark("sessions missed in a row, at least"),
    "weeks_missed_in_a_row": mark("weeks in a row with every session missed, at least"),
}
RULE_WORDS: Mapping[str, str] = {
    "default": mark("10 days without evidence and less than 40 % met; or a task 7 days past its date"),
    "clock-alone": mark("10 days without evidence, whatever else there is"),
    "clock-and-task": mark("14 days without evidence and a task 7 days past its date"),
    OWN_RULE: mark("a rule of our own, as below"),
}


WITHOUT_LEVEL = (Marker.TASKS, Marker.ATTENDANCE)
"""Measured against what there was, so no number a week can be asked for."""


@dataclass(frozen=True, slots=True)
class MarkerField:
    """One marker's line of the form."""

    name: str
    title: str
    is_chosen: bool
    has_level: bool
    """Whether items a week can be asked for."""
    needs_level: bool
    a_week: str
    a_day: str
    weight: str


@dataclass(frozen=True, slots=True)
class ReasonField:
    """One reason of an own rule."""

    number: int
    name: str
    conditions: tuple[tuple[str, str, str], ...]
    """(entry, words, number or empty)."""


@dataclass(frozen=True, slots=True)
class LevelFields:
    """The whole form as the page shows it."""

    markers: tuple[MarkerField, ...]
    rule: str
    rules: tuple[tuple[str, str], ...]
    reasons: tuple[ReasonField, ...]
    review_weeks: str
    who_intervenes: str
    effective_from: str
    agreed_by: str
    agreed_on: str
    is_whole: bool
    """Whether the page can show all of it; a rule with more reasons is kept as it is by a file alone."""


def write_fields(proposal: Proposal) -> LevelFields:
    """Give a proposal's fields."""
    form = write_level_form(proposal)
    concern = form["concern"]
    own = concern if isinstance(concern, Mapping) else {"reasons": {}}
    named = list(own["reasons"].items())
    return LevelFields(
        markers=tuple(_write_marker(marker, proposal) for marker in Marker),
        rule=concern if isinstance(concern, str) else OWN_RULE,
        rules=_list_rules(),
        reasons=tuple(_write_reason(number, named) for number in range(max(REASONS, len(named)))),
        review_weeks=", ".join(map(str, own.get("review_weeks", ()))),
        who_intervenes="\n".join(proposal.terms.who_intervenes),
        effective_from=str(proposal.effective_from or ""),
        agreed_by=proposal.agreed_by,
        agreed_on=str(proposal.agreed_on or ""),
        is_whole=len(named) <= REASONS,
    )


def echo_fields(sent: Mapping[str, str]) -> LevelFields:
    """Give the fields as they were sent, so that nobody writes a form twice for one mistake in it."""

    def text(name: str) -> str:
        return sent.get(name, "")[:LONGEST_FIELD]

    return LevelFields(
        markers=tuple(
            MarkerField(
                name=marker.value,
                title=gettext(MARKER_NAMES[marker]),
                is_chosen=bool(text(f"use-{marker}")),
                has_level=marker not in WITHOUT_LEVEL,
                needs_level=marker is Marker.ACTIVITY,
                a_week=text(f"a_week-{marker}"),
                a_day=text(f"a_day-{marker}"),
                weight=text(f"weight-{marker}"),
            )
            for marker in Marker
        ),
        rule=text("rule"),
        rules=_list_rules(),
        reasons=tuple(
            ReasonField(
                number,
                text(f"reason-{number}"),
                tuple((entry, gettext(words), text(f"{entry}-{number}")) for entry, words in FACT_WORDS.items()),
            )
            for number in range(REASONS)
        ),
        review_weeks=text("review_weeks"),
        who_intervenes=text("who_intervenes"),
        effective_from=text("effective_from"),
        agreed_by=text("agreed_by"),
        agreed_on=text("agreed_on"),
        is_whole=True,
    )


def _list_rules() -> tuple[tuple[str, str], ...]:
    """Give the rules that can be chosen: (value, words)."""
    return tuple((name, gettext(RULE_WORDS[name])) for name in (*NAMED_RULES, OWN_RULE))


def _write_marker(marker: Marker, proposal: Proposal) -> MarkerField:
    found: Expectation | None = next((one for one in proposal.terms.expectations if one.marker is marker), None)
    return MarkerField(
        name=marker.value,
        title=gettext(MARKER_NAMES[marker]),
        is_chosen=found is not None,
        has_level=marker not in WITHOUT_LEVEL,
        needs_level=marker is Marker.ACTIVITY,
        a_week=str(found.level) if found is not None and found.form is Form.VISITS else "",
        a_day=str(found.a_day) if found is not None and found.form is Form.VISITS else "",
        weight="1" if found is None else str(found.weight),
    )


def _write_reason(number: int, named: Sequence[tuple[str, Mapping[str, int]]]) -> ReasonField:
    name, asked = named[number] if number < len(named) else ("", {})
    return ReasonField(
        number, name, tuple((entry, gettext(FACT_WORDS[entry]), str(asked.get(entry, ""))) for entry in FACT_ENTRIES)
    )


def read_fields(sent: Mapping[str, str]) -> dict[str, Any]:
    """Read the posted fields as the plain values that `bridge.levels.form.read_level_form` checks."""

    def text(name: str) -> str:
        return sent.get(name, "")[:LONGEST_FIELD].strip()

    expects = {marker.value: _read_marker(sent, marker.value) for marker in Marker if text(f"use-{marker.value}")}
    decided = {name: text(name) for name in ("agreed_by", "agreed_on", "effective_from")}
    rule = text("rule")
    return {
        **{name: value for name, value in decided.items() if value},
        "expects": expects,
        "concern": _read_rule(sent) if rule == OWN_RULE else rule,
        "who_intervenes": [line.strip() for line in text("who_intervenes").splitlines() if line.strip()],
    }


def _read_marker(sent: Mapping[str, str], name: str) -> dict[str, Any]:
    entries = {entry: _number(sent.get(f"{entry}-{name}", "")) for entry in ("a_week", "a_day", "weight")}
    return {entry: value for entry, value in entries.items() if value is not None}


def _read_rule(sent: Mapping[str, str]) -> dict[str, Any]:
    reasons: dict[str, dict[str, Any]] = {}
    for number in range(REASONS):
        asked = {entry: _number(sent.get(f"{entry}-{number}", "")) for entry in FACT_ENTRIES}
        given = {entry: value for entry, value in asked.items() if value is not None}
        name = sent.get(f"reason-{number}", "").strip()[:LONGEST_FIELD]
        if name or given:
            reasons[name or f"reason {number + 1}"] = given
    weeks = [_number(part) for part in sent.get("review_weeks", "")[:LONGEST_FIELD].split(",") if part.strip()]
    return {"reasons": reasons, **({"review_weeks": weeks} if weeks else {})}


def _number(given: str) -> int | str | None:
    """Read a whole number; other text stays, so that the form's check can say what is meant; None for nothing."""
    bare = given.strip()[:LONGEST_FIELD]
    if not bare:
        return None
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 9 else bare
