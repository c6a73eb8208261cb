"""The work-list says whom to turn to first and why; contributing schools tell, home schools acknowledge in time."""

import csv
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine, event, select

from analytics.policy.purposes import ForbiddenUse, Purpose
from analytics.policy.relationships import Kind
from bridge.schema.casework import Dispute, HandOver
from bridge.schema.records import CourseSchool
from bridge.store.database import reading, writing
from lti.panels.cases import views_work
from tests.lti.panels.cases.case_world import (
    COURSE_OFFICER,
    SENTENCE,
    Visitor,
    find_concern,
    officer_of_course,
    own,
    publish,
    raise_concern,
)
from tests.lti.panels.test_people_panel import ADVISER, OFF_SCHOOL, SCHOOL, evaluation, hold, records, train
from tests.lti.served import Tool
from tests.lti.small_world import CLASSMATE, GROUPED, LEARNER, OPEN, TUTOR

__all__ = ["records"]
WORK, TELL, FILE = "/panel/people/work", "/panel/people/work/tell", "/panel/people/work.csv"


@pytest.fixture
def officer(records: Tool) -> Visitor:
    """The support officer of Lena's and Cleo's home school."""
    hold(records, TUTOR, Kind.SUPPORT_OFFICER, school_id=SCHOOL)
    train(records, TUTOR)
    return Visitor(records, TUTOR)


@pytest.fixture
def contributing(records: Tool) -> Visitor:
    """The support officer of the school that owns the grouped course, in which Lena of another school learns."""
    with writing(records.sessions) as db:
        from bridge.schema.records import School

        db.get_one(School, OFF_SCHOOL).switched_on_at = records.clock()
    publish(records, SCHOOL)
    raise_concern(records, LEARNER, course=GROUPED, school_id=OFF_SCHOOL)
    officer_of_course(records)
    return Visitor(records, COURSE_OFFICER)


def evaluate(tool: Tool, who: int, percents: list[int]) -> None:
    """Let somebody have met the level in five weeks, with these figures."""
    course_id = own(tool, OPEN, SCHOOL)
    with writing(tool.sessions) as db:
        for week_no, percent in enumerate(percents, 2):
            db.add(evaluation(course_id, tool.person_id(who), week_no, percent))


def hand_over(tool: Tool) -> HandOver:
    with reading(tool.sessions) as db:
        found = db.scalars(select(HandOver)).one()
        db.expunge(found)
        return found


def test_an_empty_list_says_that_nothing_waits(officer: Visitor) -> None:
    assert "Nothing waits for you" in officer.open(WORK)


def test_whom_nobody_has_turned_to_stands_first_and_each_line_says_why_and_what_others_did(officer: Visitor) -> None:
    raise_concern(officer.tool, LEARNER)
    officer.case(LEARNER)
    officer.step("discussed", named="Ed Elsewhere", text="We both wonder.")
    officer.tool.clock.move(minutes=1)
    raise_concern(officer.tool, CLASSMATE)
    page = officer.open(WORK)
    assert "2 learners to turn to" in page
    assert page.index("Cleo Classmate") < page.index("Lena Learner")
    assert "25 % of the published level met, up to Sun 25 Oct." in page
    assert "Nobody has turned to it yet." in page
    assert "Discussed with a colleague today: Tess Tutor." in page
    assert "Decide whether to get in touch" in page


def test_a_learner_of_two_courses_appears_once_with_both_concerns(officer: Visitor) -> None:
    raise_concern(officer.tool, LEARNER, course=OPEN)
    raise_concern(officer.tool, LEARNER, course=GROUPED, school_id=OFF_SCHOOL)
    page = officer.open(WORK)
    assert "1 learner to turn to" in page
    first = page.split("1 learner to turn to")[1].split("In the order")[0]
    assert "Course number 11" in first
    assert "Course number 12" in first


def test_the_list_asks_as_many_queries_for_two_open_cases_as_for_one(officer: Visitor) -> None:
    def count(*people: int) -> int:
        for who in people:
            raise_concern(officer.tool, who)
            officer.case(who)
            officer.step("discussed", named="Ed Elsewhere", text="We both wonder.")
        said: list[str] = []

        def note(*given: Any) -> None:
            said.append(given[2])

        event.listen(Engine, "before_cursor_execute", note)
        officer.open(WORK)
        event.remove(Engine, "before_cursor_execute", note)
        return sum("INSERT INTO access_log" not in one for one in said)

    assert 0 < count(LEARNER) == count(CLASSMATE)


def test_an_adviser_sees_only_their_own_learners_on_it(records: Tool) -> None:
    raise_concern(records, LEARNER)
    raise_concern(records, CLASSMATE)
    page = Visitor(records, ADVISER).open(WORK)
    assert "Lena Learner" in page
    assert "Cleo" not in page


