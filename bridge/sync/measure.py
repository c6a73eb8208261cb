"""What a course is measured by, and its learners' weeks as known now (the step from "facts" to "scores")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from analytics.bulk.cohort import NEVER
from analytics.bulk.ledgers import CODES, COUNTED, Ledgers, last_evidence_by
from analytics.bulk.tallies import Tallies
from analytics.calendar import TeachingCalendar
from analytics.levels import LevelError, Marker, PublishedLevel, find_level_in_force
from analytics.unused import find_unused
from bridge.store.calendars import load_yardstick
from bridge.store.engagement import MeasuredWeek, State
from bridge.store.tasks import find_courses_without_tasks

WHY_NOT = tuple(None if reason is None else reason.value for reason in CODES)


@dataclass(frozen=True, slots=True)
class Measure:
    """What the learners of one course are measured by."""

    calendar: TeachingCalendar
    levels: tuple[PublishedLevel, ...]
    """As published."""
    covers_to: Mapping[Marker, date] = field(default_factory=dict)
    """The last day of which each marker's source knows everything; without a day it was never read."""
    is_tasks_known: bool = True
    """Who is excused from tasks is known; else Tasks is not used (docs/engagement.md)."""
    run_no: int = 1
    """Of the course: which time it is taught."""

    def level_of(self, week: int) -> PublishedLevel | None:
        """Return the level in force in a week; None before the first one takes effect."""
        try:
            return find_level_in_force(self.levels, self.calendar.monday_of(week))
        except LevelError:
            return None

    def unused_in(self, week: int, level: PublishedLevel) -> frozenset[Marker]:
        """Return the markers of a level that a closed week is not measured by."""
        return find_unused(level, self.covers_to, self.calendar.sunday_of(week), is_tasks_known=self.is_tasks_known)

    def used_level_of(self, week: int, today: date) -> PublishedLevel | None:
        """Return the level in force in a week without what is not used in it; of the running week, up to its Monday.

        The whole level where nothing of it could be used: its markers then say nothing by themselves.
        """
        level = self.level_of(week)
        if level is None:
            return None
        is_closed = self.calendar.sunday_of(week) < today
        unused = self.unused_in(week if is_closed else week - 1, level)
        return (level.without(unused) or level) if unused else level

    def levels_by_week(self, today: date) -> dict[int, PublishedLevel]:
        """Return what each week up to the running one is measured by; weeks before any level are left out.

        Asked once for many learners: weeks by the same markers share one level.
        """
        last_week = min(self.calendar.week_count, self.calendar.week_of(today))
        by_week: dict[int, PublishedLevel] = {}
        shared: dict[PublishedLevel, PublishedLevel] = {}
        for week in range(1, last_week + 1):
            level = self.used_level_of(week, today)
            if level is not None:
                by_week[week] = shared.setdefault(level, level)
        return by_week


def load_measure(db: Session, course_id: int) -> Measure | None:
    """Return what a course is measured by; None without a calendar or a published level."""
    yardstick = load_yardstick(db, course_id)
    if yardstick is None or not yardstick.levels:
        return None
    return Measure(
        calendar=yardstick.calendar,
        levels=yardstick.levels,
        covers_to=yardstick.covers_to,
        is_tasks_known=not find_courses_without_tasks(db, [course_id]),
        run_no=yardstick.run_no,
    )


def mark_weeks(
    ledgers: Ledgers, levels: Mapping[int, PublishedLevel], people: Sequence[int], today: date
) -> list[MeasuredWeek]:
    """Return the mark of each week of each learner by its level, as `Measure.levels_by_week` gives them.

    Today counts so far. ``people``: who is at each place of the ledgers.
    """
    distinct = {id(level): level for level in levels.values()}
    marks = {key: Tallies(ledgers, level, today.toordinal()).mark_weeks() for key, level in distinct.items()}
    rows: list[MeasuredWeek] = []
    for week, level in levels.items():
        found, column = marks[id(level)], week - 1
        shares = found.shares.reduced()
        columns = (found.codes, found.visits, shares.numerators, shares.denominators)
        for person_id, code, visits, met, expected in zip(
            people, *(numbers[:, column].tolist() for numbers in columns), strict=True
        ):
            share = (met, expected) if expected else (None, None)
            rows.append(MeasuredWeek(person_id, week, code == COUNTED, WHY_NOT[code], visits, *share))
    return rows


def find_states(ledgers: Ledgers, people: Sequence[int], today: date) -> list[State]:
    """Return each learner's last day with evidence and clock as of yesterday; evidence of today stops it at once."""
    last = last_evidence_by(ledgers.cohort, [today.toordinal()])[0]
    clock = ledgers.clock_by([today.toordinal() - 1])[0]
    return [
        State(
            person_id=person_id,
            last_evidence_on=None if on == NEVER else date.fromordinal(on),
            clock_days=0 if on == today.toordinal() else days,
        )
        for person_id, on, days in zip(people, last.tolist(), clock.tolist(), strict=True)
    ]
