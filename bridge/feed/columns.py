"""Which columns the student-record feed takes, and which it refuses by name (the FAQ: "the listed kinds only")."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bridge.feed.errors import FeedRefused
from bridge.sources.forbidden import WHY_FORBIDDEN

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "student_number": "Moodle's ID number of the learner; each once in a file.",
        "home_school": "Code of the school that owns the learner's record; `lea school add` makes it known.",
        "programme": "Code of the programme of study; may be empty.",
        "credits": "Credits taken this year, a whole number from 0 to 360; may be empty.",
        "part_time": "`yes` or `no`.",
        "research": "`yes` for postgraduate research students, else `no`.",
        "adviser": "Staff number (Moodle's ID number) of the adviser; empty: none.",
        "status": "`active`, `interrupted`, `withdrawn` or `completed`.",
    }
)
"""Each must be there, in any order."""
NAMES_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "programme_name": "The programme's name as learners know it.",
        "adviser_name": "The adviser's name, shown to the learner.",
    }
)
"""May be left out."""


def check_columns(names: Iterable[str]) -> None:
    """Check a file's header against the allow-list.

    Raises:
        FeedRefused: a column is forbidden, unknown, there twice, or missing; the message names each.
    """
    given = list(names)
    problems = [f"The column {name} is refused: {WHY_FORBIDDEN[name]}." for name in given if name in WHY_FORBIDDEN]
    known = {*COLUMNS, *NAMES_COLUMNS}
    problems += [
        f"The column {name!r} is not known." for name in given if name not in known and name not in WHY_FORBIDDEN
    ]
    problems += [f"The column {name} is there twice." for name in sorted(known) if given.count(name) > 1]
    problems += [f"The column {name} is missing." for name in COLUMNS if name not in given]
    if problems:
        raise FeedRefused(f"{' '.join(problems)} Nothing was read. Columns: docs/student-record-feed.md")
