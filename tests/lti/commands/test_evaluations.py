"""`lea evaluations`: verify and differences, by Moodle's ids and without names."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select

from analytics.calendar import DateRange
from bridge.schema.engagement import EvaluationRow
from bridge.store.database import Sessions, reading, writing
from bridge.store.outages import add_outage
from lti.commands.runtime import Runtime
from tests.bridge.sync.conftest import Bench, serve
from tests.demo_vle.worlds.stretched import STARTS_AT, stretched
from tests.lti.commands.console import Console


@pytest.fixture
def term(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Ten weeks of course 2, measured; commands run on the Monday after them."""

    def stand_still(runtime: Runtime) -> datetime:
        return STARTS_AT + timedelta(weeks=10, hours=2)

    monkeypatch.setattr(Runtime, "now", stand_still)
    for bench in serve(sessions, stretched(), stand_still(Runtime())):
        bench.switch_on(2)
        bench.sync()
        yield bench


@pytest.fixture
def lea(term: Bench, tmp_path: Path, database_url: str) -> Console:
    return Console(term.vle, tmp_path, database_url)


def test_verify_counts_what_it_made_again_and_fails_on_the_first_that_differs(term: Bench, lea: Console) -> None:
    with reading(term.sessions) as db:
        count = len(db.scalars(select(EvaluationRow.week_no)).all())

    assert f"all equal: {count:,}." in lea.lea("evaluations", "verify", "--course", "2").output
    assert "No evaluation is stored yet" in lea.lea("evaluations", "verify", "--course", "3").output

    with writing(term.sessions) as db:
        row = db.scalars(select(EvaluationRow).order_by(EvaluationRow.person_id).limit(1)).one()
        kept = {column.name: getattr(row, column.name) for column in EvaluationRow.__table__.columns}
        is_this = (EvaluationRow.person_id == row.person_id, EvaluationRow.week_no == row.week_no)
        db.execute(delete(EvaluationRow).where(*is_this))
        db.execute(insert(EvaluationRow).values({**kept, "clock_days": kept["clock_days"] + 1}))
    told = lea.lea("evaluations", "verify")

    assert told.exit_code == 1
    named = f"week {kept['week_no']} (closed {kept['as_of']})"
    assert f"{named} does not follow from its inputs: clock_days is {kept['clock_days'] + 1}" in told.output


def test_differences_are_told_by_cause_and_without_a_name(term: Bench, lea: Console) -> None:
    same = lea.lea("evaluations", "differences", "--course", "2")
    assert same.output.strip() == "Every evaluation would be the same from what is known today."

    monday = (STARTS_AT + timedelta(weeks=2)).date()
    with writing(term.sessions) as db:
        add_outage(db, term.platform_id, DateRange(monday, monday), "The test")
    told = lea.lea("evaluations", "differences", "--course", "2", "--week", "5")

    assert told.exit_code == 0, told.output
    assert "an outage of the log was noted or repaired" in told.output
    weeks = {line.split("│")[1].strip() for line in told.output.splitlines() if line.startswith("│")}
    assert weeks - {""} == {"5"}
    names = {member.fullname for member in term.vle.world.users.values()}
    assert not [name for name in names if name in told.output]


def test_a_course_that_nobody_knows_is_named(lea: Console) -> None:
    told = lea.lea("evaluations", "differences", "--course", "999")

    assert (told.exit_code, "Course 999 is not known here" in told.output) == (1, True)


def test_a_measuring_says_how_many_weeks_it_evaluated(term: Bench, lea: Console) -> None:
    with writing(term.sessions) as db:
        count = len(db.scalars(select(EvaluationRow.week_no)).all())
        db.execute(delete(EvaluationRow))
    assert count > 50
    first, again = (" ".join(lea.lea("measure").output.split()) for _ in range(2))
    assert f" {count} weeks of learners evaluated." in first
    assert "No week was evaluated" not in first
    assert " 0 weeks of learners evaluated. No week was evaluated: each one that is complete was before" in again
