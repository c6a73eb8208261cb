"""Nothing is measured before a level is published, and then only from its Monday on (policy paragraph 22)."""

from datetime import date

from sqlalchemy import delete, select

from bridge.schema.engagement import EvaluationRow, LearnerWeekRow
from bridge.schema.teaching import PublishedLevel
from bridge.store.database import reading, writing
from tests.bridge.sync.conftest import Bench
from tests.levels import publish

START = date(2026, 11, 23)
"""A Monday in the recorded courses' term."""


def measured(bench: Bench) -> tuple[set[int], set[date]]:
    """Return the weeks that are known now, and the Sundays that were evaluated."""
    with reading(bench.sessions) as db:
        weeks = set(db.scalars(select(LearnerWeekRow.week_no)))
        return weeks, set(db.scalars(select(EvaluationRow.as_of)))


def test_nothing_is_measured_before_a_level_is_published_and_then_from_its_monday_on(bench: Bench) -> None:
    with writing(bench.sessions) as db:
        db.execute(delete(PublishedLevel))
    bench.switch_on(2, 3, 4)
    bench.sync()
    bench.clock.go_on(days=3)  # week by week: the recorded learners enrolled in the one that closes now
    bench.sync()
    before = measured(bench)
    with writing(bench.sessions) as db:
        publish(db, bench.platform_id, effective_from=START)
    bench.clock.go_on(days=7)
    bench.sync()
    weeks, sundays = measured(bench)

    assert before == (set(), set())
    assert weeks
    assert sundays == {date(2026, 11, 29)}
