"""The institution's local day of an instant, as whole-number SQL: offsets by `zoneinfo`, daylight saving included."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analytics.calendar import DAYS_IN_WEEK, local_date, monday_on_or_before

DAY = 86_400
"""Seconds; of a day in UTC, which has no others."""
HOUR = 3_600
MARGIN = 3 * HOUR
"""Clocks go back by less: an instant of a Monday lies at most so far before what was its midnight."""


def week_bounds(monday: date, zone: ZoneInfo) -> tuple[int, int]:
    """Return Unix seconds around a local week, the second excluded: all of it lies between them, and a little more."""
    first, last = (
        datetime.combine(day, time(), zone).timestamp() for day in (monday, monday + timedelta(days=DAYS_IN_WEEK))
    )
    return int(first) - MARGIN, int(last) + MARGIN


def find_mondays(utc_days: Iterable[int], zone: ZoneInfo) -> list[date]:
    """Return the Mondays of all local weeks that days of UTC (days since 1970) reach into, ascending."""
    found = set()
    for day in utc_days:
        for second in (day * DAY, day * DAY + DAY - 1):
            found.add(monday_on_or_before(local_date(datetime.fromtimestamp(second, UTC), zone)))
    return sorted(found)


def find_offsets(first: int, last: int, zone: ZoneInfo) -> list[tuple[int, int]]:
    """Return from which Unix second on which offset from UTC (seconds) holds between two; ascending, never empty."""
    found = [(first, _offset(first, zone))]
    for hour in range(first, last, HOUR):
        end = min(hour + HOUR, last)
        offset = _offset(end, zone)
        if offset != found[-1][1]:
            found.append((_find_change(hour, end, zone), offset))
    return found


def day_sql(seconds: str, first: int, last: int, zone: ZoneInfo) -> str:
    """Return the SQL of day_no of a column of Unix seconds, right for seconds from `first` up to `last`."""
    (_, offset), *later = find_offsets(first, last, zone)
    cases = "".join(f" WHEN {seconds} >= {start} THEN {one}" for start, one in reversed(later))
    offset_sql = f"CASE{cases} ELSE {offset} END" if cases else str(offset)
    # A day is added and taken off again: division of what is below zero rounds the other way.
    return f"(({seconds} + {DAY} + {offset_sql}) // {DAY} - 1)::INTEGER"


def _offset(second: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(second, UTC).astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _find_change(before: int, after: int, zone: ZoneInfo) -> int:
    """Return the first second after `before` with the offset of `after`."""
    changed = _offset(after, zone)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if _offset(middle, zone) == changed else (middle, after)
    return after
