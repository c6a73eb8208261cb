"""The dates of the generated term: twelve weeks of which the last holds today."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.demo_vle.worlds.term_courses import READING_WEEK, WEEKS

ZONE = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class TermDates:
    """When the term is. Week 1 starts on `first_monday`; week 12 holds the day the term was made for."""

    first_monday: date
    weeks: int = WEEKS

    @classmethod
    def ending(cls, today: date) -> "TermDates":
        """Give the term whose week 12 holds `today`."""
        return cls(today - timedelta(days=today.weekday(), weeks=WEEKS - 1))

    @property
    def reading_week(self) -> tuple[date, date]:
        """First and last day of the week without teaching."""
        return self.day(READING_WEEK, 0), self.day(READING_WEEK, 6)

    def day(self, week: int, weekday: int) -> date:
        """Give the date of a week's day, 0 Monday."""
        return self.first_monday + timedelta(weeks=week - 1, days=weekday)

    def at(self, week: int, weekday: int, seconds: int) -> int:
        """Give an instant in Unix seconds: `seconds` of local clock time after midnight."""
        local = datetime.combine(self.day(week, weekday), time(), ZONE) + timedelta(seconds=seconds)
        return int(local.timestamp())
