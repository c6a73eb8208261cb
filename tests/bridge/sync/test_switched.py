"""Moodle is told which courses are switched on, and only what it was told is read."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bridge.moodle.errors import CourseNotSwitchedOn, PluginTooOld
from bridge.records import CoursePlacement, Placements
from bridge.schema.teaching import Course
from bridge.store.courses import load_synced_courses
from bridge.store.cursor import load_cursor
from bridge.store.database import reading, writing
from bridge.store.platforms import RegistrationDetails, load_platform, save_registration
from bridge.store.sync_requests import load_sync_request
from bridge.sync.context import Sync
from bridge.sync.course import switch_courses
from bridge.sync.courses import sync_courses
from bridge.sync.report import Silent, Tally
from bridge.sync.switched import list_notes
from tests.bridge.sync.conftest import COURSES, SETTINGS, Bench
from tests.bridge.sync.counting import facts_in_file, saved_facts
from tests.demo_vle import functions
from tests.demo_vle.faults import Fault
from tests.demo_vle.provisioning import run_cron


def register(bench: Bench) -> None:
    """Save the registration by which the served site knows the tool."""
    given = bench.vle.registration()
    details = RegistrationDetails(
        issuer=given["issuer"],
        client_id=given["client_id"],
        auth_login_url=given["auth_login_url"],
        auth_token_url=given["auth_token_url"],
        key_set_url=given["key_set_url"],
        deployment_ids=tuple(given["deployment_ids"]),
    )
    with writing(bench.sessions) as db:
        save_registration(db, bench.platform_id, details, bench.clock())


def placed(bench: Bench) -> dict[int, tuple[int | None, str | None]]:
    """Read (cmid, problem) of the tool's activity by Moodle's course id."""
    with reading(bench.sessions) as db:
        rows = db.execute(select(Course.moodle_course_id, Course.tool_cmid, Course.tool_problem))
        return {row.moodle_course_id: (row.tool_cmid, row.tool_problem) for row in rows}


def own_cmid(bench: Bench, course_id: int) -> int:
    """Find the tool's activity on the served site."""
    return bench.vle.world.course(course_id).own_activity.cmid


def take_activity_away(bench: Bench, course_id: int) -> None:
    """Let a course of the served site have no activity of the tool."""
    activities = bench.vle.world.course(course_id).activities
    activities[:] = [activity for activity in activities if not activity.own]


def test_moodle_is_told_the_whole_list_and_what_it_says_of_each_course_is_kept(bench: Bench) -> None:
    register(bench)
    take_activity_away(bench, 3)
    bench.switch_on(*COURSES)
    report = bench.sync()
    assert bench.vle.site.switched_on == set(COURSES)
    assert placed(bench) == dict.fromkeys(COURSES, (None, "queued"))
    assert report.notes == ("Moodle's cron makes the Engagement activity of courses 2, 3, 4 when it runs next.",)

    run_cron(bench.vle.site)
    report = bench.sync()
    assert placed(bench) == {course_id: (own_cmid(bench, course_id), None) for course_id in COURSES}
    assert report.notes == ()


def test_a_course_switched_off_leaves_the_list_and_nothing_is_known_of_its_activity(bench: Bench) -> None:
    register(bench)
    bench.switch_on(2, 3)
    bench.sync()
    run_cron(bench.vle.site)
    bench.sync()
    bench.switch_off(2, 3)
    bench.sync()
    assert bench.vle.site.switched_on == frozenset()
    assert placed(bench) == {2: (None, None), 3: (None, None)}


