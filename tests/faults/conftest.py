"""The small site served over HTTP, what an undisturbed run makes of it stage by stage, and the count of survivals."""

import itertools
import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bridge.schema import Base
from bridge.store.calendar_changes import seed_calendar
from bridge.store.database import writing
from bridge.store.platforms import save_platform
from bridge.sync.course import switch_courses
from tests.databases import PostgresCluster
from tests.demo_vle.platform import DemoVle
from tests.faults.oracle import Contents, find_differences, read_all
from tests.faults.running import Place, Points, opened, run_stage
from tests.faults.world import COURSES, STAGES
from tests.levels import publish

SURVIVED = "survived"
BACKFILL_STAGE = 1
"""Before it the second course is switched on, so that its earlier log is read behind the cursor."""
TIMES = os.environ.get("LEA_TEST_FAULTS", "1")
"""How much more than the short plan of `make test`: a factor, or "all" for a kill at every point."""
SECONDS_A_TEST = float(os.environ.get("LEA_TEST_FAULTS_SECONDS", "inf"))
"""After so long a test begins nothing more of its plan: how far it came is told by the counts."""
SEED = int(os.environ.get("LEA_TEST_FAULTS_SEED", "8"))

Survived = Callable[[str], None]
ALL_ROUNDS = 100
SHORT = (1, 3)
"""The stages of the short plan: the second sync, with the most that changes, and the night."""
EACH_STAGE = pytest.mark.parametrize("number", SHORT if TIMES == "1" else range(len(STAGES)))
LONG = pytest.mark.timeout(36_000)
"""A longer plan takes as long as it was asked to."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a stage makes of the tables when nothing goes wrong, and how many points it passes."""

    points: int
    contents: Contents


class History:
    """The stages, each with the database as it stands before, and the tables as they are to be after it."""

    def __init__(self, vle: DemoVle, folder: Path, cluster: PostgresCluster | None) -> None:
        self.vle = vle
        self._folder = folder
        self._cluster = cluster
        self._numbers = itertools.count(1)
        self.expected: list[Expected] = []

    def prepare(self, template: Path) -> None:
        """Run all stages undisturbed and keep what stands between them."""
        with self._new(template) as place:
            self._fill(place)
            for number, stage in enumerate(STAGES):
                if number == BACKFILL_STAGE:
                    self._switch_on(place, COURSES[1])
                self._keep(place, number)
                self.show(number)
                with opened(place) as (engine, sessions):
                    points = Points(engine)
                    report = run_stage(place, stage, sessions)
                    assert report.failures == ()
                    self.expected.append(Expected(points.count, read_all(sessions)))
            self._keep(place, len(STAGES))

    def show(self, number: int) -> None:
        """Let the site look as at a stage."""
        self.vle.site.world = STAGES[number].make_world()
        self.vle.site.now = lambda: STAGES[number].at
        self.vle.faults.clear()
        self.vle.site.token = self.vle.token

    @contextmanager
    def before(self, number: int) -> Iterator[Place]:
        """Give a database as it stands before a stage, and let the site look as at it."""
        self.show(number)
        with self._new(self._folder / f"before-{number}") as place:
            yield place

    def check(self, place: Place, number: int, told: str) -> None:
        """Compare the tables with those of the undisturbed run. Raises: AssertionError with the rows that differ."""
        with opened(place) as (_, sessions):
            differences = find_differences(self.expected[number].contents, read_all(sessions))
        assert not differences, f"{told}:\n" + "\n".join(differences[:20])

    def finish(self, place: Place, number: int) -> None:
        """Let the next run, which nothing disturbs, do what is left of a stage."""
        with opened(place) as (engine, sessions):
            give_numbers_back(engine)
            report = run_stage(place, STAGES[number], sessions)
            assert report.failures == ()

    def _fill(self, place: Place) -> None:
        at = STAGES[0].at
        with opened(place) as (_, sessions), writing(sessions) as db:
            platform_id = save_platform(db, name="Demo", moodle_url=self.vle.url, encrypted_token=None, now=at)
            publish(db, platform_id)
            seed_calendar(db, platform_id)
            switch_courses(db, platform_id, COURSES[:1], (), at)

    def _switch_on(self, place: Place, moodle_course_id: int) -> None:
        with opened(place) as (_, sessions), writing(sessions) as db:
            switch_courses(db, place.platform_id, [moodle_course_id], (), STAGES[0].at)

    def _keep(self, place: Place, number: int) -> None:
        kept = self._folder / f"before-{number}"
        shutil.copytree(place.folder, kept)
        if self._cluster is not None:
            (kept / "database").write_text(self._cluster.keep(place.url), encoding="utf-8")

    @contextmanager
    def _new(self, template: Path) -> Iterator[Place]:
        folder = self._folder / f"run-{next(self._numbers)}"
        shutil.copytree(template, folder)
        if self._cluster is None:
            yield Place(f"sqlite:///{folder / 'lea.sqlite3'}", folder, self.vle.url, self.vle.token)
        else:
            name = folder / "database"
            with self._cluster.new_database(of=name.read_text(encoding="utf-8") if name.exists() else None) as url:
                yield Place(url, folder, self.vle.url, self.vle.token)
        shutil.rmtree(folder)


