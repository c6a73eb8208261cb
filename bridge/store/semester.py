"""Read what a semester's report is made of: what the rule saw and raised of each learner, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.policy.casework import Outcome
from analytics.worth.semester import EndedConcern, SemesterPlace
from bridge.schema.casework import Concern
from bridge.schema.engagement import EvaluationRow
from bridge.schema.people import Person
from bridge.schema.teaching import Course
from bridge.store.casework_figures import first_attempt
from bridge.store.left_out import is_left_out


@dataclass(frozen=True, slots=True)
class Semester:
    """What there is of one semester, before anything is hidden: it stays in memory."""

    places: tuple[SemesterPlace, ...]
    concerns: tuple[EndedConcern, ...]
    people: Mapping[tuple[str, str], int]
    """(column of a groups file, its value) → person id."""


def load_semester(db: Session, platform_id: int, first: date, last: date) -> Semester:
    """Return the learners with an evaluation of a week that closed from `first` to `last`, and those days' concerns.

    Nobody whose data is not processed. Empty: no week closed in these days.
    """
    raised = _load_concerns(db, platform_id, first, last)
    places = _load_reasons(db, platform_id, first, last)
    flagged = {(row.course_id, row.person_id) for row, _ in raised}
    wrong = {(row.course_id, row.person_id) for row, _ in raised if row.outcome == Outcome.WRONG_FLAG}
    return Semester(
        places=tuple(
            SemesterPlace(place[1], place[0], has_reason, place in flagged, place in wrong)
            for place, has_reason in sorted(places.items())
        ),
        concerns=tuple(_make_concern(row, contacted_at) for row, contacted_at in raised),
        people=_load_people(db, platform_id),
    )


def _make_concern(row: Concern, contacted_at: datetime | None) -> EndedConcern:
    return EndedConcern(
        person_id=row.person_id,
        rule_version=row.rule_version,
        is_closed=row.outcome is not None,
        is_wrong=row.outcome == Outcome.WRONG_FLAG,
        is_left=row.closed_at is not None and row.outcome is None,
        days_to_contact=None if contacted_at is None else (contacted_at - row.opened_at).days,
    )


def _load_reasons(db: Session, platform_id: int, first: date, last: date) -> dict[tuple[int, int], bool]:
    row = EvaluationRow
    found = db.execute(
        select(row.course_id, row.person_id, row.concern_reasons)
        .join(Course, Course.id == row.course_id)
        .where(Course.platform_id == platform_id, row.as_of.between(first, last), ~is_left_out(row.person_id))
    )
    places: dict[tuple[int, int], bool] = {}
    for course_id, person_id, reasons in found:
        places[course_id, person_id] = places.get((course_id, person_id), False) or bool(reasons)
    return places


def _load_concerns(db: Session, platform_id: int, first: date, last: date) -> list[tuple[Concern, datetime | None]]:
    """Return the concerns with the first attempt to get in touch that their case holds after them."""
    is_asked = (Concern.platform_id == platform_id, Concern.as_of.between(first, last), ~is_left_out(Concern.person_id))
    return [(row, at) for row, at in db.execute(select(Concern, first_attempt()).where(*is_asked).order_by(Concern.id))]


def _load_people(db: Session, platform_id: int) -> dict[tuple[str, str], int]:
    columns = (Person.id, Person.moodle_user_id, Person.idnumber)
    rows = db.execute(select(*columns).where(Person.platform_id == platform_id))
    people: dict[tuple[str, str], int] = {}
    for person_id, moodle_user_id, idnumber in rows:
        people["user_id", str(moodle_user_id)] = person_id
        if idnumber:
            people["idnumber", idnumber] = person_id
    return people
