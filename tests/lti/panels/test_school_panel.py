"""A school's engagement lead begins and ends who works with its learners, and sees no learner by name."""

from datetime import date

import pytest
from sqlalchemy import select, update

from analytics.policy.relationships import Kind
from bridge.schema.people import Person
from bridge.schema.records import CourseSchool, Relationship, Training
from bridge.schema.teaching import Course
from bridge.store.database import reading, writing
from bridge.viewer_access import FRESH_FOR, SITE_COURSE_ID
from tests.demo_vle.faults import Fault
from tests.lti.panels.conftest import soup_of
from tests.lti.panels.test_people_panel import ADVISER, OFF_SCHOOL, SCHOOL, hold, open_people, records, train
from tests.lti.served import Tool, names_somebody, page_token, reason_of
from tests.lti.small_world import ADMIN, CLASSMATE, GROUP_TUTOR, IN_OTHER_GROUP, LEARNER, OPEN, TUTOR

__all__ = ["records"]
LEAD = TUTOR
"""Teaches the open course; leads the school that is on."""
NEW = {"part": "support-officer", "name": "Gus Grouptutor", "moodle_user": str(GROUP_TUTOR)}


@pytest.fixture
def school(records: Tool) -> Tool:
    """The lead is trained; Lena and Otto have student numbers; the open course is the school's."""
    hold(records, LEAD, Kind.LEAD, school_id=SCHOOL)
    train(records, LEAD)
    with writing(records.sessions) as db:
        for who, number in ((LEARNER, "26001"), (IN_OTHER_GROUP, "26002"), (LEAD, "STAFF1")):
            db.execute(update(Person).where(Person.moodle_user_id == who).values(idnumber=number))
        course_id = db.scalars(select(Course.id).where(Course.moodle_course_id == OPEN)).one()
        db.add(CourseSchool(course_id=course_id, school_id=SCHOOL, is_core=True, credits=15))
    return records


def open_school(tool: Tool, who: int = LEAD) -> tuple[str, str]:
    """Launch from the site's home; return the page's token and the page."""
    answer = tool.launch(who, SITE_COURSE_ID)
    assert '<h1 tabindex="-1">Mathematics</h1>' in answer.text, answer.text
    return page_token(answer), answer.text


def once(page: str, path: str) -> str:
    """Find the one-time token of the form that is sent to a path."""
    return page.split(f'action="{path}"')[1].split('name="once" value="')[1].split('"')[0]


def change(tool: Tool, token: str, page: str, path: str, school_id: str = str(SCHOOL), **fields: str) -> str:
    """Send one form of the page; return the page that answers."""
    sent = {"school": school_id, "once": once(page, path), **fields}
    return tool.post(path, token, None, **sent).text


def test_a_lead_begins_with_the_school_its_staff_and_courses_and_no_learner_by_name(school: Tool) -> None:
    _, page = open_school(school)
    assert "1 of 2" in page  # Lena has an adviser, Cleo has none; Otto is of another school
    assert "Adviser of 1 learner" in page
    assert "Course number 11" in page
    assert "15 credits · core" in page
    assert not names_somebody(page)
    assert [row.action for row in school.accesses()] == []


def test_a_support_officer_whom_the_lead_writes_down_sees_the_school_and_after_its_end_nobody(school: Tool) -> None:
    train(school, GROUP_TUTOR)
    token, page = open_school(school)
    told = change(school, token, page, "/panel/school/add", **NEW)
    assert "Gus Grouptutor: student support officer from now on." in told
    officer = open_people(school, GROUP_TUTOR)
    assert "Lena Learner" in school.post("/panel/people", officer).text
    with reading(school.sessions) as db:
        made = db.scalars(select(Relationship).where(Relationship.holder_moodle_user_id == GROUP_TUTOR)).one()
        assert (made.source, made.school_id, made.kind) == ("page", SCHOOL, "support-officer")
        made_id = made.id
    ended = change(school, token, told, "/panel/school/end", relationship=str(made_id))
    assert "Gus Grouptutor: student support officer no more" in ended
    refused = school.post("/panel/people", officer)
    assert (refused.status_code, reason_of(refused)) == (403, "rights-changed")
    changes = [(row.viewer_role, row.reason, row.detail) for row in school.accesses() if row.action == "school:change"]
    assert changes == [
        ("lead", "leads-school", f"school-add: support-officer, school {SCHOOL}"),
        ("lead", "leads-school", f"school-end: support-officer, relationship {made_id}"),
    ]


