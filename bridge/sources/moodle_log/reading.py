"""Rows of the log download → what learners did, in two readings: first what the whole file tells, then row by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from analytics.evidence import PARTICIPATING, component_of, evidence_kind
from analytics.records import LogEvent
from bridge.sources.moodle_log.events import (
    ACTIVITY,
    ACTOR,
    COURSE,
    MAY_BE_ANONYMOUS,
    NAMES_THE_AFFECTED,
    EventClass,
    find_event,
    find_id,
)
from bridge.sources.moodle_log.rows import NOBODY, RawRow, read_rows
from bridge.sources.moodle_log.times import DateOrder, TimeReader, find_order

AHEAD = timedelta(minutes=5)
"""How far ahead of the clock a row's time may be."""
LOGGED_IN_AS = " as "
"""Moodle writes “Admin User as Ada Learner” where somebody was logged in as somebody else."""
COURSE_CONTEXT = "Course: "
MODULE_VIEWED = "course_module_viewed"
SOMEBODY_ELSE = -1
"""For `related_moodle_user_id`: the download names people, no ids."""


class LeftOut(StrEnum):
    """Why a row is no evidence. The last four say that the row could not be used."""

    NO_EVIDENCE = "no act of a learner in the course"
    UNKNOWN_EVENT = "an event that this tool does not know"
    MAY_BE_ANONYMOUS = "in a feedback activity, which may be anonymous"
    LOGGED_IN_AS = "by somebody who was logged in as somebody else"
    BY_ANOTHER = "done by one person for another"
    BAD_TIME = "the time cannot be read"
    FUTURE = "more than 5 minutes in the future"
    NO_COURSE = "the row does not say of which course it is"
    NO_ACTIVITY = "the row does not say of which activity it is"

    @property
    def is_rejected(self) -> bool:
        """Whether something is wrong with the row, or with what is known here, so that somebody should look."""
        return self in {LeftOut.BAD_TIME, LeftOut.FUTURE, LeftOut.NO_COURSE, LeftOut.NO_ACTIVITY}


@dataclass(frozen=True, slots=True)
class Act:
    """One row that is evidence, as `analytics.evidence` reads it. Of whom it is, the roster says."""

    line: int
    event: LogEvent
    """`log_id` is the row's line: the download has no ids of its own."""


@dataclass(frozen=True, slots=True)
class Omission:
    """One row that is none."""

    line: int
    reason: LeftOut
    event_name: str
    """Component and event name as shown; no names of people."""


@dataclass(slots=True)
class Survey:
    """What a whole download tells before its rows are used."""

    order: DateOrder | None = None
    row_count: int = 0
    address_count: int = 0
    """Rows that held an address; it was let go."""
    course_ids: set[int] = field(default_factory=set)
    """Courses that participating rows name."""
    courses: dict[str, set[int]] = field(default_factory=dict)
    """Event context → the ids of courses that rows of it name."""
    cmids: dict[str, set[int]] = field(default_factory=dict)
    """Event context → the ids of activities that rows of it name."""
    activities: dict[int, tuple[str, str]] = field(default_factory=dict)
    """cmid → (kind of activity, name), of activities that somebody opened."""


def survey_log(path: Path, asked: DateOrder | None = None) -> Survey:
    """Read a whole download once: how its dates are written, and which ids belong to which context.

    Raises:
        SourceRefused: no such download, or its dates can be read in two ways.
    """
    survey = Survey()

    def times() -> Iterator[str]:
        for row in read_rows(path):
            _note(survey, row)
            yield row.time

    # The order may be settled, or hopeless, before the end: the rest of the file is read all the same.
    rest = times()
    survey.order = find_order(rest, asked)
    for _ in rest:
        pass
    return survey


