"""Every kind of file that can be taken in, in the order in which a new site needs them."""

from bridge.sources.contract import Source
from bridge.sources.kinds.courses import ACTIVITIES, COURSES, ROSTER
from bridge.sources.kinds.exemptions import EXEMPTIONS
from bridge.sources.kinds.registers import ATTENDANCE, CO_CURRICULAR, LECTURE_CAPTURE, LIBRARY, MEETINGS
from bridge.sources.kinds.tasks import EXTENSIONS, SUBMISSIONS, TASKS
from bridge.sources.kinds.visits import VISITS
from bridge.sources.moodle_log.source import MOODLE_LOG

SOURCES: tuple[Source, ...] = (
    COURSES,
    ROSTER,
    ACTIVITIES,
    VISITS,
    MOODLE_LOG,
    TASKS,
    SUBMISSIONS,
    EXTENSIONS,
    EXEMPTIONS,
    ATTENDANCE,
    LECTURE_CAPTURE,
    MEETINGS,
    LIBRARY,
    CO_CURRICULAR,
)


def find_source(kind: str) -> Source | None:
    """Return the kind of file that has a name; None: there is none."""
    return next((source for source in SOURCES if source.kind == kind), None)
