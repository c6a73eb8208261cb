"""Hold the records of Moodle's log that cross package borders (Moodle table logstore_standard_log)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One row of Moodle's log, as the bridge hands it on.

    Numbers are Moodle's own ids; none of them is a key of this tool's database.
    """

    log_id: int
    """Moodle's id of the row: unique on one platform, not in order of time."""
    event_name: str
    """The event's class with its leading backslash, such as ``\\core\\event\\course_viewed``."""
    edulevel: int
    """0 other, 1 teaching, 2 participating."""
    moodle_user_id: int
    """Who acted; 0 or less when nobody or Moodle itself did."""
    related_moodle_user_id: int | None
    """Whom it was done to, where the event says so."""
    moodle_course_id: int
    """0 for events of the site rather than of a course."""
    cmid: int | None
    """The activity it happened in; None on the course page and elsewhere."""
    occurred_at: datetime
    """Aware, UTC."""
    origin: str
    """How it came about: ``web``, ``ws`` (app or service), ``cli`` (cron), ``restore``."""
    real_moodle_user_id: int | None
    """The person behind "log in as"; None when people act as themselves."""
