"""Count and remove what has been kept long enough, kind by kind, and prove it by counts (policy paragraph 28)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Table, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from analytics.calendar import local_date, monday_on_or_before
from analytics.policy.retention import DataKind, RetentionRule
from bridge.schema.access import Alert
from bridge.schema.base import Base
from bridge.schema.casework import Complaint, Concern, HandOver, SupportCase
from bridge.schema.log import LogEventRow, Presence, Quarantine, SyncRun
from bridge.schema.people import CourseGroup, CourseRole, Enrolment, GroupMember, Person
from bridge.schema.records import Relationship
from bridge.schema.rights import ErasureDecision, Restriction, RetentionRun
from bridge.schema.sources import RegisterMark, RegisterSession
from bridge.schema.teaching import Course, CourseRun, LearnerTask, Task, TeachingCalendar
from bridge.schema.viewing import ViewerAccess, ViewerSession
from bridge.store.access_log import count_old_accesses, purge_accesses
from bridge.store.case_chain import empty_cases
from bridge.store.course_calendars import calendar_id_of_course
from bridge.store.courses import switch_off
from bridge.store.cursor import load_cursor, move_cursor
from bridge.store.erasure import remove_person
from bridge.store.facts import count_course_facts, remove_course_facts, remove_facts_of
from bridge.store.log_events import purge_raw_rows
from bridge.store.retention_of_runs import count_facts_of_runs, find_in_runs, is_of_runs_over, remove_facts_of_runs

WEEKS_WITHOUT_CALENDAR = 52
FACTS = Presence.__tablename__
"""They need not be in this database."""
OF_COURSES = frozenset(
    {
        DataKind.EVIDENCE,
        DataKind.MEASURES,
        DataKind.TASK_DATES,
        DataKind.EVALUATIONS,
        DataKind.MEMBERSHIP,
        DataKind.CONCERNS,
    }
)
"""Without these a course that went on being read would show weeks without evidence, so it is switched off."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to go: one platform's rows of one kind, at one moment."""

    platform_id: int
    rule: RetentionRule
    now: datetime
    zone: ZoneInfo

    @property
    def before(self) -> datetime:
        """What is older has been kept long enough."""
        return self.now - timedelta(days=self.rule.days or 0)


@dataclass(frozen=True, slots=True)
class PurgeProof:
    """What one purge of one kind did."""

    kind: str
    at: datetime
    kept_days: int
    removed: int
    left_over: int


def purge_kind(db: Session, scope: Scope) -> PurgeProof:
    """Remove what has been kept long enough, count again what is that old, and write both down.

    Raises:
        CursorMoved: a sync committed meanwhile; nothing was removed.
    """
    removed = _REMOVE.get(scope.rule.kind, _remove_old)(db, scope)
    db.flush()
    proof = PurgeProof(scope.rule.kind, scope.now, scope.rule.days or 0, removed, count_old(db, scope))
    db.add(
        RetentionRun(
            platform_id=scope.platform_id,
            at=proof.at,
            kind=proof.kind,
            kept_days=proof.kept_days,
            removed=proof.removed,
            left_over=proof.left_over,
        )
    )
    return proof


def count_old(db: Session, scope: Scope) -> int:
    """Count the rows of a kind that are older than its period; 0 where it is kept without one."""
    if scope.rule.kind is DataKind.ACCESS_ROWS:
        return count_old_accesses(db, scope.before)
    return _count_old_facts(db, scope) + sum(_count(db, table, is_old) for table, is_old in _find_old(db, scope))


def load_last_proofs(db: Session, platform_id: int) -> dict[str, PurgeProof]:
    """Return the last purge of each kind; empty before the first."""
    last = select(func.max(RetentionRun.id)).where(RetentionRun.platform_id == platform_id).group_by(RetentionRun.kind)
    rows = db.scalars(select(RetentionRun).where(RetentionRun.id.in_(last)))
    return {row.kind: PurgeProof(row.kind, row.at, row.kept_days, row.removed, row.left_over) for row in rows}


