"""A school's lead publishes how it goes about concerns, reads counts without names, and withholds an entry."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from bridge.schema.casework import CaseEntry
from bridge.store.database import reading
from bridge.store.processes import load_process
from tests.lti.panels.cases.case_world import PROCESS, Visitor, publish, raise_concern
from tests.lti.panels.test_people_panel import ADVISER, OFF_SCHOOL, SCHOOL, records
from tests.lti.panels.test_school_panel import LEAD, school
from tests.lti.served import Tool, names_somebody
from tests.lti.small_world import CLASSMATE, LEARNER

__all__ = ["records", "school"]
PAGE, PUBLISH, WITHHOLD = "/panel/school/process", "/panel/school/process/publish", "/panel/school/process/withhold"
FORM = {
    "who_decides": "the learner’s adviser",
    "period_days": "20",
    "weekly_budget": "15",
    "proposal_to": "Dr Fay Fitness",
    "rung_days": "2",
    "hand_over_days": "5",
    "ladder_phone": "once, by day",
}


@pytest.fixture
def lead(school: Tool) -> Visitor:
    """The lead on the page of the process."""
    visitor = Visitor(school, LEAD)
    visitor.open(PAGE, school=str(SCHOOL))
    return visitor


def test_before_it_is_published_the_page_says_that_nothing_raises_a_concern(lead: Visitor) -> None:
    assert "nothing raises a concern in this school, and no case is opened" in lead.page
    assert lead.forms(PUBLISH) == {}


def test_a_process_is_seen_as_it_would_be_published_and_then_published_in_the_leads_name(lead: Visitor) -> None:
    preview = lead.send(PAGE, lead.forms(PAGE)["0"], **FORM)
    assert "What would be published" in preview
    assert "3. phone (once, by day)" in preview
    assert "2 days or more lie between two ways of contact." in preview
    with reading(lead.tool.sessions) as db:
        assert load_process(db, SCHOOL) is None
    assert "is published." in lead.send(PUBLISH, lead.forms(PUBLISH)["0"])
    with reading(lead.tool.sessions) as db:
        made = load_process(db, SCHOOL)
    assert made is not None
    assert made.published_by == "Tess Tutor"
    assert (made.process.who_decides, made.process.period_days) == (PROCESS.who_decides, PROCESS.period_days)
    assert (made.process.proposal_to, made.process.rung_days) == (PROCESS.proposal_to, 2)
    row = lead.tool.accesses()[-1]
    assert (row.action, row.detail) == ("school:change", f"process-publish: {made.version}")


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("weekly_budget", "many", "This is a number from 1 to 10,000."),
        ("period_days", "0", "This is a number from 1 to 365."),
        ("rung_days", "", "This is a number from 0 to 30."),
        ("proposal_to", " ", "Say a person: the process has to name it."),
        ("ladder_phone", "x" * 2001, "At most 2,000 characters are kept here."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_written_stays(
    lead: Visitor, field: str, value: str, problem: str
) -> None:
    said = lead.send(PAGE, lead.forms(PAGE)["0"], **(FORM | {field: value}))
    assert "It cannot be published yet. What you wrote is kept." in said
    assert lead.forms(PUBLISH) == {}
    assert 'value="the learner’s adviser"' in lead.answer.text
    assert problems_of(lead) == {field: problem}
    assert read_typed(lead, field) == value


def test_everything_that_is_wrong_with_a_process_is_said_at_once(lead: Visitor) -> None:
    sent = FORM | {"who_decides": "", "period_days": "soon", "hand_over_days": "61"}
    lead.send(PAGE, lead.forms(PAGE)["0"], **sent)
    assert list(problems_of(lead)) == ["who_decides", "period_days", "hand_over_days"]
    ways = BeautifulSoup(lead.answer.text, "html.parser").select(".notice.warn a")
    assert [way["href"] for way in ways] == ["#who_decides", "#period_days", "#hand_over_days"]


def problems_of(visitor: Visitor) -> dict[str, str]:
    """Read the text that each field of the page is described by as wrong."""
    page = BeautifulSoup(visitor.answer.text, "html.parser")
    said = {str(one["id"]): one["aria-describedby"] for one in page.select("[aria-invalid=true]")}
    return {name: page.select_one(f"#{told}").get_text() for name, told in said.items()}  # type: ignore[union-attr]


def read_typed(visitor: Visitor, name: str) -> str:
    """Read what stands in a field of the page."""
    found = BeautifulSoup(visitor.answer.text, "html.parser").select_one(f"#{name}")
    assert found is not None
    return str(found.get("value", "")) if found.name == "input" else found.get_text()


def test_another_schools_lead_finds_no_page(lead: Visitor) -> None:
    lead.open(PAGE, school=str(OFF_SCHOOL))
    assert lead.answer.status_code == 404


def test_the_lead_reads_casework_as_numbers_and_nobodys_name(lead: Visitor) -> None:
    concern = raise_concern(lead.tool, LEARNER)
    raise_concern(lead.tool, CLASSMATE, beyond=True)
    adviser = Visitor(lead.tool, ADVISER)
    adviser.case()
    path = "/panel/people/case/concern"
    adviser.send(path, adviser.forms(path)["0"], concern=str(concern), outcome="wrong-flag", text="Not her week.")
    page = lead.open(PAGE, school=str(SCHOOL))
    assert "1; nobody has turned to 1 of them" in page
    assert "Beyond a week’s budget 1" in page
    assert "1; 1: the evidence was wrong or misleading" in page
    assert "default-1: 1 of 1" in page
    assert not names_somebody(lead.answer.text)


def test_an_entry_is_withheld_by_its_numbers_with_a_reason_and_the_case_says_so(lead: Visitor) -> None:
    publish(lead.tool)
    raise_concern(lead.tool, LEARNER)
    adviser = Visitor(lead.tool, ADVISER)
    adviser.case()
    adviser.step("discussed", named="Tess Tutor", text="Her sister wrote to me.")
    assert "entry 1 of case 1" in adviser.page
    lead.open(PAGE, school=str(SCHOOL))
    form = lead.forms(WITHHOLD)["0"]
    assert "It was not withheld." in lead.send(WITHHOLD, form, case="1", entry="1", reason=" ")
    lead.open(PAGE, school=str(SCHOOL))
    form = lead.forms(WITHHOLD)["0"]
    assert "It is withheld from the learner." in lead.send(WITHHOLD, form, case="1", entry="1", reason="A third person")
    assert not names_somebody(lead.answer.text)
    with reading(lead.tool.sessions) as db:
        kept = db.scalars(select(CaseEntry).order_by(CaseEntry.id)).all()
        assert [one.withheld_reason for one in kept] == ["A third person", None]
    assert "The learner does not read this entry: A third person" in adviser.case()


def test_a_case_of_another_school_is_not_there_to_withhold(lead: Visitor) -> None:
    said = lead.send(WITHHOLD, lead.forms(WITHHOLD)["0"], case="7", entry="1", reason="Because.")
    assert "It was not withheld." in said
    assert problems_of(lead) == {"case": "No case of this school has this number."}
    assert [read_typed(lead, name) for name in ("case", "entry", "reason")] == ["7", "1", "Because."]
    refusals = [row for row in lead.tool.accesses() if row.action == "case:withhold"]
    assert [row.is_allowed for row in refusals] == [False]


@pytest.mark.parametrize(("case", "entry"), [("", ""), ("7", ""), ("", "1"), ("the last", "1"), ("7", "-1")])
def test_a_number_that_is_missing_is_asked_for_at_its_field_and_the_form_is_kept(
    lead: Visitor, case: str, entry: str
) -> None:
    said = lead.send(WITHHOLD, lead.forms(WITHHOLD)["0"], case=case, entry=entry, reason="Her sister")
    assert "It was not withheld." in said
    asked_for = {"case": case, "entry": entry}
    assert list(problems_of(lead)) == [name for name, given in asked_for.items() if not given.isdigit()]
    assert [read_typed(lead, name) for name in ("case", "entry", "reason")] == [case, entry, "Her sister"]


def test_an_entry_that_is_not_in_the_case_leaves_the_form_as_it_was_filled_in(lead: Visitor) -> None:
    publish(lead.tool)
    raise_concern(lead.tool, LEARNER)
    adviser = Visitor(lead.tool, ADVISER)
    adviser.case()
    adviser.step("discussed", named="Tess Tutor", text="Her sister wrote to me.")
    said = lead.send(WITHHOLD, lead.forms(WITHHOLD)["0"], case="1", entry="9", reason="Her sister")
    assert "It was not withheld. There is no entry here that could be withheld." in said
    assert [read_typed(lead, name) for name in ("case", "entry", "reason")] == ["1", "9", "Her sister"]
