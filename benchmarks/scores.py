"""The scores of many learners by `analytics`, against numpy written by hand for one level.

Both get the same arrays: visits, breaks, exemptions, days of enrolment, tasks. Both leave uncounted weeks out; ours is
told so by the same code as for every level and calendar, knows why a week is not counted, and gives exact fractions.
The hand-written side knows what this one level asks and no more: breaks and exemptions of whole weeks, no bank
holidays, no extended or excused tasks, and floats.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import numpy as np
from numpy.typing import NDArray

from analytics.bulk.cohort import Cohort
from analytics.bulk.ledgers import Ledgers
from analytics.bulk.shares import Fractions
from analytics.bulk.tallies import Tallies
from analytics.calendar import DateRange, TeachingCalendar
from analytics.levels import Expectation, Marker, PublishedLevel
from benchmarks.generator import FIRST_CMID, FIRST_DAY, SEED, Numbers
from benchmarks.harness import Contest, Side

WEEKS = 12
BREAK = 6
"""The week without teaching, from 0."""
LEVEL = 4
A_DAY = 2
VISITS_A_WEEK = 5
TASK_WEEKS = (1, 4, 8, 10)
"""The weeks whose Fridays tasks are due on."""
ACTIVITY = Expectation(Marker.ACTIVITY, level=LEVEL, a_day=A_DAY)
WEEK_TERMS = PublishedLevel("1", FIRST_DAY, (ACTIVITY,))
E_TERMS = PublishedLevel("1", FIRST_DAY, (ACTIVITY, Expectation(Marker.TASKS)))
START = FIRST_DAY.toordinal()
END = START + 7 * WEEKS - 1
CALENDAR = TeachingCalendar(
    FIRST_DAY, WEEKS, (DateRange(FIRST_DAY + timedelta(7 * BREAK), FIRST_DAY + timedelta(7 * BREAK + 6)),)
)
Shares = NDArray[np.float64]


def make_cohort(enrolments: int, seed: int = SEED) -> Cohort:
    """Make so many enrolments over the weeks: visits skewed in number; some come late, some have a week off."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.lognormal(0, 0.7, enrolments) * VISITS_A_WEEK * WEEKS)
    who = np.repeat(np.arange(enrolments), counts)
    days = START + rng.integers(0, 7 * WEEKS, len(who))
    cmids = FIRST_CMID + np.minimum(rng.zipf(1.4, len(who)), 60)
    exempt = np.nonzero(rng.random(enrolments) < 0.03)[0]
    monday = START + 7 * rng.integers(0, WEEKS, len(exempt))
    none = np.empty((4, 0), dtype=np.int64)
    return Cohort(
        enrolled_on=START + np.where(rng.random(enrolments) < 0.05, rng.integers(1, 30, enrolments), 0),
        exemptions=np.stack([exempt, monday, monday + 6]),
        visits=_distinct(who, days, cmids),
        evidence=none[:2],
        tasks=_make_tasks(rng, enrolments),
        sessions=none,
        items=none,
    )


