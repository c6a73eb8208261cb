"""Follow a past learner week by week: what a closed week said, as its Sunday knew it (docs/worth.md)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from analytics.bands import Band
from analytics.bulk.cohort import NEVER, Cohort, Numbers, unpack_histories
from analytics.bulk.ledgers import Ledgers, list_evidence
from analytics.bulk.records import make_engagements
from analytics.bulk.tallies import Tallies
from analytics.calendar import TeachingCalendar
from analytics.levels import PublishedLevel
from analytics.rules import ConcernRule
from analytics.signals import NO_ABSENCE, find_concern_reasons, measure_absence

RECENT_DAYS = 14
"""What "active days" look back on."""
ONE_PAGE = 0
"""An activity that no learner has: the page of the gaming check."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one closed week said about one learner. Shares are rounded to floats: nothing here is shown to a learner."""

    week: int
    e: float | None
    """None while it is too early to say."""
    band: Band | None
    """By E alone, before the rule of two evaluations."""
    clock_days: int
    has_outstanding: bool
    """Some task is past the learner's own date and not handed in."""
    concerns: frozenset[str]
    """The versions of the rules that hold."""
    active_days: int
    """Days with any evidence among the last 14."""
    days_since: int
    """Days since any evidence, breaks included; since the first Monday without any."""
    gain: float | None
    """What 500 clicks on one page on the Sunday would add to E; None where it was not asked or E is None."""


@dataclass(frozen=True, slots=True)
class Followed:
    """One learner in one past course, with what became of it."""

    person_id: int
    course_id: int
    has_outcome: bool
    """The outcome that is looked for: by default failed or withdrawn."""
    standings: Mapping[int, Standing]
    """By week; only weeks after which the learner was still there and a level was in force."""


def follow_cohort(
    cohort: Cohort,
    calendar: TeachingCalendar,
    levels: Mapping[int, PublishedLevel],
    rules: Sequence[ConcernRule],
    gone_on: Sequence[date],
    gaming_weeks: Collection[int] = (),
) -> list[dict[int, Standing]]:
    """Follow learners through closed weeks: by place, standings by week, each as its Sunday knew it by the dates.

    ``levels`` gives the level in force by week, rising; its weeks are the ones that are followed, and all lie in the
    calendar. ``gone_on``: the first day each learner was not there any more; weeks that closed later are left out.
    ``gaming_weeks``: where the gaming check is made, too. Without weeks nobody has a standing.
    """
    followed: list[dict[int, Standing]] = [{} for _ in range(cohort.size)]
    ledgers = Ledgers(cohort, calendar)
    sundays = [calendar.sunday_of(week).toordinal() for week in levels]
    clocks, active = ledgers.clock_by(sundays), _find_active_days(cohort)
    histories = unpack_histories(cohort) if any(rule.asks_register for rule in rules) else []
    known: dict[int, Tallies] = {}
    for (week, level), clock in zip(levels.items(), clocks, strict=True):
        tallies = known.get(id(level)) or known.setdefault(id(level), Tallies(ledgers, level, sundays[-1]))
        engagements = make_engagements(tallies, tallies.score_week(week), clock)
        gains = _measure_gains(tallies, week) if week in gaming_weeks else [None] * cohort.size
        recent, since = _look_back(active, cohort.size, calendar.sunday_of(week).toordinal(), ledgers.first)
        for place, engagement in enumerate(engagements):
            if engagement.as_of >= gone_on[place]:
                continue
            absence = measure_absence(histories[place], calendar, engagement.as_of) if histories else NO_ABSENCE
            followed[place][week] = Standing(
                week=week,
                e=None if engagement.e is None else float(engagement.e),
                band=engagement.band,
                clock_days=engagement.clock_days,
                has_outstanding=bool(engagement.outstanding),
                concerns=frozenset(rule.version for rule in rules if find_concern_reasons(engagement, rule, absence)),
                active_days=recent[place],
                days_since=since[place],
                gain=None if engagement.e is None else gains[place],
            )
    return followed


def _find_active_days(cohort: Cohort) -> Numbers:
    """Find the days with any evidence, each once: learner, day. To hand in is no activity of its own."""
    without_tasks = replace(cohort, tasks=cohort.tasks[:, :0])
    active: Numbers = np.unique(
        np.concatenate([np.stack(both) for both in list_evidence(without_tasks)], axis=1), axis=1
    )
    return active


def _look_back(active: Numbers, learners: int, sunday: int, first: int) -> tuple[list[int], list[int]]:
    """Give each learner's active days among the last 14, and the days since the last, or since the first without any;
    all days are ordinals."""
    who, days = active[:, active[1] <= sunday]
    recent = np.bincount(who[days > sunday - RECENT_DAYS], minlength=learners)
    last = np.full(learners, NEVER)
    np.maximum.at(last, who, days)
    return recent.tolist(), (sunday - np.where(last == NEVER, first, last)).tolist()


def _measure_gains(tallies: Tallies, week: int) -> list[float | None]:
    """Measure what 500 clicks on one page lift: one more activity on one day, since a set takes each fact once."""
    ledgers, cohort = tallies.ledgers, tallies.ledgers.cohort
    sunday = ledgers.calendar.sunday_of(week).toordinal()
    everyone = np.arange(cohort.size)
    page = np.stack([everyone, np.full_like(everyone, sunday), np.full_like(everyone, ONE_PAGE)])
    gamed = Ledgers(replace(cohort, visits=np.concatenate([cohort.visits, page], axis=1)), ledgers.calendar)
    before = tallies.score_week(week).e.as_list()
    after = Tallies(gamed, tallies.level, tallies.as_of).score_week(week).e.as_list()
    pairs = zip(before, after, strict=True)
    return [None if then is None or now is None else float(now - then) for then, now in pairs]
