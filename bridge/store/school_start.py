"""Read what waits for a school's people, for one school or for many: counts and days alone, and nobody's name."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import Session

from analytics.policy.access import TEACHER_ARCHETYPES
from analytics.policy.case_stage import CaseStage, find_stage
from analytics.policy.casework import Step
from analytics.policy.relationships import Kind
from bridge.schema.casework import CaseEntry, Complaint, Concern, HandOver, SchoolProcess, SupportCase
from bridge.schema.people import CourseRole, Person
from bridge.schema.records import CourseSchool, Relationship, StudentRecord, Training
from bridge.schema.teaching import Course, PublishedLevel
from bridge.store.holders import holds_at, same_holder
from bridge.store.left_out import is_left_out
from bridge.store.panel_course import is_switched_on


@dataclass(frozen=True, slots=True)
class Waiting:
    """Some things that wait until a day."""

    count: int = 0
    late: int = 0
    """Of these, those whose day has passed."""
    next_on: date | None = None
    """The earliest of their days; None: nothing waits."""


NOTHING = Waiting()
_SITE = (None, None, None)


@dataclass(frozen=True, slots=True)
class SchoolStart:
    """What waits in one school."""

    complaints: Waiting = NOTHING
    """Queries and complaints that nobody acknowledged."""
    unanswered: int = 0
    """Acknowledged ones without an answer."""
    hand_overs: Waiting = NOTHING
    """Alerts of other schools that nobody acknowledged."""
    untouched: int = 0
    """Learners of the school with an open concern that nobody has turned to."""
    untouched_since: datetime | None = None
    has_process: bool = False
    has_lead: bool = False
    untrained_staff: int = 0
    """Leads, support officers and advisers without a recorded training."""
    untrained_teachers: int = 0


@dataclass(frozen=True, slots=True)
class CaseFlow:
    """How far a school has come with the learners about whom a concern or case is open."""

    stages: Mapping[CaseStage, int] = field(default_factory=dict)
    """Learners by stage, each once."""
    new_count: int = 0
    """Concerns that the last closed week opened in the school's courses."""
    as_of: date | None = None
    """The Sunday of that week; None: no concern was ever opened."""


def load_school_starts(
    db: Session, platform_id: int, school_ids: Collection[int], today: date, now: datetime
) -> dict[int, SchoolStart]:
    """Return what waits in each of some schools of a platform, in eight statements whatever their number."""
    complaints, unanswered = _load_complaints(db, school_ids, today), _count_unanswered(db, school_ids)
    hand_overs = _load_hand_overs(db, school_ids, today)
    untouched = _load_untouched(db, school_ids)
    with_process = set(db.scalars(select(SchoolProcess.school_id).where(SchoolProcess.school_id.in_(school_ids))))
    is_lead = (Relationship.kind == Kind.LEAD, Relationship.school_id.in_(school_ids), *holds_at(now))
    with_lead = set(db.scalars(select(Relationship.school_id).where(*is_lead)))
    staff, teachers = _count_untrained_staff(db, platform_id, now), _count_untrained_teachers(db, platform_id)
    return {
        one: SchoolStart(
            complaints=complaints.get(one, NOTHING),
            unanswered=unanswered.get(one, 0),
            hand_overs=hand_overs.get(one, NOTHING),
            untouched=untouched.get(one, (0, None))[0],
            untouched_since=untouched.get(one, (0, None))[1],
            has_process=one in with_process,
            has_lead=one in with_lead,
            untrained_staff=staff.get(one, 0),
            untrained_teachers=teachers.get(one, 0),
        )
        for one in school_ids
    }


def load_case_flow(db: Session, school_id: int) -> CaseFlow:
    """Return how far the people of a home school have come, and how many concerns its courses' last week opened."""
    steps: dict[int, set[Step]] = {}
    is_open = (SupportCase.school_id == school_id, SupportCase.closed_at.is_(None), SupportCase.person_id.is_not(None))
    rows = db.execute(
        select(SupportCase.id, CaseEntry.kind)
        .outerjoin(CaseEntry, CaseEntry.case_id == SupportCase.id)
        .where(*is_open)
        .distinct()
    )
    for case_id, kind in rows:
        steps.setdefault(case_id, set()).update([] if kind is None else [Step(kind)])
    stages = Counter(find_stage(taken) for taken in steps.values())
    stages[CaseStage.WAITING] += _load_untouched(db, [school_id]).get(school_id, (0, None))[0]
    own = Concern.course_id.in_(select(CourseSchool.course_id).where(CourseSchool.school_id == school_id))
    as_of = db.scalar(select(func.max(Concern.as_of)).where(own))
    new_count = db.scalar(select(func.count(Concern.id)).where(own, Concern.as_of == as_of)) if as_of else 0
    return CaseFlow({stage: stages[stage] for stage in CaseStage}, new_count or 0, as_of)


