"""Make the semester's report: adverse impact, wrong flags, first contact, crowding; suppressed before it is kept."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from analytics.cohort import FEWEST_LEARNERS
from analytics.worth.groups import GroupRow
from analytics.worth.semester import FlagRow, describe_flags, describe_impact
from analytics.worth.suppressed import show_count
from bridge.levels.crowding import find_crowding
from bridge.store.courses import load_synced_courses
from bridge.store.semester import Semester, load_semester
from bridge.worth.errors import WorthRefused
from bridge.worth.files import Groups


@dataclass(frozen=True, slots=True)
class CrowdingRow:
    """One marker of a course whose weeks stop at the expected number since its level took effect."""

    moodle_course_id: int
    marker: str
    expected: int


@dataclass(frozen=True, slots=True)
class SemesterReport:
    """All that is shown and kept: no figure in it is about fewer than ten learners."""

    first: date
    last: date
    fewest_learners: int
    learners: int | None
    impact: tuple[GroupRow, ...]
    flags: tuple[FlagRow, ...]
    crowding: tuple[CrowdingRow, ...]

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON; None where something is hidden or could not be measured."""
        return {**asdict(self), "first": self.first.isoformat(), "last": self.last.isoformat()}


def make_semester_report(
    db: Session, platform_id: int, days: tuple[date, date], groups: Groups | None, today: date, zone: ZoneInfo
) -> SemesterReport:
    """Make the report of the weeks that closed from one day to another; nothing is written, groups stay in memory.

    Raises:
        WorthRefused: nobody was evaluated in these days.
    """
    first, last = days
    semester = load_semester(db, platform_id, first, last)
    if not semester.places:
        raise WorthRefused(f"No week that closed from {first} to {last} was evaluated, so there is nothing to report.")
    return SemesterReport(
        first=first,
        last=last,
        fewest_learners=FEWEST_LEARNERS,
        learners=show_count(len({place.person_id for place in semester.places})),
        impact=describe_impact(semester.places, _match(semester, groups)),
        flags=describe_flags(semester.concerns),
        crowding=_list_crowding(db, platform_id, min(today, last), zone),
    )


def _match(semester: Semester, groups: Groups | None) -> dict[str, dict[int, str]]:
    """Give each column's groups by person; who is in no roster is left out."""
    if groups is None:
        return {}
    return {
        name: {
            semester.people[learner.column, learner.value]: group
            for learner, group in values.items()
            if (learner.column, learner.value) in semester.people
        }
        for name, values in groups.by_column.items()
    }


def _list_crowding(db: Session, platform_id: int, today: date, zone: ZoneInfo) -> tuple[CrowdingRow, ...]:
    return tuple(
        CrowdingRow(course.moodle_course_id, one.marker.value, one.expected)
        for course in load_synced_courses(db, platform_id)
        for one in find_crowding(db, course.course_id, today, zone)
        if one.found.is_noticed
    )
