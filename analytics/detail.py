"""Show what counted in one week and what did not, day by day: the learner's drill-down (policy paragraphs 5 and 14)."""

from dataclasses import dataclass
from datetime import date

from analytics.calendar import TeachingCalendar
from analytics.history import LearnerHistory, Session
from analytics.levels import Form, Marker, PublishedLevel
from analytics.tallies import is_attended
from analytics.weeks import WhyNot, find_uncounted_weeks


@dataclass(frozen=True, slots=True)
class DayItems:
    """One day's items of one marker: activities (by cmid), recordings, library items …"""

    marker: Marker
    counted: tuple[int, ...]
    """Those that count, at most a_day; in an uncounted week those that would. Rising. Empty where the level does not
    measure the marker by its items."""
    beyond: tuple[int, ...]
    """The others. Which of a day's are named here is by number alone: no time of day is kept."""


@dataclass(frozen=True, slots=True)
class DayEvidence:
    """One day of a week, with all evidence of it."""

    day: date
    items: tuple[DayItems, ...] = ()
    """By marker with any, in MARKER_ORDER."""
    handed_in: tuple[int, ...] = ()
    """Task ids handed in on the day, a team's hand-in left out."""
    sessions: tuple[Session, ...] = ()
    """The day's sessions as the registers have them."""
    has_other_evidence: bool = False
    """Course page or self-declared: for the clock, not a visit."""

    @property
    def is_evidence(self) -> bool:
        """Tell whether the day stops the clock."""
        return bool(self.items or self.handed_in or self.has_other_evidence or any(map(is_attended, self.sessions)))

    def items_of(self, marker: Marker) -> DayItems:
        """Give the day's items of a marker; empty ones where there are none."""
        return next((items for items in self.items if items.marker is marker), DayItems(marker, (), ()))


@dataclass(frozen=True, slots=True)
class WeekEvidence:
    """One week's evidence and what of it entered the week's markers."""

    week: int
    why_not: WhyNot | None
    """Why the week is not counted; None when it is."""
    days: tuple[DayEvidence, ...]
    """Seven, Monday first; days after as_of are empty."""
    level: PublishedLevel

    def count_items(self, marker: Marker) -> int:
        """Count the items of all days that count, not capped at the level."""
        return sum(len(day.items_of(marker).counted) for day in self.days)

    def beyond_level(self, marker: Marker) -> int:
        """Count the counting items beyond the published level, which do not raise the marker."""
        expectation = self.level.expectation_of(marker)
        expected = expectation.level if expectation is not None else None
        return 0 if expected is None else max(0, self.count_items(marker) - expected)


def find_week_evidence(
    history: LearnerHistory, calendar: TeachingCalendar, level: PublishedLevel, week: int, as_of: date
) -> WeekEvidence:
    """Find what counted in one week and what did not, up to the end of as_of.

    Raises: ValueError for a week outside the calendar.
    """
    if not 1 <= week <= calendar.week_count:
        raise ValueError(f"The calendar has weeks 1 to {calendar.week_count}, not {week}.")
    days = tuple(
        find_day_evidence(history, level, day) if day <= as_of else DayEvidence(day)
        for day in calendar.week_dates(week)
    )
    return WeekEvidence(week, find_uncounted_weeks(history, calendar)[week - 1], days, level)


def find_day_evidence(history: LearnerHistory, level: PublishedLevel | None, day: date) -> DayEvidence:
    """Find the evidence of one day and what of it counts by a level; without a level nothing does."""
    by_marker: dict[Marker, list[int]] = {Marker.ACTIVITY: [cmid for on, cmid in history.visits if on == day]}
    for marker, on, item in history.items:
        if on == day:
            by_marker.setdefault(marker, []).append(item)
    return DayEvidence(
        day=day,
        items=tuple(_cap(marker, sorted(by_marker[marker]), level) for marker in Marker if by_marker.get(marker)),
        handed_in=tuple(task.task_id for task in history.tasks if task.own_hand_in_on == day),
        sessions=tuple(session for session in history.sessions if session.held_on == day),
        has_other_evidence=day in history.evidence_days,
    )


def _cap(marker: Marker, items: list[int], level: PublishedLevel | None) -> DayItems:
    expectation = level.expectation_of(marker) if level is not None else None
    a_day = expectation.a_day or 0 if expectation is not None and expectation.form is Form.VISITS else 0
    return DayItems(marker, tuple(items[:a_day]), tuple(items[a_day:]))
