"""The guard over HTTP: who reaches which page, what is logged, and what ends a session."""

from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from bs4 import BeautifulSoup
from sqlalchemy import event, select, update

from analytics.policy.access import Action
from bridge.schema.people import Enrolment as EnrolmentRow
from bridge.schema.viewing import ViewerAccess as ViewerAccessRow
from bridge.store.database import reading, writing
from tests.demo_vle.faults import Fault
from tests.demo_vle.worlds.model import Enrolment, Member
from tests.lti.served import PANELS, Tool, names_somebody, page_token, reason_of
from tests.lti.small_world import (
    ADMIN,
    CLASSMATE,
    EDITOR_ELSEWHERE,
    GROUP_TUTOR,
    GROUPED,
    IN_OTHER_GROUP,
    LEARNER,
    MANAGER,
    OFF,
    OPEN,
    START,
    SUSPENDED,
    TUTOR,
    UNSYNCED,
)


def test_a_tutor_sees_the_learners_of_the_course_and_one_row_says_so(tool: Tool) -> None:
    answer = tool.launch(TUTOR, OPEN)

    assert answer.status_code == 200
    assert "Lena" in answer.text
    (row,) = tool.accesses()
    assert (row.viewer_moodle_user_id, row.action, row.moodle_course_id) == (TUTOR, Action.COURSE_VIEW, OPEN)
    assert (row.is_allowed, row.subject_person_id, row.viewer_role) == (True, None, "tutor")


def test_a_launch_commits_its_used_up_login_and_then_all_the_rest_at_once(tool: Tool) -> None:
    tool.open(TUTOR, OPEN)  # from here on the platform's keys are known
    tool.clock.move(minutes=1)
    login = tool.login(TUTOR, OPEN)
    token = tool.mint(login, TUTOR, OPEN)
    commits: list[object] = []
    event.listen(tool.sessions.kw["bind"], "commit", commits.append)

    answer = tool.post_launch(login, token)

    assert answer.status_code == 200
    assert len(commits) == 2
    with reading(tool.sessions) as db:
        kept_at = db.scalars(select(ViewerAccessRow.checked_at).where(ViewerAccessRow.moodle_user_id == TUTOR)).one()
    assert abs(tool.clock() - kept_at) < timedelta(seconds=30)
    assert len(tool.accesses()) == 2


def test_a_learner_sees_their_own_page_and_nobody_elses_name_and_no_row_says_so(tool: Tool) -> None:
    answer = tool.launch(LEARNER, OPEN)

    assert answer.status_code == 200
    assert "Cleo" not in answer.text
    assert tool.accesses() == ()


def test_a_learners_page_seen_by_a_tutor_is_one_row_with_its_subject(tool: Tool) -> None:
    token = tool.open(TUTOR, OPEN)

    answer = tool.post("/panel/tutor/learner", token, learner=str(tool.person_id(LEARNER)))

    assert answer.status_code == 200
    assert "Lena" in answer.text
    assert [(row.action, row.subject_person_id) for row in tool.accesses()][1:] == [
        (Action.LEARNER_VIEW, tool.person_id(LEARNER))
    ]


@pytest.mark.parametrize("who", [ADMIN, MANAGER])
def test_power_over_the_site_opens_the_admin_page_and_no_named_row(tool: Tool, who: int) -> None:
    answer = tool.launch(who, OPEN)
    token = page_token(answer)

    assert answer.status_code == 200
    assert not names_somebody(answer.text)
    assert tool.post("/panel/admin", token).status_code == 200
    refused = [
        tool.post("/panel/tutor", token),
        tool.post("/panel/tutor/learner", token, learner=str(tool.person_id(LEARNER))),
        tool.post("/panel/learner", token),
    ]
    assert {page.status_code for page in refused} == {404}
    assert not any(names_somebody(page.text) for page in refused)
    assert [row.is_allowed for row in tool.accesses()] == [False, False, False]


