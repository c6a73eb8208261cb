"""Student-record files as an institution writes them, and a platform whose rosters were read."""

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bridge.schema.people import Enrolment, Person
from bridge.schema.platforms import Platform
from bridge.schema.teaching import Course

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
HEADER = "student_number,home_school,programme,programme_name,credits,part_time,research,adviser,adviser_name,status"
LENA = "260000001,EMS,MATHS,Mathematics BSc,120,no,no,STAFF1,Anna Adviser,active"
CLEO = "260000002,EMS,MATHS,Mathematics BSc,60,yes,no,STAFF2,Ben Adviser,active"
PLATFORM, COURSE, OTHER_COURSE = 1, 11, 12
LENA_ID, CLEO_ID, STAFF_ID = 101, 102, 20
NUMBERS = {LENA_ID: "260000001", CLEO_ID: "260000002", STAFF_ID: "STAFF1"}


def write_feed(folder: Path, *lines: str, header: str = HEADER) -> Path:
    """Write a file of the header and these lines."""
    path = folder / "feed.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def add_site(db: Session) -> None:
    """Add a platform with two courses, two learners and somebody who teaches."""
    db.add(Platform(id=PLATFORM, name="Test", moodle_url="https://moodle.example", created_at=NOW))
    db.flush()
    for course_id in (COURSE, OTHER_COURSE):
        db.add(
            Course(
                id=course_id,
                platform_id=PLATFORM,
                moodle_course_id=course_id,
                shortname=f"C{course_id}",
                fullname=f"Course {course_id}",
                starts_on=date(2026, 9, 21),
                switched_on_at=NOW,
                roster_synced_at=NOW,
            )
        )
    for person_id, number in NUMBERS.items():
        add_person(db, person_id, number, is_learner=person_id != STAFF_ID)


def add_person(db: Session, person_id: int, number: str, *, is_learner: bool = True) -> None:
    """Add somebody to the first course; their Moodle id is 1000 more than the tool's own."""
    db.add(
        Person(
            id=person_id,
            platform_id=PLATFORM,
            moodle_user_id=1000 + person_id,
            idnumber=number,
            given_name=f"Given{person_id}",
            family_name=f"Family{person_id}",
            full_name=f"Given{person_id} Family{person_id}",
        )
    )
    db.flush()
    db.add(
        Enrolment(
            course_id=COURSE, person_id=person_id, is_learner=is_learner, is_active=True, enrolled_on=date(2026, 9, 21)
        )
    )
