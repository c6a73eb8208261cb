"""The local day in SQL is `local_date` for every second, on days when clocks change and in every kind of zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from analytics.calendar import day_number, local_date
from bridge.rebuild.days import DAY, day_sql, find_mondays, week_bounds

ZONES = (
    "Europe/London",
    "Europe/Dublin",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "UTC",
)
"""Half hours and quarters; clocks that change at midnight; a day that never was."""
MONDAYS = (
    date(2026, 10, 19),
    date(2026, 10, 26),
    date(2026, 3, 23),
    date(2011, 12, 26),
    date(2018, 10, 29),
    date(2026, 4, 6),
    date(1970, 1, 5),
)


def days_by_sql(seconds: list[int], expression: str) -> list[int]:
    rows = duckdb.connect().execute(f"SELECT {expression} FROM (SELECT unnest(?::BIGINT[]) AS s)", [seconds]).fetchall()
    return [day for (day,) in rows]


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("monday", MONDAYS)
def test_every_second_of_a_week_has_the_day_that_the_sync_gives_it(name: str, monday: date) -> None:
    zone = ZoneInfo(name)
    first, last = week_bounds(monday, zone)
    seconds = [*range(first, last, 601), *range(first, last, 3_600), *range(first - 1 + 3_600, last, 3_600)]
    expected = [day_number(local_date(datetime.fromtimestamp(second, UTC), zone)) for second in seconds]
    assert days_by_sql(seconds, day_sql("s", first, last, zone)) == expected


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("monday", MONDAYS)
def test_the_bounds_of_a_week_leave_none_of_its_seconds_out(name: str, monday: date) -> None:
    zone = ZoneInfo(name)
    first, last = week_bounds(monday, zone)
    for outside in (*range(first - 2 * DAY, first, 300), *range(last, last + 2 * DAY, 300)):
        day = local_date(datetime.fromtimestamp(outside, UTC), zone)
        assert not monday <= day < monday + timedelta(days=7)


def test_the_weeks_of_a_log_are_those_that_its_seconds_lie_in() -> None:
    zone = ZoneInfo("Pacific/Kiritimati")
    sunday_noon = int(datetime(2026, 11, 1, 12, tzinfo=UTC).timestamp())
    assert local_date(datetime.fromtimestamp(sunday_noon, UTC), zone) == date(2026, 11, 2)
    assert date(2026, 11, 2) in find_mondays([sunday_noon // DAY], zone)
    assert find_mondays([], zone) == []
