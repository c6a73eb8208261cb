"""Hold what is known about one learner in one course, as the measures need it (docs/engagement.md, first list)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from analytics.calendar import DateRange
from analytics.levels import Marker


class SessionStatus(StrEnum):
    """What a register says about one learner and one session."""

    ATTENDED = "attended"
    ABSENT = "absent"
    EXCUSED = "excused"
    """Excused and not attended; who came all the same is ATTENDED."""


@dataclass(frozen=True, slots=True)
class LearnerTask:
    """One task as it stands for one learner. Why it is excused or extended is never known here (policy: extenuating
    circumstances are dates and "excused" only)."""

    task_id: int
    """Any number that is unique in the course; cmid where the task is an activity."""
    due_on: date
    """The date for everyone, in the institution's zone."""
    extended_to: date | None = None
    """This learner's own date, where there is one."""
    excused: bool = False
    handed_in_on: date | None = None
    """The first sighting; None when nothing has been handed in."""
    is_teamwork: bool = False
    """One member hands in for all, so the hand-in counts for Tasks and says nothing about what this learner did."""

    @property
    def dated_on(self) -> date:
        """This learner's own date: the extension where there is one."""
        return self.due_on if self.extended_to is None else self.extended_to

    @property
    def own_hand_in_on(self) -> date | None:
        """The hand-in where it is this learner's own act, and so evidence; None for a team's."""
        return None if self.is_teamwork else self.handed_in_on


@dataclass(frozen=True, slots=True)
class Session:
    """One session this learner was expected at, or one meeting, recording, … where its marker is measured so."""

    held_on: date
    status: SessionStatus
    marker: Marker = Marker.ATTENDANCE
    """The marker it belongs to."""


@dataclass(frozen=True, slots=True)
class LearnerHistory:
    """What is known about one learner in one course. Sets, so that order, duplicates and replays change nothing."""

    enrolled_on: date
    exemptions: tuple[DateRange, ...] = ()
    """This learner's own weeks off. A week that a range touches is not counted."""
    visits: frozenset[tuple[date, int]] = frozenset()
    """(day, cmid): an activity opened on a day, however often."""
    evidence_days: frozenset[date] = frozenset()
    """Days with any other evidence: course page, something the learner declared. For the clock alone."""
    tasks: tuple[LearnerTask, ...] = ()
    sessions: tuple[Session, ...] = ()
    items: frozenset[tuple[Marker, date, int]] = frozenset()
    """(marker, day, item): a recording watched, a library item used, a meeting held … on a day, however often.
    Evidence, whether or not its marker is chosen."""

    def is_exempt_on(self, day: date) -> bool:
        """Tell whether one of the learner's exemptions holds on a day."""
        return any(day in exemption for exemption in self.exemptions)
