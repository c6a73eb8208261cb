"""Distinct learner-days, synced from a real Moodle through the bridge, equal SQL on that Moodle's own log table."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from bridge.config import Settings
from bridge.moodle.client import MoodleClient
from bridge.schema.log import Presence, Quarantine
from bridge.schema.people import Enrolment, Person
from bridge.schema.teaching import Course
from bridge.store.database import Sessions, reading, writing
from bridge.store.platforms import save_platform
from bridge.sync.course import switch_courses, sync_platform
from bridge.sync.report import SyncReport
from tests.live.days import LearnerDay, count_in_moodle, day_of

pytestmark = pytest.mark.live


@pytest.fixture
def course_ids(client: MoodleClient) -> list[int]:
    """Moodle's ids of all courses of the site."""
    return [course.moodle_course_id for course in client.courses().courses]


@pytest.fixture
def settings(client: MoodleClient) -> Settings:
    """Settings in the site's own time zone, so that both sides mean the same days."""
    return Settings(
        secret_key="for-this-test-alone-" * 2,
        public_url="https://tool.example",
        zone=ZoneInfo(client.version().zone_name),
        allow_insecure_platforms=True,
    )


def sync_everything(sessions: Sessions, client: MoodleClient, settings: Settings, course_ids: list[int]) -> SyncReport:
    """Switch all courses on and sync them once."""
    with writing(sessions) as db:
        now = datetime.now(UTC)
        platform_id = save_platform(db, name="Live", moodle_url=client.base_url, encrypted_token=None, now=now)
        switch_courses(db, platform_id, course_ids, (), now)
    return sync_platform(sessions, client, platform_id, settings, lambda: datetime.now(UTC))


def load_learner_days(sessions: Sessions) -> set[LearnerDay]:
    """Read the distinct learner-days of all courses from the tool's own facts."""
    statement = (
        select(Course.moodle_course_id, Person.moodle_user_id, Presence.day_no)
        .join(Presence, Presence.course_id == Course.id)
        .join(Person, Person.id == Presence.person_id)
        .join(Enrolment, (Enrolment.course_id == Course.id) & (Enrolment.person_id == Person.id))
        .where(Enrolment.is_learner)
        .distinct()
    )
    with reading(sessions) as db:
        return {(course, user, day_of(day_no)) for course, user, day_no in db.execute(statement)}


def test_learner_days_equal_moodles_own_table(
    sessions: Sessions,
    client: MoodleClient,
    settings: Settings,
    course_ids: list[int],
    moodle_database: Connection,
) -> None:
    in_moodle = count_in_moodle(moodle_database, course_ids, settings.zone.key)

    report = sync_everything(sessions, client, settings, course_ids)

    assert report.failures == ()
    assert in_moodle
    assert load_learner_days(sessions) == in_moodle


def test_a_second_sync_changes_nothing(
    sessions: Sessions, client: MoodleClient, settings: Settings, course_ids: list[int]
) -> None:
    sync_everything(sessions, client, settings, course_ids)
    first = load_learner_days(sessions)

    report = sync_everything(sessions, client, settings, course_ids)

    assert report.rows_new == 0
    assert load_learner_days(sessions) == first


def test_no_record_of_a_real_moodle_is_set_aside(
    sessions: Sessions, client: MoodleClient, settings: Settings, course_ids: list[int]
) -> None:
    sync_everything(sessions, client, settings, course_ids)

    with reading(sessions) as db:
        assert list(db.execute(select(Quarantine.source, Quarantine.reason))) == []