def test_a_tool_that_moodle_does_not_know_or_holds_back_is_one_note(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    (note,) = bench.sync().notes
    assert "does not know this tool by its client id" in note
    assert placed(bench)[2] == (None, "notool")
    register(bench)
    bench.vle.site.is_tool_active = False
    (note,) = bench.sync().notes
    assert "activate it in Site administration" in note
    assert placed(bench)[2] == (None, "pendingtool")


def test_a_course_that_moodle_does_not_know_is_a_note_and_keeps_nobody_from_anything(bench: Bench) -> None:
    register(bench)
    bench.switch_on(2, 77)
    bench.sync()
    run_cron(bench.vle.site)
    report = bench.sync()
    assert report.notes == ("Moodle knows no course 77. Switch off here what is gone.",)
    assert placed(bench)[77] == (None, "unknowncourse")
    bench.clock.go_on(minutes=15)
    bench.sync()
    assert saved_facts(bench.sessions) == facts_in_file(bench.vle.world, [2])
    with reading(bench.sessions) as db:
        assert load_cursor(db, bench.platform_id).mark_id > 0, "settling waits for a course that is never read"


def test_a_course_switched_on_during_a_run_is_read_whole_by_the_next(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    serve = bench.vle.site.now

    def switching_on() -> datetime:
        """Switch course 3 on after Moodle was told the list, when the roster is read."""
        if bench.vle.served.calls["local_lea_get_roster"] > 1:
            bench.vle.site.now = serve
            bench.switch_on(3)
        return serve()

    bench.clock.go_on(minutes=15)
    bench.vle.site.now = switching_on
    bench.sync()
    with reading(bench.sessions) as db:
        assert {course.moodle_course_id for course in load_synced_courses(db, bench.platform_id)} == {2, 3}
    assert saved_facts(bench.sessions) == facts_in_file(bench.vle.world, [2])

    bench.clock.go_on(minutes=15)
    bench.sync()
    assert saved_facts(bench.sessions) == facts_in_file(bench.vle.world, [2, 3])


def test_nothing_is_read_when_moodle_does_not_take_the_list_and_the_next_run_misses_nothing(bench: Bench) -> None:
    bench.switch_on(2, 3)
    bench.vle.site.capabilities.discard("local/lea:switchcourses")
    report = bench.try_to_sync()
    assert [(failure.step, failure.code) for failure in report.failures] == [("switched", "moodle-permission-missing")]
    assert any("lacks local/lea:switchcourses" in note for note in report.notes)
    assert saved_facts(bench.sessions) == set()
    bench.vle.site.capabilities.add("local/lea:switchcourses")
    bench.sync()
    assert saved_facts(bench.sessions) == facts_in_file(bench.vle.world, [2, 3])


def test_the_measuring_goes_on_while_moodle_does_not_take_the_list(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    bench.vle.faults.always(Fault.NO_PERMISSION, function="local_lea_set_courses")
    bench.clock.go_on(days=1)
    report = bench.try_to_sync()
    assert [tally.step for tally in report.tallies] == [
        "tombstones",
        "handshake",
        "switched",
        "weeks",
        "evaluations",
        "figures",
        "concerns",
    ]


def test_a_course_that_moodle_was_not_told_of_has_its_own_error(bench: Bench) -> None:
    with pytest.raises(CourseNotSwitchedOn, match="The next run tells it"):
        bench.client.roster(2)


def test_a_course_that_goes_away_after_moodle_was_told_is_a_note(bench: Bench) -> None:
    bench.switch_on(2, 77)
    sync = Sync(bench.sessions, bench.client, bench.platform_id, SETTINGS, bench.clock, Silent(), {2, 77})
    tally = Tally("courses")
    sync_courses(sync, tally)
    assert tally.notes == ["Moodle did not name the courses 77. Switch off what is gone."]
    assert tally.rows_read == 1


def test_an_older_plugin_is_named_with_what_to_do_and_nothing_is_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.switch_on(2)
    monkeypatch.setattr(functions, "PLUGIN_VERSION", 2026112100)
    monkeypatch.setattr(functions, "PLUGIN_RELEASE", "0.1.0")
    (failure,) = bench.try_to_sync().failures
    assert failure.code == PluginTooOld.code
    assert "found 0.1.0, version 2026112100" in failure.message
    assert "lea plugin zip" in failure.message
    assert set(bench.vle.served.calls) == {"local_lea_get_version"}
    with reading(bench.sessions) as db:
        platform = load_platform(db, bench.platform_id)
    assert platform is not None
    assert (platform.plugin_release, platform.plugin_version) == ("0.1.0", 2026112100)


def test_courses_are_switched_in_bulk_and_a_sync_is_asked_for(bench: Bench) -> None:
    many = range(2, 3_002)
    with writing(bench.sessions) as db:
        switch_courses(db, bench.platform_id, many, (), bench.clock())
        on = {course.moodle_course_id for course in load_synced_courses(db, bench.platform_id)}
        assert on == set(many)
        assert load_sync_request(db, bench.platform_id) == bench.clock()
        switch_courses(db, bench.platform_id, (5, 6), range(4, 3_002), bench.clock())
        on = {course.moodle_course_id for course in load_synced_courses(db, bench.platform_id)}
    assert on == {2, 3}


def test_switching_on_what_is_on_and_off_what_was_never_on_changes_nothing(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    with reading(bench.sessions) as db:
        before = load_synced_courses(db, bench.platform_id)
    bench.clock.go_on(minutes=1)
    bench.switch_on(2)
    bench.switch_off(3)
    with reading(bench.sessions) as db:
        assert load_synced_courses(db, bench.platform_id) == before


def test_notes_name_ten_courses_and_count_the_others_and_a_failure_of_the_start_page() -> None:
    failed = tuple(CoursePlacement(number, True, None, "failed") for number in range(2, 15))
    notes = list_notes(Placements("ready", None, "failed", failed))
    assert notes == [
        "The Engagement activity of courses 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 3 more was not made (failed). "
        "Look into Moodle's task log.",
        "The activity of the staff's start page was not made (failed). Look into Moodle's task log.",
    ]


def test_the_handshake_keeps_versions_and_the_time_of_the_last_answer(bench: Bench) -> None:
    bench.sync()
    with reading(bench.sessions) as db:
        platform = load_platform(db, bench.platform_id)
    assert platform is not None
    assert platform.plugin_version == functions.PLUGIN_VERSION
    assert platform.moodle_release == functions.MOODLE_RELEASE
    assert platform.handshake_at == bench.clock() == datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
