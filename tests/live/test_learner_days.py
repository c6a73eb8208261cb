"""Distinct learner-days, read from a real Moodle through the bridge, equal SQL on that Moodle's own log table."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from analytics.evidence import find_presence
from bridge.moodle.client import MoodleClient
from tests.live.days import count_in_moodle

pytestmark = pytest.mark.live


def test_days_from_the_feed_equal_moodles_own_table(client: MoodleClient, moodle_database: Connection) -> None:
    zone = ZoneInfo(client.version().zone_name)
    course_ids = [course.moodle_course_id for course in client.courses().courses]
    learners = {
        (course_id, user.moodle_user_id)
        for course_id in course_ids
        for user in client.roster(course_id).users
        if any(role.archetype == "student" for role in user.roles)
    }
    own = [each.cmid for course_id in course_ids for each in client.activities(course_id).activities if each.is_own]

    found = set()
    after = 0
    while events := client.log_events(after, course_ids=course_ids).events:
        after = events[-1].log_id
        found |= {
            (fact.moodle_course_id, fact.moodle_user_id, fact.day.isoformat())
            for fact in find_presence(events, zone, own)
            if (fact.moodle_course_id, fact.moodle_user_id) in learners
        }

    assert found
    assert found == count_in_moodle(moodle_database, course_ids, zone.key)