def test_whatever_is_out_of_reach_answers_exactly_like_what_does_not_exist(tool: Tool) -> None:
    learner = tool.open(LEARNER, OPEN)
    grouped = tool.open(GROUP_TUTOR, GROUPED)
    tutor = tool.open(TUTOR, OPEN)
    staff = str(tool.person_id(EDITOR_ELSEWHERE))
    cases: list[tuple[str, str, dict[str, str]]] = [
        (learner, "/panel/no-such-page", {}),
        (learner, "/panel/tutor", {}),
        (learner, "/panel/admin", {}),
        (learner, "/panel/tutor/learner", {"learner": str(tool.person_id(CLASSMATE))}),
        (learner, "/panel/tutor/learner", {"learner": str(tool.person_id(LEARNER))}),
        (learner, "/panel/learner/course", {"course": "999999"}),
        (grouped, "/panel/tutor/learner", {"learner": str(tool.person_id(IN_OTHER_GROUP))}),
        (tutor, "/panel/tutor/learner", {"learner": "999999"}),
        (tutor, "/panel/tutor/learner", {"learner": staff}),
        (tutor, "/panel/tutor/learner", {"learner": "-1"}),
        (tutor, "/panel/tutor/learner", {"learner": "9" * 30}),
        (tutor, "/panel/tutor/learner", {"learner": "1 OR 1=1"}),
        (tutor, "/panel/tutor/learner", {"learner": "١"}),
        (tutor, "/panel/tutor/learner", {}),
        (tutor, "/panel/learner", {}),
        (learner, "/panel/tutor/learner/figure", {"learner": str(tool.person_id(LEARNER))}),
        (grouped, "/panel/tutor/learner/figure", {"learner": str(tool.person_id(IN_OTHER_GROUP))}),
        (tutor, "/panel/tutor/learner/figure", {"learner": "999999"}),
        (tutor, "/panel/learner/figure", {}),
    ]

    answers = [(token, tool.post(path, token, None, **fields)) for token, path, fields in cases]

    assert {answer.status_code for _, answer in answers} == {404}
    assert len({answer.text.replace(token, "TOKEN") for token, answer in answers}) == 1
    seen = {tuple(sorted(set(answer.headers) - {"Date", "X-Request-Id"})) for _, answer in answers}
    assert len(seen) == 1


def test_a_refused_request_is_audited_with_whom_it_asked_for(tool: Tool) -> None:
    token = tool.open(LEARNER, OPEN)

    tool.post("/panel/tutor/learner", token, learner=str(tool.person_id(CLASSMATE)))

    row = tool.accesses()[-1]
    assert (row.is_allowed, row.reason, row.viewer_role) == (False, "no-role", "learner")
    assert row.subject_person_id == tool.person_id(CLASSMATE)


def test_a_tutors_look_for_a_former_learner_is_refused_and_audited(tool: Tool) -> None:
    token = tool.open(TUTOR, OPEN)
    person_id = tool.person_id(LEARNER)
    with writing(tool.sessions) as db:
        db.execute(update(EnrolmentRow).where(EnrolmentRow.person_id == person_id).values(is_active=False))

    answer = tool.post("/panel/tutor/learner", token, learner=str(person_id))

    row = tool.accesses()[-1]
    assert answer.status_code == 404
    assert (row.action, row.is_allowed, row.reason) == (Action.LEARNER_VIEW, False, "no-subject")
    assert row.subject_person_id == person_id


def test_a_tutor_under_separate_groups_sees_their_own_group_alone(tool: Tool) -> None:
    answer = tool.launch(GROUP_TUTOR, GROUPED)

    assert "Lena" in answer.text
    assert "Otto" not in answer.text
    mine = tool.post("/panel/tutor/learner", page_token(answer), learner=str(tool.person_id(LEARNER)))
    assert mine.status_code == 200


