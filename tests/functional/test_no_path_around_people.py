"""No order of requests leads around a human step: a machine tries them all over HTTP, against rules of its own.

What is allowed is said here a second time, from the policy's paragraphs (13, 15, 16), and not asked of the tool's code.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from analytics.policy.relationships import Kind
from bridge.schema.casework import CaseEntry, Concern, SupportCase
from bridge.schema.engagement import LearnerState
from bridge.schema.people import Enrolment
from bridge.store.case_chain import case_key, verify_cases
from bridge.store.database import reading, writing
from tests.lti.conftest import clock, tool, vle
from tests.lti.panels.cases.case_world import PROCESS, Visitor, raise_concern
from tests.lti.panels.test_people_panel import SCHOOL, hold, records, train
from tests.lti.served import SECRET_KEY, Tool
from tests.lti.small_world import CLASSMATE, GROUP_TUTOR, LEARNER, OPEN, TUTOR

__all__ = ["clock", "records", "tool", "vle"]
pytestmark = pytest.mark.timeout(600)

STEP, CLOSE, WITHHOLD = "/panel/people/case/step", "/panel/people/case/concern", "/panel/school/process/withhold"
RUNGS = ("university-email", "personal-email", "phone", "other-evidence")
SUPPORT = ("meeting", "resource", "support-plan", "referral")
STEPS = ("discussed", "decided", "attempt", "response", "evidence", *SUPPORT, "proposal", "note", "closed")
OUTCOMES = ("recovered", "supported", "no-action", "wrong-flag")
COLLEAGUE, ONESELF = "Tess Tutor", "Ed Elsewhere"


@dataclass
class Reached:
    """How often something came about at all: a machine that is always refused would show nothing."""

    written: dict[str, int] = field(default_factory=dict)
    refused: int = 0


def is_in_order(before: Sequence[CaseEntry], new: CaseEntry, clock_days: int) -> bool:
    """Say by the policy's words whether a step may follow the others of its case."""
    kinds = [one.kind for one in before]
    if "closed" in kinds:
        return False
    if new.kind in ("note", "evidence"):
        return bool(new.body.get("text"))
    if new.kind == "discussed":
        return new.body.get("named") == COLLEAGUE
    if "discussed" not in kinds:
        return False
    if new.kind == "decided":
        return bool(new.body.get("text"))
    if "decided" not in kinds:
        return False
    last = len(kinds) - 1 - kinds[::-1].index("decided")
    is_contact, since = before[last].body.get("is_to_contact") is True, before[last + 1 :]
    tried = [one.body.get("channel") for one in since if one.kind == "attempt"]
    is_reached = any(one.kind in ("response", "evidence") for one in since)
    if new.kind == "closed":
        ends = {"response", "evidence", "proposal", *SUPPORT}
        return bool(new.body.get("text")) and (not is_contact or any(one.kind in ends for one in since))
    if not is_contact:
        return False
    if new.kind == "attempt":
        rung = RUNGS.index(str(new.body["channel"]))
        return not is_reached and set(RUNGS[:rung]) <= set(tried)
    if new.kind == "response":
        return bool(tried)
    if new.kind == "proposal":
        is_named = bool(new.body.get("named")) and bool(new.body.get("text"))
        return set(RUNGS) <= set(tried) and not is_reached and clock_days >= PROCESS.period_days and is_named
    return new.kind in SUPPORT


