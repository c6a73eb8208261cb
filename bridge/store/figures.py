"""Read what figures without names are made of, and write them once (tables figure_… and frozen_figure).

Exact numbers of a pool are nowhere stored.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from analytics.bands import Band
from bridge.schema.engagement import EvaluationRow, FigureMember, FigurePool, FrozenFigure
from bridge.schema.people import Enrolment, Person
from bridge.schema.records import CourseSchool, StudentRecord
from bridge.schema.teaching import Course
from bridge.secrets import derive_key
from bridge.store.casework_figures import CaseState, load_case_states
from bridge.store.course_runs import run_now
from bridge.store.database import insert_ignoring
from bridge.store.engagement import load_active_learners
from bridge.store.left_out import is_left_out

IDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class HeldPool:
    """One pool of a course that is still counted, with those of its learners who are still held."""

    pool_no: int
    programme_id: int | None
    size: int
    """As it was after the last closed week."""
    members: frozenset[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the latest evaluation of a learner showed."""

    band: Band | None
    has_concern: bool
    is_of_this_week: bool


@dataclass(frozen=True, slots=True)
class CourseWeek:
    """Everything that the figures of one course and closed week are made of."""

    course_id: int
    school_id: int | None
    shown: Mapping[int, Shown] = field(repr=False)
    """By person: their evaluation of the Sunday; of members of pools without one, the latest before it."""
    active: frozenset[int] = field(repr=False)
    """Active learners of today whose data is processed."""
    refused: frozenset[int] = field(repr=False)
    """People with an evaluation whose data is processed no more."""
    programmes: Mapping[int, int | None] = field(repr=False)
    enrolled: int
    """Active learners of today, whether their data is processed or not."""
    pools: tuple[HeldPool, ...]
    seen: frozenset[int] = field(repr=False)
    """Everybody who is or was in a pool of the run."""
    last_pool_no: int
    """Of all runs: a number is never used again."""
    casework: Mapping[int, CaseState] = field(default_factory=dict, repr=False)
    """By person: what people did about whoever had a concern in it."""
    run_no: int = 1
    """Of the course, as the evaluations of that Sunday have it."""


@dataclass(frozen=True, slots=True)
class PoolChange:
    """What a closed week changes of a course's pools."""

    course_id: int
    made: tuple[tuple[int, int | None, tuple[int, ...]], ...]
    """Number, programme and members of each new pool."""
    sizes: Mapping[int, int]
    """Pool number → learners who stay; 0 closes it."""
    left: frozenset[int] = field(repr=False)
    run_no: int = 1


def figures_key(secret_key: str) -> bytes:
    """Return the key of chance in figures, which is not in the database."""
    return derive_key(secret_key, "figures")


def load_weeks_to_freeze(db: Session, platform_id: int) -> dict[date, datetime]:
    """Return the Sundays with evaluations after the last frozen one, oldest first, with when the first was made."""
    last = db.scalar(select(func.max(FrozenFigure.as_of)).where(FrozenFigure.platform_id == platform_id))
    is_later = () if last is None else (EvaluationRow.as_of > last,)
    rows = db.execute(
        select(EvaluationRow.as_of, func.min(EvaluationRow.made_at))
        .join(Course, Course.id == EvaluationRow.course_id)
        .where(Course.platform_id == platform_id, *is_later)
        .group_by(EvaluationRow.as_of)
        .order_by(EvaluationRow.as_of)
    )
    return dict(rows.all())


def load_evaluated_courses(db: Session, platform_id: int, as_of: date) -> dict[int, int]:
    """Return the courses with an evaluation of that Sunday, by id, with the run that it is of. Empty: none."""
    rows = db.execute(
        select(EvaluationRow.course_id, func.max(EvaluationRow.run_no))
        .join(Course, Course.id == EvaluationRow.course_id)
        .where(Course.platform_id == platform_id, EvaluationRow.as_of == as_of)
        .group_by(EvaluationRow.course_id)
        .order_by(EvaluationRow.course_id)
    )
    return dict(rows.all())


def load_course_week(db: Session, course_id: int, as_of: date, run_no: int) -> CourseWeek:
    """Return what the figures of one course's run are made of."""
    is_learner = (
        Enrolment.course_id == course_id,
        Enrolment.is_learner.is_(True),
        Enrolment.is_active.is_(True),
    )
    pools, seen, last_pool_no = load_pools(db, course_id, run_no)
    shown = _load_shown(db, course_id, run_no, as_of, [person_id for pool in pools for person_id in pool.members])
    return CourseWeek(
        course_id=course_id,
        school_id=db.scalar(select(CourseSchool.school_id).where(CourseSchool.course_id == course_id)),
        shown=shown,
        active=frozenset(load_active_learners(db, course_id)),
        refused=_load_refused(db, course_id, run_no),
        programmes=_load_programmes(db, course_id),
        enrolled=db.scalar(select(func.count()).select_from(Enrolment).where(*is_learner)) or 0,
        pools=pools,
        seen=seen,
        last_pool_no=last_pool_no,
        casework=load_case_states(db, course_id, run_no),
        run_no=run_no,
    )


def _load_shown(db: Session, course_id: int, run_no: int, as_of: date, members: Collection[int]) -> dict[int, Shown]:
    """Return what was shown that Sunday, and of the members of pools who have nothing of it, what was shown last."""
    row = EvaluationRow
    is_of_run = (row.course_id == course_id, row.run_no == run_no)
    shown = _read_shown(db, as_of, *is_of_run, row.as_of == as_of)
    rest = sorted(set(members) - shown.keys())
    for start in range(0, len(rest), IDS_AT_ONCE):
        are_some = row.person_id.in_(rest[start : start + IDS_AT_ONCE])
        shown |= _read_shown(db, as_of, *is_of_run, are_some, row.as_of < as_of)
    return shown


