"""Turn instants into local dates and dates into teaching weeks (docs/engagement.md: weeks run Monday to Sunday).

One meaning of ``as_of`` holds in the whole package: **the last whole day that is known, at its end**. On a running
day callers pass yesterday, ``last_whole_day``; on a Monday that is the Sunday that has just closed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS_IN_WEEK = 7
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class CalendarError(ValueError):
    """A calendar, a date range or an instant that cannot be used."""


@dataclass(frozen=True, slots=True, order=True)
class DateRange:
    """A run of days, both ends included.

    Raises: CalendarError when the last day lies before the first.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise CalendarError(f"A range of dates ends on {self.last}, before it starts on {self.first}. Swap them.")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class TeachingCalendar:
    """The teaching weeks of one course, numbered from 1.

    Raises: CalendarError when week 1 does not start on a Monday or there is no week.
    """

    first_monday: date
    """The Monday of week 1."""
    week_count: int
    """How many weeks are numbered, breaks included."""
    breaks: tuple[DateRange, ...] = ()
    """No teaching: holidays and reading weeks. A week that a range touches is not counted."""
    outages: tuple[DateRange, ...] = ()
    """The log is missing or behind. A week that a range touches is not counted."""
    version: str = "1"
    """Named by every evaluation that used this calendar."""
    bank_holidays: tuple[DateRange, ...] = ()
    """Single days without teaching: nobody's clock runs on them. Their week stays counted, at its whole level."""

    def __post_init__(self) -> None:
        if self.first_monday.weekday() != 0:
            raise CalendarError(f"Week 1 has to start on a Monday; {self.first_monday} is none. Use the Monday before.")
        if self.week_count < 1:
            raise CalendarError(f"A calendar needs at least one week, not {self.week_count}.")

    def week_of(self, day: date) -> int:
        """Give the number of the week a day lies in: from 1, less before week 1, more than week_count after the end."""
        return (day - self.first_monday).days // DAYS_IN_WEEK + 1

    def monday_of(self, week: int) -> date:
        """Give the Monday of a week; any number will do."""
        return self.first_monday + timedelta(days=(week - 1) * DAYS_IN_WEEK)

    def sunday_of(self, week: int) -> date:
        """Give the Sunday of a week; any number will do."""
        return self.first_monday + timedelta(days=week * DAYS_IN_WEEK - 1)

    def week_dates(self, week: int) -> tuple[date, ...]:
        """Give the seven days of a week, Monday first."""
        monday = self.monday_of(week)
        return tuple(monday + timedelta(days=offset) for offset in range(DAYS_IN_WEEK))

    def last_closed_week(self, as_of: date) -> int:
        """Find the last week whose Sunday is as_of or earlier: 0 before the first closes, at most week_count."""
        whole_weeks = (as_of - self.first_monday).days + 1
        return max(0, min(self.week_count, whole_weeks // DAYS_IN_WEEK))


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Give the date of an instant where the institution is, daylight saving included.

    Raises: CalendarError for an instant without a zone: it could be a day off.
    """
    if instant.tzinfo is None:
        raise CalendarError(f"The instant {instant.isoformat()} has no zone. Pass an aware one, in UTC.")
    return instant.astimezone(zone).date()


def last_whole_day(now: datetime, zone: ZoneInfo) -> date:
    """Give the ``as_of`` of an instant: the local day before it, since the running day is not over.

    Raises: CalendarError for an instant without a zone.
    """
    return local_date(now, zone) - timedelta(days=1)


def monday_on_or_before(day: date) -> date:
    """Give the Monday of the calendar week a day lies in; week 1 of a course is the week of its start date."""
    return day - timedelta(days=day.weekday())


def day_number(day: date) -> int:
    """Count the days since 1970-01-01: the database's day_no; negative before."""
    return day.toordinal() - _EPOCH_ORDINAL


def date_of(day_no: int) -> date:
    """Give the date of a day_no; the inverse of day_number."""
    return date.fromordinal(day_no + _EPOCH_ORDINAL)
