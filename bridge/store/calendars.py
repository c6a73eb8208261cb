"""Teaching calendars and published levels, as the measures need them (tables teaching_calendar, published_level)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from analytics.calendar import TeachingCalendar
from analytics.levels import Marker, PublishedLevel
from bridge.store.panel_course import load_course_head


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a course is measured by."""

    calendar: TeachingCalendar
    levels: tuple[PublishedLevel, ...]
    """Its own, its programme's, its school's, the site's; empty: none is published and nothing is measured."""
    covers_to: Mapping[Marker, date]
    """The last day of which each marker's own source knows everything."""


def load_yardstick(db: Session, course_id: int) -> Yardstick | None:
    """Return what a course is measured by; None when it has no teaching calendar or was deleted."""
    head = load_course_head(db, course_id)
    if head is None or head.calendar is None:
        return None
    return Yardstick(head.calendar, tuple(agreed.level for agreed in head.levels), head.covers_to)
