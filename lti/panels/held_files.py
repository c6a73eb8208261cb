"""Put every stored row about a learner into the shape of a file, with its words, source and period (paragraph 23)."""

import json
from collections.abc import Iterator, Mapping, Sequence

from analytics.language import gettext, mark
from analytics.policy.retention import BASIS_WORDS, RetentionRule
from bridge.store.held import HeldRow
from bridge.store.held_tables import HeldTable
from lti.panels.downloads import plain
from lti.panels.held_words import say_row
from lti.panels.values_held import say_left_out, tables_by_rule
from lti.panels.words import Moment

HEAD = (
    *(mark("Kind of data"), mark("In words"), mark("Comes from"), mark("Kept")),
    *(mark("May be held as"), mark("Table"), mark("Stored values")),
)
"""The columns of the CSV file; the stored values are one JSON object."""
ABOUT = mark("Every row that this tool stores about you. These figures are never used for marks.")


def make_document(
    rules: Sequence[RetentionRule], rows: Mapping[str, Sequence[HeldRow]], moment: Moment, about: str = ABOUT
) -> dict[str, object]:
    """Return the JSON file: kinds of data, in each its tables, in each its rows as stored and in words.

    A kind of which nothing is held is there with empty tables; tables that are not in `rows` are left out.
    """
    return {
        "about": gettext(about),
        "left_out": say_left_out(),
        "made_at": moment.now,
        "kinds": [
            {
                "kind": rule.kind.value,
                "title": gettext(rule.title),
                "what": gettext(rule.what),
                "comes_from": gettext(rule.source),
                "kept": rule.period_words,
                "lawful_basis": gettext(BASIS_WORDS[rule.basis]),
                "tables": {held.name: [_as_object(row, moment) for row in rows[held.name]] for held in tables},
            }
            for rule, tables in _tables_in(rules, rows)
        ],
    }


def _tables_in(
    rules: Sequence[RetentionRule], rows: Mapping[str, Sequence[HeldRow]]
) -> Iterator[tuple[RetentionRule, tuple[HeldTable, ...]]]:
    for rule, tables in tables_by_rule(rules):
        wanted = tuple(held for held in tables if held.name in rows)
        if wanted:
            yield rule, wanted


def _as_object(row: HeldRow, moment: Moment) -> dict[str, object]:
    return {"in_words": say_row(row, moment), "stored": dict(row.values), "names": dict(row.names)}


def list_rows(
    rules: Sequence[RetentionRule], rows: Mapping[str, Sequence[HeldRow]], moment: Moment
) -> Iterator[tuple[str, ...]]:
    """Give the lines of the CSV file, one for each stored row, in the order of HEAD."""
    for rule, tables in _tables_in(rules, rows):
        for held in tables:
            for row in rows[held.name]:
                stored = json.dumps(row.values, default=plain, ensure_ascii=False)
                basis = gettext(BASIS_WORDS[rule.basis])
                words = say_row(row, moment)
                yield (gettext(rule.title), words, gettext(rule.source), rule.period_words, basis, held.name, stored)
