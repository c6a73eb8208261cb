"""Take a person out of concerns, cases and what they said, and leave the chain of the cases' entries whole."""

from collections.abc import Collection

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bridge.schema.casework import CaseEntry, Concern, Dispute, HandOver, LearnerChoice, SelfDeclared, SupportCase
from bridge.store.case_chain import empty_cases


def forget_cases(db: Session, person_id: int) -> int:
    """Empty every case about somebody; return how many entries said something until now. None: 0."""
    return empty_cases(db, _load_cases(db, person_id))


def count_case_entries(db: Session, person_id: int) -> dict[str, int]:
    """Count the cases about somebody and their entries, by table."""
    case_ids = _load_cases(db, person_id)
    entries = select(func.count()).select_from(CaseEntry).where(CaseEntry.case_id.in_(case_ids))
    return {SupportCase.__tablename__: len(case_ids), CaseEntry.__tablename__: db.scalar(entries) or 0}


def count_written_by(db: Session, platform_id: int, moodle_user_id: int) -> int:
    """Count the steps of others' cases that somebody on staff wrote; an erasure of theirs leaves each with their name.

    A learner has a right to know who decided about them, so the name goes when the case's own period ends.
    """
    is_theirs = (SupportCase.platform_id == platform_id, CaseEntry.by_moodle_user_id == moodle_user_id)
    steps = select(func.count()).select_from(CaseEntry).join(SupportCase, SupportCase.id == CaseEntry.case_id)
    return db.scalar(steps.where(*is_theirs)) or 0


def erase_casework(db: Session, person_id: int, course_ids: Collection[int]) -> None:
    """Take away what some courses gave rise to: concerns, alerts, a learner's words and choices.

    A case that came of these courses alone is emptied; one with a concern in another course stays. None: nothing.
    """
    own = (Concern.person_id == person_id, Concern.course_id.in_(course_ids))
    here = set(db.scalars(select(Concern.case_id).where(*own)))
    elsewhere = (Concern.person_id == person_id, Concern.course_id.not_in(course_ids))
    there = set(db.scalars(select(Concern.case_id).where(*elsewhere)))
    empty_cases(db, [case_id for case_id in here - there if case_id is not None])
    db.execute(delete(HandOver).where(HandOver.concern_id.in_(select(Concern.id).where(*own))))
    for table in (Concern, Dispute, SelfDeclared, LearnerChoice):
        db.execute(delete(table).where(table.person_id == person_id, table.course_id.in_(course_ids)))


def _load_cases(db: Session, person_id: int) -> list[int]:
    return list(db.scalars(select(SupportCase.id).where(SupportCase.person_id == person_id)))