def test_an_adviser_who_changes_sees_the_learner_no_more_and_the_new_one_does(school: Tool) -> None:
    old = open_people(school)
    token, page = open_school(school)
    ended = change(
        school, token, page, "/panel/school/end-advising", moodle_user=str(ADVISER), number="26001", staff_number=""
    )
    assert "They see this learner no more" in ended
    fields = {"part": "adviser", "name": "Gus", "moodle_user": str(GROUP_TUTOR), "number": "26001"}
    assert "Gus: adviser from now on." in change(school, token, ended, "/panel/school/add", **fields)
    train(school, GROUP_TUTOR)
    assert "Lena" not in school.post("/panel/people", old).text
    lena = str(school.person_id(LEARNER))
    assert school.post("/panel/people/learner", old, learner=lena).status_code == 404
    assert "Lena Learner" in school.post("/panel/people", open_people(school, GROUP_TUTOR)).text


def test_a_learner_of_another_school_is_told_apart_from_nobody_by_nothing(school: Tool) -> None:
    token, page = open_school(school)
    fields = {"part": "adviser", "name": "Gus", "moodle_user": str(GROUP_TUTOR)}
    elsewhere = change(school, token, page, "/panel/school/add", **fields, number="26002")
    nobody = change(school, token, elsewhere, "/panel/school/add", **fields, number="99999")
    assert "No one learner of this school has this number." in elsewhere
    assert "No one learner of this school has this number." in nobody
    ended = change(school, token, nobody, "/panel/school/end-advising", moodle_user=str(ADVISER), number="26002")
    assert "No one learner of this school has this number." in ended
    with reading(school.sessions) as db:
        held = select(Relationship).where(Relationship.person_id == school.person_id(IN_OTHER_GROUP))
        assert db.scalars(held).one().ends_at is None


@pytest.mark.parametrize("own", [{"moodle_user": str(LEAD)}, {"staff_number": "STAFF1", "moodle_user": ""}])
@pytest.mark.parametrize("part", ["support-officer", "adviser", "lead"])
def test_a_lead_gives_themselves_no_part(school: Tool, own: dict[str, str], part: str) -> None:
    token, page = open_school(school)
    told = change(school, token, page, "/panel/school/add", **{**NEW, "part": part, "number": "26001", **own})
    assert "Nobody gives themselves a part here" in told
    assert "Nothing was changed." in told
    assert school.post("/panel/people", token).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"part": "faculty"}, "Choose the part."),
        ({"part": "maintainer"}, "Choose the part."),
        ({"name": " "}, "The name, and a staff number or Moodle user id, are needed."),
        ({"moodle_user": "x"}, "The name, and a staff number or Moodle user id, are needed."),
        ({"until": "2026-13-01"}, "The last day is no day."),
        ({"until": "2020-01-01"}, "It ends before it begins."),
    ],
)
def test_what_does_not_fit_is_refused_with_words(school: Tool, fields: dict[str, str], said: str) -> None:
    token, page = open_school(school)
    told = change(school, token, page, "/panel/school/add", **{**NEW, **fields})
    assert said in told
    with reading(school.sessions) as db:
        assert db.scalars(select(Relationship).where(Relationship.source == "page")).all() == []


