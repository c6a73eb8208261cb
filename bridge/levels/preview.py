"""What a level would do, by counts alone, before anybody publishes it (docs/engagement.md "Levels").

A lead may ask again and again, of one level after the other. So the same pools of learners are counted and rounded as
in the figures without names (docs/figures.md): the exact counts of two levels would tell about single learners.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from analytics.bands import TOO_EARLY, Band
from analytics.bulk.evaluation import evaluate_cohort
from analytics.disclosure.figures import NOTHING, Figures, publish
from analytics.disclosure.pools import deal_pools
from analytics.disclosure.rounding import Counted, Pool, RoundedPool, round_pool
from analytics.evaluation import Evaluation
from analytics.level_terms import UNPUBLISHED, LevelTerms
from analytics.levels import PublishedLevel
from bridge.store.calendars import load_yardstick
from bridge.store.engagement import load_active_learners
from bridge.store.figures import load_counted_learners, load_pools
from bridge.store.freshness import load_known_day
from bridge.store.level_reach import find_reached_courses
from bridge.store.level_scopes import LevelScope
from bridge.store.tasks import find_courses_without_tasks
from bridge.sync.cohorts import load_cohort
from bridge.sync.measure import Measure

CONCERN = "a reason to get in touch"
NO_CONCERN = "no reason to get in touch"
BANDS = (Band.MEETING.value, Band.BELOW.value, Band.WELL_BELOW.value, TOO_EARLY)
MOST_LEARNERS = 5_000
"""A page waits for the answer: courses beyond this many learners are left out of the preview, and it says so."""


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One count, by the level in force and by the proposed one, to five; None: hidden, or no level is in force."""

    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class LevelPreview:
    """What a proposed level would give on what is known now: each learner's last closed week, as if in force so far."""

    course_count: int
    """Courses it was asked of: switched on, with a closed week, and no narrower level in force."""
    left_out_count: int
    """Courses it would measure and was not asked of."""
    learner_count: int | None
    """Learners in pools, one in two courses counted twice; None for fewer than 10: then there are no lines."""
    as_of: date | None
    """The Sunday of the last week that has closed in any of the courses."""
    has_level: bool
    """Whether any of the courses has a level in force now."""
    bands: tuple[PreviewLine, ...]
    concerns: tuple[PreviewLine, ...]


def preview_level(
    db: Session, scope: LevelScope, terms: LevelTerms, *, start: date, zone: ZoneInfo, key: bytes
) -> LevelPreview:
    """Count bands and concerns that a level would give, beside those of the level in force now.

    `key` is that of the figures (`bridge.store.figures.figures_key`). Counts that are not sure to be of 10 learners are
    hidden, and others with them, so that none can be found by subtraction. Nothing is stored.
    """
    proposed = terms.as_level(UNPUBLISHED, start if start.weekday() == 0 else _monday_before(start))
    reached = find_reached_courses(db, scope, start)
    counts = _Counts()
    for course_id in reached:
        if counts.learner_count < MOST_LEARNERS:
            _count_course(db, scope.platform_id, course_id, proposed, counts, zone, key)
    before, after = counts.before.publish(), counts.after.publish()
    return LevelPreview(
        course_count=counts.course_count,
        left_out_count=len(reached) - counts.course_count,
        learner_count=after.places,
        as_of=counts.as_of,
        has_level=counts.has_level,
        bands=() if after.places is None else _make_lines(BANDS, before, after),
        concerns=() if after.places is None else _make_lines((CONCERN, NO_CONCERN), before, after),
    )


def _monday_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - day.weekday())


@dataclass(slots=True)
class _Tally:
    """The rounded pools by one level, and how many places each learner has in them."""

    pools: list[RoundedPool] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)

    def publish(self) -> Figures:
        """Give what may be told of them."""
        return publish(self.pools, self.places, None)


@dataclass(slots=True)
class _Counts:
    """What is added up, course by course."""

    course_count: int = 0
    learner_count: int = 0
    as_of: date | None = None
    has_level: bool = False
    before: _Tally = field(default_factory=_Tally)
    after: _Tally = field(default_factory=_Tally)


def _count_course(
    db: Session,
    platform_id: int,
    course_id: int,
    proposed: PublishedLevel,
    counts: _Counts,
    zone: ZoneInfo,
    key: bytes,
) -> None:
    yardstick, known = load_yardstick(db, course_id), load_known_day(db, platform_id, course_id, zone)
    if yardstick is None or known is None or not (week := yardstick.calendar.last_closed_week(known)):
        return
    is_tasks_known = not find_courses_without_tasks(db, [course_id])
    learners = load_counted_learners(db, course_id) or load_active_learners(db, course_id)
    cohort, people = load_cohort(db, course_id, learners, yardstick.calendar, known, zone), tuple(learners)
    counts.course_count += 1
    counts.learner_count += cohort.size
    sunday = yardstick.calendar.sunday_of(week)
    counts.as_of = max(counts.as_of or sunday, sunday)
    measure = Measure(yardstick.calendar, yardstick.levels, yardstick.covers_to, is_tasks_known)
    pools = _find_pools(db, course_id, yardstick.run_no, people, key)
    for level, tally in ((measure.level_of(week), counts.before), (proposed, counts.after)):
        if level is None:
            continue
        counts.has_level |= level is not proposed
        plan = {week: (level, measure.unused_in(week, level))}
        made = evaluate_cohort(cohort, yardstick.calendar, plan)
        evaluations = {people[place]: evaluation for place, evaluation in made}
        for pool, members in pools:
            tally.pools.append(
                round_pool(key, pool, _count([evaluations[one] for one in members if one in evaluations]))
            )
            for one in members:
                tally.places[one] = tally.places.get(one, 0) + 1


def _find_pools(
    db: Session, course_id: int, run_no: int, people: Collection[int], key: bytes
) -> list[tuple[Pool, Collection[int]]]:
    """Return the pools of a course's figures; before there are any, those that would be made now.

    Whose data is used no more since the last closed week is counted as too early to say, so that no pool is smaller.
    """
    held, seen, last_pool_no = load_pools(db, course_id, run_no)
    if seen:
        return [(Pool(course_id, pool.pool_no, pool.size), pool.members) for pool in held]
    dealt = deal_pools(key, course_id, dict.fromkeys(people))
    return [
        (Pool(course_id, number, len(pool.members)), pool.members)
        for number, pool in enumerate(dealt, last_pool_no + 1)
    ]


def _count(evaluations: Sequence[Evaluation]) -> Counted:
    shown = [evaluation.shown for evaluation in evaluations]
    meeting, below, well = (shown.count(band) for band in Band)
    return Counted(meeting, meeting + below, meeting + below + well, sum(bool(one.reasons) for one in evaluations))


def _make_lines(names: Sequence[str], before: Figures, after: Figures) -> tuple[PreviewLine, ...]:
    told = [_by_name(figures) for figures in (before, after)]
    return tuple(PreviewLine(name, *(figures[name] for figures in told)) for name in names)


def _by_name(figures: Figures) -> dict[str, int | None]:
    is_told = figures is not NOTHING and figures.concerns is not None and figures.places is not None
    return {
        Band.MEETING.value: figures.meeting,
        Band.BELOW.value: figures.below,
        Band.WELL_BELOW.value: figures.well_below,
        TOO_EARLY: figures.too_early,
        CONCERN: figures.concerns,
        NO_CONCERN: (figures.places or 0) - (figures.concerns or 0) if is_told else None,
    }
