"""The published statement of a course: what it says is what is measured, and the e-mail says the same."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from analytics.calendar import DateRange
from analytics.levels import Expectation, Form, Marker, PublishedLevel
from analytics.rules import CLOCK_ALONE_RULE, DEFAULT_RULE, ConcernRule, Condition, Fact, Reason
from bridge.store.database import Sessions
from bridge.store.panel_records import AgreedLevel, CourseHead, Freshness
from lti.panels.level_words import say_expectation, say_review_weeks, say_rule, say_weights, say_worth
from lti.panels.values_statement import make_statements, write_mail
from lti.panels.views_statement import statement_panel
from lti.panels.words import Moment
from tests.lti.panels.conftest import MakeBrowser, soup_of, text_of
from tests.lti.panels.shapes import FIRST_MONDAY, LEVEL, NOW, ZONE
from tests.lti.panels.world import Shape, make_world

MOMENT = Moment(NOW, ZONE)
NEXT_MONDAY = FIRST_MONDAY + timedelta(weeks=6)
BY_ITEMS = [Expectation(m, 1, 3, 1) for m in Marker if m not in (Marker.TASKS, Marker.ATTENDANCE)]
BY_SESSIONS = [Expectation(m) for m in Marker if m is not Marker.ACTIVITY]


def head_with(*levels: PublishedLevel) -> CourseHead:
    agreed = tuple(
        AgreedLevel(level, "Dr Helen Marsh", date(2026, 9, 14), ("Your adviser writes first.",)) for level in levels
    )
    return CourseHead(
        course_id=1,
        moodle_course_id=2,
        platform_id=1,
        shortname="C",
        fullname="Cell Biology",
        moodle_url="https://m.example",
        calendar=None,
        breaks=(),
        levels=agreed,
        is_tasks_offered=True,
        covers_to={},
        freshness=Freshness(NOW, NOW, NOW, False),
    )


@pytest.mark.parametrize("expectation", [*BY_ITEMS, *BY_SESSIONS], ids=lambda one: f"{one.marker}-{one.form}")
def test_every_marker_is_said_with_how_it_counts(expectation: Expectation) -> None:
    what, how = say_expectation(expectation)

    assert what.startswith("3 " if expectation.form is Form.VISITS else "each ")
    assert ("1 a day counts" in how) is (expectation.form is Form.VISITS)
    assert "expected" not in what


def test_no_two_markers_are_said_alike() -> None:
    said = [say_expectation(one) for one in (*BY_ITEMS, *BY_SESSIONS)]

    assert len(set(said)) == len(said)


def test_weights_are_named_only_where_they_differ() -> None:
    activity, tasks = Expectation(Marker.ACTIVITY, 3, 4, 2), Expectation(Marker.TASKS)
    monday = FIRST_MONDAY

    assert "Activity in Moodle 3 and Tasks 1" in say_weights(PublishedLevel("1", monday, (activity, tasks)))
    assert "average" in say_weights(LEVEL)
    assert "average" not in say_weights(PublishedLevel("1", monday, (tasks,)))


@pytest.mark.parametrize("fact", Fact, ids=lambda fact: fact.name)
def test_every_condition_of_a_rule_is_said_with_its_threshold(fact: Fact) -> None:
    threshold = Fraction(2, 5) if fact is Fact.E_BELOW else Fraction(5)
    rule = ConcernRule("own", (Reason("r", (Condition(fact, threshold),)),), frozenset({3, 5}))

    (line,) = say_rule(rule)

    assert ("40\xa0%" if fact is Fact.E_BELOW else "5 ") in line
    assert say_review_weeks(rule) == "Looked at when weeks 3 and 5 end."
    assert say_worth(rule) == "What this rule is worth has not been measured on past courses."


def test_what_a_rule_was_worth_stands_beside_it() -> None:
    assert "7.4 of 100 learners a week; 54\xa0%" in say_worth(CLOCK_ALONE_RULE)


def test_the_statement_in_force_comes_first_and_a_later_one_after_it() -> None:
    later = PublishedLevel("4", NEXT_MONDAY, LEVEL.expectations, CLOCK_ALONE_RULE)

    found = make_statements(head_with(LEVEL, later), MOMENT)

    assert found.now is not None
    assert (found.now.version, [one.version for one in found.later]) == ("3", ["4"])
    assert found.now.reasons == say_rule(DEFAULT_RULE)
    assert found.later[0].reasons == say_rule(CLOCK_ALONE_RULE)


def test_before_a_level_is_published_there_is_no_statement() -> None:
    found = make_statements(head_with(), MOMENT)

    assert (found.now, found.later) == (None, ())


def test_the_mail_says_everything_that_the_page_says_and_names_no_learner() -> None:
    found = make_statements(head_with(LEVEL), MOMENT).now
    assert found is not None
    mail = write_mail(found)

    for said in (*(what for _, what in found.expected), found.figure, *found.bands, *found.reasons, found.agreed):
        assert said in mail
    assert "Your adviser writes first." in mail
    assert all(len(line) < 1000 for line in mail.splitlines())


def test_those_who_teach_get_the_mail_and_learners_the_same_page_without_it(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions, Shape(breaks=(DateRange(date(2026, 11, 9), date(2026, 11, 15)),)))
    browser = open_as(world)

    tutors = browser.as_tutor(statement_panel)
    learners = browser.as_learner(statement_panel, world.learner_ids[0])

    assert "4 activities" in text_of(learners)
    assert "Agreed by Dr Helen Marsh" in text_of(learners)
    assert "9–15 November" in text_of(learners)
    assert soup_of(tutors).select_one("textarea") is not None
    assert soup_of(learners).select_one("textarea") is None
    assert not [name for name in ("Adam", "Achebe") if name in text_of(tutors)]


def test_a_course_without_a_level_says_that_nothing_is_measured(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions, Shape(has_level=False, learner_count=1))

    page = text_of(open_as(world).as_tutor(statement_panel))

    assert "nothing is measured and nobody has a figure" in page
