"""Over HTTP: learners say what is not right and what they did; staff read it beside the figure, a person answers."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update

from analytics.policy.relationships import Kind
from bridge.schema.casework import CaseEntry, Complaint, Dispute, LearnerChoice, SelfDeclared, SupportCase
from bridge.schema.engagement import StaleLearner
from bridge.schema.records import Relationship
from bridge.schema.teaching import Course, TeachingCalendar
from bridge.store.database import reading, writing
from bridge.store.voice import load_paused_people
from bridge.viewer_access import SITE_COURSE_ID
from tests.lti.panels.test_people_panel import ADVISER, OFF_SCHOOL, SCHOOL, hold, open_people, records, train
from tests.lti.served import Tool, page_token, reason_of
from tests.lti.small_world import CLASSMATE, IN_OTHER_GROUP, LEARNER, OPEN, TUTOR

__all__ = ["records"]
LEAD = TUTOR
SAID = "I was on a placement, with no signal"
WROTE = "My figure has been wrong since October"


@pytest.fixture
def voiced(records: Tool) -> Tool:
    """The open course began five weeks ago; the tutor leads the school, by name."""
    today = records.clock().date()
    monday = today - timedelta(days=today.weekday() + 28)
    with writing(records.sessions) as db:
        calendar = TeachingCalendar(platform_id=records.platform_id, name="Autumn", week_count=12, version="1")
        db.add(calendar)
        db.flush()
        wanted = update(Course).where(Course.moodle_course_id == OPEN)
        db.execute(wanted.values(calendar_id=calendar.id, starts_on=monday))
    hold(records, LEAD, Kind.LEAD, school_id=SCHOOL)
    train(records, LEAD)
    with writing(records.sessions) as db:
        named = {LEAD: "Tess Tutor", ADVISER: "Ed Elsewhere"}
        for who, name in named.items():
            is_who = Relationship.holder_moodle_user_id == who
            db.execute(update(Relationship).where(is_who).values(holder_name=name))
    return records


def course_id(tool: Tool) -> str:
    with reading(tool.sessions) as db:
        return str(db.scalars(select(Course.id).where(Course.moodle_course_id == OPEN)).one())


def once(page: str, path: str) -> str:
    """Find the one-time token of the form that is sent to a path."""
    return page.split(f'action="{path}"')[1].split('name="once" value="')[1].split('"')[0]


def say(tool: Tool, token: str, what: str, **fields: str) -> str:
    """Send one form of the learner's own side; return the page that answers."""
    path = f"/panel/learner/voice/{what}"
    page = tool.post("/panel/learner/voice", token, course=course_id(tool)).text
    return tool.post(path, token, None, course=course_id(tool), once=once(page, path), **fields).text


def test_a_learner_says_that_a_week_is_not_right_and_is_left_alone_for_seven_days(voiced: Tool) -> None:
    token = voiced.open(LEARNER, OPEN)
    told = say(voiced, token, "dispute", week="2", text=SAID)
    assert "It is written down." in told
    assert SAID in voiced.post("/panel/learner", token).text
    today = voiced.clock().date()
    with reading(voiced.sessions) as db:
        lena = frozenset({voiced.person_id(LEARNER)})
        paused = [load_paused_people(db, int(course_id(voiced)), today + timedelta(days=n)) for n in (0, 7, 8)]
    assert paused == [lena, lena, frozenset()]
    again = say(voiced, token, "dispute", week="2", text="again")
    assert "You said so of week 2 already." in again


def test_the_tutor_and_the_adviser_read_it_beside_the_figure_and_the_adviser_answers_once(voiced: Tool) -> None:
    token = voiced.open(LEARNER, OPEN)
    say(voiced, token, "dispute", week="2", text=SAID)
    say(voiced, token, "declare", day=voiced.clock().date().isoformat(), text="Read two chapters")
    lena = str(voiced.person_id(LEARNER))
    seen = voiced.post("/panel/tutor/learner", voiced.open(TUTOR, OPEN), learner=lena).text
    assert SAID in seen
    assert "Read two chapters" in seen
    assert "/panel/people/dispute/answer" not in seen

    staff = open_people(voiced)
    assert "says that week 2 isn’t right" in voiced.post("/panel/people", staff).text
    page = voiced.post("/panel/people/learner", staff, learner=lena).text
    assert SAID in page
    number = page.split('name="dispute" value="')[1].split('"')[0]
    path = "/panel/people/dispute/answer"
    fields = {"learner": lena, "dispute": number, "found": "yes", "text": "The register confirms it."}
    told = voiced.post(path, staff, None, once=once(page, path), **fields).text
    assert "It is answered." in told
    assert path not in told
    own = voiced.post("/panel/learner", token).text
    assert "It was found right" in own
    assert "The register confirms it." in own
    assert "Answered what you said about a week." in voiced.post("/panel/learner/looks", token).text


