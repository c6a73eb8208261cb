"""Read who opened what in a course, and keep how many they were, once a week and without names (frozen_opening)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analytics.calendar import DAYS_IN_WEEK, day_number
from analytics.disclosure.openings import Before, ItemCount, Opening
from analytics.evidence import VISIT_KINDS
from bridge.schema.engagement import EvaluationRow, FigureMember, FrozenOpening
from bridge.schema.people import GroupMember
from bridge.schema.teaching import Activity
from bridge.store.course_runs import load_run_start, run_now
from bridge.store.database import insert_ignoring
from bridge.store.facts import load_first_and_last
from bridge.store.panel_records import Reach

MOST_DAYS = 420
"""An opening longer ago than this is of an earlier run of the course, though nobody ever said that one began."""


@dataclass(frozen=True, slots=True)
class OpeningsWeek:
    """One frozen week of a course."""

    as_of: date
    week_no: int
    learners: int
    items: Mapping[int, ItemCount]
    run_no: int = 1
    """Of the course."""


@dataclass(frozen=True, slots=True)
class Item:
    """One activity that learners can see."""

    cmid: int
    modname: str
    name: str
    section: int


def load_openings(db: Session, course_id: int, as_of: date, run_no: int) -> dict[int, dict[int, Opening]]:
    """Return by item and person when they first and last opened it in a run, up to a Sunday. Nothing opened: empty."""
    last_no, start = day_number(as_of), load_run_start(db, course_id, run_no)
    first_no = last_no - MOST_DAYS + 1 if start is None else max(last_no - MOST_DAYS + 1, day_number(start))
    kinds = [int(kind) for kind in VISIT_KINDS]
    found: dict[int, dict[int, Opening]] = {}
    for (person_id, cmid), days in load_first_and_last(db, course_id, first_no, last_no, kinds).items():
        found.setdefault(cmid, {})[person_id] = Opening(*days)
    return found


def load_all_items(db: Session, course_id: int) -> frozenset[int]:
    """Return the cmids of everything that a course has or had, hidden or deleted, but for this tool's own."""
    is_one = (Activity.course_id == course_id, Activity.is_own.is_(False))
    return frozenset(db.scalars(select(Activity.cmid).where(*is_one)))


def load_items(db: Session, course_id: int) -> tuple[Item, ...]:
    """Return what learners can see and open now, in the order of the sections, older ones first. Empty: nothing."""
    rows = db.scalars(
        select(Activity)
        .where(
            Activity.course_id == course_id,
            Activity.is_own.is_(False),
            Activity.is_visible.is_(True),
            Activity.deleted_at.is_(None),
            Activity.modname != "label",
        )
        .order_by(Activity.section, Activity.cmid)
    )
    return tuple(Item(row.cmid, row.modname, row.name, row.section) for row in rows)


def load_before(db: Session, course_id: int, as_of: date, run_no: int) -> Before | None:
    """Return what the last frozen week of a run before a Sunday told; None before its first."""
    row = FrozenOpening
    found = db.scalar(
        select(row)
        .where(row.course_id == course_id, row.run_no == run_no, row.as_of < as_of)
        .order_by(row.as_of.desc())
        .limit(1)
    )
    return None if found is None else Before(day_number(found.as_of), found.learners, _read_items(found))


def load_week_no(db: Session, course_id: int, as_of: date) -> int:
    """Return the number of the teaching week that a Sunday closed; 0 where nobody was evaluated."""
    is_one = (EvaluationRow.course_id == course_id, EvaluationRow.as_of == as_of)
    return db.scalar(select(func.max(EvaluationRow.week_no)).where(*is_one)) or 0


def load_opening_weeks(db: Session, course_id: int) -> tuple[OpeningsWeek, ...]:
    """Return the frozen weeks of a course's run now, oldest first. Before the first: empty."""
    is_of_now = (FrozenOpening.course_id == course_id, FrozenOpening.run_no == run_now(course_id))
    rows = db.scalars(select(FrozenOpening).where(*is_of_now).order_by(FrozenOpening.as_of))
    return tuple(OpeningsWeek(row.as_of, row.week_no, row.learners, _read_items(row), row.run_no) for row in rows)


def count_out_of_reach(db: Session, reach: Reach) -> int:
    """Return how many of the counted learners a tutor of some groups does not see by name; 0 where all are seen."""
    if reach.group_ids is None:
        return 0
    are_theirs = select(GroupMember.person_id).where(GroupMember.group_id.in_(reach.group_ids))
    is_of_now = (FigureMember.course_id == reach.course_id, FigureMember.run_no == run_now(reach.course_id))
    is_counted = (*is_of_now, FigureMember.left_as_of.is_(None))
    counted = select(func.count()).where(*is_counted, FigureMember.person_id.not_in(are_theirs))
    return db.scalar(counted) or 0


def save_openings(db: Session, course_id: int, week: OpeningsWeek, now: datetime) -> None:
    """Write a closed week's counts; one that is there already stays as it was published."""
    items = {str(cmid): [count.week, count.so_far] for cmid, count in week.items.items()}
    row = {"course_id": course_id, "as_of": week.as_of, "week_no": week.week_no, "learners": week.learners}
    row["run_no"] = week.run_no
    insert_ignoring(db, FrozenOpening, [{**row, "items": items, "made_at": now}])


def _read_items(row: FrozenOpening) -> dict[int, ItemCount]:
    return {int(cmid): ItemCount(*counts) for cmid, counts in row.items.items()}


def monday_of(as_of: date) -> date:
    """Return the Monday of the week that a Sunday closes."""
    return as_of - timedelta(days=DAYS_IN_WEEK - 1)
