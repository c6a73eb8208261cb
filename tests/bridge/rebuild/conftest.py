"""The recorded site, its log stretched over ten weeks in which summer time ends, synced, and its log as an archive."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from analytics.calendar import day_number
from bridge.rebuild.archive import Archive, open_archive
from bridge.rebuild.engine import Limits, opened
from bridge.rebuild.rebuild import Rebuild
from bridge.rebuild.source import Source, Week
from bridge.schema.log import Presence
from bridge.schema.people import Person
from bridge.store.courses import load_synced_courses
from bridge.store.database import Sessions, reading, writing
from bridge.store.engagement import mark_course_stale
from bridge.sync.context import Sync
from bridge.sync.report import Silent, SyncReport, Tally
from bridge.sync.weeks import fold_weeks
from tests.bridge.rebuild.archives import write_archive
from tests.bridge.sync.conftest import COURSES, SETTINGS, Bench, serve
from tests.demo_vle.worlds.stretched import DAYS, STARTS_AT, stretched

AFTER_ALL = STARTS_AT + timedelta(days=DAYS, hours=10)


@dataclass
class Site:
    """A synced site, and the archive of its log."""

    bench: Bench
    folder: Path

    def archive(self) -> Archive:
        """Open the archive."""
        return open_archive([self.folder], SETTINGS.zone, int(self.bench.clock().timestamp()) + 300)

    def forget(self) -> None:
        """Lose the facts, and measure everybody without them."""
        bench = self.bench
        with writing(bench.sessions) as db:
            db.execute(delete(Presence))
            for course in load_synced_courses(db, bench.platform_id):
                mark_course_stale(db, course.course_id)
        fold_weeks(Sync(bench.sessions, None, bench.platform_id, SETTINGS, bench.clock, Silent()), Tally("weeks"))

    def rebuild(self, source: Source | None = None, *, is_dry: bool = False) -> tuple[Rebuild, SyncReport]:
        """Rebuild from the archive, or from another source."""
        bench = self.bench
        one = Rebuild(bench.sessions, bench.platform_id, SETTINGS, bench.clock, source or self.archive(), is_dry=is_dry)
        return one, one.run()

    def weeks(self) -> tuple[Week, ...]:
        """Return the weeks that a rebuild goes through."""
        archive = self.archive()
        with opened(Limits(memory_mb=256), archive.paths) as engine:
            return archive.survey(engine).weeks

    def busiest(self) -> int:
        """Return the Moodle user with the most rows that are evidence."""
        counts = Counter(row.userid for row in self.bench.vle.world.log if row.edulevel == 2 and row.courseid == 2)
        return counts.most_common(1)[0][0]

    def facts_after(self, day: date, user_id: int | None = None) -> int:
        """Count the facts from a day on, of everybody or of a Moodle user."""
        statement = select(func.count()).select_from(Presence).where(Presence.day_no >= day_number(day))
        if user_id is not None:
            statement = statement.join(Person, Person.id == Presence.person_id).where(Person.moodle_user_id == user_id)
        with reading(self.bench.sessions) as db:
            return db.scalar(statement) or 0


def make_site(sessions: Sessions, folder: Path, at: datetime = AFTER_ALL) -> Iterator[Site]:
    """Give the site after its first sync."""
    for bench in serve(sessions, stretched(), at):
        bench.switch_on(*COURSES)
        bench.sync()
        yield Site(bench, write_archive(folder / "archive", list(bench.vle.world.log)))


@pytest.fixture
def site(sessions: Sessions, tmp_path: Path) -> Iterator[Site]:
    """The site on a database of its own."""
    yield from make_site(sessions, tmp_path)
