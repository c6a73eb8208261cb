"""Whole syncs across outages, clock changes, repaired logs, exemptions and registers that are behind."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from analytics.calendar import DateRange
from analytics.level_terms import LevelTerms
from analytics.levels import Expectation, Marker
from bridge.schema.engagement import EvaluationRow, LearnerState, LearnerWeekRow
from bridge.schema.people import Person
from bridge.schema.sources import SourceFreshness
from bridge.schema.teaching import Course
from bridge.store.calendar_changes import CalendarPlan, Whose, save_calendar
from bridge.store.database import Sessions, make_engine, make_sessions, reading, writing
from bridge.store.exemptions import ExemptionRefused, add_exemption, end_exemption, list_exemptions
from bridge.store.migrations import upgrade
from bridge.store.outages import add_outage, repair_outage
from bridge.store.panel_records import NamedBreak, PauseKind
from tests.bridge.sync.conftest import COURSES, Bench, serve
from tests.bridge.sync.counting import measured
from tests.databases import PostgresCluster
from tests.demo_vle.faults import Fault
from tests.demo_vle.worlds.stretched import STARTS_AT, stretched
from tests.levels import publish

FRIDAY_OF_WEEK_9 = STARTS_AT + timedelta(weeks=8, days=4, hours=14)
"""In course weeks: the courses start in the week before the log does."""
WEEK_2 = date(2026, 9, 28)


@pytest.fixture
def term(sessions: Sessions) -> Iterator[Bench]:
    """The recorded log stretched over ten weeks, seen on a Friday."""
    yield from serve(sessions, stretched(), FRIDAY_OF_WEEK_9)


@pytest.fixture
def other_sessions(tmp_path: Path) -> Iterator[Sessions]:
    """A second database, for a run to compare with."""
    engine = make_engine(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    upgrade(engine)
    yield make_sessions(engine)
    engine.dispose()


def shown(sessions: Sessions) -> list[tuple[Any, ...]]:
    """Give everything that evaluations showed, by Moodle's ids, without when they were made."""
    row = EvaluationRow
    columns = (row.percent, row.shown_band, row.clock_days, row.concern_reasons, row.sentence, row.unused_markers)
    with reading(sessions) as db:
        rows = db.execute(
            select(row.course_id, Person.moodle_user_id, row.week_no, *columns)
            .join(Person, Person.id == row.person_id)
            .order_by(row.course_id, Person.moodle_user_id, row.week_no)
        )
        return [tuple(found) for found in rows]


def clocks(sessions: Sessions) -> dict[int, int]:
    with reading(sessions) as db:
        rows = db.execute(
            select(Person.moodle_user_id, LearnerState.clock_days).join(Person, Person.id == LearnerState.person_id)
        )
        return dict(rows.all())


def test_a_sync_outage_of_three_days_raises_nothing_and_leaves_no_trace(term: Bench, other_sessions: Sessions) -> None:
    term.switch_on(2)
    term.sync()
    before, stood = shown(term.sessions), clocks(term.sessions)
    term.vle.faults.always(Fault.SERVER_ERROR)
    for _ in range(9):  # to Monday evening: the Sunday that would close a week lies in it
        term.clock.go_on(hours=8)
        assert term.try_to_sync().failures
        assert shown(term.sessions) == before
        assert clocks(term.sessions) == stood
    term.vle.faults.clear()
    term.clock.go_on(hours=8)
    term.sync()
    assert len(shown(term.sessions)) > len(before)
    for steady in serve(other_sessions, stretched(), FRIDAY_OF_WEEK_9):
        steady.switch_on(2)
        for _ in range(11):
            steady.sync()
            steady.clock.go_on(hours=8)
        assert shown(steady.sessions) == shown(term.sessions)
        assert clocks(steady.sessions) == clocks(term.sessions)


