"""Moodle's log as it is sent, and what is set aside of any answer (plugin local_lea; table logstore_standard_log)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

from analytics.records import LogEvent

MAX_ID = 2**63 - 1
"""What a database id can hold."""
MAX_TIME = 253_402_300_799
"""The last second of year 9999."""
MAX_OTHER = 2_000
"""Longest `other` that is stored, in characters; the plugin sends a few ids."""

Id = Annotated[int, Meta(ge=1, le=MAX_ID)]
IdOrNone = Annotated[int, Meta(ge=0, le=MAX_ID)]
"""0: none."""
Seconds = Annotated[int, Meta(ge=0, le=MAX_TIME)]


@dataclass(frozen=True, slots=True)
class Rejected:
    """One record of an answer that was set aside; never its content."""

    source_key: str
    """The record's id where it has a usable one, else its place in the answer, such as `#17 after 5000`."""
    reason: str


class LogRow(
    Struct,
    frozen=True,
    gc=False,
    rename={
        "log_id": "id",
        "event_name": "eventname",
        "moodle_user_id": "userid",
        "related_id": "relateduserid",
        "moodle_course_id": "courseid",
        "occurred": "timecreated",
        "real_id": "realuserid",
    },
):
    """One row of Moodle's log as it was sent; decoded by msgspec, thousands at a time, hence no dataclass."""

    log_id: Id
    event_name: Annotated[str, Meta(min_length=1, max_length=255)]
    edulevel: Annotated[int, Meta(ge=0, le=9)]
    moodle_user_id: Id
    related_id: IdOrNone
    moodle_course_id: Id
    cmid: IdOrNone
    occurred: Seconds
    """Unix seconds."""
    origin: Annotated[str, Meta(max_length=10)]
    real_id: IdOrNone
    other: Annotated[str, Meta(max_length=MAX_OTHER)]

    def to_event(self) -> LogEvent:
        """Return the row as `analytics` knows it: None for none, an aware instant."""
        return LogEvent(
            log_id=self.log_id,
            event_name=self.event_name,
            edulevel=self.edulevel,
            moodle_user_id=self.moodle_user_id,
            related_moodle_user_id=self.related_id or None,
            moodle_course_id=self.moodle_course_id,
            cmid=self.cmid or None,
            occurred_at=datetime.fromtimestamp(self.occurred, UTC),
            origin=self.origin,
            real_moodle_user_id=self.real_id or None,
        )


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log, ascending by id. Empty: nothing between the ids asked for."""

    max_id: int
    """The table's largest id, read before the rows."""
    rows: tuple[LogRow, ...]
    rejected: tuple[Rejected, ...]

    @property
    def events(self) -> tuple[LogEvent, ...]:
        """The rows as `analytics` knows them."""
        return tuple(row.to_event() for row in self.rows)


@dataclass(frozen=True, slots=True)
class CountBucket:
    """How many log rows lie in one bucket of ids, and the sum of their ids."""

    bucket: int
    count: int
    id_sum: int


@dataclass(frozen=True, slots=True)
class LogCounts:
    """The log counted by buckets of ids; buckets without a row are left out."""

    max_id: int
    buckets: tuple[CountBucket, ...]
