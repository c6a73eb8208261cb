"""Write docs/database.md: each table and column, who writes it, how long it is kept, whether it is about people."""

from collections.abc import Iterable, Iterator

from analytics.policy.retention import RetentionRule, find_rule
from bridge.describe.models import ColumnWords, Subject, TableWords, read_subjects
from bridge.describe.views import VIEWS, View
from bridge.describe.writers import WRITERS
from bridge.store.held_tables import NOBODYS, find_table

HEAD = """# The shared database

Written by `lea db document` from the models, the registry of what is held about people, and the periods in force. Do
not change it by hand: a test compares. **Other tools read the [views](#views)**, which stay as they are while tables
change. Most tables name learners, and who reads them in the database leaves no row in the access log: they are for
whoever looks after the tool.

## Conventions

- One system of record, SQLite or PostgreSQL, with the same tables. Types are PostgreSQL's. SQLite keeps an instant as
  text in UTC, a JSON document as text, and yes or no as 1 or 0.
- An instant (`timestamptz`) is UTC; a day (`date`) is one of the institution's zone (`LEA_ZONE`). A week is a
  Monday to a Sunday and is named by its number in the course's teaching calendar.
- `id` is this database's own number. Numbers of Moodle's are called `moodle_…_id`, `cmid` (course module) and
  `log_id`; they are one platform's.
- **Bold** columns are the key. Where a value may be missing stands "or null".
- *About people* says by which columns a person's rows are found: for their own page, for a copy, for an erasure.
- *Kept* quotes what learners read, with the default periods. The worker's nightly purge keeps to them, and
  `LEA_RETENTION_DAYS` changes them ([retention.md](retention.md)). Rows without a period go when what they belong to
  goes, or Moodle is disconnected.
"""
READERS = """## Views

Made from the frozen figures alone, so they say what pages without names say, and nothing more however they are joined.
A view that was released never changes: what has to be different becomes a view with the next number, and the old one
stays beside it. Tests compare every migration with this. On PostgreSQL somebody who may make roles makes one:

```sql
CREATE ROLE bi LOGIN PASSWORD '…';
ALTER ROLE bi SET default_transaction_read_only = on;
ALTER ROLE bi SET statement_timeout = '60s';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;  -- PostgreSQL 14 and older
```

Then `lea db reader bi` gives it the views, and refuses a role that could read or change more. SQLite has no roles:
whoever reads its file reads everything. Whoever reads the views sees every course: give them to those who may read the
figures of the whole platform, and `bi_openings_v1` to nobody who teaches in separate groups and sees the rest by name.

## Facts as files

`lea export facts --parquet FOLDER` writes the table [presence](#presence) into a new or empty folder, a file
`facts-<Monday>.parquet` for each week that has any, with the same columns in the order of the key; the numbers of the
kinds are named in the files' metadata. It goes day by day, so memory stays flat. Left out is whose data is not
processed at that moment and whose account was deleted. The files are about people, without names: they are made for
their writer alone, no erasure reaches into them, and a row of the access log says that they were made. Throw them
away after use.
"""
SAME = "without a period"


def write_page(rules: Iterable[RetentionRule]) -> str:
    """Return the whole page in Markdown, for the periods in `rules`.

    Raises:
        KeyError: nobody wrote down who writes a table (`bridge.describe.writers`).
    """
    rules = tuple(rules)
    subjects = read_subjects()
    parts = [HEAD, _write_contents(subjects), READERS, *map(_write_view, VIEWS)]
    for subject in subjects:
        parts.append(f"## {subject.name.capitalize()}\n\n{_escape(subject.purpose)}\n")
        parts += [_write_table(table, rules) for table in subject.tables]
    return "\n".join(parts)


def _write_contents(subjects: Iterable[Subject]) -> str:
    lines = ["| subject | tables |", "|---|---|"]
    lines.append(f"| [views](#views) | {', '.join(f'[{view.name}](#{view.name})' for view in VIEWS)} |")
    for subject in subjects:
        names = ", ".join(f"[{table.name}](#{table.name})" for table in subject.tables)
        lines.append(f"| [{subject.name}](#{subject.name}) | {names} |")
    return "\n".join(lines) + "\n"


def _write_view(view: View) -> str:
    lines = [f"### {view.name}", "", view.meaning, "", "| column | what it is |", "|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {what} |" for name, what in view.columns.items())]) + "\n"


def _write_table(table: TableWords, rules: tuple[RetentionRule, ...]) -> str:
    words, module = WRITERS[table.name]
    lines = [
        f"### {table.name}",
        "",
        _escape(table.meaning),
        "",
        f"- Written by: {words} (`{module}`)",
        f"- Kept: {_say_kept(table.name, rules)}",
        f"- About people: {_say_people(table)}",
        "",
        "| column | type | unit | what it is |",
        "|---|---|---|---|",
        *(_write_column(column) for column in table.columns),
    ]
    return "\n".join(lines) + "\n"


def _say_kept(table: str, rules: tuple[RetentionRule, ...]) -> str:
    rule = find_rule(rules, table)
    return SAME if rule is None else f"“{rule.period_words}” (`{rule.kind}`)"


def _say_people(table: TableWords) -> str:
    held = find_table(table.name)
    staff = [column.name for column in table.columns if column.name.endswith("_by") and column.type.startswith("v")]
    staff += [name.partition(".")[2] for name in NOBODYS if name == f"{table.name}.by_moodle_user_id"]
    also = f"; staff in {_join(staff)}" if staff else ""
    if held is None:
        return f"no learner{also}" if also else "no"
    found = _join(held.about) if held.about else "what the row belongs to"
    return f"yes, found by {found}{also}"


def _join(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _write_column(column: ColumnWords) -> str:
    name = f"**{column.name}**" if column.is_key else column.name
    kind = f"{column.type} or null" if column.is_nullable else column.type
    return f"| {name} | {kind} | {column.unit} | {'; '.join(_say(column))} |"


def _say(column: ColumnWords) -> Iterator[str]:
    if column.refers_to:
        yield f"→ {column.refers_to}"
    if column.meaning:
        yield _escape(column.meaning.rstrip("."))


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
