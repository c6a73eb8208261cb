"""Prepare "What is held about me": every stored row by kind, with its source and how long it is kept (paragraph 23)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.policy.retention import BASIS_WORDS, RetentionRule
from bridge.store.held import HeldRow
from bridge.store.held_tables import HELD_TABLES, HeldTable
from lti.panels.held_words import say_row
from lti.panels.words import Moment, capital, count, listed

LINES_SHOWN = 3
"""Rows of a table on the overview; the rest is one press away."""
PAGE_SIZE = 100
NOUNS = {
    "person": "entry about you",
    "exemption": "stretches of days",
    "enrolment": "courses",
    "course_role": "roles",
    "group_member": "groups",
    "student_record": "entry of the student record",
    "relationship": "relationships",
    "evaluation": "weeks as shown",
    "figure_member": "pools you are counted in",
    "learner_week": "weeks",
    "learner_state": "courses as they stand",
    "stale_learner": "courses to measure again",
    "learner_task": "tasks",
    "register_mark": "sessions of a register",
    "presence": "days and activities",
    "log_event": "log rows",
    "concern": "concerns",
    "support_case": "cases",
    "case_entry": "steps of cases",
    "hand_over": "alerts between schools",
    "dispute": "weeks that you said aren’t right",
    "self_declared": "activities that you declared",
    "learner_choice": "choices",
    "complaint": "queries and complaints",
    "quarantine": "records",
    "access_log": "looks",
    "training": "trainings",
    "alert": "alerts",
    "viewer_session": "visits",
    "viewer_access": "answers about your rights",
    "continue_code": "waiting pages",
    "restriction": "pauses",
    "erasure_decision": "decisions",
    "tombstone": "marks",
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
            f"All {counts[held.name]:,} {NOUNS[held.name]}" if counts[held.name] > len(rows[held.name]) else "",
        )
        for held in tables
        if counts[held.name]
    )
    total = count(sum(counts[held.name] for held in tables), "stored row")
    return HeldKind(rule.title, total, rule.what, say_rule(rule), parts)


def say_rule(rule: RetentionRule) -> tuple[tuple[str, str], ...]:
    """Say where a kind of data comes from, how long it is kept, and on which lawful basis: (term, text)."""
    return (
        ("Comes from", capital(rule.source)),
        ("Kept", rule.period_words),
        ("May be held as", BASIS_WORDS[rule.basis]),
    )


def say_nothing_held(rules: Sequence[RetentionRule], counts: Mapping[str, int]) -> str:
    """Name the kinds of which nothing is held; empty when there is something of each."""
    titles = [rule.title for rule, tables in tables_by_rule(rules) if not any(counts[held.name] for held in tables)]
    return f"Nothing is held about you of: {'; '.join(titles)}." if titles else ""


def make_list(
    rule: RetentionRule, held: HeldTable, rows: Sequence[HeldRow], page: int, total: int, moment: Moment
) -> HeldList:
    """Make one page of a table's rows; `rows` are those of this page."""
    first = (page - 1) * PAGE_SIZE + 1
    last = first + len(rows) - 1
    return HeldList(
        title=f"{rule.title}: {NOUNS[held.name]}",
        table=held.name,
        lines=tuple(say_row(row, moment) for row in rows),
        place=f"{first:,}–{last:,} of {total:,}" if rows else "none",
        before=page - 1 if page > 1 else None,
        after=page + 1 if last < total else None,
    )


def say_left_out() -> str:
    """Say what of the stored rows is handed out to nobody, in one sentence."""
    reasons: dict[str, list[str]] = {}
    for held in HELD_TABLES:
        for column, reason in held.left_out.items():
            reasons.setdefault(reason, []).append(column.replace("_", " "))
    said = [f"{listed(columns)} ({reason})" for reason, columns in reasons.items()]
    others = "Where a row also names somebody else, their number is left out."
    return f"Left out of this page and of the files: {'; '.join(said)}. {others}"
