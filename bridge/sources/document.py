"""Describe the columns of every kind of file, as docs/import.md and `lea import --columns` have them."""

from collections.abc import Iterable

from bridge.sources.contract import IDNUMBER, USER_ID, Column, Source
from bridge.sources.forbidden import FORBIDDEN


def describe_sources(sources: Iterable[Source]) -> str:
    """Return one section of Markdown for each kind: its words, its columns, and what each holds."""
    return "\n".join(_describe(source) for source in sources)


def _describe(source: Source) -> str:
    rows = "\n".join(f"| `{column.name}` | {_need(column)} | {column.words} |" for column in source.columns)
    return f"### {source.kind}\n\n{source.title}. {source.words}\n\n| column | | holds |\n|---|---|---|\n{rows}\n"


def _need(column: Column) -> str:
    if column.name in (USER_ID, IDNUMBER) and not column.is_needed and not column.may_be_empty:
        return "one of the two"
    if not column.is_needed:
        return "may be left out"
    return "may be empty" if column.may_be_empty else ""


def describe_forbidden() -> str:
    """Return the columns that no file may bring, by reason, as a Markdown list."""
    lines = (f"- {', '.join(f'`{name}`' for name in names)}: {why}." for why, names in FORBIDDEN.items())
    return "\n".join(lines) + "\n"