class People(RuleBasedStateMachine):
    """Lena's adviser presses every button in every order; others press the same ones."""

    site: Tool
    reached: Reached

    @initialize(is_far=st.booleans(), is_over=st.booleans())
    def begin(self, is_far: bool, is_over: bool) -> None:
        """Begin with one concern and new sessions; without a case, or far up the ladder after the school's period."""
        self.site.clock.move(hours=1, minutes=1)
        with writing(self.site.sessions) as db:
            for table in (Concern, CaseEntry, SupportCase):
                db.execute(delete(table))
        self.week, self.clock_days = 1, 0
        raise_concern(self.site, week=self.week)
        self.adviser, self.lead = Visitor(self.site), Visitor(self.site, GROUP_TUTOR)
        self.tutor, self.learner = Visitor(self.site, TUTOR), self.site.open(LEARNER, OPEN)
        self.checked: dict[int, int] = {}
        self.set_clock(PROCESS.period_days)
        if is_far:
            self.climb_to(4, "proposal")
        if is_over:
            self.press("closed", text="All is arranged.", outcome="supported")

    @rule(days=st.sampled_from([0, PROCESS.period_days - 1, PROCESS.period_days]))
    def set_clock(self, days: int) -> None:
        """Let Lena have been without evidence for some days."""
        self.clock_days = days
        with writing(self.site.sessions) as db:
            db.execute(delete(LearnerState))
            person_id = self.site.person_id(LEARNER)
            measured = {"measured_on": self.site.clock().date(), "measured_at": self.site.clock()}
            for course_id in db.scalars(select(Enrolment.course_id).where(Enrolment.person_id == person_id)):
                db.add(LearnerState(course_id=course_id, person_id=person_id, clock_days=days, **measured))

    @rule()
    def raise_another(self) -> None:
        """Let the rule speak again once nothing is open."""
        if not [one for one in self.concerns() if one.closed_at is None]:
            self.week += 1
            raise_concern(self.site, week=self.week)

    @rule(
        step=st.sampled_from(STEPS),
        channel=st.sampled_from(["", *RUNGS]),
        contact=st.sampled_from(["", "yes", "no"]),
        named=st.sampled_from(["", ONESELF, "ed ELSEWHERE ", COLLEAGUE]),
        text=st.sampled_from(["", " ", "Because."]),
        seen=st.sampled_from(["", "yes", "no"]),
        outcome=st.sampled_from(["", *OUTCOMES]),
    )
    def press_anything(
        self, step: str, channel: str, contact: str, named: str, text: str, seen: str, outcome: str
    ) -> None:
        """Send a form with any step, filled in any way, whether or not the page offers it."""
        self.press(step, channel=channel, to_contact=contact, named=named, text=text, seen=seen, outcome=outcome)

    @rule(channel=st.sampled_from(RUNGS), contact=st.sampled_from(["yes", "no"]))
    def press_all_that_is_not_offered(self, channel: str, contact: str) -> None:
        """Send each step that the page does not offer, filled in well: it is refused, and the page says why."""
        self.adviser.case()
        offered = self.adviser.forms()
        filled = {"channel": channel, "to_contact": contact, "named": COLLEAGUE, "text": "Because.", "seen": "no"}
        for step in [step for step in STEPS if step not in offered and offered]:
            self.press(step, **filled)
            assert step == "attempt" or self.adviser.answer.status_code == 409, (step, self.adviser.page)

    @rule(pick=st.integers(0, 20), seen=st.sampled_from(["yes", "no", "no", "no"]), contact=st.booleans())
    def press_what_is_offered(self, pick: int, seen: str, contact: bool) -> None:
        """Fill in one of the forms that the page has, so that the machine gets far."""
        self.adviser.case()
        forms = [form for step, form in self.adviser.forms().items() if step != "note"]
        if forms:
            form = forms[pick % len(forms)]
            fields = {"named": COLLEAGUE, "text": "Because.", "seen": seen, "to_contact": "yes" if contact else "no"}
            day = {"day": self.site.clock().date().isoformat()}
            self.send(self.adviser, form, fields | day | {"outcome": "supported"})

    @rule(rungs=st.sampled_from([1, 3, 4]), after=st.sampled_from(["", "proposal", "response", "closed"]))
    def climb(self, rungs: int, after: str) -> None:
        """Go straight up the ladder and try to end it: chance alone would rarely get there."""
        self.climb_to(rungs, after)

    def climb_to(self, rungs: int, after: str) -> None:
        self.press("discussed", named=COLLEAGUE, text="Quiet.")
        self.press("decided", to_contact="yes", text="Because.")
        for channel in RUNGS[:rungs]:
            self.press("attempt", channel=channel, text="No answer.", seen="no")
        if after:
            self.press(after, named="Dr Fay Fitness", text="Because.", outcome="supported")

    @rule(step=st.sampled_from(STEPS), who=st.sampled_from(["tutor", "lead", "learner"]))
    def somebody_else_presses(self, step: str, who: str) -> None:
        """Send the adviser's form as somebody who does not look after Lena: nothing is written."""
        fields = self.fields_of_page() | {"step": step, "named": COLLEAGUE, "text": "x", "to_contact": "yes"}
        token = {"tutor": self.tutor.token, "lead": self.lead.token, "learner": self.learner}[who]
        before = len(self.entries())
        assert self.site.post(STEP, token, None, **fields).status_code in (403, 404)
        assert len(self.entries()) == before

    @rule(step=st.sampled_from(STEPS))
    def press_for_somebody_else(self, step: str) -> None:
        """Send Lena's form about a learner whom the adviser does not advise: nothing is written."""
        fields = self.fields_of_page() | {"step": step, "named": COLLEAGUE, "text": "x", "to_contact": "yes"}
        fields["learner"] = str(self.site.person_id(CLASSMATE))
        before = len(self.entries())
        assert self.site.post(STEP, self.adviser.token, None, **fields).status_code == 404
        assert len(self.entries()) == before

    @rule(outcome=st.sampled_from(OUTCOMES), text=st.sampled_from(["", "Because."]))
    def close_a_concern(self, outcome: str, text: str) -> None:
        """Close the concern by itself, in any way."""
        self.adviser.case()
        if forms := self.adviser.forms(CLOSE):
            self.adviser.send(CLOSE, next(iter(forms.values())), outcome=outcome, text=text)

    @rule(entry=st.integers(0, 5), reason=st.sampled_from(["", "It names a flatmate."]))
    def withhold(self, entry: int, reason: str) -> None:
        """Let the school's lead keep an entry from Lena."""
        with reading(self.site.sessions) as db:
            case_id = db.scalars(select(SupportCase.id).order_by(SupportCase.id.desc())).first()
        if case_id is not None:
            self.lead.open("/panel/school/process", school=str(SCHOOL))
            for form in self.lead.forms(WITHHOLD).values():
                self.lead.send(WITHHOLD, form, case=str(case_id), entry=str(entry), reason=reason)

    @invariant()
    def every_step_follows_those_that_the_policy_asks_for(self) -> None:
        """Look at what is stored, not at what was answered."""
        if not hasattr(self, "checked"):
            return
        by_case: dict[int, list[CaseEntry]] = {}
        for entry in self.entries():
            before = by_case.setdefault(entry.case_id, [])
            if entry.id not in self.checked and entry.by_role != Kind.LEAD:
                assert is_in_order(before, entry, self.clock_days), (entry.kind, entry.body, [e.kind for e in before])
                assert (entry.by_name, entry.by_role) == (ONESELF, "adviser")
                self.reached.written[entry.kind] = self.reached.written.get(entry.kind, 0) + 1
            self.checked.setdefault(entry.id, entry.case_id)
            before.append(entry)

    @invariant()
    def nothing_ends_without_a_person_and_a_reason(self) -> None:
        """A concern that took no case can only have been wrong, or over."""
        if not hasattr(self, "checked"):
            return
        closed_cases = {entry.case_id for entry in self.entries() if entry.kind == "closed"}
        for concern in self.concerns():
            if concern.closed_at is not None:
                assert concern.closed_by == ONESELF
                assert (concern.closing_reason or "").strip()
                assert concern.outcome in ("recovered", "wrong-flag") or concern.case_id in closed_cases
        for entry in self.entries():
            assert entry.withheld_reason is None or entry.withheld_reason.strip()

    @invariant()
    def the_chain_is_whole_and_one_case_is_open_at_most(self) -> None:
        """What was written down stays as it was."""
        with reading(self.site.sessions) as db:
            open_cases = db.scalars(select(SupportCase.id).where(SupportCase.closed_at.is_(None))).all()
        assert len(open_cases) <= 1
        assert verify_cases(self.site.sessions, case_key(SECRET_KEY)).fault is None

    def press(self, step: str, **fields: str) -> None:
        """Send the step form of the page with other fields."""
        self.adviser.case()
        forms = self.adviser.forms()
        if forms:
            day = {"day": self.site.clock().date().isoformat()}
            self.send(self.adviser, next(iter(forms.values())), fields | day | {"step": step})

    def send(self, visitor: Visitor, form: object, fields: dict[str, str]) -> None:
        """Send a form; what is refused changes nothing."""
        before = len(self.entries())
        visitor.send(STEP, form, **fields)  # type: ignore[arg-type]
        assert visitor.answer.status_code in (200, 409), visitor.page
        if visitor.answer.status_code == 409:
            assert len(self.entries()) == before
            self.reached.refused += 1

    def fields_of_page(self) -> dict[str, str]:
        """Give what the adviser's page would send, but for the session."""
        self.adviser.case()
        found = BeautifulSoup(self.adviser.answer.text, "html.parser").select_one(f'form[action="{STEP}"]')
        hidden = [] if found is None else found.select("input[type=hidden]")
        fields = {str(one["name"]): str(one["value"]) for one in hidden}
        fields.pop("page_token", None)
        return {"learner": str(self.site.person_id(LEARNER)), "once": "x"} | fields

    def entries(self) -> list[CaseEntry]:
        with reading(self.site.sessions) as db:
            found = list(db.scalars(select(CaseEntry).order_by(CaseEntry.id)))
            db.expunge_all()
        return found

    def concerns(self) -> list[Concern]:
        with reading(self.site.sessions) as db:
            found = list(db.scalars(select(Concern).order_by(Concern.id)))
            db.expunge_all()
        return found


def test_no_order_of_requests_finds_a_way_around_a_human_step(records: Tool) -> None:
    hold(records, TUTOR, Kind.ADVISER, learner=CLASSMATE)
    hold(records, GROUP_TUTOR, Kind.LEAD, school_id=SCHOOL)
    train(records, TUTOR)
    train(records, GROUP_TUTOR)
    reached = Reached()
    machine = type("Machine", (People,), {"site": records, "reached": reached})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8, stateful_step_count=12, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
        ),
    )

    assert {"discussed", "decided", "attempt", "proposal", "closed"} <= reached.written.keys(), reached
    assert reached.refused > 10
