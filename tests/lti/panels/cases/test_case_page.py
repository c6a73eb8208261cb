"""People take the policy's steps one after the other, each in their name; none is offered or taken before its time."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from analytics.level_words import say_reason
from analytics.policy.relationships import Kind
from analytics.rules import DEFAULT_RULE
from bridge.schema.casework import CaseEntry, Concern, SupportCase
from bridge.schema.engagement import LearnerState
from bridge.schema.people import Enrolment
from bridge.store.database import reading, writing
from bridge.store.processes import publish_process
from tests.lti.panels.cases.case_world import (
    PROCESS,
    SENTENCE,
    Visitor,
    find_concern,
    publish,
    raise_concern,
    read_field,
)
from tests.lti.panels.test_people_panel import ADVISER, SCHOOL, hold, records, train
from tests.lti.served import Tool, reason_of
from tests.lti.small_world import CLASSMATE, IN_OTHER_GROUP, LEARNER, TUTOR

__all__ = ["records"]
STEP = "/panel/people/case/step"
TALK = {"named": "Tess Tutor", "text": "She has not seen her either."}


@pytest.fixture
def adviser(records: Tool) -> Visitor:
    """Lena's adviser with her case page open; a concern about her is."""
    raise_concern(records)
    visitor = Visitor(records)
    visitor.case()
    return visitor


def entries(tool: Tool) -> list[CaseEntry]:
    with reading(tool.sessions) as db:
        found = list(db.scalars(select(CaseEntry).order_by(CaseEntry.id)))
        db.expunge_all()
    return found


def contact(visitor: Visitor) -> None:
    visitor.step("discussed", **TALK)
    visitor.step("decided", to_contact="yes", text="Ten days are long.")


def away(tool: Tool, days: int) -> None:
    """Let Lena have been without evidence for some days in the open course."""
    with writing(tool.sessions) as db:
        db.execute(delete(LearnerState))
        now = {"measured_on": tool.clock().date(), "measured_at": tool.clock()}
        person_id = tool.person_id(LEARNER)
        for course_id in db.scalars(select(Enrolment.course_id).where(Enrolment.person_id == person_id)):
            db.add(LearnerState(course_id=course_id, person_id=person_id, clock_days=days, **now))


def climb(visitor: Visitor, rungs: int = 4) -> None:
    for rung in range(rungs):
        visitor.step("attempt", text="No answer.", **({"seen": "no"} if rung == 3 else {}))


def test_the_page_says_why_there_is_a_concern_as_it_was_shown_and_what_comes_next(adviser: Visitor) -> None:
    assert f"The learner read: “{SENTENCE}”" in adviser.page
    assert "25 % of the published level met, up to Sun 25 Oct." in adviser.page
    assert "no evidence for 10 counted days" in adviser.page
    assert "Next: Talk to a colleague" in adviser.page
    assert set(adviser.forms()) == {"discussed", "evidence", "note"}
    missing = "A discussion with at least one colleague has to be written down first"
    assert f"{missing}: Decide whether to get in touch; Get in touch;" in adviser.page


def test_a_reason_of_a_rule_that_comes_with_the_tool_is_said_in_words(adviser: Visitor) -> None:
    with writing(adviser.tool.sessions) as db:
        db.execute(update(Concern).values(reasons=["task", "of our own"]))
    page = adviser.case()
    assert "of our own" in page
    assert "Reason task" not in page
    assert f"Reason {say_reason(DEFAULT_RULE.reasons[1])} and of our own" in page


def test_contact_before_a_recorded_discussion_is_refused_with_409_and_the_missing_step_named(adviser: Visitor) -> None:
    form = adviser.forms()["discussed"]
    said = adviser.send(STEP, form, step="attempt", channel="university-email", day="2026-10-01", text="Wrote to her.")
    assert (adviser.answer.status_code, reason_of(adviser.answer)) == (409, "step-missing")
    assert "Missing: a discussion with at least one colleague has to be written down first." in said
    assert entries(adviser.tool) == []
    with reading(adviser.tool.sessions) as db:
        assert db.scalars(select(SupportCase)).all() == []


