"""A lead keeps message templates with the tone check, and a directory of services that learners and staff read."""

import re

import pytest
from sqlalchemy import func, select

from analytics.policy.relationships import Kind
from analytics.policy.tone import SAMPLE, fill_in
from bridge.schema.casework import MessageTemplate, SupportService
from bridge.store.database import reading, writing
from bridge.store.support_services import Service, replace_institution_services, save_service
from lti.panels.messages.words import EXAMPLE_BODY, EXAMPLE_SUBJECT
from tests.lti.panels.test_people_panel import OFF_SCHOOL, SCHOOL, hold, open_people, records, train
from tests.lti.panels.test_school_panel import LEAD, change, once, open_school, school
from tests.lti.served import Tool, names_somebody, page_token
from tests.lti.small_world import GROUP_TUTOR, LEARNER, OPEN, TUTOR

__all__ = ["records", "school"]
KEPT = {"name": "First message", "subject": EXAMPLE_SUBJECT, "body": EXAMPLE_BODY}
ENTRY = {
    "need": "Money",
    "name": "Hardship fund",
    "how": "Ask at the desk.\nMon to Fri",
    "url": "https://example.ac.uk/m",
}


def open_templates(tool: Tool) -> tuple[str, str]:
    token, _ = open_school(tool)
    return token, tool.post("/panel/school/templates", token, None, school=str(SCHOOL)).text


def save(tool: Tool, token: str, page: str, **fields: str) -> str:
    return change(tool, token, page, "/panel/school/templates/save", **{**KEPT, **fields})


def stored(tool: Tool, table: type[MessageTemplate] | type[SupportService]) -> int:
    with reading(tool.sessions) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_a_school_begins_with_an_example_that_passes_the_tone_check(school: Tool) -> None:
    _, page = open_templates(school)
    assert "The tone check found nothing." in page
    assert "Dear Alex," in page
    assert not names_somebody(page)
    assert stored(school, MessageTemplate) == 0


def test_a_template_is_kept_with_the_leads_name_replaced_by_its_name_and_taken_away(school: Tool) -> None:
    token, page = open_templates(school)
    page = save(school, token, page)
    assert "The template is kept." in page
    page = save(school, token, page, subject="Can we help?")
    with reading(school.sessions) as db:
        row = db.scalars(select(MessageTemplate)).one()
        assert (row.subject, row.school_id) == ("Can we help?", SCHOOL)
        assert "Tutor" in row.saved_by
        template_id = str(row.id)
    page = change(school, token, page, "/panel/school/templates/delete", template=template_id)
    assert "The template is gone." in page
    assert stored(school, MessageTemplate) == 0
    assert [row.detail for row in school.accesses() if row.action == "school:change"] == [
        "template-save: First message",
        "template-save: First message",
        f"template-delete: template {template_id}",
    ]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("{reason}", "Say why you write"),
        ("{ways_back}", "Say how to come back"),
    ],
)
def test_a_template_that_lacks_a_part_is_not_kept_and_its_text_is_not_lost(school: Tool, part: str, said: str) -> None:
    token, page = open_templates(school)
    body = "{reason} {support} {ways_back} Yours, {sender}".replace(part, "")
    told = save(school, token, page, body=body)
    assert "The template was not kept." in told
    assert said in told
    assert body.strip() in told
    assert stored(school, MessageTemplate) == 0


def test_a_threat_is_shown_with_its_words_and_the_lead_decides(school: Tool) -> None:
    token, page = open_templates(school)
    told = save(school, token, page, body=EXAMPLE_BODY + "\nOtherwise you may be withdrawn.")
    assert "<q>be withdrawn</q>" in told
    assert "This can be read as a threat." in told
    assert stored(school, MessageTemplate) == 1


def test_a_preview_keeps_nothing(school: Tool) -> None:
    token, _ = open_templates(school)
    fields = {"school": str(SCHOOL), "name": "X", "subject": "Hello {name}", "body": "Final warning, {name} {visa}"}
    told = school.post("/panel/school/templates", token, None, **fields).text
    assert "Hello Alex" in told
    assert "<q>Final warning</q>" in told
    assert "<q>{visa}</q>" in told
    assert stored(school, MessageTemplate) == 0


