"""Which event a row of the log download is, by the names Moodle shows (Moodle 4.5's event classes and English strings).

The table beside this module was made from every concrete event class of Moodle 4.5.6: the words of the columns
Component and Event name, the class, and its educational level. Descriptions are never translated by Moodle.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analytics.evidence import PARTICIPATING

TABLE = Path(__file__).with_name("events.csv")
ACTOR = re.compile(r"The user with (?:the )?id '(?P<id>-?\d+)'", re.IGNORECASE)
ACTIVITY = re.compile(r"course module (?:with )?(?:the )?id '(?P<id>\d+)'")
COURSE = re.compile(r"\bcourse (?:with )?(?:the )?id '(?P<id>\d+)'")
MODULE_VIEWED = re.compile(
    r"The user with id '\d+' viewed the '(?P<module>[a-z0-9_]+)' activity with course module id '"
)

LONGEST_ID = 18
"""Digits; a longer number fits into no id."""
NAMES_THE_AFFECTED = frozenset(
    {
        r"\core\event\course_completed",
        r"\mod_chat\event\message_sent",
        r"\mod_quiz\event\attempt_abandoned",
        r"\mod_quiz\event\attempt_started",
        r"\mod_quiz\event\attempt_submitted",
    }
)
"""Their description begins with whom it was done to (`relateduserid`), not with who did it."""

MAY_BE_ANONYMOUS = frozenset(
    {
        r"\mod_feedback\event\course_module_viewed",
        r"\mod_feedback\event\response_deleted",
        r"\mod_feedback\event\response_submitted",
    }
)
"""Moodle marks these as anonymous where the activity is. The download has no such mark, and an administrator's holds
them with the person's id all the same: so none of them is read."""


@dataclass(frozen=True, slots=True)
class EventClass:
    """What Moodle's code says of one event."""

    name: str
    r"""Such as `\mod_quiz\event\attempt_started`."""
    edulevel: int


@cache
def load_event_table() -> dict[tuple[str, str], EventClass]:
    """Return the events by (component, event name) as the download shows them in English."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            (row["component"], row["event_name"]): EventClass(row["event_class"], int(row["edulevel"]))
            for row in csv.DictReader(file)
        }


def find_event(component: str, event_name: str, description: str) -> EventClass | None:
    """Return the event of a row; None when it is not known, and so no evidence.

    Opening an activity of any further plugin is known by its description, which Moodle's own base class writes.
    """
    known = load_event_table().get((component, event_name))
    if known is not None:
        return known
    viewed = MODULE_VIEWED.match(description)
    return EventClass(rf"\mod_{viewed['module']}\event\course_module_viewed", PARTICIPATING) if viewed else None


def find_id(pattern: re.Pattern[str], description: str) -> int | None:
    """Return the first id that a pattern finds in a description; the first, because people's words can follow.

    None: there is none, or it is larger than any of Moodle's.
    """
    found = pattern.search(description)
    return int(found["id"]) if found and len(found["id"]) <= LONGEST_ID else None
