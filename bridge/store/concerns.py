"""Open concerns as the published rule says, close them by people, and count how they ended (table concern)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from analytics.language import gettext
from analytics.level_document import rule_from_json
from analytics.policy.casework import Outcome, check_outcome
from analytics.policy.voice import drop_answered_reasons
from analytics.rules import ConcernRule
from bridge.schema.casework import Concern, Dispute, SchoolProcess, SupportCase
from bridge.schema.engagement import EvaluationRow
from bridge.schema.records import CourseSchool, School, StudentRecord
from bridge.schema.teaching import Course, PublishedLevel
from bridge.store.case_chain import Author
from bridge.store.cases import LONGEST_TEXT, CaseRefused
from bridge.store.course_runs import run_now
from bridge.store.left_out import is_left_out
from bridge.store.voice import load_declared_days

LATEST = timedelta(days=14)
"""A week that closed longer ago raises nothing: the people could only be late."""
COLUMNS = (
    "course_id",
    "person_id",
    "run_no",
    "week_no",
    "as_of",
    "level_version",
    "concern_reasons",
    "sentence",
    "percent",
    "shown_band",
    "clock_days",
    "overdue_task_ids",
)


@dataclass(frozen=True, slots=True)
class Raised:
    """What the published rule says of one learner's closed week in one course."""

    course_id: int
    person_id: int
    run_no: int
    week_no: int
    as_of: date
    level_version: str
    rule_version: str
    reasons: tuple[str, ...]
    evidence: Mapping[str, Any] = field(repr=False)
    """As it was shown."""


def find_raising_school(db: Session, course_id: int) -> int | None:
    """Return the school that owns a course; None: nobody said, or it is not switched on."""
    return db.scalar(
        select(School.id)
        .join(CourseSchool, CourseSchool.school_id == School.id)
        .where(CourseSchool.course_id == course_id, School.switched_on_at.is_not(None))
    )


def load_raised(db: Session, course_id: int, today: date) -> tuple[Raised, ...]:
    """Return what the rule newly says of each learner's last closed week in a course, the longest silence first.

    Left out: who has a concern of the same run of weeks, open or closed; who disputed a week within the last days
    (`Dispute.paused_until`); who declared an activity since, where silence is the reason; whose data is paused; and
    who has no home school that is on and has a process, since nobody could look after them. A week that closed long
    ago raises nothing. Empty: there is nothing new.
    """
    row = EvaluationRow
    is_of_now = (row.course_id == course_id, row.run_no == run_now(course_id))
    last = select(func.max(row.week_no)).where(*is_of_now).scalar_subquery()
    is_paused = select(Dispute.person_id).where(Dispute.course_id == course_id, Dispute.paused_until >= today)
    is_of_run = (Concern.course_id == course_id, Concern.run_no == run_now(course_id))
    is_open = select(Concern.person_id).where(*is_of_run, Concern.closed_at.is_(None))
    at_home = (
        select(StudentRecord.person_id)
        .join(School, School.id == StudentRecord.school_id)
        .where(School.switched_on_at.is_not(None), exists().where(SchoolProcess.school_id == School.id))
    )
    found = db.execute(
        select(*(getattr(row, name) for name in COLUMNS))
        .where(
            *is_of_now,
            row.week_no == last,
            row.as_of > today - LATEST,
            row.person_id.not_in(is_open),
            row.person_id.not_in(is_paused),
            row.person_id.in_(at_home),
            ~is_left_out(row.person_id),
        )
        .order_by(row.clock_days.desc(), row.person_id)
    ).all()
    people = {one.person_id for one in found if one.concern_reasons}
    known, declared = _load_known(db, course_id, people), load_declared_days(db, course_id, people)
    rules = _load_rules(db, course_id, {one.level_version for one in found if one.concern_reasons})
    raised = (_make_raised(one, rules, declared) for one in found if one.concern_reasons)
    return tuple(one for one in raised if one.reasons and one.person_id not in known)


def _load_known(db: Session, course_id: int, person_ids: set[int]) -> set[int]:
    """Return those of some people who had a concern since the rule began to speak of them without a break."""
    row = EvaluationRow
    weeks = db.execute(
        select(row.person_id, row.week_no, row.concern_reasons)
        .where(row.course_id == course_id, row.run_no == run_now(course_id), row.person_id.in_(person_ids))
        .order_by(row.week_no)
    )
    begins: dict[int, int] = {}
    for person_id, week_no, reasons in weeks:
        if not reasons:
            begins.pop(person_id, None)
        else:
            begins.setdefault(person_id, week_no)
    is_of_run = (Concern.course_id == course_id, Concern.run_no == run_now(course_id))
    had = select(Concern.person_id, func.max(Concern.week_no)).where(*is_of_run)
    rows = db.execute(had.where(Concern.person_id.in_(person_ids)).group_by(Concern.person_id))
    return {person_id for person_id, week_no in rows if week_no >= begins.get(person_id, week_no + 1)}


