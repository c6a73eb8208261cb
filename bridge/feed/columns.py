"""Which columns the student-record feed takes, and which it refuses by name (the FAQ: "the listed kinds only")."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bridge.feed.errors import FeedRefused

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
FORBIDDEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "special kinds of data are never held beside a name": (
            "ethnicity",
            "ethnic_origin",
            "disability",
            "religion",
            "belief",
            "sexual_orientation",
            "health",
            "gender",
            "gender_identity",
            "sex",
        ),
        "nationality and visas are nothing this tool may know": (
            "nationality",
            "visa",
            "visa_status",
            "domicile",
            "cas",
            "fee_status",
        ),
        "age and background say nothing about engagement": (
            "age",
            "date_of_birth",
            "dob",
            "postcode",
            "polar",
            "imd",
            "care_leaver",
        ),
        "contact details are fetched when they are viewed, not copied": (
            "address",
            "home_address",
            "email",
            "personal_email",
            "phone",
            "mobile",
            "photo",
        ),
        "marks and assessment are not what engagement is measured by": (
            "mark",
            "marks",
            "grade",
            "gpa",
            "classification",
        ),
        "where somebody was is never held": ("ip", "ip_address", "location", "session_timeout"),
        "reasons and notes about a person do not belong into a feed": ("extenuating_circumstances", "notes", "comment"),
    }
)
"""Why → columns that are refused by name."""


def check_columns(names: Iterable[str]) -> None:
    """Check a file's header against the allow-list.

    Raises:
        FeedRefused: a column is forbidden, unknown, there twice, or missing; the message names each.
    """
    given = list(names)
    why_forbidden = {column: why for why, columns in FORBIDDEN.items() for column in columns}
    problems = [f"The column {name} is refused: {why_forbidden[name]}." for name in given if name in why_forbidden]
    known = {*COLUMNS, *NAMES_COLUMNS}
    problems += [
        f"The column {name!r} is not known." for name in given if name not in known and name not in why_forbidden
    ]
    problems += [f"The column {name} is there twice." for name in sorted(known) if given.count(name) > 1]
    problems += [f"The column {name} is missing." for name in COLUMNS if name not in given]
    if problems:
        raise FeedRefused(f"{' '.join(problems)} Nothing was read. Columns: docs/student-record-feed.md")
