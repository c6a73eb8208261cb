"""A learner, and somebody else, of whom every table of the registry holds a row."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bridge.schema import (
    Base,
    access,
    casework,
    launches,
    log,
    people,
    platforms,
    records,
    rights,
    sources,
    teaching,
    viewing,
)
from bridge.schema.engagement import FigureMember, StaleLearner
from bridge.store.database import Sessions, reading, writing
from bridge.store.held import load_who
from bridge.store.held_tables import Who
from tests.lti.panels.world import NOW, Shape, World, make_world

SECRET_KEY = "k" * 40
"""As the panels' tests have it."""
ROSTER = "local_lea_get_roster"


def who_is(sessions: Sessions, world: World, person_id: int) -> Who:
    """Return by what a person's rows are found."""
    with reading(sessions) as db:
        who = load_who(db, world.platform_id, person_id, SECRET_KEY)
    assert who is not None
    return who


def full_world(sessions: Sessions) -> tuple[World, Who, Who]:
    """Make a course in which every table holds something about two learners; return both."""
    world = make_world(sessions, Shape(learner_count=4))
    with writing(sessions) as db:
        for person_id in world.learner_ids[:2]:
            db.get_one(people.Person, person_id).idnumber = f"ID-{person_id}"
    both = [who_is(sessions, world, person_id) for person_id in world.learner_ids[:2]]
    with writing(sessions) as db:
        registration = platforms.Registration(
            platform_id=world.platform_id,
            issuer="https://moodle.example.ac.uk",
            client_id="client",
            auth_login_url="https://moodle.example.ac.uk/auth",
            auth_token_url="https://moodle.example.ac.uk/token",
            key_set_url="https://moodle.example.ac.uk/keys",
            created_at=NOW,
        )
        school = records.School(platform_id=world.platform_id, code="BIO", name="School of Biology")
        db.add_all([registration, school])
        db.flush()
        programme = records.Programme(platform_id=world.platform_id, school_id=school.id, code="B1", name="BSc Biology")
        db.add(programme)
        db.flush()
        for number, who in enumerate(both):
            db.add_all(_rows_of(world, who, number, registration.id))
            db.add_all(_record_rows(world, who, school.id, programme.id))
            _add_casework(db, world, who, school.id)
        _add_register(db, world, *both)
        _add_shared_rows(db, world, *both)
    return world, both[0], both[1]


def _rows_of(world: World, who: Who, number: int, registration_id: int) -> Iterator[Base]:
    at, later = NOW - timedelta(hours=number + 1), NOW + timedelta(hours=1)
    course = {"platform_id": world.platform_id, "moodle_course_id": world.moodle_course_id}
    visitor = {**course, "moodle_user_id": who.moodle_user_id}
    yield teaching.Exemption(person_id=who.person_id, starts_on=date(2026, 10, 5), ends_on=date(2026, 10, 9))
    yield people.CourseRole(
        course_id=world.course_id, person_id=who.person_id, shortname="student", archetype="student"
    )
    yield StaleLearner(course_id=world.course_id, person_id=who.person_id)
    yield FigureMember(course_id=world.course_id, person_id=who.person_id, pool_no=1)
    yield _log_row(world, 1_000 + number, at, who.moodle_user_id)
    yield log.Quarantine(
        platform_id=world.platform_id,
        source=ROSTER,
        source_key=f"course {world.moodle_course_id} {who.moodle_user_id}",
        reason="firstname: Not a valid string.",
        arrived_at=at,
    )
    yield access.Alert(
        platform_id=world.platform_id,
        at=at,
        kind="too-many-views",
        viewer_moodle_user_id=who.moodle_user_id,
        detail="121 pages in an hour",
    )
    yield viewing.ViewerSession(
        **visitor,
        page_token_hash=f"hash{number}",
        registration_id=registration_id,
        lti_deployment_id="1",
        display_name="Adam Achebe",
        locale="en",
        lti_role="Learner",
        is_platform_admin=False,
        started_at=at,
        last_seen_at=at,
        ends_at=later,
    )
    yield viewing.ViewerAccess(
        **visitor, answer={"roles": [{"shortname": "student"}], "is_active": True}, checked_at=at
    )
    yield launches.ContinueCode(
        code_hash=f"code{number}", launch={**visitor, "display_name": "Adam Achebe"}, expires_at=later
    )
    yield rights.Restriction(
        person_id=who.person_id, kind="objection", starts_at=at, ends_at=None, decided_by="Dr Helen Marsh"
    )
    yield rights.ErasureDecision(
        platform_id=world.platform_id,
        user_key=who.user_key,
        asked_at=at,
        decided_at=at,
        decided_by="Dr Helen Marsh",
        is_granted=False,
        reason="An appeal is open.",
    )
    yield rights.Tombstone(
        platform_id=world.platform_id, user_key=who.user_key, moodle_course_id=0, log_to=7, erased_at=at
    )