def test_a_lead_neither_reads_nor_changes_another_schools_templates_and_services(school: Tool) -> None:
    token, page = open_templates(school)
    other = str(OFF_SCHOOL)
    for path in ("/panel/school/templates", "/panel/school/services"):
        assert school.post(path, token, None, school=other).status_code == 404
    for path, form in (("templates", KEPT), ("services", ENTRY)):
        sent = {**form, "school": other, "once": once(page, "/panel/school/templates/save")}
        assert school.post(f"/panel/school/{path}/save", token, None, **sent).status_code == 404
    assert stored(school, MessageTemplate) + stored(school, SupportService) == 0


def add_entry(tool: Tool, **fields: str) -> tuple[str, str]:
    token, _ = open_school(tool)
    page = tool.post("/panel/school/services", token, None, school=str(SCHOOL)).text
    return token, change(tool, token, page, "/panel/school/services/save", **{**ENTRY, **fields})


def test_what_a_lead_writes_down_learners_tutors_and_advisers_read(school: Tool) -> None:
    add_entry(school)
    with writing(school.sessions) as db:
        replace_institution_services(db, 1, [Service("Feeling low", "Listening line", "Telephone 123")])
        save_service(db, 1, Service("Money", "Of another school", "Somewhere", school_id=OFF_SCHOOL))
    learner = page_token(school.launch(LEARNER, OPEN))
    for path in ("/panel/services", "/panel/learner/services"):
        page = school.post(path, learner, None).text
        assert "Hardship fund" in page
        assert "Listening line" in page
        assert "Ask at the desk." in page
        assert "Of another school" not in page
    for token, path in (
        (page_token(school.launch(TUTOR, OPEN)), "/panel/services"),
        (open_people(school), "/panel/people/services"),
    ):
        page = school.post(path, token, None).text
        assert "Hardship fund" in page
        assert "Of another school" in page


def test_reading_the_directory_leaves_no_row(school: Tool) -> None:
    learner = page_token(school.launch(LEARNER, OPEN))
    before = len(school.accesses())
    school.post("/panel/services", learner, None)
    school.post("/panel/learner/services", learner, None)
    assert len(school.accesses()) == before


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://example.ac.uk", "https://", "https://[", "data:text/html,x"]
)
def test_an_address_that_is_no_web_page_is_not_kept(school: Tool, url: str) -> None:
    _, told = add_entry(school, url=url)
    assert "The entry was not kept." in told
    assert "Ask at the desk." in told  # what was written is not lost
    assert stored(school, SupportService) == 0


def test_a_lead_takes_only_the_schools_own_entries_away(school: Tool) -> None:
    token, page = add_entry(school)
    with writing(school.sessions) as db:
        replace_institution_services(db, 1, [Service("Money", "Bank", "Somewhere")])
        ids = {row.name: str(row.id) for row in db.scalars(select(SupportService))}
    page = change(school, token, page, "/panel/school/services/delete", service=ids["Bank"])
    assert "is gone already, or is not the school’s" in page
    page = change(school, token, page, "/panel/school/services/delete", service=ids["Hardship fund"])
    assert "The entry is gone." in page
    assert stored(school, SupportService) == 1


def test_somebody_without_a_part_in_a_school_changes_nothing(school: Tool) -> None:
    hold(school, GROUP_TUTOR, Kind.SUPPORT_OFFICER, school_id=SCHOOL)
    train(school, GROUP_TUTOR)
    officer = open_people(school, GROUP_TUTOR)
    assert school.post("/panel/school/templates", officer, None, school=str(SCHOOL)).status_code == 404
    assert LEAD != GROUP_TUTOR


def test_the_preview_of_the_example_reads_as_a_letter() -> None:
    sentences = re.split(r"(?<=[.?!])\s+|\n+", fill_in(EXAMPLE_BODY, SAMPLE))

    assert [one for one in sentences if one[:1].islower()] == []
