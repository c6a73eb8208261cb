"""Step 13: once a week, after the evaluations, the figures for those without named rights; each is written once.

Courses whose evaluations are late are waited for, three days at most from when the first could be made; they are not in
that week's figures then. A week that is frozen is never made again from later knowledge, nor is an earlier one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from analytics.bands import Band
from analytics.calendar import local_date
from analytics.disclosure.figures import publish, round_enrolled
from analytics.disclosure.pools import deal_pools, find_leaving
from analytics.disclosure.rounding import Counted, Pool, RoundedPool, round_pool
from bridge.store.database import reading, writing
from bridge.store.figures import (
    CourseWeek,
    FrozenRow,
    PoolChange,
    figures_key,
    load_course_week,
    load_evaluated_courses,
    load_weeks_to_freeze,
    save_frozen,
    save_pool_change,
)
from bridge.store.figures_page import COURSE, PLATFORM, PROGRAMME, SCHOOL, WHOLE
from bridge.store.freshness import load_known_day
from bridge.store.openings import OpeningsWeek, save_openings
from bridge.sync.context import Sync
from bridge.sync.openings import make_openings
from bridge.sync.report import Tally

GRACE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class CountedPool:
    """A pool with its rounded numbers, and who is in it: the people never leave this step."""

    rounded: RoundedPool
    school_id: int | None
    people: frozenset[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CountedCourse:
    """One course's part in a week's figures."""

    course_id: int
    school_id: int | None
    enrolled: int
    pools: tuple[CountedPool, ...]


def make_figures(sync: Sync, tally: Tally) -> None:
    """Freeze the figures of each closed week that has evaluations and no figures yet, oldest first."""
    key = figures_key(sync.settings.secret_key)
    with reading(sync.sessions) as db:
        weeks = load_weeks_to_freeze(db, sync.platform_id)
    for as_of, first_made_at in weeks.items():
        # After an outage of weeks the first run is no later for them than a Monday's is otherwise.
        evaluated_on = max(as_of + timedelta(days=1), local_date(first_made_at, sync.settings.zone))
        if sync.today < evaluated_on + GRACE and _is_waited_for(sync, as_of):
            return
        _freeze(sync, key, as_of)


def _is_waited_for(sync: Sync, as_of: date) -> bool:
    """Say whether a course may still bring evaluations of that Sunday."""
    with reading(sync.sessions) as db:
        known = [
            load_known_day(db, sync.platform_id, course.course_id, sync.settings.zone) if course.is_backfilled else None
            for course in sync.courses()
        ]
    return any(day is None or day < as_of for day in known)


def _freeze(sync: Sync, key: bytes, as_of: date) -> None:
    counted: list[CountedCourse] = []
    changes: list[PoolChange] = []
    openings: list[tuple[int, OpeningsWeek]] = []
    with reading(sync.sessions) as db:
        for course_id, run_no in load_evaluated_courses(db, sync.platform_id, as_of).items():
            week = load_course_week(db, course_id, as_of, run_no)
            change = change_pools(key, week)
            changes.append(change)
            counted.append(count_course(key, week, change))
            members = frozenset[int]().union(*(pool.people for pool in counted[-1].pools))
            openings.append((course_id, make_openings(db, key, change, members, as_of)))
    rows = make_rows(counted)
    with writing(sync.sessions) as db:
        for change in changes:
            save_pool_change(db, change, as_of)
        for course_id, opened in openings:
            save_openings(db, course_id, opened, sync.now())
        save_frozen(db, sync.platform_id, as_of, rows, sync.now())


def change_pools(key: bytes, week: CourseWeek) -> PoolChange:
    """Decide who leaves the pools of a course and which new ones are made."""
    sizes: dict[int, int] = {}
    left: set[int] = set()
    for pool in week.pools:
        # Who has no evaluation any more cannot be counted: the same as erased.
        gone = (pool.members & week.refused) | (pool.members - week.shown.keys())
        leaving = find_leaving(key, week.course_id, pool.size, pool.members, gone, pool.members - week.active)
        size = len(pool.members - leaving)
        if size != pool.size:
            sizes[pool.pool_no] = size
            left |= leaving
    waiting = {
        person_id: week.programmes.get(person_id)
        for person_id in week.active - week.seen
        if person_id in week.shown and week.shown[person_id].is_of_this_week
    }
    made = tuple(
        (number, pool.programme_id, pool.members)
        for number, pool in enumerate(deal_pools(key, week.course_id, waiting), week.last_pool_no + 1)
    )
    return PoolChange(week.course_id, made, sizes, frozenset(left), week.run_no)


def count_course(key: bytes, week: CourseWeek, change: PoolChange) -> CountedCourse:
    """Count and round the pools of a course as the week leaves them."""
    held = [(pool.pool_no, pool.programme_id, pool.members - change.left) for pool in week.pools]
    made = [(number, programme_id, frozenset(people)) for number, programme_id, people in change.made]
    pools = [
        CountedPool(
            round_pool(key, Pool(week.course_id, number, len(people), programme_id), _count(week, people)),
            week.school_id,
            people,
        )
        for number, programme_id, people in (*held, *made)
        if people
    ]
    return CountedCourse(week.course_id, week.school_id, round_enrolled(week.enrolled), tuple(pools))


def _count(week: CourseWeek, people: frozenset[int]) -> Counted:
    shown = [week.shown[person_id] for person_id in people]
    bands = [one.band for one in shown]
    meeting, below, well = (bands.count(band) for band in (Band.MEETING, Band.BELOW, Band.WELL_BELOW))
    states = [week.casework[person_id] for person_id in people if person_id in week.casework]
    return Counted(
        meeting,
        meeting + below,
        meeting + below + well,
        sum(one.has_concern for one in shown),
        raised=len(states),
        contacted=sum(one.is_contacted_soon for one in states),
        wrong_flags=sum(one.has_wrong_flag for one in states),
        open_cases=sum(one.has_open_case for one in states),
    )


def make_rows(courses: Sequence[CountedCourse]) -> list[FrozenRow]:
    """Make the figures of the platform, each school, programme and course, and each course's programmes.

    The platform's row is made also where nothing can be said, so that the week is known to be frozen.
    """
    pools = [pool for course in courses for pool in course.pools]
    rows = [_make_row(PLATFORM, 0, WHOLE, pools, sum(course.enrolled for course in courses))]
    for school_id in sorted({course.school_id for course in courses if course.school_id is not None}):
        its = [course for course in courses if course.school_id == school_id]
        theirs = [pool for course in its for pool in course.pools]
        rows.append(_make_row(SCHOOL, school_id, WHOLE, theirs, sum(course.enrolled for course in its)))
    for programme_id in _programmes(pools):
        rows.append(_make_row(PROGRAMME, programme_id, WHOLE, _of(pools, programme_id), None))
    for course in courses:
        rows.append(_make_row(COURSE, course.course_id, WHOLE, course.pools, course.enrolled))
        for programme_id in _programmes(course.pools):
            part = f"{PROGRAMME}:{programme_id}"
            rows.append(_make_row(COURSE, course.course_id, part, _of(course.pools, programme_id), None))
    return rows


def _programmes(pools: Sequence[CountedPool]) -> list[int]:
    return sorted({one.rounded.pool.programme_id for one in pools if one.rounded.pool.programme_id is not None})


def _of(pools: Sequence[CountedPool], programme_id: int) -> list[CountedPool]:
    return [one for one in pools if one.rounded.pool.programme_id == programme_id]


def _make_row(scope: str, scope_id: int, part: str, pools: Sequence[CountedPool], enrolled: int | None) -> FrozenRow:
    places: dict[int, int] = {}
    for pool in pools:
        for person_id in pool.people:
            places[person_id] = places.get(person_id, 0) + 1
    figures = publish([pool.rounded for pool in pools], places, enrolled)
    return FrozenRow(scope, scope_id, part, figures.to_document())
