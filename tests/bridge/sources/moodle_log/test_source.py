"""A log download taken in as a file says the same as the plugin, and nothing new beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from bridge.schema.log import Presence
from bridge.schema.people import Person
from bridge.schema.sources import SourceFreshness, SourceImport
from bridge.schema.teaching import Activity, LearnerTask, Task
from bridge.sources.contract import Options
from bridge.sources.errors import SourceRefused
from bridge.sources.importing import Import, Report
from bridge.sources.registry import find_source
from bridge.store.database import Sessions, reading, writing
from tests.bridge.sources.moodle_log.files import COURSE_VIEWED, CSV_OF_COURSE_2, VIEWED, unpack, write_log
from tests.bridge.sync.conftest import SETTINGS, Bench, serve
from tests.demo_vle.worlds.recorded import recorded

Rows = set[tuple[object, ...]]


@pytest.fixture
def bench(sessions: Sessions) -> Iterator[Bench]:
    """The recorded site."""
    yield from serve(sessions, recorded())


def take(bench: Bench, path: Path, *, is_dry: bool = False, date_format: str | None = None) -> Report:
    """Take a log download in."""
    source = find_source("moodle-log")
    assert source is not None
    options = Options(date_format=date_format)
    one = Import(bench.sessions, bench.platform_id, SETTINGS, bench.clock, source, options, is_dry=is_dry)
    return one.run(path, lambda _: None)


def load(bench: Bench, *columns: Any, where: Any = None) -> Rows:
    """Return some columns of a table as a set of rows."""
    chosen = select(*columns)
    with reading(bench.sessions) as db:
        return {tuple(row) for row in db.execute(chosen if where is None else chosen.where(where))}


def facts(bench: Bench) -> Rows:
    return load(bench, Presence.day_no, Presence.person_id, Presence.cmid, Presence.kind)


def forget_log(bench: Bench) -> None:
    """Leave courses, people and tasks alone, as files tell of them where there is no plugin."""
    with writing(bench.sessions) as db:
        db.execute(delete(Presence))
        db.execute(delete(LearnerTask))
        db.execute(delete(Activity))


def test_a_site_without_the_plugin_gets_the_facts_that_the_plugin_gives_and_the_openings_of_this_tool(
    bench: Bench, tmp_path: Path
) -> None:
    bench.switch_on(2)
    bench.clock.go_on(hours=2)
    bench.sync()
    by_plugin = facts(bench)
    own = {cmid for (cmid,) in load(bench, Activity.cmid, where=Activity.is_own.is_(True))}
    forget_log(bench)
    report = take(bench, unpack(CSV_OF_COURSE_2, tmp_path))
    # Only the plugin knows which activities are this tool's own; one learner opened two of them.
    extra = facts(bench) - by_plugin
    assert facts(bench) >= by_plugin
    assert len(extra) == 2
    assert {cmid for _, _, cmid, _ in extra} <= own
    assert report.tally.new == len(facts(bench)) + len(load_handed_in(bench))
    assert report.tally.rows == 2_542
    assert report.tally.rejected == []


def test_beside_the_plugin_and_twice_it_changes_nothing(bench: Bench, tmp_path: Path) -> None:
    bench.switch_on(2)
    bench.clock.go_on(hours=2)
    bench.sync()
    columns = (LearnerTask.task_id, LearnerTask.person_id, LearnerTask.due_at, LearnerTask.handed_in_at)
    before = (facts(bench), load(bench, *columns), load(bench, Activity.cmid, Activity.name, Activity.section))
    for _ in range(2):
        assert take(bench, unpack(CSV_OF_COURSE_2, tmp_path)).tally.new == 0
    assert before == (facts(bench), load(bench, *columns), load(bench, Activity.cmid, Activity.name, Activity.section))


def test_without_the_plugin_hand_ins_and_names_of_activities_come_by_the_log(bench: Bench, tmp_path: Path) -> None:
    bench.switch_on(2)
    bench.clock.go_on(hours=2)
    bench.sync()
    handed_in = (LearnerTask.task_id, LearnerTask.person_id)
    by_plugin = load_handed_in(bench)
    forget_log(bench)
    take(bench, unpack(CSV_OF_COURSE_2, tmp_path))
    assert load_handed_in(bench) == by_plugin
    assert len(load(bench, *handed_in)) > 50
    assert ("url", "Week 6 lecture recording") in load(bench, Activity.modname, Activity.name)


def load_handed_in(bench: Bench) -> Rows:
    with reading(bench.sessions) as db:
        rows = db.execute(
            select(Task.cmid, LearnerTask.person_id, LearnerTask.handed_in_at)
            .join(Task, Task.id == LearnerTask.task_id)
            .where(LearnerTask.handed_in_at.is_not(None))
        )
        return {(cmid, person_id, at.date()) for cmid, person_id, at in rows if at}


def test_the_log_is_complete_up_to_the_day_before_its_last_row(bench: Bench, tmp_path: Path) -> None:
    [course_id] = bench.switch_on(2)
    bench.clock.go_on(hours=2)
    bench.sync()
    take(bench, unpack(CSV_OF_COURSE_2, tmp_path))
    covers = load(bench, SourceFreshness.course_id, SourceFreshness.kind, SourceFreshness.covers_to)
    found = {(course, kind, str(day)) for course, kind, day in covers}
    assert {(course_id, "visits", "2026-11-20"), (course_id, "submissions", "2026-11-20")} <= found


def test_addresses_are_counted_and_nothing_of_names_or_addresses_is_kept(bench: Bench, tmp_path: Path) -> None:
    bench.switch_on(2)
    bench.clock.go_on(hours=2)
    bench.sync()
    people = load(bench, Person.full_name)
    path = write_log(tmp_path / "log.csv", COURSE_VIEWED, VIEWED | {"User full name": "Somebody Unheard-of"})
    report = take(bench, path)
    assert report.dropped == ("IP address (2 rows)",)
    assert load(bench, Person.full_name) == people
    kept = {value for row in load(bench, SourceImport.kind, SourceImport.digest) for value in row}
    assert len(kept) == 2


def test_people_who_are_no_learners_of_the_course_leave_nothing(bench: Bench, tmp_path: Path) -> None:
    bench.switch_on(2)
    bench.clock.go_on(hours=2)
    bench.sync()
    before = facts(bench)
    staff = VIEWED | {"Description": VIEWED["Description"].replace("'10'", "'66'")}
    report = take(bench, write_log(tmp_path / "log.csv", COURSE_VIEWED | {"Time": staff["Time"]}, staff))
    assert report.tally.left_out["of nobody on the course's list of people"] == 1
    assert {person for _, person, _, _ in facts(bench)} == {person for _, person, _, _ in before}


def test_what_is_no_evidence_is_counted_by_reason_and_what_is_wrong_by_line(bench: Bench, tmp_path: Path) -> None:
    bench.switch_on(2)
    path = write_log(
        tmp_path / "log.csv",
        COURSE_VIEWED,
        VIEWED | {"Component": "Crystal ball", "Event name": "Ball seen", "Description": "-"},
        VIEWED | {"Origin": "cli"},
        VIEWED | {"Time": "soon"},
    )
    report = take(bench, path, is_dry=True)
    assert report.tally.rows == 4
    assert report.tally.left_out["of an event that this tool does not know (Crystal ball: Ball seen)"] == 1
    assert report.tally.left_out["no act of a learner in the course"] == 1
    assert [(one.line, one.reason) for one in report.tally.rejected] == [(5, "the time cannot be read")]


def test_dates_that_can_be_read_in_two_ways_are_refused_and_nothing_is_stored(bench: Bench, tmp_path: Path) -> None:
    bench.switch_on(2)
    bench.clock.go_on(hours=2)
    bench.sync()
    before = facts(bench)
    path = write_log(tmp_path / "log.csv", COURSE_VIEWED | {"Time": "02/11/26, 09:00:00"})
    with pytest.raises(SourceRefused, match="--date-format"):
        take(bench, path)
    assert facts(bench) == before
    assert take(bench, path, date_format="dmy").tally.new == 1


def test_a_dry_run_counts_and_stores_nothing(bench: Bench, tmp_path: Path) -> None:
    bench.switch_on(2)
    bench.clock.go_on(hours=2)
    bench.sync()
    forget_log(bench)
    assert take(bench, unpack(CSV_OF_COURSE_2, tmp_path), is_dry=True).tally.new > 500
    assert facts(bench) == set()


def test_a_format_that_is_none_is_named(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="dmy, mdy or ymd"):
        take(bench, write_log(tmp_path / "log.csv", COURSE_VIEWED), date_format="DD/MM")


def test_a_log_of_several_courses_is_placed_by_the_activities_that_are_known(bench: Bench, tmp_path: Path) -> None:
    bench.switch_on(2, 3)
    bench.clock.go_on(hours=2)
    bench.sync()
    unknown = VIEWED | {"Description": VIEWED["Description"].replace("'18'", "'9999'"), "Event context": "URL: Unknown"}
    other = COURSE_VIEWED | {
        "Event context": "Course: Another",
        "Description": "The user with id '10' viewed the course with id '3'.",
    }
    report = take(bench, write_log(tmp_path / "site.csv", COURSE_VIEWED, other, VIEWED, unknown))
    assert [one.line for one in report.tally.rejected] == [5]
    assert report.tally.rows == 4