def find_courses_over(db: Session, scope: Scope) -> tuple[int, ...]:
    """Return the courses whose period is over: it runs from the last teaching week, or from the later switching on."""
    today = local_date(scope.now, scope.zone)
    rows = db.execute(
        select(
            Course.id,
            func.coalesce(TeachingCalendar.first_monday, Course.starts_on).label("starts_on"),
            Course.switched_on_at,
            TeachingCalendar.week_count,
        )
        .outerjoin(TeachingCalendar, TeachingCalendar.id == calendar_id_of_course())
        .where(Course.platform_id == scope.platform_id)
    )
    return tuple(
        row.id
        for row in rows
        if _counted_from(row.starts_on, row.week_count, row.switched_on_at, scope.zone)
        + timedelta(days=scope.rule.days or 0)
        < today
    )


def _counted_from(starts_on: date, weeks: int | None, switched_on_at: datetime | None, zone: ZoneInfo) -> date:
    end = monday_on_or_before(starts_on) + timedelta(weeks=weeks or WEEKS_WITHOUT_CALENDAR, days=-1)
    return end if switched_on_at is None else max(end, local_date(switched_on_at, zone))


def _find_old(db: Session, scope: Scope) -> Sequence[tuple[Table, ColumnElement[bool]]]:
    """Return the tables of a kind with the clause that chooses what has been kept long enough."""
    kind, before, platform_id = scope.rule.kind, scope.before, scope.platform_id
    if kind in OF_COURSES:
        return [(table, _is_of_courses(table, find_courses_over(db, scope), scope)) for table in _tables(scope.rule)]
    simple: dict[DataKind, Sequence[tuple[type[Base], ColumnElement[bool]]]] = {
        DataKind.LOG_ROWS: [(LogEventRow, LogEventRow.arrived_at < before)],
        DataKind.SET_ASIDE: [(Quarantine, Quarantine.arrived_at < before)],
        DataKind.ALERTS: [(Alert, Alert.at < before)],
        DataKind.RELATIONSHIPS: [(Relationship, Relationship.ends_at < before)],
        DataKind.ERASURE_DECISIONS: [(ErasureDecision, ErasureDecision.decided_at < before)],
        DataKind.RUNS: [(SyncRun, SyncRun.started_at < before)],
        DataKind.PURGES: [(RetentionRun, RetentionRun.at < before)],
        DataKind.DELETED_ACCOUNTS: [(Person, Person.deleted_at < before)],
        DataKind.PEOPLE: [(Person, _is_nowhere())],
        DataKind.COMPLAINTS: [(Complaint, Complaint.answered_at < before)],
        DataKind.CASES: [
            (SupportCase, (SupportCase.closed_at < before) & SupportCase.person_id.is_not(None)),
            (HandOver, HandOver.acknowledged_at < before),
        ],
        DataKind.VISITS: [
            (ViewerSession, or_(ViewerSession.ends_at < before, ViewerSession.revoked_at < before)),
            (ViewerAccess, ViewerAccess.checked_at < before),
        ],
    }
    if kind is DataKind.RESTRICTIONS:
        its = select(Person.id).where(Person.platform_id == platform_id)
        return [(_table(Restriction), (Restriction.ends_at < before) & Restriction.person_id.in_(its))]
    return [
        (_table(table), (_table(table).c.platform_id == platform_id) & is_old) for table, is_old in simple.get(kind, ())
    ]


def _table(mapped: type[Base]) -> Table:
    return Base.metadata.tables[mapped.__tablename__]


def _tables(rule: RetentionRule) -> list[Table]:
    return [Base.metadata.tables[name] for name in rule.tables if name != FACTS]


def _is_of_courses(table: Table, course_ids: Sequence[int], scope: Scope) -> ColumnElement[bool]:
    """Choose what is of courses that are over, or of runs that are over of courses that are taught again."""
    of_runs = find_in_runs(table, _are_runs_over(scope))
    is_over = _is_in_courses(table, course_ids)
    return is_over if of_runs is None else or_(is_over, of_runs)


def _are_runs_over(scope: Scope) -> ColumnElement[bool]:
    today = local_date(scope.now, scope.zone)
    return is_of_runs_over(scope.platform_id, today - timedelta(days=scope.rule.days or 0))