def test_a_week_closes_at_local_midnight_on_both_sides_of_the_clock_change(sessions: Sessions) -> None:
    """Summer time ends on Sunday 25 October 2026: a Sunday before is over at 23:00 UTC, that one at midnight."""
    for bench in serve(sessions, stretched(), datetime(2026, 10, 18, 22, 59, tzinfo=UTC)):
        bench.switch_on(2)
        weeks = []
        for at in (
            datetime(2026, 10, 18, 22, 59, tzinfo=UTC),
            datetime(2026, 10, 18, 23, 1, tzinfo=UTC),
            datetime(2026, 10, 25, 23, 1, tzinfo=UTC),
            datetime(2026, 10, 25, 23, 59, tzinfo=UTC),
            datetime(2026, 10, 26, 0, 1, tzinfo=UTC),
        ):
            bench.clock.at = at
            bench.sync()
            with reading(bench.sessions) as db:
                weeks.append(max(db.scalars(select(EvaluationRow.week_no))))
        assert weeks == [3, 4, 4, 4, 5]


def test_week_1_stays_when_a_start_moves_in_moodle_in_the_term_and_moves_with_a_new_run(term: Bench) -> None:
    (course_id,) = term.switch_on(2)
    term.sync()
    before, course = shown(term.sessions), term.vle.world.courses[2]
    # A year on in mid-term is mistyped, or next year's: it waits until the weeks are over.
    for days, is_kept in ((-14, True), (14, True), (1, False), (365, True)):
        was = _starts_on(term, course_id)
        moved = replace(course, startdate=course.startdate + days * 86_400)
        term.vle.world.courses[2] = moved
        term.clock.go_on(minutes=15)
        notes = " ".join(term.sync().notes)
        assert ("The start of course 2 moved in Moodle." in notes) is is_kept
        assert (_starts_on(term, course_id) == was) is is_kept
        assert shown(term.sessions) == before
    term.clock.go_on(weeks=30)
    assert "Course 2 is taught again: run 2." in term.sync().notes
    assert _starts_on(term, course_id) > was


def _starts_on(bench: Bench, course_id: int) -> date:
    with reading(bench.sessions) as db:
        return db.scalars(select(Course.starts_on).where(Course.id == course_id)).one()


def test_an_outage_uncounts_its_week_until_it_is_repaired_and_evaluations_stay(term: Bench) -> None:
    term.switch_on(2)
    days = DateRange(WEEK_2 + timedelta(days=1), WEEK_2 + timedelta(days=3))
    with writing(term.sessions) as db:
        outage_id = add_outage(db, term.platform_id, days, "Operations")
    term.sync()
    before = shown(term.sessions)
    assert _why_not(term, 2) == {"records missing"}
    with writing(term.sessions) as db:
        repair_outage(db, term.platform_id, outage_id, term.clock())
    term.clock.go_on(minutes=15)
    term.sync()
    assert _why_not(term, 2) == {None}
    assert shown(term.sessions) == before
    with reading(term.sessions) as db:
        assert set(db.scalars(select(EvaluationRow.is_week_counted).where(EvaluationRow.week_no == 2))) == {False}


def test_an_exemption_uncounts_one_learners_weeks_and_can_end(term: Bench) -> None:
    term.switch_on(2)
    term.sync()
    with writing(term.sessions) as db:
        person_id = db.scalars(select(Person.id).where(Person.moodle_user_id == 7)).one()
        days = DateRange(WEEK_2, WEEK_2 + timedelta(days=13))
        assert add_exemption(db, person_id, days)
        assert not add_exemption(db, person_id, days)
        (listed,) = list_exemptions(db, term.platform_id)
    term.sync()
    assert _exempt_weeks(term) == {(7, 2), (7, 3)}
    with pytest.raises(ExemptionRefused), writing(term.sessions) as db:
        end_exemption(db, term.platform_id, listed.exemption_id, days.last + timedelta(days=1))
    with writing(term.sessions) as db:
        end_exemption(db, term.platform_id, listed.exemption_id, WEEK_2 + timedelta(days=6))
    term.sync()
    assert _exempt_weeks(term) == {(7, 2)}
    with writing(term.sessions) as db:
        assert end_exemption(db, term.platform_id, listed.exemption_id, None) == (person_id, None)
    term.sync()
    assert _exempt_weeks(term) == set()


