"""What every step of a sync works with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from analytics.calendar import local_date
from bridge.config import Settings
from bridge.connections import NotConnected
from bridge.errors import BridgeError, FactsOfOthers
from bridge.moodle.client import MoodleClient
from bridge.moodle.errors import PlatformError
from bridge.store.courses import SyncedCourse, load_synced_courses
from bridge.store.database import Sessions, reading
from bridge.sync.report import Progress, Tally


@dataclass(frozen=True, slots=True)
class Sync:
    """One run for one platform. Calls of Moodle never happen inside a write transaction: other writers would wait."""

    sessions: Sessions
    moodle: MoodleClient | None
    """None: only steps that ask nothing of Moodle are run."""
    platform_id: int
    settings: Settings
    now: Callable[[], datetime]
    progress: Progress
    told: set[int] = field(default_factory=set)
    """Moodle ids of the courses that Moodle was told, in this run, to give out; see `bridge.sync.switched`."""

    @property
    def client(self) -> MoodleClient:
        """What Moodle is asked by.

        Raises:
            NotConnected: nothing is asked of Moodle in this run.
        """
        if self.moodle is None:
            raise NotConnected(f"Platform {self.platform_id} is not asked now. {NotConnected.next_step}")
        return self.moodle

    @property
    def today(self) -> date:
        """The running day where the institution is."""
        return local_date(self.now(), self.settings.zone)

    def courses(self) -> tuple[SyncedCourse, ...]:
        """Return the switched-on courses."""
        with reading(self.sessions) as db:
            return load_synced_courses(db, self.platform_id)

    def courses_to_read(self) -> tuple[SyncedCourse, ...]:
        """Return the switched-on courses that Moodle gives out in this run. Empty: none, or Moodle was not told yet."""
        return tuple(course for course in self.courses() if course.moodle_course_id in self.told)


@contextmanager
def going_on(tally: Tally, moodle_course_id: int) -> Iterator[None]:
    """Note an error about one course and go on with the next; one about the whole site ends the run.

    What the course's own transaction had written is rolled back by then.
    """
    try:
        yield
    except (PlatformError, FactsOfOthers):
        raise
    except BridgeError as error:
        tally.fail(error, moodle_course_id)
