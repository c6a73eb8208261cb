"""A backup of either database is restored: nobody gets another's facts, and what was erased goes once more."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from bridge.errors import FactsOfOthers
from bridge.facts_moving import remove_erased_facts, remove_unknown_facts
from bridge.schema.people import Person
from bridge.schema.teaching import Course
from bridge.store.database import Sessions, make_engine, reading, writing
from bridge.store.facts import save_fact_rows
from tests.bridge.facts.conftest import bench_on, read
from tests.bridge.sync.conftest import SETTINGS, Bench, Clock
from tests.databases import PostgresCluster
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.worlds.model import Member

EARLIER, LATER = 15, 16
"""Two learners of course 2, the first enrolled before the restore, the second after it.

Neighbours on the list: PostgreSQL gives a number to each row of it, and keeps those of new people.
"""


def set_members(bench: Bench, members: dict[int, Member], *left_out: int) -> None:
    """Let course 2 have these members, but for some."""
    kept = {user: member for user, member in members.items() if user not in left_out}
    bench.vle.world.courses[2] = replace(bench.vle.world.courses[2], members=kept)


class Backup:
    """A copy of the shared database, and what is restored of it."""

    def __init__(self, shared: Sessions, elsewhere: Sessions, request: pytest.FixtureRequest, ends: ExitStack) -> None:
        self._factories = (shared, elsewhere)
        self._engine: Engine = shared.kw["bind"]
        self._request, self._ends = request, ends
        self._kept = ""

    def make(self) -> None:
        """Copy it; nobody is connected then."""
        self._engine.dispose()
        url = self._engine.url
        if url.get_backend_name() == "sqlite":
            self._kept = str(shutil.copyfile(str(url.database), f"{url.database}.backup"))
        else:
            self._kept = self._cluster.keep(url.render_as_string(hide_password=False))

    def restore(self) -> None:
        """Let both kinds of sessions work on a copy of the copy from now on."""
        if self._engine.url.get_backend_name() == "sqlite":
            url = f"sqlite:///{self._kept}"
        else:
            url = self._ends.enter_context(self._cluster.new_database(of=self._kept))
        engine = make_engine(url)
        self._ends.callback(engine.dispose)
        for sessions in self._factories:
            sessions.configure(bind=engine)

    @property
    def _cluster(self) -> PostgresCluster:
        found: PostgresCluster = self._request.getfixturevalue("postgres_cluster")
        return found


@pytest.fixture
def shared(sessions: Sessions) -> Sessions:
    """On SQLite and on PostgreSQL."""
    return sessions


@pytest.fixture
def backup(shared: Sessions, elsewhere: Sessions, request: pytest.FixtureRequest) -> Iterator[Backup]:
    with ExitStack() as ends:
        yield Backup(shared, elsewhere, request, ends)


def find_people(sessions: Sessions) -> dict[int, int]:
    with reading(sessions) as db:
        return dict(db.execute(select(Person.moodle_user_id, Person.id)).all())


def test_nobody_gets_the_number_of_somebody_whom_a_restored_database_lacks(
    elsewhere: Sessions, shared: Sessions, vle: tuple[DemoVle, Clock], backup: Backup
) -> None:
    bench = bench_on(elsewhere, vle)
    members = bench.vle.world.courses[2].members
    bench.switch_on(2)
    set_members(bench, members, EARLIER, LATER)
    bench.sync()
    backup.make()
    set_members(bench, members, LATER)
    bench.sync()
    number = find_people(shared)[EARLIER]
    others = {fact for fact in read(elsewhere) if fact[2] == number}
    assert others

    backup.restore()
    set_members(bench, members, EARLIER)
    refused = bench.try_to_sync()
    assert [(one.code, "lea facts match" in one.text) for one in refused.failures] == [(FactsOfOthers.code, True)]
    assert {EARLIER, LATER}.isdisjoint(find_people(shared))

    assert remove_unknown_facts(elsewhere) == (1, 0)
    bench.sync()
    own = {fact for fact in read(elsewhere) if fact[2] == find_people(shared)[LATER]}
    assert {(day_no, cmid) for day_no, _, _, cmid, _ in own} not in (set(), {(fact[0], fact[3]) for fact in others})


def test_no_course_gets_the_number_of_one_that_a_restored_database_lacks(
    elsewhere: Sessions, shared: Sessions, vle: tuple[DemoVle, Clock], backup: Backup
) -> None:
    bench = bench_on(elsewhere, vle)
    bench.switch_on(2)
    bench.sync()
    backup.make()
    bench.switch_on(3)
    bench.sync()
    backup.restore()
    with pytest.raises(FactsOfOthers, match="lea facts match"):
        bench.switch_on(4)
    assert remove_unknown_facts(elsewhere)[1] == 1
    assert len(bench.switch_on(4)) == 1


def test_facts_that_a_restored_database_knows_nobody_of_are_removed(elsewhere: Sessions, synced: Bench) -> None:
    known = read(elsewhere)
    with writing(elsewhere) as db:
        save_fact_rows(db, [(20_700, 1, 9_999, 5, 1), (20_700, 77, 1, 5, 1), (20_700, 77, 9_998, 5, 1)])
    assert remove_unknown_facts(elsewhere) == (2, 1)
    assert read(elsewhere) == known
    assert remove_unknown_facts(elsewhere) == (0, 0)


def test_what_a_restored_clickhouse_has_of_an_erasure_in_one_course_is_removed_once_more(
    elsewhere: Sessions, synced: Bench
) -> None:
    before = read(elsewhere)
    person_id = next(row[2] for row in before if len({one[1] for one in before if one[2] == row[2]}) > 1)
    course_id = next(row[1] for row in before if row[2] == person_id)
    with reading(elsewhere) as db:
        user = db.scalars(select(Person.moodle_user_id).where(Person.id == person_id)).one()
        course = db.scalars(select(Course.moodle_course_id).where(Course.id == course_id)).one()
    own = [row for row in before if (row[1], row[2]) == (course_id, person_id)]
    synced.vle.world.delete("erasure", user, course_id=course)
    synced.clock.go_on(hours=1)
    synced.sync()
    after = read(elsewhere)
    assert not set(own) & set(after)

    with writing(elsewhere) as db:
        save_fact_rows(db, own)
    assert remove_unknown_facts(elsewhere) == (0, 0)
    assert (read(elsewhere) == after, remove_erased_facts(elsewhere, SETTINGS)) == (False, 1)
    assert read(elsewhere) == after
