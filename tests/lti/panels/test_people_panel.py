"""Advisers and support officers begin with their learners by name; every rule is asked on every page."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from analytics.policy.relationships import Kind
from bridge.schema.engagement import EvaluationRow
from bridge.schema.people import Person
from bridge.schema.records import Programme, Relationship, School, StudentRecord, Training
from bridge.schema.teaching import Course
from bridge.store.database import reading, writing
from bridge.store.restrictions import RestrictionKind, start_restriction
from bridge.viewer_access import FRESH_FOR, SITE_COURSE_ID
from tests.demo_vle.faults import Fault
from tests.demo_vle.worlds.model import Activity
from tests.lti.served import Tool, page_token, reason_of
from tests.lti.small_world import (
    ADMIN,
    CLASSMATE,
    EDITOR_ELSEWHERE,
    IN_OTHER_GROUP,
    LEARNER,
    OPEN,
    TUTOR,
)

ADVISER = EDITOR_ELSEWHERE
"""Teaches in another course; launches from the site's home."""
SCHOOL, OFF_SCHOOL = 1, 2
STARTED = timedelta(days=30)


@pytest.fixture
def records(tool: Tool) -> Tool:
    """Lena and Cleo in a school that is on, Otto in one that is off; the adviser advises Lena and Otto, trained."""
    now = tool.clock()
    tool.vle.world.front_page.activities.append(Activity(10, "lti", "Engagement", 0, own=True))
    with writing(tool.sessions) as db:
        for school_id, name, on in ((SCHOOL, "Mathematics", now), (OFF_SCHOOL, "History", None)):
            db.add(School(id=school_id, platform_id=tool.platform_id, code=name, name=name, switched_on_at=on))
        db.flush()
        for who, school_id in ((LEARNER, SCHOOL), (CLASSMATE, SCHOOL), (IN_OTHER_GROUP, OFF_SCHOOL)):
            told = {"is_part_time": False, "is_research": False, "status": "active", "fed_at": now}
            db.add(StudentRecord(person_id=tool.person_id(who), school_id=school_id, **told))
    forget_trainings(tool)
    hold(tool, 77, Kind.LEAD, school_id=SCHOOL)
    hold(tool, ADVISER, Kind.ADVISER, learner=LEARNER)
    hold(tool, ADVISER, Kind.ADVISER, learner=IN_OTHER_GROUP)
    train(tool, 77)
    train(tool, ADVISER)
    return tool


def hold(tool: Tool, who: int, kind: Kind, *, learner: int | None = None, school_id: int | None = None) -> None:
    """Let somebody hold a relationship."""
    with writing(tool.sessions) as db:
        db.add(
            Relationship(
                platform_id=tool.platform_id,
                kind=kind.value,
                holder_moodle_user_id=who,
                holder_name="",
                person_id=None if learner is None else tool.person_id(learner),
                school_id=school_id,
                starts_at=tool.clock() - STARTED,
                source="command",
            )
        )


def forget_trainings(tool: Tool) -> None:
    """Begin without anybody's training."""
    with writing(tool.sessions) as db:
        db.execute(delete(Training))


def train(tool: Tool, who: int) -> None:
    """Record a training."""
    with writing(tool.sessions) as db:
        day = date(2026, 9, 1)
        told = {"trained_on": day, "recorded_at": tool.clock(), "source": "command"}
        db.add(Training(platform_id=tool.platform_id, holder_moodle_user_id=who, **told))


def open_people(tool: Tool, who: int = ADVISER) -> str:
    """Launch from the site's home, go on to the names and return the page's token."""
    token = page_token(tool.launch(who, SITE_COURSE_ID))
    answer = tool.post("/panel/people", token)
    assert '<h1 tabindex="-1">My learners</h1>' in answer.text, answer.text
    return token


def list_names(tool: Tool, who: int = ADVISER) -> str:
    """Launch from the site's home, go on to the names and return that page."""
    return tool.post("/panel/people", page_token(tool.launch(who, SITE_COURSE_ID))).text