def test_each_learner_on_the_list_gets_an_access_row(officer: Visitor) -> None:
    raise_concern(officer.tool, LEARNER)
    before = len(officer.tool.accesses())
    officer.open(WORK)
    rows = officer.tool.accesses()[before:]
    assert [row.subject_person_id for row in rows] == [officer.tool.person_id(LEARNER)]


def test_beyond_the_budget_a_concern_stands_in_the_digest_until_somebody_turns_to_it(officer: Visitor) -> None:
    raise_concern(officer.tool, LEARNER)
    raise_concern(officer.tool, CLASSMATE, beyond=True)
    page = officer.open(WORK)
    assert "1 more learner is beyond this week’s budget." in page
    assert "Cleo" not in page
    assert "Cleo Classmate" in officer.open("/panel/people/work/digest")
    officer.case(CLASSMATE)
    officer.step("discussed", named="Ed Elsewhere", text="Let us see.")
    assert "Cleo Classmate" in officer.open(WORK)


def test_a_learner_who_said_that_a_week_is_not_right_is_left_alone_and_stands_last(officer: Visitor) -> None:
    tool = officer.tool
    raise_concern(tool, LEARNER)
    tool.clock.move(minutes=1)
    raise_concern(tool, CLASSMATE)
    with writing(tool.sessions) as db:
        course_id = db.scalars(select(CourseSchool.course_id)).first()
        said = {"week_no": 4, "text": "I read the book.", "made_at": tool.clock()}
        until = tool.clock().date()
        db.add(Dispute(course_id=course_id, person_id=tool.person_id(LEARNER), paused_until=until, **said))
    page = officer.open(WORK)
    assert page.index("Cleo Classmate") < page.index("Lena Learner")
    assert "Read what the learner said; nobody is asked to get in touch until today" in page
    assert "The learner said that a week is not right." in officer.case(LEARNER)


def test_the_list_is_taken_away_as_a_file_in_its_order_for_a_purpose_that_each_learner_reads(officer: Visitor) -> None:
    tool = officer.tool
    raise_concern(tool, CLASSMATE)
    tool.clock.move(minutes=1)
    raise_concern(tool, LEARNER)
    assert "Take this list away as a file" in officer.open(WORK)
    before = len(tool.accesses())
    officer.open(FILE, purpose=Purpose.MEETING)
    rows = list(csv.DictReader(io.StringIO(officer.answer.content.decode("utf-8-sig"))))
    assert [row["Learner"] for row in rows] == ["Cleo Classmate", "Lena Learner"]
    assert rows[0]["What to do next"] == "Talk to a colleague"
    assert SENTENCE in rows[0]["Why"]
    assert rows[0]["Taken"] == "for a meeting of colleagues who support these learners"
    left = [(row.action, row.subject_person_id, row.detail) for row in tool.accesses()[before:]]
    people = (tool.person_id(CLASSMATE), tool.person_id(LEARNER))
    assert left == [("work:export", who, "support-meeting") for who in people]


@pytest.mark.parametrize("fields", [{}, {"purpose": ForbiddenUse.DISCIPLINE}])
def test_the_list_is_no_file_without_a_purpose_and_for_a_forbidden_one(
    officer: Visitor, fields: dict[str, str]
) -> None:
    raise_concern(officer.tool, LEARNER)
    officer.open(FILE, **fields)
    assert officer.answer.status_code == 403
    assert "Lena" not in officer.answer.text