def _load_rules(db: Session, course_id: int, versions: Collection[str]) -> dict[str, ConcernRule]:
    """Return the rule that each of some levels was published with; a level without one has no entry."""
    rows = db.execute(
        select(PublishedLevel.version, PublishedLevel.document)
        .join(Course, Course.platform_id == PublishedLevel.platform_id)
        .where(Course.id == course_id, PublishedLevel.version.in_(versions))
    )
    return {version: rule_from_json(document["rule"]) for version, document in rows if "rule" in document}


def save_concerns(
    db: Session,
    raised: Sequence[Raised],
    process_id: int,
    platform_id: int,
    beyond: Collection[tuple[int, int]],
    now: datetime,
) -> None:
    """Open concerns; `beyond` are (person, course) that stand in the digest. One with an open case goes into it.

    Empty: nothing happens.
    """
    people = [one.person_id for one in raised]
    cases = select(SupportCase.person_id, SupportCase.id)
    is_open = (SupportCase.person_id.in_(people), SupportCase.closed_at.is_(None))
    case_of = dict(db.execute(cases.where(*is_open)).all())
    for one in raised:
        db.add(
            Concern(
                platform_id=platform_id,
                course_id=one.course_id,
                person_id=one.person_id,
                run_no=one.run_no,
                week_no=one.week_no,
                as_of=one.as_of,
                level_version=one.level_version,
                rule_version=one.rule_version,
                process_id=process_id,
                reasons=list(one.reasons),
                evidence=dict(one.evidence),
                opened_at=now,
                is_beyond_budget=(one.person_id, one.course_id) in beyond,
                case_id=case_of.get(one.person_id),
            )
        )
    db.flush()


def load_within_budget(db: Session, school_id: int, as_of: date) -> frozenset[int]:
    """Return whom a school's courses opened concerns about for a closed week, within the budget. Empty: nobody."""
    its = select(CourseSchool.course_id).where(CourseSchool.school_id == school_id)
    is_one = (Concern.course_id.in_(its), Concern.as_of == as_of, Concern.is_beyond_budget.is_(False))
    return frozenset(db.scalars(select(Concern.person_id).where(*is_one)))


def close_concern(
    db: Session, concern_id: int, person_id: int, outcome: Outcome, reason: str, author: Author, now: datetime
) -> None:
    """Close one concern in somebody's name, with the reason: the learner recovered, or the flag was wrong.

    What takes a discussion and a decision is closed with its case (`cases.write_step`).

    Raises:
        StepRefused: the outcome takes a case.
        CaseRefused: the concern is not open, is about somebody else, or no reason is given.
    """
    check_outcome(outcome)
    row = db.get(Concern, concern_id)
    if row is None or row.person_id != person_id or row.closed_at is not None:
        raise CaseRefused(gettext("This concern is not open. Nothing was changed."))
    if not reason.strip() or len(reason) > LONGEST_TEXT or not author.name.strip():
        raise CaseRefused(gettext("Say why it is closed, in your name. Nothing was changed."))
    row.closed_at, row.outcome, row.closed_by, row.closing_reason = (
        now,
        outcome.value,
        author.name[:200],
        reason.strip(),
    )
    db.flush()


def _make_raised(row: Row[Any], rules: Mapping[str, ConcernRule], declared: Mapping[int, Collection[date]]) -> Raised:
    rule, days, reasons = rules.get(row.level_version), declared.get(row.person_id, ()), row.concern_reasons
    if rule is not None:
        reasons = drop_answered_reasons(reasons, rule, row.clock_days, row.as_of, days)
    return Raised(
        course_id=row.course_id,
        person_id=row.person_id,
        run_no=row.run_no,
        week_no=row.week_no,
        as_of=row.as_of,
        level_version=row.level_version,
        rule_version="" if rule is None else rule.version,
        reasons=tuple(map(str, reasons)),
        evidence={
            "sentence": row.sentence,
            "percent": row.percent,
            "band": row.shown_band,
            "clock_days": row.clock_days,
            "overdue_task_ids": row.overdue_task_ids,
        },
    )
