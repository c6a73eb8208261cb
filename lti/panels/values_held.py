"""Prepare "What is held about me": every stored row by kind, with its source and how long it is kept (paragraph 23)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.language import gettext, mark, ngettext, numeral
from analytics.policy.retention import BASIS_WORDS, RetentionRule
from bridge.store.held import HeldRow
from bridge.store.held_tables import HELD_TABLES, HeldTable
from lti.panels.held_words import say_row
from lti.panels.values_looks import say_place
from lti.panels.words import Moment, capital, listed

LINES_SHOWN = 3
"""Rows of a table on the overview; the rest is one press away."""
PAGE_SIZE = 100
NOUNS = {
    "person": mark("entry about you"),
    "exemption": mark("stretches of days"),
    "enrolment": mark("courses"),
    "course_role": mark("roles"),
    "group_member": mark("groups"),
    "student_record": mark("entry of the student record"),
    "relationship": mark("relationships"),
    "evaluation": mark("weeks as shown"),
    "figure_member": mark("pools you are counted in"),
    "learner_week": mark("weeks"),
    "learner_state": mark("courses as they stand"),
    "stale_learner": mark("courses to measure again"),
    "learner_task": mark("tasks"),
    "register_mark": mark("sessions of a register"),
    "presence": mark("days and activities"),
    "log_event": mark("log rows"),
    "concern": mark("concerns"),
    "support_case": mark("cases"),
    "case_entry": mark("steps of cases"),
    "hand_over": mark("alerts between schools"),
    "dispute": mark("weeks that you said aren’t right"),
    "self_declared": mark("activities that you declared"),
    "learner_choice": mark("choices"),
    "complaint": mark("queries and complaints"),
    "quarantine": mark("records"),
    "access_log": mark("looks"),
    "training": mark("trainings"),
    "alert": mark("alerts"),
    "viewer_session": mark("visits"),
    "viewer_access": mark("answers about your rights"),
    "continue_code": mark("waiting pages"),
    "restriction": mark("pauses"),
    "erasure_decision": mark("decisions"),
    "tombstone": mark("marks"),
}
"""Table → what its rows are, as buttons name them."""


@dataclass(frozen=True, slots=True)
class HeldPart:
    """One table of a kind: its first sentences, and how to see all."""

    table: str
    lines: tuple[str, ...]
    all_words: str
    """Of the button that shows every row; empty where all are shown."""


@dataclass(frozen=True, slots=True)
class HeldKind:
    """One kind of data about the learner."""

    title: str
    total: str
    what: str
    facts: tuple[tuple[str, str], ...]
    """Where it comes from, how long it is kept, and why it may be held."""
    parts: tuple[HeldPart, ...]


@dataclass(frozen=True, slots=True)
class HeldList:
    """One page of all rows of one table."""

    title: str
    table: str
    lines: tuple[str, ...]
    place: str
    before: int | None
    after: int | None


def make_kinds(
    rules: Sequence[RetentionRule], counts: Mapping[str, int], rows: Mapping[str, Sequence[HeldRow]], moment: Moment
) -> tuple[HeldKind, ...]:
    """Make one entry for each kind of which anything is held. `rows` holds the latest of each table."""
    return tuple(
        _make_kind(rule, tables, counts, rows, moment)
        for rule, tables in tables_by_rule(rules)
        if any(counts[held.name] for held in tables)
    )


def tables_by_rule(rules: Sequence[RetentionRule]) -> tuple[tuple[RetentionRule, tuple[HeldTable, ...]], ...]:
    """Give each rule of retention with the tables of the registry that it governs, in the registry's order.

    Rules without such a table are left out.
    """
    grouped = [(rule, tuple(held for held in HELD_TABLES if held.name in rule.tables)) for rule in rules]
    named = [(rule, tables) for rule, tables in grouped if tables]
    return tuple(sorted(named, key=lambda pair: HELD_TABLES.index(pair[1][0])))


def _make_kind(
    rule: RetentionRule,
    tables: Sequence[HeldTable],
    counts: Mapping[str, int],
    rows: Mapping[str, Sequence[HeldRow]],
    moment: Moment,
) -> HeldKind:
    parts = tuple(
        HeldPart(
            held.name,
            tuple(say_row(row, moment) for row in rows[held.name]),
            _say_all(held.name, counts[held.name]) if counts[held.name] > len(rows[held.name]) else "",
        )
        for held in tables
        if counts[held.name]
    )
    total = ngettext("{number} stored row", "{number} stored rows", sum(counts[held.name] for held in tables))
    return HeldKind(gettext(rule.title), total, gettext(rule.what), say_rule(rule), parts)


def _say_all(table: str, number: int) -> str:
    return gettext("All {number} {rows}", number=numeral(number), rows=gettext(NOUNS[table]))


def say_rule(rule: RetentionRule) -> tuple[tuple[str, str], ...]:
    """Say where a kind of data comes from, how long it is kept, and on which lawful basis: (term, text)."""
    return (
        (gettext("Comes from"), capital(gettext(rule.source))),
        (gettext("Kept"), rule.period_words),
        (gettext("May be held as"), gettext(BASIS_WORDS[rule.basis])),
    )


def say_nothing_held(rules: Sequence[RetentionRule], counts: Mapping[str, int]) -> str:
    """Name the kinds of which nothing is held; empty when there is something of each."""
    by_rule = tables_by_rule(rules)
    titles = [gettext(rule.title) for rule, tables in by_rule if not any(counts[held.name] for held in tables)]
    return gettext("Nothing is held about you of: {kinds}.", kinds="; ".join(titles)) if titles else ""


def make_list(
    rule: RetentionRule, held: HeldTable, rows: Sequence[HeldRow], page: int, total: int, moment: Moment
) -> HeldList:
    """Make one page of a table's rows; `rows` are those of this page."""
    first = (page - 1) * PAGE_SIZE + 1
    last = first + len(rows) - 1
    return HeldList(
        title=gettext("{kind}: {rows}", kind=gettext(rule.title), rows=gettext(NOUNS[held.name])),
        table=held.name,
        lines=tuple(say_row(row, moment) for row in rows),
        place=say_place(first, last, total) if rows else gettext("none"),
        before=page - 1 if page > 1 else None,
        after=page + 1 if last < total else None,
    )


def say_left_out() -> str:
    """Say what of the stored rows is handed out to nobody, in one sentence."""
    reasons: dict[str, list[str]] = {}
    for held in HELD_TABLES:
        for column, reason in held.left_out.items():
            reasons.setdefault(reason, []).append(column.replace("_", " "))
    said = [
        gettext("{columns} ({why})", columns=listed(columns), why=gettext(reason))
        for reason, columns in reasons.items()
    ]
    left_out = gettext("Left out of this page and of the files: {columns}.", columns="; ".join(said))
    others = gettext("Where a row also names somebody else, their number is left out.")
    return f"{left_out} {others}"
