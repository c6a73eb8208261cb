"""Columns that no file may bring into this tool, and why (the FAQ: "the listed kinds only").

The student-record feed refuses a file that has one; what is imported leaves them out unread, and counts them.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

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
"""Why → columns."""
WHY_FORBIDDEN = {column: why for why, columns in FORBIDDEN.items() for column in columns}


def find_forbidden(names: Iterable[str]) -> tuple[str, ...]:
    """Return those names of columns that may not come in, whatever their capitals and spaces, as the file has them."""
    return tuple(name for name in names if name.strip().lower().replace(" ", "_") in WHY_FORBIDDEN)