@pytest.mark.parametrize(
    ("who", "course_id", "code"),
    [
        (TUTOR, OFF, "course-not-on"),
        (LEARNER, OFF, "course-not-on"),
        (TUTOR, UNSYNCED, "not-synced"),
        (LEARNER, UNSYNCED, "not-synced"),
    ],
)
def test_a_course_that_is_not_ready_says_so_and_shows_nobody(tool: Tool, who: int, course_id: int, code: str) -> None:
    answer = tool.launch(who, course_id)

    assert (answer.status_code, reason_of(answer)) == (403, code)
    assert not names_somebody(answer.text)
    assert [(row.is_allowed, row.reason) for row in tool.accesses()] == [(False, code)]


def test_an_admin_reaches_the_admin_page_from_a_course_that_is_not_on(tool: Tool) -> None:
    assert tool.launch(ADMIN, OFF).status_code == 200


@pytest.mark.parametrize("who", [TUTOR, LEARNER])
def test_the_start_page_outside_any_course_sends_people_to_their_courses(tool: Tool, who: int) -> None:
    answer = launch_from_site_home(tool, who)

    assert (answer.status_code, reason_of(answer)) == (403, "no-start-page")
    assert [(row.is_allowed, row.reason) for row in tool.accesses()] == [(False, "no-start-page")]


def test_the_start_page_outside_any_course_is_the_admin_page_for_who_runs_the_tool(tool: Tool) -> None:
    answer = launch_from_site_home(tool, ADMIN)

    assert answer.status_code == 200
    assert "Administration of Demo" in BeautifulSoup(answer.text, "html.parser").get_text()
    assert 'name="once"' in answer.text


def launch_from_site_home(tool: Tool, who: int) -> requests.Response:
    login = tool.login(who, OPEN)
    context = {"id": "1", "label": "site", "title": "Site home"}
    return tool.post_launch(
        login, tool.mint(login, who, OPEN, **{"https://purl.imsglobal.org/spec/lti/claim/context": context})
    )


def test_my_engagement_opens_all_of_a_learners_courses_and_says_where_to_ask_for_it_again(tool: Tool) -> None:
    tool.vle.site.opening_my.add(LEARNER)

    answer = tool.launch(LEARNER, OPEN)

    assert "<h1" in answer.text
    assert "Course number 12" in answer.text
    assert 'data-again="/panel/learner/courses"' in answer.text
    assert tool.post("/panel/learner/courses", page_token(answer)).status_code == 200


def test_my_engagement_gives_a_tutor_no_page_of_their_own(tool: Tool) -> None:
    tool.vle.site.opening_my.add(TUTOR)

    answer = tool.launch(TUTOR, OPEN)

    assert "Lena" in answer.text
    assert "data-again" not in answer.text


def test_an_admin_reaches_the_admin_page_while_moodle_is_down(tool: Tool) -> None:
    tool.vle.faults.always(Fault.SERVER_ERROR)

    answer = tool.launch(ADMIN, OPEN)

    assert answer.status_code == 200
    assert not names_somebody(answer.text)


def test_an_answer_that_an_older_version_kept_is_as_good_as_none(tool: Tool) -> None:
    tool.open(TUTOR, OPEN)
    with writing(tool.sessions) as db:
        (row,) = db.scalars(select(ViewerAccessRow))
        row.answer = {name: value for name, value in row.answer.items() if name != "manages"}
    tool.vle.faults.always(Fault.SERVER_ERROR)

    answer = tool.launch(TUTOR, OPEN)

    assert (answer.status_code, reason_of(answer)) == (503, "rights-unchecked")
    assert not names_somebody(answer.text)


def test_a_learner_enrolled_since_the_last_sync_is_told_to_wait(tool: Tool) -> None:
    newcomer = Member(("student",), (Enrolment(timecreated=START),))
    tool.vle.world.courses[OPEN].members[EDITOR_ELSEWHERE] = newcomer

    answer = tool.launch(EDITOR_ELSEWHERE, OPEN)

    assert (answer.status_code, reason_of(answer)) == (403, "not-synced")


