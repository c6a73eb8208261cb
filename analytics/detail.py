"""Show what counted in one week and what did not, day by day: the learner's drill-down (policy paragraphs 5 and 14)."""

from dataclasses import dataclass
from datetime import date

from analytics.calendar import TeachingCalendar
from analytics.history import LearnerHistory, SessionStatus
from analytics.levels import PublishedLevel
from analytics.weeks import WhyNot, find_uncounted_weeks


@dataclass(frozen=True, slots=True)
class DayEvidence:
    """One day of a week, with all evidence of it."""

    day: date
    counted_cmids: tuple[int, ...]
    """Activities that count as visits, at most a_day; in an uncounted week those that would. Rising."""
    beyond_cmids: tuple[int, ...]
    """Activities opened beyond a_day. Which of a day's are named here is by number alone: no time of day is kept."""
    handed_in: tuple[int, ...]
    """Task ids handed in on the day."""
    sessions: tuple[SessionStatus, ...]
    """The day's sessions as the register has them."""
    has_other_evidence: bool
    """Course page, meeting or self-declared: for the clock, not a visit."""

    @property
    def is_evidence(self) -> bool:
        """Tell whether the day stops the clock."""
        return bool(
            self.counted_cmids or self.handed_in or self.has_other_evidence or SessionStatus.ATTENDED in self.sessions
        )


@dataclass(frozen=True, slots=True)
class WeekEvidence:
    """One week's evidence and what of it entered the week's Activity."""

    week: int
    why_not: WhyNot | None
    """Why the week is not counted; None when it is."""
    days: tuple[DayEvidence, ...]
    """Seven, Monday first; days after as_of are empty."""
    visits: int
    """The counted activities of all days."""
    level: int

    @property
    def beyond_level(self) -> int:
        """Count the visits beyond the published level, which do not raise Activity."""
        return max(0, self.visits - self.level)


def find_week_evidence(
    history: LearnerHistory, calendar: TeachingCalendar, level: PublishedLevel, week: int, as_of: date
) -> WeekEvidence:
    """Find what counted in one week and what did not, up to the end of as_of.

    Raises: ValueError for a week outside the calendar.
    """
    if not 1 <= week <= calendar.week_count:
        raise ValueError(f"The calendar has weeks 1 to {calendar.week_count}, not {week}.")
    days = tuple(
        _find_day(history, level.a_day, day) if day <= as_of else DayEvidence(day, (), (), (), (), False)
        for day in calendar.week_dates(week)
    )
    return WeekEvidence(
        week=week,
        why_not=find_uncounted_weeks(history, calendar)[week - 1],
        days=days,
        visits=sum(len(day.counted_cmids) for day in days),
        level=level.level,
    )


def _find_day(history: LearnerHistory, a_day: int, day: date) -> DayEvidence:
    cmids = sorted(cmid for visited_on, cmid in history.visits if visited_on == day)
    return DayEvidence(
        day=day,
        counted_cmids=tuple(cmids[:a_day]),
        beyond_cmids=tuple(cmids[a_day:]),
        handed_in=tuple(task.task_id for task in history.tasks if task.own_hand_in_on == day),
        sessions=tuple(session.status for session in history.sessions if session.held_on == day),
        has_other_evidence=day in history.evidence_days,
    )
