"""Step 12: once a week, after Sunday closed, what is shown: one immutable evaluation per learner and closed week.

A week is closed for a course when its log, tasks and roster were all read after the Sunday's midnight, the tasks not
before the roster; while Moodle is down, nothing is evaluated from half of the evidence. A marker whose own source is
behind is left out of that one evaluation. A learner is evaluated from the week of the enrolment on, forward only: a
later change of what is known never changes what was shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from analytics.bands import TOO_EARLY, Band, BandStep
from analytics.bulk.evaluation import evaluate_cohort
from analytics.evaluation import Evaluation
from analytics.levels import Marker, PublishedLevel
from analytics.replay import InputsWriter
from bridge.store.course_runs import lock_run
from bridge.store.courses import SyncedCourse
from bridge.store.database import reading, writing
from bridge.store.engagement import ShownStep, load_active_learners, load_steps, save_evaluations
from bridge.store.evaluations import figures_of
from bridge.store.freshness import load_known_day
from bridge.sync.cohorts import load_cohort
from bridge.sync.context import Sync
from bridge.sync.measure import Measure, load_measure
from bridge.sync.report import Tally

ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Due:
    """The evaluations that a course still lacks."""

    measure: Measure
    plan: dict[int, tuple[PublishedLevel, frozenset[Marker]]]
    """Week → the level in force, and its markers that are not used in it."""
    as_of: date
    learners: dict[int, date]
    """Person id → enrolled on, of those who lack one."""
    steps: dict[int, list[ShownStep]]


def make_evaluations(sync: Sync, tally: Tally) -> None:
    """Make the evaluations of closed weeks that are missing in every switched-on course."""
    for course in sync.courses():
        due = _find_due(sync, course)
        if due is not None:
            tally.evaluations += _evaluate_course(sync, course, due)
        sync.progress.advance()


def _find_due(sync: Sync, course: SyncedCourse) -> Due | None:
    with reading(sync.sessions) as db:
        measure = load_measure(db, course.course_id)
        as_of = load_known_day(db, sync.platform_id, course.course_id, sync.settings.zone)
        if measure is None or not course.is_backfilled or as_of is None:
            return None
        last_week = measure.calendar.last_closed_week(as_of)
        steps = load_steps(db, course.course_id, measure.run_no)
        learners = {
            person_id: enrolled_on
            for person_id, enrolled_on in load_active_learners(db, course.course_id).items()
            if _first_week(enrolled_on, steps.get(person_id, ()), measure) <= last_week
        }
    return Due(measure, _plan(measure, last_week), as_of, learners, steps) if learners else None


def _plan(measure: Measure, last_week: int) -> dict[int, tuple[PublishedLevel, frozenset[Marker]]]:
    """Choose once for all learners what each week is evaluated by, the earliest first."""
    plan: dict[int, tuple[PublishedLevel, frozenset[Marker]]] = {}
    for week in range(1, last_week + 1):
        level = measure.level_of(week)
        if level is None:
            continue
        unused = measure.unused_in(week, level)
        if unused != level.markers:  # else there is nothing to measure by yet: the week waits for its records
            plan[week] = level, unused
    return plan


def _first_week(enrolled_on: date, steps: Sequence[ShownStep], measure: Measure) -> int:
    last = steps[-1].week_no if steps else 0
    return max(last + 1, measure.calendar.week_of(enrolled_on), 1)


def _evaluate_course(sync: Sync, course: SyncedCourse, due: Due) -> int:
    now, made, measure = sync.now(), 0, due.measure
    with reading(sync.sessions) as db:
        cohort = load_cohort(db, course.course_id, due.learners, measure.calendar, due.as_of, sync.settings.zone)
    people = tuple(due.learners)
    shown = [due.steps.get(person_id, []) for person_id in people]
    evaluations = evaluate_cohort(
        cohort,
        measure.calendar,
        due.plan,
        [list(map(_to_step, own)) for own in shown],
        [_first_week(due.learners[person_id], own, measure) for person_id, own in zip(people, shown, strict=True)],
    )
    rows: list[dict[str, Any]] = []
    writer = InputsWriter()
    for place, evaluation in evaluations:
        rows.append(_to_row((course.course_id, measure.run_no, people[place]), evaluation, writer, now))
        if len(rows) >= ROWS_AT_ONCE:
            made += _save(sync, course, due.measure.run_no, rows)
            rows = []
    return made + _save(sync, course, due.measure.run_no, rows)


def _save(sync: Sync, course: SyncedCourse, run_no: int, rows: Sequence[dict[str, Any]]) -> int:
    with writing(sync.sessions) as db:
        if lock_run(db, course.course_id) != run_no:  # another began meanwhile, and took part of the evidence away
            return 0
        save_evaluations(db, rows)
    return len(rows)


def _to_step(shown: ShownStep) -> BandStep:
    return BandStep(
        is_counted=shown.is_week_counted,
        band=None if shown.band is None else Band(shown.band),
        shown=None if shown.shown_band == TOO_EARLY else Band(shown.shown_band),
    )


def _to_row(whose: tuple[int, int, int], evaluation: Evaluation, writer: InputsWriter, now: datetime) -> dict[str, Any]:
    course_id, run_no, person_id = whose
    return {
        "course_id": course_id,
        "run_no": run_no,
        "person_id": person_id,
        "week_no": evaluation.week,
        **figures_of(evaluation),
        "inputs": writer.write(evaluation, is_trimmed=True),
        "made_at": now,
    }
