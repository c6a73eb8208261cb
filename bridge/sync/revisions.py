"""Replay stored evaluations, and compare them with what today's knowledge gives; nothing stored is ever changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from analytics.bands import BandStep
from analytics.evaluation import EvaluationInputs, evaluate_week, needed_steps
from analytics.history import LearnerHistory
from analytics.replay import ReplayError, from_inputs, replay
from analytics.revisions import Difference, Shown, find_differences
from bridge.store.evaluations import StoredEvaluation, figures_of, load_enrolled_on, stream_evaluations
from bridge.sync.cohorts import load_histories
from bridge.sync.measure import Measure, load_measure


def find_flaw(stored: StoredEvaluation) -> str:
    """Say what the inputs of a stored evaluation do not give again; empty when they give all of it."""
    try:
        figures = figures_of(replay(stored.inputs))
    except ReplayError as error:
        return str(error)
    flaws = [
        f"{name} is {stored.figures[name]!r} and its inputs give {value!r}"
        for name, value in figures.items()
        if stored.figures[name] != value
    ]
    return "; ".join(flaws)


@dataclass(frozen=True, slots=True)
class Revision:
    """One stored evaluation that today's knowledge would make otherwise."""

    stored: StoredEvaluation
    differences: tuple[Difference, ...]
    """One for each cause; empty where `remark` says why there is no telling."""
    today: Shown | None
    remark: str = ""


def find_revisions(
    db: Session, platform_id: int, course_id: int, moodle_course_id: int, today: date, zone: ZoneInfo
) -> Iterator[Revision]:
    """Find the stored evaluations of a course's run now that would be others today, by learner and week.

    Of an earlier run hand-ins and dates are known no more as they were.

    Nobody's whose data is not processed. Empty where nothing came since, or without a calendar or a level.
    """
    measure, enrolled_on = load_measure(db, course_id), load_enrolled_on(db, course_id)
    if measure is None:
        return
    histories = load_histories(db, course_id, enrolled_on, measure.calendar, today, zone)
    inputs: Mapping[date, EvaluationInputs] = {}
    person_id = None
    for stored in stream_evaluations(db, platform_id, moodle_course_id, measure.run_no):
        if stored.person_id not in histories:
            continue
        if stored.person_id != person_id:
            person_id = stored.person_id
            inputs = _make_inputs(histories[person_id], measure, today)
        revision = _compare(stored, inputs.get(stored.as_of))
        if revision is not None:
            yield revision


def _make_inputs(history: LearnerHistory, measure: Measure, today: date) -> dict[date, EvaluationInputs]:
    """Make the inputs of a learner's closed weeks from what is known today, each week upon the ones before it."""
    calendar, steps = measure.calendar, list[BandStep]()
    made: dict[date, EvaluationInputs] = {}
    first = max(calendar.week_of(history.enrolled_on), 1)
    for week in range(first, calendar.last_closed_week(today - timedelta(days=1)) + 1):
        level = measure.level_of(week)
        if level is None or (unused := measure.unused_in(week, level)) == level.markers:
            continue
        inputs = EvaluationInputs(history, calendar, level, week, needed_steps(steps), unused)
        made[calendar.sunday_of(week)] = inputs
        steps.append(evaluate_week(inputs).step)
    return made


def _compare(stored: StoredEvaluation, now: EvaluationInputs | None) -> Revision | None:
    if now is None:
        return Revision(stored, (), None, "Today's calendar, level or enrolment has no such week.")
    try:
        then = from_inputs(stored.inputs)
    except ReplayError as error:
        return Revision(stored, (), None, str(error))
    differences, today = find_differences(stored.shown, then, now)
    return Revision(stored, differences, today) if differences else None
