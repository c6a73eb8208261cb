"""Tell which log events are evidence of engagement, of which kind (docs/engagement.md "Which log events are evidence").

The rule is data: what Moodle calls *participating* (edulevel 2, from each event class's get_static_info()), less the
tables below. That the actor is a learner of the course, active and not a bot, guest or test user is for the caller,
who has the roster; so is leaving out rows with ``anonymous = 1``, which never reach this tool.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from analytics.levels import Marker
from analytics.records import LogEvent

PARTICIPATING = 2
"""Moodle's edulevel of learners' own acts; 1 is teaching (user_graded, submission_graded), 0 other."""


class Kind(IntEnum):
    """Kinds of evidence. The numbers are stored: never renumber, only add."""

    COURSE_PAGE = 0
    """In the course, but in no activity: the clock alone."""
    VISIT = 1
    """An activity was opened."""
    SUBMISSION = 2
    """Work was handed in; a visit of its activity, too."""
    LECTURE_CAPTURE = 3
    """A recording was watched."""
    MEETING = 4
    """A meeting with an adviser or other staff took place."""
    LIBRARY = 5
    """Something of the library or a reading list was used."""
    CO_CURRICULAR = 6
    """The learner took part in something beside the course."""

    @property
    def is_visit(self) -> bool:
        """Tell whether evidence of this kind is a visit of its activity."""
        return self in VISIT_KINDS

    @property
    def marker(self) -> Marker | None:
        """Give the marker whose items this kind is: what goes into ``LearnerHistory.items``; None for Moodle's own."""
        return MARKER_OF_KIND.get(self)


VISIT_KINDS = frozenset({Kind.VISIT, Kind.SUBMISSION})
"""The kinds that go into ``LearnerHistory.visits``; distinct by day and activity, so both count once."""

MARKER_OF_KIND = {
    Kind.LECTURE_CAPTURE: Marker.LECTURE_CAPTURE,
    Kind.MEETING: Marker.MEETINGS,
    Kind.LIBRARY: Marker.LIBRARY,
    Kind.CO_CURRICULAR: Marker.CO_CURRICULAR,
}
"""The kinds that come from other sources than Moodle's log, with the marker that counts them."""

CONSEQUENCES = frozenset(
    {
        r"\core\event\course_completed",
        r"\core\event\course_completion_updated",
        r"\core\event\course_module_completion_updated",
        r"\mod_quiz\event\attempt_abandoned",
        r"\mod_quiz\event\attempt_becameoverdue",
    }
)
"""Participating by name, yet no act: Moodle writes them when something follows from an act, or when time runs out.
Grade items and grades are not participating and need no line here."""

HAND_INS = frozenset(
    {
        r"\mod_assign\event\assessable_submitted",
        r"\mod_quiz\event\attempt_submitted",
    }
)
"""Work handed in by its author: written at each submission, so the first one is the first sighting."""

NO_EVIDENCE_COMPONENTS = frozenset({"local_lea", "tool_usertours"})
"""Looking at this tool is never an input; a user tour shows itself."""

NO_ACT_ORIGINS = frozenset({"cli", "restore"})
"""Cron and scripts act for nobody; a restore writes old rows under new ids."""


def evidence_kind(event: LogEvent, own_cmids: Collection[int] = ()) -> Kind | None:
    """Tell what kind of evidence of its actor an event is; None when it is none.

    ``own_cmids`` are this tool's own activities. Events by "log in as", nobody, cron or outside a course are none.
    """
    if event.edulevel != PARTICIPATING or event.event_name in CONSEQUENCES or not _is_own_act(event):
        return None
    if component_of(event.event_name) in NO_EVIDENCE_COMPONENTS or event.cmid in own_cmids:
        return None
    if not event.cmid:
        return Kind.COURSE_PAGE
    is_own_work = event.related_moodle_user_id in (None, 0, event.moodle_user_id)
    return Kind.SUBMISSION if event.event_name in HAND_INS and is_own_work else Kind.VISIT


def component_of(event_name: str) -> str:
    r"""Give the component that wrote an event: ``\mod_quiz\event\attempt_started`` gives ``mod_quiz``."""
    return event_name.lstrip("\\").partition("\\")[0]


@dataclass(frozen=True, slots=True)
class SplitPresence:
    """One learner's presence in one course, as a LearnerHistory has it."""

    visits: frozenset[tuple[date, int]]
    evidence_days: frozenset[date]
    items: frozenset[tuple[Marker, date, int]]


def split_presence(presence: Iterable[tuple[date, int | None, Kind]]) -> SplitPresence:
    """Split one learner's (day, cmid or item, kind) in one course into the parts of a LearnerHistory.

    Choosing the learner and the course is left to the caller. Empty sets without presence.
    """
    visits, other_days, items = set(), set(), set()
    for day, number, kind in presence:
        marker = kind.marker
        if not number:
            other_days.add(day)
        elif marker is not None:
            items.add((marker, day, number))
        elif kind.is_visit:
            visits.add((day, number))
        else:
            other_days.add(day)
    return SplitPresence(frozenset(visits), frozenset(other_days), frozenset(items))


def _is_own_act(event: LogEvent) -> bool:
    return (
        event.moodle_user_id > 0
        and event.moodle_course_id > 0
        and not event.real_moodle_user_id
        and event.origin not in NO_ACT_ORIGINS
    )
