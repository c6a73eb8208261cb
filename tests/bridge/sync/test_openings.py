"""Openings are counted with a closed week's figures: once, among the learners in pools, the same on both databases."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from analytics.calendar import day_number
from analytics.evidence import Kind
from bridge.schema.engagement import FigureMember, FrozenOpening
from bridge.schema.log import Presence
from bridge.schema.people import Enrolment, Person
from bridge.schema.teaching import Activity
from bridge.store.database import reading, writing
from bridge.store.openings import OpeningsWeek, load_opening_weeks
from bridge.store.restrictions import RestrictionKind, start_restriction
from tests.bridge.sync.test_figures import FIRST_SUNDAY, Site, site

__all__ = ["site"]
ITEM, OTHER, OWN = 71, 72, 73
LEARNERS = range(1, 61)


@pytest.fixture
def course(site: Site) -> Site:
    """A course of sixty learners with three items, one of them this tool's own."""
    site.add_course(1, LEARNERS)
    with writing(site.sessions) as db:
        for cmid in (ITEM, OTHER, OWN):
            one = Activity(course_id=1, cmid=cmid, modname="page", name=f"Item {cmid}", is_visible=True)
            one.is_own = cmid == OWN
            db.add(one)
    return site


def visit(site: Site, people: Iterable[int], week_no: int, cmid: int = ITEM, kind: Kind = Kind.VISIT) -> None:
    """Let learners open an item on the Friday of a week."""
    friday = FIRST_SUNDAY + timedelta(weeks=week_no - 1, days=-2)
    with writing(site.sessions) as db:
        for person_id in people:
            row = {"course_id": 1, "person_id": person_id, "cmid": cmid, "kind": int(kind)}
            db.add(Presence(day_no=day_number(friday), **row))


def close(site: Site, week_no: int, people: range = LEARNERS) -> None:
    """Evaluate a week and freeze it; then a week goes by."""
    with reading(site.sessions) as db:
        known = set(db.scalars(select(Person.id)))
    site.evaluate(1, week_no, [one for one in people if one in known])
    assert site.make().failures == []
    site.next_week()


def weeks_of(site: Site) -> tuple[OpeningsWeek, ...]:
    """Read the frozen weeks."""
    with reading(site.sessions) as db:
        return load_opening_weeks(db, 1)


def test_a_closed_week_tells_who_opened_each_item_in_it_and_so_far(course: Site) -> None:
    visit(course, range(1, 31), 1)
    visit(course, range(1, 11), 1, OTHER)
    close(course, 1)
    visit(course, range(21, 41), 2)
    visit(course, range(1, 11), 2, OTHER, Kind.SUBMISSION)
    close(course, 2)

    first, second = weeks_of(course)

    assert (first.week_no, first.learners, second.as_of) == (1, 60, FIRST_SUNDAY + timedelta(weeks=1))
    assert first.items[ITEM].so_far == pytest.approx(30, abs=8)
    assert second.items[ITEM].week == pytest.approx(20, abs=8)
    assert second.items[ITEM].so_far == pytest.approx(40, abs=10)
    assert second.items[OTHER].so_far == pytest.approx(10, abs=8)
    assert set(second.items) == {ITEM, OTHER}


def test_the_course_page_and_other_sources_are_no_openings(course: Site) -> None:
    visit(course, LEARNERS, 1, ITEM, Kind.COURSE_PAGE)
    visit(course, LEARNERS, 1, OTHER, Kind.LECTURE_CAPTURE)
    close(course, 1)

    (week,) = weeks_of(course)

    assert all(abs(count.so_far) < 10 for count in week.items.values())