def test_a_refused_step_does_not_use_its_form_up_and_leaves_a_row_that_says_so(adviser: Visitor) -> None:
    form = adviser.forms()["discussed"]
    adviser.send(STEP, form, step="decided", to_contact="yes", text="Because.")
    assert adviser.answer.status_code == 409
    row = adviser.tool.accesses()[-1]
    assert (row.action, row.is_allowed, row.reason) == ("case:change", False, "step-missing")
    assert "It is written down." in adviser.send(STEP, form, **TALK)


def test_a_discussion_with_oneself_is_none(adviser: Visitor) -> None:
    said = adviser.step("discussed", named="ed elsewhere", text="I thought about it.")
    assert adviser.answer.status_code == 409
    assert "Missing: name the colleague; a discussion with oneself is none." in said


def test_each_step_stands_with_its_name_and_the_evidence_as_it_was_seen(adviser: Visitor) -> None:
    adviser.step("discussed", **TALK)
    assert "Discussed with a colleague" in adviser.page
    assert "With Tess Tutor. She has not seen her either." in adviser.page
    assert "Ed Elsewhere (adviser)" in adviser.page
    adviser.step("decided", to_contact="yes", text="Ten days are long.")
    assert "Decision: get in touch." in adviser.page
    kept = entries(adviser.tool)[1]
    assert (kept.by_name, kept.by_role) == ("Ed Elsewhere", "adviser")
    assert "Course number 11: 25 % of the published level met, up to Sun 25 Oct." in kept.body["evidence"].replace(
        "\u00a0", " "
    )


def test_the_ladder_is_offered_rung_by_rung_in_its_order(adviser: Visitor) -> None:
    contact(adviser)
    for channel in ("university-email", "personal-email", "phone", "other-evidence"):
        form = adviser.forms()["attempt"]
        assert read_field(form, "channel") == channel
        adviser.send(STEP, form, day=adviser.tool.clock().date().isoformat(), text="No answer.", seen="no")
        assert adviser.answer.status_code == 200
    assert "attempt" not in adviser.forms()
    assert [one.body.get("channel") for one in entries(adviser.tool)[2:]] == [
        "university-email",
        "personal-email",
        "phone",
        "other-evidence",
    ]


def test_a_later_rung_before_an_earlier_one_is_refused(adviser: Visitor) -> None:
    contact(adviser)
    said = adviser.step("attempt", channel="phone", text="Called.")
    assert adviser.answer.status_code == 409
    assert "an earlier way of contact has to be tried first" in said


def test_where_the_school_leaves_days_for_an_answer_the_next_way_of_contact_waits(adviser: Visitor) -> None:
    tool = adviser.tool
    with writing(tool.sessions) as db:
        publish_process(db, SCHOOL, replace(PROCESS, rung_days=2), published_by="Dr Helen Marsh", now=tool.clock())
    contact(adviser)
    form = adviser.forms()["attempt"]
    adviser.step("attempt", text="No answer.")
    assert "attempt" not in adviser.forms()
    assert "Next: Write the learner’s answer down" in adviser.page
    assert "The days that the school leaves for an answer before the next way of contact are not over" in adviser.page
    adviser.send(STEP, form, channel="personal-email", day=tool.clock().date().isoformat(), text="Again.")
    assert adviser.answer.status_code == 409
    adviser.open("/panel/people/work")
    assert "Wait for an answer; from" in adviser.page
    tool.clock.move(days=2)
    later = Visitor(tool)
    later.case()
    assert "Next: Get in touch" in later.page


def test_other_evidence_that_was_seen_is_a_yes_and_a_day_and_ends_the_ladder(adviser: Visitor) -> None:
    contact(adviser)
    climb(adviser, 3)
    adviser.step("attempt", seen="yes", text="In the library, second floor.")
    look, ended = entries(adviser.tool)[-2:]
    assert look.body == {
        "channel": "other-evidence",
        "seen": "yes",
        "day": adviser.tool.clock().date().isoformat(),
    }
    assert ended.kind == "evidence"
    assert "attempt" not in adviser.forms()
    assert "proposal" not in adviser.forms()


