"""A case goes step by step, in a chain that finds a change and survives an erasure."""

import pytest
from sqlalchemy import delete, select, update

from analytics.policy.casework import Channel, Entry, Missing, Outcome, Step, StepRefused
from bridge.schema.casework import CaseEntry, Concern, HandOver, SupportCase
from bridge.schema.engagement import LearnerState
from bridge.schema.people import Person
from bridge.store.case_chain import verify_cases
from bridge.store.cases import (
    CaseRecord,
    CaseRefused,
    find_open_case,
    load_entries,
    load_situation,
    open_case,
    withhold_entry,
    write_step,
)
from bridge.store.concerns import load_raised, save_concerns
from bridge.store.database import Sessions, reading, writing
from bridge.store.erasure import count_rows_about, erase_person
from bridge.store.hand_overs import acknowledge_hand_over, raise_hand_over
from bridge.store.processes import ProcessRefused, load_process, load_process_versions, publish_process
from bridge.user_keys import make_user_keys
from tests.bridge.store.casework_world import ADVISER, KEY, NOW, PROCESS, TODAY, Casework, add_week, make_casework

BY = ADVISER.moodle_user_id
DISCUSSED = Entry(Step.DISCUSSED, BY, text="Quiet in class.", named="Dr Priya Nair")
CONTACT = Entry(Step.DECIDED, BY, text="Two tasks are open.", is_to_contact=True)
NO_CONTACT = Entry(Step.DECIDED, BY, text="They were ill.", is_to_contact=False)
CLOSED = Entry(Step.CLOSED, BY, text="All is arranged.")
ANSWERED = Entry(Step.RESPONSE, BY, text="They answered.")
LADDER = [Entry(Step.ATTEMPT, BY, channel=channel, text="No answer.") for channel in Channel]
PROPOSAL = Entry(Step.PROPOSAL, BY, text="Nobody was reached.", named="Dr Helen Marsh")


def begin(sessions: Sessions, made: Casework) -> CaseRecord:
    """Open a case about the learner, with a concern in each of the two courses."""
    for course_id, school_id in ((made.home_course, made.home), (made.other_course, made.other)):
        add_week(sessions, course_id, made.learner, 5, ["silent"])
        with writing(sessions) as db:
            process = load_process(db, school_id)
            assert process is not None
            raised = load_raised(db, course_id, TODAY)
            save_concerns(db, raised, process.process_id, made.platform_id, set(), NOW)
    with writing(sessions) as db:
        return open_case(db, made.learner, ADVISER, NOW)


def write(sessions: Sessions, case: CaseRecord, *steps: Entry, outcome: Outcome | None = None) -> None:
    """Write some steps down."""
    for step in steps:
        with writing(sessions) as db:
            write_step(db, KEY, case, step, ADVISER, NOW, outcome=outcome)


def test_a_learner_of_two_schools_has_one_case_which_the_home_school_owns(sessions: Sessions) -> None:
    made = make_casework(sessions)
    case = begin(sessions, made)
    with writing(sessions) as db:
        again = open_case(db, made.learner, ADVISER, NOW)
        cases = set(db.scalars(select(Concern.case_id)))

    assert (again.case_id, case.school_id, cases) == (case.case_id, made.home, {case.case_id})


def test_no_case_is_opened_before_the_school_has_published_its_process(sessions: Sessions) -> None:
    made = make_casework(sessions, with_process=False)

    with pytest.raises(CaseRefused, match="published no process"), writing(sessions) as db:
        open_case(db, made.learner, ADVISER, NOW)


@pytest.mark.parametrize(
    ("before", "step", "missing"),
    [
        ([], LADDER[0], Missing.DISCUSSION),
        ([], CONTACT, Missing.DISCUSSION),
        ([DISCUSSED], LADDER[0], Missing.DECISION),
        ([DISCUSSED, NO_CONTACT], LADDER[0], Missing.DECISION_TO_CONTACT),
        ([DISCUSSED, CONTACT], LADDER[1], Missing.EARLIER_RUNG),
        ([DISCUSSED, CONTACT], PROPOSAL, Missing.WHOLE_LADDER),
        ([DISCUSSED, CONTACT, *LADDER], PROPOSAL, Missing.PERIOD),
        ([DISCUSSED, CONTACT], CLOSED, Missing.RESULT),
    ],
)
def test_a_skipped_step_is_refused_by_name_and_nothing_is_written(
    sessions: Sessions, before: list[Entry], step: Entry, missing: Missing
) -> None:
    case = begin(sessions, make_casework(sessions))
    write(sessions, case, *before)

    with pytest.raises(StepRefused) as refused:
        write(sessions, case, step)

    with reading(sessions) as db:
        assert (refused.value.missing, len(load_entries(db, case.case_id))) == (missing, len(before))


