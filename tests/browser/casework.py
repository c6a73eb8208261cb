"""What walks through casework share: concerns as the rule raises them, and the ways of a case, in a running demo."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Frame, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bridge.schema.casework import Concern, HandOver
from bridge.schema.engagement import LearnerState
from bridge.schema.people import Enrolment, Person
from bridge.schema.records import CourseSchool, Relationship, School, StudentRecord
from bridge.schema.teaching import Course
from bridge.store.database import make_engine, make_sessions, writing
from bridge.store.processes import load_process
from tests.browser.frames import click, heading
from tests.demo_vle.casework import PROCESSES
from tests.demo_vle.demo import Demo
from tests.demo_vle.worlds.term_people import RETURNING

HOME, CONTRIBUTING = "SBBS", "MATH"
PROCESS = PROCESSES[HOME][1]
SENTENCE = "In weeks 6–9 you opened 1 of 16 expected activities; average 6 %."


@contextmanager
def database(demo: Demo) -> Iterator[Session]:
    """Open the running demo's own database, to let a rule raise what only weeks of waiting would."""
    engine = make_engine(demo.environment()["LEA_DATABASE_URL"])
    with writing(make_sessions(engine)) as db:
        yield db
    engine.dispose()


def find_two_school_learner(db: Session) -> Person:
    """Find a learner of one school, with an adviser, who learns in courses of two and had no concern yet."""
    learns = [
        select(Enrolment.person_id)
        .join(CourseSchool, CourseSchool.course_id == Enrolment.course_id)
        .join(School, School.id == CourseSchool.school_id)
        .where(School.code == code, Enrolment.is_learner, Enrolment.is_active)
        for code in (HOME, CONTRIBUTING)
    ]
    found = db.scalars(
        select(Person)
        .join(StudentRecord, StudentRecord.person_id == Person.id)
        .join(School, School.id == StudentRecord.school_id)
        .join(Relationship, Relationship.person_id == Person.id)
        .where(School.code == HOME, Relationship.kind == "adviser", Person.moodle_user_id != RETURNING)
        .where(*(Person.id.in_(one) for one in learns), Person.id.not_in(select(Concern.person_id)))
        .order_by(Person.id)
    )
    return found.first() or pytest.fail("Every learner of two schools has a concern.")


def raise_concerns(demo: Demo, *, is_beyond_budget: bool = False) -> str:
    """Let a concern be open about a learner in a course of each school; return the learner's name."""
    with database(demo) as db:
        person, now = find_two_school_learner(db), datetime.now(UTC)
        school_id = db.scalars(select(School.id).where(School.code == HOME)).one()
        process = load_process(db, school_id)
        assert process is not None
        for moodle_course_id in (11, 13):
            course_id = db.scalars(select(Course.id).where(Course.moodle_course_id == moodle_course_id)).one()
            db.add(
                Concern(
                    platform_id=person.platform_id,
                    course_id=course_id,
                    person_id=person.id,
                    week_no=9,
                    as_of=date(2026, 11, 15),
                    level_version="site-1",
                    rule_version="default-1",
                    process_id=process.process_id,
                    reasons=["no evidence for 12 counted days"],
                    evidence={"sentence": SENTENCE, "percent": 6, "band": "well below the published level"},
                    opened_at=now,
                    is_beyond_budget=is_beyond_budget,
                )
            )
        return person.full_name


def be_away(demo: Demo, name: str) -> None:
    """Let the learner have been without evidence for longer than the school's period, in every course."""
    with database(demo) as db:
        person_id = db.scalars(select(Person.id).where(Person.full_name == name)).one()
        away = update(LearnerState).where(LearnerState.person_id == person_id)
        db.execute(away.values(clock_days=PROCESS.period_days + 5))


def open_case(frame: Frame, name: str) -> None:
    """Go from what to do first, one's start page, to a learner's case."""
    assert frame.locator("#first .who", has_text=name).count() == 1  # once, though two courses raised a concern
    click(frame, name)
    assert heading(frame) == name


def climb(frame: Frame) -> None:
    """Try each way of contact in its order, without an answer."""
    for rung in ("1 of 4", "2 of 4", "3 of 4", "4 of 4"):
        expect(frame.locator("#next").get_by_text(f"Way of contact {rung}")).to_be_visible()
        if rung == "4 of 4":
            frame.locator("#next").get_by_label("no", exact=True).check()
        else:
            frame.locator("#text-attempt").fill("No answer.")
        click(frame, "Write the attempt down")
        expect(frame.get_by_text("It is written down.")).to_be_visible()


def be_late(demo: Demo, days: int) -> None:
    """Let the last hand-over have been due some days ago."""
    with database(demo) as db:
        told = db.scalars(select(HandOver).order_by(HandOver.id.desc())).first()
        assert told is not None
        told.due_on -= timedelta(days=PROCESS.hand_over_days + days)
