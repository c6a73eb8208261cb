"""What was shown follows from what was stored with it, and what came since is told by its cause."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, select

from analytics.calendar import DateRange, local_date
from analytics.level_terms import suggested_terms
from analytics.levels import Marker
from analytics.revisions import Cause
from bridge.schema.engagement import EvaluationRow, LearnerWeekRow
from bridge.schema.people import Person
from bridge.store.database import Sessions, reading, writing
from bridge.store.evaluations import count_evaluations, stream_evaluations
from bridge.store.outages import add_outage
from bridge.sync.revisions import Revision, find_flaw, find_revisions
from tests.bridge.sync.conftest import SETTINGS, Bench, serve
from tests.bridge.sync.counting import measured
from tests.demo_vle.worlds.stretched import STARTS_AT, stretched
from tests.levels import publish

ELEVEN_WEEKS_LATER = STARTS_AT + timedelta(weeks=10, hours=2)


@pytest.fixture
def term(sessions: Sessions) -> Iterator[Bench]:
    """The recorded log stretched over ten weeks; course 2 is measured."""
    for bench in serve(sessions, stretched(), ELEVEN_WEEKS_LATER):
        bench.switch_on(2)
        bench.sync()
        yield bench


def revisions(bench: Bench) -> list[Revision]:
    today = local_date(bench.clock(), SETTINGS.zone)
    with reading(bench.sessions) as db:
        (course_id,) = set(db.scalars(select(EvaluationRow.course_id)))
        return list(find_revisions(db, bench.platform_id, course_id, 2, today, SETTINGS.zone))


def flaws(bench: Bench) -> list[str]:
    with reading(bench.sessions) as db:
        return [flaw for stored in stream_evaluations(db, bench.platform_id) if (flaw := find_flaw(stored))]


def test_every_stored_evaluation_follows_from_its_inputs(term: Bench) -> None:
    with reading(term.sessions) as db:
        stored = list(stream_evaluations(db, term.platform_id, 2))
        assert len(stored) == count_evaluations(db, term.platform_id) > 300
    assert flaws(term) == []


def test_a_changed_number_and_a_changed_input_are_found(term: Bench) -> None:
    with writing(term.sessions) as db:
        row = db.scalars(select(EvaluationRow).where(EvaluationRow.percent > 0).limit(1)).one()
        kept = {column.name: getattr(row, column.name) for column in EvaluationRow.__table__.columns}
        db.execute(delete(EvaluationRow).where(EvaluationRow.person_id == row.person_id))
        other_inputs = {**kept["inputs"], "history": {**kept["inputs"]["history"], "visits": {}, "tasks": []}}
        db.execute(insert(EvaluationRow).values({**kept, "percent": kept["percent"] + 1}))
        db.execute(insert(EvaluationRow).values({**kept, "week_no": 98, "inputs": other_inputs}))
        db.execute(insert(EvaluationRow).values({**kept, "week_no": 99, "inputs": {"code_version": "engagement-0"}}))
    one, another, third = flaws(term)
    assert one == f"percent is {kept['percent'] + 1} and its inputs give {kept['percent']}"
    assert "e_numerator is" in another
    assert "engagement-0" in third


def test_nothing_new_is_no_difference(term: Bench) -> None:
    assert revisions(term) == []


def test_late_evidence_is_told_as_such_and_only_for_the_learner_it_is_of(term: Bench) -> None:
    week = LearnerWeekRow
    with reading(term.sessions) as db:
        quiet = select(Person.moodle_user_id).join(week, week.person_id == Person.id)
        user = db.scalars(quiet.where(week.week_no == 2, week.visits <= 2).order_by(Person.id).limit(1)).one()
    at = STARTS_AT + timedelta(days=2)
    for cmid in [activity.cmid for activity in term.vle.world.courses[2].activities if not activity.own][:2]:
        term.vle.world.visit(user, cmid, int((at + timedelta(days=cmid % 2)).timestamp()))
    term.clock.go_on(minutes=15)
    term.sync()
    found = revisions(term)
    assert {revision.stored.moodle_user_id for revision in found} == {user}
    scored = [revision for revision in found if revision.stored.shown.e is not None]
    first = scored[0].differences[0]
    assert first.cause is Cause.LATE_EVENT
    assert first.before.e is not None
    assert first.after.e is not None
    assert first.before.e < first.after.e
    assert scored[0].stored.shown == first.before


def test_an_outage_noted_later_is_told_as_such(term: Bench) -> None:
    days = DateRange(date(2026, 10, 12), date(2026, 10, 14))
    with writing(term.sessions) as db:
        add_outage(db, term.platform_id, days, "The test")
    assert {one.cause for revision in revisions(term) for one in revision.differences} <= {
        Cause.OUTAGE,
        Cause.EARLIER,
    }
    assert revisions(term)


def test_a_level_published_later_rewrites_no_evaluation(term: Bench) -> None:
    before = measured(term.sessions)
    terms = suggested_terms(7)
    with writing(term.sessions) as db:
        publish(db, term.platform_id, terms, effective_from=date(2026, 11, 2))
    term.clock.go_on(minutes=15)
    term.sync()
    assert measured(term.sessions)["evaluations"] == before["evaluations"]
    assert measured(term.sessions)["weeks"] != before["weeks"]
    assert flaws(term) == []
    found = revisions(term)
    assert {one.cause for revision in found for one in revision.differences} <= {Cause.LEVEL, Cause.EARLIER}
    assert {revision.stored.week_no for revision in found if revision.differences[0].cause is Cause.LEVEL} <= set(
        range(6, 12)
    )
    with reading(term.sessions) as db:
        stored = list(stream_evaluations(db, term.platform_id))
    assert {one.figures["level_version"] for one in stored} == {"site-1"}
    assert all(
        Marker.ACTIVITY in {expected["marker"] for expected in one.inputs["level"]["expectations"]} for one in stored
    )
