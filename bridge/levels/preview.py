"""What a level would do, by counts alone, before anybody publishes it (docs/engagement.md "Levels")."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from analytics.bands import TOO_EARLY, Band
from analytics.cohort import FEWEST_LEARNERS, suppress_counts
from analytics.evaluation import EvaluationInputs, evaluate_week
from analytics.level_terms import UNPUBLISHED, LevelTerms
from analytics.levels import PublishedLevel
from bridge.store.calendars import load_yardstick
from bridge.store.engagement import load_active_learners
from bridge.store.freshness import load_known_day
from bridge.store.level_reach import find_reached_courses
from bridge.store.level_scopes import LevelScope
from bridge.store.tasks import find_courses_without_tasks
from bridge.sync.measure import Measure, load_histories

CONCERN = "a reason to get in touch"
NO_CONCERN = "no reason to get in touch"
BANDS = (Band.MEETING.value, Band.BELOW.value, Band.WELL_BELOW.value, TOO_EARLY)
MOST_LEARNERS = 5_000
"""A page waits for the answer: courses beyond this many learners are left out of the preview, and it says so."""


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One count, by the level in force and by the proposed one; None: hidden, or no level is in force."""

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
    """Learners, one in two courses counted twice; None for fewer than 10: then there are no lines."""
    as_of: date | None
    """The Sunday of the last week that has closed in any of the courses."""
    has_level: bool
    """Whether any of the courses has a level in force now."""
    bands: tuple[PreviewLine, ...]
    concerns: tuple[PreviewLine, ...]


def preview_level(db: Session, scope: LevelScope, terms: LevelTerms, *, start: date, zone: ZoneInfo) -> LevelPreview:
    """Count bands and concerns that a level would give, beside those of the level in force now.

    Counts of fewer than 10 learners are hidden, and others with them, so that none can be found by subtraction. Nothing
    is stored.
    """
    proposed = terms.as_level(UNPUBLISHED, start if start.weekday() == 0 else _monday_before(start))
    reached = find_reached_courses(db, scope, start)
    counts = _Counts()
    for course_id in reached:
        if counts.learner_count < MOST_LEARNERS:
            _count_course(db, scope.platform_id, course_id, proposed, counts, zone)
    is_hidden = counts.learner_count < FEWEST_LEARNERS
    return LevelPreview(
        course_count=counts.course_count,
        left_out_count=len(reached) - counts.course_count,
        learner_count=None if is_hidden else counts.learner_count,
        as_of=counts.as_of,
        has_level=bool(counts.before),
        bands=() if is_hidden else _lines(BANDS, counts),
        concerns=() if is_hidden else _lines((CONCERN, NO_CONCERN), counts),
    )


def _monday_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - day.weekday())


class _Counts:
    """What is added up, course by course."""

    def __init__(self) -> None:
        self.course_count = 0
        self.learner_count = 0
        self.as_of: date | None = None
        self.before: Counter[str] = Counter()
        self.after: Counter[str] = Counter()


def _count_course(
    db: Session,
    platform_id: int,
    course_id: int,
    proposed: PublishedLevel,
    counts: _Counts,
    zone: ZoneInfo,
) -> None:
    yardstick, known = load_yardstick(db, course_id), load_known_day(db, platform_id, course_id, zone)
    if yardstick is None or known is None or not (week := yardstick.calendar.last_closed_week(known)):
        return
    is_tasks_known = not find_courses_without_tasks(db, [course_id])
    learners = load_active_learners(db, course_id)
    histories = load_histories(db, course_id, learners, yardstick.calendar, known, zone)
    counts.course_count += 1
    counts.learner_count += len(histories)
    sunday = yardstick.calendar.sunday_of(week)
    counts.as_of = max(counts.as_of or sunday, sunday)
    measure = Measure(yardstick.calendar, yardstick.levels, yardstick.covers_to, is_tasks_known)
    for level, tally in ((measure.level_of(week), counts.before), (proposed, counts.after)):
        if level is None:
            continue
        unused = measure.unused_in(week, level)
        for history in histories.values():
            inputs = EvaluationInputs(history, yardstick.calendar, level, week, (), unused)
            evaluation = evaluate_week(inputs)
            tally[evaluation.shown_text] += 1
            tally[CONCERN if evaluation.reasons else NO_CONCERN] += 1


def _lines(names: tuple[str, ...], counts: _Counts) -> tuple[PreviewLine, ...]:
    before, after = (_suppress(names, tally) for tally in (counts.before, counts.after))
    return tuple(PreviewLine(name, before[name], after[name]) for name in names)


def _suppress(names: tuple[str, ...], tally: Mapping[str, int]) -> Mapping[str, int | None]:
    return suppress_counts({name: tally.get(name, 0) for name in names})