def _read_shown(db: Session, as_of: date, *which: ColumnElement[bool]) -> dict[int, Shown]:
    row = EvaluationRow
    columns = (row.person_id, row.shown_band, row.concern_reasons, row.as_of)
    bands = {band.value: band for band in Band}
    found = db.execute(select(*columns).where(*which).order_by(row.as_of))
    return {person_id: Shown(bands.get(band), bool(reasons), day == as_of) for person_id, band, reasons, day in found}


def _load_refused(db: Session, course_id: int, run_no: int) -> frozenset[int]:
    is_of_run = (FigureMember.course_id == course_id, FigureMember.run_no == run_no)
    is_member = Person.id.in_(select(FigureMember.person_id).where(*is_of_run))
    return frozenset(
        db.scalars(select(Person.id).where(is_member, is_left_out(Person.id) | Person.deleted_at.is_not(None)))
    )


def _load_programmes(db: Session, course_id: int) -> dict[int, int | None]:
    rows = db.execute(
        select(StudentRecord.person_id, StudentRecord.programme_id)
        .join(Enrolment, Enrolment.person_id == StudentRecord.person_id)
        .where(Enrolment.course_id == course_id)
    )
    return dict(rows.all())


def load_pools(db: Session, course_id: int, run_no: int) -> tuple[tuple[HeldPool, ...], frozenset[int], int]:
    """Return a run's pools that are counted, everybody who is or was in one, and the last pool's number of any run.

    Before the first pool: nobody, and 0.
    """
    seen: set[int] = set()
    members: dict[int, set[int]] = {}
    columns = (FigureMember.person_id, FigureMember.pool_no, FigureMember.left_as_of)
    is_of_run = (FigureMember.course_id == course_id, FigureMember.run_no == run_no)
    for person_id, pool_no, left_as_of in db.execute(select(*columns).where(*is_of_run)):
        seen.add(person_id)
        if left_as_of is None:
            members.setdefault(pool_no, set()).add(person_id)
    pools = db.scalars(select(FigurePool).where(FigurePool.course_id == course_id).order_by(FigurePool.pool_no)).all()
    held = tuple(
        HeldPool(pool.pool_no, pool.programme_id, pool.size, frozenset(members.get(pool.pool_no, ())))
        for pool in pools
        if pool.closed_as_of is None and pool.run_no == run_no
    )
    return held, frozenset(seen), max((pool.pool_no for pool in pools), default=0)


def load_counted_learners(db: Session, course_id: int) -> dict[int, date]:
    """Return who is in the pools of a course's run now and whose data is processed, with their first day there.

    Before the first pool: nobody.
    """
    is_of_now = (FigureMember.course_id == course_id, FigureMember.run_no == run_now(course_id))
    is_counted = (*is_of_now, FigureMember.left_as_of.is_(None))
    rows = db.execute(
        select(Enrolment.person_id, Enrolment.enrolled_on)
        .join(FigureMember, FigureMember.person_id == Enrolment.person_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.course_id == course_id, *is_counted, Person.deleted_at.is_(None), ~is_left_out(Person.id))
    )
    return dict(rows.all())


def save_pool_change(db: Session, change: PoolChange, as_of: date) -> None:
    """Write what a closed week changes of a course's pools."""
    course_id, run_no = change.course_id, change.run_no
    for pool_no, programme_id, people in change.made:
        pool = FigurePool(course_id=course_id, pool_no=pool_no, programme_id=programme_id, made_as_of=as_of)
        pool.run_no, pool.size = run_no, len(people)
        db.add(pool)
        row = {"course_id": course_id, "run_no": run_no, "pool_no": pool_no, "left_as_of": None}
        insert_ignoring(db, FigureMember, [{**row, "person_id": one} for one in people])
    for pool_no, size in change.sizes.items():
        values: dict[str, Any] = {"size": size} if size else {"size": 0, "closed_as_of": as_of}
        is_one = (FigurePool.course_id == course_id, FigurePool.pool_no == pool_no)
        db.execute(update(FigurePool).where(*is_one).values(**values))
    left = sorted(change.left)
    for start in range(0, len(left), IDS_AT_ONCE):
        are_some = FigureMember.person_id.in_(left[start : start + IDS_AT_ONCE])
        is_of_run = (FigureMember.course_id == course_id, FigureMember.run_no == run_no)
        db.execute(update(FigureMember).where(*is_of_run, are_some).values(left_as_of=as_of))


@dataclass(frozen=True, slots=True)
class FrozenRow:
    """The figures of one group of learners for one closed week."""

    scope: str
    scope_id: int
    part: str
    figures: Mapping[str, int | None]


def save_frozen(db: Session, platform_id: int, as_of: date, rows: Sequence[FrozenRow], now: datetime) -> None:
    """Write a closed week's figures; one that is there already stays as it was published."""
    insert_ignoring(
        db,
        FrozenFigure,
        [
            {
                "platform_id": platform_id,
                "as_of": as_of,
                "scope": row.scope,
                "scope_id": row.scope_id,
                "part": row.part,
                "figures": dict(row.figures),
                "made_at": now,
            }
            for row in rows
        ],
    )
