"""One number of a school's rule is changed: every page says the new one, and what was evaluated keeps the old one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from analytics.replay import replay
from bridge.config import Settings
from bridge.levels.form import read_level_yaml
from bridge.schema.engagement import EvaluationRow
from bridge.schema.log import LogCursor
from bridge.schema.teaching import Course
from bridge.store.database import Sessions, reading, writing
from bridge.sync.context import Sync
from bridge.sync.evaluations import make_evaluations
from bridge.sync.report import Silent, Tally
from lti.panels.views import course_panel
from lti.panels.views_held import data_use_panel
from lti.panels.views_statement import statement_panel
from tests.levels import publish
from tests.lti.panels.conftest import MakeBrowser, text_of
from tests.lti.panels.shapes import FIRST_MONDAY, Shape
from tests.lti.panels.world import World, make_world, scope_of

HANDBOOK = (Path(__file__).parents[2] / "handbooks" / "ten_days_without_evidence.yaml").read_text()
CHANGED = HANDBOOK.replace("days_without_evidence: 10", "days_without_evidence: 40")
BEFORE, AFTER = datetime(2026, 10, 26, 12, tzinfo=UTC), datetime(2026, 11, 9, 12, tzinfo=UTC)
"""Mondays: weeks 1 to 4 have closed, then weeks 1 to 6."""
NEW_FROM = date(2026, 11, 2)
"""The Monday of week 6."""
SETTINGS = Settings(secret_key="x" * 32, public_url="http://localhost:8100")

READ = ("roster_synced_at", "activities_synced_at", "tasks_synced_at")


@dataclass(frozen=True, slots=True)
class Said:
    """What the pages said at one instant."""

    tutor: str
    learner: str
    statement: str


@dataclass(frozen=True, slots=True)
class Story:
    """What was shown and stored before and after the change took effect."""

    before: Said
    after: Said
    rows_before: list[dict[str, Any]]
    rows_after: list[dict[str, Any]]

    def in_week(self, week_no: int) -> list[dict[str, Any]]:
        """Give the evaluations of a week as they are stored in the end."""
        return [row for row in self.rows_after if row["week_no"] == week_no]


def evaluate(sessions: Sessions, world: World, now: datetime) -> list[dict[str, Any]]:
    """Make what evaluations are missing, with everything known up to now, and return all there are."""
    with writing(sessions) as db:
        db.execute(update(LogCursor).values(fresh_at=now, read_to=9, settled_to=9))
        db.execute(update(Course).values(dict.fromkeys(READ, now) | {"backfill_until": 0}))
    make_evaluations(Sync(sessions, None, world.platform_id, SETTINGS, lambda: now, Silent()), Tally("evaluations"))
    with reading(sessions) as db:
        rows = db.execute(
            select(*EvaluationRow.__table__.columns).order_by(EvaluationRow.week_no, EvaluationRow.person_id)
        )
        return [dict(row._mapping) for row in rows]


def look(open_as: MakeBrowser, world: World, now: datetime) -> Said:
    """Open the tutor's list, a learner's page about the rules, and the published statement."""
    browser = open_as(world, now)
    return Said(
        text_of(browser.as_tutor(course_panel)),
        text_of(browser.as_learner(data_use_panel, world.learner_ids[0])),
        text_of(browser.as_learner(statement_panel, world.learner_ids[0])),
    )


@pytest.fixture
def story(sessions: Sessions, open_as: MakeBrowser) -> Story:
    """Publish the handbook's rule, evaluate, change one number from week 6 on, evaluate again."""
    world = make_world(sessions, Shape(has_level=False, now=AFTER))
    old, new = (read_level_yaml(text).terms for text in (HANDBOOK, CHANGED))
    with writing(sessions) as db:
        publish(db, world.platform_id, old, scope=scope_of(world), effective_from=FIRST_MONDAY)
    rows_before = evaluate(sessions, world, BEFORE)
    before = look(open_as, world, BEFORE)
    with writing(sessions) as db:
        publish(db, world.platform_id, new, scope=scope_of(world), effective_from=NEW_FROM)
    rows_after = evaluate(sessions, world, AFTER)
    return Story(before, look(open_as, world, AFTER), rows_before, rows_after)


def test_the_tutors_list_and_its_words_change(story: Story) -> None:
    assert "the published rule starts at 10" in story.before.tutor
    assert "the published rule starts at 40" in story.after.tutor
    assert "the published rule starts at 10" not in story.after.tutor


def test_who_has_a_reason_changes_with_the_number_alone(story: Story) -> None:
    for row in story.rows_after:
        threshold = 10 if row["week_no"] < 6 else 40
        assert (row["concern_reasons"] == ["silent"]) is (row["clock_days"] >= threshold)
    assert any(row["clock_days"] >= 10 and not row["concern_reasons"] for row in story.in_week(6))


def test_the_learners_page_and_the_published_statement_change(story: Story) -> None:
    for old, new in ((story.before.learner, story.after.learner), (story.before.statement, story.after.statement)):
        assert "10 or more counted days without evidence" in old
        assert "40 or more counted days without evidence" in new
        assert "10 or more counted days without evidence" not in new


def test_what_was_evaluated_before_stays_to_the_letter(story: Story) -> None:
    assert {row["week_no"] for row in story.rows_before} == {1, 2, 3, 4}
    kept = [row for row in story.rows_after if row["week_no"] <= 4]

    assert kept == story.rows_before


def test_each_evaluation_names_the_version_it_was_made_by_and_replays_by_it(story: Story) -> None:
    versions = {row["week_no"]: row["level_version"] for row in story.rows_after}

    assert [versions[week] for week in range(1, 7)] == ["course-2104-1"] * 5 + ["course-2104-2"]
    for row in story.rows_after:
        again = replay(row["inputs"])
        assert list(again.reasons) == row["concern_reasons"]
        assert again.sentence == row["sentence"]