def test_an_answer_reaches_no_other_learner_than_the_one_it_was_decided_about(voiced: Tool) -> None:
    hold(voiced, ADVISER, Kind.ADVISER, learner=CLASSMATE)
    say(voiced, voiced.open(LEARNER, OPEN), "dispute", week="2", text=SAID)
    say(voiced, voiced.open(CLASSMATE, OPEN), "dispute", week="2", text="mine")
    with reading(voiced.sessions) as db:
        cleos = db.scalars(select(Dispute.id).where(Dispute.person_id == voiced.person_id(CLASSMATE))).one()
    lena, staff, path = str(voiced.person_id(LEARNER)), open_people(voiced), "/panel/people/dispute/answer"
    page = voiced.post("/panel/people/learner", staff, learner=lena).text
    fields = {"learner": lena, "dispute": str(cleos), "found": "no", "text": "no"}
    assert "Somebody answered it already." in voiced.post(path, staff, None, once=once(page, path), **fields).text
    with reading(voiced.sessions) as db:
        assert db.scalars(select(Dispute.answer)).all() == [None, None]


def test_a_tutor_cannot_answer_and_nobody_answers_whose_school_is_off(voiced: Tool) -> None:
    say(voiced, voiced.open(IN_OTHER_GROUP, OPEN), "dispute", week="1", text="mine")
    otto, path = str(voiced.person_id(IN_OTHER_GROUP)), "/panel/people/dispute/answer"
    for token in (voiced.open(TUTOR, OPEN), open_people(voiced)):
        answer = voiced.post(path, token, learner=otto, dispute="1", found="no", text="no", once="x")
        assert answer.status_code == 404


def test_the_switch_shows_and_hides_the_comparison_and_keeps_the_goal(voiced: Tool) -> None:
    token, path = voiced.open(LEARNER, OPEN), "/panel/learner/compare"
    say(voiced, token, "choose", goal="Two quiet mornings", goal_a_week="3")
    page = voiced.post("/panel/learner", token).text
    assert 'aria-checked="false"' in page
    sent = {"course": course_id(voiced), "comparison": "show"}
    shown = voiced.post(path, token, None, once=once(page, path), **sent).text
    assert "The comparison is shown." in shown
    assert shown.count("There is no comparison now") + shown.count("You have no figure to compare yet.") == 2
    assert 'aria-checked="true"' in shown
    with reading(voiced.sessions) as db:
        choice = db.scalars(select(LearnerChoice)).one()
        assert (choice.shows_comparison, choice.goal, choice.goal_a_week) == (True, "Two quiet mornings", 3)
    hidden = voiced.post(path, token, None, once=once(shown, path), course=course_id(voiced), comparison="hide").text
    assert 'aria-checked="false"' in hidden


def test_what_is_declared_has_the_clock_measured_again(voiced: Tool) -> None:
    token, today = voiced.open(LEARNER, OPEN), voiced.clock().date()
    with writing(voiced.sessions) as db:
        for row in db.scalars(select(StaleLearner)):
            db.delete(row)
    assert "Thank you." in say(voiced, token, "declare", day=today.isoformat(), text="Study group")
    with reading(voiced.sessions) as db:
        lena = voiced.person_id(LEARNER)
        assert db.scalars(select(StaleLearner.person_id)).all() == [lena]
        assert db.execute(select(SelfDeclared.person_id, SelfDeclared.done_on)).all() == [(lena, today)]


@pytest.mark.parametrize("day", ["", "2020-01-01", "2099-01-01", "x"])
def test_no_day_before_the_course_or_still_to_come_can_be_declared(voiced: Tool, day: str) -> None:
    told = say(voiced, voiced.open(LEARNER, OPEN), "declare", day=day, text="Study group")
    assert "Choose a day of this course, up to today." in told
    with reading(voiced.sessions) as db:
        assert db.scalars(select(SelfDeclared)).all() == []


