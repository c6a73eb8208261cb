"""Evaluate closed weeks of many learners at once: the evaluations that ``analytics.evaluation`` makes one by one."""

from collections.abc import Iterator, Mapping, Sequence

from analytics.bands import BandStep
from analytics.bulk.cohort import Cohort, unpack_histories
from analytics.bulk.ledgers import Ledgers
from analytics.bulk.records import make_engagements, make_week_marks
from analytics.bulk.tallies import Tallies
from analytics.bulk.trimming import trim_cohort
from analytics.calendar import TeachingCalendar
from analytics.evaluation import Evaluation, EvaluationInputs, make_evaluation, needed_steps
from analytics.levels import Marker, PublishedLevel

Plan = Mapping[int, tuple[PublishedLevel, frozenset[Marker]]]
"""Week (from 1, rising) → the level in force and its markers that are not used in it."""


def evaluate_cohort(
    cohort: Cohort,
    calendar: TeachingCalendar,
    plan: Plan,
    steps: Sequence[Sequence[BandStep]] = (),
    first_weeks: Sequence[int] = (),
) -> Iterator[tuple[int, Evaluation]]:
    """Evaluate the weeks of a plan, week after week: (place of the learner, evaluation), by place within a week.

    ``steps``: what each learner's earlier evaluations said and showed, oldest first; ``first_weeks``: the first week
    that each is evaluated for. Without them: nothing was shown before, and every week of the plan. Nobody: empty.
    The evaluations' inputs hold histories that are trimmed already (``analytics.replay.trim_history``).

    Raises: ValueError for a week outside the calendar.
    """
    outside = [week for week in plan if not 1 <= week <= calendar.week_count]
    if outside:
        raise ValueError(f"The calendar has weeks 1 to {calendar.week_count}, not {outside[0]}.")
    if not plan or not cohort.size:
        return
    said = [list(own) for own in steps] if steps else [[] for _ in range(cohort.size)]
    ledgers = Ledgers(cohort, calendar)
    sundays = [calendar.sunday_of(week).toordinal() for week in plan]
    known: dict[tuple[int, frozenset[Marker]], Tallies] = {}
    for (week, (level, unused)), clock in zip(plan.items(), ledgers.clock_by(sundays), strict=True):
        key = (id(level), unused)
        tallies = known.get(key) or known.setdefault(key, Tallies(ledgers, level, sundays[-1], unused))
        scores = tallies.score_week(week)
        engagements, marks = make_engagements(tallies, scores, clock), make_week_marks(tallies, week)
        histories = unpack_histories(trim_cohort(tallies, scores.window, week))
        for place, (engagement, mark, history) in enumerate(zip(engagements, marks, histories, strict=True)):
            if first_weeks and week < first_weeks[place]:
                continue
            inputs = EvaluationInputs(history, calendar, level, week, needed_steps(said[place]), unused)
            evaluation = make_evaluation(inputs, engagement, mark)
            said[place].append(evaluation.step)
            yield place, evaluation
