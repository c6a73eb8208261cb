"""Read what stands behind one learner's figure (policy paragraph 23)."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import BindParameter, bindparam, null, select
from sqlalchemy.orm import Session

from analytics.calendar import date_of, day_number
from analytics.evidence import MARKER_OF_KIND
from analytics.history import Session as Held
from analytics.history import SessionStatus
from analytics.levels import Marker
from bridge.schema import people, sources, teaching
from bridge.store.database import Statement, fetch
from bridge.store.facts import load_own_facts
from bridge.store.panel_course import is_switched_on, load_course_heads
from bridge.store.panel_records import DayItem, LearnerInCourse, MyCourse, Reach, Seen
from bridge.store.panel_statements import COURSE_ID, PERSON_ID, SELECT_STANDINGS
from bridge.store.panels import load_listed_learner, load_own_tasks, load_weeks, make_standing


def _select_held() -> Statement:
    session, mark = sources.RegisterSession, sources.RegisterMark
    is_between = session.held_on.between(bindparam("first"), bindparam("last"))
    return (
        select(session.held_on, mark.status, session.marker)
        .join(mark, mark.session_id == session.id)
        .where(session.course_id == COURSE_ID, mark.person_id == PERSON_ID, is_between)
        .order_by(session.held_on, session.id)
    )


_SELECT_HELD = _select_held()
_ITEM_KINDS = frozenset(map(int, MARKER_OF_KIND))
"""Kinds of facts whose `cmid` is a source's item and no activity."""
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_SELECT_ACTIVITIES = select(teaching.Activity.cmid, teaching.Activity.name, teaching.Activity.modname).where(
    teaching.Activity.course_id == COURSE_ID, teaching.Activity.cmid.in_(_IDS)
)
_SELECT_ITEMS = select(sources.SourceItem.id, sources.SourceItem.name, null()).where(
    sources.SourceItem.course_id == COURSE_ID, sources.SourceItem.id.in_(_IDS)
)
_SELECT_ENROLLED = (
    select(people.Enrolment.course_id, people.Enrolment.enrolled_on)
    .join(teaching.Course, teaching.Course.id == people.Enrolment.course_id)
    .join(people.Person, people.Person.id == people.Enrolment.person_id)
    .where(
        people.Enrolment.person_id == PERSON_ID,
        people.Enrolment.is_learner.is_(True),
        people.Enrolment.is_active.is_(True),
        people.Person.deleted_at.is_(None),
        is_switched_on(),
    )
)


def load_learner_in_course(
    db: Session, reach: Reach, person_id: int, *, with_groups: bool = False
) -> LearnerInCourse | None:
    """Load one learner with weeks, evaluations and tasks; None for anybody out of reach, existing or not.

    `with_groups`: their groups as well, which learners' own pages do not name.
    """
    listed = load_listed_learner(db, reach, person_id, with_groups=with_groups)
    if listed is None:
        return None
    course_ids = [reach.course_id]
    weeks = load_weeks(db, course_ids, [person_id]).get((reach.course_id, person_id), [])
    evaluations = fetch(db, SELECT_STANDINGS, course_ids=course_ids, person_id=person_id)
    return LearnerInCourse(
        learner=listed,
        weeks=tuple(weeks),
        standings=tuple(map(make_standing, evaluations)),
        tasks=load_own_tasks(db, course_ids, [person_id]),
    )


def load_seen(db: Session, course_id: int, person_id: int, first: date, last: date) -> Seen:
    """Load what was seen of a learner from one day to another, both included, by day; empty when nothing was."""
    facts = load_own_facts(db, course_id, person_id, day_number(first), day_number(last))
    names = _load_names(db, course_id, {(kind in _ITEM_KINDS, cmid) for _, cmid, kind in facts if cmid})
    unknown = (None, None)
    items = tuple(
        DayItem(date_of(day_no), cmid, kind, *names.get((kind in _ITEM_KINDS, cmid), unknown))
        for day_no, cmid, kind in facts
    )
    return Seen(items, _load_sessions(db, course_id, person_id, first, last))


def _load_names(
    db: Session, course_id: int, wanted: Collection[tuple[bool, int]]
) -> dict[tuple[bool, int], tuple[str, str | None]]:
    """Return name and modname of activities (False, cmid) and of other sources' items (True, id)."""
    names: dict[tuple[bool, int], tuple[str, str | None]] = {}
    for is_item, statement in ((False, _SELECT_ACTIVITIES), (True, _SELECT_ITEMS)):
        ids = [number for one, number in wanted if one is is_item]
        for number, name, modname in fetch(db, statement, course_id=course_id, ids=ids) if ids else ():
            names[is_item, number] = (name, modname)
    return names


def _load_sessions(db: Session, course_id: int, person_id: int, first: date, last: date) -> tuple[Held, ...]:
    rows = fetch(db, _SELECT_HELD, course_id=course_id, person_id=person_id, first=first, last=last)
    return tuple(Held(held_on, SessionStatus(status), Marker(marker)) for held_on, status, marker in rows)


def load_item_names(db: Session, course_id: int) -> dict[tuple[Marker, int], str]:
    """Load the names of a course's activities, by Activity and cmid, and of its other sources' items."""
    activity, item = teaching.Activity, sources.SourceItem
    activities = db.execute(select(activity.cmid, activity.name).where(activity.course_id == course_id))
    items = db.execute(select(item.marker, item.id, item.name).where(item.course_id == course_id))
    names = {(Marker.ACTIVITY, cmid): name for cmid, name in activities}
    return names | {(Marker(marker), item_id): name for marker, item_id, name in items}


def load_my_courses(db: Session, person_id: int) -> tuple[MyCourse, ...]:
    """Load the switched-on courses that a person learns in now, by name, in ten queries; empty for none."""
    enrolled = {row.course_id: row.enrolled_on for row in fetch(db, _SELECT_ENROLLED, person_id=person_id)}
    weeks = load_weeks(db, enrolled, [person_id])
    evaluations = fetch(db, SELECT_STANDINGS, course_ids=list(enrolled), person_id=person_id)
    last = {found.course_id: make_standing(found) for found in evaluations}
    tasks = load_own_tasks(db, enrolled, [person_id])
    return tuple(
        MyCourse(
            head=head,
            weeks=tuple(weeks.get((head.course_id, person_id), ())),
            standing=last.get(head.course_id),
            enrolled_on=enrolled[head.course_id],
            tasks=tuple(own for own in tasks if own.task.course_id == head.course_id),
        )
        for head in load_course_heads(db, enrolled)
    )
