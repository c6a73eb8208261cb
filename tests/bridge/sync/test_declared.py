"""What a learner declares stops the clock with the next sync, and enters no figure."""

from datetime import date

from sqlalchemy import select

from bridge.schema.engagement import LearnerState, LearnerWeekRow
from bridge.store.database import reading, writing
from bridge.store.voice import save_declared
from tests.bridge.sync.conftest import COURSES, Bench


def longest_silent(bench: Bench) -> tuple[int, int, int]:
    """Return the course and person with the most days without evidence, and these days."""
    row = LearnerState
    with reading(bench.sessions) as db:
        found = select(row.course_id, row.person_id, row.clock_days).order_by(row.clock_days.desc()).limit(1)
        course_id, person_id, days = db.execute(found).one()
        return course_id, person_id, days


def state_of(bench: Bench, course_id: int, person_id: int) -> tuple[int, date | None]:
    with reading(bench.sessions) as db:
        now = db.get_one(LearnerState, (course_id, person_id))
        return now.clock_days, now.last_evidence_on


def figures_of(bench: Bench, person_id: int) -> list[tuple[int, int, int, int | None, int | None]]:
    row = LearnerWeekRow
    columns = (row.course_id, row.week_no, row.visits, row.mark_numerator, row.mark_denominator)
    with reading(bench.sessions) as db:
        found = db.execute(select(*columns).where(row.person_id == person_id).order_by(row.course_id, row.week_no))
        return [(a, b, c, d, e) for a, b, c, d, e in found]


def test_what_is_declared_stops_the_clock_with_the_next_sync_and_changes_no_figure(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    bench.clock.go_on(days=20)
    bench.sync()
    course_id, person_id, days = longest_silent(bench)
    assert days > 1
    figures = figures_of(bench, person_id)
    today = bench.clock().date()

    with writing(bench.sessions) as db:
        save_declared(db, course_id, person_id, today, "Worked in the archive", bench.clock())
    bench.sync()

    assert state_of(bench, course_id, person_id) == (0, today)
    assert figures_of(bench, person_id) == figures
