"""What the tutor's panel says when there is little or nothing to say."""

from datetime import UTC, datetime, timedelta

from bridge.store.database import Sessions
from lti.panels.views import course_panel
from tests.lti.panels.conftest import MakeBrowser, soup_of, text_of
from tests.lti.panels.test_tutor_panel import names_listed
from tests.lti.panels.world import NOW, Shape, make_world


def test_early_in_term_the_panel_says_that_it_is_too_early(sessions: Sessions, open_as: MakeBrowser) -> None:
    now = datetime(2026, 10, 8, 12, 0, tzinfo=UTC)
    page = open_as(make_world(sessions, Shape(now=now, fresh_at=now)), now).as_tutor(course_panel)

    assert "After week 1 it is too early to say for all 24 learners." in text_of(page)
    assert "Nobody is waiting for you this week." in text_of(page)
    assert soup_of(page).select("svg.plot") == []


def test_in_a_reading_week_the_panel_says_that_nothing_is_counted(sessions: Sessions, open_as: MakeBrowser) -> None:
    now = datetime(2026, 11, 11, 12, 0, tzinfo=UTC)
    page = open_as(make_world(sessions, Shape(now=now, fresh_at=now)), now).as_tutor(course_panel)

    assert "Reading week, 9–15 November: nothing is counted." in text_of(page)


def test_old_figures_are_shown_with_their_date(sessions: Sessions, open_as: MakeBrowser) -> None:
    page = open_as(make_world(sessions, Shape(fresh_at=NOW - timedelta(hours=25)))).as_tutor(course_panel)

    assert "Figures are as of yesterday, 13:20." in text_of(page)
    assert "meet the published level after week 5" in text_of(page)


def test_a_tiny_course_is_listed_and_not_charted(sessions: Sessions, open_as: MakeBrowser) -> None:
    page = open_as(make_world(sessions, Shape(learner_count=7))).as_tutor(course_panel)

    assert len(names_listed(page)) == 7
    assert soup_of(page).select("svg.plot") == []
    assert "with fewer than 10 learners the list below says more" in text_of(page)


def test_a_course_without_learners_says_so(sessions: Sessions, open_as: MakeBrowser) -> None:
    page = open_as(make_world(sessions, Shape(learner_count=0))).as_tutor(course_panel)

    assert "Nobody is enrolled yet" in text_of(page)


def test_a_course_without_a_roster_says_that_it_is_not_synced_yet(sessions: Sessions, open_as: MakeBrowser) -> None:
    shape = Shape(learner_count=0, has_roster=False, fresh_at=None)
    page = open_as(make_world(sessions, shape)).as_tutor(course_panel)

    assert "This course is not synced yet" in text_of(page)


def test_no_figure_is_shown_before_a_level_is_published(sessions: Sessions, open_as: MakeBrowser) -> None:
    page = open_as(make_world(sessions, Shape(has_level=False))).as_tutor(course_panel)

    assert "No figures before the level is published." in text_of(page)
    assert "%" not in soup_of(page).select("#all")[0].get_text()


def test_tasks_are_called_unused_where_excused_work_is_not_known(sessions: Sessions, open_as: MakeBrowser) -> None:
    page = open_as(make_world(sessions, Shape(is_excused_known=False))).as_tutor(course_panel)

    assert "Tasks are not used in this course." in text_of(page)
