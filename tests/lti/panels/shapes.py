"""The made-up courses of the panels' tests, as data."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from analytics.calendar import DateRange
from analytics.levels import Expectation, Marker, PublishedLevel

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 6, 14, 20, tzinfo=UTC)
"""Friday of week 6."""
FIRST_MONDAY = date(2026, 9, 28)
READING_WEEK = DateRange(date(2026, 11, 9), date(2026, 11, 15))
MOODLE_URL = "https://moodle.example.ac.uk"
EXPECTATIONS = (Expectation(Marker.ACTIVITY, level=4, a_day=2), Expectation(Marker.TASKS))
LEVEL = PublishedLevel("3", FIRST_MONDAY, EXPECTATIONS)
GIVEN = ("Adam", "Ayesha", "Daniel", "Grace", "Fatima", "Joel", "Ana", "Emily", "Zoë", "Omar", "Mei-Ling", "Rhys")
FAMILY = ("Achebe", "Osei", "Adeyemi", "Ahmed", "Ali", "Andersen", "Bailey", "Begum", "Clarke", "Davies", "Yusuf")
TASKS = (
    (301, "quiz", "Quiz 1", datetime(2026, 10, 9, 16, 0, tzinfo=UTC)),
    (302, "assign", "Lab report 1", datetime(2026, 10, 23, 16, 0, tzinfo=UTC)),
    (303, "quiz", "Quiz 2", datetime(2026, 11, 6, 17, 0, tzinfo=UTC)),
    (304, "assign", "Problem sheet", datetime(2026, 11, 20, 17, 0, tzinfo=UTC)),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a made-up course differs from the usual one."""

    learner_count: int = 24
    now: datetime = NOW
    fresh_at: datetime | None = NOW - timedelta(minutes=35)
    is_excused_known: bool = True
    has_roster: bool = True
    has_level: bool = True
    names: Sequence[str] = ()
    """Full names for the first learners, in place of the made-up ones."""
    course_name: str = "Cell Biology"
    task_name: str = "Lab report 1"
    calendar_weeks: int = 12
    breaks: tuple[DateRange, ...] = (READING_WEEK,)
    activities: Sequence[str] = field(default=tuple(f"Worksheet {number}" for number in range(1, 41)))
    moodle_course_id: int = 2104