def test_an_adviser_begins_with_what_to_do_first_and_not_with_a_list(records: Tool) -> None:
    answer = records.launch(ADVISER, SITE_COURSE_ID)
    assert answer.status_code == 200
    assert '<h1 tabindex="-1">What to do first</h1>' in answer.text
    assert "Nothing waits for you" in answer.text
    assert "Lena Learner" not in answer.text
    assert not records.accesses()


def test_an_adviser_lists_their_learners_of_switched_on_schools_and_nobody_else(records: Tool) -> None:
    answer = records.post("/panel/people", open_people(records))
    assert answer.status_code == 200
    assert "Lena Learner" in answer.text
    assert "Course number 11" in answer.text
    assert "Otto" not in answer.text
    assert "Cleo" not in answer.text


def test_a_support_officer_lists_the_learners_of_their_school(records: Tool) -> None:
    hold(records, 999, Kind.SUPPORT_OFFICER, school_id=SCHOOL)
    hold(records, TUTOR, Kind.SUPPORT_OFFICER, school_id=SCHOOL)
    train(records, TUTOR)
    names = list_names(records, TUTOR)
    assert "Lena Learner" in names
    assert "Cleo Classmate" in names
    assert "Otto" not in names


def test_a_list_leaves_a_row_for_each_learner_on_it_and_a_page_one_of_its_own(records: Tool) -> None:
    token = open_people(records)
    opened = records.post("/panel/people/learner", token, learner=str(records.person_id(LEARNER)))
    assert opened.status_code == 200
    assert "You are this learner’s adviser." in opened.text
    rows = [
        (row.action, row.subject_person_id, row.viewer_role, row.reason, row.is_allowed) for row in records.accesses()
    ]
    lena = records.person_id(LEARNER)
    assert rows == [
        ("people:view", lena, "adviser", "advises", True),
        ("person:view", lena, "adviser", "advises", True),
    ]


def test_an_adviser_reads_of_a_fall_net_of_the_course_as_a_remark(records: Tool) -> None:
    page = records.post("/panel/people/learner", open_people(records), learner=str(records.person_id(LEARNER)))
    assert "lower than in the middle of the four counted weeks" not in page.text
    with writing(records.sessions) as db:
        course_id = db.scalars(select(Course.id).where(Course.moodle_course_id == OPEN)).one()
        for who, last in ((LEARNER, 50), (CLASSMATE, 80), (IN_OTHER_GROUP, 80)):
            for week_no, percent in enumerate((80, 80, 80, 80, last), 2):
                db.add(evaluation(course_id, records.person_id(who), week_no, percent))
    page = records.post("/panel/people/learner", open_people(records), learner=str(records.person_id(LEARNER)))
    said = "After week 6 the figure is 30 points lower than in the middle of the four counted weeks before"
    assert said in page.text


