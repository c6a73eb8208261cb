"""Follow a past learner week by week: what a closed week said, as its Sunday knew it (docs/worth.md)."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, timedelta

from analytics.bands import Band, find_band
from analytics.calendar import TeachingCalendar
from analytics.history import LearnerHistory, SessionStatus
from analytics.levels import PublishedLevel
from analytics.measures import Engagement, engagement_by
from analytics.rules import CLOCK_ALONE_RULE, DEFAULT_RULE, ConcernRule
from analytics.signals import NO_ABSENCE, find_concern_reasons, measure_absence
from analytics.weeks import Ledger

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


def follow_learner(
    history: LearnerHistory,
    calendar: TeachingCalendar,
    levels: Mapping[int, PublishedLevel],
    rules: Sequence[ConcernRule],
    gaming_weeks: Collection[int] = (),
) -> dict[int, Standing]:
    """Follow one learner through closed weeks: standings by week, each as its Sunday knew it by the dates.

    ``levels`` gives the level in force by week; its weeks are the ones that are followed, and all lie in the
    calendar. Empty without weeks. ``gaming_weeks``: where the gaming check is made, too.
    """
    if not levels:
        return {}
    last_day = calendar.sunday_of(max(levels))
    ledgers: dict[PublishedLevel, Ledger] = {}
    active = _active_days(history)
    standings = {}
    for week, level in levels.items():
        if level not in ledgers:
            ledgers[level] = Ledger(history, calendar, level, last_day)
        sunday = calendar.sunday_of(week)
        engagement = engagement_by(ledgers[level], sunday)
        gain = _measure_gain(history, calendar, level, engagement) if week in gaming_weeks else None
        standings[week] = Standing(
            week=week,
            e=None if engagement.e is None else float(engagement.e),
            band=find_band(engagement.e),
            clock_days=engagement.clock_days,
            has_outstanding=bool(engagement.outstanding),
            concerns=_find_concerns(history, calendar, engagement, rules),
            active_days=sum(sunday - timedelta(days=RECENT_DAYS) < day <= sunday for day in active),
            days_since=(sunday - max((day for day in active if day <= sunday), default=calendar.first_monday)).days,
            gain=gain,
        )
    return standings


def _active_days(history: LearnerHistory) -> AbstractSet[date]:
    attended = {session.held_on for session in history.sessions if session.status is SessionStatus.ATTENDED}
    items = {day for _, day, _ in history.items}
    return {day for day, _ in history.visits} | history.evidence_days | items | attended


def _find_concerns(
    history: LearnerHistory, calendar: TeachingCalendar, engagement: Engagement, rules: Sequence[ConcernRule]
) -> frozenset[str]:
    absence = measure_absence(history, calendar, engagement.as_of) if history.sessions else NO_ABSENCE
    return frozenset(rule.version for rule in rules if find_concern_reasons(engagement, rule, absence))


def _measure_gain(
    history: LearnerHistory, calendar: TeachingCalendar, level: PublishedLevel, engagement: Engagement
) -> float | None:
    """Measure what 500 clicks on one page lift: one more activity on one day, since a set takes each fact once."""
    if engagement.e is None:
        return None
    clicks = [(engagement.as_of, ONE_PAGE)] * 500
    gamed = replace(history, visits=history.visits.union(clicks))
    after = engagement_by(Ledger(gamed, calendar, level, engagement.as_of), engagement.as_of).e
    return None if after is None else float(after - engagement.e)


RULES_WITH_WORTH = (DEFAULT_RULE, CLOCK_ALONE_RULE)
"""Asked in any case, beside the rules that a school published."""
