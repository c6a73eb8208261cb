"""No page shows a learner's figure without the separate markers that it was made of (policy paragraphs 1 and 2)."""

import re

import pytest
from bs4 import Tag
from sqlalchemy import select

from analytics.bands import Band
from bridge.schema.engagement import EvaluationRow
from bridge.schema.teaching import Course
from bridge.store.database import Sessions, reading, writing
from lti.panels.views import course_panel, learner_courses_panel, learner_panel, tutor_learner_panel
from lti.panels.views_figure import learner_figure_panel, tutor_figure_panel
from tests.lti.panels.cases.case_world import SENTENCE, Visitor, raise_concern
from tests.lti.panels.conftest import MakeBrowser, soup_of
from tests.lti.panels.test_people_panel import evaluation, open_people, records
from tests.lti.panels.world import make_world
from tests.lti.served import Tool
from tests.lti.small_world import LEARNER, OPEN

__all__ = ["records"]
FIGURE = re.compile(r"\d\s?%")
MADE_OF = "In weeks 2–5 you opened 2 of 16 expected activities; of 2 tasks you handed in 0; average 6 %."


def find_alone(whole: Tag) -> list[str]:
    """Return the texts with a figure where a part of a page, a list's row or all of it, names no two markers."""
    text = whole.get_text(" ").lower()
    is_named = "activities" in text and "task" in text
    return [] if is_named else [str(found) for found in whole.find_all(string=FIGURE)]


def test_a_tutors_list_has_the_markers_in_the_row_of_each_figure(sessions: Sessions, open_as: MakeBrowser) -> None:
    soup = soup_of(open_as(make_world(sessions)).as_tutor(course_panel))

    rows = soup.select("#all tbody tr")
    figures = [row for row in rows if row.find(string=FIGURE)]
    assert len(figures) > 10
    for row in figures:
        labels = {str(cell["data-l"]) for cell in row.select("td[data-l]") if cell.get_text(strip=True)}
        assert {"Activities", "Tasks"} <= {label.split()[0].strip(",") for label in labels}


@pytest.mark.parametrize("number", [0, 2])
def test_every_page_about_one_learner_says_what_its_figure_was_made_of(
    sessions: Sessions, open_as: MakeBrowser, number: int
) -> None:
    world = make_world(sessions)
    browser, learner = open_as(world), world.learner_ids[number]
    with reading(sessions) as db:
        made = db.scalars(
            select(EvaluationRow.sentence)
            .where(EvaluationRow.person_id == learner)
            .order_by(EvaluationRow.week_no.desc())
            .limit(1)
        ).one()

    for page in (
        browser.as_learner(learner_panel, learner),
        browser.as_learner(learner_figure_panel, learner),
        browser.as_tutor(tutor_learner_panel, learner=learner),
        browser.as_tutor(tutor_figure_panel, learner=learner),
    ):
        assert made in soup_of(page).get_text(" ")
    assert find_alone(soup_of(browser.as_learner(learner_courses_panel, learner))) == []


def test_the_advisers_page_quotes_the_sentence_beside_the_figure(records: Tool) -> None:
    with writing(records.sessions) as db:
        course_id = db.scalars(select(Course.id).where(Course.moodle_course_id == OPEN)).one()
        row = evaluation(course_id, records.person_id(LEARNER), 5, 6)
        row.sentence = MADE_OF
        db.add(row)

    page = records.post("/panel/people/learner", open_people(records), learner=str(records.person_id(LEARNER))).text

    (line,) = [line for line in soup_of(page).select("ol.work li") if line.find(string=FIGURE)]
    assert f"The learner reads, after week 5: “{MADE_OF}”" in line.get_text(" ")
    assert find_alone(line) == []
    assert find_alone(soup_of(records.post("/panel/people", open_people(records)).text)) == []


def test_the_list_of_what_to_do_first_quotes_the_sentence_with_each_figure(records: Tool) -> None:
    with writing(records.sessions) as db:
        course_id = db.scalars(select(Course.id).where(Course.moodle_course_id == OPEN)).one()
        row = evaluation(course_id, records.person_id(LEARNER), 5, 6)
        row.sentence, row.shown_band = MADE_OF, Band.WELL_BELOW.value
        db.add(row)
    visitor = Visitor(records)

    suggested = visitor.open("/panel/people/work")
    raise_concern(records)
    concern = visitor.open("/panel/people/work")

    assert f"The learner reads, after week 5: “{MADE_OF}”" in suggested
    assert f"25 % of the published level met, up to Sun 25 Oct. The learner read: “{SENTENCE}”" in concern.replace(
        "\u00a0", " "
    )
