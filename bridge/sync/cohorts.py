"""Facts of the database → the histories of a course's learners, as columns or one by one (`analytics.bulk.cohort`)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from itertools import chain
from operator import itemgetter
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.orm import Session

from analytics.bulk.cohort import NEVER, STATUS_ORDER, Cohort, Numbers, columns_of, unpack_histories
from analytics.calendar import TeachingCalendar, day_number, local_date
from analytics.evidence import MARKER_OF_KIND, Kind
from analytics.history import LearnerHistory, SessionStatus
from analytics.levels import MARKER_ORDER, Marker
from bridge.store.engagement import load_exemptions
from bridge.store.facts import load_course_facts
from bridge.store.left_out import load_research_days
from bridge.store.registers import load_marks
from bridge.store.restrictions import load_paused_days
from bridge.store.tasks import MeasuredTask, load_measured_tasks
from bridge.store.voice import load_declared_days

FIRST_ORDINAL = date(1970, 1, 1).toordinal()
"""Of day number 0."""
VISIT_KINDS = [int(kind) for kind in Kind if kind.is_visit]
MARKER_OF_NUMBER = np.array(
    [MARKER_ORDER.index(MARKER_OF_KIND[kind]) if kind in MARKER_OF_KIND else -1 for kind in Kind]
)
"""By kind: the place of the marker whose items it is, -1 for Moodle's own."""


def load_cohort(
    db: Session, course_id: int, learners: Mapping[int, date], calendar: TeachingCalendar, today: date, zone: ZoneInfo
) -> Cohort:
    """Return the histories of learners (person id → enrolled on) from week 1 to today, in eight statements.

    Their places are their order in `learners`.
    """
    places = {person_id: place for place, person_id in enumerate(learners)}
    first = calendar.first_monday
    visits, evidence, items = _load_evidence(db, course_id, places, first, today)
    declared = [
        (places[person_id], day.toordinal())
        for person_id, days in load_declared_days(db, course_id, places).items()
        for day in days
        if day >= first
    ]
    return Cohort(
        enrolled_on=np.array([day.toordinal() for day in learners.values()], dtype=np.int64),
        exemptions=columns_of(_load_days_off(db, places, first, today, zone), 3),
        visits=visits,
        evidence=np.concatenate([evidence, columns_of(declared, 2)], axis=1),
        tasks=columns_of(_list_tasks(load_measured_tasks(db, course_id, set(places)), places, zone), 7),
        sessions=columns_of(_load_sessions(db, course_id, places, first, today), 4),
        items=items,
    )


def load_histories(
    db: Session, course_id: int, learners: Mapping[int, date], calendar: TeachingCalendar, today: date, zone: ZoneInfo
) -> dict[int, LearnerHistory]:
    """Return the history of each learner (person id → enrolled on), as `load_cohort` loads them."""
    cohort = load_cohort(db, course_id, learners, calendar, today, zone)
    return dict(zip(learners, unpack_histories(cohort), strict=True))


def _load_evidence(
    db: Session, course_id: int, places: Mapping[int, int], first: date, today: date
) -> tuple[Numbers, Numbers, Numbers]:
    """Return visits, other days with evidence, and items, as the columns of a `Cohort`."""
    facts = load_course_facts(db, course_id, day_number(first), day_number(today), places.keys())
    numbers = np.fromiter(chain.from_iterable(facts), dtype=np.int64, count=4 * len(facts))
    person_id, day_no, cmid, kind = numbers.reshape(-1, 4).T
    people = np.array(sorted(places), dtype=np.int64)
    place_of = np.array([places[one] for one in people.tolist()], dtype=np.int64)
    who = place_of[np.searchsorted(people, person_id)]
    days, marker = day_no + FIRST_ORDINAL, MARKER_OF_NUMBER[kind]
    is_visit = np.isin(kind, VISIT_KINDS) & (cmid > 0)
    is_item = marker >= 0
    is_other = ~is_visit & ~is_item
    visits = np.stack([who, days, cmid])[:, is_visit]
    items = np.stack([who, marker, days, cmid])[:, is_item]
    return _distinct(visits), np.stack([who, days])[:, is_other], items


def _distinct(columns: Numbers) -> Numbers:
    """Keep each row once: work handed in is a visit of its activity, too."""
    ordered: Numbers = columns[:, np.lexsort(columns[::-1])]
    is_new = np.ones(ordered.shape[1], dtype=np.bool_)
    is_new[1:] = (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)
    kept: Numbers = ordered[:, is_new]
    return kept


def _load_days_off(
    db: Session, places: Mapping[int, int], first: date, today: date, zone: ZoneInfo
) -> Iterable[tuple[int, int, int]]:
    """Give every stretch that counts for nothing: learner, first day, last day; exemptions first."""
    exemptions = load_exemptions(db, places)
    paused = load_paused_days(db, set(places), zone, today)
    research = {person_id: [days] for person_id, days in load_research_days(db, places, zone, first).items()}
    return [
        (places[person_id], start.toordinal(), end.toordinal())
        for stretches in (exemptions, paused, research)
        for person_id, off in stretches.items()
        for start, end in off
    ]


def _load_sessions(
    db: Session, course_id: int, places: Mapping[int, int], first: date, today: date
) -> list[tuple[int, int, int, int]]:
    """Return the sessions from a day to today that learners were expected at, by day: learner, day, status, marker."""
    statuses = {status.value: STATUS_ORDER.index(status) for status in SessionStatus}
    markers = {marker.value: MARKER_ORDER.index(marker) for marker in Marker}
    return [
        (places[mark.person_id], mark.held_on.toordinal(), statuses[mark.status], markers[mark.marker])
        for mark in load_marks(db, course_id, places)
        if first <= mark.held_on <= today
    ]


def _list_tasks(tasks: Collection[MeasuredTask], places: Mapping[int, int], zone: ZoneInfo) -> list[tuple[int, ...]]:
    """List learners' tasks as the columns of a `Cohort` have them, without those that cannot enter Tasks.

    That is one without a date, which nobody can be late for, and one where Moodle cannot say who is excused from it.
    """
    local_days: dict[datetime, int] = {}

    def day_of(instant: datetime) -> int:
        if instant not in local_days:
            local_days[instant] = local_date(instant, zone).toordinal()
        return local_days[instant]

    rows = []
    for task in tasks:
        for own in task.own:
            if own.due_at is None or not task.is_excused_known:
                continue
            own_day = day_of(own.due_at)
            due_on = own_day if task.due_at is None else day_of(task.due_at)
            extended_to = own_day if own_day != due_on else NEVER
            handed_in_on = NEVER if own.handed_in_at is None else day_of(own.handed_in_at)
            flags = own.is_excused, handed_in_on, task.is_teamwork
            rows.append((places[own.person_id], task.task_id, due_on, extended_to, *flags))
    return sorted(rows, key=itemgetter(0))
