"""A platform in the database, the recorded site served over real HTTP, and a clock that the test moves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bridge.config import Settings
from bridge.moodle.client import MoodleClient
from bridge.store.calendar_changes import seed_calendar
from bridge.store.courses import load_course_id
from bridge.store.database import Sessions, writing
from bridge.store.platforms import save_platform
from bridge.sync.course import run_nightly, switch_courses, sync_platform
from bridge.sync.report import SyncReport
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.worlds.model import World
from tests.demo_vle.worlds.recorded import recorded
from tests.levels import publish

RECORDED_AT = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
"""After the last row of the recorded log."""
COURSES = (2, 3, 4)
SETTINGS = Settings(secret_key="x" * 32, public_url="http://localhost:8100")


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: datetime = RECORDED_AT

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, **duration: float) -> None:
        """Move it on."""
        self.at += timedelta(**duration)


@dataclass
class Bench:
    """One platform under test."""

    sessions: Sessions
    vle: DemoVle
    clock: Clock
    platform_id: int
    pauses: list[float] = field(default_factory=list)

    @property
    def client(self) -> MoodleClient:
        """A client of the served site."""
        return MoodleClient(
            self.vle.url,
            self.vle.token,
            timeout=(2, 5),
            sleep=self.pauses.append,
            now=lambda: self.clock().timestamp(),
        )

    def switch_on(self, *moodle_course_ids: int) -> list[int]:
        """Switch courses on; return their ids."""
        with writing(self.sessions) as db:
            switch_courses(db, self.platform_id, moodle_course_ids, (), self.clock())
            found = [load_course_id(db, self.platform_id, one) for one in moodle_course_ids]
        return [course_id for course_id in found if course_id is not None]

    def switch_off(self, *moodle_course_ids: int) -> None:
        """Switch courses off."""
        with writing(self.sessions) as db:
            switch_courses(db, self.platform_id, (), moodle_course_ids, self.clock())

    def sync(self) -> SyncReport:
        """Run one sync that must succeed."""
        report = self.try_to_sync()
        assert report.failures == ()
        return report

    def try_to_sync(self) -> SyncReport:
        """Run one sync."""
        return sync_platform(self.sessions, self.client, self.platform_id, SETTINGS, self.clock)

    def nightly(self) -> SyncReport:
        """Run the nightly job, which must succeed."""
        report = run_nightly(self.sessions, self.client, self.platform_id, SETTINGS, self.clock)
        assert report.failures == ()
        return report


def make_platform(sessions: Sessions, url: str, now: datetime) -> int:
    """Save a platform with a published level and a calendar of twelve weeks."""
    with writing(sessions) as db:
        platform_id = save_platform(db, name="Demo", moodle_url=url, encrypted_token=None, now=now)
        publish(db, platform_id)
        seed_calendar(db, platform_id)
    return platform_id


def serve(sessions: Sessions, world: World, at: datetime = RECORDED_AT) -> Iterator[Bench]:
    """Serve a world and give the bench."""
    clock = Clock(at)
    with DemoVle(world, now=clock) as vle:
        yield Bench(sessions, vle, clock, make_platform(sessions, vle.url, at))


@pytest.fixture
def bench(sessions: Sessions) -> Iterator[Bench]:
    """The recorded site."""
    yield from serve(sessions, recorded())