def _distinct(who: Numbers, days: Numbers, cmids: Numbers) -> Numbers:
    key = np.unique((who * 100_000 + days - START) * 100_000 + cmids)
    rest, cmid = np.divmod(key, 100_000)
    return np.stack([rest // 100_000, START + rest % 100_000, cmid])


def _make_tasks(rng: np.random.Generator, enrolments: int) -> Numbers:
    """Make each learner's tasks: four in five handed in, from a week before the date to a week after."""
    who, number = np.divmod(np.arange(enrolments * len(TASK_WEEKS)), len(TASK_WEEKS))
    due_on = START + 7 * np.array(TASK_WEEKS)[number] + 4
    handed_in_on = np.where(rng.random(len(who)) < 0.8, due_on + rng.integers(-7, 8, len(who)), 0)
    nothing = np.zeros(len(who), dtype=np.int64)
    return np.stack([who, number, due_on, nothing, nothing, handed_in_on, nothing])


def count_by_hand(cohort: Cohort) -> tuple[NDArray[np.bool_], Numbers]:
    """Return which weeks count and what was opened in them, shape (enrolments, weeks)."""
    size, (who, days, _) = cohort.size, cohort.visits
    by_day = np.bincount(who * (7 * WEEKS) + days - START, minlength=size * 7 * WEEKS)
    by_week = np.minimum(by_day, A_DAY).reshape(size, WEEKS, 7).sum(axis=2)
    counted = np.arange(WEEKS) >= (cohort.enrolled_on[:, None] - START + 6) // 7
    counted[:, BREAK] = False
    exempt, monday, _ = cohort.exemptions
    counted[exempt, (monday - START) // 7] = False
    return counted, by_week


def weeks_by_hand(cohort: Cohort) -> Shares:
    """Return the share of the level met in each week; nan where it does not count."""
    counted, by_week = count_by_hand(cohort)
    shares: Shares = np.where(counted, np.minimum(by_week, LEVEL) / LEVEL, np.nan)
    return shares


def e_by_hand(cohort: Cohort) -> Shares:
    """Return E of the last week, shape (enrolments,); nan where no marker applies."""
    counted, by_week = count_by_hand(cohort)
    from_end = np.cumsum(counted[:, ::-1], axis=1)[:, ::-1]
    is_recent, is_task_week = counted & (from_end <= 4), counted & (from_end <= 8)
    weeks = is_recent.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        activity = (np.minimum(by_week, LEVEL) * is_recent).sum(axis=1) / (LEVEL * weeks)
        met, count = _tasks_by_hand(cohort, counted, is_task_week)
        tasks = met / count
    e: Shares = np.where(count > 0, (activity + tasks) / 2, activity)
    return e


def _tasks_by_hand(
    cohort: Cohort, counted: NDArray[np.bool_], is_task_week: NDArray[np.bool_]
) -> tuple[Shares, Numbers]:
    who, _, due_on, _, _, handed_in_on, _ = cohort.tasks
    following = np.where(counted, np.arange(WEEKS), WEEKS)
    following = np.minimum.accumulate(following[:, ::-1], axis=1)[:, ::-1]
    first, last = following[:, 0], WEEKS - 1 - np.argmax(counted[:, ::-1], axis=1)
    known_by = START + 7 * last[who] + 6
    is_there = (handed_in_on > 0) & (handed_in_on <= known_by)
    day = np.where(is_there & (handed_in_on < due_on), handed_in_on, due_on)
    week = following[who, np.clip((day - START) // 7, 0, WEEKS - 1)]
    fits = (week < WEEKS) & ((due_on - START) // 7 >= first[who])
    fits &= is_task_week[who, np.minimum(week, WEEKS - 1)]
    exempt, monday, _ = cohort.exemptions
    off = np.full(cohort.size, -7)
    off[exempt] = monday
    is_excused = (due_on >= off[who]) & (due_on < off[who] + 7)
    worth = np.where(is_excused | (handed_in_on <= due_on), 1.0, 0.5) * is_there
    counts = fits & (is_there | (~is_excused & (due_on <= known_by)))
    met: Shares = np.bincount(who, worth * counts, minlength=cohort.size).astype(np.float64)
    count: Numbers = np.bincount(who[counts], minlength=cohort.size)
    return met, count


def weeks_by_analytics(cohort: Cohort) -> Fractions:
    """Return the share of every week of every learner, in lowest terms, as table learner_week holds it."""
    return Tallies(Ledgers(cohort, CALENDAR), WEEK_TERMS, END).mark_weeks().shares.reduced()


def e_by_analytics(cohort: Cohort) -> Fractions:
    """Return E of every learner at the end of the last week, in lowest terms, as table evaluation holds it."""
    return Tallies(Ledgers(cohort, CALENDAR), E_TERMS, END).score_week(WEEKS).e.reduced()


def scores(enrolments: int) -> list[Contest]:
    """Give the contests of every week's share and of E at the end of the last week, by the clock and by CPU time.

    Raises:
        AssertionError: the two do not come to the same scores.
    """
    cohort = make_cohort(enrolments)
    of = f"{enrolments:,} enrolments × {WEEKS} weeks"
    rows = (
        (f"week scores of {of}", weeks_by_hand, weeks_by_analytics, enrolments * WEEKS),
        (f"E of {of}, activities and tasks", e_by_hand, e_by_analytics, enrolments),
    )
    contests = []
    for work, by_hand, by_analytics, amount in rows:
        _check(by_analytics(cohort), by_hand(cohort))
        for clock, kind in ((time.perf_counter, ""), (time.process_time, "; CPU time")):
            baseline, ours = (_timed(clock, partial(side, cohort)) for side in (by_hand, by_analytics))
            name = f"{work}{kind}"
            contests.append(Contest(name, "numpy by hand", baseline, ours, most=2, amount=amount, unit="scores"))
    return contests


def _check(ours: Fractions, theirs: Shares) -> None:
    """Make sure that both came to the same scores: floats differ from fractions by their last digit.

    Raises:
        AssertionError: they did not.
    """
    assert np.array_equal(ours.is_there, ~np.isnan(theirs))
    shares = ours.numerators[ours.is_there] / ours.denominators[ours.is_there]
    assert np.allclose(shares, theirs[ours.is_there], rtol=1e-12, atol=0)


def _timed(clock: Callable[[], float], work: Callable[[], object]) -> Side:
    def run(_round: int) -> float:
        started = clock()
        work()
        return clock() - started

    return run
