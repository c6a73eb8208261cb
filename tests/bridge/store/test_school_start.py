"""What waits for a school's people is counted school by school, with its days, and nobody is named."""

from datetime import date, timedelta

from sqlalchemy import select, update

from analytics.policy.case_stage import CaseStage
from analytics.policy.casework import Step
from analytics.policy.relationships import Kind
from analytics.policy.voice import Stage
from bridge.schema.casework import CaseEntry, Concern, HandOver, SupportCase
from bridge.schema.people import CourseRole
from bridge.schema.records import Relationship, Training
from bridge.schema.teaching import Course, PublishedLevel
from bridge.store.complaints import acknowledge_complaint, answer_complaint, load_own_complaints, save_complaint
from bridge.store.concerns import load_raised, save_concerns
from bridge.store.database import Sessions, reading, writing
from bridge.store.processes import load_process
from bridge.store.school_start import (
    SchoolStart,
    Waiting,
    count_unmeasured_courses,
    load_case_flow,
    load_school_starts,
)
from tests.bridge.store.casework_world import NOW, SUNDAY, TODAY, Casework, add_week, make_casework


def start_of(sessions: Sessions, made: Casework, school_id: int, today: date = TODAY) -> SchoolStart:
    """Read what waits in one of the schools, asking for both."""
    with reading(sessions) as db:
        return load_school_starts(db, made.platform_id, [made.home, made.other], today, NOW)[school_id]


def open_concerns(sessions: Sessions, made: Casework) -> None:
    """Open one about two learners of the home school in the home course."""
    for person_id in (made.learner, made.classmate):
        add_week(sessions, made.home_course, person_id, 5, ["silent"])
    with writing(sessions) as db:
        process = load_process(db, made.home)
        assert process is not None
        raised = load_raised(db, made.home_course, TODAY)
        save_concerns(db, raised, process.process_id, made.platform_id, set(), NOW)


def test_nothing_waits_in_a_school_in_which_nothing_happened(sessions: Sessions) -> None:
    made = make_casework(sessions, with_process=False)

    assert start_of(sessions, made, made.home) == SchoolStart()


def test_a_query_waits_for_the_home_school_until_it_is_acknowledged_and_then_for_an_answer(sessions: Sessions) -> None:
    made = make_casework(sessions)
    with writing(sessions) as db:
        due_on = save_complaint(db, made.platform_id, made.learner, Stage.INFORMAL, "Why?", NOW, TODAY)
        other = (Stage.INFORMAL, "Why me?", NOW, TODAY + timedelta(days=3))
        save_complaint(db, made.platform_id, made.classmate, *other)
        (complaint,) = load_own_complaints(db, made.learner)

    assert start_of(sessions, made, made.home).complaints == Waiting(2, 0, due_on)
    late = start_of(sessions, made, made.home, due_on + timedelta(days=1)).complaints
    assert late == Waiting(2, 1, due_on)
    assert start_of(sessions, made, made.other).complaints == Waiting()
    with writing(sessions) as db:
        assert acknowledge_complaint(db, complaint.complaint_id, by="Dr L", now=NOW)
    start = start_of(sessions, made, made.home)
    assert (start.complaints.count, start.unanswered) == (1, 1)
    with writing(sessions) as db:
        assert answer_complaint(db, complaint.complaint_id, "So.", by="Dr L", now=NOW)
    assert start_of(sessions, made, made.home).unanswered == 0


def test_an_alert_waits_for_the_school_that_it_was_sent_to(sessions: Sessions) -> None:
    made = make_casework(sessions)
    open_concerns(sessions, made)
    with writing(sessions) as db:
        alert = HandOver(platform_id=made.platform_id, person_id=made.learner, evidence={}, note="n", raised_by="T")
        alert.from_school_id, alert.to_school_id = made.other, made.home
        alert.raised_at, alert.due_on = NOW, TODAY - timedelta(days=1)
        db.add(alert)

    assert start_of(sessions, made, made.home).hand_overs == Waiting(1, 1, TODAY - timedelta(days=1))
    assert start_of(sessions, made, made.other).hand_overs == Waiting()
    with writing(sessions) as db:
        db.execute(update(HandOver).values(acknowledged_at=NOW))
    assert start_of(sessions, made, made.home).hand_overs == Waiting()


def test_learners_move_from_untouched_to_a_stage_by_what_people_wrote_down(sessions: Sessions) -> None:
    made = make_casework(sessions)
    open_concerns(sessions, made)
    start = start_of(sessions, made, made.home)
    assert (start.untouched, start.untouched_since) == (2, NOW)
    with writing(sessions) as db:
        case = SupportCase(platform_id=made.platform_id, person_id=made.learner, school_id=made.home, opened_at=NOW)
        case.opened_by = "Dr A"
        db.add(case)
        db.flush()
        db.execute(update(Concern).where(Concern.person_id == made.learner).values(case_id=case.id))
        for position, kind in enumerate((Step.DISCUSSED, Step.DECIDED), 1):
            entry = CaseEntry(case_id=case.id, position=position, at=NOW, kind=kind.value, by_moodle_user_id=9, body={})
            entry.by_name, entry.by_role, entry.salt, entry.commitment, entry.digest = "Dr A", "adviser", "s", "c", "d"
            db.add(entry)

    assert start_of(sessions, made, made.home).untouched == 1
    with reading(sessions) as db:
        flow = load_case_flow(db, made.home)
    counted = {stage: number for stage, number in flow.stages.items() if number}
    assert counted == {CaseStage.WAITING: 1, CaseStage.IN_CONTACT: 1}
    assert (flow.new_count, flow.as_of) == (2, SUNDAY)


def test_who_has_no_training_is_counted_where_they_work(sessions: Sessions) -> None:
    made = make_casework(sessions)
    with writing(sessions) as db:
        for number, (kind, school_id, person_id) in enumerate(
            [(Kind.LEAD, made.home, None), (Kind.ADVISER, None, made.learner), (Kind.ADVISER, None, made.third)]
        ):
            held = Relationship(platform_id=made.platform_id, kind=kind.value, school_id=school_id, source="cli")
            held.person_id, held.holder_moodle_user_id, held.holder_name = person_id, 900 + min(number, 1), "Dr A"
            held.starts_at = NOW
            db.add(held)
        db.add(CourseRole(course_id=made.other_course, person_id=made.third, shortname="teacher", archetype="teacher"))

    start = start_of(sessions, made, made.home)
    assert (start.has_lead, start.has_process, start.untrained_staff, start.untrained_teachers) == (True, True, 2, 0)
    other = start_of(sessions, made, made.other)
    assert (other.has_lead, other.untrained_staff, other.untrained_teachers) == (False, 0, 1)
    with writing(sessions) as db:
        training = Training(platform_id=made.platform_id, holder_moodle_user_id=901, trained_on=TODAY, source="cli")
        training.recorded_at = NOW
        db.add(training)
    assert start_of(sessions, made, made.home).untrained_staff == 1


def test_courses_that_nothing_is_published_for_are_counted_by_school(sessions: Sessions) -> None:
    made = make_casework(sessions)
    with writing(sessions) as db:
        assert count_unmeasured_courses(db, made.platform_id, TODAY) == {}
        level = db.scalars(select(PublishedLevel)).one()
        before = level.effective_from - timedelta(days=1)
        assert count_unmeasured_courses(db, made.platform_id, before) == {made.home: 1, made.other: 1}
        db.execute(
            update(Course).where(Course.id == made.other_course).values(switched_off_at=NOW, switched_on_at=None)
        )
        assert count_unmeasured_courses(db, made.platform_id, before) == {made.home: 1}
