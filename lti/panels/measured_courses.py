"""Find by what each of a school's courses is measured today, and what keeps a figure of it from being good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.coverage import CoverOfCourse, Gap, find_gap
from analytics.levels import Marker
from analytics.unused import find_unused
from bridge.store.panel_records import CourseHead
from bridge.store.school_page import SchoolCourse
from lti.panels.outlook import is_stale, make_outlook
from lti.panels.words import Moment, clean


@dataclass(frozen=True, slots=True)
class MeasuredCourse:
    """One switched-on course of a school."""

    course_id: int
    name: str
    version: str
    """Of the level in force; empty: none is."""
    gap: Gap | None
    """What the level lacks, whether its sources are there or not."""
    unused: frozenset[Marker]
    """Chosen markers whose source does not cover the last closed week."""
    is_stale: bool
    """Moodle's own records are older than a few missed syncs."""
    log_at: datetime | None
    """Until when they are known; None: nothing arrived."""


def measure_courses(
    heads: Sequence[CourseHead], courses: Sequence[SchoolCourse], moment: Moment
) -> Mapping[int, MeasuredCourse]:
    """Find the state of each course by its id, in the order of `heads`. Empty: no course is switched on."""
    owned = {course.course_id: course for course in courses}
    sunday = moment.today - timedelta(days=moment.today.weekday() + 1)
    found = {}
    for head in heads:
        agreed = make_outlook(head, moment, 0).level
        markers = frozenset[Marker]() if agreed is None else agreed.level.markers
        unused = (
            frozenset[Marker]()
            if agreed is None
            else find_unused(agreed.level, head.covers_to, sunday, is_tasks_known=head.is_tasks_offered)
        )
        own = owned[head.course_id]
        found[head.course_id] = MeasuredCourse(
            course_id=head.course_id,
            name=clean(head.fullname),
            version="" if agreed is None else clean(agreed.level.version),
            gap=find_gap(CoverOfCourse(head.course_id, own.credits, own.is_core, markers)),
            unused=unused,
            is_stale=is_stale(head.freshness, moment),
            log_at=head.freshness.log_at,
        )
    return found
