"""A school's lead writes a level, sees what it changes and would do, and publishes it; every step leaves a row."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Engine, inspect, select

from bridge.schema.records import CourseSchool
from bridge.schema.teaching import Course, LevelDraft, PublishedLevel
from bridge.store.calendar_changes import seed_calendar
from bridge.store.database import reading, writing
from bridge.store.level_scopes import load_level_scopes
from bridge.store.levels import load_draft, save_draft
from tests.levels import publish
from tests.lti.panels.conftest import soup_of, text_of
from tests.lti.panels.test_page_safety import counted_statements
from tests.lti.panels.test_people_panel import OFF_SCHOOL, SCHOOL, records
from tests.lti.panels.test_school_panel import open_school, school
from tests.lti.served import Tool, names_somebody, page_token
from tests.lti.small_world import GROUPED, LEARNER, OPEN

__all__ = ["records", "school"]
Row = TypeVar("Row", PublishedLevel, LevelDraft)
FORM = {
    "use-activity": "1",
    "a_week-activity": "3",
    "a_day-activity": "1",
    "weight-activity": "1",
    "use-tasks": "1",
    "weight-tasks": "2",
    "rule": "clock-and-task",
    "who_intervenes": "Your adviser writes first.\nThen the module leader.",
    "agreed_by": "Dr Helen Marsh",
    "agreed_on": "2026-11-02",
}


class Lead:
    """The lead's session, page by page."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.token, self.page = open_school(tool)

    def post(self, path: str, school_id: str = str(SCHOOL), **fields: str) -> str:
        self.answer = self.tool.post(path, self.token, None, school=school_id, **fields)
        if self.answer.status_code == 200:
            self.page = self.answer.text
            self.token = page_token(self.answer)
        return self.page

    def send(self, path: str, scope: str, **fields: str) -> str:
        form = soup_of(self.page).select_one(f'form[action="{path}"]')
        assert form is not None
        hidden = {str(field["name"]): str(field["value"]) for field in form.select('input[name="once"], [name="seen"]')}
        return self.post(path, scope=scope, **(hidden | fields))


@pytest.fixture
def lead(school: Tool) -> Lead:
    return Lead(school)


def next_monday(tool: Tool) -> date:
    today = tool.clock().date()
    return today + timedelta(days=7 - today.weekday())


def scope_of(page: str, name: str) -> str:
    found = re.search(rf'name="scope" value="([^"]+)">{re.escape(name)}<', page)
    assert found is not None, page
    return found[1]


def rows(tool: Tool, table: type[Row]) -> list[Row]:
    with reading(tool.sessions) as db:
        found = list(db.scalars(select(table).order_by(inspect(table).primary_key[0])))
        db.expunge_all()
    return found


def test_the_school_its_programmes_and_courses_are_listed_and_no_other_course(lead: Lead) -> None:
    page = lead.post("/panel/school/levels")

    assert scope_of(page, "Mathematics") == f"school-{SCHOOL}"
    assert scope_of(page, "Course number 11").startswith("course-")
    assert "Course number 12" not in page
    assert not names_somebody(page)


def test_the_number_of_statements_does_not_grow_with_the_courses_of_a_school(lead: Lead, engine: Engine) -> None:
    with counted_statements(engine) as few:
        lead.post("/panel/school/levels")
    assert lead.answer.status_code == 200
    with writing(lead.tool.sessions) as db:
        for number in range(200, 230):
            told = {"shortname": f"C{number}", "fullname": f"Course number {number}", "starts_on": date(2026, 9, 21)}
            course = Course(platform_id=lead.tool.platform_id, moodle_course_id=number, **told)
            db.add(course)
            db.flush()
            db.add(CourseSchool(course_id=course.id, school_id=SCHOOL, credits=None, is_core=False))
    with counted_statements(engine) as many:
        page = lead.post("/panel/school/levels")
    assert "Course number 229" in page
    assert len(many) == len(few) < 40


def test_a_course_with_one_kind_of_evidence_is_named_with_a_warning(lead: Lead) -> None:
    page = text_of(lead.post("/panel/school/levels"))

    assert "Where too little is measured" in page
    assert "Course number 11 A core course that nothing measures." in page


