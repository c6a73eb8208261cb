"""Pages in states that the demo does not live through, in a language nobody speaks: no text without its message."""

from contextlib import suppress
from pathlib import Path

import pytest

from analytics.language import speak, speaking
from lti import language
from lti.errors import NotFound
from lti.panels.views import course_panel, learner_courses_panel, learner_panel, learner_week_panel, tutor_learner_panel
from lti.panels.views_figure import learner_figure_panel, tutor_figure_panel
from lti.panels.views_held import data_use_panel, held_panel
from lti.panels.views_looks import looks_panel
from tests.browser.states import ERRORS, SHAPES, opened
from tests.lti.panels.conftest import Browser
from tests.lti.panels.world import Shape, World
from tests.lti.pseudo import PSEUDO, find_data, find_untranslated

STATES = sorted(set(SHAPES) - {"thousand", "long-names"})
"""A thousand learners, or long names, are the usual course with more of the same."""


def open_pages(browser: Browser, world: World) -> dict[str, str]:
    """Open the pages of a course, and of a learner in it where there is one."""
    pages = {
        "tutor": browser.as_tutor(course_panel, {"size": "50"}),
        "nobody fits": browser.as_tutor(course_panel, {"q": "zzz"}),
    }
    if world.learner_ids:
        one = world.learner_ids[0]
        pages |= {
            "one learner": browser.as_tutor(tutor_learner_panel, learner=one),
            "learner": browser.as_learner(learner_panel, one),
            "week": browser.as_learner(learner_week_panel, one, {"week": "1"}),
            "courses": browser.as_learner(learner_courses_panel, one),
            "held": browser.as_learner(held_panel, one),
            "rows": browser.as_learner(held_panel, one, {"table": "presence"}),
            "data use": browser.as_learner(data_use_panel, one),
            "looks": browser.as_learner(looks_panel, one),
        }
        with suppress(NotFound):  # before the first figure there is nothing behind it
            pages["figure"] = browser.as_learner(learner_figure_panel, one)
            pages["figure for the tutor"] = browser.as_tutor(tutor_figure_panel, learner=one)
    return pages


@pytest.mark.parametrize("name", STATES)
def test_every_text_of_a_state_is_a_message(sqlite_template: Path, tmp_path: Path, name: str) -> None:
    with opened(sqlite_template, tmp_path, SHAPES[name]) as (browser, world):
        with speaking(PSEUDO):
            pages = open_pages(browser, world)
        data = find_data(browser.sessions) | {"Cell Biology", "SBB2104"}

        assert {page: texts for page, html in pages.items() if (texts := find_untranslated(html, data))} == {}


def test_every_text_of_a_page_for_nobody_is_a_message(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "_speak", lambda locale: speak(PSEUDO))
    with opened(sqlite_template, tmp_path, Shape(learner_count=1)) as (browser, _):
        pages = {name: ask(browser) for name, ask in ERRORS.items()}

        assert {page: texts for page, html in pages.items() if (texts := find_untranslated(html, ()))} == {}