def test_a_lead_of_one_school_reaches_no_other_one(school: Tool) -> None:
    token, page = open_school(school)
    answers = [school.post("/panel/school", token, school=number) for number in (str(OFF_SCHOOL), "999", "x")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({answer.text for answer in answers}) == 1
    change(school, token, page, "/panel/school/add", str(OFF_SCHOOL), **NEW)
    with reading(school.sessions) as db:
        assert db.scalars(select(Relationship).where(Relationship.source == "page")).all() == []


def test_the_last_trained_lead_of_a_school_that_is_on_does_not_just_leave(school: Tool) -> None:
    with writing(school.sessions) as db:
        db.execute(update(Relationship).where(Relationship.holder_moodle_user_id == 77).values(ends_at=school.clock()))
    token, page = open_school(school)
    with reading(school.sessions) as db:
        own = db.scalars(select(Relationship.id).where(Relationship.holder_moodle_user_id == LEAD)).one()
    told = change(school, token, page, "/panel/school/end", relationship=str(own))
    assert "Mathematics would have no lead with a training date." in told


def test_a_training_is_recorded_for_staff_and_teachers_of_the_school_and_nobody_else(school: Tool) -> None:
    hold(school, GROUP_TUTOR, Kind.SUPPORT_OFFICER, school_id=SCHOOL)
    token, page = open_school(school)
    with reading(school.sessions) as db:
        officer = db.scalars(select(Relationship.id).where(Relationship.holder_moodle_user_id == GROUP_TUTOR)).one()
    day = {"day": "2026-09-02"}
    page = change(school, token, page, "/panel/school/train", who=f"staff-{officer}", **day)
    assert "Trained on" in page
    page = change(school, token, page, "/panel/school/train", who=f"teacher-{LEAD}", **day)
    assert "Trained on" in page
    page = change(school, token, page, "/panel/school/train", who=f"teacher-{ADMIN}", **day)
    assert "Choose somebody of this school." in page
    page = change(school, token, page, "/panel/school/train", who=f"teacher-{LEAD}", day="2999-01-01")
    assert "The day is missing, or still to come." in page
    with reading(school.sessions) as db:
        saved = db.execute(
            select(Training.holder_moodle_user_id, Training.trained_on).where(Training.source == "page")
        ).all()
    assert sorted(saved) == [(LEAD, date(2026, 9, 2)), (GROUP_TUTOR, date(2026, 9, 2))]


def test_a_lead_who_is_not_trained_begins_with_the_training(records: Tool) -> None:
    hold(records, LEAD, Kind.LEAD, school_id=SCHOOL)
    answer = records.launch(LEAD, SITE_COURSE_ID)
    assert "Before you see learners by name" in answer.text
    assert records.post("/panel/school", page_token(answer)).status_code == 404


def test_while_moodle_is_silent_a_lead_changes_nothing_after_15_minutes(school: Tool) -> None:
    token, page = open_school(school)
    school.vle.faults.always(Fault.MAINTENANCE)
    school.clock.move(seconds=FRESH_FOR.total_seconds() + 1)
    answer = school.post(
        "/panel/school/add", token, None, school=str(SCHOOL), once=once(page, "/panel/school/add"), **NEW
    )
    assert (answer.status_code, reason_of(answer)) == (503, "rights-unchecked")


def test_the_own_page_of_a_lead_who_teaches_leads_to_the_school_and_back(school: Tool) -> None:
    answer = school.launch(LEAD, OPEN)
    assert "This week in" in answer.text
    assert 'formaction="/panel/school"' in answer.text
    page = school.post("/panel/school", page_token(answer)).text
    assert 'formaction="/panel/tutor"' in page


def test_what_waits_for_the_lead_stands_first_and_goes_when_it_is_done(school: Tool) -> None:
    hold(school, GROUP_TUTOR, Kind.SUPPORT_OFFICER, school_id=SCHOOL)
    token, page = open_school(school)
    assert "1 colleague cannot see names yet" in page
    assert f"Their training is not recorded: Moodle user {GROUP_TUTOR}." in page
    assert "1 learner has no adviser here" in page
    train(school, GROUP_TUTOR)
    assert "cannot see names yet" not in school.post("/panel/school", token).text
    hold(school, ADVISER, Kind.ADVISER, learner=CLASSMATE)
    left = soup_of(school.post("/panel/school", token).text)
    waiting = [item.get_text() for item in left.select("#todo .who")]
    # What is left is the school's and the site's: no process, no level, nothing read from Moodle in this small world.
    assert waiting == ["Nothing raises a concern yet", "1 course is not measured", "Figures stand still"]