def test_a_proposal_is_offered_only_when_the_ladder_is_exhausted_and_the_period_is_over(adviser: Visitor) -> None:
    contact(adviser)
    climb(adviser)
    assert "proposal" not in adviser.forms()
    assert (
        "The school’s period without evidence is not over: Propose a look under the Fitness to Study policy"
        in adviser.page
    )
    away(adviser.tool, days=PROCESS.period_days)
    adviser.case()
    adviser.step("proposal", named="Dr Fay Fitness", text="Nobody could be reached.")
    assert "Proposed under the Fitness to Study policy" in adviser.page
    assert "To Dr Fay Fitness." in adviser.page


def test_a_case_is_closed_after_support_and_its_concern_with_it(adviser: Visitor) -> None:
    contact(adviser)
    assert "closed" not in adviser.forms()
    adviser.step("attempt", text="Wrote to her.")
    adviser.step("response", text="She was ill.")
    assert "Next: Write down a meeting with the adviser" in adviser.page
    adviser.step("meeting", text="A plan for week 7.")
    assert "Next: Close the case" in adviser.page
    adviser.step("closed", outcome="supported", text="She is back.")
    with reading(adviser.tool.sessions) as db:
        concern = db.scalars(select(Concern)).one()
        assert (concern.outcome, concern.closed_by, concern.closing_reason) == (
            "supported",
            "Ed Elsewhere",
            "She is back.",
        )
    assert "No concern is open" in adviser.page
    assert adviser.forms() == {}


def test_a_concern_is_closed_as_a_wrong_flag_with_a_name_and_a_reason_and_no_other_way_without_a_case(
    adviser: Visitor,
) -> None:
    path = "/panel/people/case/concern"
    form = adviser.forms(path)["0"]
    said = adviser.send(path, form, outcome="no-action", text="It is fine.")
    assert (adviser.answer.status_code, "a discussion with at least one colleague" in said) == (409, True)
    assert "The concern is closed." in adviser.send(path, form, outcome="wrong-flag", text="The register was wrong.")
    assert "the evidence was wrong or misleading; closed today by Ed Elsewhere. The register was wrong." in adviser.page
    concern = find_concern(adviser.tool, int(read_field(form, "concern")))
    assert concern.outcome == "wrong-flag"


def test_without_a_concern_no_step_is_offered_and_none_is_taken(records: Tool) -> None:
    concern = raise_concern(records, LEARNER)
    hold(records, ADVISER, Kind.ADVISER, learner=CLASSMATE)
    visitor = Visitor(records)
    visitor.case(LEARNER)
    form = visitor.forms()["discussed"]
    visitor.case(CLASSMATE)
    assert visitor.forms() == {}
    assert "No concern is open" in visitor.page
    with writing(records.sessions) as db:
        db.delete(db.get_one(Concern, concern))
    assert "only the published rule raises one" in visitor.send(STEP, form, **TALK)
    assert entries(records) == []


def test_before_a_process_is_published_the_page_says_so(records: Tool) -> None:
    visitor = Visitor(records)
    assert "The home school has not published its process." in visitor.case()
    publish(records)
    assert "has not published" not in visitor.case()


@pytest.mark.parametrize("who", [CLASSMATE, IN_OTHER_GROUP])
def test_nobody_opens_the_case_of_a_learner_they_do_not_work_with(records: Tool, who: int) -> None:
    raise_concern(records, CLASSMATE)
    visitor = Visitor(records)
    visitor.case(who)
    assert (visitor.answer.status_code, reason_of(visitor.answer)) == (404, None)
    assert visitor.tool.accesses()[-1].is_allowed is False


def test_a_form_of_one_learner_does_not_serve_for_another(records: Tool) -> None:
    raise_concern(records, LEARNER)
    raise_concern(records, CLASSMATE, week=5)
    hold(records, TUTOR, Kind.SUPPORT_OFFICER, school_id=SCHOOL)
    train(records, TUTOR)
    officer = Visitor(records, TUTOR)
    officer.case(LEARNER)
    form = officer.forms()["discussed"]
    officer.send(STEP, form, learner=str(records.person_id(CLASSMATE)), **TALK)
    assert (officer.answer.status_code, reason_of(officer.answer)) == (409, "form-expired")
    assert entries(records) == []


def test_each_look_at_a_case_leaves_a_row_about_the_learner(adviser: Visitor) -> None:
    row = adviser.tool.accesses()[-1]
    assert (row.action, row.is_allowed, row.reason) == ("case:view", True, "advises")
    assert row.subject_person_id == adviser.tool.person_id(LEARNER)