def give_numbers_back(engine: Engine) -> None:
    """Let PostgreSQL give out again the numbers that a rolled-back transaction used up, as SQLite does by itself.

    Who comes into which pool of figures is drawn by this tool's own numbers (`analytics.disclosure.pools`): with others
    the draw is another one, as fair, and two databases could not be compared.
    """
    if engine.dialect.name != "postgresql":
        return
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if "id" in table.columns and table.columns["id"].primary_key:
                sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
                last = f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name})"
                connection.execute(text(f"SELECT setval({sequence}, {last}, false) WHERE {sequence} IS NOT NULL"))


@pytest.fixture(scope="session")
def served() -> Iterator[DemoVle]:
    """The small site over HTTP; its clock stands at the stage that is shown."""
    with DemoVle(STAGES[0].make_world()) as vle:
        yield vle


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def history(request: pytest.FixtureRequest, served: DemoVle, tmp_path_factory: pytest.TempPathFactory) -> History:
    """The undisturbed run, on SQLite and on PostgreSQL."""
    folder = tmp_path_factory.mktemp(f"faults-{request.param}")
    empty = folder / "empty"
    empty.mkdir()
    cluster: PostgresCluster | None = None
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), empty / "lea.sqlite3")
    else:
        cluster = request.getfixturevalue("postgres_cluster")
    made = History(served, folder, cluster)
    made.prepare(empty)
    return made


def choose(chance: random.Random, points: int, count: int) -> Iterator[int]:
    """Choose at which of a stage's points something happens, `count` times the plan's factor; all of them if asked."""
    every = list(range(1, points + 1))
    chance.shuffle(every)
    return _in_time(every if TIMES == "all" else every[: count * int(TIMES)])


def rounds(count: int) -> Iterator[int]:
    """Count how often something of chance is tried, from 0: `count` times the plan's factor."""
    return _in_time(range(count * (ALL_ROUNDS if TIMES == "all" else int(TIMES))))


def _in_time(plan: Iterable[int]) -> Iterator[int]:
    """Give a plan as far as a test's time goes, at least its beginning."""
    until = time.monotonic() + SECONDS_A_TEST
    for number, one in enumerate(plan):
        if number and time.monotonic() > until:
            return
        yield one


@pytest.fixture
def survived(request: pytest.FixtureRequest) -> Survived:
    """Count a fault that was survived; the sum of all is told when the tests have ended."""

    def count(kind: str) -> None:
        request.node.user_properties.append((SURVIVED, kind))

    return count


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance by the seed and the test's own name: the same plan on every machine."""
    return random.Random(f"{SEED} {request.node.name}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many faults of each kind were survived."""
    counted: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        counted.update(kind for name, kind in report.user_properties if name == SURVIVED)
    if counted:
        terminalreporter.section(f"faults survived: {counted.total()} (seed {SEED})")
        for kind, count in sorted(counted.items()):
            terminalreporter.write_line(f"{count:6}  {kind}")
