"""Past learners are followed for as long as they were there, beside their outcome, and nothing is written."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, select, update

from analytics.rules import DEFAULT_RULE
from bridge.config import Settings
from bridge.schema.base import Base
from bridge.schema.engagement import EvaluationRow
from bridge.schema.people import Enrolment, Person
from bridge.schema.teaching import PublishedLevel
from bridge.store.database import Sessions, make_engine, make_sessions, reading, writing
from bridge.worth.files import Learner, Outcomes, read_outcomes
from bridge.worth.gather import Gathered, Question, gather
from tests.benchmarks.small_oulad import LEARNERS, LEFT
from tests.bridge.worth.past_site import PastSite

PLATFORM = 1


@pytest.fixture
def sessions(past_site: PastSite) -> Iterator[Sessions]:
    engine = make_engine(past_site.console.settings["LEA_DATABASE_URL"])
    yield make_sessions(engine)
    engine.dispose()


def ask(past_site: PastSite, sessions: Sessions, outcomes: Outcomes | None = None) -> Gathered:
    """Follow through weeks 3, 5 and 8."""
    question = Question(outcomes or read_outcomes(past_site.outcomes), frozenset({"fail", "withdrawn"}), (3, 5, 8), 8)
    settings = Settings.from_environment(past_site.console.settings)
    return gather(sessions, settings, PLATFORM, question, lambda: None)


def read_everything(sessions: Sessions) -> dict[str, list[str]]:
    """Read every row of every table."""
    with reading(sessions) as db:
        return {
            name: sorted(map(repr, db.execute(select(table)).all())) for name, table in Base.metadata.tables.items()
        }


def test_everybody_with_an_outcome_is_followed_and_nothing_is_written(past_site: PastSite, sessions: Sessions) -> None:
    before = read_everything(sessions)
    gathered = ask(past_site, sessions)
    assert len(gathered.followed) == gathered.used_rows == 2 * (LEARNERS - 1)
    assert sum(learner.has_outcome for learner in gathered.followed) == LEARNERS
    assert gathered.notes == []
    assert read_everything(sessions) == before


def test_whoever_left_is_followed_to_the_week_before(past_site: PastSite, sessions: Sessions) -> None:
    gathered = ask(past_site, sessions)
    left = gathered.people[Learner("user_id", str(1000 + LEFT))]
    (weeks,) = [set(learner.standings) for learner in gathered.followed if learner.person_id == left]
    # The first day away is day 28: week 4 ended on day 27.
    assert weeks == {1, 2, 3, 4}


def test_whoever_was_gone_on_the_sunday_is_not_asked_about_that_week(past_site: PastSite, sessions: Sessions) -> None:
    outcomes = read_outcomes(past_site.outcomes)
    third_sunday = date(2013, 2, 24)
    key = (101, Learner("user_id", "1001"))
    changed = {**outcomes.by_learner, key: replace(outcomes.by_learner[key], left_on=third_sunday)}
    gathered = ask(past_site, sessions, replace(outcomes, by_learner=changed))
    (weeks,) = [set(one.standings) for one in gathered.followed if one.person_id == gathered.people[key[1]]]
    assert weeks == {1, 2}


@pytest.mark.parametrize("forgotten", ["by the site", "by the file"])
def test_one_of_site_and_file_is_enough_to_know_who_left(
    past_site: PastSite, sessions: Sessions, forgotten: str
) -> None:
    outcomes = read_outcomes(past_site.outcomes)
    if forgotten == "by the site":
        with writing(sessions) as db:
            db.execute(update(Enrolment).values(ends_on=None))
    else:
        found = {key: replace(one, left_on=None) for key, one in outcomes.by_learner.items()}
        outcomes = replace(outcomes, by_learner=found)
    gathered = ask(past_site, sessions, outcomes)
    lengths = sorted(len(learner.standings) for learner in gathered.followed)
    assert lengths == [4, 4, *[8] * (2 * (LEARNERS - 1) - 2)]


def test_a_learner_whose_data_is_not_processed_is_not_followed(past_site: PastSite, sessions: Sessions) -> None:
    with reading(sessions) as db:
        moodle_user_id, person_id = db.execute(
            select(Person.moodle_user_id, Person.id).order_by(Person.id)
        ).first() or (0, 0)
    words = ["restrict", "start", "--user", str(moodle_user_id), "--kind", "objection", "--decided-by", "Dana Officer"]
    answer = past_site.console.lea(*words)
    assert answer.exit_code == 0, answer.output
    gathered = ask(past_site, sessions)
    assert person_id not in {learner.person_id for learner in gathered.followed}
    assert len(gathered.followed) == 2 * (LEARNERS - 1) - 1


def test_courses_that_are_not_here_are_named(past_site: PastSite, sessions: Sessions) -> None:
    outcomes = read_outcomes(past_site.outcomes)
    elsewhere = {(course_id + 1, learner): one for (course_id, learner), one in outcomes.by_learner.items()}
    gathered = ask(past_site, sessions, replace(outcomes, by_learner=elsewhere))
    assert gathered.notes == ["Course 103 is not switched on here."]
    assert gathered.used_rows == 0


def test_learners_are_followed_by_the_same_numbers_as_their_stored_evaluations(
    past_site: PastSite, sessions: Sessions
) -> None:
    answer = past_site.console.lea("measure")
    assert answer.exit_code == 0, answer.output
    columns = (EvaluationRow.e_numerator, EvaluationRow.e_denominator, EvaluationRow.clock_days)
    with reading(sessions) as db:
        stored = {
            (row.person_id, row.week_no): (
                None if row.e_numerator is None else row.e_numerator / row.e_denominator,
                row.clock_days,
                bool(row.concern_reasons),
            )
            for row in db.execute(
                select(EvaluationRow.person_id, EvaluationRow.week_no, EvaluationRow.concern_reasons, *columns)
            )
        }
    compared = 0
    for learner in ask(past_site, sessions).followed:
        for week, standing in learner.standings.items():
            if (learner.person_id, week) in stored:
                followed = (standing.e, standing.clock_days, DEFAULT_RULE.version in standing.concerns)
                assert followed == stored[learner.person_id, week]
                compared += 1
    # All but the one in each course who has left since, in 8 weeks.
    assert compared == 2 * (LEARNERS - 2) * 8


def test_learners_of_a_course_without_a_level_are_counted_and_the_next_step_is_named(
    past_site: PastSite, sessions: Sessions
) -> None:
    with writing(sessions) as db:
        db.execute(delete(PublishedLevel))
    gathered = ask(past_site, sessions)
    assert gathered.followed == []
    assert gathered.used_rows == 2 * (LEARNERS - 1)
    assert len(gathered.notes) == 2
    for note in gathered.notes:
        assert f"so its {LEARNERS - 1} learners with an outcome are left out. Next: lea level publish" in note
