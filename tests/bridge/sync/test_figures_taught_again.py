"""A course that is taught again has its pools dealt anew; what was published of the run before stays as it was."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from bridge.schema.engagement import EvaluationRow, FigureMember, FigurePool, FrozenFigure, FrozenOpening
from bridge.schema.teaching import Course, CourseRun
from bridge.store.calendar_changes import seed_calendar
from bridge.store.course_calendars import load_first_mondays
from bridge.store.course_rollover import follow_first_mondays
from bridge.store.database import reading, writing
from bridge.store.figures import load_counted_learners
from bridge.store.openings import count_out_of_reach
from bridge.store.panel_records import Reach
from tests.bridge.sync.conftest import SETTINGS
from tests.bridge.sync.test_figures import FIRST_SUNDAY, Site, site
from tests.bridge.sync.test_openings import ITEM, LEARNERS, close, course, visit, weeks_of

__all__ = ["course", "site"]
LATER = 30
"""Week 1 of the second run, in weeks of the first."""
BACK = range(1, 41)
"""Who comes back; the last twenty do not, and ten are new."""
NEW = range(101, 111)


def begin(site: Site) -> None:
    """Let the course's week 1 move to week 30; it was taught for two weeks."""
    with writing(site.sessions) as db:
        seed_calendar(db, site.platform_id)
        db.flush()
        before = load_first_mondays(db, [1])
        db.get_one(Course, 1).starts_on = FIRST_SUNDAY + timedelta(weeks=LATER - 1, days=-6)
        db.flush()
        after = load_first_mondays(db, [1])
        begun = follow_first_mondays(db, before, after, site.clock(), SETTINGS.zone, is_meant=True).begun
        assert begun == {1: 2}


def evaluate_again(site: Site, week_no: int, people: list[int]) -> None:
    """Store evaluations of a closed week of the second run and freeze it; then a week goes by."""
    site.evaluate(1, LATER + week_no - 1, people)
    with writing(site.sessions) as db:
        for row in db.scalars(select(EvaluationRow).where(EvaluationRow.week_no == LATER + week_no - 1)).all():
            values = {column.name: getattr(row, column.name) for column in EvaluationRow.__table__.columns}
            db.delete(row)
            db.flush()
            db.add(EvaluationRow(**values | {"run_no": 2, "week_no": week_no}))
    assert site.make().failures == []
    site.next_week()


def read_figures(db: Session, which: ColumnElement[bool]) -> dict[tuple[date, str], Mapping[str, int | None]]:
    """Read what was published, by Sunday and scope; one group of each is there."""
    return {(one.as_of, one.scope): one.figures for one in db.scalars(select(FrozenFigure).where(which))}


def test_pools_are_dealt_anew_and_openings_begin_again(course: Site) -> None:
    site = course
    for week_no in (1, 2):
        visit(site, LEARNERS, week_no)
        close(site, week_no)
    with reading(site.sessions) as db:
        figures = read_figures(db, true())
        openings = {one.as_of: one.items for one in db.scalars(select(FrozenOpening))}
        pools = set(db.scalars(select(FigurePool.pool_no)))
        assert set(db.scalars(select(FigureMember.person_id))) == set(LEARNERS)
    begin(site)
    with reading(site.sessions) as db:
        assert load_counted_learners(db, 1) == {}
        assert count_out_of_reach(db, Reach(1, frozenset())) == 0
    assert weeks_of(site) == ()
    site.add_people(1, NEW)
    site.clock.go_on(weeks=LATER - 3)
    site.read_log()
    visit(site, range(1, 21), LATER)
    evaluate_again(site, 1, [*BACK, *NEW])

    with reading(site.sessions) as db:
        members = db.execute(select(FigureMember.run_no, FigureMember.person_id, FigureMember.pool_no)).all()
        assert {one.person_id for one in members if one.run_no == 1} == set(LEARNERS)
        assert {one.person_id for one in members if one.run_no == 2} == {*BACK, *NEW}
        # Chance in a count goes by the pool's number: one that is used again would tell of both.
        assert min(one.pool_no for one in members if one.run_no == 2) > max(pools)
        assert load_counted_learners(db, 1).keys() == {*BACK, *NEW}
        assert count_out_of_reach(db, Reach(1, frozenset())) == 50
        is_known = FrozenFigure.as_of <= max(day for day, _ in figures)
        assert read_figures(db, is_known) == figures
        first = select(FrozenOpening).where(FrozenOpening.run_no == 1)
        assert {one.as_of: one.items for one in db.scalars(first)} == openings
        assert db.scalars(select(CourseRun.run_no)).all() == [1]
    (week,) = weeks_of(site)
    assert (week.week_no, week.learners, week.run_no) == (1, 50, 2)
    # Sixty had opened it in the first run; twenty have in this one.
    assert abs(week.items[ITEM].so_far - 20) < 15


def test_a_week_that_closed_before_the_run_began_is_frozen_among_the_pools_of_its_own_run(course: Site) -> None:
    site = course
    close(site, 1)
    site.evaluate(1, 2, LEARNERS)
    begin(site)

    assert site.make().failures == []

    with reading(site.sessions) as db:
        assert set(db.scalars(select(FigureMember.run_no))) == {1}
        last = db.scalars(select(FrozenOpening).order_by(FrozenOpening.as_of.desc())).first()
        assert last is not None
        assert (last.run_no, last.week_no, last.learners) == (1, 2, 60)
