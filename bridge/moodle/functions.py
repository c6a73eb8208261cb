"""The plugin's web-service functions as data (component local_lea; Moodle's endpoint /webservice/rest/server.php)."""

from dataclasses import dataclass
from enum import StrEnum

ENDPOINT = "/webservice/rest/server.php"
PAGE_SIZE = 5_000
"""Log rows in a full page; the plugin gives no more."""
BUCKET_SIZE = 5_000
"""Log ids in one bucket of `get_log_counts`."""
OLDEST_PLUGIN_VERSION = 2026112400
"""The plugin's `$plugin->version` that first had all functions below."""


class Function(StrEnum):
    """Every function this tool calls. A call can be repeated: all of them read, but one, which sets a whole list."""

    VERSION = "local_lea_get_version"
    COURSES = "local_lea_get_courses"
    LOG_EVENTS = "local_lea_get_log_events"
    LOG_COUNTS = "local_lea_get_log_counts"
    ROSTER = "local_lea_get_roster"
    ACTIVITIES = "local_lea_get_activities"
    TASKS = "local_lea_get_tasks"
    ATTENDANCE = "local_lea_get_attendance"
    DELETIONS = "local_lea_get_deletions"
    VIEWER_ACCESS = "local_lea_get_viewer_access"
    CONTACT = "local_lea_get_contact"
    SET_COURSES = "local_lea_set_courses"


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the function and its parameters, as Moodle takes them (the token is not among them)."""

    function: Function
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def names_a_course(self) -> bool:
        """Whether Moodle's "no such record" can be about a course rather than about the function."""
        return any(name == "courseid" for name, _ in self.parameters)
