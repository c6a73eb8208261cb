"""The presence facts in log events, by the definition of `analytics.evidence`: a plain set to compare with."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from analytics.calendar import local_date
from analytics.evidence import Kind, evidence_kind
from analytics.records import LogEvent


@dataclass(frozen=True, slots=True)
class Presence:
    """One fact: a learner left evidence of a kind in a course, or in one of its activities, on a day. However often."""

    day: date
    """In the institution's zone."""
    moodle_course_id: int
    moodle_user_id: int
    cmid: int | None
    """None for evidence in no activity."""
    kind: Kind


def find_presence(events: Iterable[LogEvent], zone: ZoneInfo, own_cmids: Collection[int] = ()) -> frozenset[Presence]:
    """Find the presence facts in log events: a set, so that order, duplicates, replays and batches change nothing.

    Empty without evidence. Raises: CalendarError for an event whose instant has no zone.
    """
    return frozenset(
        Presence(
            local_date(event.occurred_at, zone), event.moodle_course_id, event.moodle_user_id, event.cmid or None, kind
        )
        for event in events
        if (kind := evidence_kind(event, own_cmids)) is not None
    )
