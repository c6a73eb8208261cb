"""The recorded site, its log stretched over ten weeks in which summer time ends, synced, and its log as an archive.

It is synced once for each database; every test begins with a copy.
"""

import shutil
from collections import Counter
from collections.abc import Collection, Iterator
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
from bridge.store.database import Sessions, make_engine, make_sessions, reading, writing
from bridge.store.engagement import mark_course_stale
from bridge.sync.context import Sync
from bridge.sync.course import switch_courses
from bridge.sync.report import Progress, Silent, SyncReport, Tally
from bridge.sync.weeks import fold_weeks
from tests.bridge.rebuild.archives import write_archive
from tests.bridge.sync.conftest import COURSES, SETTINGS, serve
from tests.databases import PostgresCluster
from tests.demo_vle.worlds.model import LogRow
from tests.demo_vle.worlds.stretched import DAYS, STARTS_AT, stretched

AFTER_ALL = STARTS_AT + timedelta(days=DAYS, hours=10)
LITTLE = Limits(memory_mb=256)


def now() -> datetime:
    """Return the time of the sync and of every rebuild."""
    return AFTER_ALL


@dataclass(frozen=True)
class Site:
    """A synced site, and the archive of its log."""

    sessions: Sessions
    url: str
    rows: list[LogRow]
    folder: Path
    platform_id: int = 1

    def archive(self) -> Archive:
        """Open the archive."""
        return open_archive([self.folder], SETTINGS.zone, int(AFTER_ALL.timestamp()) + 300)

    def forget(self) -> None:
        """Lose the facts, and measure everybody without them."""
        with writing(self.sessions) as db:
            db.execute(delete(Presence))
            for course in load_synced_courses(db, self.platform_id):
                mark_course_stale(db, course.course_id)
        fold_weeks(Sync(self.sessions, None, self.platform_id, SETTINGS, now, Silent()), Tally("weeks"))

    def make(self, source: Source | None = None, *, is_dry: bool = False) -> Rebuild:
        """Make a rebuild from the archive, or from another source."""
        return Rebuild(self.sessions, self.platform_id, SETTINGS, now, source or self.archive(), LITTLE, is_dry=is_dry)

    def rebuild(
        self, source: Source | None = None, *, is_dry: bool = False, progress: Progress | None = None
    ) -> tuple[Rebuild, SyncReport]:
        """Rebuild."""
        one = self.make(source, is_dry=is_dry)
        return one, one.run(progress)

    def switch(self, on: Collection[int], off: Collection[int]) -> None:
        """Switch courses on and off."""
        with writing(self.sessions) as db:
            switch_courses(db, self.platform_id, on, off, AFTER_ALL)

    def weeks(self) -> tuple[Week, ...]:
        """Return the weeks that a rebuild goes through."""
        archive = self.archive()
        with opened(LITTLE, archive.paths) as engine:
            return archive.survey(engine).weeks

    def busiest(self) -> int:
        """Return the Moodle user with the most rows that are evidence in course 2."""
        counts = Counter(row.userid for row in self.rows if row.edulevel == 2 and row.courseid == 2)
        return counts.most_common(1)[0][0]

    def count_facts(self, day: date = date(1970, 1, 1), user_id: int | None = None) -> int:
        """Count the facts from a day on, of everybody or of a Moodle user."""
        statement = select(func.count()).select_from(Presence).where(Presence.day_no >= day_number(day))
        if user_id is not None:
            statement = statement.join(Person, Person.id == Presence.person_id).where(Person.moodle_user_id == user_id)
        with reading(self.sessions) as db:
            return db.scalar(statement) or 0


@dataclass(frozen=True)
class Kept:
    """The database after the sync: a file, or the name of one that the server keeps."""

    name: str
    rows: list[LogRow]
    cluster: PostgresCluster | None


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """Sync the site once."""
    if request.param == "sqlite":
        path = shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path_factory.mktemp("site") / "lea")
        yield Kept(str(path), _sync(f"sqlite:///{path}"), None)
        return
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    with cluster.new_database() as url:
        rows = _sync(url)
        yield Kept(cluster.keep(url), rows, cluster)


def _sync(url: str) -> list[LogRow]:
    """Sync the site into a database and return its log."""
    engine = make_engine(url)
    for bench in serve(make_sessions(engine), stretched(), AFTER_ALL):
        bench.switch_on(*COURSES)
        bench.sync()
        rows = list(bench.vle.world.log)
    engine.dispose()
    return rows


@pytest.fixture
def site(kept: Kept, tmp_path: Path) -> Iterator[Site]:
    """The site on a database of its own."""
    folder = write_archive(tmp_path / "archive", kept.rows)
    if kept.cluster is None:
        yield from _open(f"sqlite:///{shutil.copyfile(kept.name, tmp_path / 'lea.sqlite3')}", kept.rows, folder)
    else:
        with kept.cluster.new_database(of=kept.name) as url:
            yield from _open(url, kept.rows, folder)


def _open(url: str, rows: list[LogRow], folder: Path) -> Iterator[Site]:
    engine = make_engine(url)
    yield Site(make_sessions(engine), url, rows, folder)
    engine.dispose()
