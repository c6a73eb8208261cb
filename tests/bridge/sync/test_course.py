"""A whole sync: what it measures, what it does while Moodle is away, what it writes down."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from analytics.calendar import date_of, day_number
from analytics.replay import replay
from bridge.schema.engagement import EvaluationRow, FrozenFigure, LearnerState, LearnerWeekRow
from bridge.schema.log import Presence
from bridge.schema.people import Enrolment, Person
from bridge.store.cursor import load_cursor
from bridge.store.database import Sessions, reading, writing
from bridge.store.platforms import load_platform
from bridge.store.runs import load_runs, start_run
from tests.bridge.sync.conftest import COURSES, Bench, serve
from tests.bridge.sync.counting import facts_in_file, measured, saved_facts
from tests.demo_vle.faults import Fault
from tests.demo_vle.worlds.stretched import STARTS_AT, stretched

WEEK_1 = date(2026, 9, 21)
"""The courses start on Saturday 26 September."""
TEN_WEEKS_LATER = STARTS_AT + timedelta(weeks=10, hours=2)


@pytest.fixture
def term(sessions: Sessions) -> Iterator[Bench]:
    """The recorded log stretched over ten weeks, seen on the Monday after them; the courses start with week 1."""
    world = stretched()
    yield from serve(sessions, world, TEN_WEEKS_LATER)


def test_stretched_facts_equal_a_count_made_from_the_file(term: Bench) -> None:
    term.switch_on(*COURSES)
    term.sync()
    times = {row.id: row.timecreated for row in term.vle.world.log}
    assert saved_facts(term.sessions) == facts_in_file(term.vle.world, COURSES, times)
    assert len({fact[0] for fact in saved_facts(term.sessions)}) > 60


def test_week_visits_equal_a_count_made_from_the_facts(term: Bench) -> None:
    term.switch_on(*COURSES)
    term.sync()
    days: dict[tuple[int, int, int], set[int]] = {}
    with reading(term.sessions) as db:
        for fact in db.scalars(select(Presence).where(Presence.kind > 0)):
            days.setdefault((fact.course_id, fact.person_id, fact.day_no), set()).add(fact.cmid)
        weeks = {(row.course_id, row.person_id, row.week_no): row for row in db.scalars(select(LearnerWeekRow))}
        monday = day_number(WEEK_1)
        expected: dict[tuple[int, int, int], int] = {}
        for (course_id, person_id, day_no), cmids in days.items():
            key = (course_id, person_id, (day_no - monday) // 7 + 1)
            expected[key] = expected.get(key, 0) + min(2, len(cmids))
        assert {key: row.visits for key, row in weeks.items() if row.visits} == expected


def test_every_closed_week_of_every_active_learner_is_evaluated_once(term: Bench) -> None:
    term.switch_on(*COURSES)
    term.sync()
    with reading(term.sessions) as db:
        is_learner = (Enrolment.is_learner.is_(True), Enrolment.is_active.is_(True))
        learners = {
            tuple(row) for row in db.execute(select(Enrolment.course_id, Enrolment.person_id).where(*is_learner))
        }
        rows = db.scalars(select(EvaluationRow)).all()
        assert {(row.course_id, row.person_id, row.week_no) for row in rows} == {
            (course_id, person_id, week) for course_id, person_id in learners for week in range(1, 12)
        }
        for row in rows[::37]:
            made_again = replay(row.inputs)
            assert made_again.sentence == row.sentence
            e = None if row.e_numerator is None else Fraction(row.e_numerator, row.e_denominator or 0)
            assert made_again.engagement.e == e
        assert len({row.shown_band for row in rows}) > 1


def test_evidence_that_comes_late_changes_the_week_and_no_evaluation(term: Bench) -> None:
    (course_id,) = term.switch_on(2)
    term.sync()
    before = measured(term.sessions)
    at = STARTS_AT + timedelta(days=2)
    for cmid in [activity.cmid for activity in term.vle.world.courses[2].activities if not activity.own][:2]:
        term.vle.world.visit(7, cmid, int((at + timedelta(days=cmid % 2)).timestamp()))
    term.clock.go_on(minutes=15)
    term.sync()
    after = measured(term.sessions)
    assert after["evaluations"] == before["evaluations"]
    changed = set(after["weeks"]) - set(before["weeks"])
    assert {(row[0], row[2]) for row in changed} == {(course_id, 2)}


def test_no_week_is_evaluated_before_the_log_was_read_beyond_its_sunday(sessions: Sessions) -> None:
    sunday_night = STARTS_AT + timedelta(weeks=10, minutes=45)
    for term in serve(sessions, stretched(), sunday_night):
        term.switch_on(2)
        term.sync()
        weeks = {row[2] for row in measured(term.sessions)["evaluations"]}
        assert weeks == set(range(1, 11))
        term.vle.faults.always(Fault.SERVER_ERROR)
        term.clock.go_on(hours=30)
        term.try_to_sync()
        assert {row[2] for row in measured(term.sessions)["evaluations"]} == weeks
        term.vle.faults.clear()
        term.sync()
        assert {row[2] for row in measured(term.sessions)["evaluations"]} == weeks | {11}


@pytest.mark.parametrize("unread", ["local_lea_get_activities", "local_lea_get_tasks"])
def test_no_week_is_evaluated_or_counted_while_the_activities_or_tasks_are_not_known(term: Bench, unread: str) -> None:
    term.switch_on(*COURSES)
    term.vle.faults.always(Fault.WRONG_JSON, function=unread)
    term.try_to_sync()
    before = measured(term.sessions)["evaluations"], frozen_weeks(term)
    term.vle.faults.clear()
    term.clock.go_on(minutes=15)
    term.sync()
    assert before == ([], set())
    assert len(frozen_weeks(term)) == 11


def frozen_weeks(term: Bench) -> set[date]:
    """Return the Sundays whose figures are frozen."""
    with reading(term.sessions) as db:
        return set(db.scalars(select(FrozenFigure.as_of)))


def test_the_clock_goes_on_day_by_day_without_any_new_row(term: Bench) -> None:
    term.switch_on(2)
    term.sync()
    before = {row[1]: row[3] for row in measured(term.sessions)["states"]}
    term.clock.go_on(days=2)
    term.sync()
    after = {row[1]: row[3] for row in measured(term.sessions)["states"]}
    with reading(term.sessions) as db:
        active = set(db.scalars(select(Enrolment.person_id).where(Enrolment.is_learner, Enrolment.is_active)))
    assert {after[person] - before[person] for person in active} == {2}


def test_evidence_of_today_stops_the_clock_at_once(term: Bench) -> None:
    term.switch_on(2)
    term.sync()
    activity = next(one for one in term.vle.world.courses[2].activities if not one.own)
    term.vle.world.visit(7, activity.cmid, int(term.clock().timestamp()))
    term.clock.go_on(minutes=15)
    term.sync()
    with reading(term.sessions) as db:
        person = select(Person.id).where(Person.moodle_user_id == 7).scalar_subquery()
        state = db.scalars(select(LearnerState).where(LearnerState.person_id == person)).one()
        assert (state.clock_days, state.last_evidence_on) == (0, date_of(day_number(term.clock().date())))


def test_opening_this_tool_daily_for_three_weeks_changes_neither_e_nor_clock(sessions: Sessions) -> None:
    results = []
    for looks in (False, True):
        world = stretched()
        own = world.courses[2].own_activity
        for day in range(21 if looks else 0):
            world.visit(7, own.cmid, int((STARTS_AT + timedelta(weeks=7, days=day, hours=12)).timestamp()))
        for bench in serve(sessions, world, TEN_WEEKS_LATER + timedelta(seconds=looks)):
            (course_id,) = bench.switch_on(2)
            bench.sync()
            found = measured(bench.sessions)
            with reading(sessions) as db:
                users = {row.id: row.moodle_user_id for row in db.execute(select(Person.id, Person.moodle_user_id))}
            results.append(
                [
                    sorted((users[row[1]], *row[2:-1]) for row in found[name] if row[0] == course_id)
                    for name in ("evaluations",)
                ]
                + [sorted((users[row[1]], row[2], row[3]) for row in found["states"] if row[0] == course_id)]
            )
    assert results[0] == results[1]
    assert results[0][0]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.SERVER_ERROR, "moodle-server-error"),
        (Fault.MAINTENANCE, "moodle-maintenance"),
        (Fault.SITE_MAINTENANCE, "moodle-maintenance"),
        (Fault.SERVICES_OFF, "moodle-web-services-off"),
        (Fault.RESET, "moodle-unreachable"),
        (Fault.HALF_BODY, "moodle-answer-cut-short"),
        (Fault.WRONG_JSON, "moodle-not-json"),
        (Fault.WRONG_SHAPE, "moodle-unexpected-shape"),
        (Fault.GZIP_BOMB, "moodle-answer-too-large"),
        (Fault.REDIRECT, "moodle-redirects"),
        (Fault.INVALID_TOKEN, "moodle-token-rejected"),
        (Fault.ACCESS_DENIED, "moodle-access-refused"),
        (Fault.NO_PERMISSION, "moodle-permission-missing"),
        (Fault.USER_SUSPENDED, "moodle-account-suspended"),
        (Fault.UNKNOWN_FUNCTION, "moodle-plugin-missing"),
    ],
)
def test_while_moodle_fails_the_last_good_numbers_stay_with_their_date(fault: Fault, code: str, bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    good = (saved_facts(bench.sessions), measured(bench.sessions))
    with reading(bench.sessions) as db:
        fresh_at = load_cursor(db, bench.platform_id).fresh_at
    bench.vle.faults.always(fault)
    bench.clock.go_on(minutes=15)
    report = bench.try_to_sync()
    assert [failure.code for failure in report.failures] == [code]
    assert (saved_facts(bench.sessions), measured(bench.sessions)) == good
    with reading(bench.sessions) as db:
        assert load_cursor(db, bench.platform_id).fresh_at == fresh_at
        run = load_runs(db, bench.platform_id)[0]
    assert (run.outcome, run.error_code) == ("failed", code)
    assert bench.vle.token not in str(run)
    bench.vle.faults.clear()
    bench.sync()


def test_one_course_that_fails_does_not_keep_the_others_from_it(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    bench.vle.faults.next(Fault.WRONG_SHAPE, function="local_lea_get_roster")
    bench.clock.go_on(minutes=15)
    report = bench.try_to_sync()
    assert [(one.step, one.moodle_course_id, one.code) for one in report.failures] == [
        ("rosters", 2, "moodle-unexpected-shape")
    ]
    assert bench.vle.served.calls["local_lea_get_roster"] == 2 * len(COURSES)


def test_the_handshake_is_written_down(bench: Bench) -> None:
    ahead = bench.clock() + timedelta(seconds=42)
    bench.vle.site.now = lambda: ahead
    report = bench.sync()
    with reading(bench.sessions) as db:
        platform = load_platform(db, bench.platform_id)
    assert platform is not None
    assert (platform.bot_moodle_user_id, platform.clock_skew_seconds) == (bench.vle.world.bot_id, 42)
    assert any("+42 s" in note for note in report.notes)


def test_progress_hears_of_every_step(bench: Bench) -> None:
    assert [tally.step for tally in bench.sync().tallies] == [
        "tombstones",
        "handshake",
        "switched",
        "deletions",
        "courses",
        "rosters",
        "activities",
        "tasks",
        "attendance",
        "log",
        "backfill",
        "settle",
        "weeks",
        "evaluations",
        "figures",
        "concerns",
    ]


def test_a_run_that_never_ended_is_closed_by_the_next(bench: Bench) -> None:
    with writing(bench.sessions) as db:
        start_run(db, bench.platform_id, "sync", datetime(2026, 11, 1, tzinfo=UTC))
    bench.sync()
    with reading(bench.sessions) as db:
        assert [run.outcome for run in load_runs(db, bench.platform_id)] == ["succeeded", "failed"]
