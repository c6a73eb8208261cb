"""A lead's and faculty's pages begin with what to do first: by day, then what keeps people from their work."""

from datetime import date, timedelta

from sqlalchemy import Engine, update

from analytics.policy.relationships import Kind
from analytics.policy.voice import Stage
from bridge.schema.log import LogCursor
from bridge.schema.records import CourseSchool
from bridge.schema.teaching import Course, PublishedLevel
from bridge.store.complaints import save_complaint
from bridge.store.database import writing
from bridge.viewer_access import SITE_COURSE_ID
from tests.lti.panels.cases.case_world import publish, raise_concern
from tests.lti.panels.conftest import soup_of, text_of
from tests.lti.panels.test_chart_parity import rows_of, tidy
from tests.lti.panels.test_page_safety import counted_statements
from tests.lti.panels.test_people_panel import SCHOOL, hold, records
from tests.lti.panels.test_school_panel import open_school, school
from tests.lti.served import Tool, names_somebody
from tests.lti.small_world import ADMIN, LEARNER

__all__ = ["records", "school"]
FACULTY = ADMIN


def write_query(tool: Tool, made_days_ago: int) -> None:
    """Let a learner of the school have written to its lead."""
    now = tool.clock()
    made = now - timedelta(days=made_days_ago)
    with writing(tool.sessions) as db:
        save_complaint(db, tool.platform_id, tool.person_id(LEARNER), Stage.INFORMAL, "Why?", made, made.date())


def waiting_in(page: str) -> list[str]:
    """Read the heads of what waits, in their order, tags included."""
    return [tidy(item.get_text()) for item in soup_of(page).select("#todo .who")]


def test_a_query_stands_first_with_the_days_that_are_gone_and_names_nobody(school: Tool) -> None:
    write_query(school, 20)

    token, page = open_school(school)

    assert waiting_in(page)[0] == "A query or complaint to acknowledge 20 of 30 days gone"
    assert not names_somebody(page)
    assert "Lena" not in page
    assert "Queries and complaints" in text_of(school.post("/panel/school/complaints", token, school=str(SCHOOL)).text)


def test_a_query_past_its_day_says_so(school: Tool) -> None:
    write_query(school, 31)

    assert waiting_in(open_school(school)[1])[0] == "A query or complaint to acknowledge 1 past its day"


def test_what_is_not_published_or_does_not_arrive_waits_for_the_lead(school: Tool) -> None:
    with writing(school.sessions) as db:
        db.execute(update(PublishedLevel).values(effective_from=PublishedLevel.effective_from + timedelta(weeks=500)))
        db.execute(update(LogCursor).values(fresh_at=school.clock() - timedelta(hours=3)))

    heads = waiting_in(open_school(school)[1])

    assert heads[:3] == ["Nothing raises a concern yet", "1 course is not measured", "Figures stand still"]


def test_learners_by_step_agree_in_words_drawing_and_table(school: Tool) -> None:
    publish(school)
    raise_concern(school)

    card = soup_of(open_school(school)[1]).select_one("#stages")

    assert card is not None
    rows = rows_of(card)
    assert rows[0] == ["Not discussed yet", "1"]
    assert tidy(card.select("svg desc")[0].get_text()) == "; ".join(f"{name}: {number}" for name, number in rows) + "."
    drawn = [float(str(bar["width"]).removesuffix("%")) for bar in card.select("svg rect[data-kind]")]
    assert drawn == [100.0]
    assert [label.get_text() for label in card.select("svg text")][1::2] == [number for _, number in rows]
    assert "1 learner of the school has an open concern or case. 1 waits for a first talk." in tidy(card.get_text(" "))


def test_a_leads_exact_counts_are_of_the_whole_school_and_what_was_written_to_them_opens_by_name(school: Tool) -> None:
    publish(school)
    raise_concern(school)
    write_query(school, 20)
    token, page = open_school(school)
    narrower = {"course": "1", "programme": "1", "group": "1", "learner": "1", "week": "4", "q": "Lena"}

    asked = school.post("/panel/school", token, None, school=str(SCHOOL), **narrower).text

    assert "1 learner waits for a first talk" in text_of(asked)
    assert waiting_in(asked) == waiting_in(page)
    for card in ("#todo", "#stages"):
        assert text_of(str(soup_of(asked).select_one(card))) == text_of(str(soup_of(page).select_one(card)))
    assert not names_somebody(page)
    bands = ("meeting", "below the published level", "well below", "% of the published level")
    assert [words for words in bands if words in text_of(page)] == []
    assert not names_somebody(school.post("/panel/school/process", token, None, school=str(SCHOOL)).text)
    assert "Lena" in school.post("/panel/school/complaints", token, None, school=str(SCHOOL)).text


def test_faculty_read_in_which_schools_something_waits_and_no_number_of_what_learners_wrote(school: Tool) -> None:
    hold(school, FACULTY, Kind.FACULTY)
    write_query(school, 31)
    write_query(school, 32)

    page = school.launch(FACULTY, SITE_COURSE_ID).text

    heads = waiting_in(page)
    assert heads[0] == "In 1 school something is past its day"
    assert "1 school has no learner engagement lead" in heads
    assert "In 1 school nothing raises a concern yet" in heads
    assert "to be acknowledged: Mathematics." in text_of(page)
    assert not names_somebody(page)


def test_a_lead_who_opens_the_figures_finds_no_list_there(school: Tool) -> None:
    token, _ = open_school(school)

    assert soup_of(school.post("/panel/figures", token).text).select("#todo") == []


def test_a_leads_page_asks_no_more_of_more_courses_and_drafts(school: Tool, engine: Engine) -> None:
    token, _ = open_school(school)
    school.post("/panel/school", token)
    with counted_statements(engine) as few:
        school.post("/panel/school", token)
    with writing(school.sessions) as db:
        for number in range(700, 706):
            names = {"shortname": "X", "fullname": f"Course {number}", "starts_on": date(2026, 9, 28)}
            course = Course(
                platform_id=school.platform_id, moodle_course_id=number, switched_on_at=school.clock(), **names
            )
            db.add(course)
            db.flush()
            db.add(CourseSchool(course_id=course.id, school_id=SCHOOL))
    with counted_statements(engine) as many:
        page = school.post("/panel/school", token).text

    assert "Course 705" in page
    assert len(many) == len(few) > 20