def test_a_proposal_follows_the_whole_ladder_and_the_schools_period(sessions: Sessions) -> None:
    case = begin(sessions, make_casework(sessions))
    write(sessions, case, DISCUSSED, CONTACT, *LADDER)
    with writing(sessions) as db:
        db.execute(update(LearnerState).values(clock_days=PROCESS.period_days))
        first = db.scalars(select(LearnerState)).first()
        assert first is not None
        first.clock_days = PROCESS.period_days - 1
    with reading(sessions) as db:
        assert load_situation(db, case).clock_days == PROCESS.period_days - 1
    with pytest.raises(StepRefused):
        write(sessions, case, PROPOSAL)
    with writing(sessions) as db:
        db.execute(update(LearnerState).values(clock_days=PROCESS.period_days))

    write(sessions, case, PROPOSAL)

    with reading(sessions) as db:
        assert load_entries(db, case.case_id)[-1].entry.named == "Dr Helen Marsh"


def test_what_is_written_down_is_read_back_with_who_wrote_it(sessions: Sessions) -> None:
    case = begin(sessions, make_casework(sessions))
    steps = [DISCUSSED, CONTACT, LADDER[0], ANSWERED]
    write(sessions, case, *steps)

    with reading(sessions) as db:
        found = load_entries(db, case.case_id)
    assert [one.entry for one in found] == steps
    assert {(one.by_name, one.by_role) for one in found} == {(ADVISER.name, ADVISER.role)}


@pytest.mark.parametrize(
    ("decision", "outcome", "stored"),
    [(NO_CONTACT, None, "no-action"), (CONTACT, None, "supported"), (CONTACT, Outcome.WRONG_FLAG, "wrong-flag")],
)
def test_closing_a_case_ends_all_its_concerns_as_the_people_decided(
    sessions: Sessions, decision: Entry, outcome: Outcome | None, stored: str
) -> None:
    made = make_casework(sessions)
    case = begin(sessions, made)
    attempts = [LADDER[0], ANSWERED] if decision.is_to_contact else []
    write(sessions, case, DISCUSSED, decision, *attempts)
    write(sessions, case, CLOSED, outcome=outcome)

    with reading(sessions) as db:
        ends = {(one.outcome, one.closed_by) for one in db.scalars(select(Concern))}
        assert (ends, find_open_case(db, made.learner)) == ({(stored, ADVISER.name)}, None)
        assert db.scalars(select(SupportCase.id)).all() == [case.case_id]
    with pytest.raises(StepRefused) as refused:
        write(sessions, case, DISCUSSED)
    assert refused.value.missing is Missing.OPEN_CASE


def test_an_entry_is_withheld_once_with_a_reason_and_the_chain_says_so(sessions: Sessions) -> None:
    case = begin(sessions, make_casework(sessions))
    write(sessions, case, DISCUSSED)
    with pytest.raises(CaseRefused, match="Say why"), writing(sessions) as db:
        withhold_entry(db, KEY, case.case_id, 1, " ", ADVISER, NOW)
    with writing(sessions) as db:
        withhold_entry(db, KEY, case.case_id, 1, "It names a flatmate.", ADVISER, NOW)
    with pytest.raises(CaseRefused), writing(sessions) as db:
        withhold_entry(db, KEY, case.case_id, 1, "Again.", ADVISER, NOW)

    with reading(sessions) as db:
        first, note = load_entries(db, case.case_id)
    assert (first.withheld_reason, note.entry.step) == ("It names a flatmate.", Step.NOTE)
    assert verify_cases(sessions, KEY).fault is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (update(CaseEntry).where(CaseEntry.position == 2).values(body={"text": "x"}), "was changed"),
        (update(CaseEntry).where(CaseEntry.position == 2).values(by_name="Somebody Else"), "was changed"),
        (update(CaseEntry).where(CaseEntry.position == 2).values(kind="note"), "was changed"),
        (update(CaseEntry).where(CaseEntry.position == 2).values(body={}, salt=""), "was changed"),
        (delete(CaseEntry).where(CaseEntry.position == 2), "is missing"),
        (delete(CaseEntry).where(CaseEntry.position == 1), "is missing"),
    ],
)
def test_a_changed_or_missing_step_is_found(sessions: Sessions, change: object, fault: str) -> None:
    case = begin(sessions, make_casework(sessions))
    write(sessions, case, DISCUSSED, CONTACT, LADDER[0])
    assert verify_cases(sessions, KEY).fault is None
    with writing(sessions) as db:
        db.execute(change)  # type: ignore[call-overload]

    assert fault in str(verify_cases(sessions, KEY).fault)
    assert verify_cases(sessions, b"another key").fault is not None


