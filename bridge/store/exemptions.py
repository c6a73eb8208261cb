"""Days that do not count for a learner (table exemption): dates only, never the reason."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.calendar import DateRange
from bridge.errors import BridgeError
from bridge.schema.engagement import StaleLearner
from bridge.schema.people import Enrolment, Person
from bridge.schema.teaching import Exemption
from bridge.store.database import insert_ignoring


class ExemptionRefused(BridgeError):
    """An exemption cannot be changed as asked; nothing was."""

    code = "exemption-refused"
    next_step = "See lea exemption list."


@dataclass(frozen=True, slots=True)
class ExemptionRecord:
    """One stretch of days that does not count for a learner."""

    exemption_id: int
    moodle_user_id: int
    days: DateRange


def add_exemption(db: Session, person_id: int, days: DateRange) -> bool:
    """Let some days not count for a learner; False when these very days are exempt already.

    The learner's weeks are measured again at the next sync; evaluations that were made stay as they were shown.
    """
    is_same = (Exemption.person_id == person_id, Exemption.starts_on == days.first, Exemption.ends_on == days.last)
    if db.scalar(select(Exemption.id).where(*is_same)) is not None:
        return False
    db.add(Exemption(person_id=person_id, starts_on=days.first, ends_on=days.last))
    db.flush()
    mark_person_stale(db, person_id)
    return True


def end_exemption(
    db: Session, platform_id: int, exemption_id: int, last_day: date | None
) -> tuple[int, DateRange | None]:
    """Let an exemption end on a day, or take it away (None); return the learner and the days that are left of it.

    Raises:
        ExemptionRefused: the platform has no such exemption, or the day lies before or after its days.
    """
    row = db.scalar(
        select(Exemption)
        .join(Person, Person.id == Exemption.person_id)
        .where(Exemption.id == exemption_id, Person.platform_id == platform_id)
    )
    if row is None:
        raise ExemptionRefused(f"There is no exemption {exemption_id}. Nothing was changed. Next: lea exemption list")
    if last_day is not None and not row.starts_on <= last_day <= row.ends_on:
        raise ExemptionRefused(
            f"Exemption {exemption_id} is from {row.starts_on} to {row.ends_on}, so it cannot end on {last_day}. "
            "Nothing was changed. To take it away: lea exemption end --all-of-it"
        )
    mark_person_stale(db, row.person_id)
    if last_day is None:
        db.delete(row)
        db.flush()
        return row.person_id, None
    row.ends_on = last_day
    db.flush()
    return row.person_id, DateRange(row.starts_on, row.ends_on)


def list_exemptions(db: Session, platform_id: int, person_id: int | None = None) -> tuple[ExemptionRecord, ...]:
    """Return the exemptions of a platform's learners, or of one of them, the latest first; empty when there is none."""
    statement = (
        select(Exemption, Person.moodle_user_id)
        .join(Person, Person.id == Exemption.person_id)
        .where(Person.platform_id == platform_id)
        .order_by(Exemption.starts_on.desc(), Exemption.id.desc())
    )
    if person_id is not None:
        statement = statement.where(Person.id == person_id)
    return tuple(
        ExemptionRecord(row.id, moodle_user_id, DateRange(row.starts_on, row.ends_on))
        for row, moodle_user_id in db.execute(statement)
    )


def mark_person_stale(db: Session, person_id: int) -> None:
    """Note that a learner's weeks have to be measured again in every course."""
    courses = select(Enrolment.course_id).where(Enrolment.person_id == person_id, Enrolment.is_learner.is_(True))
    rows = [{"course_id": course_id, "person_id": person_id} for course_id in db.scalars(courses)]
    insert_ignoring(db, StaleLearner, rows)
