"""Find what deserves a person's attention: concerns, recovery, drops, notices about a module or a level.

docs/engagement.md "concern", "recovery", "drop", "Levels". Nothing here decides: only the school's published rule opens
a concern (policy paragraph 3) and a person makes every decision (paragraph 13). The rules lie in ``analytics.rules``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median

from analytics.bands import MEETING_FLOOR
from analytics.calendar import TeachingCalendar
from analytics.engagement import Engagement
from analytics.history import LearnerHistory, SessionStatus
from analytics.levels import Marker, PublishedLevel
from analytics.rules import DEFAULT_RULE, ConcernRule, Condition, Fact
from analytics.weeks import find_uncounted_weeks


@dataclass(frozen=True, slots=True)
class Absence:
    """Sessions missed (absent, not excused) in counted weeks."""

    sessions_missed: int
    sessions_missed_in_a_row: int
    """Up to the latest session; an excused one neither breaks nor lengthens the row."""
    weeks_missed_in_a_row: int
    """Counted weeks with sessions, every one missed, up to the latest such week that has closed."""


NO_ABSENCE = Absence(0, 0, 0)


def find_concern_reasons(
    engagement: Engagement, rule: ConcernRule = DEFAULT_RULE, absence: Absence = NO_ABSENCE
) -> tuple[str, ...]:
    """Name the reasons of a rule that hold, in the rule's order; empty when none does or it is no review week.

    Reasons stand through a break, since what they ask for stands still in it.
    """
    if rule.review_weeks is not None and engagement.week not in rule.review_weeks:
        return ()
    return tuple(
        reason.name
        for reason in rule.reasons
        if all(_holds(condition, engagement, absence) for condition in reason.conditions)
    )


def _holds(condition: Condition, engagement: Engagement, absence: Absence) -> bool:
    if condition.fact is Fact.E_BELOW:
        return engagement.e is not None and engagement.e < condition.threshold
    return _value_of(condition.fact, engagement, absence) >= condition.threshold


def _value_of(fact: Fact, engagement: Engagement, absence: Absence) -> int:
    if fact is Fact.CLOCK_DAYS:
        return engagement.clock_days
    if fact is Fact.OVERDUE_DAYS:
        return max((task.days_past for task in engagement.outstanding), default=0)
    if fact is Fact.SESSIONS_MISSED:
        return absence.sessions_missed
    if fact is Fact.SESSIONS_MISSED_IN_A_ROW:
        return absence.sessions_missed_in_a_row
    return absence.weeks_missed_in_a_row


def measure_absence(history: LearnerHistory, calendar: TeachingCalendar, as_of: date) -> Absence:
    """Count missed sessions (Attendance's) of counted weeks up to the end of a day; all 0 without a register."""
    why_not = find_uncounted_weeks(history, calendar)
    closed_week = calendar.last_closed_week(as_of)
    by_week: dict[int, list[bool]] = {}
    for session in sorted(history.sessions, key=lambda session: session.held_on):
        week = calendar.week_of(session.held_on)
        is_counted = 1 <= week <= calendar.week_count and why_not[week - 1] is None
        is_counted = is_counted and session.marker is Marker.ATTENDANCE
        if session.held_on <= as_of and is_counted and session.status is not SessionStatus.EXCUSED:
            by_week.setdefault(week, []).append(session.status is SessionStatus.ABSENT)
    missed = [is_missed for week in by_week.values() for is_missed in week]
    weeks_missed = [all(week) for number, week in by_week.items() if number <= closed_week]
    return Absence(sum(missed), _row_at_end(missed), _row_at_end(weeks_missed))


def _row_at_end(values: Sequence[bool]) -> int:
    row = 0
    for value in reversed(values):
        if not value:
            break
        row += 1
    return row


RECOVERY_WEEKS = 4
RECOVERY_WEEKS_MET = 2
"""Recovery is the level met in so many of the last `RECOVERY_WEEKS` counted closed weeks; one visit is none."""


def is_level_met(level: PublishedLevel, visits: int, share: Fraction | None) -> bool:
    """Tell whether a counted week met the published level: as many visits as expected; where Activity is not chosen,
    a week mark of 70 %, and without a mark it did not."""
    items = level.items_of(Marker.ACTIVITY)
    if items is not None:
        return visits >= items[0]
    return share is not None and share >= MEETING_FLOOR


DROP_WEEKS = 4
DROP_THRESHOLD = Fraction(-1, 4)


def measure_change(e: Fraction | None, earlier: Sequence[Fraction | None]) -> Fraction | None:
    """Measure E against the median of its own previous 4 counted weeks.

    ``earlier`` is E at the counted weeks before, oldest first. None without E or with fewer than 4 of them: too early.
    """
    recent = [value for value in earlier[-DROP_WEEKS:] if value is not None]
    if e is None or len(recent) < DROP_WEEKS:
        return None
    return e - median(recent)


def net_change(change: Fraction, cohort_changes: Sequence[Fraction]) -> Fraction:
    """Take the cohort's own fall out of a change: change − min(0, cohort median). An empty cohort has no fall."""
    return change - min(Fraction(0), median(cohort_changes) if cohort_changes else Fraction(0))


def has_dropped(change: Fraction | None, cohort_changes: Sequence[Fraction]) -> bool:
    """Tell whether E fell by a quarter or more, net of the cohort: a remark for the adviser, not a concern."""
    return change is not None and net_change(change, cohort_changes) <= DROP_THRESHOLD


def is_module_dip(cohort_changes: Sequence[Fraction], fewest_learners: int = 10) -> bool:
    """Tell whether the cohort's median fell by a quarter or more: a notice about the module, not about learners.

    False below ``fewest_learners``: it would be about persons.
    """
    return len(cohort_changes) >= fewest_learners and median(cohort_changes) <= DROP_THRESHOLD


LEVEL_NOTICE_WEEKS = 3
LEVEL_NOTICE_SHARE = Fraction(40, 100)


@dataclass(frozen=True, slots=True)
class LevelNotice:
    """The level is met too seldom: a notice about the level, never a change of it in mid-run."""

    weeks_met: int
    """Learner-weeks that met the level."""
    weeks_counted: int
    """All counted learner-weeks."""


def judge_level(weeks_met: int, weeks_counted: int, teaching_weeks: int) -> LevelNotice | None:
    """Judge whether the level is met in fewer than 40 % of learner-weeks after 3 counted weeks; None when not.

    ``weeks_met`` of ``weeks_counted`` learner-weeks met it, over ``teaching_weeks`` that counted for anyone.
    """
    if teaching_weeks < LEVEL_NOTICE_WEEKS or not weeks_counted:
        return None
    if Fraction(weeks_met, weeks_counted) >= LEVEL_NOTICE_SHARE:
        return None
    return LevelNotice(weeks_met, weeks_counted)