def _is_in_courses(table: Table, course_ids: Sequence[int]) -> ColumnElement[bool]:
    if table.name == LearnerTask.__tablename__:
        return table.c.task_id.in_(select(Task.id).where(Task.course_id.in_(course_ids)))
    if table.name == RegisterMark.__tablename__:
        return table.c.session_id.in_(select(RegisterSession.id).where(RegisterSession.course_id.in_(course_ids)))
    if table.name == GroupMember.__tablename__:
        return table.c.group_id.in_(select(CourseGroup.id).where(CourseGroup.course_id.in_(course_ids)))
    return table.c.course_id.in_(course_ids)


def _is_nowhere() -> ColumnElement[bool]:
    is_enrolled = exists().where(Enrolment.person_id == Person.id)
    return ~or_(is_enrolled, exists().where(CourseRole.person_id == Person.id))


def _count(db: Session, table: Table, is_old: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).select_from(table).where(is_old)) or 0


def _count_old_facts(db: Session, scope: Scope) -> int:
    if FACTS not in scope.rule.tables:
        return 0
    course_ids = find_courses_over(db, scope)
    of_others = _are_runs_over(scope) & CourseRun.course_id.not_in(course_ids)  # whose facts are counted already
    return count_course_facts(db, course_ids) + count_facts_of_runs(db, of_others)


def _remove_old(db: Session, scope: Scope) -> int:
    removed = _count_old_facts(db, scope)
    if removed:
        remove_course_facts(db, find_courses_over(db, scope))
        remove_facts_of_runs(db, _are_runs_over(scope))
    for table, is_old in _find_old(db, scope):
        removed += _count(db, table, is_old)
        db.execute(delete(table).where(is_old))
    return removed


def _remove_log_rows(db: Session, scope: Scope) -> int:
    cursor = load_cursor(db, scope.platform_id)
    count, largest = purge_raw_rows(db, scope.platform_id, scope.before)
    if largest > cursor.purged_to:
        move_cursor(db, cursor, purged_to=largest)
    return count


def _remove_of_courses(db: Session, scope: Scope) -> int:
    """Remove what is of courses that are over, and read them no more; switched on again, they are read anew."""
    removed = _remove_old(db, scope)
    is_over = (Course.id.in_(find_courses_over(db, scope)), Course.switched_on_at.is_not(None))
    is_on = (*is_over, Course.switched_off_at.is_(None))
    switch_off(db, scope.platform_id, list(db.scalars(select(Course.moodle_course_id).where(*is_on))), scope.now, 0)
    db.execute(update(Course).where(*is_over).values(backfilled_to=0))
    return removed


def _remove_people(db: Session, scope: Scope) -> int:
    chosen = [is_old for _, is_old in _find_old(db, scope)]
    people = list(db.scalars(select(Person).where(*chosen)))
    remove_facts_of(db, [person.id for person in people])
    for person in people:
        remove_person(db, scope.platform_id, person.moodle_user_id)
    return len(people)


def _remove_concerns(db: Session, scope: Scope) -> int:
    over = select(Concern.id).where(_is_of_courses(_table(Concern), find_courses_over(db, scope), scope))
    db.execute(update(HandOver).where(HandOver.concern_id.in_(over)).values(concern_id=None))
    return _remove_of_courses(db, scope)


def _remove_cases(db: Session, scope: Scope) -> int:
    """Empty old cases, which stay as links of a chain, and remove old alerts between schools."""
    (_, is_old_case), (_, is_old_alert) = _find_old(db, scope)
    case_ids = list(db.scalars(select(SupportCase.id).where(is_old_case)))
    empty_cases(db, case_ids)
    alerts = _count(db, _table(HandOver), is_old_alert)
    db.execute(delete(HandOver).where(is_old_alert))
    return len(case_ids) + alerts


def _remove_accesses(db: Session, scope: Scope) -> int:
    return purge_accesses(db, scope.before)


_REMOVE: dict[DataKind, Callable[[Session, Scope], int]] = {
    DataKind.LOG_ROWS: _remove_log_rows,
    DataKind.PEOPLE: _remove_people,
    DataKind.DELETED_ACCOUNTS: _remove_people,
    DataKind.ACCESS_ROWS: _remove_accesses,
    **dict.fromkeys(OF_COURSES, _remove_of_courses),
    DataKind.CONCERNS: _remove_concerns,
    DataKind.CASES: _remove_cases,
}
