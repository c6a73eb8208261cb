"""Describe the columns of every kind of file, as docs/import.md and `lea import --columns` have them."""

from collections.abc import Iterable

from bridge.sources.contract import IDNUMBER, USER_ID, Column, Source
from bridge.sources.forbidden import FORBIDDEN

FORBIDDEN_HEADING = """## What may not come in

These columns are left out unread and counted, whatever their capitals; every other unknown column is refused.
"""


def describe_columns(sources: Iterable[Source]) -> str:
    """Return Markdown: a section for each kind with its words, its columns and what each holds, and what none has."""
    return "\n".join([*map(_describe, sources), _describe_forbidden()])


def _describe(source: Source) -> str:
    rows = "\n".join(f"| `{column.name}` | {_need(column)} | {column.words} |" for column in source.columns)
    return f"### {source.kind}\n\n{source.title}. {source.words}\n\n| column | | holds |\n|---|---|---|\n{rows}\n"


def _need(column: Column) -> str:
    if column.name in (USER_ID, IDNUMBER) and not column.is_needed and not column.may_be_empty:
        return "one of the two"
    if not column.is_needed:
        return "may be left out"
    return "may be empty" if column.may_be_empty else ""


def _describe_forbidden() -> str:
    lines = (f"- {', '.join(f'`{name}`' for name in names)}: {why}." for why, names in FORBIDDEN.items())
    return "\n".join([FORBIDDEN_HEADING, *lines]) + "\n"
