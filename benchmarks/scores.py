"""The scores of many learners by `analytics`, against numpy written by hand for this one level.

The numpy side gets arrays and knows that there are no breaks, exemptions, tasks or late enrolments; `analytics` gets
histories and finds out, and its numbers are exact fractions.
"""

import time
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from analytics.calendar import TeachingCalendar
from analytics.history import LearnerHistory
from analytics.levels import Expectation, Marker, PublishedLevel
from analytics.measures import measure_weeks
from benchmarks.generator import FIRST_CMID, FIRST_DAY, SEED
from benchmarks.harness import Contest

WEEKS = 12
LEVEL = 4
A_DAY = 2
VISITS_A_WEEK = 5
TERMS = PublishedLevel("1", FIRST_DAY, (Expectation(Marker.ACTIVITY, level=LEVEL, a_day=A_DAY),))
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Visits:
    """Distinct visits: enrolment, day since FIRST_DAY, activity; ascending."""

    enrolments: int
    rows: Numbers


def make_visits(enrolments: int, seed: int = SEED) -> Visits:
    """Make the visits of so many enrolments over the weeks, skewed in number."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.lognormal(0, 0.7, enrolments) * VISITS_A_WEEK * WEEKS)
    who = np.repeat(np.arange(enrolments), counts)
    days = rng.integers(0, 7 * WEEKS, len(who))
    cmids = FIRST_CMID + np.minimum(rng.zipf(1.4, len(who)), 60)
    return Visits(enrolments, np.unique(np.stack([who, days, cmids], axis=1), axis=0))


def score_by_numpy(visits: Visits) -> NDArray[np.float64]:
    """Return the share of the level met, shape (enrolments, weeks)."""
    who, days = visits.rows[:, 0], visits.rows[:, 1]
    by_day = np.bincount(who * 7 * WEEKS + days, minlength=visits.enrolments * 7 * WEEKS)
    by_week = np.minimum(by_day, A_DAY).reshape(visits.enrolments, WEEKS, 7).sum(axis=2)
    shares: NDArray[np.float64] = np.minimum(by_week, LEVEL) / LEVEL
    return shares


def make_histories(visits: Visits) -> list[LearnerHistory]:
    """Return the same visits as `analytics` takes them."""
    dates = [FIRST_DAY + timedelta(days=day) for day in range(7 * WEEKS)]
    own: list[list[tuple[date, int]]] = [[] for _ in range(visits.enrolments)]
    for who, day, cmid in visits.rows.tolist():
        own[who].append((dates[day], cmid))
    return [LearnerHistory(enrolled_on=FIRST_DAY, visits=frozenset(one)) for one in own]


def score_by_analytics(histories: list[LearnerHistory]) -> list[list[Fraction | None]]:
    """Return the share of every week of every history."""
    calendar = TeachingCalendar(FIRST_DAY, WEEKS)
    last = FIRST_DAY + timedelta(days=7 * WEEKS - 1)
    return [[mark.share for mark in measure_weeks(history, calendar, TERMS, last)] for history in histories]


def scores(enrolments: int) -> Contest:
    """Give the contest.

    Raises:
        AssertionError: the two do not come to the same scores.
    """
    visits = make_visits(enrolments)
    histories = make_histories(visits)
    ours = np.array([[float(share or 0) for share in one] for one in score_by_analytics(histories)])
    assert np.array_equal(ours, score_by_numpy(visits))

    def run_numpy(_round: int) -> float:
        started = time.perf_counter()
        score_by_numpy(visits)
        return time.perf_counter() - started

    def run_ours(_round: int) -> float:
        started = time.perf_counter()
        score_by_analytics(histories)
        return time.perf_counter() - started

    work = f"week scores of {enrolments:,} enrolments × {WEEKS} weeks"
    return Contest(work, "numpy by hand", run_numpy, run_ours, most=2, amount=enrolments * WEEKS, unit="scores")
