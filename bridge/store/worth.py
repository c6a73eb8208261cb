"""Past learners of a course, those who have left included (table enrolment): what `lea evaluate` asks about."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bridge.schema.people import Enrolment, Person
from bridge.store.course_runs import learnt_in
from bridge.store.left_out import is_left_out


@dataclass(frozen=True, slots=True)
class PastLearner:
    """Somebody who was enrolled in a course as a learner, now or earlier."""

    person_id: int
    moodle_user_id: int
    idnumber: str
    enrolled_on: date
    ends_on: date | None


def load_past_learners(db: Session, course_id: int, run_no: int) -> tuple[PastLearner, ...]:
    """Return the learners of a course's run by person id; without who is deleted or whose data is not processed."""
    rows = db.execute(
        select(Person.id, Person.moodle_user_id, Person.idnumber, Enrolment.enrolled_on, Enrolment.ends_on)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            learnt_in(db, course_id, run_no),
            Enrolment.is_learner.is_(True),
            Person.deleted_at.is_(None),
            ~is_left_out(Person.id),
        )
        .order_by(Person.id)
    )
    return tuple(PastLearner(*row) for row in rows)
