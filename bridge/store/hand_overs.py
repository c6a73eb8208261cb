"""Let a contributing school tell a learner's home school, and the home school acknowledge it (table hand_over)."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.language import gettext, numeral
from bridge.schema.casework import Concern, HandOver
from bridge.schema.records import CourseSchool, StudentRecord
from bridge.store.case_chain import Author
from bridge.store.cases import LONGEST_TEXT, CaseRefused
from bridge.store.processes import load_process


def raise_hand_over(db: Session, concern_id: int, note: str, author: Author, now: datetime, today: date) -> int:
    """Tell the home school of an open concern in another school's course, with its evidence; return the alert's id.

    It is to be acknowledged within the days that the home school's process names. No contact comes of it.

    Raises:
        CaseRefused: the concern is not open or was handed over already, no note says why, the learner's home school is
            not known or owns the course itself, or it has published no process.
    """
    concern = db.get(Concern, concern_id)
    if concern is None or concern.closed_at is not None:
        raise CaseRefused(gettext("This concern is not open. Nothing was changed."))
    if not note.strip() or len(note) > LONGEST_TEXT:
        most = numeral(LONGEST_TEXT)
        raise CaseRefused(gettext("Say why the home school should look, in up to {most} characters.", most=most))
    home = db.scalar(select(StudentRecord.school_id).where(StudentRecord.person_id == concern.person_id))
    owner = db.scalar(select(CourseSchool.school_id).where(CourseSchool.course_id == concern.course_id))
    if home is None or owner is None or home == owner:
        said = gettext("The course belongs to the home school, or a school is not known. Nothing was changed.")
        raise CaseRefused(said)
    process = load_process(db, home)
    if process is None:
        raise CaseRefused(gettext("The home school has published no process yet. Nothing was changed."))
    if db.scalar(select(HandOver.id).where(HandOver.concern_id == concern_id)) is not None:
        raise CaseRefused(gettext("This concern was handed over already. Nothing was changed."))
    row = HandOver(
        platform_id=concern.platform_id,
        person_id=concern.person_id,
        concern_id=concern_id,
        from_school_id=owner,
        to_school_id=home,
        evidence={**concern.evidence, "reasons": concern.reasons, "week_no": concern.week_no},
        note=note.strip(),
        raised_by=author.name[:200],
        raised_at=now,
        due_on=today + timedelta(days=process.process.hand_over_days),
    )
    db.add(row)
    db.flush()
    return row.id


def acknowledge_hand_over(db: Session, hand_over_id: int, person_id: int, author: Author, now: datetime) -> None:
    """Write down who of the home school has read an alert about a learner, and when.

    Raises:
        CaseRefused: there is no such alert about this learner, or it was acknowledged already.
    """
    row = db.get(HandOver, hand_over_id)
    if row is None or row.person_id != person_id or row.acknowledged_at is not None:
        raise CaseRefused(gettext("No alert waits here. Nothing was changed."))
    row.acknowledged_by, row.acknowledged_at = author.name[:200], now
    db.flush()
