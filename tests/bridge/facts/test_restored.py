"""A backup of either database is restored: nobody gets another's facts, and what was erased goes once more."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bridge.errors import FactsOfOthers
from bridge.facts_moving import remove_erased_facts, remove_unknown_facts
from bridge.schema.people import Person
from bridge.schema.teaching import Course
from bridge.store.database import Sessions, reading, writing
from bridge.store.facts import save_fact_rows
from tests.bridge.facts.conftest import bench_on, read
from tests.bridge.sync.conftest import COURSES, SETTINGS, Bench, Clock
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.worlds.model import Member

EARLIER, LATER = 27, 16
"""Two learners of course 2; the first is enrolled before the restore, the second after it."""


def set_members(bench: Bench, members: dict[int, Member], *left_out: int) -> None:
    """Let course 2 have these members, but for some."""
    kept = {user: member for user, member in members.items() if user not in left_out}
    bench.vle.world.courses[2] = replace(bench.vle.world.courses[2], members=kept)


def copy_database(sessions: Sessions, to: Path) -> None:
    """Back it up; closing the last connection takes the write-ahead file into the other."""
    sessions.kw["bind"].dispose()
    shutil.copyfile(sessions.kw["bind"].url.database, to)


def restore_database(sessions: Sessions, backup: Path) -> None:
    sessions.kw["bind"].dispose()
    shutil.copyfile(backup, sessions.kw["bind"].url.database)


def find_people(sessions: Sessions) -> dict[int, int]:
    with reading(sessions) as db:
        return dict(db.execute(select(Person.moodle_user_id, Person.id)).all())


def test_nobody_gets_the_number_of_somebody_whom_a_restored_database_lacks(
    elsewhere: Sessions, shared: Sessions, vle: tuple[DemoVle, Clock], tmp_path: Path
) -> None:
    bench = bench_on(elsewhere, vle)
    members = bench.vle.world.courses[2].members
    bench.switch_on(2)
    set_members(bench, members, EARLIER, LATER)
    bench.sync()
    copy_database(shared, tmp_path / "backup")
    set_members(bench, members, LATER)
    bench.sync()
    number = find_people(shared)[EARLIER]
    others = {fact for fact in read(elsewhere) if fact[2] == number}
    assert others

    restore_database(shared, tmp_path / "backup")
    set_members(bench, members, EARLIER)
    refused = bench.try_to_sync()
    assert [(one.code, "lea facts match" in one.text) for one in refused.failures] == [(FactsOfOthers.code, True)]
    assert {EARLIER, LATER}.isdisjoint(find_people(shared))

    assert remove_unknown_facts(elsewhere) == (1, 0)
    bench.sync()
    assert find_people(shared)[LATER] == number
    assert {fact for fact in read(elsewhere) if fact[2] == number} not in (others, set())


def test_no_course_gets_the_number_of_one_that_a_restored_database_lacks(
    elsewhere: Sessions, shared: Sessions, vle: tuple[DemoVle, Clock], tmp_path: Path
) -> None:
    bench = bench_on(elsewhere, vle)
    bench.switch_on(2)
    bench.sync()
    copy_database(shared, tmp_path / "backup")
    bench.switch_on(3)
    bench.sync()
    restore_database(shared, tmp_path / "backup")
    with pytest.raises(FactsOfOthers, match="lea facts match"):
        bench.switch_on(4)
    assert remove_unknown_facts(elsewhere)[1] == 1
    assert bench.switch_on(4) == [2]


def test_facts_that_a_restored_database_knows_nobody_of_are_removed(
    elsewhere: Sessions, vle: tuple[DemoVle, Clock]
) -> None:
    bench = bench_on(elsewhere, vle)
    bench.switch_on(*COURSES)
    bench.sync()
    known = read(elsewhere)
    with writing(elsewhere) as db:
        save_fact_rows(db, [(20_700, 1, 9_999, 5, 1), (20_700, 77, 1, 5, 1), (20_700, 77, 9_998, 5, 1)])
    assert remove_unknown_facts(elsewhere) == (2, 1)
    assert read(elsewhere) == known
    assert remove_unknown_facts(elsewhere) == (0, 0)


def test_what_a_restored_clickhouse_has_of_an_erasure_in_one_course_is_removed_once_more(
    elsewhere: Sessions, vle: tuple[DemoVle, Clock]
) -> None:
    bench = bench_on(elsewhere, vle)
    bench.switch_on(*COURSES)
    bench.sync()
    before = read(elsewhere)
    person_id = next(row[2] for row in before if len({one[1] for one in before if one[2] == row[2]}) > 1)
    course_id = next(row[1] for row in before if row[2] == person_id)
    with reading(elsewhere) as db:
        user = db.scalars(select(Person.moodle_user_id).where(Person.id == person_id)).one()
        course = db.scalars(select(Course.moodle_course_id).where(Course.id == course_id)).one()
    own = [row for row in before if (row[1], row[2]) == (course_id, person_id)]
    bench.vle.world.delete("erasure", user, course_id=course)
    bench.clock.go_on(hours=1)
    bench.sync()
    after = read(elsewhere)
    assert not set(own) & set(after)

    with writing(elsewhere) as db:
        save_fact_rows(db, own)
    assert remove_unknown_facts(elsewhere) == (0, 0)
    assert (read(elsewhere) == after, remove_erased_facts(elsewhere, SETTINGS)) == (False, 1)
    assert read(elsewhere) == after