@pytest.mark.parametrize("week", ["", "0", "9", "-1", "99999", "one"])
def test_only_a_week_that_began_can_be_disputed(voiced: Tool, week: str) -> None:
    assert "Choose the week." in say(voiced, voiced.open(LEARNER, OPEN), "dispute", week=week, text=SAID)


def test_nobody_says_anything_for_somebody_else_or_in_a_course_that_is_not_theirs(voiced: Tool) -> None:
    token = voiced.open(LEARNER, OPEN)
    answer = voiced.post("/panel/learner/voice/dispute", token, course="999", week="1", text="x", once="x")
    assert answer.status_code == 404
    cleo = str(voiced.person_id(CLASSMATE))
    say(voiced, token, "dispute", week="1", text=SAID, learner=cleo, person_id=cleo)
    with reading(voiced.sessions) as db:
        assert db.scalars(select(Dispute.person_id)).all() == [voiced.person_id(LEARNER)]


def test_a_form_is_good_once_and_another_site_cannot_send_it(voiced: Tool) -> None:
    token, path = voiced.open(LEARNER, OPEN), "/panel/learner/voice/dispute"
    page = voiced.post("/panel/learner/voice", token, course=course_id(voiced)).text
    fields = {"course": course_id(voiced), "week": "1", "text": SAID, "once": once(page, path)}
    foreign = voiced.post(path, token, {"Origin": "https://evil.example"}, **fields)
    assert reason_of(foreign) == "wrong-origin"
    assert voiced.post(path, token, None, **fields).status_code == 200
    assert reason_of(voiced.post(path, token, None, **{**fields, "week": "2"})) == "form-used"


def test_choices_are_the_learners_own_and_stand_on_no_page_of_staff(voiced: Tool) -> None:
    token = voiced.open(LEARNER, OPEN)
    told = say(voiced, token, "choose", goal="Get to every lecture", goal_a_week="5", comparison="yes")
    assert "“Get to every lecture”: 5 activities a week." in told
    assert "You have no figure to compare yet." in told
    with reading(voiced.sessions) as db:
        assert db.scalars(select(LearnerChoice.shows_comparison)).all() == [True]
    lena = str(voiced.person_id(LEARNER))
    pages = [
        voiced.post("/panel/tutor/learner", voiced.open(TUTOR, OPEN), learner=lena).text,
        voiced.post("/panel/people/learner", open_people(voiced), learner=lena).text,
    ]
    assert not any("every lecture" in page for page in pages)
    off = say(voiced, token, "choose", goal="", goal_a_week="")
    assert "to compare" not in off
    assert "every lecture" not in off


def test_saying_something_leaves_no_words_in_the_access_log(voiced: Tool) -> None:
    say(voiced, voiced.open(LEARNER, OPEN), "dispute", week="2", text=SAID)
    rows = [(row.action, row.is_allowed, row.detail) for row in voiced.accesses()]
    assert rows == [("own:change", True, "own-dispute: week 2")]
    assert SAID not in voiced.log.getvalue()


def complain(tool: Tool, token: str, stage: str, text: str = WROTE) -> str:
    path = "/panel/learner/complaint/send"
    page = tool.post("/panel/learner/complaint", token).text
    return tool.post(path, token, None, once=once(page, path), stage=stage, text=text).text


def answer_school(tool: Tool, token: str, what: str, **fields: str) -> str:
    path = f"/panel/school/complaints/{what}"
    page = tool.post("/panel/school/complaints", token).text
    number = page.split('name="complaint" value="')[1].split('"')[0]
    sent = {"school": str(SCHOOL), "complaint": number, **fields}
    return tool.post(path, token, None, once=once(page, path), **sent).text