def test_a_draft_is_kept_compared_previewed_and_published_in_the_leads_name(lead: Lead) -> None:
    scope = scope_of(lead.post("/panel/school/levels"), "Course number 11")
    monday = next_monday(lead.tool)
    before = rows(lead.tool, PublishedLevel)
    lead.post("/panel/school/level", scope=scope)
    saved = lead.send("/panel/school/level/save", scope, **FORM, effective_from=monday.isoformat())
    assert "The draft is kept." in saved
    assert "Publish it in my name" not in saved
    assert "3 activities opened in a counted week; up to 1 a day counts" in text_of(saved)
    assert len(rows(lead.tool, PublishedLevel)) == len(before)

    previewed = lead.post("/panel/school/level", scope=scope, wish="preview")
    assert "What it would do" in previewed
    told = text_of(lead.send("/panel/school/level/publish", scope))

    assert "It is published." in told
    made = rows(lead.tool, PublishedLevel)[-1]
    assert isinstance(made, PublishedLevel)
    assert (made.version, made.effective_from, made.agreed_by) == (f"course-{OPEN}-1", monday, "Dr Helen Marsh")
    assert made.published_by == "Tess Tutor"
    assert [one["marker"] for one in made.document["expectations"]] == ["activity", "tasks"]
    assert made.document["who_intervenes"] == ["Your adviser writes first.", "Then the module leader."]
    assert rows(lead.tool, LevelDraft) == [row for row in rows(lead.tool, LevelDraft) if row.course_id is None]
    changes = [row.detail for row in lead.tool.accesses() if row.action == "school:change"]
    assert changes == [f"level-save: course-{OPEN}", f"level-publish: course-{OPEN}-1"]


def test_learners_read_what_was_published_before_it_is_measured(lead: Lead) -> None:
    scope = scope_of(lead.post("/panel/school/levels"), "Course number 11")
    monday = next_monday(lead.tool).isoformat()
    lead.post("/panel/school/level", scope=scope)
    lead.send("/panel/school/level/save", scope, **FORM, effective_from=monday)
    lead.post("/panel/school/level", scope=scope, wish="preview")
    lead.send("/panel/school/level/publish", scope)

    learner = lead.tool.launch(LEARNER, OPEN)
    page = text_of(lead.tool.post("/panel/statement", page_token(learner)).text)

    assert "What follows" in page
    assert "3 activities opened in a counted week" in page
    assert "Your adviser writes first." in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"a_week-activity": "lots"}, "a week is a whole number from 1 to 50"),
        ({"a_week-activity": "", "a_day-activity": ""}, "a week is missing"),
        ({"a_week-activity": "2", "a_day-activity": "2"}, "one evening"),
        ({"weight-tasks": "0"}, "weight is a whole number from 1 to 9"),
        ({"use-activity": "", "use-tasks": ""}, "Name at least one"),
        ({"rule": "own"}, "reasons"),
        ({"rule": "bad"}, "is one of"),
        ({"effective_from": "2026-11-24"}, "is a Monday"),
        ({"agreed_on": "soon"}, "is a date such as"),
        ({"who_intervenes": "x" * 501}, "1 to 500 characters"),
    ],
    ids=str,
)
def test_a_field_that_does_not_fit_costs_one_clear_notice_and_nothing_that_was_written(
    lead: Lead, wrong: dict[str, str], said: str
) -> None:
    scope = scope_of(lead.post("/panel/school/levels"), "Mathematics")
    lead.post("/panel/school/level", scope=scope)
    page = lead.send("/panel/school/level/save", scope, **(FORM | wrong))

    assert "The draft was not kept." in page
    assert said in text_of(page)
    kept = soup_of(page).select_one("#agreed_by")
    assert kept is not None
    assert kept["value"] == "Dr Helen Marsh"
    assert not [row for row in rows(lead.tool, LevelDraft) if row.school_id == SCHOOL]


def test_a_rule_of_the_schools_own_comes_back_into_the_form_as_it_was_written(lead: Lead) -> None:
    scope = scope_of(lead.post("/panel/school/levels"), "Mathematics")
    own = {"rule": "own", "reason-0": "ten days", "days_without_evidence-0": "10", "review_weeks": "3, 5"}
    lead.post("/panel/school/level", scope=scope)
    page = lead.send("/panel/school/level/save", scope, **(FORM | own))

    form = soup_of(page)
    values = {field.get("name"): field.get("value") for field in form.select("#write input")}
    assert (values["reason-0"], values["days_without_evidence-0"], values["review_weeks"]) == ("ten days", "10", "3, 5")
    chosen = form.select_one('input[name="rule"][checked]')
    assert chosen is not None
    assert chosen["value"] == "own"
    assert "It is asked at the end of weeks 3 and 5." in text_of(page)


def test_what_publishing_needs_is_asked_for_and_the_draft_stays(lead: Lead) -> None:
    scope = scope_of(lead.post("/panel/school/levels"), "Mathematics")
    lead.post("/panel/school/level", scope=scope)
    lead.send("/panel/school/level/save", scope, **(FORM | {"agreed_by": ""}))
    lead.post("/panel/school/level", scope=scope, wish="preview")

    page = text_of(lead.send("/panel/school/level/publish", scope))

    assert "It was not published. Say who agreed the level" in page
    assert [row for row in rows(lead.tool, LevelDraft) if row.school_id == SCHOOL]