def test_on_a_long_page_the_later_suggestions_stand_folded(officer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluate(officer.tool, CLASSMATE, [40, 40, 40, 40, 80])
    evaluate(officer.tool, LEARNER, [100, 100, 100, 100, 71])
    officer.open(WORK)
    assert BeautifulSoup(officer.answer.text, "html.parser").select("#suggestions details") == []

    monkeypatch.setattr(views_work, "UNFOLDED", 0)
    officer.open(WORK)

    folded = BeautifulSoup(officer.answer.text, "html.parser").select_one("#suggestions details.rest")
    assert folded is not None
    assert "1 more learner" in folded.get_text()
    assert "Lena Learner" in folded.get_text()


def test_on_a_long_page_the_later_learners_of_other_schools_stand_folded_and_can_be_told_of_there(
    contributing: Visitor,
) -> None:
    for week in range(5, 5 + views_work.UNFOLDED):
        raise_concern(contributing.tool, LEARNER, course=GROUPED, school_id=OFF_SCHOOL, week=week)

    contributing.open(WORK)

    soup = BeautifulSoup(contributing.answer.text, "html.parser")
    folded = soup.select_one("#contributed details.rest")
    assert folded is not None
    assert len(soup.select("#contributed > ol > li")) == views_work.UNFOLDED
    assert folded.summary is not None
    assert folded.summary.get_text() == "1 more learner"
    assert [str(one["start"]) for one in folded.select("ol")] == [str(views_work.UNFOLDED + 1)]
    assert len(folded.select(f'form[action="{TELL}"]')) == 1


def test_whose_figure_fell_net_of_the_course_is_suggested_with_what_it_is_measured_against(officer: Visitor) -> None:
    tool = officer.tool
    evaluate(tool, CLASSMATE, [40, 40, 40, 40, 80])
    assert "Suggestions" not in officer.open(WORK)
    evaluate(tool, LEARNER, [100, 100, 100, 100, 71])
    page = officer.open(WORK)
    assert "Suggestions" in page
    assert "Lena Learner" in page.split("Suggestions")[1]
    assert "Cleo" not in page.split("Suggestions")[1]
    assert "After week 6 the figure is 29 points lower" in page
    assert "That is a remark, no reason under the published rule." in page


def test_a_contributing_school_sees_the_concern_in_its_course_and_cannot_open_the_case(contributing: Visitor) -> None:
    page = contributing.open(WORK)
    assert "Learners of other schools in your school’s courses" in page
    assert "Lena Learner" in page
    assert "Mathematics" in page
    contributing.case(LEARNER)
    assert contributing.answer.status_code == 404
    contributing.open("/panel/people/case/step", learner=str(contributing.tool.person_id(LEARNER)), step="attempt")
    assert contributing.answer.status_code == 404


def test_a_hand_over_is_told_with_its_evidence_and_acknowledged_by_the_home_school_by_its_day(
    contributing: Visitor, officer: Visitor
) -> None:
    tool = contributing.tool
    contributing.open(WORK)
    form = contributing.forms(TELL)["0"]
    assert "The home school was told in your name." in contributing.send(TELL, form, note="Two tasks are open.")
    told = hand_over(tool)
    assert (told.raised_by, told.evidence["sentence"]) == ("Gus Grouptutor", SENTENCE)
    assert contributing.forms(TELL) == {}
    assert "Acknowledge what History told you, by" in officer.open(WORK)
    assert "History: Two tasks are open." in officer.page
    tool.clock.move(days=6)
    officer = Visitor(tool, TUTOR)
    assert "it was due by" in officer.open(WORK)
    page = officer.case(LEARNER)
    assert "1 day late" in page
    assert page.index("Told by other schools") < page.index("Why there is a concern")  # first, while it waits
    path = "/panel/people/case/acknowledge"
    assert "It is acknowledged." in officer.send(path, officer.forms(path)["0"])
    assert hand_over(tool).acknowledged_by == "Tess Tutor"
    assert "Tess Tutor acknowledged it today." in officer.page
    assert "Tess Tutor acknowledged it today." in Visitor(tool, COURSE_OFFICER).open(WORK)


def test_a_concern_is_handed_over_once_and_never_without_a_word(contributing: Visitor) -> None:
    contributing.open(WORK)
    form = contributing.forms(TELL)["0"]
    assert "The home school was not told." in contributing.send(TELL, form, note=" ")
    contributing.open(WORK)
    first, second = contributing.forms(TELL)["0"], contributing.forms(TELL)["0"]
    contributing.send(TELL, first, note="Please look.")
    contributing.send(TELL, second, note="Please look again.")
    assert contributing.answer.status_code == 409
    assert hand_over(contributing.tool).note == "Please look."


def test_who_teaches_the_course_reads_that_a_concern_is_open_and_who_has_it_and_nothing_else(officer: Visitor) -> None:
    tool, lena = officer.tool, str(officer.tool.person_id(LEARNER))
    token = tool.open(TUTOR, OPEN)
    assert "A concern is open" not in tool.post("/panel/tutor/learner", token, None, learner=lena).text
    raise_concern(tool, LEARNER)
    raise_concern(tool, CLASSMATE, course=GROUPED, school_id=OFF_SCHOOL)
    page = tool.post("/panel/tutor/learner", token, None, learner=lena).text
    assert "A concern is open since today; nobody has turned to it yet." in page
    officer.case(LEARNER)
    officer.step("discussed", named="Ed Elsewhere", text="Her sister is ill.")
    page = tool.post("/panel/tutor/learner", token, None, learner=lena).text
    assert "A concern is open since today; Tess Tutor has it." in page
    assert "sister" not in page
    assert "25\u00a0%" not in page
    cleo = str(tool.person_id(CLASSMATE))
    assert "A concern is open" not in tool.post("/panel/tutor/learner", token, None, learner=cleo).text


def test_the_home_school_itself_has_nobody_to_tell(officer: Visitor) -> None:
    concern = raise_concern(officer.tool, LEARNER)
    officer.open(WORK)
    assert officer.forms(TELL) == {}
    officer.open(TELL, concern=str(concern), learner=str(officer.tool.person_id(LEARNER)), note="Look.", once="x")
    assert officer.answer.status_code == 404
    assert find_concern(officer.tool, concern).closed_at is None