def test_a_query_goes_to_the_schools_lead_who_acknowledges_and_answers_and_then_it_may_become_formal(
    voiced: Tool,
) -> None:
    token = voiced.open(LEARNER, OPEN)
    first = voiced.post("/panel/learner/complaint", token).text
    assert (
        "Tess Tutor (Mathematics), who acknowledges it within 30 days" in BeautifulSoup(first, "html.parser").get_text()
    )
    assert "Your adviser: Ed Elsewhere." in first
    told = complain(voiced, token, "informal")
    assert "30 days left" in told
    assert "/panel/learner/complaint/send" not in told

    lead = page_token(voiced.launch(LEAD, SITE_COURSE_ID))
    page = voiced.post("/panel/school/complaints", lead).text
    assert "Lena Learner" in page
    assert WROTE in page
    assert "It is acknowledged." in answer_school(voiced, lead, "acknowledge")
    assert "Tess Tutor acknowledged it on" in voiced.post("/panel/learner/complaint", token).text
    assert "It is answered." in answer_school(voiced, lead, "answer", text="We looked, and put it right.")

    own = voiced.post("/panel/learner/complaint", token).text
    assert "We looked, and put it right." in own
    assert "Complain formally" in own
    looks = voiced.post("/panel/learner/looks", token).text
    assert "Opened what learners wrote to the school’s lead" in looks
    complain(voiced, token, "formal", "Still not right")
    with reading(voiced.sessions) as db:
        assert db.scalars(select(Complaint.stage).order_by(Complaint.id)).all() == ["informal", "formal"]


def test_a_formal_complaint_cannot_be_sent_before_an_informal_one(voiced: Tool) -> None:
    token = voiced.open(LEARNER, OPEN)
    assert "What you wrote before comes first." in complain(voiced, token, "formal")
    with reading(voiced.sessions) as db:
        assert db.scalars(select(Complaint)).all() == []


def test_what_nobody_acknowledged_in_thirty_days_is_marked_for_the_lead_and_may_become_formal(voiced: Tool) -> None:
    complain(voiced, voiced.open(LEARNER, OPEN), "informal")
    voiced.clock.move(days=31)
    lead = page_token(voiced.launch(LEAD, SITE_COURSE_ID))
    assert "1 day ago" in voiced.post("/panel/school/complaints", lead).text
    own = voiced.post("/panel/learner/complaint", voiced.open(LEARNER, OPEN)).text
    assert "Complain formally" in own


def test_without_a_lead_the_page_says_whom_to_ask_and_offers_no_form(voiced: Tool) -> None:
    page = voiced.post("/panel/learner/complaint", voiced.open(IN_OTHER_GROUP, OPEN)).text
    assert "No learner engagement lead of your school is written down here." in page
    assert "/panel/learner/complaint/send" not in page


@pytest.mark.parametrize("path", ["/panel/school/complaints", "/panel/school/complaints/answer"])
def test_nobody_but_the_schools_lead_reads_or_answers_what_learners_wrote(voiced: Tool, path: str) -> None:
    complain(voiced, voiced.open(LEARNER, OPEN), "informal")
    for token in (open_people(voiced), voiced.open(CLASSMATE, OPEN)):
        answer = voiced.post(path, token, school=str(SCHOOL), complaint="1", text="x", once="x")
        assert answer.status_code == 404
        assert WROTE not in answer.text


def test_the_evidence_is_one_click_from_the_complaint_with_what_was_said_in_it(voiced: Tool) -> None:
    token = voiced.open(LEARNER, OPEN)
    say(voiced, token, "dispute", week="2", text=SAID)
    complain(voiced, token, "informal")
    page = voiced.post("/panel/learner/complaint", token).text
    assert 'action="/panel/learner/held.json"' in page
    document = voiced.post("/panel/learner/held.json", token).text
    assert SAID in document
    assert WROTE in document