def _note(survey: Survey, row: RawRow) -> None:
    survey.row_count += 1
    survey.address_count += row.had_address
    event = find_event(row.component, row.event_name, row.description)
    if event is None or event.edulevel != PARTICIPATING:
        return
    cmid, course_id = find_id(ACTIVITY, row.description), find_id(COURSE, row.description)
    if cmid is not None:
        survey.cmids.setdefault(row.context, set()).add(cmid)
        if event.name.endswith(MODULE_VIEWED):
            _, _, name = row.context.partition(": ")
            survey.activities[cmid] = (component_of(event.name).removeprefix("mod_"), name or row.context)
    if course_id is not None:
        survey.course_ids.add(course_id)
        if row.context.startswith(COURSE_CONTEXT):
            survey.courses.setdefault(row.context, set()).add(course_id)


@dataclass(slots=True)
class ActReader:
    """Reads the rows of one surveyed download."""

    survey: Survey
    zone: ZoneInfo
    now: datetime
    """Aware; rows after it are refused."""
    courses_of: Mapping[int, int] = field(default_factory=dict)
    """cmid → Moodle course id, of activities that are known here."""
    latest: datetime | None = None
    """The time of the last row that was read, whatever it says; None before any."""

    def read(self, path: Path) -> Iterator[Act | Omission]:
        """Give each row as an act or with the reason why it is none, in the file's order.

        Raises:
            SourceRefused: the file changed since it was surveyed.
        """
        times = TimeReader(self.survey.order, self.zone)
        for row in read_rows(path):
            found = self._read_row(row, times)
            if isinstance(found, LeftOut):
                yield Omission(row.line, found, f"{row.component}: {row.event_name}")
            else:
                yield Act(row.line, found)

    def _read_row(self, row: RawRow, times: TimeReader) -> LogEvent | LeftOut:
        try:
            occurred_at = times.read(row.time)
        except ValueError:
            return LeftOut.BAD_TIME
        if occurred_at > self.now + AHEAD:
            return LeftOut.FUTURE
        self.latest = max(occurred_at, self.latest or occurred_at)
        event = find_event(row.component, row.event_name, row.description)
        if event is None:
            return LeftOut.UNKNOWN_EVENT
        actor = find_id(ACTOR, row.description)
        if event.edulevel != PARTICIPATING or actor is None or actor <= 0 or row.user in NOBODY:
            return LeftOut.NO_EVIDENCE
        if event.name in MAY_BE_ANONYMOUS:
            return LeftOut.MAY_BE_ANONYMOUS
        if LOGGED_IN_AS in row.user:
            return LeftOut.LOGGED_IN_AS
        if event.name in NAMES_THE_AFFECTED and not row.is_by_the_affected:
            return LeftOut.BY_ANOTHER
        return self._locate(row, event, actor, occurred_at)

    def _locate(self, row: RawRow, event: EventClass, actor: int, occurred_at: datetime) -> LogEvent | LeftOut:
        cmid = self._cmid_of(row)
        course_id = self._course_of(row, cmid)
        if course_id is None:
            return LeftOut.NO_COURSE
        made = LogEvent(
            log_id=row.line,
            event_name=event.name,
            edulevel=event.edulevel,
            moodle_user_id=actor,
            related_moodle_user_id=None if row.is_by_the_affected else SOMEBODY_ELSE,
            moodle_course_id=course_id,
            cmid=cmid,
            occurred_at=occurred_at,
            origin=row.origin,
            real_moodle_user_id=None,
        )
        if evidence_kind(made) is None:
            return LeftOut.NO_EVIDENCE
        if cmid is None and not row.context.startswith(COURSE_CONTEXT):
            return LeftOut.NO_ACTIVITY
        return made

    def _cmid_of(self, row: RawRow) -> int | None:
        if row.context.startswith(COURSE_CONTEXT):
            return None
        cmid = find_id(ACTIVITY, row.description)
        return cmid if cmid is not None else _only(self.survey.cmids.get(row.context))

    def _course_of(self, row: RawRow, cmid: int | None) -> int | None:
        named = find_id(COURSE, row.description) or _only(self.survey.courses.get(row.context))
        if named is None and cmid is not None:
            named = self.courses_of.get(cmid)
        return named or _only(self.survey.course_ids)


def _only(found: set[int] | None) -> int | None:
    return next(iter(found)) if found is not None and len(found) == 1 else None
