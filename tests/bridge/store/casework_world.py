"""A learner of two schools: a course of the home school and one of another, with levels, processes and evaluations."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from analytics.level_document import rule_to_json
from analytics.policy.process import Process
from analytics.rules import DEFAULT_RULE
from bridge.schema.engagement import EvaluationRow, LearnerState
from bridge.schema.people import Enrolment, Person
from bridge.schema.records import CourseSchool, School, StudentRecord
from bridge.schema.teaching import Course, PublishedLevel
from bridge.store.case_chain import Author, case_key
from bridge.store.database import Sessions, writing
from bridge.store.platforms import save_platform
from bridge.store.processes import publish_process

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SUNDAY = date(2026, 11, 1)
TODAY = date(2026, 11, 2)
KEY = case_key("k" * 40)
ADVISER = Author(900, "Dr Ann Adviser", "adviser")
PROCESS = Process(who_decides="the learner’s adviser", period_days=21, weekly_budget=2, proposal_to="Dr Helen Marsh")
LEVEL = "SBB level 1"


@dataclass(frozen=True, slots=True)
class Casework:
    """The keys of what was made."""

    platform_id: int
    home: int
    other: int
    home_course: int
    other_course: int
    learner: int
    classmate: int
    third: int


def make_casework(sessions: Sessions, *, with_process: bool = True) -> Casework:
    """Make two schools that are on, a course of each, and three learners of the home school in both courses."""
    with writing(sessions) as db:
        platform_id = save_platform(db, name="M", moodle_url="https://moodle.example", encrypted_token=None, now=NOW)
        document = {"rule": rule_to_json(DEFAULT_RULE)}
        level = {"version": LEVEL, "document": document, "digest": "d" * 64, "effective_from": date(2026, 9, 28)}
        proof = {"agreed_by": "Dr M", "agreed_on": date(2026, 9, 1), "published_by": "Dr M", "published_at": NOW}
        db.add(PublishedLevel(platform_id=platform_id, **level, **proof))
        schools = [_add_school(db, platform_id, code) for code in ("BIO", "HIS")]
        courses = [_add_course(db, platform_id, school_id, 2 + n) for n, school_id in enumerate(schools)]
        learners = [_add_learner(db, platform_id, schools[0], courses, n) for n in range(3)]
        if with_process:
            for school_id in schools:
                publish_process(db, school_id, PROCESS, published_by="Dr Helen Marsh", now=NOW)
    return Casework(platform_id, *schools, *courses, *learners)


def add_week(
    sessions: Sessions, course_id: int, person_id: int, week_no: int, reasons: list[str], clock_days: int = 12
) -> None:
    """Show somebody a closed week; week 5 closed on the Sunday before now."""
    with writing(sessions) as db:
        db.add(
            EvaluationRow(
                course_id=course_id,
                person_id=person_id,
                week_no=week_no,
                as_of=SUNDAY + timedelta(weeks=week_no - 5),
                percent=20,
                band=None,
                shown_band="well below",
                clock_days=clock_days,
                concern_reasons=reasons,
                overdue_task_ids=[],
                sentence="No evidence for 12 counted days.",
                inputs={},
                level_version=LEVEL,
                calendar_version="1",
                code_version="1",
                made_at=NOW,
            )
        )


def _add_school(db: Session, platform_id: int, code: str) -> int:
    school = School(platform_id=platform_id, code=code, name=f"School {code}", switched_on_at=NOW)
    db.add(school)
    db.flush()
    return school.id


def _add_course(db: Session, platform_id: int, school_id: int, number: int) -> int:
    named = {"shortname": f"C{number}", "fullname": f"Course {number}", "starts_on": date(2026, 9, 28)}
    course = Course(
        platform_id=platform_id, moodle_course_id=number, group_mode=0, switched_on_at=NOW, backfilled_to=1, **named
    )
    db.add(course)
    db.flush()
    db.add(CourseSchool(course_id=course.id, school_id=school_id))
    return course.id


def _add_learner(db: Session, platform_id: int, school_id: int, courses: list[int], number: int) -> int:
    names = {"given_name": "Lena", "family_name": f"L{number}", "full_name": f"Lena L{number}"}
    person = Person(platform_id=platform_id, moodle_user_id=31 + number, idnumber=f"N{number}", **names)
    db.add(person)
    db.flush()
    record = {"is_part_time": False, "is_research": False, "status": "active", "fed_at": NOW}
    db.add(StudentRecord(person_id=person.id, school_id=school_id, **record))
    for course_id in courses:
        part = {"course_id": course_id, "person_id": person.id}
        db.add(Enrolment(**part, is_learner=True, is_active=True, enrolled_on=date(2026, 9, 28)))
        db.add(LearnerState(**part, clock_days=12, measured_on=SUNDAY, measured_at=NOW))
    return person.id
