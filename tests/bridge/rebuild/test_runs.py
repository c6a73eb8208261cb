"""A course that is taught again: a rebuild makes the facts of both years as the sync did, and none of what has gone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from analytics.calendar import day_number
from bridge.rebuild.archive import open_archive
from bridge.rebuild.rebuild import Rebuild
from bridge.schema.log import Presence
from bridge.schema.teaching import CourseRun
from bridge.store.database import Sessions, reading, writing
from bridge.store.engagement import mark_course_stale
from bridge.sync.context import Sync
from bridge.sync.report import Silent, SyncReport, Tally
from bridge.sync.weeks import fold_weeks
from tests.bridge.rebuild.archives import write_archive
from tests.bridge.rebuild.conftest import LITTLE
from tests.bridge.sync.conftest import SETTINGS, Bench, serve
from tests.bridge.sync.taught_again import YEAR, learn_again, move_start
from tests.bridge.sync.test_retention import purge
from tests.demo_vle.worlds.stretched import DAYS, STARTS_AT, stretched
from tests.faults.oracle import Contents, find_differences, read_all

SUMMER = STARTS_AT + timedelta(days=DAYS + 200)
WEEK_3 = STARTS_AT + YEAR + timedelta(weeks=2, hours=10)
PAST_ITS_PERIOD = STARTS_AT + YEAR + timedelta(weeks=14)
"""A year after the last week of the first run."""
YEARS_SECONDS = 700 * 86_400


@pytest.fixture
def second_year(sessions: Sessions) -> Iterator[tuple[Bench, int]]:
    """Course 2 in week 3 of its second year; rows that are years old were restored into it."""
    for bench in serve(sessions, stretched(), SUMMER):
        (course_id,) = bench.switch_on(2)
        bench.sync()
        move_start(bench, 2)
        bench.sync()
        learn_again(bench, 2, 2)
        own = [row for row in bench.vle.world.log if row.courseid == 2 and row.edulevel == 2]
        for row in own[:40]:
            bench.vle.world.log.append(row._replace(timecreated=row.timecreated - YEARS_SECONDS))
        bench.clock.at = WEEK_3
        bench.sync()
        yield bench, course_id


def read_measured(bench: Bench, course_id: int) -> Contents:
    """Measure everybody now, so that all are of one time, and read what the tables hold."""
    with writing(bench.sessions) as db:
        mark_course_stale(db, course_id)
    sync = Sync(bench.sessions, None, bench.platform_id, SETTINGS, bench.clock, Silent())
    fold_weeks(sync, Tally("weeks"))
    return read_all(bench.sessions)


def lose_facts(bench: Bench) -> None:
    with writing(bench.sessions) as db:
        db.execute(delete(Presence))


def rebuild(bench: Bench, folder: Path) -> SyncReport:
    write_archive(folder, list(bench.vle.world.log))
    archive = open_archive([folder], SETTINGS.zone, int(bench.clock().timestamp()) + 300)
    return Rebuild(bench.sessions, bench.platform_id, SETTINGS, bench.clock, archive, LITTLE).run()


def count_before_the_run(bench: Bench) -> int:
    """Count the facts from before the run now began, or from before the first one where there is one."""
    with reading(bench.sessions) as db:
        ended_on = db.scalars(select(CourseRun.ended_on)).one()
        return len(db.scalars(select(Presence.day_no).where(Presence.day_no < day_number(ended_on))).all())


def test_facts_of_both_years_and_of_the_years_before_come_back_as_the_sync_had_made_them(
    second_year: tuple[Bench, int], tmp_path: Path
) -> None:
    bench, course_id = second_year
    expected = read_measured(bench, course_id)
    assert count_before_the_run(bench) > 0
    lose_facts(bench)
    without = find_differences(expected, read_measured(bench, course_id))
    assert {"presence", "learner_week"} <= {one.partition(":")[0] for one in without}

    assert rebuild(bench, tmp_path / "archive").failures == ()
    assert find_differences(expected, read_measured(bench, course_id)) == []


def test_facts_of_a_year_whose_period_is_over_do_not_come_back_at_all(
    second_year: tuple[Bench, int], tmp_path: Path
) -> None:
    bench, course_id = second_year
    bench.clock.at = PAST_ITS_PERIOD
    bench.sync()
    before = count_before_the_run(bench)
    assert purge(bench)["evidence"].removed >= before > 0
    assert count_before_the_run(bench) == 0
    expected = read_measured(bench, course_id)
    assert expected["presence"].total() > 0

    lose_facts(bench)
    assert rebuild(bench, tmp_path / "archive").failures == ()
    assert find_differences(expected, read_measured(bench, course_id)) == []