def count_unmeasured_courses(db: Session, platform_id: int, today: date) -> dict[int | None, int]:
    """Count by school the switched-on courses that no published level holds for; None: courses of no school.

    Schools without any are left out.
    """
    level = PublishedLevel
    in_force = {
        tuple(owner)
        for owner in db.execute(
            select(level.course_id, level.programme_id, level.school_id).where(
                level.platform_id == platform_id, level.effective_from <= today
            )
        )
    }
    rows = db.execute(
        select(Course.id, CourseSchool.programme_id, CourseSchool.school_id)
        .outerjoin(CourseSchool, CourseSchool.course_id == Course.id)
        .where(Course.platform_id == platform_id, Course.deleted_at.is_(None), is_switched_on())
    )
    return Counter(
        school_id
        for course_id, programme_id, school_id in rows
        if not {(course_id, None, None), (None, programme_id, None), (None, None, school_id), _SITE} & in_force
    )


def _load_complaints(db: Session, school_ids: Collection[int], today: date) -> dict[int, Waiting]:
    home, due_on = StudentRecord.school_id, Complaint.acknowledge_by
    rows = db.execute(
        select(home, func.count(), func.sum(case((due_on < today, 1), else_=0)), func.min(due_on))
        .join(Complaint, Complaint.person_id == StudentRecord.person_id)
        .where(home.in_(school_ids), Complaint.acknowledged_at.is_(None))
        .group_by(home)
    )
    return {school_id: Waiting(*numbers) for school_id, *numbers in rows}


def _load_hand_overs(db: Session, school_ids: Collection[int], today: date) -> dict[int, Waiting]:
    home, due_on = HandOver.to_school_id, HandOver.due_on
    rows = db.execute(
        select(home, func.count(), func.sum(case((due_on < today, 1), else_=0)), func.min(due_on))
        .where(home.in_(school_ids), HandOver.acknowledged_at.is_(None))
        .group_by(home)
    )
    return {school_id: Waiting(*numbers) for school_id, *numbers in rows}


def _count_unanswered(db: Session, school_ids: Collection[int]) -> dict[int, int]:
    home = StudentRecord.school_id
    rows = db.execute(
        select(home, func.count(Complaint.id))
        .join(Complaint, Complaint.person_id == StudentRecord.person_id)
        .where(home.in_(school_ids), Complaint.acknowledged_at.is_not(None), Complaint.answered_at.is_(None))
        .group_by(home)
    )
    return dict(rows.all())


def _load_untouched(db: Session, school_ids: Collection[int]) -> dict[int, tuple[int, datetime | None]]:
    """Return by home school how many learners have a concern that nobody has turned to, and since when."""
    home = StudentRecord.school_id
    waits = (Concern.closed_at.is_(None), Concern.case_id.is_(None), ~is_left_out(Concern.person_id))
    rows = db.execute(
        select(home, func.count(Concern.person_id.distinct()), func.min(Concern.opened_at))
        .join(Concern, Concern.person_id == StudentRecord.person_id)
        .where(home.in_(school_ids), *waits)
        .group_by(home)
    )
    return {school_id: (number, since) for school_id, number, since in rows}


def _count_untrained_staff(db: Session, platform_id: int, now: datetime) -> dict[int, int]:
    """Count by school whoever has a part there without a training; an adviser's school is that of the learner."""
    held = Relationship
    school = func.coalesce(held.school_id, StudentRecord.school_id)
    parts = held.kind.in_([Kind.LEAD, Kind.SUPPORT_OFFICER, Kind.ADVISER])
    rows = db.execute(
        select(school, held.holder_moodle_user_id, held.holder_idnumber)
        .outerjoin(StudentRecord, StudentRecord.person_id == held.person_id)
        .where(held.platform_id == platform_id, parts, *holds_at(now), ~exists().where(same_holder()))
        .distinct()
    )
    return Counter(row[0] for row in rows)


def _count_untrained_teachers(db: Session, platform_id: int) -> dict[int, int]:
    """Count by school whoever teaches one of its courses, as Moodle says, without a training."""
    rows = db.execute(
        select(CourseSchool.school_id, func.count(Person.id.distinct()))
        .join(CourseRole, CourseRole.course_id == CourseSchool.course_id)
        .join(Person, Person.id == CourseRole.person_id)
        .where(
            Person.platform_id == platform_id,
            Person.deleted_at.is_(None),
            CourseRole.archetype.in_(TEACHER_ARCHETYPES),
            ~_is_trained(platform_id),
        )
        .group_by(CourseSchool.school_id)
    )
    return dict(rows.all())


def _is_trained(platform_id: int) -> ColumnElement[bool]:
    number = func.nullif(Person.idnumber, "")
    is_theirs = or_(Training.holder_moodle_user_id == Person.moodle_user_id, Training.holder_idnumber == number)
    return exists().where(Training.platform_id == platform_id, is_theirs)