def test_a_launch_as_instructor_without_a_live_teacher_role_sees_no_learner(tool: Tool) -> None:
    login = tool.login(LEARNER, OPEN)
    roles = ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]
    token = tool.mint(login, LEARNER, OPEN, **{"https://purl.imsglobal.org/spec/lti/claim/roles": roles})

    answer = tool.post_launch(login, token)

    assert "Cleo" not in answer.text
    assert tool.post("/panel/tutor", page_token(answer)).status_code == 404


def test_a_live_teacher_who_launches_as_learner_is_no_tutor(tool: Tool) -> None:
    login = tool.login(TUTOR, OPEN)
    roles = ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]
    token = tool.mint(login, TUTOR, OPEN, **{"https://purl.imsglobal.org/spec/lti/claim/roles": roles})

    answer = tool.post_launch(login, token)

    assert (answer.status_code, reason_of(answer)) == (403, "no-role")


def test_a_suspended_enrolment_gets_no_page(tool: Tool) -> None:
    login = tool.login(SUSPENDED, OPEN)
    # Moodle itself lets them in no more: this is a token of somebody else, made out to them.
    custom = "https://purl.imsglobal.org/spec/lti/claim/custom"
    answer = tool.post_launch(login, tool.mint(login, LEARNER, OPEN, **{"sub": str(SUSPENDED), custom: {}}))

    assert (answer.status_code, reason_of(answer)) == (403, "no-role")
    assert not names_somebody(answer.text)
    with reading(tool.sessions) as db:
        kept = db.scalars(select(ViewerAccessRow.answer).where(ViewerAccessRow.moodle_user_id == SUSPENDED)).one()
    assert kept["is_active"] is False


@pytest.mark.parametrize("state", ["suspended", "deleted"])
@pytest.mark.parametrize("who", [LEARNER, TUTOR])
def test_a_closed_account_gets_no_page(tool: Tool, who: int, state: str) -> None:
    login = tool.login(who, OPEN)
    token = tool.mint(login, who, OPEN)
    tool.vle.world.users[who] = replace(tool.vle.world.users[who], suspended=True, deleted=state == "deleted")

    answer = tool.post_launch(login, token)

    assert (answer.status_code, reason_of(answer)) == (403, "account-closed")
    assert tool.accesses()[-1].reason == "account-closed"


@pytest.mark.parametrize("path", PANELS)
def test_a_panels_address_alone_shows_how_to_open_it(tool: Tool, path: str) -> None:
    answer = tool.request("GET", path)

    assert answer.status_code in (404, 405)
    assert "Engagement" in answer.text
    assert not names_somebody(answer.text)


def test_course_and_viewer_come_from_the_session_whatever_the_form_says(tool: Tool) -> None:
    token = tool.open(TUTOR, OPEN)

    answer = tool.post("/panel/tutor", token, course="2", course_id="2", user="2", moodle_user_id="2", learner="1")

    assert answer.status_code == 200
    assert tool.accesses()[-1].moodle_course_id == OPEN


def test_a_refused_launch_leaves_no_session(tool: Tool) -> None:
    tool.launch(TUTOR, OFF)

    with tool.sessions() as db:
        from sqlalchemy import func, select

        from bridge.schema.viewing import ViewerSession

        assert db.scalar(select(func.count()).select_from(ViewerSession)) == 0


def test_the_log_names_nobody_and_holds_no_token(tool: Tool) -> None:
    token = tool.open(TUTOR, OPEN)
    tool.post("/panel/tutor/learner", token, learner=str(tool.person_id(LEARNER)))
    tool.post("/panel/sign-out", token)

    written = tool.log.getvalue()

    assert "request_id" in written
    assert token not in written
    assert tool.vle.token not in written
    assert not names_somebody(written)
    assert "Tess" not in written
