"""The worlds are what they claim to be: recorded as recorded, stretched over ten weeks, a term like a real one."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from tests.demo_vle.living import catch_up
from tests.demo_vle.log_functions import kept_rows
from tests.demo_vle.site import Site
from tests.demo_vle.worlds.model import IGNORED_EVENT, World
from tests.demo_vle.worlds.recorded import recorded, recorded_rows
from tests.demo_vle.worlds.stretched import DAYS, STARTS_AT, stretched
from tests.demo_vle.worlds.term import term
from tests.demo_vle.worlds.term_dates import ZONE, TermDates
from tests.demo_vle.worlds.term_people import RETURNING, UNSEEN

TODAY = date(2026, 11, 21)
MIDNIGHT = int(datetime(2026, 11, 21, tzinfo=ZONE).timestamp())


@pytest.fixture(scope="module")
def autumn() -> World:
    """A generated term."""
    return term(TODAY)


def learners_of(world: World, course_id: int) -> set[int]:
    """Find the learners of a course."""
    return {number for number, member in world.courses[course_id].members.items() if "student" in member.roles}


def test_the_recorded_world_holds_every_recorded_row() -> None:
    world = recorded()

    assert len(world.log) == 7972
    assert [row.id for row in world.log] == [row["id"] for row in recorded_rows()]
    assert {course: len(learners_of(world, course)) for course in world.courses} == {2: 60, 3: 40, 4: 30}


def test_what_leaves_the_site_is_what_a_count_straight_from_the_file_says() -> None:
    wanted = [
        row["id"]
        for row in recorded_rows()
        if row["anonymous"] == 0
        and row["userid"] > 0
        and row["userid"] != 69
        and row["eventname"] != IGNORED_EVENT
        and row["courseid"] in (2, 3, 4)
    ]

    site = Site(recorded())
    site.switch_all_on()

    assert [row.id for row in kept_rows(site, 0, 10**9, frozenset({2, 3, 4}))] == wanted


def test_no_content_leaves_the_site() -> None:
    assert any("content" in (row["other"] or "") for row in recorded_rows())
    assert not any("content" in row.other or "pathname" in row.other for row in recorded().log)


def test_stretching_keeps_all_but_the_times() -> None:
    pairs = list(zip(recorded().log, stretched().log, strict=True))

    assert all(one._replace(timecreated=0) == other._replace(timecreated=0) for one, other in pairs)


def test_the_stretched_log_spans_ten_weeks_and_runs_backwards_at_places() -> None:
    times = [row.timecreated for row in stretched().log if row.origin != "cli"]
    start = int(STARTS_AT.timestamp())

    assert {(at - start) // (7 * 86_400) for at in times} == set(range(DAYS // 7))
    assert any(later < earlier for earlier, later in pairwise(times))
    assert list(stretched().log) == list(stretched().log)


def test_the_term_has_six_courses_and_300_learners_in_two_to_four_each(autumn: World) -> None:
    taken = Counter(number for course in autumn.courses for number in learners_of(autumn, course))

    assert len(autumn.courses) == 6
    assert len(taken) == 300
    assert set(taken.values()) == {2, 3, 4}
    assert min(len(learners_of(autumn, course)) for course in autumn.courses) < 10


def test_the_term_is_the_same_for_the_same_day_and_moves_with_the_day(autumn: World) -> None:
    again, week_later = term(TODAY), term(TODAY + timedelta(days=7))

    assert list(autumn.log) == list(again.log)
    assert autumn.courses == again.courses
    assert [user.fullname for user in autumn.users.values()] == [user.fullname for user in week_later.users.values()]
    moved = {start.startdate - autumn.courses[number].startdate for number, start in week_later.courses.items()}
    assert moved == {7 * 86_400}


@pytest.mark.parametrize("today", [date(2026, 11, 16), date(2026, 11, 22), date(2027, 4, 1), date(2028, 2, 29)])
def test_any_day_lies_in_week_12_of_its_term(today: date) -> None:
    dates = TermDates.ending(today)

    assert dates.first_monday.weekday() == 0
    assert dates.day(12, 0) <= today <= dates.day(12, 6)


def test_the_term_ends_today_and_is_of_a_size_to_wait_for(autumn: World) -> None:
    assert 50_000 < len(autumn.log) < 200_000
    assert all(row.timecreated < MIDNIGHT for row in autumn.log)
    assert [row.id for row in autumn.log] == list(range(1, len(autumn.log) + 1))
    assert any(later.timecreated < earlier.timecreated for earlier, later in pairwise(autumn.log))


def test_fewer_learners_work_in_the_reading_week(autumn: World) -> None:
    days: dict[int, set[tuple[int, int, int]]] = defaultdict(set)
    for row in autumn.log:
        if row.cmid and row.userid > 100:
            day = (row.timecreated - autumn.courses[row.courseid].startdate) // 86_400
            days[day // 7 + 1].add((row.userid, row.courseid, day))

    assert len(days[7]) < 0.6 * min(len(days[week]) for week in (2, 3, 4, 5, 6, 8, 9, 10, 11))


def test_some_never_come_and_some_stop_and_come_back(autumn: World) -> None:
    seen = {row.userid for row in autumn.log}
    weeks = {
        (row.timecreated - autumn.courses[11].startdate) // (7 * 86_400) + 1
        for row in autumn.log
        if row.userid == RETURNING and row.courseid == 11
    }

    assert UNSEEN not in seen
    assert 3 < sum(number not in seen for number in autumn.users if number > 100) < 40
    assert weeks.isdisjoint({5, 6})
    assert {3, 4, 8, 9} <= weeks


def test_tasks_have_extensions_excused_work_late_work_and_dates_next_week(autumn: World) -> None:
    tasks = [task for course in autumn.courses.values() for task in course.tasks.values()]
    each = [(task, own) for task in tasks for own in task.learners.values()]

    assert any(own.duedate > task.duedate for task, own in each)
    assert any(own.excused for _, own in each)
    assert any(own.timesubmitted > own.duedate for _, own in each)
    assert any(own.timesubmitted == 0 and own.duedate < MIDNIGHT for _, own in each)
    assert sum(MIDNIGHT + 2 * 86_400 <= task.duedate < MIDNIGHT + 9 * 86_400 for task in tasks) >= 3
    assert all(set(task.learners) == learners_of(autumn, number) for number, course in autumn.courses.items()
               for task in course.tasks.values())  # fmt: skip


def test_the_seminar_tutor_has_some_of_the_separate_groups_only(autumn: World) -> None:
    course = autumn.courses[14]
    tutor = course.members[autumn.person("seminar_tutor").id]

    assert course.groupmode == 1
    assert tutor.roles == ("teacher",)
    assert 0 < len(tutor.groups) < len(course.groups)
    assert all(course.members[number].groups for number in learners_of(autumn, 14))


def test_late_enrolments_have_no_earlier_activity(autumn: World) -> None:
    late = {
        number: member.enrolments[0].timestart
        for number, member in autumn.courses[11].members.items()
        if member.enrolments[0].timestart > autumn.courses[11].startdate
    }

    assert len(late) > 3
    assert all(row.timecreated >= late[row.userid] - 86_400 for row in autumn.log
               if row.userid in late and row.courseid == 11)  # fmt: skip


def test_administrators_and_managers_are_in_no_course(autumn: World) -> None:
    for persona in ("admin", "manager"):
        number = autumn.person(persona).id
        assert all(number not in course.members for course in autumn.courses.values())


def test_a_living_world_goes_on_as_its_clock_does() -> None:
    world = term(TODAY)
    clock = [datetime.fromtimestamp(MIDNIGHT, UTC)]
    site = Site(world, now=lambda: clock[0])
    before = world.log.max_id()

    assert catch_up(site) == 0
    clock[0] += timedelta(hours=18)
    added = catch_up(site)

    assert added > 50
    assert world.log.max_id() == before + added
    assert all(row.timecreated <= site.seconds() for row in world.log)
    assert world.upcoming[0].timecreated > site.seconds()


def test_one_course_keeps_a_register_of_its_weekly_seminars(autumn: World) -> None:
    course = autumn.courses[12]
    assert [len(one.sessions) for number, one in autumn.courses.items() if number != 12] == [0] * 5
    assert len(course.sessions) == 11
    assert {session.cmid for session in course.sessions} <= {activity.cmid for activity in course.activities}
    said = Counter(status for session in course.sessions for status in session.marks.values())
    assert said["attended"] > said["absent"] > said["excused"] > 0
