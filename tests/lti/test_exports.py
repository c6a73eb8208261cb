"""Over HTTP: a list with names leaves as a file only for a recorded purpose, and each learner in it reads that."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from sqlalchemy import update

from analytics.policy.access import Action
from analytics.policy.purposes import FORBIDDEN_WORDS, PURPOSE_WORDS, ForbiddenUse, Purpose
from bridge.schema.people import Person
from bridge.store.alerts import load_alerts
from bridge.store.database import reading, writing
from lti.panels import values_export, views_export
from lti.services import EXTENSION, Services
from tests.lti.panels.test_people_panel import ADVISER, open_people, records
from tests.lti.served import Tool, names_somebody, reason_of
from tests.lti.small_world import ADMIN, CLASSMATE, GROUP_TUTOR, GROUPED, IN_OTHER_GROUP, LEARNER, OPEN, TUTOR

__all__ = ["records"]
LIST = "/panel/tutor/list.csv"


def read(answer: requests.Response) -> list[dict[str, str]]:
    """Read the file."""
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8", answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def allow(tool: Tool, files: int) -> None:
    """Let one person take so many files a day."""
    made: Services = tool.app.extensions[EXTENSION]
    tool.app.extensions[EXTENSION] = replace(made, settings=replace(made.settings, exports_per_day=files))


def test_a_tutor_takes_the_list_and_a_row_for_each_learner_says_what_for(tool: Tool) -> None:
    token = tool.open(TUTOR, OPEN)

    answer = tool.post(LIST, token, purpose=Purpose.SUPPORT)

    assert {row["Learner"] for row in read(answer)} == {"Lena Learner", "Cleo Classmate", "Otto Othergroup"}
    assert {row["Taken"] for row in read(answer)} == {PURPOSE_WORDS[Purpose.SUPPORT]}
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="course-list-')
    assert answer.headers["Cache-Control"] == "no-store"
    left = [row for row in tool.accesses() if row.action == Action.COURSE_EXPORT]
    people = {tool.person_id(who) for who in (LEARNER, CLASSMATE, IN_OTHER_GROUP)}
    assert {row.subject_person_id for row in left} == people
    assert {(row.detail, row.is_allowed, row.reason) for row in left} == {("plan-support", True, "teaches-course")}
    assert len({row.request_id for row in left}) == 1


def test_the_learner_reads_who_took_the_file_and_what_for(tool: Tool) -> None:
    tool.post(LIST, tool.open(TUTOR, OPEN), purpose=Purpose.MEETING)
    token = tool.open(LEARNER, OPEN)

    looks = tool.post("/panel/learner/looks", token).text
    held = tool.post("/panel/learner/held", token, table="access_log").text

    assert "Tess Tutor" in looks
    assert "Took a list of learners that you are on as a file from Course number 11." in looks
    assert f"They took it {PURPOSE_WORDS[Purpose.MEETING]}." in looks
    assert PURPOSE_WORDS[Purpose.MEETING] in held


def test_a_list_is_no_answer_to_a_complaint(tool: Tool) -> None:
    answer = tool.post(LIST, tool.open(TUTOR, OPEN), purpose=Purpose.COMPLAINT)

    assert (answer.status_code, reason_of(answer)) == (403, "purpose-missing")
    assert not names_somebody(answer.text)
    assert tool.accesses()[-1].is_allowed is False


@pytest.mark.parametrize("use", ForbiddenUse)
def test_a_forbidden_purpose_gives_no_file_and_is_recorded(tool: Tool, use: ForbiddenUse) -> None:
    token = tool.open(TUTOR, OPEN)

    answer = tool.post(LIST, token, purpose=use)

    assert (answer.status_code, reason_of(answer)) == (403, "purpose-forbidden")
    assert not names_somebody(answer.text)
    last = tool.accesses()[-1]
    assert (last.action, last.is_allowed, last.reason) == (Action.COURSE_EXPORT, False, "purpose-forbidden")
    assert (last.detail, last.subject_person_id) == (use.value, None)
    assert tool.post("/panel/tutor", token).status_code == 200


@pytest.mark.parametrize("given", ["", "research", "Plan-Support", "x" * 5_000])
def test_without_a_purpose_of_the_list_there_is_no_file(tool: Tool, given: str) -> None:
    answer = tool.post(LIST, tool.open(TUTOR, OPEN), purpose=given)

    assert (answer.status_code, reason_of(answer)) == (403, "purpose-missing")
    assert not names_somebody(answer.text)
    assert tool.accesses()[-1].detail is None


@pytest.mark.parametrize(("who", "course"), [(LEARNER, OPEN), (ADMIN, OPEN)])
@pytest.mark.parametrize("path", [LIST, "/panel/people/list.csv"])
def test_whoever_may_not_see_the_list_has_no_file_whatever_the_purpose(
    tool: Tool, who: int, course: int, path: str
) -> None:
    answer = tool.post(path, tool.open(who, course), purpose=Purpose.SUPPORT)

    assert answer.status_code == 404
    assert not names_somebody(answer.text)
    assert tool.accesses()[-1].is_allowed is False


def test_under_separate_groups_the_file_holds_the_tutors_own_groups_alone(tool: Tool) -> None:
    answer = tool.post(LIST, tool.open(GROUP_TUTOR, GROUPED), purpose=Purpose.SUPPORT)

    assert {row["Learner"] for row in read(answer)} == {"Lena Learner", "Cleo Classmate"}
    left = [row for row in tool.accesses() if row.action == Action.COURSE_EXPORT]
    assert {row.subject_person_id for row in left} == {tool.person_id(LEARNER), tool.person_id(CLASSMATE)}


def test_a_filter_that_finds_nobody_gives_an_empty_file_and_one_row(tool: Tool) -> None:
    answer = tool.post(LIST, tool.open(TUTOR, OPEN), purpose=Purpose.SUPPORT, q="nobody of this name")

    assert read(answer) == []
    left = [row for row in tool.accesses() if row.action == Action.COURSE_EXPORT]
    assert [(row.subject_person_id, row.is_allowed, row.detail) for row in left] == [(None, True, "plan-support")]


def test_one_file_too_many_in_a_day_is_refused_and_the_contact_is_alerted_once(tool: Tool) -> None:
    allow(tool, 2)
    token = tool.open(TUTOR, OPEN)

    answers = [tool.post(LIST, token, purpose=Purpose.SUPPORT) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert reason_of(answers[2]) == "too-many-exports"
    with reading(tool.sessions) as db:
        found = load_alerts(db, tool.clock() - timedelta(days=30))
    assert [(alert.kind, alert.viewer_moodle_user_id) for alert in found] == [("too-many-exports", TUTOR)]
    tool.clock.move(hours=25)
    assert tool.post(LIST, tool.open(TUTOR, OPEN), purpose=Purpose.SUPPORT).status_code == 200


def test_more_learners_than_one_file_may_hold_are_refused(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views_export, "MOST_LEARNERS", 2)
    token = tool.open(TUTOR, OPEN)

    refused = tool.post(LIST, token, purpose=Purpose.SUPPORT)

    assert (refused.status_code, reason_of(refused)) == (403, "file-too-long")
    assert not names_somebody(refused.text)
    row = tool.accesses()[-1]
    assert (row.action, row.is_allowed, row.reason) == ("course:export", False, "file-too-long")
    assert len(read(tool.post(LIST, token, purpose=Purpose.SUPPORT, q="Lena"))) == 1
    assert values_export.MOST_LEARNERS == 500


def test_a_name_that_begins_like_a_formula_is_text_in_the_file(tool: Tool) -> None:
    with writing(tool.sessions) as db:
        formula = '=HYPERLINK("https://example.org","Lena")'
        db.execute(update(Person).where(Person.id == tool.person_id(LEARNER)).values(full_name=formula))

    names = [row["Learner"] for row in read(tool.post(LIST, tool.open(TUTOR, OPEN), purpose=Purpose.CHECKING))]

    assert any(name.startswith("'=HYPERLINK") for name in names)
    assert not any(name.startswith("=") for name in names)


def test_the_page_offers_every_purpose_of_a_list_and_says_what_is_refused(tool: Tool) -> None:
    page = tool.post("/panel/tutor", tool.open(TUTOR, OPEN)).text
    use = tool.post("/panel/learner/data-use", tool.open(LEARNER, OPEN)).text

    offered = [words for purpose, words in PURPOSE_WORDS.items() if purpose is not Purpose.COMPLAINT]
    for words in (*offered, *FORBIDDEN_WORDS.values()):
        assert words[1:] in page
        assert words[1:] in use
    assert Purpose.COMPLAINT not in page


def test_an_adviser_takes_their_learners_of_schools_that_are_on(records: Tool) -> None:
    token = open_people(records)

    answer = records.post("/panel/people/list.csv", token, purpose=Purpose.MEETING)

    assert {row["Learner"] for row in read(answer)} == {"Lena Learner"}
    left = [row for row in records.accesses() if row.action == Action.PEOPLE_EXPORT]
    assert [(row.subject_person_id, row.viewer_role, row.reason, row.detail) for row in left] == [
        (records.person_id(LEARNER), "adviser", "advises", "support-meeting")
    ]
    looks = records.post("/panel/learner/looks", records.open(LEARNER, OPEN)).text
    assert "Took a list of learners that you are on as a file." in looks
    assert left[0].viewer_moodle_user_id == ADVISER
