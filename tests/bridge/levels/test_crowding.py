"""Whether weeks crowd at the number is asked of a course's facts in the database, with or without earlier weeks."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from analytics.calendar import day_number
from analytics.evidence import Kind
from analytics.levels import Marker
from bridge.levels.crowding import find_crowding
from bridge.schema.log import Presence
from bridge.schema.people import Enrolment
from bridge.schema.teaching import PublishedLevel
from bridge.store.database import Sessions, reading, writing
from tests.lti.panels.shapes import FIRST_MONDAY, NOW, ZONE, Shape
from tests.lti.panels.world import World, make_world

EXPECTED = 4
SPREAD = (2, 6, 3, 5, 1, 7)


def visit(sessions: Sessions, world: World, since: int, *, crowds: bool) -> None:
    """Replace what the world's learners did: spread weeks before a week, from it on at the number where it crowds."""
    with writing(sessions) as db:
        db.execute(delete(Presence))
        for number, person_id in enumerate(world.learner_ids):
            for week in range(1, 9):
                wanted = EXPECTED if crowds and week >= since else SPREAD[(number + week) % len(SPREAD)]
                for item in range(wanted):
                    day = FIRST_MONDAY + timedelta(weeks=week - 1, days=item // 2)
                    told = {"course_id": world.course_id, "person_id": person_id, "cmid": 400 + item}
                    db.add(Presence(day_no=day_number(day), kind=int(Kind.VISIT), **told))


def publish_again(sessions: Sessions, weeks: int) -> None:
    """Let the same level take effect as a new version so many weeks after the first Monday."""
    with writing(sessions) as db:
        row = db.scalars(select(PublishedLevel)).one()
        told = {name: getattr(row, name) for name in ("platform_id", "course_id", "document", "digest")}
        told |= {name: getattr(row, name) for name in ("agreed_by", "agreed_on", "published_by", "published_at")}
        start = FIRST_MONDAY + timedelta(weeks=weeks)
        db.add(PublishedLevel(version="again", effective_from=start, **told))


@pytest.mark.parametrize("crowds", [True, False])
@pytest.mark.parametrize(("weeks", "is_since_start"), [(3, True), (0, False)])
def test_weeks_that_crowd_since_the_level_are_noticed_and_others_not(
    sessions: Sessions, weeks: int, is_since_start: bool, crowds: bool
) -> None:
    world = make_world(sessions, Shape())
    if weeks:
        publish_again(sessions, weeks)
    visit(sessions, world, 4, crowds=crowds)

    with reading(sessions) as db:
        (found,) = find_crowding(db, world.course_id, NOW.date(), ZONE)

    assert (found.marker, found.expected, found.is_since_start) == (Marker.ACTIVITY, EXPECTED, is_since_start)
    assert found.found.is_noticed is crowds


def test_of_fewer_than_ten_learners_or_before_a_level_nothing_is_said(sessions: Sessions) -> None:
    world = make_world(sessions, Shape(learner_count=9))
    visit(sessions, world, 4, crowds=True)
    with reading(sessions) as db:
        assert find_crowding(db, world.course_id, NOW.date(), ZONE) == ()
        assert find_crowding(db, world.course_id, FIRST_MONDAY - timedelta(days=1), ZONE) == ()
        assert find_crowding(db, 0, NOW.date(), ZONE) == ()
    with writing(sessions) as db:
        db.execute(delete(Enrolment))
    with reading(sessions) as db:
        assert find_crowding(db, world.course_id, NOW.date(), ZONE) == ()
