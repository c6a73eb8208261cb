"""Evaluate closed weeks of many learners at once: the evaluations that ``analytics.evaluation`` makes one by one."""

from collections.abc import Iterator, Mapping, Sequence

from analytics.bands import BandStep
from analytics.bulk.cohort import pack_histories
from analytics.bulk.ledgers import Ledgers
from analytics.bulk.records import make_engagements, make_week_marks
from analytics.bulk.tallies import Tallies
from analytics.calendar import TeachingCalendar
from analytics.evaluation import Evaluation, EvaluationInputs, make_evaluation, needed_steps
from analytics.history import LearnerHistory
from analytics.levels import Marker, PublishedLevel

Plan = Mapping[int, tuple[PublishedLevel, frozenset[Marker]]]
"""Week (from 1, rising) → the level in force and its markers that are not used in it."""


def evaluate_histories(
    histories: Sequence[LearnerHistory],
    calendar: TeachingCalendar,
    plan: Plan,
    steps: Sequence[Sequence[BandStep]] = (),
    first_weeks: Sequence[int] = (),
) -> Iterator[tuple[int, Evaluation]]:
    """Evaluate the weeks of a plan, week after week: (place of the learner, evaluation), by place within a week.

    ``steps``: what each learner's earlier evaluations said and showed, oldest first; ``first_weeks``: the first week
    that each is evaluated for. Without them: nothing was shown before, and every week of the plan. Nobody: empty.

    Raises: ValueError for a week outside the calendar.
    """
    outside = [week for week in plan if not 1 <= week <= calendar.week_count]
    if outside:
        raise ValueError(f"The calendar has weeks 1 to {calendar.week_count}, not {outside[0]}.")
    if not plan or not histories:
        return
    said = [list(own) for own in steps] if steps else [[] for _ in histories]
    ledgers = Ledgers(pack_histories(histories), calendar)
    sundays = [calendar.sunday_of(week).toordinal() for week in plan]
    clocks = ledgers.clock_by(sundays)
    known: dict[tuple[int, frozenset[Marker]], Tallies] = {}
    for (week, (level, unused)), clock in zip(plan.items(), clocks, strict=True):
        key = (id(level), unused)
        tallies = known.get(key) or known.setdefault(key, Tallies(ledgers, level, sundays[-1], unused))
        engagements = make_engagements(tallies, tallies.score_week(week), clock)
        for place, mark in enumerate(make_week_marks(tallies, week)):
            if first_weeks and week < first_weeks[place]:
                continue
            inputs = EvaluationInputs(histories[place], calendar, level, week, needed_steps(said[place]), unused)
            evaluation = make_evaluation(inputs, engagements[place], mark)
            said[place].append(evaluation.step)
            yield place, evaluation
