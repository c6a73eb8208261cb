"""Hand-ins as a real Moodle reported them (tests/recordings) are evidence of those who did them, of nobody else."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bridge.config import Settings
from bridge.moodle.client import MoodleClient
from bridge.schema.log import Presence
from bridge.store.database import Sessions, reading, writing
from bridge.store.platforms import save_platform
from bridge.sync.context import Sync
from bridge.sync.course import switch_courses
from bridge.sync.report import Silent, Tally
from bridge.sync.roster import sync_rosters
from bridge.sync.tasks import sync_tasks
from tests.bridge.moodle.replaying import RECORDINGS, replaying

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def load_answer(name: str) -> bytes:
    """Read a recorded answer's body."""
    recording = json.loads((RECORDINGS / "ws" / f"{name}.json").read_text(encoding="utf-8"))
    return json.dumps(recording["body"]).encode()


@pytest.fixture
def hand_ins(sessions: Sessions) -> set[int]:
    """The cmids of which a sync of the recorded roster and tasks made evidence."""
    settings = Settings(secret_key="for-this-test-alone-" * 2, public_url="https://tool.example")
    moodle_course_id = json.loads(load_answer("get_tasks"))["courseid"]
    with replaying() as moodle:
        with writing(sessions) as db:
            platform_id = save_platform(db, name="Recorded", moodle_url=moodle.url, encrypted_token=None, now=NOW)
            switch_courses(db, platform_id, [moodle_course_id], (), NOW)
        sync = Sync(
            sessions,
            MoodleClient(moodle.url, "token"),
            platform_id,
            settings,
            lambda: NOW,
            Silent(),
            {moodle_course_id},
        )
        for step, name in ((sync_rosters, "get_roster"), (sync_tasks, "get_tasks")):
            moodle.answer_with(load_answer(name))
            tally = Tally(name)
            step(sync, tally)
            assert tally.failures == []
    with reading(sessions) as db:
        return set(db.scalars(select(Presence.cmid)))


def recorded_cmids(*, teamwork: bool) -> set[int]:
    """Read the cmids of the recorded tasks in which somebody handed in."""
    tasks = json.loads(load_answer("get_tasks"))["tasks"]
    return {
        task["cmid"]
        for task in tasks
        if task["teamwork"] is teamwork and any(learner["timesubmitted"] for learner in task["learners"])
    }


def test_ones_own_hand_in_is_evidence(hand_ins: set[int]) -> None:
    assert recorded_cmids(teamwork=False)
    assert recorded_cmids(teamwork=False) <= hand_ins


def test_a_team_mates_hand_in_is_no_evidence(hand_ins: set[int]) -> None:
    assert recorded_cmids(teamwork=True)
    assert not recorded_cmids(teamwork=True) & hand_ins
