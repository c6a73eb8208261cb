"""The published statement of a course: what it says is what is measured, and the e-mail says the same."""

from datetime import date, timedelta

from analytics.calendar import DateRange
from analytics.level_words import say_reason
from analytics.levels import PublishedLevel
from analytics.rules import CLOCK_ALONE_RULE, DEFAULT_RULE, ConcernRule
from bridge.store.database import Sessions
from bridge.store.panel_records import AgreedLevel, CourseHead, Freshness
from lti.panels.values_statement import make_statements, write_mail
from lti.panels.views_statement import statement_panel
from lti.panels.words import Moment, capital
from tests.lti.panels.conftest import MakeBrowser, soup_of, text_of
from tests.lti.panels.shapes import FIRST_MONDAY, LEVEL, NOW, ZONE
from tests.lti.panels.world import Shape, make_world

MOMENT = Moment(NOW, ZONE)
NEXT_MONDAY = FIRST_MONDAY + timedelta(weeks=6)


def said(rule: ConcernRule) -> tuple[str, ...]:
    return tuple(f"{capital(say_reason(reason))}." for reason in rule.reasons)


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


def test_the_statement_in_force_comes_first_and_a_later_one_after_it() -> None:
    later = PublishedLevel("4", NEXT_MONDAY, LEVEL.expectations, CLOCK_ALONE_RULE)

    found = make_statements(head_with(LEVEL, later), MOMENT)

    assert found.now is not None
    assert (found.now.version, [one.version for one in found.later]) == ("3", ["4"])
    assert found.now.reasons == said(DEFAULT_RULE)
    assert found.later[0].reasons == said(CLOCK_ALONE_RULE)


def test_before_a_level_is_published_there_is_no_statement() -> None:
    found = make_statements(head_with(), MOMENT)

    assert (found.now, found.later) == (None, ())


def test_the_mail_says_everything_that_the_page_says_and_names_no_learner() -> None:
    found = make_statements(head_with(LEVEL), MOMENT).now
    assert found is not None
    mail = write_mail(found)

    for part in (*(what for _, what in found.expected), found.figure, *found.bands, *found.reasons, found.agreed):
        assert part in mail
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