def evaluation(course_id: int, person_id: int, week_no: int, percent: int) -> EvaluationRow:
    """Make an evaluation that showed a figure."""
    return EvaluationRow(
        course_id=course_id,
        person_id=person_id,
        week_no=week_no,
        as_of=date(2026, 9, 27) + timedelta(weeks=week_no - 1),
        e_numerator=percent,
        e_denominator=100,
        percent=percent,
        shown_band="meeting the published level",
        clock_days=0,
        concern_reasons=[],
        overdue_task_ids=[],
        sentence="",
        inputs={},
        level_version="site-1",
        calendar_version="calendar-1",
        code_version="engagement-2",
        made_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def test_the_learner_reads_who_looked_in_which_part_and_tells_a_list_from_a_page(records: Tool) -> None:
    token = open_people(records)
    records.post("/panel/people/learner", token, learner=str(records.person_id(LEARNER)))
    looks = records.post("/panel/learner/looks", records.open(LEARNER, OPEN)).text
    assert "Ed Elsewhere" in looks
    assert "Opened the list of the learners they work with." in looks
    assert "Opened the page about you in all your courses." in looks
    assert "They are your adviser." in looks


@pytest.mark.parametrize("who", [CLASSMATE, IN_OTHER_GROUP])
def test_a_learner_who_is_not_theirs_is_not_found_like_a_number_that_is_nobodys(records: Tool, who: int) -> None:
    token = open_people(records)
    answers = [
        records.post("/panel/people/learner", token, learner=number)
        for number in (str(records.person_id(who)), "999999", "x")
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({answer.text for answer in answers}) == 1


def test_a_relationship_that_ends_in_mid_session_ends_the_session_at_the_next_request(records: Tool) -> None:
    token = open_people(records)
    with writing(records.sessions) as db:
        db.execute(
            update(Relationship)
            .where(Relationship.holder_moodle_user_id == ADVISER)
            .values(ends_at=records.clock() - timedelta(seconds=1))
        )
    answer = records.post("/panel/people/learner", token, learner=str(records.person_id(LEARNER)))
    assert (answer.status_code, reason_of(answer)) == (403, "rights-changed")
    assert records.post("/panel/people", token).status_code == 403
    assert "Lena" not in records.launch(ADVISER, SITE_COURSE_ID).text


def test_while_moodle_is_silent_staff_see_nobody_after_15_minutes(records: Tool) -> None:
    token = open_people(records)
    records.vle.faults.always(Fault.MAINTENANCE)
    records.clock.move(seconds=FRESH_FOR.total_seconds() + 1)
    answer = records.post("/panel/people", token)
    assert (answer.status_code, reason_of(answer)) == (503, "rights-unchecked")


def test_before_their_own_training_nobody_is_named_and_after_saying_so_they_go_on(records: Tool) -> None:
    hold(records, TUTOR, Kind.ADVISER, learner=LEARNER)
    answer = records.launch(TUTOR, SITE_COURSE_ID)
    assert "Your training" in answer.text
    token = page_token(answer)
    assert records.post("/panel/people", token).status_code == 404
    assert records.post("/panel/people/learner", token, learner=str(records.person_id(LEARNER))).status_code == 404
    once = answer.text.split('name="once" value="')[1].split('"')[0]
    told = records.post("/panel/people/training/done", token, once=once, day="2026-09-01", done="yes")
    assert "Recorded: trained on" in told.text
    assert "Lena Learner" in records.post("/panel/people", token).text
    with reading(records.sessions) as db:
        saved = db.scalars(select(Training).where(Training.holder_moodle_user_id == TUTOR)).one()
        assert (saved.trained_on, saved.source) == (date(2026, 9, 1), "own")


@pytest.mark.parametrize(
    "fields", [{"day": "2026-09-01"}, {"day": "", "done": "yes"}, {"day": "2999-01-01", "done": "yes"}]
)
def test_a_training_without_its_day_or_tick_is_not_stored(records: Tool, fields: dict[str, str]) -> None:
    hold(records, TUTOR, Kind.ADVISER, learner=LEARNER)
    answer = records.launch(TUTOR, SITE_COURSE_ID)
    once = answer.text.split('name="once" value="')[1].split('"')[0]
    told = records.post("/panel/people/training/done", page_token(answer), None, once=once, **fields)
    assert "Nothing was stored" in told.text
    with reading(records.sessions) as db:
        assert db.scalars(select(Training).where(Training.holder_moodle_user_id == TUTOR)).all() == []


@pytest.mark.parametrize("kind", [Kind.LEAD, Kind.FACULTY])
def test_other_relationships_name_nobody(records: Tool, kind: Kind) -> None:
    hold(records, TUTOR, kind, school_id=SCHOOL if kind is Kind.LEAD else None)
    train(records, TUTOR)
    answer = records.launch(TUTOR, SITE_COURSE_ID)
    assert answer.status_code == 200
    assert records.post("/panel/people", page_token(answer)).status_code == 404
    assert "Lena" not in answer.text


def test_an_administrator_without_a_relationship_sees_nobody(records: Tool) -> None:
    token = records.open(ADMIN, SITE_COURSE_ID)
    assert records.post("/panel/people", token).status_code == 404
    answer = records.post("/panel/people/learner", token, learner=str(records.person_id(LEARNER)))
    assert answer.status_code == 404


def test_who_left_is_paused_or_does_research_is_not_listed(records: Tool) -> None:
    lena = records.person_id(LEARNER)
    for change in ({"status": "withdrawn"}, {"is_research": True}):
        with writing(records.sessions) as db:
            db.execute(update(StudentRecord).where(StudentRecord.person_id == lena).values(change))
        assert "No learner to show" in records.launch(ADVISER, SITE_COURSE_ID).text
        with writing(records.sessions) as db:
            back = {"status": "active", "is_research": False}
            db.execute(update(StudentRecord).where(StudentRecord.person_id == lena).values(back))
    with writing(records.sessions) as db:
        programme = Programme(platform_id=records.platform_id, school_id=SCHOOL, code="PHD", name="Research")
        programme.research_on_at = records.clock()
        db.add(programme)
        db.flush()
        told = {"is_research": True, "programme_id": programme.id}
        db.execute(update(StudentRecord).where(StudentRecord.person_id == lena).values(told))
    assert "Lena Learner" in list_names(records)
    with writing(records.sessions) as db:
        start_restriction(db, lena, RestrictionKind.OBJECTION, "Somebody", records.clock())
    assert "No learner to show" in records.launch(ADVISER, SITE_COURSE_ID).text


def test_a_relationship_by_staff_number_is_found_by_the_number_of_the_signed_launch(records: Tool) -> None:
    with writing(records.sessions) as db:
        told = {"holder_moodle_user_id": None, "holder_idnumber": "STAFF9"}
        db.execute(update(Relationship).where(Relationship.holder_moodle_user_id == ADVISER).values(told))
        db.execute(update(Person).values(idnumber=""))
    assert "My learners" not in records.launch(ADVISER, SITE_COURSE_ID).text
    login = records.login(ADVISER, SITE_COURSE_ID)
    lis = "https://purl.imsglobal.org/spec/lti/claim/lis"
    token = records.mint(login, ADVISER, SITE_COURSE_ID, **{lis: {"person_sourcedid": "STAFF9"}})
    assert "Lena Learner" in records.post("/panel/people", page_token(records.post_launch(login, token))).text


def test_a_learner_reads_the_name_of_an_adviser_whom_only_the_staff_number_tells(records: Tool) -> None:
    with writing(records.sessions) as db:
        told = {"holder_moodle_user_id": None, "holder_idnumber": "STAFF9", "holder_name": "Dr Naomi Sullivan"}
        db.execute(update(Relationship).where(Relationship.holder_moodle_user_id == ADVISER).values(told))
        db.execute(update(Person).where(Person.moodle_user_id == ADVISER).values(idnumber="", full_name=""))
        lena = db.scalars(select(Person.id).where(Person.moodle_user_id == LEARNER)).one()
    login = records.login(ADVISER, SITE_COURSE_ID)
    lis = "https://purl.imsglobal.org/spec/lti/claim/lis"
    token = records.mint(login, ADVISER, SITE_COURSE_ID, **{lis: {"person_sourcedid": "STAFF9"}})
    opened = page_token(records.post_launch(login, token))
    records.post("/panel/people/learner", opened, None, learner=str(lena))

    own = page_token(records.launch(LEARNER, OPEN))

    assert "Dr Naomi Sullivan" in records.post("/panel/learner/looks", own).text


def test_a_school_whose_lead_is_gone_shows_nobody(records: Tool) -> None:
    with writing(records.sessions) as db:
        db.execute(update(Relationship).where(Relationship.kind == "lead").values(ends_at=records.clock()))
    assert "No learner to show" in records.launch(ADVISER, SITE_COURSE_ID).text


def test_names_are_found_by_their_letters(records: Tool) -> None:
    token = open_people(records)
    assert "Lena Learner" in records.post("/panel/people", token, q="LEÁR").text
    assert "No name has these letters in it." in records.post("/panel/people", token, q="zz").text


def test_whoever_has_a_part_in_the_course_begins_there(records: Tool) -> None:
    hold(records, TUTOR, Kind.ADVISER, learner=LEARNER)
    train(records, TUTOR)
    assert '<h1 tabindex="-1">My learners' not in records.launch(TUTOR, OPEN).text