def test_nobody_publishes_a_draft_that_somebody_else_wrote_over_the_one_they_looked_at(lead: Lead) -> None:
    scope = scope_of(lead.post("/panel/school/levels"), "Mathematics")
    lead.post("/panel/school/level", scope=scope)
    monday = next_monday(lead.tool).isoformat()
    lead.send("/panel/school/level/save", scope, **FORM, effective_from=monday)
    lead.post("/panel/school/level", scope=scope, wish="preview")
    with writing(lead.tool.sessions) as db:
        whose = next(one for one in load_level_scopes(db, lead.tool.platform_id, [SCHOOL]) if one.key == SCHOOL)
        draft = load_draft(db, whose)
        assert draft is not None
        other = replace(draft.proposal.terms, who_intervenes=("Nobody looked at this.",))
        save_draft(db, whose, replace(draft.proposal, terms=other), "Another Lead", lead.tool.clock())
    before = len(rows(lead.tool, PublishedLevel))

    page = text_of(lead.send("/panel/school/level/publish", scope))

    assert "It was not published. The draft is another one by now" in page
    assert "Nobody looked at this." in page
    assert len(rows(lead.tool, PublishedLevel)) == before


def test_a_draft_can_be_thrown_away(lead: Lead) -> None:
    scope = scope_of(lead.post("/panel/school/levels"), "Mathematics")
    lead.post("/panel/school/level", scope=scope)
    lead.send("/panel/school/level/save", scope, **FORM)

    page = lead.send("/panel/school/level/discard", scope)

    assert "The draft is gone." in page
    assert not [row for row in rows(lead.tool, LevelDraft) if row.school_id == SCHOOL]


def test_a_scope_that_is_not_the_schools_answers_as_one_that_is_not_there(lead: Lead) -> None:
    with reading(lead.tool.sessions) as db:
        other = db.scalars(select(Course.id).where(Course.moodle_course_id == GROUPED)).one()
    for scope in (f"course-{other}", f"school-{OFF_SCHOOL}", "site-0", "course-999999", "", "x"):
        lead.post("/panel/school/level", scope=scope)
        assert lead.answer.status_code == 404, scope


def test_a_form_made_for_one_scope_publishes_no_other(lead: Lead) -> None:
    page = lead.post("/panel/school/levels")
    mine, other = scope_of(page, "Mathematics"), scope_of(page, "Course number 11")
    lead.post("/panel/school/level", scope=mine)
    lead.send("/panel/school/level/save", other, **FORM)

    assert lead.answer.status_code != 200
    assert not [row for row in rows(lead.tool, LevelDraft) if row.course_id is not None]


def test_nobody_but_the_schools_lead_reaches_these_pages(lead: Lead) -> None:
    learner = page_token(lead.tool.launch(LEARNER, OPEN))
    for path in ("/panel/school/levels", "/panel/school/level"):
        refused = lead.tool.post(path, learner, None, school=str(SCHOOL), scope=f"school-{SCHOOL}")
        assert refused.status_code in (403, 404)
        assert "a_week-activity" not in refused.text


def test_a_course_without_a_calendar_gets_no_suggestion_and_says_why(lead: Lead) -> None:
    scope = scope_of(lead.post("/panel/school/levels"), "Course number 11")
    lead.post("/panel/school/level", scope=scope)

    page = text_of(lead.post("/panel/school/level", scope=scope, wish="suggest"))

    assert "Nothing can be suggested before the course has a teaching calendar." in page


def test_a_course_without_a_past_run_gets_the_level_of_its_kind(lead: Lead) -> None:
    with writing(lead.tool.sessions) as db:
        seed_calendar(db, lead.tool.platform_id)
    scope = scope_of(lead.post("/panel/school/levels"), "Course number 11")
    lead.post("/panel/school/level", scope=scope)

    page = text_of(lead.post("/panel/school/level", scope=scope, wish="suggest", campus="1"))

    assert "Suggested: 2 a week, of which up to 1 a day count. The school decides." in page
    assert "There is no past run of 10 learners here" in page


def test_the_lead_opens_the_published_statement_of_a_course_of_the_school_and_of_no_other(lead: Lead) -> None:
    with reading(lead.tool.sessions) as db:
        ids = {row.moodle_course_id: row.id for row in db.scalars(select(Course))}

    mine = lead.tool.post("/panel/statement", lead.token, None, course=str(ids[OPEN]))
    other = lead.tool.post("/panel/statement", lead.token, None, course=str(ids[GROUPED]))

    assert mine.status_code == 200
    assert other.status_code == 404


def test_whether_weeks_stop_at_the_number_is_asked_of_a_course_with_a_level_alone(lead: Lead) -> None:
    scope = scope_of(lead.post("/panel/school/levels"), "Course number 11")
    assert "Do weeks stop at the number?" not in lead.post("/panel/school/level", scope=scope)
    with writing(lead.tool.sessions) as db:
        seed_calendar(db, lead.tool.platform_id)
        publish(db, lead.tool.platform_id)

    assert "Look at the weeks so far" in text_of(lead.post("/panel/school/level", scope=scope))
    page = text_of(lead.post("/panel/school/level", scope=scope, wish="crowding"))

    assert "Nothing can be said yet: that needs ten learners" in page
    assert not names_somebody(page)