EVIDENCE = "/panel/school/complaints/evidence"
TO_ANSWER = {"school": str(SCHOOL), "complaint": "1", "purpose": "answer-complaint"}


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_the_lead_takes_the_evidence_behind_a_complaint_as_a_file_and_the_learner_reads_it(
    voiced: Tool, ending: str
) -> None:
    token = voiced.open(LEARNER, OPEN)
    say(voiced, token, "dispute", week="2", text=SAID)
    say(voiced, token, "choose", goal="Get to every lecture", goal_a_week="5")
    complain(voiced, token, "informal")
    say(voiced, voiced.open(CLASSMATE, OPEN), "dispute", week="2", text="Somebody else's words")
    lead = page_token(voiced.launch(LEAD, SITE_COURSE_ID))
    assert f'action="{EVIDENCE}.{ending}"' in voiced.post("/panel/school/complaints", lead).text

    answer = voiced.post(f"{EVIDENCE}.{ending}", lead, None, **TO_ANSWER)

    assert answer.status_code == 200
    assert "attachment; filename=" in answer.headers["Content-Disposition"]
    assert "Lena" not in answer.headers["Content-Disposition"]
    assert all(words in answer.text for words in (SAID, WROTE))
    for kept_back in ("every lecture", "Somebody else", "presence", "log_event", "student_record"):
        assert kept_back not in answer.text
    row = voiced.accesses()[-1]
    told = (row.action, row.subject_person_id, row.detail, row.is_allowed)
    assert told == ("complaint:export", voiced.person_id(LEARNER), "answer-complaint", True)
    looks = voiced.post("/panel/learner/looks", token).text
    assert "Took what is stored behind your query or complaint as a file, to answer it." in looks
    held = voiced.post("/panel/learner/held", token, table="access_log").text
    assert "a file with what is stored behind your query or complaint (to answer a query or complaint)" in held


def test_nobody_but_the_lead_takes_a_complaints_evidence_and_not_without_a_purpose(voiced: Tool) -> None:
    def take(token: str, **changed: str) -> int:
        return voiced.post(f"{EVIDENCE}.json", token, None, **{**TO_ANSWER, **changed}).status_code

    complain(voiced, voiced.open(LEARNER, OPEN), "informal")
    assert [take(token) for token in (open_people(voiced), voiced.open(CLASSMATE, OPEN))] == [404, 404]
    lead = page_token(voiced.launch(LEAD, SITE_COURSE_ID))
    assert take(lead, complaint="99") == 404
    assert [take(lead, purpose=purpose) for purpose in ("discipline", "", "plan-support")] == [403, 403, 403]
    assert take(lead) == 200
    assert "answer-complaint" not in voiced.post("/panel/tutor", voiced.open(TUTOR, OPEN)).text


def test_a_learner_reads_every_note_of_a_case_and_why_one_is_withheld_and_nobody_elses(voiced: Tool) -> None:
    with writing(voiced.sessions) as db:
        for number, who in ((1, LEARNER), (2, CLASSMATE)):
            opened = {"opened_at": voiced.clock(), "opened_by": "Ed Elsewhere", "school_id": SCHOOL}
            db.add(SupportCase(id=number, platform_id=voiced.platform_id, person_id=voiced.person_id(who), **opened))
        db.flush()
        notes = (
            (1, 1, "asked Tess", None),
            (1, 2, "about a flatmate", "It names somebody else."),
            (2, 1, "Cleo’s", None),
        )
        for case_id, position, text, withheld in notes:
            by = {"by_moodle_user_id": ADVISER, "by_name": "Ed Elsewhere", "by_role": "adviser"}
            sealed = {"salt": "s", "commitment": "c", "digest": "d"}
            said = {"at": voiced.clock(), "kind": "note", "body": {"text": text}, "withheld_reason": withheld}
            db.add(CaseEntry(case_id=case_id, position=position, **said, **by, **sealed))
    page = voiced.post("/panel/learner/case", voiced.open(LEARNER, OPEN)).text
    assert "asked Tess" in page
    assert "What it says is withheld: It names somebody else." in page
    assert "flatmate" not in page
    assert "Cleo" not in page
    assert "Your adviser: Ed Elsewhere." in page


def test_the_lead_of_another_school_reads_and_answers_nothing_of_it(voiced: Tool) -> None:
    complain(voiced, voiced.open(LEARNER, OPEN), "informal")
    hold(voiced, ADVISER, Kind.LEAD, school_id=OFF_SCHOOL)
    token, path = page_token(voiced.launch(ADVISER, SITE_COURSE_ID)), "/panel/school/complaints/answer"
    page = voiced.post("/panel/school/complaints", token).text
    assert "Nobody has written" in page
    assert WROTE not in page
    for school_id in (SCHOOL, OFF_SCHOOL):
        answer = voiced.post(path, token, school=str(school_id), complaint="1", text="x", once="x")
        assert answer.status_code != 200
    with reading(voiced.sessions) as db:
        assert db.scalars(select(Complaint.answer)).all() == [None]