def test_a_bank_holiday_stops_the_clock_for_its_day_and_counts_its_week(term: Bench) -> None:
    term.switch_on(2)
    term.sync()
    before = clocks(term.sessions)
    holiday = FRIDAY_OF_WEEK_9.date() - timedelta(days=2)
    pause = NamedBreak("Founders' Day", DateRange(holiday, holiday), PauseKind.BANK_HOLIDAY)
    with writing(term.sessions) as db:
        save_calendar(db, term.platform_id, Whose(), CalendarPlan(12, (pause,)), term.clock())
    term.sync()
    after = clocks(term.sessions)
    assert {before[user] - after[user] for user in before if before[user] > 3} == {1}
    assert _why_not(term, 10) == {None}


def test_a_register_that_is_behind_is_left_out_of_the_evaluation_and_counts_every_week(term: Bench) -> None:
    expectations = (Expectation(Marker.ACTIVITY, level=4, a_day=2), Expectation(Marker.ATTENDANCE, weight=3))
    (course_id,) = term.switch_on(2)
    with writing(term.sessions) as db:
        terms = LevelTerms(expectations, who_intervenes=("The adviser",))
        publish(db, term.platform_id, terms, effective_from=date(2000, 1, 10))
        covers_to = WEEK_2 + timedelta(days=6)
        db.add(
            SourceFreshness(
                platform_id=term.platform_id,
                course_id=course_id,
                kind="attendance",
                covers_to=covers_to,
                read_at=term.clock(),
            )
        )
    term.sync()
    with reading(term.sessions) as db:
        row = EvaluationRow
        rows = db.scalars(select(row))
        found = {(one.week_no, one.is_week_counted, tuple(one.unused_markers)) for one in rows if one.week_no > 1}
    assert found == {(week, True, () if week <= 2 else ("attendance",)) for week in range(2, 10)}


def test_a_level_of_nothing_but_a_register_waits_for_its_records(term: Bench) -> None:
    term.switch_on(2)
    with writing(term.sessions) as db:
        terms = LevelTerms((Expectation(Marker.ATTENDANCE),), who_intervenes=("The adviser",))
        publish(db, term.platform_id, terms, effective_from=date(2000, 1, 10))
    term.sync()
    assert shown(term.sessions) == []
    with writing(term.sessions) as db:
        db.add(
            SourceFreshness(
                platform_id=term.platform_id,
                course_id=0,
                kind="attendance",
                covers_to=WEEK_2 + timedelta(days=6),
                read_at=term.clock(),
            )
        )
    term.sync()
    assert {row[2] for row in shown(term.sessions)} == {1, 2}


def test_numbers_are_equal_on_sqlite_and_postgresql(
    other_sessions: Sessions, postgres_cluster: PostgresCluster
) -> None:
    found = []
    with postgres_cluster.new_database() as url:
        engine = make_engine(url)
        for sessions in (other_sessions, make_sessions(engine)):
            for bench in serve(sessions, stretched(), FRIDAY_OF_WEEK_9):
                bench.switch_on(*COURSES)
                bench.sync()
                found.append((shown(sessions), _without_ids(measured(sessions)["weeks"])))
        engine.dispose()
    assert found[0] == found[1]
    assert found[0][0]


def _without_ids(weeks: list[tuple[Any, ...]]) -> list[str]:
    return sorted(str((week[0], *week[2:])) for week in weeks)


def _why_not(bench: Bench, week: int) -> set[str | None]:
    with reading(bench.sessions) as db:
        return set(db.scalars(select(LearnerWeekRow.why_not).where(LearnerWeekRow.week_no == week)))


def _exempt_weeks(bench: Bench) -> set[tuple[int, int]]:
    row = LearnerWeekRow
    with reading(bench.sessions) as db:
        found = db.execute(
            select(Person.moodle_user_id, row.week_no)
            .join(Person, Person.id == row.person_id)
            .where(row.why_not == "exemption")
        )
        return {(user, week) for user, week in found}
