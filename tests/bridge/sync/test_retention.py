"""Each kind of data goes after its own period, with a proof by counts, and nothing younger goes with it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from analytics.policy.retention import DataKind
from bridge.config import Settings
from bridge.schema.access import AccessRow, Alert
from bridge.schema.base import Base
from bridge.schema.casework import Complaint, Concern, HandOver, SupportCase
from bridge.schema.engagement import EvaluationRow, FigureMember, LearnerState, LearnerWeekRow
from bridge.schema.log import LogEventRow, Presence, Quarantine
from bridge.schema.people import Enrolment, Person
from bridge.schema.rights import ErasureDecision, Restriction, RetentionRun, Tombstone
from bridge.schema.teaching import Course, LearnerTask
from bridge.store.access_log import AccessEntry, save_access
from bridge.store.case_chain import append_entry, verify_cases
from bridge.store.cases import open_case
from bridge.store.concerns import load_raised, save_concerns
from bridge.store.database import reading, writing
from bridge.store.erasure import mark_person_deleted
from bridge.store.processes import load_process
from bridge.store.retention import PurgeProof, Scope, load_last_proofs, purge_kind
from bridge.sync.expiry import purge_platform
from tests.bridge.store.casework_world import ADVISER, KEY, TODAY, add_week, make_casework
from tests.bridge.sync.conftest import COURSES, SETTINGS, Bench

OF_A_COURSE = (Presence, LearnerWeekRow, LearnerState, LearnerTask, EvaluationRow, FigureMember, Enrolment)
LATER = timedelta(days=365 + 12 * 7)
"""Beyond the period of evidence for every recorded course."""


def count(bench: Bench, *tables: type[Base]) -> dict[str, int]:
    with reading(bench.sessions) as db:
        return {table.__tablename__: db.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def purge(bench: Bench, settings: Settings = SETTINGS) -> dict[str, PurgeProof]:
    def fail(error: Exception) -> None:
        raise error

    proofs = purge_platform(bench.sessions, bench.platform_id, settings, bench.clock, fail)
    return {proof.kind: proof for proof in proofs}


def save_look(bench: Bench, at: datetime) -> None:
    with writing(bench.sessions) as db:
        save_access(db, AccessEntry(at, bench.platform_id, 5, "tutor", "learner:view", 2, 1, True, "x", "r"))


def test_while_a_course_runs_nothing_of_it_goes(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    bench.clock.go_on(days=9)
    bench.sync()
    before = count(bench, *OF_A_COURSE, LogEventRow, Person)

    proofs = purge(bench)

    assert count(bench, *OF_A_COURSE, LogEventRow, Person) == before
    assert all(before.values())
    assert {proof.removed for proof in proofs.values()} == {0}


def test_a_course_that_is_over_loses_its_evidence_first_and_what_was_shown_a_year_later(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    bench.clock.go_on(days=9)
    bench.sync()
    held = count(bench, *OF_A_COURSE)
    assert all(held.values())
    bench.clock.at += LATER

    first = purge(bench)
    after_first = count(bench, *OF_A_COURSE)
    bench.clock.at += timedelta(days=365)
    second = purge(bench)

    gone = {table.__tablename__: 0 for table in (Presence, LearnerWeekRow, LearnerState, LearnerTask)}
    assert after_first == held | gone
    assert first[DataKind.EVIDENCE].removed == held["presence"]
    assert set(count(bench, *OF_A_COURSE, Person).values()) == {0}
    assert second[DataKind.EVALUATIONS].removed == held["evaluation"] + held["figure_member"]
    assert {proof.left_over for proof in (*first.values(), *second.values())} == {0}


def test_a_course_without_its_evidence_is_read_no_more_until_somebody_switches_it_on_again(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    facts = count(bench, Presence)
    bench.clock.at += LATER
    purge(bench)
    bench.sync()
    assert count(bench, Presence, LearnerWeekRow) == {"presence": 0, "learner_week": 0}

    bench.switch_on(2)
    bench.sync()
    purge(bench)

    assert count(bench, Presence) == facts


def test_a_purge_that_missed_rows_says_so_in_its_proof(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(bench.sessions) as db:
        old = bench.clock() - timedelta(days=36)
        db.add(Quarantine(platform_id=bench.platform_id, source="s", source_key="1", reason="r", arrived_at=old))
    monkeypatch.setattr("bridge.store.retention._remove_old", lambda db, scope: 0)
    rule = next(rule for rule in SETTINGS.retention if rule.kind is DataKind.SET_ASIDE)

    with writing(bench.sessions) as db:
        purge_kind(db, Scope(bench.platform_id, rule, bench.clock(), SETTINGS.zone))

    with reading(bench.sessions) as db:
        proof = load_last_proofs(db, bench.platform_id)[DataKind.SET_ASIDE]
    assert (proof.removed, proof.left_over, proof.kept_days) == (0, 1, 35)


def test_dated_rows_go_on_the_day_after_their_period_and_those_of_other_platforms_stay(bench: Bench) -> None:
    now = bench.clock()
    with writing(bench.sessions) as db:
        person = Person(
            platform_id=bench.platform_id, moodle_user_id=9, given_name="A", family_name="B", full_name="A B"
        )
        db.add(person)
        db.flush()
        course = Course(
            platform_id=bench.platform_id, moodle_course_id=77, shortname="", fullname="", starts_on=now.date()
        )
        db.add(course)
        db.flush()
        enrolment = {"is_learner": True, "is_active": True, "enrolled_on": now.date()}
        db.add(Enrolment(course_id=course.id, person_id=person.id, **enrolment))
        for days in (1, 729, 731):
            at = now - timedelta(days=days)
            db.add(Alert(platform_id=bench.platform_id, at=at, kind="k", detail=str(days)))
            db.add(Restriction(person_id=person.id, kind="objection", starts_at=at, ends_at=at, decided_by=str(days)))
        for days in (2_189, 2_191):
            at = now - timedelta(days=days)
            decision = {"decided_by": str(days), "is_granted": True, "reason": ""}
            db.add(ErasureDecision(platform_id=bench.platform_id, user_key="k", asked_at=at, decided_at=at, **decision))
            db.add(
                RetentionRun(platform_id=bench.platform_id, at=at, kind=str(days), kept_days=1, removed=0, left_over=0)
            )
    for days in (729, 731):
        save_look(bench, now - timedelta(days=days))

    proofs = purge(bench)

    with reading(bench.sessions) as db:
        assert set(db.scalars(select(Alert.detail))) == {"1", "729"}
        assert set(db.scalars(select(Restriction.decided_by))) == {"1", "729"}
        assert set(db.scalars(select(ErasureDecision.decided_by))) == {"2189"}
        assert not db.scalars(select(RetentionRun).where(RetentionRun.kind == "2191")).all()
        assert list(db.scalars(select(AccessRow.at).where(AccessRow.viewer_moodle_user_id == 5))) == [
            now - timedelta(days=729)
        ]
    kinds = (DataKind.ALERTS, DataKind.RESTRICTIONS, DataKind.ERASURE_DECISIONS, DataKind.ACCESS_ROWS)
    assert [proofs[kind].removed for kind in kinds] == [1, 1, 1, 1]


def test_an_account_that_moodle_deleted_goes_whole_after_ninety_days(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    with writing(bench.sessions) as db:
        user, person_id = db.execute(
            select(Person.moodle_user_id, Person.id).join(Presence, Presence.person_id == Person.id).limit(1)
        ).one()
        mark_person_deleted(db, bench.platform_id, user, bench.clock())
    bench.clock.go_on(days=89)
    purge(bench)
    assert person_id in held_people(bench)
    bench.clock.go_on(days=2)

    proof = purge(bench)[DataKind.DELETED_ACCOUNTS]

    with reading(bench.sessions) as db:
        for table in OF_A_COURSE:
            assert not db.scalar(select(func.count()).select_from(table).where(table.person_id == person_id))
        assert not db.scalar(select(func.count()).select_from(Tombstone))
    assert person_id not in held_people(bench)
    assert (proof.removed, proof.left_over) == (1, 0)


def held_people(bench: Bench) -> set[int]:
    with reading(bench.sessions) as db:
        return set(db.scalars(select(Person.id)))


def test_casework_goes_with_its_course_or_after_its_end_and_the_chain_stays_whole(bench: Bench) -> None:
    made = make_casework(bench.sessions)
    add_week(bench.sessions, made.home_course, made.learner, 5, ["silent"])
    with writing(bench.sessions) as db:
        process = load_process(db, made.home)
        assert process is not None
        raised = load_raised(db, made.home_course, TODAY)
        save_concerns(db, raised, process.process_id, made.platform_id, set(), bench.clock())
        closed, running = (open_case(db, who, ADVISER, bench.clock()) for who in (made.learner, made.classmate))
        for case in (closed, running):
            append_entry(db, KEY, case.case_id, "note", {"text": "A note."}, ADVISER, bench.clock())
        db.get_one(SupportCase, closed.case_id).closed_at = bench.clock()
        own = {"platform_id": made.platform_id, "person_id": made.learner, "stage": "informal", "text": "Why?"}
        answered = {"answered_at": bench.clock(), "acknowledge_by": TODAY, "made_at": bench.clock()}
        db.add(Complaint(**own, **answered))
        schools = {"from_school_id": made.other, "to_school_id": made.home, "evidence": {}, "note": "n"}
        alert = {"concern_id": db.scalars(select(Concern.id)).one(), "raised_by": "Mx O", "due_on": TODAY}
        named = {"platform_id": made.platform_id, "person_id": made.learner, "raised_at": bench.clock()}
        db.add(HandOver(**schools, **alert, **named))
    site = replace(bench, platform_id=made.platform_id)
    bench.clock.go_on(days=729)
    early = purge(site)
    bench.clock.go_on(days=2)
    late = purge(site)

    assert (early[DataKind.CASES].removed, late[DataKind.CASES].removed) == (0, 1)
    found = verify_cases(bench.sessions, KEY)
    assert (found.fault, found.entry_count, found.emptied_count) == (None, 2, 1)
    assert count(bench, Concern, Complaint) == {"concern": 1, "complaint": 1}
    short = purge(site, replace(SETTINGS, retention_days={DataKind.CONCERNS: 30}))
    assert short[DataKind.CONCERNS].removed == 1
    assert count(bench, Concern, Complaint, HandOver) == {"concern": 0, "complaint": 1, "hand_over": 1}
    bench.clock.go_on(days=6 * 365)
    assert {proof.left_over for proof in purge(site).values()} == {0}
    assert count(bench, Complaint, HandOver) == {"complaint": 0, "hand_over": 0}


def test_an_institutions_own_period_is_the_one_that_counts(bench: Bench) -> None:
    save_look(bench, bench.clock() - timedelta(days=31))

    own = replace(SETTINGS, retention_days={DataKind.ACCESS_ROWS: 30})

    assert purge(bench)[DataKind.ACCESS_ROWS].removed == 0
    assert purge(bench, own)[DataKind.ACCESS_ROWS].removed == 1


def test_the_nightly_job_leaves_a_proof_for_every_kind(bench: Bench) -> None:
    bench.nightly()

    with reading(bench.sessions) as db:
        assert load_last_proofs(db, bench.platform_id).keys() == set(DataKind)