def _record_rows(world: World, who: Who, school_id: int, programme_id: int) -> Iterator[Base]:
    yield records.StudentRecord(
        person_id=who.person_id,
        school_id=school_id,
        programme_id=programme_id,
        credits=120,
        is_part_time=False,
        is_research=False,
        status="active",
        fed_at=NOW,
    )
    yield records.Relationship(
        platform_id=world.platform_id,
        kind="adviser",
        holder_moodle_user_id=9100,
        holder_name="Dr Ann Adviser",
        person_id=who.person_id,
        starts_at=NOW,
        source="feed",
    )
    yield records.Training(
        platform_id=world.platform_id,
        holder_idnumber=who.idnumber,
        trained_on=date(2026, 9, 1),
        recorded_at=NOW,
        source="own",
    )


def _add_casework(db: Session, world: World, who: Who, school_id: int) -> None:
    """Add a concern, a case with one step, an alert of another school, and what the learner said."""
    process = db.scalar(select(casework.SchoolProcess)) or casework.SchoolProcess(
        platform_id=world.platform_id,
        school_id=school_id,
        version="1",
        document={},
        digest="d" * 64,
        published_by="Dr Helen Marsh",
        published_at=NOW,
    )
    case = casework.SupportCase(
        platform_id=world.platform_id,
        person_id=who.person_id,
        school_id=school_id,
        opened_at=NOW,
        opened_by="Dr Ann Adviser",
    )
    db.add_all([process, case])
    db.flush()
    own = {"person_id": who.person_id, "course_id": world.course_id}
    concern = casework.Concern(
        **own,
        platform_id=world.platform_id,
        week_no=3,
        as_of=date(2026, 10, 18),
        level_version="L1",
        rule_version="R1",
        process_id=process.id,
        reasons=["no evidence for 15 counted days"],
        evidence={"percent": 20},
        opened_at=NOW,
        case_id=case.id,
    )
    db.add(concern)
    db.flush()
    db.add(
        casework.CaseEntry(
            case_id=case.id,
            position=1,
            at=NOW,
            kind="discussed",
            by_moodle_user_id=9100,
            by_name="Dr Ann Adviser",
            by_role="adviser",
            body={"named": "Dr Priya Nair"},
            salt="s" * 32,
            commitment="c" * 64,
            digest="d" * 64,
        )
    )
    db.add(
        casework.HandOver(
            platform_id=world.platform_id,
            person_id=who.person_id,
            concern_id=concern.id,
            from_school_id=school_id,
            to_school_id=school_id,
            evidence={"percent": 20},
            note="Two tasks are open.",
            raised_by="Mx Olu Officer",
            raised_at=NOW,
            due_on=date(2026, 11, 9),
        )
    )
    db.add(casework.Dispute(**own, week_no=3, text="I read the book.", made_at=NOW, paused_until=date(2026, 11, 9)))
    db.add(casework.SelfDeclared(**own, done_on=date(2026, 10, 14), text="Read chapter 3.", declared_at=NOW))
    db.add(casework.LearnerChoice(**own, goal="Two chapters", goal_a_week=2, chosen_at=NOW))
    db.add(
        casework.Complaint(
            platform_id=world.platform_id,
            person_id=who.person_id,
            stage="informal",
            text="Week 3 is not mine.",
            made_at=NOW,
            acknowledge_by=date(2026, 12, 2),
        )
    )


def _log_row(
    world: World, log_id: int, at: datetime, actor: int, related: int | None = None, other: str = ""
) -> log.LogEventRow:
    return log.LogEventRow(
        platform_id=world.platform_id,
        log_id=log_id,
        course_id=world.course_id,
        moodle_user_id=actor,
        related_moodle_user_id=related,
        cmid=400,
        event_name=r"\mod_page\event\course_module_viewed",
        edulevel=2,
        origin="web",
        other=other,
        occurred_at=at,
        day_no=20_000,
        arrived_at=at,
    )


def _add_register(db: Session, world: World, mine: Who, theirs: Who) -> None:
    session = sources.RegisterSession(
        course_id=world.course_id,
        marker="attendance",
        source="file",
        session_key="lecture-1",
        held_on=date(2026, 10, 12),
    )
    db.add(session)
    db.flush()
    for who, status in ((mine, "attended"), (theirs, "absent")):
        db.add(sources.RegisterMark(session_id=session.id, person_id=who.person_id, status=status))


def _add_shared_rows(db: Session, world: World, mine: Who, theirs: Who) -> None:
    """Add what names both: one acted on the other, and a tutor looked at one and was refused the other."""
    other = f'{{"relateduserid":{theirs.moodle_user_id},"completionstate":1}}'
    db.add(_log_row(world, 2_000, NOW, mine.moodle_user_id, theirs.moodle_user_id, other))
    for is_allowed, subject in ((True, mine), (False, mine), (True, theirs)):
        db.add(
            access.AccessRow(
                at=NOW,
                platform_id=world.platform_id,
                viewer_moodle_user_id=9000,
                viewer_role="tutor",
                action="learner:view",
                moodle_course_id=world.moodle_course_id,
                subject_person_id=subject.person_id,
                is_allowed=is_allowed,
                reason="teaches-course",
                request_id="TEST",
                salt="pepper",
            )
        )