def test_an_erasure_empties_the_case_and_the_chain_stays_whole(sessions: Sessions) -> None:
    made = make_casework(sessions)
    case = begin(sessions, made)
    write(sessions, case, DISCUSSED, CONTACT)
    with writing(sessions) as db:
        other = open_case(db, made.classmate, ADVISER, NOW)
    write(sessions, other, DISCUSSED)
    keys = make_user_keys(made.platform_id, "https://moodle.example", "s" * 40)
    with writing(sessions) as db:
        before = count_rows_about(db, made.platform_id, 31)
        erase_person(db, keys, 31, 0, 9, NOW)

    assert (before["support_case"], before["case_entry"], before["concern"]) == (1, 2, 2)
    found = verify_cases(sessions, KEY)
    assert (found.fault, found.entry_count, found.emptied_count) == (None, 3, 2)
    with reading(sessions) as db:
        gone = db.get_one(SupportCase, case.case_id)
        assert (gone.person_id, gone.opened_by) == (None, "")
        emptied = db.scalars(select(CaseEntry).where(CaseEntry.case_id == case.case_id)).all()
        assert {(one.by_name, one.salt, str(one.body)) for one in emptied} == {("", "", "{}")}
        assert list(db.scalars(select(Concern))) == []
        assert list(db.scalars(select(Person.id).where(Person.moodle_user_id == 31))) == []
        assert len(load_entries(db, other.case_id)) == 1


def test_an_erasure_in_one_course_leaves_a_case_that_another_course_gave_rise_to(sessions: Sessions) -> None:
    made = make_casework(sessions)
    case = begin(sessions, made)
    write(sessions, case, DISCUSSED)
    keys = make_user_keys(made.platform_id, "https://moodle.example", "s" * 40)
    with writing(sessions) as db:
        erase_person(db, keys, 31, 2, 9, NOW)
    with reading(sessions) as db:
        assert [one.course_id for one in db.scalars(select(Concern))] == [made.other_course]
    assert verify_cases(sessions, KEY).emptied_count == 0
    with writing(sessions) as db:
        erase_person(db, keys, 31, 3, 9, NOW)

    found = verify_cases(sessions, KEY)
    assert (found.fault, found.emptied_count) == (None, 1)


def test_a_contributing_school_tells_the_home_school_once_which_acknowledges_it_in_time(sessions: Sessions) -> None:
    made = make_casework(sessions)
    begin(sessions, made)
    with writing(sessions) as db:
        of_course = dict(db.execute(select(Concern.course_id, Concern.id)).all())
        hand_over_id = raise_hand_over(db, of_course[made.other_course], "Look, please.", ADVISER, NOW, TODAY)
    for course_id in (made.home_course, made.other_course):
        with pytest.raises(CaseRefused), writing(sessions) as db:
            raise_hand_over(db, of_course[course_id], "Again.", ADVISER, NOW, TODAY)
    with pytest.raises(CaseRefused), writing(sessions) as db:
        acknowledge_hand_over(db, hand_over_id, made.classmate, ADVISER, NOW)
    with writing(sessions) as db:
        acknowledge_hand_over(db, hand_over_id, made.learner, ADVISER, NOW)
    with pytest.raises(CaseRefused), writing(sessions) as db:
        acknowledge_hand_over(db, hand_over_id, made.learner, ADVISER, NOW)

    with reading(sessions) as db:
        alert = db.get_one(HandOver, hand_over_id)
        assert (alert.from_school_id, alert.to_school_id) == (made.other, made.home)
        assert ((alert.due_on - TODAY).days, alert.acknowledged_by) == (PROCESS.hand_over_days, ADVISER.name)
        assert alert.evidence["reasons"] == ["silent"]


def test_a_published_process_is_proved_and_another_one_takes_its_place(sessions: Sessions) -> None:
    made = make_casework(sessions)
    with pytest.raises(ProcessRefused, match="in force already"), writing(sessions) as db:
        publish_process(db, made.home, PROCESS, published_by="Dr Helen Marsh", now=NOW)
    longer = PROCESS.__class__("the programme lead", 28, 5, "Dr Helen Marsh")
    with writing(sessions) as db:
        publish_process(db, made.home, longer, published_by="Dr Helen Marsh", now=NOW)

    with reading(sessions) as db:
        now, versions = load_process(db, made.home), load_process_versions(db, made.home)
    assert now is not None
    assert (now.process.period_days, now.is_proved, now.version) == (28, True, "BIO process 2")
    assert [one.version for one in versions] == ["BIO process 1", "BIO process 2"]
