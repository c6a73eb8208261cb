"""Make the weekly evaluation: what was shown, with the inputs it was made from (docs/architecture.md "evaluation").

An evaluation is made once a week, after Sunday closes, and never changed. It names the versions of level, calendar
and code; ``analytics.replay`` turns its inputs into JSON and back.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date

from analytics.bands import TOO_EARLY, Band, BandStep, shown_band
from analytics.calendar import TeachingCalendar
from analytics.engagement import ENGAGEMENT_CODE_VERSION, Engagement, WeekMark, engagement_by, mark_week
from analytics.explain import sentence
from analytics.history import LearnerHistory
from analytics.levels import Marker, PublishedLevel
from analytics.signals import NO_ABSENCE, find_concern_reasons, measure_absence
from analytics.weeks import Ledger


@dataclass(frozen=True, slots=True)
class EvaluationInputs:
    """All that one evaluation is a function of."""

    history: LearnerHistory
    calendar: TeachingCalendar
    level: PublishedLevel
    """As published, with its rule."""
    week: int
    """The closed week it is about, from 1."""
    previous: tuple[BandStep, ...]
    """What earlier evaluations said and showed, oldest first: the last counted one and, if it is another, the last."""
    unused: frozenset[Marker] = frozenset()
    """Markers of the level whose source is not there or is behind: not used in this evaluation."""
    code_version: str = ENGAGEMENT_CODE_VERSION
    """The code that made the evaluation first; an older one only where a stored evaluation is replayed."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was shown about one learner for one closed week."""

    week: int
    mark: WeekMark
    """The week's own mark as it was known on its Sunday."""
    engagement: Engagement
    shown: Band | None
    """The band that is shown; None for "too early to say"."""
    reasons: tuple[str, ...]
    """The reasons of the published rule that hold."""
    sentence: str
    rule_version: str
    code_version: str
    inputs: EvaluationInputs = field(compare=False, repr=False)

    @property
    def shown_text(self) -> str:
        """Give the shown band in words."""
        return TOO_EARLY if self.shown is None else self.shown.value

    @property
    def step(self) -> BandStep:
        """Give what the next evaluation needs to know of this one."""
        return BandStep(self.mark.is_counted, self.engagement.band, self.shown)


def evaluate_week(inputs: EvaluationInputs) -> Evaluation:
    """Make the evaluation of one closed week from its inputs; the same inputs give an equal evaluation.

    Raises: ValueError for a week outside the calendar.
    """
    if not 1 <= inputs.week <= inputs.calendar.week_count:
        raise ValueError(f"The calendar has weeks 1 to {inputs.calendar.week_count}, not {inputs.week}.")
    sunday = inputs.calendar.sunday_of(inputs.week)
    return _evaluate(Ledger(inputs.history, inputs.calendar, inputs.level, sunday, inputs.unused), inputs, sunday)


def evaluate_weeks(
    history: LearnerHistory, calendar: TeachingCalendar, level: PublishedLevel, as_of: date
) -> tuple[Evaluation, ...]:
    """Make one evaluation for each closed week, oldest first, as if each had been made on its Sunday's night.

    A week is closed when its Sunday is as_of or earlier; on a running day pass yesterday (``last_whole_day``). Each is
    made of what that Sunday knew by the dates in the history. Empty before the first week closes.
    """
    ledger = Ledger(history, calendar, level, as_of)
    evaluations: list[Evaluation] = []
    steps: list[BandStep] = []
    for week in range(1, calendar.last_closed_week(as_of) + 1):
        inputs = EvaluationInputs(history, calendar, level, week, needed_steps(steps))
        evaluation = _evaluate(ledger, inputs, calendar.sunday_of(week))
        evaluations.append(evaluation)
        steps.append(evaluation.step)
    return tuple(evaluations)


def needed_steps(steps: list[BandStep]) -> tuple[BandStep, ...]:
    """Keep the steps that decide the next shown band: the last counted one and, if it is another, the last."""
    for position in range(len(steps) - 1, -1, -1):
        if steps[position].is_counted:
            return (steps[position],) if position == len(steps) - 1 else (steps[position], steps[-1])
    return tuple(steps[-1:])


def _evaluate(ledger: Ledger, inputs: EvaluationInputs, sunday: date) -> Evaluation:
    return make_evaluation(inputs, engagement_by(ledger, sunday), mark_week(ledger, inputs.week, sunday.toordinal()))


def make_evaluation(inputs: EvaluationInputs, engagement: Engagement, mark: WeekMark) -> Evaluation:
    """Make the evaluation of what was measured of its inputs, by ``evaluate_week`` or of many learners at once."""
    return Evaluation(
        week=inputs.week,
        mark=mark,
        engagement=engagement,
        shown=shown_band(inputs.previous, engagement.band, mark.is_counted),
        reasons=_find_reasons(inputs, engagement),
        sentence=sentence(engagement),
        rule_version=inputs.level.rule.version,
        code_version=inputs.code_version,
        inputs=inputs,
    )


def asks_register(level: PublishedLevel, unused: AbstractSet[Marker]) -> bool:
    """Tell whether the rule published with a level asks the register, and the register is used."""
    return level.rule.asks_register and Marker.ATTENDANCE not in unused


def _find_reasons(inputs: EvaluationInputs, engagement: Engagement) -> tuple[str, ...]:
    rule, sunday = inputs.level.rule, engagement.as_of
    absence = (
        measure_absence(inputs.history, inputs.calendar, sunday)
        if asks_register(inputs.level, inputs.unused)
        else NO_ABSENCE
    )
    return find_concern_reasons(engagement, rule, absence)