def test_the_paused_and_whoever_is_in_no_pool_are_not_counted(course: Site) -> None:
    close(course, 1)
    with writing(course.sessions) as db:
        start_restriction(db, 7, RestrictionKind.OBJECTION, "Dr Marsh", course.clock())
    visit(course, LEARNERS, 2)
    close(course, 2)

    _, week = weeks_of(course)

    assert week.learners == 50
    assert week.items[ITEM].week == pytest.approx(50, abs=8)
    with reading(course.sessions) as db:
        counted = db.scalars(select(FigureMember.person_id).where(FigureMember.left_as_of.is_(None))).all()
    assert len(counted) == 50
    assert 7 not in counted


def test_of_fewer_than_ten_learners_nothing_is_counted(site: Site) -> None:
    site.add_course(1, range(1, 10))
    with writing(site.sessions) as db:
        db.add(Activity(course_id=1, cmid=ITEM, modname="page", name="Item", is_visible=True))
    visit(site, range(1, 10), 1)
    close(site, 1, range(1, 10))

    (week,) = weeks_of(site)

    assert (week.learners, week.items) == (0, {})


def test_a_week_that_was_not_evaluated_is_made_up_for_in_the_next_one(course: Site) -> None:
    close(course, 1)
    visit(course, range(1, 41), 2)
    course.next_week()
    visit(course, range(31, 51), 3)
    close(course, 3)

    _, third = weeks_of(course)

    assert third.items[ITEM].week == pytest.approx(20, abs=8)
    assert third.items[ITEM].so_far == pytest.approx(50, abs=8)


def test_who_opened_something_before_the_item_was_hidden_is_not_counted_again(course: Site) -> None:
    visit(course, range(1, 31), 1)
    close(course, 1)
    with writing(course.sessions) as db:
        db.get_one(Activity, (1, ITEM)).is_visible = False
    close(course, 2)
    with writing(course.sessions) as db:
        db.get_one(Activity, (1, ITEM)).is_visible = True
    close(course, 3)

    so_far = [week.items[ITEM].so_far for week in weeks_of(course)]

    assert max(so_far) - min(so_far) < 12


def test_a_frozen_week_stays_whatever_arrives_or_is_erased_later(course: Site) -> None:
    visit(course, range(1, 31), 1)
    close(course, 1)
    before = weeks_of(course)
    visit(course, range(31, 51), 1)
    with writing(course.sessions) as db:
        db.execute(delete(Presence).where(Presence.person_id == 5))
        db.get_one(Enrolment, (1, 6)).is_active = False

    course.make()

    assert weeks_of(course) == before


def test_the_database_refuses_to_change_a_frozen_count(course: Site) -> None:
    close(course, 1)

    with pytest.raises(DBAPIError, match="immutable"), writing(course.sessions) as db:
        db.execute(text("UPDATE frozen_opening SET learners = 9"))


def test_no_frozen_count_names_anybody(course: Site) -> None:
    names = {column.name for column in FrozenOpening.__table__.columns}

    assert names == {"course_id", "as_of", "run_no", "week_no", "learners", "items", "made_at"}


def test_a_tutor_who_watches_joins_and_leaves_sees_the_counted_change_by_ten_or_not_at_all(course: Site) -> None:
    close(course, 1)
    with writing(course.sessions) as db:
        db.get_one(Enrolment, (1, 6)).is_active = False
    course.add_people(1, range(101, 110))
    close(course, 2, range(1, 110))
    course.add_people(1, range(110, 111))
    close(course, 3, range(1, 111))

    assert [week.learners for week in weeks_of(course)] == [60, 60, 70]


def test_joiners_bring_what_they_opened_before_they_were_counted(course: Site) -> None:
    visit(course, range(1, 31), 1)
    close(course, 1)
    course.add_people(1, range(101, 111))
    visit(course, range(101, 111), 1)
    close(course, 2, range(1, 111))

    first, second = weeks_of(course)

    assert (first.learners, second.learners) == (60, 70)
    assert second.items[ITEM].so_far - first.items[ITEM].so_far == pytest.approx(10, abs=10)
    assert abs(second.items[ITEM].week) < 10
